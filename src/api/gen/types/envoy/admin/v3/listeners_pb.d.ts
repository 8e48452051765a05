// Generated from envoy/admin/v3/listeners.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Address } from "../../config/core/v3/address_pb.js";
export declare type Listeners = Message<"envoy.admin.v3.Listeners"> & {
  listenerStatuses: ListenerStatus[];
};
export declare type ListenerStatus = Message<"envoy.admin.v3.ListenerStatus"> & {
  name: string;
  localAddress?: Address | undefined;
  additionalLocalAddresses: Address[];
};
