// Generated from envoy/extensions/load_balancing_policies/maglev/v3/maglev.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { ConsistentHashingLbConfig, LocalityLbConfig_LocalityWeightedLbConfig } from "../../common/v3/common_pb.js";
export declare type Maglev = Message<"envoy.extensions.load_balancing_policies.maglev.v3.Maglev"> & {
  tableSize?: bigint | undefined;
  consistentHashingLbConfig?: ConsistentHashingLbConfig | undefined;
  localityWeightedLbConfig?: LocalityLbConfig_LocalityWeightedLbConfig | undefined;
};
