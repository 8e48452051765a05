// Generated from envoy/extensions/load_balancing_policies/cluster_provided/v3/cluster_provided.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type ClusterProvided = Message<"envoy.extensions.load_balancing_policies.cluster_provided.v3.ClusterProvided"> & {
};
