// Generated from envoy/admin/v3/mutex_stats.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type MutexStats = Message<"envoy.admin.v3.MutexStats"> & {
  numContentions: bigint;
  currentWaitCycles: bigint;
  lifetimeWaitCycles: bigint;
};
