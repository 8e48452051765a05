// Generated from envoy/type/matcher/v3/struct.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ValueMatcher } from "./value_pb.js";
export declare type StructMatcher = Message<"envoy.type.matcher.v3.StructMatcher"> & {
  path: StructMatcher_PathSegment[];
  value?: ValueMatcher | undefined;
};
export declare type StructMatcher_PathSegment = Message<"envoy.type.matcher.v3.StructMatcher.PathSegment"> & {
  segment: {
    value: string;
    case: "key";
  } | { case: undefined; value?: undefined };
};
