// Generated from envoy/config/cluster/v3/cluster.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { CollectionEntry } from "../../../../xds/core/v3/collection_entry_pb.js";
import type { Matcher } from "../../../../xds/type/matcher/v3/matcher_pb.js";
import type { StatsMatcher } from "../../metrics/v3/stats_pb.js";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";
import type { ClusterLoadAssignment } from "../../endpoint/v3/endpoint_pb.js";
import type { HealthCheck, HealthStatusSet } from "../../core/v3/health_check_pb.js";
import type { CircuitBreakers } from "./circuit_breaker_pb.js";
import type { Http1ProtocolOptions, Http2ProtocolOptions, HttpProtocolOptions, UpstreamHttpProtocolOptions } from "../../core/v3/protocol_pb.js";
import type { Address, BindConfig, TcpKeepalive } from "../../core/v3/address_pb.js";
import type { DnsResolutionConfig } from "../../core/v3/resolver_pb.js";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { OutlierDetection } from "./outlier_detection_pb.js";
import type { Metadata, RuntimeDouble, TransportSocket } from "../../core/v3/base_pb.js";
import type { Filter } from "./filter_pb.js";
import type { ConfigSource } from "../../core/v3/config_source_pb.js";
import type { Percent } from "../../../type/v3/percent_pb.js";
import type { MetadataKey } from "../../../type/metadata/v3/metadata_pb.js";
import type { MetadataMatcher } from "../../../type/matcher/v3/metadata_pb.js";
export declare type ClusterCollection = Message<"envoy.config.cluster.v3.ClusterCollection"> & {
  entries?: CollectionEntry | undefined;
};
export declare type Cluster = Message<"envoy.config.cluster.v3.Cluster"> & {
  transportSocketMatches: Cluster_TransportSocketMatch[];
  transportSocketMatcher?: Matcher | undefined;
  name: string;
  altStatName: string;
  statsMatcher?: StatsMatcher | undefined;
  clusterDiscoveryType: {
    value: Cluster_DiscoveryType;
    case: "type";
  } | {
    value: Cluster_CustomClusterType;
    case: "clusterType";
  } | { case: undefined; value?: undefined };
  edsClusterConfig?: Cluster_EdsClusterConfig | undefined;
  connectTimeout?: Duration | undefined;
  perConnectionBufferLimitBytes?: number | undefined;
  perConnectionBufferHighWatermarkTimeout?: Duration | undefined;
  lbPolicy: Cluster_LbPolicy;
  loadAssignment?: ClusterLoadAssignment | undefined;
  healthChecks: HealthCheck[];
  maxRequestsPerConnection?: number | undefined;
  circuitBreakers?: CircuitBreakers | undefined;
  upstreamHttpProtocolOptions?: UpstreamHttpProtocolOptions | undefined;
  commonHttpProtocolOptions?: HttpProtocolOptions | undefined;
  httpProtocolOptions?: Http1ProtocolOptions | undefined;
  http2ProtocolOptions?: Http2ProtocolOptions | undefined;
  typedExtensionProtocolOptions: { [key: string]: Any };
  dnsRefreshRate?: Duration | undefined;
  dnsJitter?: Duration | undefined;
  dnsFailureRefreshRate?: Cluster_RefreshRate | undefined;
  respectDnsTtl: boolean;
  dnsLookupFamily: Cluster_DnsLookupFamily;
  dnsResolvers: Address[];
  useTcpForDnsLookups: boolean;
  dnsResolutionConfig?: DnsResolutionConfig | undefined;
  typedDnsResolverConfig?: TypedExtensionConfig | undefined;
  waitForWarmOnInit?: boolean | undefined;
  outlierDetection?: OutlierDetection | undefined;
  cleanupInterval?: Duration | undefined;
  upstreamBindConfig?: BindConfig | undefined;
  lbSubsetConfig?: Cluster_LbSubsetConfig | undefined;
  lbConfig: {
    value: Cluster_RingHashLbConfig;
    case: "ringHashLbConfig";
  } | {
    value: Cluster_MaglevLbConfig;
    case: "maglevLbConfig";
  } | {
    value: Cluster_OriginalDstLbConfig;
    case: "originalDstLbConfig";
  } | {
    value: Cluster_LeastRequestLbConfig;
    case: "leastRequestLbConfig";
  } | {
    value: Cluster_RoundRobinLbConfig;
    case: "roundRobinLbConfig";
  } | { case: undefined; value?: undefined };
  commonLbConfig?: Cluster_CommonLbConfig | undefined;
  transportSocket?: TransportSocket | undefined;
  metadata?: Metadata | undefined;
  protocolSelection: Cluster_ClusterProtocolSelection;
  upstreamConnectionOptions?: UpstreamConnectionOptions | undefined;
  closeConnectionsOnHostHealthFailure: boolean;
  ignoreHealthOnHostRemoval: boolean;
  filters: Filter[];
  loadBalancingPolicy?: LoadBalancingPolicy | undefined;
  lrsServer?: ConfigSource | undefined;
  lrsReportEndpointMetrics: string[];
  trackTimeoutBudgets: boolean;
  upstreamConfig?: TypedExtensionConfig | undefined;
  trackClusterStats?: TrackClusterStats | undefined;
  preconnectPolicy?: Cluster_PreconnectPolicy | undefined;
  connectionPoolPerDownstreamConnection: boolean;
  queuingPolicies?: Cluster_QueuingPolicies | undefined;
};
export declare type Cluster_TransportSocketMatch = Message<"envoy.config.cluster.v3.Cluster.TransportSocketMatch"> & {
  name: string;
  match?: JsonObject | undefined;
  transportSocket?: TransportSocket | undefined;
};
export declare type Cluster_CustomClusterType = Message<"envoy.config.cluster.v3.Cluster.CustomClusterType"> & {
  name: string;
  typedConfig?: Any | undefined;
};
export declare type Cluster_EdsClusterConfig = Message<"envoy.config.cluster.v3.Cluster.EdsClusterConfig"> & {
  edsConfig?: ConfigSource | undefined;
  serviceName: string;
};
export declare type Cluster_LbSubsetConfig = Message<"envoy.config.cluster.v3.Cluster.LbSubsetConfig"> & {
  fallbackPolicy: Cluster_LbSubsetConfig_LbSubsetFallbackPolicy;
  defaultSubset?: JsonObject | undefined;
  subsetSelectors: Cluster_LbSubsetConfig_LbSubsetSelector[];
  localityWeightAware: boolean;
  scaleLocalityWeight: boolean;
  panicModeAny: boolean;
  listAsAny: boolean;
  metadataFallbackPolicy: Cluster_LbSubsetConfig_LbSubsetMetadataFallbackPolicy;
};
export declare type Cluster_LbSubsetConfig_LbSubsetSelector = Message<"envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector"> & {
  keys: string[];
  singleHostPerSubset: boolean;
  fallbackPolicy: Cluster_LbSubsetConfig_LbSubsetSelector_LbSubsetSelectorFallbackPolicy;
  fallbackKeysSubset: string[];
};
export type Cluster_LbSubsetConfig_LbSubsetSelector_LbSubsetSelectorFallbackPolicy = 0 | 1 | 2 | 3 | 4;
export type Cluster_LbSubsetConfig_LbSubsetFallbackPolicy = 0 | 1 | 2;
export type Cluster_LbSubsetConfig_LbSubsetMetadataFallbackPolicy = 0 | 1;
export declare type Cluster_SlowStartConfig = Message<"envoy.config.cluster.v3.Cluster.SlowStartConfig"> & {
  slowStartWindow?: Duration | undefined;
  aggression?: RuntimeDouble | undefined;
  minWeightPercent?: Percent | undefined;
};
export declare type Cluster_RoundRobinLbConfig = Message<"envoy.config.cluster.v3.Cluster.RoundRobinLbConfig"> & {
  slowStartConfig?: Cluster_SlowStartConfig | undefined;
};
export declare type Cluster_LeastRequestLbConfig = Message<"envoy.config.cluster.v3.Cluster.LeastRequestLbConfig"> & {
  choiceCount?: number | undefined;
  activeRequestBias?: RuntimeDouble | undefined;
  slowStartConfig?: Cluster_SlowStartConfig | undefined;
};
export declare type Cluster_RingHashLbConfig = Message<"envoy.config.cluster.v3.Cluster.RingHashLbConfig"> & {
  minimumRingSize?: bigint | undefined;
  hashFunction: Cluster_RingHashLbConfig_HashFunction;
  maximumRingSize?: bigint | undefined;
};
export type Cluster_RingHashLbConfig_HashFunction = 0 | 1;
export declare type Cluster_MaglevLbConfig = Message<"envoy.config.cluster.v3.Cluster.MaglevLbConfig"> & {
  tableSize?: bigint | undefined;
};
export declare type Cluster_OriginalDstLbConfig = Message<"envoy.config.cluster.v3.Cluster.OriginalDstLbConfig"> & {
  useHttpHeader: boolean;
  httpHeaderName: string;
  upstreamPortOverride?: number | undefined;
  metadataKey?: MetadataKey | undefined;
};
export declare type Cluster_CommonLbConfig = Message<"envoy.config.cluster.v3.Cluster.CommonLbConfig"> & {
  healthyPanicThreshold?: Percent | undefined;
  localityConfigSpecifier: {
    value: Cluster_CommonLbConfig_ZoneAwareLbConfig;
    case: "zoneAwareLbConfig";
  } | {
    value: Cluster_CommonLbConfig_LocalityWeightedLbConfig;
    case: "localityWeightedLbConfig";
  } | { case: undefined; value?: undefined };
  updateMergeWindow?: Duration | undefined;
  ignoreNewHostsUntilFirstHc: boolean;
  closeConnectionsOnHostSetChange: boolean;
  consistentHashingLbConfig?: Cluster_CommonLbConfig_ConsistentHashingLbConfig | undefined;
  overrideHostStatus?: HealthStatusSet | undefined;
};
export declare type Cluster_CommonLbConfig_ZoneAwareLbConfig = Message<"envoy.config.cluster.v3.Cluster.CommonLbConfig.ZoneAwareLbConfig"> & {
  routingEnabled?: Percent | undefined;
  minClusterSize?: bigint | undefined;
  failTrafficOnPanic: boolean;
};
export declare type Cluster_CommonLbConfig_LocalityWeightedLbConfig = Message<"envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig"> & {
};
export declare type Cluster_CommonLbConfig_ConsistentHashingLbConfig = Message<"envoy.config.cluster.v3.Cluster.CommonLbConfig.ConsistentHashingLbConfig"> & {
  useHostnameForHashing: boolean;
  hashBalanceFactor?: number | undefined;
};
export declare type Cluster_RefreshRate = Message<"envoy.config.cluster.v3.Cluster.RefreshRate"> & {
  baseInterval?: Duration | undefined;
  maxInterval?: Duration | undefined;
};
export declare type Cluster_PreconnectPolicy = Message<"envoy.config.cluster.v3.Cluster.PreconnectPolicy"> & {
  perUpstreamPreconnectRatio?: number | undefined;
  predictivePreconnectRatio?: number | undefined;
  preconnectEnabledMetadata?: MetadataMatcher | undefined;
};
export declare type Cluster_QueuingPolicies = Message<"envoy.config.cluster.v3.Cluster.QueuingPolicies"> & {
  pendingRqPolicy?: TypedExtensionConfig | undefined;
};
export type Cluster_DiscoveryType = 0 | 1 | 2 | 3 | 4;
export type Cluster_LbPolicy = 0 | 1 | 2 | 3 | 5 | 6 | 7;
export type Cluster_DnsLookupFamily = 0 | 1 | 2 | 3 | 4;
export type Cluster_ClusterProtocolSelection = 0 | 1;
export declare type LoadBalancingPolicy = Message<"envoy.config.cluster.v3.LoadBalancingPolicy"> & {
  policies: LoadBalancingPolicy_Policy[];
};
export declare type LoadBalancingPolicy_Policy = Message<"envoy.config.cluster.v3.LoadBalancingPolicy.Policy"> & {
  typedExtensionConfig?: TypedExtensionConfig | undefined;
};
export declare type UpstreamConnectionOptions = Message<"envoy.config.cluster.v3.UpstreamConnectionOptions"> & {
  tcpKeepalive?: TcpKeepalive | undefined;
  setLocalInterfaceNameOnUpstreamConnections: boolean;
  happyEyeballsConfig?: UpstreamConnectionOptions_HappyEyeballsConfig | undefined;
};
export declare type UpstreamConnectionOptions_HappyEyeballsConfig = Message<"envoy.config.cluster.v3.UpstreamConnectionOptions.HappyEyeballsConfig"> & {
  firstAddressFamilyVersion: UpstreamConnectionOptions_FirstAddressFamilyVersion;
  firstAddressFamilyCount?: number | undefined;
};
export type UpstreamConnectionOptions_FirstAddressFamilyVersion = 0 | 1 | 2 | 3 | 4;
export declare type TrackClusterStats = Message<"envoy.config.cluster.v3.TrackClusterStats"> & {
  timeoutBudgets: boolean;
  requestResponseSizes: boolean;
  perEndpointStats: boolean;
};
