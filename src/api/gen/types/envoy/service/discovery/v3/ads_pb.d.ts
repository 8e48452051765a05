// Generated from envoy/service/discovery/v3/ads.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type AdsDummy = Message<"envoy.service.discovery.v3.AdsDummy"> & {
};
