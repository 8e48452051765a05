// Generated from envoy/config/core/v3/substitution_format_string.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { DataSource } from "./base_pb.js";
import type { TypedExtensionConfig } from "./extension_pb.js";
export declare type JsonFormatOptions = Message<"envoy.config.core.v3.JsonFormatOptions"> & {
  sortProperties: boolean;
};
export declare type SubstitutionFormatString = Message<"envoy.config.core.v3.SubstitutionFormatString"> & {
  format: {
    value: string;
    case: "textFormat";
  } | {
    value: JsonObject;
    case: "jsonFormat";
  } | {
    value: DataSource;
    case: "textFormatSource";
  } | { case: undefined; value?: undefined };
  omitEmptyValues: boolean;
  contentType: string;
  formatters: TypedExtensionConfig[];
  jsonFormatOptions?: JsonFormatOptions | undefined;
};
