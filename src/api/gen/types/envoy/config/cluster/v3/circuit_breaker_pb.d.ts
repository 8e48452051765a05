// Generated from envoy/config/cluster/v3/circuit_breaker.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RoutingPriority } from "../../core/v3/base_pb.js";
import type { Percent } from "../../../type/v3/percent_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type CircuitBreakers = Message<"envoy.config.cluster.v3.CircuitBreakers"> & {
  thresholds: CircuitBreakers_Thresholds[];
  perHostThresholds: CircuitBreakers_Thresholds[];
};
export declare type CircuitBreakers_Thresholds = Message<"envoy.config.cluster.v3.CircuitBreakers.Thresholds"> & {
  priority: RoutingPriority;
  maxConnections?: number | undefined;
  maxPendingRequests?: number | undefined;
  maxRequests?: number | undefined;
  maxRetries?: number | undefined;
  retryBudget?: CircuitBreakers_Thresholds_RetryBudget | undefined;
  trackRemaining: boolean;
  maxConnectionPools?: number | undefined;
};
export declare type CircuitBreakers_Thresholds_RetryBudget = Message<"envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget"> & {
  budgetPercent?: Percent | undefined;
  budgetInterval?: Duration | undefined;
  minRetryConcurrency?: number | undefined;
};
