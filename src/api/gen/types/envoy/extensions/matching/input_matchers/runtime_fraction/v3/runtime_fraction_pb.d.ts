// Generated from envoy/extensions/matching/input_matchers/runtime_fraction/v3/runtime_fraction.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
export declare type RuntimeFraction = Message<"envoy.extensions.matching.input_matchers.runtime_fraction.v3.RuntimeFraction"> & {
  runtimeFraction?: RuntimeFractionalPercent | undefined;
  seed: bigint;
};
