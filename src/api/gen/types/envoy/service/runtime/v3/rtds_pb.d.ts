// Generated from envoy/service/runtime/v3/rtds.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
export declare type RtdsDummy = Message<"envoy.service.runtime.v3.RtdsDummy"> & {
};
export declare type Runtime = Message<"envoy.service.runtime.v3.Runtime"> & {
  name: string;
  layer?: JsonObject | undefined;
};
