// Generated from envoy/extensions/filters/http/ext_proc/v3/processing_mode.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type ProcessingMode = Message<"envoy.extensions.filters.http.ext_proc.v3.ProcessingMode"> & {
  requestHeaderMode: ProcessingMode_HeaderSendMode;
  responseHeaderMode: ProcessingMode_HeaderSendMode;
  requestBodyMode: ProcessingMode_BodySendMode;
  responseBodyMode: ProcessingMode_BodySendMode;
  requestTrailerMode: ProcessingMode_HeaderSendMode;
  responseTrailerMode: ProcessingMode_HeaderSendMode;
};
export type ProcessingMode_HeaderSendMode = 0 | 1 | 2;
export type ProcessingMode_BodySendMode = 0 | 1 | 2 | 3 | 4 | 5;
