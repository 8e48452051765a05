// Generated from opentelemetry/proto/collector/logs/v1/logs_service.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ResourceLogs } from "../../../logs/v1/logs_pb.js";
export declare type ExportLogsServiceRequest = Message<"opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest"> & {
  resourceLogs: ResourceLogs[];
};
export declare type ExportLogsServiceResponse = Message<"opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse"> & {
  partialSuccess?: ExportLogsPartialSuccess | undefined;
};
export declare type ExportLogsPartialSuccess = Message<"opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess"> & {
  rejectedLogRecords: bigint;
  errorMessage: string;
};
