// Generated from envoy/extensions/access_loggers/filters/cel/v3/cel.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CelExpressionConfig } from "../../../../../config/core/v3/cel_pb.js";
export declare type ExpressionFilter = Message<"envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter"> & {
  expression: string;
  celConfig?: CelExpressionConfig | undefined;
};
