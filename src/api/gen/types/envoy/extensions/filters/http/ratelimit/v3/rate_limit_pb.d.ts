// Generated from envoy/extensions/filters/http/ratelimit/v3/rate_limit.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RateLimitServiceConfig } from "../../../../../config/ratelimit/v3/rls_pb.js";
import type { HttpStatus } from "../../../../../type/v3/http_status_pb.js";
import type { HeaderValueOption, RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
import type { RateLimit as RateLimit$1 } from "../../../../../config/route/v3/route_components_pb.js";
export declare type RateLimit = Message<"envoy.extensions.filters.http.ratelimit.v3.RateLimit"> & {
  domain: string;
  stage: number;
  requestType: string;
  timeout?: Duration | undefined;
  failureModeDeny: boolean;
  rateLimitedAsResourceExhausted: boolean;
  rateLimitService?: RateLimitServiceConfig | undefined;
  enableXRatelimitHeaders: RateLimit_XRateLimitHeadersRFCVersion;
  disableXEnvoyRatelimitedHeader: boolean;
  rateLimitedStatus?: HttpStatus | undefined;
  responseHeadersToAdd: HeaderValueOption[];
  statusOnError?: HttpStatus | undefined;
  statPrefix: string;
  filterEnabled?: RuntimeFractionalPercent | undefined;
  filterEnforced?: RuntimeFractionalPercent | undefined;
  failureModeDenyPercent?: RuntimeFractionalPercent | undefined;
  rateLimits: RateLimit$1[];
  metadataNamespace: string;
  enableRetryAfterHeader: boolean;
};
export type RateLimit_XRateLimitHeadersRFCVersion = 0 | 1;
export declare type RateLimitPerRoute = Message<"envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute"> & {
  vhRateLimits: RateLimitPerRoute_VhRateLimitsOptions;
  overrideOption: RateLimitPerRoute_OverrideOptions;
  rateLimits: RateLimit$1[];
  domain: string;
};
export type RateLimitPerRoute_VhRateLimitsOptions = 0 | 1 | 2;
export type RateLimitPerRoute_OverrideOptions = 0 | 1 | 2 | 3;
