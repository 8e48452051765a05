// Generated from contrib/envoy/extensions/filters/http/istio_stats/v3/istio_stats.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type MetricConfig = Message<"stats.MetricConfig"> & {
  dimensions: { [key: string]: string };
  name: string;
  tagsToRemove: string[];
  match: string;
  drop: boolean;
};
export declare type MetricDefinition = Message<"stats.MetricDefinition"> & {
  name: string;
  value: string;
  type: MetricType;
};
export declare type PluginConfig = Message<"stats.PluginConfig"> & {
  disableHostHeaderFallback: boolean;
  tcpReportingDuration?: Duration | undefined;
  metrics: MetricConfig[];
  definitions: MetricDefinition[];
  reporter: Reporter;
  rotationInterval?: Duration | undefined;
  gracefulDeletionInterval?: Duration | undefined;
};
export type MetricType = 0 | 1 | 2;
export type Reporter = 0 | 1;
