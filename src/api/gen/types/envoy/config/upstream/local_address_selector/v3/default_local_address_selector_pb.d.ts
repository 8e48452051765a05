// Generated from envoy/config/upstream/local_address_selector/v3/default_local_address_selector.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type DefaultLocalAddressSelector = Message<"envoy.config.upstream.local_address_selector.v3.DefaultLocalAddressSelector"> & {
};
