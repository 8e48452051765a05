// Generated from opentelemetry/proto/collector/trace/v1/trace_service.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ResourceSpans } from "../../../trace/v1/trace_pb.js";
export declare type ExportTraceServiceRequest = Message<"opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest"> & {
  resourceSpans: ResourceSpans[];
};
export declare type ExportTraceServiceResponse = Message<"opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse"> & {
  partialSuccess?: ExportTracePartialSuccess | undefined;
};
export declare type ExportTracePartialSuccess = Message<"opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess"> & {
  rejectedSpans: bigint;
  errorMessage: string;
};
