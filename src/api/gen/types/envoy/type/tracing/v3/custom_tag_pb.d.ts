// Generated from envoy/type/tracing/v3/custom_tag.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { MetadataKey, MetadataKind } from "../../metadata/v3/metadata_pb.js";
export declare type CustomTag = Message<"envoy.type.tracing.v3.CustomTag"> & {
  tag: string;
  type: {
    value: CustomTag_Literal;
    case: "literal";
  } | {
    value: CustomTag_Environment;
    case: "environment";
  } | {
    value: CustomTag_Header;
    case: "requestHeader";
  } | {
    value: CustomTag_Metadata;
    case: "metadata";
  } | {
    value: string;
    case: "value";
  } | { case: undefined; value?: undefined };
  valueType: CustomTag_ValueType;
};
export declare type CustomTag_Literal = Message<"envoy.type.tracing.v3.CustomTag.Literal"> & {
  value: string;
};
export declare type CustomTag_Environment = Message<"envoy.type.tracing.v3.CustomTag.Environment"> & {
  name: string;
  defaultValue: string;
};
export declare type CustomTag_Header = Message<"envoy.type.tracing.v3.CustomTag.Header"> & {
  name: string;
  defaultValue: string;
};
export declare type CustomTag_Metadata = Message<"envoy.type.tracing.v3.CustomTag.Metadata"> & {
  kind?: MetadataKind | undefined;
  metadataKey?: MetadataKey | undefined;
  defaultValue: string;
};
export type CustomTag_ValueType = 0 | 1 | 2 | 3 | 4;
