// Generated from xds/type/matcher/v3/range.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DoubleRange, Int32Range, Int64Range } from "../../v3/range_pb.js";
import type { Matcher_OnMatch } from "./matcher_pb.js";
export declare type Int64RangeMatcher = Message<"xds.type.matcher.v3.Int64RangeMatcher"> & {
  rangeMatchers: Int64RangeMatcher_RangeMatcher[];
};
export declare type Int64RangeMatcher_RangeMatcher = Message<"xds.type.matcher.v3.Int64RangeMatcher.RangeMatcher"> & {
  ranges: Int64Range[];
  onMatch?: Matcher_OnMatch | undefined;
};
export declare type Int32RangeMatcher = Message<"xds.type.matcher.v3.Int32RangeMatcher"> & {
  rangeMatchers: Int32RangeMatcher_RangeMatcher[];
};
export declare type Int32RangeMatcher_RangeMatcher = Message<"xds.type.matcher.v3.Int32RangeMatcher.RangeMatcher"> & {
  ranges: Int32Range[];
  onMatch?: Matcher_OnMatch | undefined;
};
export declare type DoubleRangeMatcher = Message<"xds.type.matcher.v3.DoubleRangeMatcher"> & {
  rangeMatchers: DoubleRangeMatcher_RangeMatcher[];
};
export declare type DoubleRangeMatcher_RangeMatcher = Message<"xds.type.matcher.v3.DoubleRangeMatcher.RangeMatcher"> & {
  ranges: DoubleRange[];
  onMatch?: Matcher_OnMatch | undefined;
};
