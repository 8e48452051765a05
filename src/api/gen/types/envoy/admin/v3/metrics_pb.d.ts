// Generated from envoy/admin/v3/metrics.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type SimpleMetric = Message<"envoy.admin.v3.SimpleMetric"> & {
  type: SimpleMetric_Type;
  value: bigint;
  name: string;
};
export type SimpleMetric_Type = 0 | 1;
