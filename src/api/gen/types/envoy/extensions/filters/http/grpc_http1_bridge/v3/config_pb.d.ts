// Generated from envoy/extensions/filters/http/grpc_http1_bridge/v3/config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Config = Message<"envoy.extensions.filters.http.grpc_http1_bridge.v3.Config"> & {
  upgradeProtobufToGrpc: boolean;
  ignoreQueryParameters: boolean;
};
