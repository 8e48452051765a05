// Generated from envoy/service/status/v3/csds.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { NodeMatcher } from "../../../type/matcher/v3/node_pb.js";
import type { Node } from "../../../config/core/v3/base_pb.js";
import type { ClientResourceStatus, ClustersConfigDump, EndpointsConfigDump, ListenersConfigDump, RoutesConfigDump, ScopedRoutesConfigDump, UpdateFailureState } from "../../../admin/v3/config_dump_shared_pb.js";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
export declare type ClientStatusRequest = Message<"envoy.service.status.v3.ClientStatusRequest"> & {
  nodeMatchers: NodeMatcher[];
  node?: Node | undefined;
  excludeResourceContents: boolean;
};
export declare type PerXdsConfig = Message<"envoy.service.status.v3.PerXdsConfig"> & {
  status: ConfigStatus;
  clientStatus: ClientConfigStatus;
  perXdsConfig: {
    value: ListenersConfigDump;
    case: "listenerConfig";
  } | {
    value: ClustersConfigDump;
    case: "clusterConfig";
  } | {
    value: RoutesConfigDump;
    case: "routeConfig";
  } | {
    value: ScopedRoutesConfigDump;
    case: "scopedRouteConfig";
  } | {
    value: EndpointsConfigDump;
    case: "endpointConfig";
  } | { case: undefined; value?: undefined };
};
export declare type ClientConfig = Message<"envoy.service.status.v3.ClientConfig"> & {
  node?: Node | undefined;
  xdsConfig: PerXdsConfig[];
  genericXdsConfigs: ClientConfig_GenericXdsConfig[];
  clientScope: string;
};
export declare type ClientConfig_GenericXdsConfig = Message<"envoy.service.status.v3.ClientConfig.GenericXdsConfig"> & {
  typeUrl: string;
  name: string;
  versionInfo: string;
  xdsConfig?: Any | undefined;
  lastUpdated?: Timestamp | undefined;
  configStatus: ConfigStatus;
  clientStatus: ClientResourceStatus;
  errorState?: UpdateFailureState | undefined;
  isStaticResource: boolean;
};
export declare type ClientStatusResponse = Message<"envoy.service.status.v3.ClientStatusResponse"> & {
  config: ClientConfig[];
};
export type ConfigStatus = 0 | 1 | 2 | 3 | 4;
export type ClientConfigStatus = 0 | 1 | 2 | 3 | 4;
