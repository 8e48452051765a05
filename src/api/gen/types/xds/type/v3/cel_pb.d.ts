// Generated from xds/type/v3/cel.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ParsedExpr } from "../../../google/api/expr/v1alpha1/syntax_pb.js";
import type { CheckedExpr } from "../../../google/api/expr/v1alpha1/checked_pb.js";
import type { ParsedExpr as ParsedExpr$1 } from "../../../cel/expr/syntax_pb.js";
import type { CheckedExpr as CheckedExpr$1 } from "../../../cel/expr/checked_pb.js";
export declare type CelExpression = Message<"xds.type.v3.CelExpression"> & {
  exprSpecifier: {
    value: ParsedExpr;
    case: "parsedExpr";
  } | {
    value: CheckedExpr;
    case: "checkedExpr";
  } | { case: undefined; value?: undefined };
  celExprParsed?: ParsedExpr$1 | undefined;
  celExprChecked?: CheckedExpr$1 | undefined;
  celExprString: string;
};
export declare type CelExtractString = Message<"xds.type.v3.CelExtractString"> & {
  exprExtract?: CelExpression | undefined;
  defaultValue?: string | undefined;
};
