// Generated from contrib/envoy/extensions/filters/http/peer_metadata/v3/peer_metadata.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Config = Message<"io.istio.http.peer_metadata.Config"> & {
  downstreamDiscovery: Config_DiscoveryMethod[];
  upstreamDiscovery: Config_DiscoveryMethod[];
  downstreamPropagation: Config_PropagationMethod[];
  upstreamPropagation: Config_PropagationMethod[];
  sharedWithUpstream: boolean;
  additionalLabels: string[];
};
export declare type Config_Baggage = Message<"io.istio.http.peer_metadata.Config.Baggage"> & {
};
export declare type Config_WorkloadDiscovery = Message<"io.istio.http.peer_metadata.Config.WorkloadDiscovery"> & {
};
export declare type Config_IstioHeaders = Message<"io.istio.http.peer_metadata.Config.IstioHeaders"> & {
  skipExternalClusters: boolean;
};
export declare type Config_UpstreamFilterState = Message<"io.istio.http.peer_metadata.Config.UpstreamFilterState"> & {
  peerMetadataKey: string;
};
export declare type Config_DiscoveryMethod = Message<"io.istio.http.peer_metadata.Config.DiscoveryMethod"> & {
  methodSpecifier: {
    value: Config_Baggage;
    case: "baggage";
  } | {
    value: Config_WorkloadDiscovery;
    case: "workloadDiscovery";
  } | {
    value: Config_IstioHeaders;
    case: "istioHeaders";
  } | {
    value: Config_UpstreamFilterState;
    case: "upstreamFilterState";
  } | { case: undefined; value?: undefined };
};
export declare type Config_PropagationMethod = Message<"io.istio.http.peer_metadata.Config.PropagationMethod"> & {
  methodSpecifier: {
    value: Config_IstioHeaders;
    case: "istioHeaders";
  } | {
    value: Config_Baggage;
    case: "baggage";
  } | { case: undefined; value?: undefined };
};
