// Generated from envoy/config/endpoint/v3/endpoint.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Endpoint, LocalityLbEndpoints } from "./endpoint_components_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { FractionalPercent } from "../../../type/v3/percent_pb.js";
export declare type ClusterLoadAssignment = Message<"envoy.config.endpoint.v3.ClusterLoadAssignment"> & {
  clusterName: string;
  endpoints: LocalityLbEndpoints[];
  namedEndpoints: { [key: string]: Endpoint };
  policy?: ClusterLoadAssignment_Policy | undefined;
};
export declare type ClusterLoadAssignment_Policy = Message<"envoy.config.endpoint.v3.ClusterLoadAssignment.Policy"> & {
  dropOverloads: ClusterLoadAssignment_Policy_DropOverload[];
  overprovisioningFactor?: number | undefined;
  endpointStaleAfter?: Duration | undefined;
  weightedPriorityHealth: boolean;
};
export declare type ClusterLoadAssignment_Policy_DropOverload = Message<"envoy.config.endpoint.v3.ClusterLoadAssignment.Policy.DropOverload"> & {
  category: string;
  dropPercentage?: FractionalPercent | undefined;
};
