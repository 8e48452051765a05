// Generated from opentelemetry/proto/logs/v1/logs.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Resource } from "../../resource/v1/resource_pb.js";
import type { AnyValue, InstrumentationScope, KeyValue } from "../../common/v1/common_pb.js";
export declare type LogsData = Message<"opentelemetry.proto.logs.v1.LogsData"> & {
  resourceLogs: ResourceLogs[];
};
export declare type ResourceLogs = Message<"opentelemetry.proto.logs.v1.ResourceLogs"> & {
  resource?: Resource | undefined;
  scopeLogs: ScopeLogs[];
  schemaUrl: string;
};
export declare type ScopeLogs = Message<"opentelemetry.proto.logs.v1.ScopeLogs"> & {
  scope?: InstrumentationScope | undefined;
  logRecords: LogRecord[];
  schemaUrl: string;
};
export declare type LogRecord = Message<"opentelemetry.proto.logs.v1.LogRecord"> & {
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: SeverityNumber;
  severityText: string;
  body?: AnyValue | undefined;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
  traceId: Uint8Array;
  spanId: Uint8Array;
  eventName: string;
};
export type SeverityNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24;
export type LogRecordFlags = 0 | 255;
