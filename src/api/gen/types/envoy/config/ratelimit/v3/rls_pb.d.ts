// Generated from envoy/config/ratelimit/v3/rls.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../core/v3/grpc_service_pb.js";
import type { ApiVersion } from "../../core/v3/config_source_pb.js";
export declare type RateLimitServiceConfig = Message<"envoy.config.ratelimit.v3.RateLimitServiceConfig"> & {
  grpcService?: GrpcService | undefined;
  transportApiVersion: ApiVersion;
};
