// Generated from validate/validate.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
export declare type FieldRules = Message<"validate.FieldRules"> & {
  message?: MessageRules | undefined;
  type: {
    value: FloatRules;
    case: "float";
  } | {
    value: DoubleRules;
    case: "double";
  } | {
    value: Int32Rules;
    case: "int32";
  } | {
    value: Int64Rules;
    case: "int64";
  } | {
    value: UInt32Rules;
    case: "uint32";
  } | {
    value: UInt64Rules;
    case: "uint64";
  } | {
    value: SInt32Rules;
    case: "sint32";
  } | {
    value: SInt64Rules;
    case: "sint64";
  } | {
    value: Fixed32Rules;
    case: "fixed32";
  } | {
    value: Fixed64Rules;
    case: "fixed64";
  } | {
    value: SFixed32Rules;
    case: "sfixed32";
  } | {
    value: SFixed64Rules;
    case: "sfixed64";
  } | {
    value: BoolRules;
    case: "bool";
  } | {
    value: StringRules;
    case: "string";
  } | {
    value: BytesRules;
    case: "bytes";
  } | {
    value: EnumRules;
    case: "enum";
  } | {
    value: RepeatedRules;
    case: "repeated";
  } | {
    value: MapRules;
    case: "map";
  } | {
    value: AnyRules;
    case: "any";
  } | {
    value: DurationRules;
    case: "duration";
  } | {
    value: TimestampRules;
    case: "timestamp";
  } | { case: undefined; value?: undefined };
};
export declare type FloatRules = Message<"validate.FloatRules"> & {
  const: number;
  lt: number;
  lte: number;
  gt: number;
  gte: number;
  in: number[];
  notIn: number[];
  ignoreEmpty: boolean;
};
export declare type DoubleRules = Message<"validate.DoubleRules"> & {
  const: number;
  lt: number;
  lte: number;
  gt: number;
  gte: number;
  in: number[];
  notIn: number[];
  ignoreEmpty: boolean;
};
export declare type Int32Rules = Message<"validate.Int32Rules"> & {
  const: number;
  lt: number;
  lte: number;
  gt: number;
  gte: number;
  in: number[];
  notIn: number[];
  ignoreEmpty: boolean;
};
export declare type Int64Rules = Message<"validate.Int64Rules"> & {
  const: bigint;
  lt: bigint;
  lte: bigint;
  gt: bigint;
  gte: bigint;
  in: bigint[];
  notIn: bigint[];
  ignoreEmpty: boolean;
};
export declare type UInt32Rules = Message<"validate.UInt32Rules"> & {
  const: number;
  lt: number;
  lte: number;
  gt: number;
  gte: number;
  in: number[];
  notIn: number[];
  ignoreEmpty: boolean;
};
export declare type UInt64Rules = Message<"validate.UInt64Rules"> & {
  const: bigint;
  lt: bigint;
  lte: bigint;
  gt: bigint;
  gte: bigint;
  in: bigint[];
  notIn: bigint[];
  ignoreEmpty: boolean;
};
export declare type SInt32Rules = Message<"validate.SInt32Rules"> & {
  const: number;
  lt: number;
  lte: number;
  gt: number;
  gte: number;
  in: number[];
  notIn: number[];
  ignoreEmpty: boolean;
};
export declare type SInt64Rules = Message<"validate.SInt64Rules"> & {
  const: bigint;
  lt: bigint;
  lte: bigint;
  gt: bigint;
  gte: bigint;
  in: bigint[];
  notIn: bigint[];
  ignoreEmpty: boolean;
};
export declare type Fixed32Rules = Message<"validate.Fixed32Rules"> & {
  const: number;
  lt: number;
  lte: number;
  gt: number;
  gte: number;
  in: number[];
  notIn: number[];
  ignoreEmpty: boolean;
};
export declare type Fixed64Rules = Message<"validate.Fixed64Rules"> & {
  const: bigint;
  lt: bigint;
  lte: bigint;
  gt: bigint;
  gte: bigint;
  in: bigint[];
  notIn: bigint[];
  ignoreEmpty: boolean;
};
export declare type SFixed32Rules = Message<"validate.SFixed32Rules"> & {
  const: number;
  lt: number;
  lte: number;
  gt: number;
  gte: number;
  in: number[];
  notIn: number[];
  ignoreEmpty: boolean;
};
export declare type SFixed64Rules = Message<"validate.SFixed64Rules"> & {
  const: bigint;
  lt: bigint;
  lte: bigint;
  gt: bigint;
  gte: bigint;
  in: bigint[];
  notIn: bigint[];
  ignoreEmpty: boolean;
};
export declare type BoolRules = Message<"validate.BoolRules"> & {
  const: boolean;
};
export declare type StringRules = Message<"validate.StringRules"> & {
  const: string;
  len: bigint;
  minLen: bigint;
  maxLen: bigint;
  lenBytes: bigint;
  minBytes: bigint;
  maxBytes: bigint;
  pattern: string;
  prefix: string;
  suffix: string;
  contains: string;
  notContains: string;
  in: string[];
  notIn: string[];
  wellKnown: {
    value: boolean;
    case: "email";
  } | {
    value: boolean;
    case: "hostname";
  } | {
    value: boolean;
    case: "ip";
  } | {
    value: boolean;
    case: "ipv4";
  } | {
    value: boolean;
    case: "ipv6";
  } | {
    value: boolean;
    case: "uri";
  } | {
    value: boolean;
    case: "uriRef";
  } | {
    value: boolean;
    case: "address";
  } | {
    value: boolean;
    case: "uuid";
  } | {
    value: KnownRegex;
    case: "wellKnownRegex";
  } | { case: undefined; value?: undefined };
  strict: boolean;
  ignoreEmpty: boolean;
};
export declare type BytesRules = Message<"validate.BytesRules"> & {
  const: Uint8Array;
  len: bigint;
  minLen: bigint;
  maxLen: bigint;
  pattern: string;
  prefix: Uint8Array;
  suffix: Uint8Array;
  contains: Uint8Array;
  in: Uint8Array[];
  notIn: Uint8Array[];
  wellKnown: {
    value: boolean;
    case: "ip";
  } | {
    value: boolean;
    case: "ipv4";
  } | {
    value: boolean;
    case: "ipv6";
  } | { case: undefined; value?: undefined };
  ignoreEmpty: boolean;
};
export declare type EnumRules = Message<"validate.EnumRules"> & {
  const: number;
  definedOnly: boolean;
  in: number[];
  notIn: number[];
};
export declare type MessageRules = Message<"validate.MessageRules"> & {
  skip: boolean;
  required: boolean;
};
export declare type RepeatedRules = Message<"validate.RepeatedRules"> & {
  minItems: bigint;
  maxItems: bigint;
  unique: boolean;
  items?: FieldRules | undefined;
  ignoreEmpty: boolean;
};
export declare type MapRules = Message<"validate.MapRules"> & {
  minPairs: bigint;
  maxPairs: bigint;
  noSparse: boolean;
  keys?: FieldRules | undefined;
  values?: FieldRules | undefined;
  ignoreEmpty: boolean;
};
export declare type AnyRules = Message<"validate.AnyRules"> & {
  required: boolean;
  in: string[];
  notIn: string[];
};
export declare type DurationRules = Message<"validate.DurationRules"> & {
  required: boolean;
  const?: Duration | undefined;
  lt?: Duration | undefined;
  lte?: Duration | undefined;
  gt?: Duration | undefined;
  gte?: Duration | undefined;
  in: Duration[];
  notIn: Duration[];
};
export declare type TimestampRules = Message<"validate.TimestampRules"> & {
  required: boolean;
  const?: Timestamp | undefined;
  lt?: Timestamp | undefined;
  lte?: Timestamp | undefined;
  gt?: Timestamp | undefined;
  gte?: Timestamp | undefined;
  ltNow: boolean;
  gtNow: boolean;
  within?: Duration | undefined;
};
export type KnownRegex = 0 | 1 | 2;
