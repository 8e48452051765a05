// Generated from envoy/extensions/filters/http/router/v3/router.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { AccessLog } from "../../../../../config/accesslog/v3/accesslog_pb.js";
import type { HttpFilter } from "../../../network/http_connection_manager/v3/http_connection_manager_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type Router = Message<"envoy.extensions.filters.http.router.v3.Router"> & {
  dynamicStats?: boolean | undefined;
  startChildSpan: boolean;
  upstreamLog: AccessLog[];
  upstreamLogOptions?: Router_UpstreamAccessLogOptions | undefined;
  suppressEnvoyHeaders: boolean;
  strictCheckHeaders: string[];
  respectExpectedRqTimeout: boolean;
  suppressGrpcRequestFailureCodeStats: boolean;
  upstreamHttpFilters: HttpFilter[];
  rejectConnectRequestEarlyData?: boolean | undefined;
};
export declare type Router_UpstreamAccessLogOptions = Message<"envoy.extensions.filters.http.router.v3.Router.UpstreamAccessLogOptions"> & {
  flushUpstreamLogOnUpstreamStream: boolean;
  upstreamLogFlushInterval?: Duration | undefined;
};
