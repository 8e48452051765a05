// Generated from envoy/type/v3/token_bucket.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type TokenBucket = Message<"envoy.type.v3.TokenBucket"> & {
  maxTokens: number;
  tokensPerFill?: number | undefined;
  fillInterval?: Duration | undefined;
};
