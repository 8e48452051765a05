// Generated from envoy/extensions/config/validators/minimum_clusters/v3/minimum_clusters.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type MinimumClustersValidator = Message<"envoy.extensions.config.validators.minimum_clusters.v3.MinimumClustersValidator"> & {
  minClustersNum: number;
};
