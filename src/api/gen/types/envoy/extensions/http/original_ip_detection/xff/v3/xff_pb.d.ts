// Generated from envoy/extensions/http/original_ip_detection/xff/v3/xff.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CidrRange } from "../../../../../config/core/v3/address_pb.js";
export declare type XffConfig = Message<"envoy.extensions.http.original_ip_detection.xff.v3.XffConfig"> & {
  xffNumTrustedHops: number;
  xffTrustedCidrs?: XffTrustedCidrs | undefined;
  skipXffAppend?: boolean | undefined;
};
export declare type XffTrustedCidrs = Message<"envoy.extensions.http.original_ip_detection.xff.v3.XffTrustedCidrs"> & {
  cidrs: CidrRange[];
};
