// Generated from envoy/config/core/v3/cel.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type CelExpressionConfig = Message<"envoy.config.core.v3.CelExpressionConfig"> & {
  enableStringConversion: boolean;
  enableStringConcat: boolean;
  enableStringFunctions: boolean;
};
