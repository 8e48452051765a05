// Generated from envoy/config/core/v3/backoff.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type BackoffStrategy = Message<"envoy.config.core.v3.BackoffStrategy"> & {
  baseInterval?: Duration | undefined;
  maxInterval?: Duration | undefined;
};
