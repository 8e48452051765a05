// Generated from envoy/config/listener/v3/listener.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Address, TcpKeepalive } from "../../core/v3/address_pb.js";
import type { SocketOption, SocketOptionsOverride } from "../../core/v3/socket_option_pb.js";
import type { CollectionEntry } from "../../../../xds/core/v3/collection_entry_pb.js";
import type { StatsMatcher } from "../../metrics/v3/stats_pb.js";
import type { FilterChain, ListenerFilter } from "./listener_components_pb.js";
import type { Matcher } from "../../../../xds/type/matcher/v3/matcher_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Metadata, TrafficDirection } from "../../core/v3/base_pb.js";
import type { UdpListenerConfig } from "./udp_listener_config_pb.js";
import type { ApiListener } from "./api_listener_pb.js";
import type { AccessLog } from "../../accesslog/v3/accesslog_pb.js";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { ConfigSource } from "../../core/v3/config_source_pb.js";
export declare type AdditionalAddress = Message<"envoy.config.listener.v3.AdditionalAddress"> & {
  address?: Address | undefined;
  socketOptions?: SocketOptionsOverride | undefined;
  tcpKeepalive?: TcpKeepalive | undefined;
};
export declare type ListenerCollection = Message<"envoy.config.listener.v3.ListenerCollection"> & {
  entries: CollectionEntry[];
};
export declare type Listener = Message<"envoy.config.listener.v3.Listener"> & {
  name: string;
  address?: Address | undefined;
  additionalAddresses: AdditionalAddress[];
  statPrefix: string;
  statsMatcher?: StatsMatcher | undefined;
  filterChains: FilterChain[];
  fcdsConfig?: Listener_FcdsConfig | undefined;
  filterChainMatcher?: Matcher | undefined;
  useOriginalDst?: boolean | undefined;
  defaultFilterChain?: FilterChain | undefined;
  perConnectionBufferLimitBytes?: number | undefined;
  perConnectionBufferHighWatermarkTimeout?: Duration | undefined;
  metadata?: Metadata | undefined;
  deprecatedV1?: Listener_DeprecatedV1 | undefined;
  drainType: Listener_DrainType;
  listenerFilters: ListenerFilter[];
  listenerFiltersTimeout?: Duration | undefined;
  continueOnListenerFiltersTimeout: boolean;
  transparent?: boolean | undefined;
  freebind?: boolean | undefined;
  socketOptions: SocketOption[];
  tcpFastOpenQueueLength?: number | undefined;
  trafficDirection: TrafficDirection;
  udpListenerConfig?: UdpListenerConfig | undefined;
  apiListener?: ApiListener | undefined;
  connectionBalanceConfig?: Listener_ConnectionBalanceConfig | undefined;
  reusePort: boolean;
  enableReusePort?: boolean | undefined;
  accessLog: AccessLog[];
  tcpBacklogSize?: number | undefined;
  maxConnectionsToAcceptPerSocketEvent?: number | undefined;
  bindToPort?: boolean | undefined;
  listenerSpecifier: {
    value: Listener_InternalListenerConfig;
    case: "internalListener";
  } | { case: undefined; value?: undefined };
  enableMptcp: boolean;
  ignoreGlobalConnLimit: boolean;
  bypassOverloadManager: boolean;
  tcpKeepalive?: TcpKeepalive | undefined;
};
export declare type Listener_DeprecatedV1 = Message<"envoy.config.listener.v3.Listener.DeprecatedV1"> & {
  bindToPort?: boolean | undefined;
};
export declare type Listener_ConnectionBalanceConfig = Message<"envoy.config.listener.v3.Listener.ConnectionBalanceConfig"> & {
  balanceType: {
    value: Listener_ConnectionBalanceConfig_ExactBalance;
    case: "exactBalance";
  } | {
    value: TypedExtensionConfig;
    case: "extendBalance";
  } | {
    value: Listener_ConnectionBalanceConfig_CpuLocalityBalance;
    case: "cpuLocalityBalance";
  } | { case: undefined; value?: undefined };
};
export declare type Listener_ConnectionBalanceConfig_ExactBalance = Message<"envoy.config.listener.v3.Listener.ConnectionBalanceConfig.ExactBalance"> & {
};
export declare type Listener_ConnectionBalanceConfig_CpuLocalityBalance = Message<"envoy.config.listener.v3.Listener.ConnectionBalanceConfig.CpuLocalityBalance"> & {
};
export declare type Listener_InternalListenerConfig = Message<"envoy.config.listener.v3.Listener.InternalListenerConfig"> & {
};
export declare type Listener_FcdsConfig = Message<"envoy.config.listener.v3.Listener.FcdsConfig"> & {
  name: string;
  configSource?: ConfigSource | undefined;
};
export type Listener_DrainType = 0 | 1;
