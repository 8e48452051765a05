// Generated from opentelemetry/proto/common/v1/common.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type AnyValue = Message<"opentelemetry.proto.common.v1.AnyValue"> & {
  value: {
    value: string;
    case: "stringValue";
  } | {
    value: boolean;
    case: "boolValue";
  } | {
    value: bigint;
    case: "intValue";
  } | {
    value: number;
    case: "doubleValue";
  } | {
    value: ArrayValue;
    case: "arrayValue";
  } | {
    value: KeyValueList;
    case: "kvlistValue";
  } | {
    value: Uint8Array;
    case: "bytesValue";
  } | {
    value: number;
    case: "stringValueStrindex";
  } | { case: undefined; value?: undefined };
};
export declare type ArrayValue = Message<"opentelemetry.proto.common.v1.ArrayValue"> & {
  values: AnyValue[];
};
export declare type KeyValueList = Message<"opentelemetry.proto.common.v1.KeyValueList"> & {
  values: KeyValue[];
};
export declare type KeyValue = Message<"opentelemetry.proto.common.v1.KeyValue"> & {
  key: string;
  value?: AnyValue | undefined;
  keyStrindex: number;
};
export declare type InstrumentationScope = Message<"opentelemetry.proto.common.v1.InstrumentationScope"> & {
  name: string;
  version: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
};
export declare type EntityRef = Message<"opentelemetry.proto.common.v1.EntityRef"> & {
  schemaUrl: string;
  type: string;
  idKeys: string[];
  descriptionKeys: string[];
};
