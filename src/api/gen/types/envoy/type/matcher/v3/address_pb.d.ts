// Generated from envoy/type/matcher/v3/address.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CidrRange } from "../../../../xds/core/v3/cidr_pb.js";
export declare type AddressMatcher = Message<"envoy.type.matcher.v3.AddressMatcher"> & {
  ranges: CidrRange[];
  invertMatch: boolean;
};
