// Generated from envoy/config/trace/v3/opentelemetry.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../core/v3/grpc_service_pb.js";
import type { HttpService } from "../../core/v3/http_service_pb.js";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
export declare type OpenTelemetryConfig = Message<"envoy.config.trace.v3.OpenTelemetryConfig"> & {
  grpcService?: GrpcService | undefined;
  httpService?: HttpService | undefined;
  exporter?: TypedExtensionConfig | undefined;
  serviceName: string;
  resourceDetectors: TypedExtensionConfig[];
  sampler?: TypedExtensionConfig | undefined;
  maxCacheSize?: number | undefined;
  setTelemetrySdkResourceAttributes?: boolean | undefined;
  setServiceNameResourceAttribute?: boolean | undefined;
  setInstrumentationScope?: boolean | undefined;
};
