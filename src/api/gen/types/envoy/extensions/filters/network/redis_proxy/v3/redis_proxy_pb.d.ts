// Generated from envoy/extensions/filters/network/redis_proxy/v3/redis_proxy.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource, RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { DnsCacheConfig } from "../../../../common/dynamic_forward_proxy/v3/dns_cache_pb.js";
import type { Address } from "../../../../../config/core/v3/address_pb.js";
import type { AwsCredentialProvider } from "../../../../common/aws/v3/credential_provider_pb.js";
import type { GrpcService } from "../../../../../config/core/v3/grpc_service_pb.js";
export declare type RedisProxy = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy"> & {
  statPrefix: string;
  settings?: RedisProxy_ConnPoolSettings | undefined;
  latencyInMicros: boolean;
  prefixRoutes?: RedisProxy_PrefixRoutes | undefined;
  downstreamAuthPassword?: DataSource | undefined;
  downstreamAuthPasswords: DataSource[];
  faults: RedisProxy_RedisFault[];
  downstreamAuthUsername?: DataSource | undefined;
  externalAuthProvider?: RedisExternalAuthProvider | undefined;
  customCommands: string[];
  protocolVersion: RedisProxy_ProtocolVersion;
};
export declare type RedisProxy_ConnPoolSettings = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.ConnPoolSettings"> & {
  opTimeout?: Duration | undefined;
  enableHashtagging: boolean;
  enableRedirection: boolean;
  dnsCacheConfig?: DnsCacheConfig | undefined;
  maxBufferSizeBeforeFlush: number;
  bufferFlushTimeout?: Duration | undefined;
  maxUpstreamUnknownConnections?: number | undefined;
  enableCommandStats: boolean;
  readPolicy: RedisProxy_ConnPoolSettings_ReadPolicy;
  connectionRateLimit?: RedisProxy_ConnectionRateLimit | undefined;
};
export type RedisProxy_ConnPoolSettings_ReadPolicy = 0 | 1 | 2 | 3 | 4 | 5 | 6;
export declare type RedisProxy_PrefixRoutes = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes"> & {
  routes: RedisProxy_PrefixRoutes_Route[];
  caseInsensitive: boolean;
  catchAllRoute?: RedisProxy_PrefixRoutes_Route | undefined;
};
export declare type RedisProxy_PrefixRoutes_Route = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes.Route"> & {
  prefix: string;
  removePrefix: boolean;
  cluster: string;
  requestMirrorPolicy: RedisProxy_PrefixRoutes_Route_RequestMirrorPolicy[];
  keyFormatter: string;
  readCommandPolicy?: RedisProxy_PrefixRoutes_Route_ReadCommandPolicy | undefined;
};
export declare type RedisProxy_PrefixRoutes_Route_RequestMirrorPolicy = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes.Route.RequestMirrorPolicy"> & {
  cluster: string;
  runtimeFraction?: RuntimeFractionalPercent | undefined;
  excludeReadCommands: boolean;
};
export declare type RedisProxy_PrefixRoutes_Route_ReadCommandPolicy = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes.Route.ReadCommandPolicy"> & {
  cluster: string;
};
export declare type RedisProxy_RedisFault = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.RedisFault"> & {
  faultType: RedisProxy_RedisFault_RedisFaultType;
  faultEnabled?: RuntimeFractionalPercent | undefined;
  delay?: Duration | undefined;
  commands: string[];
};
export type RedisProxy_RedisFault_RedisFaultType = 0 | 1;
export declare type RedisProxy_ConnectionRateLimit = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.ConnectionRateLimit"> & {
  connectionRateLimitPerSec: number;
};
export type RedisProxy_ProtocolVersion = 0 | 1;
export declare type RedisProtocolOptions = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions"> & {
  authPassword?: DataSource | undefined;
  authUsername?: DataSource | undefined;
  awsIam?: AwsIam | undefined;
  credentials: RedisProtocolOptions_Credential[];
};
export declare type RedisProtocolOptions_Credential = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions.Credential"> & {
  address?: Address | undefined;
  authPassword?: DataSource | undefined;
  authUsername?: DataSource | undefined;
};
export declare type AwsIam = Message<"envoy.extensions.filters.network.redis_proxy.v3.AwsIam"> & {
  credentialProvider?: AwsCredentialProvider | undefined;
  cacheName: string;
  serviceName: string;
  region: string;
  expirationTime?: Duration | undefined;
};
export declare type RedisExternalAuthProvider = Message<"envoy.extensions.filters.network.redis_proxy.v3.RedisExternalAuthProvider"> & {
  grpcService?: GrpcService | undefined;
  enableAuthExpiration: boolean;
};
