// Generated from contrib/envoy/extensions/filters/network/peer_metadata/v3/peer_metadata.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Config = Message<"envoy.extensions.network_filters.peer_metadata.Config"> & {
  baggageKey: string;
};
export declare type UpstreamConfig = Message<"envoy.extensions.network_filters.peer_metadata.UpstreamConfig"> & {
};
