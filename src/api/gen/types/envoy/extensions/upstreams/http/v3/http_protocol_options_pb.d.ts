// Generated from envoy/extensions/upstreams/http/v3/http_protocol_options.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { AlternateProtocolsCacheOptions, Http1ProtocolOptions, Http2ProtocolOptions, Http3ProtocolOptions, HttpProtocolOptions as HttpProtocolOptions$1, UpstreamHttpProtocolOptions } from "../../../../config/core/v3/protocol_pb.js";
import type { HttpFilter } from "../../../filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import type { TypedExtensionConfig } from "../../../../config/core/v3/extension_pb.js";
import type { RetryPolicy, RouteAction_HashPolicy, RouteAction_RequestMirrorPolicy } from "../../../../config/route/v3/route_components_pb.js";
import type { MatchPredicate } from "../../../../config/common/matcher/v3/matcher_pb.js";
export declare type HttpProtocolOptions = Message<"envoy.extensions.upstreams.http.v3.HttpProtocolOptions"> & {
  commonHttpProtocolOptions?: HttpProtocolOptions$1 | undefined;
  upstreamHttpProtocolOptions?: UpstreamHttpProtocolOptions | undefined;
  upstreamProtocolOptions: {
    value: HttpProtocolOptions_ExplicitHttpConfig;
    case: "explicitHttpConfig";
  } | {
    value: HttpProtocolOptions_UseDownstreamHttpConfig;
    case: "useDownstreamProtocolConfig";
  } | {
    value: HttpProtocolOptions_AutoHttpConfig;
    case: "autoConfig";
  } | { case: undefined; value?: undefined };
  httpFilters: HttpFilter[];
  headerValidationConfig?: TypedExtensionConfig | undefined;
  outlierDetection?: HttpProtocolOptions_OutlierDetection | undefined;
  requestMirrorPolicies: RouteAction_RequestMirrorPolicy[];
  hashPolicy: RouteAction_HashPolicy[];
  retryPolicy?: RetryPolicy | undefined;
};
export declare type HttpProtocolOptions_ExplicitHttpConfig = Message<"envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig"> & {
  protocolConfig: {
    value: Http1ProtocolOptions;
    case: "httpProtocolOptions";
  } | {
    value: Http2ProtocolOptions;
    case: "http2ProtocolOptions";
  } | {
    value: Http3ProtocolOptions;
    case: "http3ProtocolOptions";
  } | { case: undefined; value?: undefined };
};
export declare type HttpProtocolOptions_UseDownstreamHttpConfig = Message<"envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig"> & {
  httpProtocolOptions?: Http1ProtocolOptions | undefined;
  http2ProtocolOptions?: Http2ProtocolOptions | undefined;
  http3ProtocolOptions?: Http3ProtocolOptions | undefined;
};
export declare type HttpProtocolOptions_AutoHttpConfig = Message<"envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig"> & {
  httpProtocolOptions?: Http1ProtocolOptions | undefined;
  http2ProtocolOptions?: Http2ProtocolOptions | undefined;
  http3ProtocolOptions?: Http3ProtocolOptions | undefined;
  alternateProtocolsCacheOptions?: AlternateProtocolsCacheOptions | undefined;
};
export declare type HttpProtocolOptions_OutlierDetection = Message<"envoy.extensions.upstreams.http.v3.HttpProtocolOptions.OutlierDetection"> & {
  errorMatcher?: MatchPredicate | undefined;
};
