// Generated from envoy/admin/v3/config_dump_shared.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
export declare type UpdateFailureState = Message<"envoy.admin.v3.UpdateFailureState"> & {
  failedConfiguration?: Any | undefined;
  lastUpdateAttempt?: Timestamp | undefined;
  details: string;
  versionInfo: string;
};
export declare type ListenersConfigDump = Message<"envoy.admin.v3.ListenersConfigDump"> & {
  versionInfo: string;
  staticListeners: ListenersConfigDump_StaticListener[];
  dynamicListeners: ListenersConfigDump_DynamicListener[];
};
export declare type ListenersConfigDump_StaticListener = Message<"envoy.admin.v3.ListenersConfigDump.StaticListener"> & {
  listener?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
};
export declare type ListenersConfigDump_DynamicListenerState = Message<"envoy.admin.v3.ListenersConfigDump.DynamicListenerState"> & {
  versionInfo: string;
  listener?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
};
export declare type ListenersConfigDump_DynamicListener = Message<"envoy.admin.v3.ListenersConfigDump.DynamicListener"> & {
  name: string;
  activeState?: ListenersConfigDump_DynamicListenerState | undefined;
  warmingState?: ListenersConfigDump_DynamicListenerState | undefined;
  drainingState?: ListenersConfigDump_DynamicListenerState | undefined;
  errorState?: UpdateFailureState | undefined;
  clientStatus: ClientResourceStatus;
};
export declare type ClustersConfigDump = Message<"envoy.admin.v3.ClustersConfigDump"> & {
  versionInfo: string;
  staticClusters: ClustersConfigDump_StaticCluster[];
  dynamicActiveClusters: ClustersConfigDump_DynamicCluster[];
  dynamicWarmingClusters: ClustersConfigDump_DynamicCluster[];
};
export declare type ClustersConfigDump_StaticCluster = Message<"envoy.admin.v3.ClustersConfigDump.StaticCluster"> & {
  cluster?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
};
export declare type ClustersConfigDump_DynamicCluster = Message<"envoy.admin.v3.ClustersConfigDump.DynamicCluster"> & {
  versionInfo: string;
  cluster?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
  errorState?: UpdateFailureState | undefined;
  clientStatus: ClientResourceStatus;
};
export declare type RoutesConfigDump = Message<"envoy.admin.v3.RoutesConfigDump"> & {
  staticRouteConfigs: RoutesConfigDump_StaticRouteConfig[];
  dynamicRouteConfigs: RoutesConfigDump_DynamicRouteConfig[];
};
export declare type RoutesConfigDump_StaticRouteConfig = Message<"envoy.admin.v3.RoutesConfigDump.StaticRouteConfig"> & {
  routeConfig?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
};
export declare type RoutesConfigDump_DynamicRouteConfig = Message<"envoy.admin.v3.RoutesConfigDump.DynamicRouteConfig"> & {
  versionInfo: string;
  routeConfig?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
  errorState?: UpdateFailureState | undefined;
  clientStatus: ClientResourceStatus;
};
export declare type ScopedRoutesConfigDump = Message<"envoy.admin.v3.ScopedRoutesConfigDump"> & {
  inlineScopedRouteConfigs: ScopedRoutesConfigDump_InlineScopedRouteConfigs[];
  dynamicScopedRouteConfigs: ScopedRoutesConfigDump_DynamicScopedRouteConfigs[];
};
export declare type ScopedRoutesConfigDump_InlineScopedRouteConfigs = Message<"envoy.admin.v3.ScopedRoutesConfigDump.InlineScopedRouteConfigs"> & {
  name: string;
  scopedRouteConfigs: Any[];
  lastUpdated?: Timestamp | undefined;
};
export declare type ScopedRoutesConfigDump_DynamicScopedRouteConfigs = Message<"envoy.admin.v3.ScopedRoutesConfigDump.DynamicScopedRouteConfigs"> & {
  name: string;
  versionInfo: string;
  scopedRouteConfigs: Any[];
  lastUpdated?: Timestamp | undefined;
  errorState?: UpdateFailureState | undefined;
  clientStatus: ClientResourceStatus;
};
export declare type EndpointsConfigDump = Message<"envoy.admin.v3.EndpointsConfigDump"> & {
  staticEndpointConfigs: EndpointsConfigDump_StaticEndpointConfig[];
  dynamicEndpointConfigs: EndpointsConfigDump_DynamicEndpointConfig[];
};
export declare type EndpointsConfigDump_StaticEndpointConfig = Message<"envoy.admin.v3.EndpointsConfigDump.StaticEndpointConfig"> & {
  endpointConfig?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
};
export declare type EndpointsConfigDump_DynamicEndpointConfig = Message<"envoy.admin.v3.EndpointsConfigDump.DynamicEndpointConfig"> & {
  versionInfo: string;
  endpointConfig?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
  errorState?: UpdateFailureState | undefined;
  clientStatus: ClientResourceStatus;
};
export declare type EcdsConfigDump = Message<"envoy.admin.v3.EcdsConfigDump"> & {
  ecdsFilters: EcdsConfigDump_EcdsFilterConfig[];
};
export declare type EcdsConfigDump_EcdsFilterConfig = Message<"envoy.admin.v3.EcdsConfigDump.EcdsFilterConfig"> & {
  versionInfo: string;
  ecdsFilter?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
  errorState?: UpdateFailureState | undefined;
  clientStatus: ClientResourceStatus;
};
export type ClientResourceStatus = 0 | 1 | 2 | 3 | 4 | 5 | 6;
