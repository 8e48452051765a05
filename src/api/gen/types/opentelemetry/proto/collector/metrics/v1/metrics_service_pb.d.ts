// Generated from opentelemetry/proto/collector/metrics/v1/metrics_service.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ResourceMetrics } from "../../../metrics/v1/metrics_pb.js";
export declare type ExportMetricsServiceRequest = Message<"opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest"> & {
  resourceMetrics: ResourceMetrics[];
};
export declare type ExportMetricsServiceResponse = Message<"opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse"> & {
  partialSuccess?: ExportMetricsPartialSuccess | undefined;
};
export declare type ExportMetricsPartialSuccess = Message<"opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess"> & {
  rejectedDataPoints: bigint;
  errorMessage: string;
};
