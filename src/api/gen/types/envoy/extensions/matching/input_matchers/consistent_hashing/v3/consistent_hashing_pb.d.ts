// Generated from envoy/extensions/matching/input_matchers/consistent_hashing/v3/consistent_hashing.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type ConsistentHashing = Message<"envoy.extensions.matching.input_matchers.consistent_hashing.v3.ConsistentHashing"> & {
  threshold: number;
  modulo: number;
  seed: bigint;
};
