// Generated from envoy/admin/v3/memory.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type Memory = Message<"envoy.admin.v3.Memory"> & {
  allocated: bigint;
  heapSize: bigint;
  pageheapUnmapped: bigint;
  pageheapFree: bigint;
  totalThreadCache: bigint;
  totalPhysicalBytes: bigint;
};
