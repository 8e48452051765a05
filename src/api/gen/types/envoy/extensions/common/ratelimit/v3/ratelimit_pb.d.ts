// Generated from envoy/extensions/common/ratelimit/v3/ratelimit.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RateLimitUnit } from "../../../../type/v3/ratelimit_unit_pb.js";
import type { TokenBucket } from "../../../../type/v3/token_bucket_pb.js";
export declare type RateLimitDescriptor = Message<"envoy.extensions.common.ratelimit.v3.RateLimitDescriptor"> & {
  entries: RateLimitDescriptor_Entry[];
  limit?: RateLimitDescriptor_RateLimitOverride | undefined;
  hitsAddend?: bigint | undefined;
  isNegativeHits: boolean;
};
export declare type RateLimitDescriptor_Entry = Message<"envoy.extensions.common.ratelimit.v3.RateLimitDescriptor.Entry"> & {
  key: string;
  value: string;
};
export declare type RateLimitDescriptor_RateLimitOverride = Message<"envoy.extensions.common.ratelimit.v3.RateLimitDescriptor.RateLimitOverride"> & {
  requestsPerUnit: number;
  unit: RateLimitUnit;
  unitMultiplier?: number | undefined;
};
export declare type LocalRateLimitDescriptor = Message<"envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor"> & {
  entries: RateLimitDescriptor_Entry[];
  tokenBucket?: TokenBucket | undefined;
  shadowMode: boolean;
};
export declare type LocalClusterRateLimit = Message<"envoy.extensions.common.ratelimit.v3.LocalClusterRateLimit"> & {
};
export type XRateLimitHeadersRFCVersion = 0 | 1;
export type VhRateLimitsOptions = 0 | 1 | 2;
