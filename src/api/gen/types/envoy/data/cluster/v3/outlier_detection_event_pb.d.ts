// Generated from envoy/data/cluster/v3/outlier_detection_event.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
export declare type OutlierDetectionEvent = Message<"envoy.data.cluster.v3.OutlierDetectionEvent"> & {
  type: OutlierEjectionType;
  timestamp?: Timestamp | undefined;
  secsSinceLastAction?: bigint | undefined;
  clusterName: string;
  upstreamUrl: string;
  action: Action;
  numEjections: number;
  enforced: boolean;
  event: {
    value: OutlierEjectSuccessRate;
    case: "ejectSuccessRateEvent";
  } | {
    value: OutlierEjectConsecutive;
    case: "ejectConsecutiveEvent";
  } | {
    value: OutlierEjectFailurePercentage;
    case: "ejectFailurePercentageEvent";
  } | { case: undefined; value?: undefined };
};
export declare type OutlierEjectSuccessRate = Message<"envoy.data.cluster.v3.OutlierEjectSuccessRate"> & {
  hostSuccessRate: number;
  clusterAverageSuccessRate: number;
  clusterSuccessRateEjectionThreshold: number;
};
export declare type OutlierEjectConsecutive = Message<"envoy.data.cluster.v3.OutlierEjectConsecutive"> & {
};
export declare type OutlierEjectFailurePercentage = Message<"envoy.data.cluster.v3.OutlierEjectFailurePercentage"> & {
  hostSuccessRate: number;
};
export type OutlierEjectionType = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
export type Action = 0 | 1;
