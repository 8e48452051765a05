// Generated from envoy/type/matcher/v3/number.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DoubleRange } from "../../v3/range_pb.js";
export declare type DoubleMatcher = Message<"envoy.type.matcher.v3.DoubleMatcher"> & {
  matchPattern: {
    value: DoubleRange;
    case: "range";
  } | {
    value: number;
    case: "exact";
  } | { case: undefined; value?: undefined };
};
