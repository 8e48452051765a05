// Generated from envoy/service/extension/v3/config_discovery.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type EcdsDummy = Message<"envoy.service.extension.v3.EcdsDummy"> & {
};
