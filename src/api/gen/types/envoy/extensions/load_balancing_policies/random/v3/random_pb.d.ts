// Generated from envoy/extensions/load_balancing_policies/random/v3/random.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { LocalityLbConfig } from "../../common/v3/common_pb.js";
export declare type Random = Message<"envoy.extensions.load_balancing_policies.random.v3.Random"> & {
  localityLbConfig?: LocalityLbConfig | undefined;
};
