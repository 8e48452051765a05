// Generated from envoy/service/discovery/v3/discovery.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Status } from "../../../../google/rpc/status_pb.js";
import type { ControlPlane, Metadata, Node } from "../../../config/core/v3/base_pb.js";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";
export declare type ResourceLocator = Message<"envoy.service.discovery.v3.ResourceLocator"> & {
  name: string;
  dynamicParameters: { [key: string]: string };
};
export declare type ResourceName = Message<"envoy.service.discovery.v3.ResourceName"> & {
  name: string;
  dynamicParameterConstraints?: DynamicParameterConstraints | undefined;
};
export declare type ResourceError = Message<"envoy.service.discovery.v3.ResourceError"> & {
  resourceName?: ResourceName | undefined;
  errorDetail?: Status | undefined;
};
export declare type DiscoveryRequest = Message<"envoy.service.discovery.v3.DiscoveryRequest"> & {
  versionInfo: string;
  node?: Node | undefined;
  resourceNames: string[];
  resourceLocators: ResourceLocator[];
  typeUrl: string;
  responseNonce: string;
  errorDetail?: Status | undefined;
};
export declare type DiscoveryResponse = Message<"envoy.service.discovery.v3.DiscoveryResponse"> & {
  versionInfo: string;
  resources: Any[];
  canary: boolean;
  typeUrl: string;
  nonce: string;
  controlPlane?: ControlPlane | undefined;
  resourceErrors: ResourceError[];
};
export declare type DeltaDiscoveryRequest = Message<"envoy.service.discovery.v3.DeltaDiscoveryRequest"> & {
  node?: Node | undefined;
  typeUrl: string;
  resourceNamesSubscribe: string[];
  resourceNamesUnsubscribe: string[];
  resourceLocatorsSubscribe: ResourceLocator[];
  resourceLocatorsUnsubscribe: ResourceLocator[];
  initialResourceVersions: { [key: string]: string };
  responseNonce: string;
  errorDetail?: Status | undefined;
};
export declare type DeltaDiscoveryResponse = Message<"envoy.service.discovery.v3.DeltaDiscoveryResponse"> & {
  systemVersionInfo: string;
  resources: Resource[];
  typeUrl: string;
  removedResources: string[];
  removedResourceNames: ResourceName[];
  nonce: string;
  controlPlane?: ControlPlane | undefined;
  resourceErrors: ResourceError[];
};
export declare type DynamicParameterConstraints = Message<"envoy.service.discovery.v3.DynamicParameterConstraints"> & {
  type: {
    value: DynamicParameterConstraints_SingleConstraint;
    case: "constraint";
  } | {
    value: DynamicParameterConstraints_ConstraintList;
    case: "orConstraints";
  } | {
    value: DynamicParameterConstraints_ConstraintList;
    case: "andConstraints";
  } | {
    value: DynamicParameterConstraints;
    case: "notConstraints";
  } | { case: undefined; value?: undefined };
};
export declare type DynamicParameterConstraints_SingleConstraint = Message<"envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint"> & {
  key: string;
  constraintType: {
    value: string;
    case: "value";
  } | {
    value: DynamicParameterConstraints_SingleConstraint_Exists;
    case: "exists";
  } | { case: undefined; value?: undefined };
};
export declare type DynamicParameterConstraints_SingleConstraint_Exists = Message<"envoy.service.discovery.v3.DynamicParameterConstraints.SingleConstraint.Exists"> & {
};
export declare type DynamicParameterConstraints_ConstraintList = Message<"envoy.service.discovery.v3.DynamicParameterConstraints.ConstraintList"> & {
  constraints: DynamicParameterConstraints[];
};
export declare type Resource = Message<"envoy.service.discovery.v3.Resource"> & {
  name: string;
  resourceName?: ResourceName | undefined;
  aliases: string[];
  version: string;
  resource?: Any | undefined;
  ttl?: Duration | undefined;
  cacheControl?: Resource_CacheControl | undefined;
  metadata?: Metadata | undefined;
};
export declare type Resource_CacheControl = Message<"envoy.service.discovery.v3.Resource.CacheControl"> & {
  doNotCache: boolean;
};
