// Generated from envoy/admin/v3/tap.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TapConfig } from "../../config/tap/v3/common_pb.js";
export declare type TapRequest = Message<"envoy.admin.v3.TapRequest"> & {
  configId: string;
  tapConfig?: TapConfig | undefined;
};
