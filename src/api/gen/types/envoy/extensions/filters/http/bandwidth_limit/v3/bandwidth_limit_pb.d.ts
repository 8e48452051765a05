// Generated from envoy/extensions/filters/http/bandwidth_limit/v3/bandwidth_limit.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RuntimeFeatureFlag } from "../../../../../config/core/v3/base_pb.js";
export declare type BandwidthLimit = Message<"envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit"> & {
  statPrefix: string;
  enableMode: BandwidthLimit_EnableMode;
  limitKbps?: bigint | undefined;
  fillInterval?: Duration | undefined;
  runtimeEnabled?: RuntimeFeatureFlag | undefined;
  enableResponseTrailers: boolean;
  responseTrailerPrefix: string;
};
export type BandwidthLimit_EnableMode = 0 | 1 | 2 | 3;
