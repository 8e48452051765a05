// Generated from cel/expr/checked.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Constant, Expr, SourceInfo } from "./syntax_pb.js";
import type { Empty, NullValue } from "@bufbuild/protobuf/wkt";
export declare type CheckedExpr = Message<"cel.expr.CheckedExpr"> & {
  referenceMap: { [key: string]: Reference };
  typeMap: { [key: string]: Type };
  sourceInfo?: SourceInfo | undefined;
  exprVersion: string;
  expr?: Expr | undefined;
};
export declare type Type = Message<"cel.expr.Type"> & {
  typeKind: {
    value: Empty;
    case: "dyn";
  } | {
    value: NullValue;
    case: "null";
  } | {
    value: Type_PrimitiveType;
    case: "primitive";
  } | {
    value: Type_PrimitiveType;
    case: "wrapper";
  } | {
    value: Type_WellKnownType;
    case: "wellKnown";
  } | {
    value: Type_ListType;
    case: "listType";
  } | {
    value: Type_MapType;
    case: "mapType";
  } | {
    value: Type_FunctionType;
    case: "function";
  } | {
    value: string;
    case: "messageType";
  } | {
    value: string;
    case: "typeParam";
  } | {
    value: Type;
    case: "type";
  } | {
    value: Empty;
    case: "error";
  } | {
    value: Type_AbstractType;
    case: "abstractType";
  } | { case: undefined; value?: undefined };
};
export declare type Type_ListType = Message<"cel.expr.Type.ListType"> & {
  elemType?: Type | undefined;
};
export declare type Type_MapType = Message<"cel.expr.Type.MapType"> & {
  keyType?: Type | undefined;
  valueType?: Type | undefined;
};
export declare type Type_FunctionType = Message<"cel.expr.Type.FunctionType"> & {
  resultType?: Type | undefined;
  argTypes: Type[];
};
export declare type Type_AbstractType = Message<"cel.expr.Type.AbstractType"> & {
  name: string;
  parameterTypes: Type[];
};
export type Type_PrimitiveType = 0 | 1 | 2 | 3 | 4 | 5 | 6;
export type Type_WellKnownType = 0 | 1 | 2 | 3;
export declare type Decl = Message<"cel.expr.Decl"> & {
  name: string;
  declKind: {
    value: Decl_IdentDecl;
    case: "ident";
  } | {
    value: Decl_FunctionDecl;
    case: "function";
  } | { case: undefined; value?: undefined };
};
export declare type Decl_IdentDecl = Message<"cel.expr.Decl.IdentDecl"> & {
  type?: Type | undefined;
  value?: Constant | undefined;
  doc: string;
};
export declare type Decl_FunctionDecl = Message<"cel.expr.Decl.FunctionDecl"> & {
  overloads: Decl_FunctionDecl_Overload[];
  doc: string;
};
export declare type Decl_FunctionDecl_Overload = Message<"cel.expr.Decl.FunctionDecl.Overload"> & {
  overloadId: string;
  params: Type[];
  typeParams: string[];
  resultType?: Type | undefined;
  isInstanceFunction: boolean;
  doc: string;
};
export declare type Reference = Message<"cel.expr.Reference"> & {
  name: string;
  overloadId: string[];
  value?: Constant | undefined;
};
