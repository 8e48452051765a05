// Generated from envoy/config/endpoint/v3/load_report.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Locality } from "../../core/v3/base_pb.js";
import type { Address } from "../../core/v3/address_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type UpstreamLocalityStats = Message<"envoy.config.endpoint.v3.UpstreamLocalityStats"> & {
  locality?: Locality | undefined;
  totalSuccessfulRequests: bigint;
  totalRequestsInProgress: bigint;
  totalErrorRequests: bigint;
  totalIssuedRequests: bigint;
  totalActiveConnections: bigint;
  totalNewConnections: bigint;
  totalFailConnections: bigint;
  cpuUtilization?: UnnamedEndpointLoadMetricStats | undefined;
  memUtilization?: UnnamedEndpointLoadMetricStats | undefined;
  applicationUtilization?: UnnamedEndpointLoadMetricStats | undefined;
  loadMetricStats: EndpointLoadMetricStats[];
  upstreamEndpointStats: UpstreamEndpointStats[];
  priority: number;
};
export declare type UpstreamEndpointStats = Message<"envoy.config.endpoint.v3.UpstreamEndpointStats"> & {
  address?: Address | undefined;
  metadata?: JsonObject | undefined;
  totalSuccessfulRequests: bigint;
  totalRequestsInProgress: bigint;
  totalErrorRequests: bigint;
  totalIssuedRequests: bigint;
  loadMetricStats: EndpointLoadMetricStats[];
};
export declare type EndpointLoadMetricStats = Message<"envoy.config.endpoint.v3.EndpointLoadMetricStats"> & {
  metricName: string;
  numRequestsFinishedWithMetric: bigint;
  totalMetricValue: number;
};
export declare type UnnamedEndpointLoadMetricStats = Message<"envoy.config.endpoint.v3.UnnamedEndpointLoadMetricStats"> & {
  numRequestsFinishedWithMetric: bigint;
  totalMetricValue: number;
};
export declare type ClusterStats = Message<"envoy.config.endpoint.v3.ClusterStats"> & {
  clusterName: string;
  clusterServiceName: string;
  upstreamLocalityStats: UpstreamLocalityStats[];
  totalDroppedRequests: bigint;
  droppedRequests: ClusterStats_DroppedRequests[];
  loadReportInterval?: Duration | undefined;
};
export declare type ClusterStats_DroppedRequests = Message<"envoy.config.endpoint.v3.ClusterStats.DroppedRequests"> & {
  category: string;
  droppedCount: bigint;
};
