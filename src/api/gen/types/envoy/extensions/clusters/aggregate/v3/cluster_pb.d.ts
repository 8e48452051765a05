// Generated from envoy/extensions/clusters/aggregate/v3/cluster.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ConfigSource } from "../../../../config/core/v3/config_source_pb.js";
export declare type ClusterConfig = Message<"envoy.extensions.clusters.aggregate.v3.ClusterConfig"> & {
  clusters: string[];
};
export declare type AggregateClusterResource = Message<"envoy.extensions.clusters.aggregate.v3.AggregateClusterResource"> & {
  configSource?: ConfigSource | undefined;
  resourceName: string;
};
