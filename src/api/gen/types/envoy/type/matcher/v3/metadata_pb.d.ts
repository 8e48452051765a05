// Generated from envoy/type/matcher/v3/metadata.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ValueMatcher } from "./value_pb.js";
export declare type MetadataMatcher = Message<"envoy.type.matcher.v3.MetadataMatcher"> & {
  filter: string;
  path: MetadataMatcher_PathSegment[];
  value?: ValueMatcher | undefined;
  invert: boolean;
};
export declare type MetadataMatcher_PathSegment = Message<"envoy.type.matcher.v3.MetadataMatcher.PathSegment"> & {
  segment: {
    value: string;
    case: "key";
  } | { case: undefined; value?: undefined };
};
