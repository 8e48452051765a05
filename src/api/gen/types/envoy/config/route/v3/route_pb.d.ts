// Generated from envoy/config/route/v3/route.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ClusterSpecifierPlugin, RouteAction_RequestMirrorPolicy, VirtualHost } from "./route_components_pb.js";
import type { HeaderValueOption, Metadata } from "../../core/v3/base_pb.js";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { ConfigSource } from "../../core/v3/config_source_pb.js";
export declare type RouteConfiguration = Message<"envoy.config.route.v3.RouteConfiguration"> & {
  name: string;
  virtualHosts: VirtualHost[];
  vhds?: Vhds | undefined;
  internalOnlyHeaders: string[];
  responseHeadersToAdd: HeaderValueOption[];
  responseHeadersToRemove: string[];
  requestHeadersToAdd: HeaderValueOption[];
  requestHeadersToRemove: string[];
  mostSpecificHeaderMutationsWins: boolean;
  validateClusters?: boolean | undefined;
  maxDirectResponseBodySizeBytes?: number | undefined;
  clusterSpecifierPlugins: ClusterSpecifierPlugin[];
  requestMirrorPolicies: RouteAction_RequestMirrorPolicy[];
  ignorePortInHostMatching: boolean;
  vhostHeader: string;
  ignorePathParametersInPathMatching: boolean;
  typedPerFilterConfig: { [key: string]: Any };
  metadata?: Metadata | undefined;
  routeSpecifiers: TypedExtensionConfig[];
};
export declare type Vhds = Message<"envoy.config.route.v3.Vhds"> & {
  configSource?: ConfigSource | undefined;
};
