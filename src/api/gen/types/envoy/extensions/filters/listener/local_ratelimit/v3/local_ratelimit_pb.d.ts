// Generated from envoy/extensions/filters/listener/local_ratelimit/v3/local_ratelimit.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TokenBucket } from "../../../../../type/v3/token_bucket_pb.js";
import type { RuntimeFeatureFlag } from "../../../../../config/core/v3/base_pb.js";
export declare type LocalRateLimit = Message<"envoy.extensions.filters.listener.local_ratelimit.v3.LocalRateLimit"> & {
  statPrefix: string;
  tokenBucket?: TokenBucket | undefined;
  runtimeEnabled?: RuntimeFeatureFlag | undefined;
};
