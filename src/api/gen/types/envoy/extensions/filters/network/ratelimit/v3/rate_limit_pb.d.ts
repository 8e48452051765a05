// Generated from envoy/extensions/filters/network/ratelimit/v3/rate_limit.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RateLimitDescriptor } from "../../../../common/ratelimit/v3/ratelimit_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RateLimitServiceConfig } from "../../../../../config/ratelimit/v3/rls_pb.js";
export declare type RateLimit = Message<"envoy.extensions.filters.network.ratelimit.v3.RateLimit"> & {
  statPrefix: string;
  domain: string;
  descriptors: RateLimitDescriptor[];
  timeout?: Duration | undefined;
  failureModeDeny: boolean;
  rateLimitService?: RateLimitServiceConfig | undefined;
};
