// Generated from envoy/extensions/load_balancing_policies/pick_first/v3/pick_first.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type PickFirst = Message<"envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst"> & {
  shuffleAddressList: boolean;
};
