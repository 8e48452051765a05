// Generated from envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RuntimeUInt64 } from "../../../../config/core/v3/base_pb.js";
export declare type FixedHeapConfig = Message<"envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig"> & {
  maxHeapSizeBytes: bigint;
  maxHeapSizeBytesRuntime?: RuntimeUInt64 | undefined;
};
