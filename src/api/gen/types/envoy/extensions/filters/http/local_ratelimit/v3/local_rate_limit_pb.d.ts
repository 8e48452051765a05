// Generated from envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { HttpStatus } from "../../../../../type/v3/http_status_pb.js";
import type { TokenBucket } from "../../../../../type/v3/token_bucket_pb.js";
import type { HeaderValueOption, RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
import type { LocalClusterRateLimit, LocalRateLimitDescriptor, VhRateLimitsOptions, XRateLimitHeadersRFCVersion } from "../../../../common/ratelimit/v3/ratelimit_pb.js";
import type { RateLimit } from "../../../../../config/route/v3/route_components_pb.js";
export declare type LocalRateLimit = Message<"envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit"> & {
  statPrefix: string;
  status?: HttpStatus | undefined;
  tokenBucket?: TokenBucket | undefined;
  filterEnabled?: RuntimeFractionalPercent | undefined;
  filterEnforced?: RuntimeFractionalPercent | undefined;
  requestHeadersToAddWhenNotEnforced: HeaderValueOption[];
  responseHeadersToAdd: HeaderValueOption[];
  descriptors: LocalRateLimitDescriptor[];
  stage: number;
  localRateLimitPerDownstreamConnection: boolean;
  localClusterRateLimit?: LocalClusterRateLimit | undefined;
  enableXRatelimitHeaders: XRateLimitHeadersRFCVersion;
  vhRateLimits: VhRateLimitsOptions;
  alwaysConsumeDefaultTokenBucket?: boolean | undefined;
  rateLimitedAsResourceExhausted: boolean;
  rateLimits: RateLimit[];
  maxDynamicDescriptors?: number | undefined;
  enableRetryAfterHeader: boolean;
};
