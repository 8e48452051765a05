// Generated from envoy/type/matcher/v3/string.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RegexMatcher } from "./regex_pb.js";
import type { TypedExtensionConfig } from "../../../../xds/core/v3/extension_pb.js";
export declare type StringMatcher = Message<"envoy.type.matcher.v3.StringMatcher"> & {
  matchPattern: {
    value: string;
    case: "exact";
  } | {
    value: string;
    case: "prefix";
  } | {
    value: string;
    case: "suffix";
  } | {
    value: RegexMatcher;
    case: "safeRegex";
  } | {
    value: string;
    case: "contains";
  } | {
    value: TypedExtensionConfig;
    case: "custom";
  } | { case: undefined; value?: undefined };
  ignoreCase: boolean;
};
export declare type ListStringMatcher = Message<"envoy.type.matcher.v3.ListStringMatcher"> & {
  patterns: StringMatcher[];
};
