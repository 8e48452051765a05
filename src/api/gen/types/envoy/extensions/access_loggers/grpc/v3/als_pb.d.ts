// Generated from envoy/extensions/access_loggers/grpc/v3/als.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../../../config/core/v3/grpc_service_pb.js";
import type { ApiVersion } from "../../../../config/core/v3/config_source_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RetryPolicy } from "../../../../config/core/v3/base_pb.js";
import type { CustomTag } from "../../../../type/tracing/v3/custom_tag_pb.js";
export declare type HttpGrpcAccessLogConfig = Message<"envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig"> & {
  commonConfig?: CommonGrpcAccessLogConfig | undefined;
  additionalRequestHeadersToLog: string[];
  additionalResponseHeadersToLog: string[];
  additionalResponseTrailersToLog: string[];
};
export declare type TcpGrpcAccessLogConfig = Message<"envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig"> & {
  commonConfig?: CommonGrpcAccessLogConfig | undefined;
};
export declare type CommonGrpcAccessLogConfig = Message<"envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig"> & {
  logName: string;
  grpcService?: GrpcService | undefined;
  transportApiVersion: ApiVersion;
  bufferFlushInterval?: Duration | undefined;
  bufferSizeBytes?: number | undefined;
  filterStateObjectsToLog: string[];
  grpcStreamRetryPolicy?: RetryPolicy | undefined;
  customTags: CustomTag[];
};
