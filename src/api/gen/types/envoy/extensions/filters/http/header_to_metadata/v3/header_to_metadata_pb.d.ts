// Generated from envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RegexMatchAndSubstitute } from "../../../../../type/matcher/v3/regex_pb.js";
export declare type Config = Message<"envoy.extensions.filters.http.header_to_metadata.v3.Config"> & {
  requestRules: Config_Rule[];
  responseRules: Config_Rule[];
  statPrefix: string;
};
export declare type Config_KeyValuePair = Message<"envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair"> & {
  metadataNamespace: string;
  key: string;
  value: string;
  regexValueRewrite?: RegexMatchAndSubstitute | undefined;
  type: Config_ValueType;
  encode: Config_ValueEncode;
};
export declare type Config_Rule = Message<"envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule"> & {
  header: string;
  cookie: string;
  onHeaderPresent?: Config_KeyValuePair | undefined;
  onHeaderMissing?: Config_KeyValuePair | undefined;
  remove: boolean;
};
export type Config_ValueType = 0 | 1 | 2;
export type Config_ValueEncode = 0 | 1;
