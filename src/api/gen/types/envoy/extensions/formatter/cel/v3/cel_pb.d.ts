// Generated from envoy/extensions/formatter/cel/v3/cel.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CelExpressionConfig } from "../../../../config/core/v3/cel_pb.js";
export declare type Cel = Message<"envoy.extensions.formatter.cel.v3.Cel"> & {
  celConfig?: CelExpressionConfig | undefined;
};
