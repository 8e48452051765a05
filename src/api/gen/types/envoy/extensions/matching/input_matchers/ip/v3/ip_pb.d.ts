// Generated from envoy/extensions/matching/input_matchers/ip/v3/ip.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CidrRange } from "../../../../../config/core/v3/address_pb.js";
export declare type Ip = Message<"envoy.extensions.matching.input_matchers.ip.v3.Ip"> & {
  cidrRanges: CidrRange[];
  statPrefix: string;
};
