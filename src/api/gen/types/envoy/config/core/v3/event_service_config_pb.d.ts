// Generated from envoy/config/core/v3/event_service_config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "./grpc_service_pb.js";
export declare type EventServiceConfig = Message<"envoy.config.core.v3.EventServiceConfig"> & {
  configSourceSpecifier: {
    value: GrpcService;
    case: "grpcService";
  } | { case: undefined; value?: undefined };
};
