// Generated from google/api/expr/v1alpha1/syntax.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration, NullValue, Timestamp } from "@bufbuild/protobuf/wkt";
export declare type ParsedExpr = Message<"google.api.expr.v1alpha1.ParsedExpr"> & {
  expr?: Expr | undefined;
  sourceInfo?: SourceInfo | undefined;
};
export declare type Expr = Message<"google.api.expr.v1alpha1.Expr"> & {
  id: bigint;
  exprKind: {
    value: Constant;
    case: "constExpr";
  } | {
    value: Expr_Ident;
    case: "identExpr";
  } | {
    value: Expr_Select;
    case: "selectExpr";
  } | {
    value: Expr_Call;
    case: "callExpr";
  } | {
    value: Expr_CreateList;
    case: "listExpr";
  } | {
    value: Expr_CreateStruct;
    case: "structExpr";
  } | {
    value: Expr_Comprehension;
    case: "comprehensionExpr";
  } | { case: undefined; value?: undefined };
};
export declare type Expr_Ident = Message<"google.api.expr.v1alpha1.Expr.Ident"> & {
  name: string;
};
export declare type Expr_Select = Message<"google.api.expr.v1alpha1.Expr.Select"> & {
  operand?: Expr | undefined;
  field: string;
  testOnly: boolean;
};
export declare type Expr_Call = Message<"google.api.expr.v1alpha1.Expr.Call"> & {
  target?: Expr | undefined;
  function: string;
  args: Expr[];
};
export declare type Expr_CreateList = Message<"google.api.expr.v1alpha1.Expr.CreateList"> & {
  elements: Expr[];
  optionalIndices: number[];
};
export declare type Expr_CreateStruct = Message<"google.api.expr.v1alpha1.Expr.CreateStruct"> & {
  messageName: string;
  entries: Expr_CreateStruct_Entry[];
};
export declare type Expr_CreateStruct_Entry = Message<"google.api.expr.v1alpha1.Expr.CreateStruct.Entry"> & {
  id: bigint;
  keyKind: {
    value: string;
    case: "fieldKey";
  } | {
    value: Expr;
    case: "mapKey";
  } | { case: undefined; value?: undefined };
  value?: Expr | undefined;
  optionalEntry: boolean;
};
export declare type Expr_Comprehension = Message<"google.api.expr.v1alpha1.Expr.Comprehension"> & {
  iterVar: string;
  iterVar2: string;
  iterRange?: Expr | undefined;
  accuVar: string;
  accuInit?: Expr | undefined;
  loopCondition?: Expr | undefined;
  loopStep?: Expr | undefined;
  result?: Expr | undefined;
};
export declare type Constant = Message<"google.api.expr.v1alpha1.Constant"> & {
  constantKind: {
    value: NullValue;
    case: "nullValue";
  } | {
    value: boolean;
    case: "boolValue";
  } | {
    value: bigint;
    case: "int64Value";
  } | {
    value: bigint;
    case: "uint64Value";
  } | {
    value: number;
    case: "doubleValue";
  } | {
    value: string;
    case: "stringValue";
  } | {
    value: Uint8Array;
    case: "bytesValue";
  } | {
    value: Duration;
    case: "durationValue";
  } | {
    value: Timestamp;
    case: "timestampValue";
  } | { case: undefined; value?: undefined };
};
export declare type SourceInfo = Message<"google.api.expr.v1alpha1.SourceInfo"> & {
  syntaxVersion: string;
  location: string;
  lineOffsets: number[];
  positions: { [key: string]: number };
  macroCalls: { [key: string]: Expr };
  extensions: SourceInfo_Extension[];
};
export declare type SourceInfo_Extension = Message<"google.api.expr.v1alpha1.SourceInfo.Extension"> & {
  id: string;
  affectedComponents: SourceInfo_Extension_Component[];
  version?: SourceInfo_Extension_Version | undefined;
};
export declare type SourceInfo_Extension_Version = Message<"google.api.expr.v1alpha1.SourceInfo.Extension.Version"> & {
  major: bigint;
  minor: bigint;
};
export type SourceInfo_Extension_Component = 0 | 1 | 2 | 3;
export declare type SourcePosition = Message<"google.api.expr.v1alpha1.SourcePosition"> & {
  location: string;
  offset: number;
  line: number;
  column: number;
};
