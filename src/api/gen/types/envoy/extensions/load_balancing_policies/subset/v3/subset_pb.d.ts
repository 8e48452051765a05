// Generated from envoy/extensions/load_balancing_policies/subset/v3/subset.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { LoadBalancingPolicy } from "../../../../config/cluster/v3/cluster_pb.js";
export declare type Subset = Message<"envoy.extensions.load_balancing_policies.subset.v3.Subset"> & {
  fallbackPolicy: Subset_LbSubsetFallbackPolicy;
  defaultSubset?: JsonObject | undefined;
  subsetSelectors: Subset_LbSubsetSelector[];
  allowRedundantKeys: boolean;
  localityWeightAware: boolean;
  scaleLocalityWeight: boolean;
  panicModeAny: boolean;
  listAsAny: boolean;
  metadataFallbackPolicy: Subset_LbSubsetMetadataFallbackPolicy;
  subsetLbPolicy?: LoadBalancingPolicy | undefined;
};
export declare type Subset_LbSubsetSelector = Message<"envoy.extensions.load_balancing_policies.subset.v3.Subset.LbSubsetSelector"> & {
  keys: string[];
  singleHostPerSubset: boolean;
  fallbackPolicy: Subset_LbSubsetSelector_LbSubsetSelectorFallbackPolicy;
  fallbackKeysSubset: string[];
};
export type Subset_LbSubsetSelector_LbSubsetSelectorFallbackPolicy = 0 | 1 | 2 | 3 | 4;
export type Subset_LbSubsetFallbackPolicy = 0 | 1 | 2;
export type Subset_LbSubsetMetadataFallbackPolicy = 0 | 1;
