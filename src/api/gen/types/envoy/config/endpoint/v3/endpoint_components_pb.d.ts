// Generated from envoy/config/endpoint/v3/endpoint_components.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Address } from "../../core/v3/address_pb.js";
import type { HealthStatus } from "../../core/v3/health_check_pb.js";
import type { Locality, Metadata } from "../../core/v3/base_pb.js";
import type { CollectionEntry } from "../../../../xds/core/v3/collection_entry_pb.js";
import type { ConfigSource } from "../../core/v3/config_source_pb.js";
export declare type Endpoint = Message<"envoy.config.endpoint.v3.Endpoint"> & {
  address?: Address | undefined;
  healthCheckConfig?: Endpoint_HealthCheckConfig | undefined;
  hostname: string;
  additionalAddresses: Endpoint_AdditionalAddress[];
  observabilityName: string;
};
export declare type Endpoint_HealthCheckConfig = Message<"envoy.config.endpoint.v3.Endpoint.HealthCheckConfig"> & {
  portValue: number;
  hostname: string;
  address?: Address | undefined;
  disableActiveHealthCheck: boolean;
};
export declare type Endpoint_AdditionalAddress = Message<"envoy.config.endpoint.v3.Endpoint.AdditionalAddress"> & {
  address?: Address | undefined;
};
export declare type LbEndpoint = Message<"envoy.config.endpoint.v3.LbEndpoint"> & {
  hostIdentifier: {
    value: Endpoint;
    case: "endpoint";
  } | {
    value: string;
    case: "endpointName";
  } | { case: undefined; value?: undefined };
  healthStatus: HealthStatus;
  metadata?: Metadata | undefined;
  loadBalancingWeight?: number | undefined;
};
export declare type LbEndpointCollection = Message<"envoy.config.endpoint.v3.LbEndpointCollection"> & {
  entries: CollectionEntry[];
};
export declare type LedsClusterLocalityConfig = Message<"envoy.config.endpoint.v3.LedsClusterLocalityConfig"> & {
  ledsConfig?: ConfigSource | undefined;
  ledsCollectionName: string;
};
export declare type LocalityLbEndpoints = Message<"envoy.config.endpoint.v3.LocalityLbEndpoints"> & {
  locality?: Locality | undefined;
  metadata?: Metadata | undefined;
  lbEndpoints: LbEndpoint[];
  lbConfig: {
    value: LocalityLbEndpoints_LbEndpointList;
    case: "loadBalancerEndpoints";
  } | {
    value: LedsClusterLocalityConfig;
    case: "ledsClusterLocalityConfig";
  } | { case: undefined; value?: undefined };
  loadBalancingWeight?: number | undefined;
  priority: number;
  proximity?: number | undefined;
};
export declare type LocalityLbEndpoints_LbEndpointList = Message<"envoy.config.endpoint.v3.LocalityLbEndpoints.LbEndpointList"> & {
  lbEndpoints: LbEndpoint[];
};
