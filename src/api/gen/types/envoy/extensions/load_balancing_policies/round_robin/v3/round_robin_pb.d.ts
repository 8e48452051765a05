// Generated from envoy/extensions/load_balancing_policies/round_robin/v3/round_robin.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { LocalityLbConfig, SlowStartConfig } from "../../common/v3/common_pb.js";
export declare type RoundRobin = Message<"envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin"> & {
  slowStartConfig?: SlowStartConfig | undefined;
  localityLbConfig?: LocalityLbConfig | undefined;
};
