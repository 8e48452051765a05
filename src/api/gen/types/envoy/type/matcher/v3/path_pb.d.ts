// Generated from envoy/type/matcher/v3/path.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { StringMatcher } from "./string_pb.js";
export declare type PathMatcher = Message<"envoy.type.matcher.v3.PathMatcher"> & {
  rule: {
    value: StringMatcher;
    case: "path";
  } | { case: undefined; value?: undefined };
};
