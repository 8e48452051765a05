// Generated from envoy/admin/v3/init_dump.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type UnreadyTargetsDumps = Message<"envoy.admin.v3.UnreadyTargetsDumps"> & {
  unreadyTargetsDumps: UnreadyTargetsDumps_UnreadyTargetsDump[];
};
export declare type UnreadyTargetsDumps_UnreadyTargetsDump = Message<"envoy.admin.v3.UnreadyTargetsDumps.UnreadyTargetsDump"> & {
  name: string;
  targetNames: string[];
};
