// Generated from envoy/service/accesslog/v3/als.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Node } from "../../../config/core/v3/base_pb.js";
import type { HTTPAccessLogEntry, TCPAccessLogEntry } from "../../../data/accesslog/v3/accesslog_pb.js";
export declare type StreamAccessLogsResponse = Message<"envoy.service.accesslog.v3.StreamAccessLogsResponse"> & {
};
export declare type StreamAccessLogsMessage = Message<"envoy.service.accesslog.v3.StreamAccessLogsMessage"> & {
  identifier?: StreamAccessLogsMessage_Identifier | undefined;
  logEntries: {
    value: StreamAccessLogsMessage_HTTPAccessLogEntries;
    case: "httpLogs";
  } | {
    value: StreamAccessLogsMessage_TCPAccessLogEntries;
    case: "tcpLogs";
  } | { case: undefined; value?: undefined };
};
export declare type StreamAccessLogsMessage_Identifier = Message<"envoy.service.accesslog.v3.StreamAccessLogsMessage.Identifier"> & {
  node?: Node | undefined;
  logName: string;
};
export declare type StreamAccessLogsMessage_HTTPAccessLogEntries = Message<"envoy.service.accesslog.v3.StreamAccessLogsMessage.HTTPAccessLogEntries"> & {
  logEntry: HTTPAccessLogEntry[];
};
export declare type StreamAccessLogsMessage_TCPAccessLogEntries = Message<"envoy.service.accesslog.v3.StreamAccessLogsMessage.TCPAccessLogEntries"> & {
  logEntry: TCPAccessLogEntry[];
};
