// Generated from xds/type/matcher/v3/ip.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CidrRange } from "../../../core/v3/cidr_pb.js";
import type { Matcher_OnMatch } from "./matcher_pb.js";
export declare type IPMatcher = Message<"xds.type.matcher.v3.IPMatcher"> & {
  rangeMatchers: IPMatcher_IPRangeMatcher[];
};
export declare type IPMatcher_IPRangeMatcher = Message<"xds.type.matcher.v3.IPMatcher.IPRangeMatcher"> & {
  ranges: CidrRange[];
  onMatch?: Matcher_OnMatch | undefined;
  exclusive: boolean;
};
