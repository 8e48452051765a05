// Generated from envoy/service/ratelimit/v3/rls.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { RateLimitDescriptor } from "../../../extensions/common/ratelimit/v3/ratelimit_pb.js";
import type { HeaderValue } from "../../../config/core/v3/base_pb.js";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
export declare type RateLimitRequest = Message<"envoy.service.ratelimit.v3.RateLimitRequest"> & {
  domain: string;
  descriptors: RateLimitDescriptor[];
  hitsAddend: number;
};
export declare type RateLimitResponse = Message<"envoy.service.ratelimit.v3.RateLimitResponse"> & {
  overallCode: RateLimitResponse_Code;
  statuses: RateLimitResponse_DescriptorStatus[];
  responseHeadersToAdd: HeaderValue[];
  requestHeadersToAdd: HeaderValue[];
  rawBody: Uint8Array;
  dynamicMetadata?: JsonObject | undefined;
  quota?: RateLimitResponse_Quota | undefined;
};
export declare type RateLimitResponse_RateLimit = Message<"envoy.service.ratelimit.v3.RateLimitResponse.RateLimit"> & {
  name: string;
  requestsPerUnit: number;
  unit: RateLimitResponse_RateLimit_Unit;
  unitMultiplier?: number | undefined;
};
export type RateLimitResponse_RateLimit_Unit = 0 | 1 | 2 | 3 | 4 | 7 | 5 | 6;
export declare type RateLimitResponse_Quota = Message<"envoy.service.ratelimit.v3.RateLimitResponse.Quota"> & {
  requests: number;
  expirationSpecifier: {
    value: Timestamp;
    case: "validUntil";
  } | { case: undefined; value?: undefined };
  id: string;
};
export declare type RateLimitResponse_DescriptorStatus = Message<"envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus"> & {
  code: RateLimitResponse_Code;
  currentLimit?: RateLimitResponse_RateLimit | undefined;
  limitRemaining: number;
  durationUntilReset?: Duration | undefined;
  quota?: RateLimitResponse_Quota | undefined;
};
export type RateLimitResponse_Code = 0 | 1 | 2;
