// Generated from envoy/config/bootstrap/v3/bootstrap.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Node } from "../../core/v3/base_pb.js";
import type { ApiConfigSource, ConfigSource } from "../../core/v3/config_source_pb.js";
import type { StatsConfig, StatsSink } from "../../metrics/v3/stats_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Tracing } from "../../trace/v3/http_tracer_pb.js";
import type { OverloadManager } from "../../overload/v3/overload_pb.js";
import type { DnsResolutionConfig } from "../../core/v3/resolver_pb.js";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { Listener } from "../../listener/v3/listener_pb.js";
import type { Cluster } from "../../cluster/v3/cluster_pb.js";
import type { Secret } from "../../../extensions/transport_sockets/tls/v3/secret_pb.js";
import type { AccessLog } from "../../accesslog/v3/accesslog_pb.js";
import type { Address, BindConfig } from "../../core/v3/address_pb.js";
import type { SocketOption } from "../../core/v3/socket_option_pb.js";
import type { StringMatcher } from "../../../type/matcher/v3/string_pb.js";
import type { EventServiceConfig } from "../../core/v3/event_service_config_pb.js";
import type { Percent } from "../../../type/v3/percent_pb.js";
export declare type Bootstrap = Message<"envoy.config.bootstrap.v3.Bootstrap"> & {
  node?: Node | undefined;
  nodeContextParams: string[];
  staticResources?: Bootstrap_StaticResources | undefined;
  dynamicResources?: Bootstrap_DynamicResources | undefined;
  clusterManager?: ClusterManager | undefined;
  hdsConfig?: ApiConfigSource | undefined;
  flagsPath: string;
  statsSinks: StatsSink[];
  deferredStatOptions?: Bootstrap_DeferredStatOptions | undefined;
  statsConfig?: StatsConfig | undefined;
  statsFlushInterval?: Duration | undefined;
  statsFlush: {
    value: boolean;
    case: "statsFlushOnAdmin";
  } | { case: undefined; value?: undefined };
  statsEviction: {
    value: Duration;
    case: "statsEvictionInterval";
  } | { case: undefined; value?: undefined };
  watchdog?: Watchdog | undefined;
  watchdogs?: Watchdogs | undefined;
  tracing?: Tracing | undefined;
  layeredRuntime?: LayeredRuntime | undefined;
  admin?: Admin | undefined;
  overloadManager?: OverloadManager | undefined;
  enableDispatcherStats: boolean;
  headerPrefix: string;
  statsServerVersionOverride?: bigint | undefined;
  useTcpForDnsLookups: boolean;
  dnsResolutionConfig?: DnsResolutionConfig | undefined;
  typedDnsResolverConfig?: TypedExtensionConfig | undefined;
  bootstrapExtensions: TypedExtensionConfig[];
  fatalActions: FatalAction[];
  configSources: ConfigSource[];
  defaultConfigSource?: ConfigSource | undefined;
  defaultSocketInterface: string;
  certificateProviderInstances: { [key: string]: TypedExtensionConfig };
  inlineHeaders: CustomInlineHeader[];
  perfTracingFilePath: string;
  defaultRegexEngine?: TypedExtensionConfig | undefined;
  xdsDelegateExtension?: TypedExtensionConfig | undefined;
  xdsConfigTrackerExtension?: TypedExtensionConfig | undefined;
  listenerManager?: TypedExtensionConfig | undefined;
  applicationLogConfig?: Bootstrap_ApplicationLogConfig | undefined;
  grpcAsyncClientManagerConfig?: Bootstrap_GrpcAsyncClientManagerConfig | undefined;
  memoryAllocatorManager?: MemoryAllocatorManager | undefined;
  enableWorkerCpuAffinity: boolean;
};
export declare type Bootstrap_StaticResources = Message<"envoy.config.bootstrap.v3.Bootstrap.StaticResources"> & {
  listeners: Listener[];
  clusters: Cluster[];
  secrets: Secret[];
};
export declare type Bootstrap_DynamicResources = Message<"envoy.config.bootstrap.v3.Bootstrap.DynamicResources"> & {
  ldsConfig?: ConfigSource | undefined;
  ldsResourcesLocator: string;
  cdsConfig?: ConfigSource | undefined;
  cdsResourcesLocator: string;
  adsConfig?: ApiConfigSource | undefined;
};
export declare type Bootstrap_ApplicationLogConfig = Message<"envoy.config.bootstrap.v3.Bootstrap.ApplicationLogConfig"> & {
  logFormat?: Bootstrap_ApplicationLogConfig_LogFormat | undefined;
};
export declare type Bootstrap_ApplicationLogConfig_LogFormat = Message<"envoy.config.bootstrap.v3.Bootstrap.ApplicationLogConfig.LogFormat"> & {
  logFormat: {
    value: JsonObject;
    case: "jsonFormat";
  } | {
    value: string;
    case: "textFormat";
  } | { case: undefined; value?: undefined };
};
export declare type Bootstrap_DeferredStatOptions = Message<"envoy.config.bootstrap.v3.Bootstrap.DeferredStatOptions"> & {
  enableDeferredCreationStats: boolean;
};
export declare type Bootstrap_GrpcAsyncClientManagerConfig = Message<"envoy.config.bootstrap.v3.Bootstrap.GrpcAsyncClientManagerConfig"> & {
  maxCachedEntryIdleDuration?: Duration | undefined;
};
export declare type Admin = Message<"envoy.config.bootstrap.v3.Admin"> & {
  accessLog: AccessLog[];
  accessLogPath: string;
  profilePath: string;
  address?: Address | undefined;
  socketOptions: SocketOption[];
  ignoreGlobalConnLimit: boolean;
  allowPaths: StringMatcher[];
};
export declare type ClusterManager = Message<"envoy.config.bootstrap.v3.ClusterManager"> & {
  localClusterName: string;
  outlierDetection?: ClusterManager_OutlierDetection | undefined;
  upstreamBindConfig?: BindConfig | undefined;
  loadStatsConfig?: ApiConfigSource | undefined;
  enableDeferredClusterCreation: boolean;
};
export declare type ClusterManager_OutlierDetection = Message<"envoy.config.bootstrap.v3.ClusterManager.OutlierDetection"> & {
  eventLogPath: string;
  eventService?: EventServiceConfig | undefined;
};
export declare type Watchdogs = Message<"envoy.config.bootstrap.v3.Watchdogs"> & {
  mainThreadWatchdog?: Watchdog | undefined;
  workerWatchdog?: Watchdog | undefined;
};
export declare type Watchdog = Message<"envoy.config.bootstrap.v3.Watchdog"> & {
  actions: Watchdog_WatchdogAction[];
  missTimeout?: Duration | undefined;
  megamissTimeout?: Duration | undefined;
  killTimeout?: Duration | undefined;
  maxKillTimeoutJitter?: Duration | undefined;
  multikillTimeout?: Duration | undefined;
  multikillThreshold?: Percent | undefined;
};
export declare type Watchdog_WatchdogAction = Message<"envoy.config.bootstrap.v3.Watchdog.WatchdogAction"> & {
  config?: TypedExtensionConfig | undefined;
  event: Watchdog_WatchdogAction_WatchdogEvent;
};
export type Watchdog_WatchdogAction_WatchdogEvent = 0 | 1 | 2 | 3 | 4;
export declare type FatalAction = Message<"envoy.config.bootstrap.v3.FatalAction"> & {
  config?: TypedExtensionConfig | undefined;
};
export declare type Runtime = Message<"envoy.config.bootstrap.v3.Runtime"> & {
  symlinkRoot: string;
  subdirectory: string;
  overrideSubdirectory: string;
  base?: JsonObject | undefined;
};
export declare type RuntimeLayer = Message<"envoy.config.bootstrap.v3.RuntimeLayer"> & {
  name: string;
  layerSpecifier: {
    value: JsonObject;
    case: "staticLayer";
  } | {
    value: RuntimeLayer_DiskLayer;
    case: "diskLayer";
  } | {
    value: RuntimeLayer_AdminLayer;
    case: "adminLayer";
  } | {
    value: RuntimeLayer_RtdsLayer;
    case: "rtdsLayer";
  } | { case: undefined; value?: undefined };
};
export declare type RuntimeLayer_DiskLayer = Message<"envoy.config.bootstrap.v3.RuntimeLayer.DiskLayer"> & {
  symlinkRoot: string;
  subdirectory: string;
  appendServiceCluster: boolean;
};
export declare type RuntimeLayer_AdminLayer = Message<"envoy.config.bootstrap.v3.RuntimeLayer.AdminLayer"> & {
};
export declare type RuntimeLayer_RtdsLayer = Message<"envoy.config.bootstrap.v3.RuntimeLayer.RtdsLayer"> & {
  name: string;
  rtdsConfig?: ConfigSource | undefined;
};
export declare type LayeredRuntime = Message<"envoy.config.bootstrap.v3.LayeredRuntime"> & {
  layers: RuntimeLayer[];
};
export declare type CustomInlineHeader = Message<"envoy.config.bootstrap.v3.CustomInlineHeader"> & {
  inlineHeaderName: string;
  inlineHeaderType: CustomInlineHeader_InlineHeaderType;
};
export type CustomInlineHeader_InlineHeaderType = 0 | 1 | 2 | 3;
export declare type MemoryAllocatorManager = Message<"envoy.config.bootstrap.v3.MemoryAllocatorManager"> & {
  bytesToRelease: bigint;
  memoryReleaseInterval?: Duration | undefined;
  softMemoryLimitBytes?: bigint | undefined;
  maxPerCpuCacheSizeBytes?: number | undefined;
  maxUnfreedMemoryBytes: bigint;
};
export declare type ListenerManager = Message<"envoy.config.bootstrap.v3.ListenerManager"> & {
};
export declare type ValidationListenerManager = Message<"envoy.config.bootstrap.v3.ValidationListenerManager"> & {
};
export declare type ApiListenerManager = Message<"envoy.config.bootstrap.v3.ApiListenerManager"> & {
  threadingModel: ApiListenerManager_ThreadingModel;
};
export type ApiListenerManager_ThreadingModel = 0 | 1;
