// Generated from envoy/extensions/filters/http/fault/v3/fault.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { FractionalPercent } from "../../../../../type/v3/percent_pb.js";
import type { FaultDelay, FaultRateLimit } from "../../../common/fault/v3/fault_pb.js";
import type { HeaderMatcher } from "../../../../../config/route/v3/route_components_pb.js";
export declare type FaultAbort = Message<"envoy.extensions.filters.http.fault.v3.FaultAbort"> & {
  errorType: {
    value: number;
    case: "httpStatus";
  } | {
    value: number;
    case: "grpcStatus";
  } | {
    value: FaultAbort_HeaderAbort;
    case: "headerAbort";
  } | { case: undefined; value?: undefined };
  percentage?: FractionalPercent | undefined;
  responseBody: string;
};
export declare type FaultAbort_HeaderAbort = Message<"envoy.extensions.filters.http.fault.v3.FaultAbort.HeaderAbort"> & {
};
export declare type HTTPFault = Message<"envoy.extensions.filters.http.fault.v3.HTTPFault"> & {
  delay?: FaultDelay | undefined;
  abort?: FaultAbort | undefined;
  upstreamCluster: string;
  headers: HeaderMatcher[];
  downstreamNodes: string[];
  maxActiveFaults?: number | undefined;
  responseRateLimit?: FaultRateLimit | undefined;
  delayPercentRuntime: string;
  abortPercentRuntime: string;
  delayDurationRuntime: string;
  abortHttpStatusRuntime: string;
  maxActiveFaultsRuntime: string;
  responseRateLimitPercentRuntime: string;
  abortGrpcStatusRuntime: string;
  disableDownstreamClusterStats: boolean;
  filterMetadata?: JsonObject | undefined;
};
