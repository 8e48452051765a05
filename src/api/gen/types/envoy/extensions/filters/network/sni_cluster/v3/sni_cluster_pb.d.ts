// Generated from envoy/extensions/filters/network/sni_cluster/v3/sni_cluster.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SniCluster = Message<"envoy.extensions.filters.network.sni_cluster.v3.SniCluster"> & {
};
