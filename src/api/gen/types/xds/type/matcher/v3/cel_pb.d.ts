// Generated from xds/type/matcher/v3/cel.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CelExpression } from "../../v3/cel_pb.js";
export declare type CelMatcher = Message<"xds.type.matcher.v3.CelMatcher"> & {
  exprMatch?: CelExpression | undefined;
  description: string;
};
