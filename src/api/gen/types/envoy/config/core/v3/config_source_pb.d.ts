// Generated from envoy/config/core/v3/config_source.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcService } from "./grpc_service_pb.js";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";
import type { TypedExtensionConfig } from "./extension_pb.js";
import type { WatchedDirectory } from "./base_pb.js";
import type { Authority } from "../../../../xds/core/v3/authority_pb.js";
export declare type ApiConfigSource = Message<"envoy.config.core.v3.ApiConfigSource"> & {
  apiType: ApiConfigSource_ApiType;
  transportApiVersion: ApiVersion;
  clusterNames: string[];
  grpcServices: GrpcService[];
  refreshDelay?: Duration | undefined;
  requestTimeout?: Duration | undefined;
  rateLimitSettings?: RateLimitSettings | undefined;
  setNodeOnFirstMessageOnly: boolean;
  configValidators: TypedExtensionConfig[];
};
export type ApiConfigSource_ApiType = 0 | 1 | 2 | 3 | 5 | 6;
export declare type AggregatedConfigSource = Message<"envoy.config.core.v3.AggregatedConfigSource"> & {
};
export declare type SelfConfigSource = Message<"envoy.config.core.v3.SelfConfigSource"> & {
  transportApiVersion: ApiVersion;
};
export declare type RateLimitSettings = Message<"envoy.config.core.v3.RateLimitSettings"> & {
  maxTokens?: number | undefined;
  fillRate?: number | undefined;
};
export declare type PathConfigSource = Message<"envoy.config.core.v3.PathConfigSource"> & {
  path: string;
  watchedDirectory?: WatchedDirectory | undefined;
  pollInterval?: Duration | undefined;
};
export declare type ConfigSource = Message<"envoy.config.core.v3.ConfigSource"> & {
  authorities: Authority[];
  configSourceSpecifier: {
    value: string;
    case: "path";
  } | {
    value: PathConfigSource;
    case: "pathConfigSource";
  } | {
    value: ApiConfigSource;
    case: "apiConfigSource";
  } | {
    value: AggregatedConfigSource;
    case: "ads";
  } | {
    value: SelfConfigSource;
    case: "self";
  } | { case: undefined; value?: undefined };
  initialFetchTimeout?: Duration | undefined;
  resourceApiVersion: ApiVersion;
};
export declare type ExtensionConfigSource = Message<"envoy.config.core.v3.ExtensionConfigSource"> & {
  configSource?: ConfigSource | undefined;
  defaultConfig?: Any | undefined;
  applyDefaultConfigWithoutWarming: boolean;
  typeUrls: string[];
};
export type ApiVersion = 0 | 1 | 2;
