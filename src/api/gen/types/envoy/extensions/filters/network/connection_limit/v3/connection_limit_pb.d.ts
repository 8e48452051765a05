// Generated from envoy/extensions/filters/network/connection_limit/v3/connection_limit.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RuntimeFeatureFlag } from "../../../../../config/core/v3/base_pb.js";
export declare type ConnectionLimit = Message<"envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit"> & {
  statPrefix: string;
  maxConnections?: bigint | undefined;
  delay?: Duration | undefined;
  runtimeEnabled?: RuntimeFeatureFlag | undefined;
};
