// Generated from envoy/service/health/v3/hds.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Locality, Node } from "../../../config/core/v3/base_pb.js";
import type { Endpoint } from "../../../config/endpoint/v3/endpoint_components_pb.js";
import type { HealthCheck, HealthStatus } from "../../../config/core/v3/health_check_pb.js";
import type { Cluster_TransportSocketMatch } from "../../../config/cluster/v3/cluster_pb.js";
import type { BindConfig } from "../../../config/core/v3/address_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type Capability = Message<"envoy.service.health.v3.Capability"> & {
  healthCheckProtocols: Capability_Protocol[];
};
export type Capability_Protocol = 0 | 1 | 2;
export declare type HealthCheckRequest = Message<"envoy.service.health.v3.HealthCheckRequest"> & {
  node?: Node | undefined;
  capability?: Capability | undefined;
};
export declare type EndpointHealth = Message<"envoy.service.health.v3.EndpointHealth"> & {
  endpoint?: Endpoint | undefined;
  healthStatus: HealthStatus;
  healthMetadata?: JsonObject | undefined;
};
export declare type LocalityEndpointsHealth = Message<"envoy.service.health.v3.LocalityEndpointsHealth"> & {
  locality?: Locality | undefined;
  endpointsHealth: EndpointHealth[];
};
export declare type ClusterEndpointsHealth = Message<"envoy.service.health.v3.ClusterEndpointsHealth"> & {
  clusterName: string;
  localityEndpointsHealth: LocalityEndpointsHealth[];
};
export declare type EndpointHealthResponse = Message<"envoy.service.health.v3.EndpointHealthResponse"> & {
  endpointsHealth: EndpointHealth[];
  clusterEndpointsHealth: ClusterEndpointsHealth[];
};
export declare type HealthCheckRequestOrEndpointHealthResponse = Message<"envoy.service.health.v3.HealthCheckRequestOrEndpointHealthResponse"> & {
  requestType: {
    value: HealthCheckRequest;
    case: "healthCheckRequest";
  } | {
    value: EndpointHealthResponse;
    case: "endpointHealthResponse";
  } | { case: undefined; value?: undefined };
};
export declare type LocalityEndpoints = Message<"envoy.service.health.v3.LocalityEndpoints"> & {
  locality?: Locality | undefined;
  endpoints: Endpoint[];
};
export declare type ClusterHealthCheck = Message<"envoy.service.health.v3.ClusterHealthCheck"> & {
  clusterName: string;
  healthChecks: HealthCheck[];
  localityEndpoints: LocalityEndpoints[];
  transportSocketMatches: Cluster_TransportSocketMatch[];
  upstreamBindConfig?: BindConfig | undefined;
};
export declare type HealthCheckSpecifier = Message<"envoy.service.health.v3.HealthCheckSpecifier"> & {
  clusterHealthChecks: ClusterHealthCheck[];
  interval?: Duration | undefined;
};
export declare type HdsDummy = Message<"envoy.service.health.v3.HdsDummy"> & {
};
