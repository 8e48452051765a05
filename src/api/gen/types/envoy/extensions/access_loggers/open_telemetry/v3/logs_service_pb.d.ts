// Generated from envoy/extensions/access_loggers/open_telemetry/v3/logs_service.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CommonGrpcAccessLogConfig } from "../../grpc/v3/als_pb.js";
import type { HttpService } from "../../../../config/core/v3/http_service_pb.js";
import type { GrpcService } from "../../../../config/core/v3/grpc_service_pb.js";
import type { AnyValue, KeyValueList } from "../../../../../opentelemetry/proto/common/v1/common_pb.js";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { CustomTag } from "../../../../type/tracing/v3/custom_tag_pb.js";
export declare type OpenTelemetryAccessLogConfig = Message<"envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig"> & {
  commonConfig?: CommonGrpcAccessLogConfig | undefined;
  httpService?: HttpService | undefined;
  grpcService?: GrpcService | undefined;
  disableBuiltinLabels: boolean;
  resourceAttributes?: KeyValueList | undefined;
  resourceDetectors: TypedExtensionConfig[];
  body?: AnyValue | undefined;
  attributes?: KeyValueList | undefined;
  statPrefix: string;
  formatters: TypedExtensionConfig[];
  logName: string;
  bufferFlushInterval?: Duration | undefined;
  bufferSizeBytes?: number | undefined;
  filterStateObjectsToLog: string[];
  customTags: CustomTag[];
};
