// Generated from envoy/extensions/transport_sockets/internal_upstream/v3/internal_upstream.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TransportSocket } from "../../../../config/core/v3/base_pb.js";
import type { MetadataKind } from "../../../../type/metadata/v3/metadata_pb.js";
export declare type InternalUpstreamTransport = Message<"envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport"> & {
  passthroughMetadata: InternalUpstreamTransport_MetadataValueSource[];
  transportSocket?: TransportSocket | undefined;
};
export declare type InternalUpstreamTransport_MetadataValueSource = Message<"envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport.MetadataValueSource"> & {
  kind?: MetadataKind | undefined;
  name: string;
};
