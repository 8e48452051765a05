// Generated from envoy/config/core/v3/health_check.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";
import type { TypedExtensionConfig } from "./extension_pb.js";
import type { EventServiceConfig } from "./event_service_config_pb.js";
import type { HeaderValueOption, RequestMethod } from "./base_pb.js";
import type { Int64Range } from "../../../type/v3/range_pb.js";
import type { CodecClientType } from "../../../type/v3/http_pb.js";
import type { StringMatcher } from "../../../type/matcher/v3/string_pb.js";
import type { ProxyProtocolConfig } from "./proxy_protocol_pb.js";
export declare type HealthStatusSet = Message<"envoy.config.core.v3.HealthStatusSet"> & {
  statuses: HealthStatus[];
};
export declare type HealthCheck = Message<"envoy.config.core.v3.HealthCheck"> & {
  name: string;
  timeout?: Duration | undefined;
  interval?: Duration | undefined;
  initialJitter?: Duration | undefined;
  intervalJitter?: Duration | undefined;
  intervalJitterPercent: number;
  unhealthyThreshold?: number | undefined;
  healthyThreshold?: number | undefined;
  altPort?: number | undefined;
  reuseConnection?: boolean | undefined;
  healthChecker: {
    value: HealthCheck_HttpHealthCheck;
    case: "httpHealthCheck";
  } | {
    value: HealthCheck_TcpHealthCheck;
    case: "tcpHealthCheck";
  } | {
    value: HealthCheck_GrpcHealthCheck;
    case: "grpcHealthCheck";
  } | {
    value: HealthCheck_CustomHealthCheck;
    case: "customHealthCheck";
  } | { case: undefined; value?: undefined };
  noTrafficInterval?: Duration | undefined;
  noTrafficHealthyInterval?: Duration | undefined;
  unhealthyInterval?: Duration | undefined;
  unhealthyEdgeInterval?: Duration | undefined;
  healthyEdgeInterval?: Duration | undefined;
  eventLogPath: string;
  eventLogger: TypedExtensionConfig[];
  eventService?: EventServiceConfig | undefined;
  alwaysLogHealthCheckFailures: boolean;
  alwaysLogHealthCheckSuccess: boolean;
  tlsOptions?: HealthCheck_TlsOptions | undefined;
  transportSocketMatchCriteria?: JsonObject | undefined;
};
export declare type HealthCheck_Payload = Message<"envoy.config.core.v3.HealthCheck.Payload"> & {
  payload: {
    value: string;
    case: "text";
  } | {
    value: Uint8Array;
    case: "binary";
  } | { case: undefined; value?: undefined };
};
export declare type HealthCheck_HttpHealthCheck = Message<"envoy.config.core.v3.HealthCheck.HttpHealthCheck"> & {
  host: string;
  path: string;
  send?: HealthCheck_Payload | undefined;
  receive: HealthCheck_Payload[];
  responseBufferSize?: bigint | undefined;
  requestHeadersToAdd: HeaderValueOption[];
  requestHeadersToRemove: string[];
  expectedStatuses: Int64Range[];
  retriableStatuses: Int64Range[];
  codecClientType: CodecClientType;
  useAlpnProtocol: boolean;
  serviceNameMatcher?: StringMatcher | undefined;
  method: RequestMethod;
};
export declare type HealthCheck_TcpHealthCheck = Message<"envoy.config.core.v3.HealthCheck.TcpHealthCheck"> & {
  send?: HealthCheck_Payload | undefined;
  receive: HealthCheck_Payload[];
  proxyProtocolConfig?: ProxyProtocolConfig | undefined;
};
export declare type HealthCheck_RedisHealthCheck = Message<"envoy.config.core.v3.HealthCheck.RedisHealthCheck"> & {
  key: string;
};
export declare type HealthCheck_GrpcHealthCheck = Message<"envoy.config.core.v3.HealthCheck.GrpcHealthCheck"> & {
  serviceName: string;
  authority: string;
  initialMetadata: HeaderValueOption[];
};
export declare type HealthCheck_CustomHealthCheck = Message<"envoy.config.core.v3.HealthCheck.CustomHealthCheck"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type HealthCheck_TlsOptions = Message<"envoy.config.core.v3.HealthCheck.TlsOptions"> & {
  alpnProtocols: string[];
};
export type HealthStatus = 0 | 1 | 2 | 3 | 4 | 5;
