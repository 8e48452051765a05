// Generated from envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HeaderValueOption, Metadata } from "../../../../../config/core/v3/base_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { AccessLog } from "../../../../../config/accesslog/v3/accesslog_pb.js";
import type { BackoffStrategy } from "../../../../../config/core/v3/backoff_pb.js";
import type { HashPolicy } from "../../../../../type/v3/hash_policy_pb.js";
import type { Percent } from "../../../../../type/v3/percent_pb.js";
import type { TlvEntry } from "../../../../../config/core/v3/proxy_protocol_pb.js";
import type { RequestIDExtension } from "../../http_connection_manager/v3/http_connection_manager_pb.js";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
import type { ConfigSource } from "../../../../../config/core/v3/config_source_pb.js";
export declare type TcpProxy = Message<"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"> & {
  statPrefix: string;
  clusterSpecifier: {
    value: string;
    case: "cluster";
  } | {
    value: TcpProxy_WeightedCluster;
    case: "weightedClusters";
  } | { case: undefined; value?: undefined };
  onDemand?: TcpProxy_OnDemand | undefined;
  metadataMatch?: Metadata | undefined;
  idleTimeout?: Duration | undefined;
  downstreamIdleTimeout?: Duration | undefined;
  upstreamIdleTimeout?: Duration | undefined;
  accessLog: AccessLog[];
  maxConnectAttempts?: number | undefined;
  backoffOptions?: BackoffStrategy | undefined;
  hashPolicy: HashPolicy[];
  tunnelingConfig?: TcpProxy_TunnelingConfig | undefined;
  maxDownstreamConnectionDuration?: Duration | undefined;
  maxDownstreamConnectionDurationJitterPercentage?: Percent | undefined;
  accessLogFlushInterval?: Duration | undefined;
  flushAccessLogOnConnected: boolean;
  accessLogOptions?: TcpProxy_TcpAccessLogOptions | undefined;
  proxyProtocolTlvs: TlvEntry[];
  proxyProtocolTlvMergePolicy: ProxyProtocolTlvMergePolicy;
  upstreamConnectMode: UpstreamConnectMode;
  maxEarlyDataBytes?: number | undefined;
  checkDrainClose?: boolean | undefined;
};
export declare type TcpProxy_WeightedCluster = Message<"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster"> & {
  clusters: TcpProxy_WeightedCluster_ClusterWeight[];
};
export declare type TcpProxy_WeightedCluster_ClusterWeight = Message<"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight"> & {
  name: string;
  weight: number;
  metadataMatch?: Metadata | undefined;
};
export declare type TcpProxy_TunnelingConfig = Message<"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig"> & {
  hostname: string;
  usePost: boolean;
  headersToAdd: HeaderValueOption[];
  propagateResponseHeaders: boolean;
  postPath: string;
  propagateResponseTrailers: boolean;
  requestIdExtension?: RequestIDExtension | undefined;
  requestIdHeader: string;
  requestIdMetadataKey: string;
  formatters: TypedExtensionConfig[];
};
export declare type TcpProxy_OnDemand = Message<"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.OnDemand"> & {
  odcdsConfig?: ConfigSource | undefined;
  resourcesLocator: string;
  timeout?: Duration | undefined;
};
export declare type TcpProxy_TcpAccessLogOptions = Message<"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TcpAccessLogOptions"> & {
  accessLogFlushInterval?: Duration | undefined;
  flushAccessLogOnConnected: boolean;
  flushAccessLogOnStart: boolean;
};
export type UpstreamConnectMode = 0 | 1 | 2;
export type ProxyProtocolTlvMergePolicy = 0 | 1 | 2;
