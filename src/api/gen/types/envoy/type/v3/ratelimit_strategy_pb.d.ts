// Generated from envoy/type/v3/ratelimit_strategy.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TokenBucket } from "./token_bucket_pb.js";
import type { RateLimitUnit } from "./ratelimit_unit_pb.js";
export declare type RateLimitStrategy = Message<"envoy.type.v3.RateLimitStrategy"> & {
  strategy: {
    value: RateLimitStrategy_BlanketRule;
    case: "blanketRule";
  } | {
    value: RateLimitStrategy_RequestsPerTimeUnit;
    case: "requestsPerTimeUnit";
  } | {
    value: TokenBucket;
    case: "tokenBucket";
  } | { case: undefined; value?: undefined };
};
export declare type RateLimitStrategy_RequestsPerTimeUnit = Message<"envoy.type.v3.RateLimitStrategy.RequestsPerTimeUnit"> & {
  requestsPerTimeUnit: bigint;
  timeUnit: RateLimitUnit;
};
export type RateLimitStrategy_BlanketRule = 0 | 1;
