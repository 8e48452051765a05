// Generated from envoy/config/metrics/v3/metrics_service.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../core/v3/grpc_service_pb.js";
import type { ApiVersion } from "../../core/v3/config_source_pb.js";
export declare type MetricsServiceConfig = Message<"envoy.config.metrics.v3.MetricsServiceConfig"> & {
  grpcService?: GrpcService | undefined;
  transportApiVersion: ApiVersion;
  reportCountersAsDeltas?: boolean | undefined;
  emitTagsAsLabels: boolean;
  histogramEmitMode: HistogramEmitMode;
  batchSize: number;
};
export type HistogramEmitMode = 0 | 1 | 2;
