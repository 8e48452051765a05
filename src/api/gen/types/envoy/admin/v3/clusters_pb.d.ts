// Generated from envoy/admin/v3/clusters.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Percent } from "../../type/v3/percent_pb.js";
import type { CircuitBreakers } from "../../config/cluster/v3/circuit_breaker_pb.js";
import type { Address } from "../../config/core/v3/address_pb.js";
import type { SimpleMetric } from "./metrics_pb.js";
import type { Locality } from "../../config/core/v3/base_pb.js";
import type { HealthStatus } from "../../config/core/v3/health_check_pb.js";
export declare type Clusters = Message<"envoy.admin.v3.Clusters"> & {
  clusterStatuses: ClusterStatus[];
};
export declare type ClusterStatus = Message<"envoy.admin.v3.ClusterStatus"> & {
  name: string;
  addedViaApi: boolean;
  successRateEjectionThreshold?: Percent | undefined;
  hostStatuses: HostStatus[];
  localOriginSuccessRateEjectionThreshold?: Percent | undefined;
  circuitBreakers?: CircuitBreakers | undefined;
  observabilityName: string;
  edsServiceName: string;
};
export declare type HostStatus = Message<"envoy.admin.v3.HostStatus"> & {
  address?: Address | undefined;
  stats: SimpleMetric[];
  healthStatus?: HostHealthStatus | undefined;
  successRate?: Percent | undefined;
  weight: number;
  hostname: string;
  priority: number;
  localOriginSuccessRate?: Percent | undefined;
  locality?: Locality | undefined;
};
export declare type HostHealthStatus = Message<"envoy.admin.v3.HostHealthStatus"> & {
  failedActiveHealthCheck: boolean;
  failedOutlierCheck: boolean;
  failedActiveDegradedCheck: boolean;
  pendingDynamicRemoval: boolean;
  pendingActiveHc: boolean;
  excludedViaImmediateHcFail: boolean;
  activeHcTimeout: boolean;
  failedDegradedOutlierDetection: boolean;
  edsHealthStatus: HealthStatus;
};
