// Generated from envoy/extensions/matching/common_inputs/network/v3/network_inputs.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type DestinationIPInput = Message<"envoy.extensions.matching.common_inputs.network.v3.DestinationIPInput"> & {
};
export declare type DestinationPortInput = Message<"envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput"> & {
};
export declare type SourceIPInput = Message<"envoy.extensions.matching.common_inputs.network.v3.SourceIPInput"> & {
};
export declare type SourcePortInput = Message<"envoy.extensions.matching.common_inputs.network.v3.SourcePortInput"> & {
};
export declare type DirectSourceIPInput = Message<"envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput"> & {
};
export declare type SourceTypeInput = Message<"envoy.extensions.matching.common_inputs.network.v3.SourceTypeInput"> & {
};
export declare type ServerNameInput = Message<"envoy.extensions.matching.common_inputs.network.v3.ServerNameInput"> & {
};
export declare type TransportProtocolInput = Message<"envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput"> & {
};
export declare type ApplicationProtocolInput = Message<"envoy.extensions.matching.common_inputs.network.v3.ApplicationProtocolInput"> & {
};
export declare type FilterStateInput = Message<"envoy.extensions.matching.common_inputs.network.v3.FilterStateInput"> & {
  key: string;
  field: string;
};
export declare type DynamicMetadataInput = Message<"envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput"> & {
  filter: string;
  path: DynamicMetadataInput_PathSegment[];
};
export declare type DynamicMetadataInput_PathSegment = Message<"envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput.PathSegment"> & {
  segment: {
    value: string;
    case: "key";
  } | { case: undefined; value?: undefined };
};
export declare type NetworkNamespaceInput = Message<"envoy.extensions.matching.common_inputs.network.v3.NetworkNamespaceInput"> & {
};
