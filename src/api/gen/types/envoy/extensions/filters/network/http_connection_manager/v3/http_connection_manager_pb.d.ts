// Generated from envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RouteConfiguration } from "../../../../../config/route/v3/route_pb.js";
import type { Http1ProtocolOptions, Http2ProtocolOptions, Http3ProtocolOptions, HttpProtocolOptions, SchemeHeaderTransformation } from "../../../../../config/core/v3/protocol_pb.js";
import type { Any, Duration } from "@bufbuild/protobuf/wkt";
import type { Percent } from "../../../../../type/v3/percent_pb.js";
import type { AccessLog, AccessLogFilter } from "../../../../../config/accesslog/v3/accesslog_pb.js";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
import type { Matcher } from "../../../../../../xds/type/matcher/v3/matcher_pb.js";
import type { CustomTag } from "../../../../../type/tracing/v3/custom_tag_pb.js";
import type { Tracing_Http } from "../../../../../config/trace/v3/http_tracer_pb.js";
import type { CidrRange } from "../../../../../config/core/v3/address_pb.js";
import type { PathTransformation } from "../../../../../type/http/v3/path_transformation_pb.js";
import type { SubstitutionFormatString } from "../../../../../config/core/v3/substitution_format_string_pb.js";
import type { DataSource, HeaderValueOption } from "../../../../../config/core/v3/base_pb.js";
import type { ConfigSource, ExtensionConfigSource } from "../../../../../config/core/v3/config_source_pb.js";
import type { ScopedRouteConfiguration } from "../../../../../config/route/v3/scoped_route_pb.js";
export declare type HttpConnectionManager = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"> & {
  codecType: HttpConnectionManager_CodecType;
  statPrefix: string;
  routeSpecifier: {
    value: Rds;
    case: "rds";
  } | {
    value: RouteConfiguration;
    case: "routeConfig";
  } | {
    value: ScopedRoutes;
    case: "scopedRoutes";
  } | { case: undefined; value?: undefined };
  httpFilters: HttpFilter[];
  addUserAgent?: boolean | undefined;
  tracing?: HttpConnectionManager_Tracing | undefined;
  commonHttpProtocolOptions?: HttpProtocolOptions | undefined;
  http1SafeMaxConnectionDuration: boolean;
  httpProtocolOptions?: Http1ProtocolOptions | undefined;
  http2ProtocolOptions?: Http2ProtocolOptions | undefined;
  http3ProtocolOptions?: Http3ProtocolOptions | undefined;
  serverName: string;
  serverHeaderTransformation: HttpConnectionManager_ServerHeaderTransformation;
  schemeHeaderTransformation?: SchemeHeaderTransformation | undefined;
  maxRequestHeadersKb?: number | undefined;
  streamIdleTimeout?: Duration | undefined;
  streamFlushTimeout?: Duration | undefined;
  requestTimeout?: Duration | undefined;
  requestHeadersTimeout?: Duration | undefined;
  drainTimeout?: Duration | undefined;
  drainTimeoutJitter?: Percent | undefined;
  delayedCloseTimeout?: Duration | undefined;
  accessLog: AccessLog[];
  accessLogFlushInterval?: Duration | undefined;
  flushAccessLogOnNewRequest: boolean;
  accessLogOptions?: HttpConnectionManager_HcmAccessLogOptions | undefined;
  useRemoteAddress?: boolean | undefined;
  xffNumTrustedHops: number;
  originalIpDetectionExtensions: TypedExtensionConfig[];
  earlyHeaderMutationExtensions: TypedExtensionConfig[];
  internalAddressConfig?: HttpConnectionManager_InternalAddressConfig | undefined;
  skipXffAppend: boolean;
  via: string;
  generateRequestId?: boolean | undefined;
  preserveExternalRequestId: boolean;
  alwaysSetRequestIdInResponse: boolean;
  forwardClientCertDetails: HttpConnectionManager_ForwardClientCertDetails;
  setCurrentClientCertDetails?: HttpConnectionManager_SetCurrentClientCertDetails | undefined;
  forwardClientCertMatcher?: Matcher | undefined;
  proxy100Continue: boolean;
  representIpv4RemoteAddressAsIpv4MappedIpv6: boolean;
  upgradeConfigs: HttpConnectionManager_UpgradeConfig[];
  normalizePath?: boolean | undefined;
  mergeSlashes: boolean;
  pathWithEscapedSlashesAction: HttpConnectionManager_PathWithEscapedSlashesAction;
  requestIdExtension?: RequestIDExtension | undefined;
  localReplyConfig?: LocalReplyConfig | undefined;
  stripMatchingHostPort: boolean;
  stripPortMode: {
    value: boolean;
    case: "stripAnyHostPort";
  } | { case: undefined; value?: undefined };
  streamErrorOnInvalidHttpMessage?: boolean | undefined;
  pathNormalizationOptions?: HttpConnectionManager_PathNormalizationOptions | undefined;
  stripTrailingHostDot: boolean;
  proxyStatusConfig?: HttpConnectionManager_ProxyStatusConfig | undefined;
  typedHeaderValidationConfig?: TypedExtensionConfig | undefined;
  appendXForwardedPort: boolean;
  appendLocalOverload: boolean;
  addProxyProtocolConnectionState?: boolean | undefined;
  forwardProtoConfig?: ForwardProtoConfig | undefined;
  recordRouteResolutionStats: boolean;
};
export declare type HttpConnectionManager_Tracing = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing"> & {
  clientSampling?: Percent | undefined;
  randomSampling?: Percent | undefined;
  overallSampling?: Percent | undefined;
  verbose: boolean;
  maxPathTagLength?: number | undefined;
  customTags: CustomTag[];
  provider?: Tracing_Http | undefined;
  spawnUpstreamSpan?: boolean | undefined;
  operation: string;
  upstreamOperation: string;
  noContextPropagation: boolean;
};
export type HttpConnectionManager_Tracing_OperationName = 0 | 1;
export declare type HttpConnectionManager_InternalAddressConfig = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.InternalAddressConfig"> & {
  unixSockets: boolean;
  cidrRanges: CidrRange[];
};
export declare type HttpConnectionManager_SetCurrentClientCertDetails = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails"> & {
  subject?: boolean | undefined;
  cert: boolean;
  chain: boolean;
  dns: boolean;
  uri: boolean;
  issuer: boolean;
  format: HttpConnectionManager_ForwardClientCertFormat;
};
export declare type HttpConnectionManager_ForwardClientCertConfig = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertConfig"> & {
  forwardClientCertDetails: HttpConnectionManager_ForwardClientCertDetails;
  setCurrentClientCertDetails?: HttpConnectionManager_SetCurrentClientCertDetails | undefined;
};
export declare type HttpConnectionManager_UpgradeConfig = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig"> & {
  upgradeType: string;
  filters: HttpFilter[];
  enabled?: boolean | undefined;
};
export declare type HttpConnectionManager_PathNormalizationOptions = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathNormalizationOptions"> & {
  forwardingTransformation?: PathTransformation | undefined;
  httpFilterTransformation?: PathTransformation | undefined;
};
export declare type HttpConnectionManager_ProxyStatusConfig = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ProxyStatusConfig"> & {
  removeDetails: boolean;
  removeConnectionTerminationDetails: boolean;
  removeResponseFlags: boolean;
  setRecommendedResponseCode: boolean;
  proxyName: {
    value: boolean;
    case: "useNodeId";
  } | {
    value: string;
    case: "literalProxyName";
  } | { case: undefined; value?: undefined };
};
export declare type HttpConnectionManager_HcmAccessLogOptions = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.HcmAccessLogOptions"> & {
  accessLogFlushInterval?: Duration | undefined;
  flushAccessLogOnNewRequest: boolean;
  flushLogOnTunnelSuccessfullyEstablished: boolean;
};
export type HttpConnectionManager_CodecType = 0 | 1 | 2 | 3;
export type HttpConnectionManager_ServerHeaderTransformation = 0 | 1 | 2;
export type HttpConnectionManager_ForwardClientCertDetails = 0 | 1 | 2 | 3 | 4;
export type HttpConnectionManager_PathWithEscapedSlashesAction = 0 | 1 | 2 | 3 | 4;
export type HttpConnectionManager_ForwardClientCertFormat = 0 | 1;
export declare type ForwardProtoConfig = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ForwardProtoConfig"> & {
  httpsDestinationPorts: number[];
  httpDestinationPorts: number[];
};
export declare type LocalReplyConfig = Message<"envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig"> & {
  mappers: ResponseMapper[];
  bodyFormat?: SubstitutionFormatString | undefined;
};
export declare type ResponseMapper = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper"> & {
  filter?: AccessLogFilter | undefined;
  statusCode?: number | undefined;
  body?: DataSource | undefined;
  bodyFormatOverride?: SubstitutionFormatString | undefined;
  headersToAdd: HeaderValueOption[];
};
export declare type Rds = Message<"envoy.extensions.filters.network.http_connection_manager.v3.Rds"> & {
  configSource?: ConfigSource | undefined;
  routeConfigName: string;
};
export declare type ScopedRouteConfigurationsList = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ScopedRouteConfigurationsList"> & {
  scopedRouteConfigurations: ScopedRouteConfiguration[];
};
export declare type ScopedRoutes = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes"> & {
  name: string;
  scopeKeyBuilder?: ScopedRoutes_ScopeKeyBuilder | undefined;
  rdsConfigSource?: ConfigSource | undefined;
  configSpecifier: {
    value: ScopedRouteConfigurationsList;
    case: "scopedRouteConfigurationsList";
  } | {
    value: ScopedRds;
    case: "scopedRds";
  } | { case: undefined; value?: undefined };
};
export declare type ScopedRoutes_ScopeKeyBuilder = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder"> & {
  fragments: ScopedRoutes_ScopeKeyBuilder_FragmentBuilder[];
};
export declare type ScopedRoutes_ScopeKeyBuilder_FragmentBuilder = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder"> & {
  type: {
    value: ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor;
    case: "headerValueExtractor";
  } | { case: undefined; value?: undefined };
};
export declare type ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor"> & {
  name: string;
  elementSeparator: string;
  extractType: {
    value: number;
    case: "index";
  } | {
    value: ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_KvElement;
    case: "element";
  } | { case: undefined; value?: undefined };
};
export declare type ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_KvElement = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.KvElement"> & {
  separator: string;
  key: string;
};
export declare type ScopedRds = Message<"envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds"> & {
  scopedRdsConfigSource?: ConfigSource | undefined;
  srdsResourcesLocator: string;
};
export declare type HttpFilter = Message<"envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | {
    value: ExtensionConfigSource;
    case: "configDiscovery";
  } | { case: undefined; value?: undefined };
  isOptional: boolean;
  disabled: boolean;
};
export declare type RequestIDExtension = Message<"envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension"> & {
  typedConfig?: Any | undefined;
};
export declare type EnvoyMobileHttpConnectionManager = Message<"envoy.extensions.filters.network.http_connection_manager.v3.EnvoyMobileHttpConnectionManager"> & {
  config?: HttpConnectionManager | undefined;
};
