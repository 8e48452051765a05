// Generated from envoy/type/matcher/v3/value.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DoubleMatcher } from "./number_pb.js";
import type { StringMatcher } from "./string_pb.js";
export declare type ValueMatcher = Message<"envoy.type.matcher.v3.ValueMatcher"> & {
  matchPattern: {
    value: ValueMatcher_NullMatch;
    case: "nullMatch";
  } | {
    value: DoubleMatcher;
    case: "doubleMatch";
  } | {
    value: StringMatcher;
    case: "stringMatch";
  } | {
    value: boolean;
    case: "boolMatch";
  } | {
    value: boolean;
    case: "presentMatch";
  } | {
    value: ListMatcher;
    case: "listMatch";
  } | {
    value: OrMatcher;
    case: "orMatch";
  } | { case: undefined; value?: undefined };
};
export declare type ValueMatcher_NullMatch = Message<"envoy.type.matcher.v3.ValueMatcher.NullMatch"> & {
};
export declare type ListMatcher = Message<"envoy.type.matcher.v3.ListMatcher"> & {
  matchPattern: {
    value: ValueMatcher;
    case: "oneOf";
  } | { case: undefined; value?: undefined };
};
export declare type OrMatcher = Message<"envoy.type.matcher.v3.OrMatcher"> & {
  valueMatchers: ValueMatcher[];
};
