// Generated from envoy/extensions/load_balancing_policies/wrr_locality/v3/wrr_locality.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { LoadBalancingPolicy } from "../../../../config/cluster/v3/cluster_pb.js";
export declare type WrrLocality = Message<"envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality"> & {
  endpointPickingPolicy?: LoadBalancingPolicy | undefined;
};
