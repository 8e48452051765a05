// Generated from envoy/extensions/filters/http/grpc_stats/v3/config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { GrpcMethodList } from "../../../../../config/core/v3/grpc_method_list_pb.js";
import type { BoolValue } from "@bufbuild/protobuf/wkt";
export declare type FilterConfig = Message<"envoy.extensions.filters.http.grpc_stats.v3.FilterConfig"> & {
  emitFilterState: boolean;
  perMethodStatSpecifier: {
    value: GrpcMethodList;
    case: "individualMethodStatsAllowlist";
  } | {
    value: BoolValue;
    case: "statsForAllMethods";
  } | { case: undefined; value?: undefined };
  enableUpstreamStats: boolean;
  replaceDotsInGrpcServiceName: boolean;
};
export declare type FilterObject = Message<"envoy.extensions.filters.http.grpc_stats.v3.FilterObject"> & {
  requestMessageCount: bigint;
  responseMessageCount: bigint;
};
