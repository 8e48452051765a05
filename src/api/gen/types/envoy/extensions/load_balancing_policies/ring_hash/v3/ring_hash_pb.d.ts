// Generated from envoy/extensions/load_balancing_policies/ring_hash/v3/ring_hash.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ConsistentHashingLbConfig, LocalityLbConfig_LocalityWeightedLbConfig } from "../../common/v3/common_pb.js";
export declare type RingHash = Message<"envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash"> & {
  hashFunction: RingHash_HashFunction;
  minimumRingSize?: bigint | undefined;
  maximumRingSize?: bigint | undefined;
  useHostnameForHashing: boolean;
  hashBalanceFactor?: number | undefined;
  consistentHashingLbConfig?: ConsistentHashingLbConfig | undefined;
  localityWeightedLbConfig?: LocalityLbConfig_LocalityWeightedLbConfig | undefined;
};
export type RingHash_HashFunction = 0 | 1 | 2;
