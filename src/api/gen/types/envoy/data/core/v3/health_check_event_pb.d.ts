// Generated from envoy/data/core/v3/health_check_event.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Address } from "../../../config/core/v3/address_pb.js";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Locality, Metadata } from "../../../config/core/v3/base_pb.js";
export declare type HealthCheckEvent = Message<"envoy.data.core.v3.HealthCheckEvent"> & {
  healthCheckerType: HealthCheckerType;
  host?: Address | undefined;
  clusterName: string;
  event: {
    value: HealthCheckEjectUnhealthy;
    case: "ejectUnhealthyEvent";
  } | {
    value: HealthCheckAddHealthy;
    case: "addHealthyEvent";
  } | {
    value: HealthCheckSuccessful;
    case: "successfulHealthCheckEvent";
  } | {
    value: HealthCheckFailure;
    case: "healthCheckFailureEvent";
  } | {
    value: DegradedHealthyHost;
    case: "degradedHealthyHost";
  } | {
    value: NoLongerDegradedHost;
    case: "noLongerDegradedHost";
  } | { case: undefined; value?: undefined };
  timestamp?: Timestamp | undefined;
  metadata?: Metadata | undefined;
  locality?: Locality | undefined;
};
export declare type HealthCheckEjectUnhealthy = Message<"envoy.data.core.v3.HealthCheckEjectUnhealthy"> & {
  failureType: HealthCheckFailureType;
  httpStatusCode: number;
};
export declare type HealthCheckAddHealthy = Message<"envoy.data.core.v3.HealthCheckAddHealthy"> & {
  firstCheck: boolean;
};
export declare type HealthCheckSuccessful = Message<"envoy.data.core.v3.HealthCheckSuccessful"> & {
};
export declare type HealthCheckFailure = Message<"envoy.data.core.v3.HealthCheckFailure"> & {
  failureType: HealthCheckFailureType;
  firstCheck: boolean;
  httpStatusCode: number;
};
export declare type DegradedHealthyHost = Message<"envoy.data.core.v3.DegradedHealthyHost"> & {
};
export declare type NoLongerDegradedHost = Message<"envoy.data.core.v3.NoLongerDegradedHost"> & {
};
export type HealthCheckFailureType = 0 | 1 | 2 | 3;
export type HealthCheckerType = 0 | 1 | 2 | 3 | 4 | 5 | 6;
