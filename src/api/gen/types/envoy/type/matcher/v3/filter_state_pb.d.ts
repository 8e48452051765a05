// Generated from envoy/type/matcher/v3/filter_state.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { StringMatcher } from "./string_pb.js";
import type { AddressMatcher } from "./address_pb.js";
export declare type FilterStateMatcher = Message<"envoy.type.matcher.v3.FilterStateMatcher"> & {
  key: string;
  matcher: {
    value: StringMatcher;
    case: "stringMatch";
  } | {
    value: AddressMatcher;
    case: "addressMatch";
  } | { case: undefined; value?: undefined };
};
