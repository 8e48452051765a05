// Generated from envoy/config/cluster/v3/outlier_detection.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
export declare type OutlierDetection = Message<"envoy.config.cluster.v3.OutlierDetection"> & {
  consecutive5xx?: number | undefined;
  interval?: Duration | undefined;
  baseEjectionTime?: Duration | undefined;
  maxEjectionPercent?: number | undefined;
  enforcingConsecutive5xx?: number | undefined;
  enforcingSuccessRate?: number | undefined;
  successRateMinimumHosts?: number | undefined;
  successRateRequestVolume?: number | undefined;
  successRateStdevFactor?: number | undefined;
  consecutiveGatewayFailure?: number | undefined;
  enforcingConsecutiveGatewayFailure?: number | undefined;
  splitExternalLocalOriginErrors: boolean;
  consecutiveLocalOriginFailure?: number | undefined;
  enforcingConsecutiveLocalOriginFailure?: number | undefined;
  enforcingLocalOriginSuccessRate?: number | undefined;
  failurePercentageThreshold?: number | undefined;
  enforcingFailurePercentage?: number | undefined;
  enforcingFailurePercentageLocalOrigin?: number | undefined;
  failurePercentageMinimumHosts?: number | undefined;
  failurePercentageRequestVolume?: number | undefined;
  maxEjectionTime?: Duration | undefined;
  maxEjectionTimeJitter?: Duration | undefined;
  successfulActiveHealthCheckUnejectHost?: boolean | undefined;
  monitors: TypedExtensionConfig[];
  alwaysEjectOneHost?: boolean | undefined;
  detectDegradedHosts?: boolean | undefined;
};
