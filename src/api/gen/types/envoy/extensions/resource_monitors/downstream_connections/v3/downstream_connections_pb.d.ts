// Generated from envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type DownstreamConnectionsConfig = Message<"envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig"> & {
  maxActiveDownstreamConnections: bigint;
};
