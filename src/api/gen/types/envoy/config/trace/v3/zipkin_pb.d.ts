// Generated from envoy/config/trace/v3/zipkin.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HttpService } from "../../core/v3/http_service_pb.js";
export declare type ZipkinConfig = Message<"envoy.config.trace.v3.ZipkinConfig"> & {
  collectorCluster: string;
  collectorEndpoint: string;
  traceId128bit: boolean;
  sharedSpanContext?: boolean | undefined;
  collectorEndpointVersion: ZipkinConfig_CollectorEndpointVersion;
  collectorHostname: string;
  splitSpansForRequest: boolean;
  traceContextOption: ZipkinConfig_TraceContextOption;
  collectorService?: HttpService | undefined;
  timestampTraceIds: boolean;
};
export type ZipkinConfig_TraceContextOption = 0 | 1;
export type ZipkinConfig_CollectorEndpointVersion = 0 | 1 | 2 | 3;
