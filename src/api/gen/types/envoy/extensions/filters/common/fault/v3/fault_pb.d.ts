// Generated from envoy/extensions/filters/common/fault/v3/fault.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { FractionalPercent } from "../../../../../type/v3/percent_pb.js";
export declare type FaultDelay = Message<"envoy.extensions.filters.common.fault.v3.FaultDelay"> & {
  faultDelaySecifier: {
    value: Duration;
    case: "fixedDelay";
  } | {
    value: FaultDelay_HeaderDelay;
    case: "headerDelay";
  } | { case: undefined; value?: undefined };
  percentage?: FractionalPercent | undefined;
};
export declare type FaultDelay_HeaderDelay = Message<"envoy.extensions.filters.common.fault.v3.FaultDelay.HeaderDelay"> & {
};
export type FaultDelay_FaultDelayType = 0;
export declare type FaultRateLimit = Message<"envoy.extensions.filters.common.fault.v3.FaultRateLimit"> & {
  limitType: {
    value: FaultRateLimit_FixedLimit;
    case: "fixedLimit";
  } | {
    value: FaultRateLimit_HeaderLimit;
    case: "headerLimit";
  } | { case: undefined; value?: undefined };
  percentage?: FractionalPercent | undefined;
};
export declare type FaultRateLimit_FixedLimit = Message<"envoy.extensions.filters.common.fault.v3.FaultRateLimit.FixedLimit"> & {
  limitKbps: bigint;
};
export declare type FaultRateLimit_HeaderLimit = Message<"envoy.extensions.filters.common.fault.v3.FaultRateLimit.HeaderLimit"> & {
};
