// Generated from envoy/config/accesslog/v3/accesslog.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { RuntimeUInt32 } from "../../core/v3/base_pb.js";
import type { FractionalPercent } from "../../../type/v3/percent_pb.js";
import type { HeaderMatcher } from "../../route/v3/route_components_pb.js";
import type { MetadataMatcher } from "../../../type/matcher/v3/metadata_pb.js";
import type { AccessLogType } from "../../../data/accesslog/v3/accesslog_pb.js";
export declare type AccessLog = Message<"envoy.config.accesslog.v3.AccessLog"> & {
  name: string;
  filter?: AccessLogFilter | undefined;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type AccessLogFilter = Message<"envoy.config.accesslog.v3.AccessLogFilter"> & {
  filterSpecifier: {
    value: StatusCodeFilter;
    case: "statusCodeFilter";
  } | {
    value: DurationFilter;
    case: "durationFilter";
  } | {
    value: NotHealthCheckFilter;
    case: "notHealthCheckFilter";
  } | {
    value: TraceableFilter;
    case: "traceableFilter";
  } | {
    value: RuntimeFilter;
    case: "runtimeFilter";
  } | {
    value: AndFilter;
    case: "andFilter";
  } | {
    value: OrFilter;
    case: "orFilter";
  } | {
    value: HeaderFilter;
    case: "headerFilter";
  } | {
    value: ResponseFlagFilter;
    case: "responseFlagFilter";
  } | {
    value: GrpcStatusFilter;
    case: "grpcStatusFilter";
  } | {
    value: ExtensionFilter;
    case: "extensionFilter";
  } | {
    value: MetadataFilter;
    case: "metadataFilter";
  } | {
    value: LogTypeFilter;
    case: "logTypeFilter";
  } | { case: undefined; value?: undefined };
};
export declare type ComparisonFilter = Message<"envoy.config.accesslog.v3.ComparisonFilter"> & {
  op: ComparisonFilter_Op;
  value?: RuntimeUInt32 | undefined;
};
export type ComparisonFilter_Op = 0 | 1 | 2 | 3;
export declare type StatusCodeFilter = Message<"envoy.config.accesslog.v3.StatusCodeFilter"> & {
  comparison?: ComparisonFilter | undefined;
};
export declare type DurationFilter = Message<"envoy.config.accesslog.v3.DurationFilter"> & {
  comparison?: ComparisonFilter | undefined;
};
export declare type NotHealthCheckFilter = Message<"envoy.config.accesslog.v3.NotHealthCheckFilter"> & {
};
export declare type TraceableFilter = Message<"envoy.config.accesslog.v3.TraceableFilter"> & {
};
export declare type RuntimeFilter = Message<"envoy.config.accesslog.v3.RuntimeFilter"> & {
  runtimeKey: string;
  percentSampled?: FractionalPercent | undefined;
  useIndependentRandomness: boolean;
};
export declare type AndFilter = Message<"envoy.config.accesslog.v3.AndFilter"> & {
  filters: AccessLogFilter[];
};
export declare type OrFilter = Message<"envoy.config.accesslog.v3.OrFilter"> & {
  filters: AccessLogFilter[];
};
export declare type HeaderFilter = Message<"envoy.config.accesslog.v3.HeaderFilter"> & {
  header?: HeaderMatcher | undefined;
};
export declare type ResponseFlagFilter = Message<"envoy.config.accesslog.v3.ResponseFlagFilter"> & {
  flags: string[];
};
export declare type GrpcStatusFilter = Message<"envoy.config.accesslog.v3.GrpcStatusFilter"> & {
  statuses: GrpcStatusFilter_Status[];
  exclude: boolean;
};
export type GrpcStatusFilter_Status = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16;
export declare type MetadataFilter = Message<"envoy.config.accesslog.v3.MetadataFilter"> & {
  matcher?: MetadataMatcher | undefined;
  matchIfKeyNotFound?: boolean | undefined;
};
export declare type LogTypeFilter = Message<"envoy.config.accesslog.v3.LogTypeFilter"> & {
  types: AccessLogType[];
  exclude: boolean;
};
export declare type ExtensionFilter = Message<"envoy.config.accesslog.v3.ExtensionFilter"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
