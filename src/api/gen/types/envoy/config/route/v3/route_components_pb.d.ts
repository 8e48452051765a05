// Generated from envoy/config/route/v3/route_components.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Matcher } from "../../../../xds/type/matcher/v3/matcher_pb.js";
import type { DataSource, HeaderValueOption, Metadata, RoutingPriority, RuntimeFractionalPercent } from "../../core/v3/base_pb.js";
import type { Any, BoolValue, Duration } from "@bufbuild/protobuf/wkt";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { RegexMatchAndSubstitute, RegexMatcher } from "../../../type/matcher/v3/regex_pb.js";
import type { MetadataMatcher } from "../../../type/matcher/v3/metadata_pb.js";
import type { FilterStateMatcher } from "../../../type/matcher/v3/filter_state_pb.js";
import type { StringMatcher } from "../../../type/matcher/v3/string_pb.js";
import type { HeaderMutation } from "../../common/mutation_rules/v3/mutation_rules_pb.js";
import type { ProxyProtocolConfig } from "../../core/v3/proxy_protocol_pb.js";
import type { FractionalPercent } from "../../../type/v3/percent_pb.js";
import type { SubstitutionFormatString } from "../../core/v3/substitution_format_string_pb.js";
import type { CustomTag } from "../../../type/tracing/v3/custom_tag_pb.js";
import type { MetadataKey } from "../../../type/metadata/v3/metadata_pb.js";
import type { AddressMatcher } from "../../../type/matcher/v3/address_pb.js";
import type { RateLimitUnit } from "../../../type/v3/ratelimit_unit_pb.js";
import type { Int64Range } from "../../../type/v3/range_pb.js";
export declare type VirtualHost = Message<"envoy.config.route.v3.VirtualHost"> & {
  name: string;
  domains: string[];
  routes: Route[];
  matcher?: Matcher | undefined;
  requireTls: VirtualHost_TlsRequirementType;
  virtualClusters: VirtualCluster[];
  rateLimits: RateLimit[];
  requestHeadersToAdd: HeaderValueOption[];
  requestHeadersToRemove: string[];
  responseHeadersToAdd: HeaderValueOption[];
  responseHeadersToRemove: string[];
  cors?: CorsPolicy | undefined;
  typedPerFilterConfig: { [key: string]: Any };
  includeRequestAttemptCount: boolean;
  includeAttemptCountInResponse: boolean;
  retryPolicy?: RetryPolicy | undefined;
  retryPolicyTypedConfig?: Any | undefined;
  hedgePolicy?: HedgePolicy | undefined;
  includeIsTimeoutRetryHeader: boolean;
  perRequestBufferLimitBytes?: number | undefined;
  requestBodyBufferLimit?: bigint | undefined;
  requestMirrorPolicies: RouteAction_RequestMirrorPolicy[];
  metadata?: Metadata | undefined;
  routeSpecifiers: TypedExtensionConfig[];
};
export type VirtualHost_TlsRequirementType = 0 | 1 | 2;
export declare type FilterAction = Message<"envoy.config.route.v3.FilterAction"> & {
  action?: Any | undefined;
};
export declare type RouteList = Message<"envoy.config.route.v3.RouteList"> & {
  routes: Route[];
};
export declare type Route = Message<"envoy.config.route.v3.Route"> & {
  name: string;
  match?: RouteMatch | undefined;
  action: {
    value: RouteAction;
    case: "route";
  } | {
    value: RedirectAction;
    case: "redirect";
  } | {
    value: DirectResponseAction;
    case: "directResponse";
  } | {
    value: FilterAction;
    case: "filterAction";
  } | {
    value: NonForwardingAction;
    case: "nonForwardingAction";
  } | { case: undefined; value?: undefined };
  metadata?: Metadata | undefined;
  decorator?: Decorator | undefined;
  typedPerFilterConfig: { [key: string]: Any };
  requestHeadersToAdd: HeaderValueOption[];
  requestHeadersToRemove: string[];
  responseHeadersToAdd: HeaderValueOption[];
  responseHeadersToRemove: string[];
  tracing?: Tracing | undefined;
  perRequestBufferLimitBytes?: number | undefined;
  statPrefix: string;
  requestBodyBufferLimit?: bigint | undefined;
  routeSpecifiers: TypedExtensionConfig[];
};
export declare type WeightedCluster = Message<"envoy.config.route.v3.WeightedCluster"> & {
  clusters: WeightedCluster_ClusterWeight[];
  totalWeight?: number | undefined;
  runtimeKeyPrefix: string;
  randomValueSpecifier: {
    value: string;
    case: "headerName";
  } | {
    value: BoolValue;
    case: "useHashPolicy";
  } | { case: undefined; value?: undefined };
};
export declare type WeightedCluster_ClusterWeight = Message<"envoy.config.route.v3.WeightedCluster.ClusterWeight"> & {
  name: string;
  clusterHeader: string;
  weight?: number | undefined;
  metadataMatch?: Metadata | undefined;
  requestHeadersToAdd: HeaderValueOption[];
  requestHeadersToRemove: string[];
  responseHeadersToAdd: HeaderValueOption[];
  responseHeadersToRemove: string[];
  typedPerFilterConfig: { [key: string]: Any };
  hostRewriteSpecifier: {
    value: string;
    case: "hostRewriteLiteral";
  } | { case: undefined; value?: undefined };
};
export declare type ClusterSpecifierPlugin = Message<"envoy.config.route.v3.ClusterSpecifierPlugin"> & {
  extension?: TypedExtensionConfig | undefined;
  isOptional: boolean;
};
export declare type RouteMatch = Message<"envoy.config.route.v3.RouteMatch"> & {
  pathSpecifier: {
    value: string;
    case: "prefix";
  } | {
    value: string;
    case: "path";
  } | {
    value: RegexMatcher;
    case: "safeRegex";
  } | {
    value: RouteMatch_ConnectMatcher;
    case: "connectMatcher";
  } | {
    value: string;
    case: "pathSeparatedPrefix";
  } | {
    value: TypedExtensionConfig;
    case: "pathMatchPolicy";
  } | { case: undefined; value?: undefined };
  caseSensitive?: boolean | undefined;
  runtimeFraction?: RuntimeFractionalPercent | undefined;
  headers: HeaderMatcher[];
  queryParameters: QueryParameterMatcher[];
  cookies: CookieMatcher[];
  grpc?: RouteMatch_GrpcRouteMatchOptions | undefined;
  tlsContext?: RouteMatch_TlsContextMatchOptions | undefined;
  dynamicMetadata: MetadataMatcher[];
  filterState: FilterStateMatcher[];
};
export declare type RouteMatch_GrpcRouteMatchOptions = Message<"envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions"> & {
};
export declare type RouteMatch_TlsContextMatchOptions = Message<"envoy.config.route.v3.RouteMatch.TlsContextMatchOptions"> & {
  presented?: boolean | undefined;
  validated?: boolean | undefined;
};
export declare type RouteMatch_ConnectMatcher = Message<"envoy.config.route.v3.RouteMatch.ConnectMatcher"> & {
};
export declare type CorsPolicy = Message<"envoy.config.route.v3.CorsPolicy"> & {
  allowOriginStringMatch: StringMatcher[];
  allowMethods: string;
  allowHeaders: string;
  exposeHeaders: string;
  maxAge: string;
  allowCredentials?: boolean | undefined;
  enabledSpecifier: {
    value: RuntimeFractionalPercent;
    case: "filterEnabled";
  } | { case: undefined; value?: undefined };
  shadowEnabled?: RuntimeFractionalPercent | undefined;
  allowPrivateNetworkAccess?: boolean | undefined;
  forwardNotMatchingPreflights?: boolean | undefined;
};
export declare type RouteAction = Message<"envoy.config.route.v3.RouteAction"> & {
  clusterSpecifier: {
    value: string;
    case: "cluster";
  } | {
    value: string;
    case: "clusterHeader";
  } | {
    value: WeightedCluster;
    case: "weightedClusters";
  } | {
    value: string;
    case: "clusterSpecifierPlugin";
  } | {
    value: ClusterSpecifierPlugin;
    case: "inlineClusterSpecifierPlugin";
  } | { case: undefined; value?: undefined };
  clusterNotFoundResponseCode: RouteAction_ClusterNotFoundResponseCode;
  metadataMatch?: Metadata | undefined;
  prefixRewrite: string;
  regexRewrite?: RegexMatchAndSubstitute | undefined;
  pathRewritePolicy?: TypedExtensionConfig | undefined;
  pathRewrite: string;
  hostRewriteSpecifier: {
    value: string;
    case: "hostRewriteLiteral";
  } | {
    value: BoolValue;
    case: "autoHostRewrite";
  } | {
    value: string;
    case: "hostRewriteHeader";
  } | {
    value: RegexMatchAndSubstitute;
    case: "hostRewritePathRegex";
  } | {
    value: string;
    case: "hostRewrite";
  } | { case: undefined; value?: undefined };
  appendXForwardedHost: boolean;
  timeout?: Duration | undefined;
  idleTimeout?: Duration | undefined;
  flushTimeout?: Duration | undefined;
  earlyDataPolicy?: TypedExtensionConfig | undefined;
  retryPolicy?: RetryPolicy | undefined;
  retryPolicyTypedConfig?: Any | undefined;
  requestMirrorPolicies: RouteAction_RequestMirrorPolicy[];
  priority: RoutingPriority;
  rateLimits: RateLimit[];
  includeVhRateLimits?: boolean | undefined;
  hashPolicy: RouteAction_HashPolicy[];
  cors?: CorsPolicy | undefined;
  maxGrpcTimeout?: Duration | undefined;
  grpcTimeoutOffset?: Duration | undefined;
  upgradeConfigs: RouteAction_UpgradeConfig[];
  internalRedirectPolicy?: InternalRedirectPolicy | undefined;
  internalRedirectAction: RouteAction_InternalRedirectAction;
  maxInternalRedirects?: number | undefined;
  hedgePolicy?: HedgePolicy | undefined;
  maxStreamDuration?: RouteAction_MaxStreamDuration | undefined;
};
export declare type RouteAction_RequestMirrorPolicy = Message<"envoy.config.route.v3.RouteAction.RequestMirrorPolicy"> & {
  cluster: string;
  clusterHeader: string;
  runtimeFraction?: RuntimeFractionalPercent | undefined;
  traceSampled?: boolean | undefined;
  disableShadowHostSuffixAppend: boolean;
  requestHeadersMutations: HeaderMutation[];
  hostRewriteLiteral: string;
};
export declare type RouteAction_HashPolicy = Message<"envoy.config.route.v3.RouteAction.HashPolicy"> & {
  policySpecifier: {
    value: RouteAction_HashPolicy_Header;
    case: "header";
  } | {
    value: RouteAction_HashPolicy_Cookie;
    case: "cookie";
  } | {
    value: RouteAction_HashPolicy_ConnectionProperties;
    case: "connectionProperties";
  } | {
    value: RouteAction_HashPolicy_QueryParameter;
    case: "queryParameter";
  } | {
    value: RouteAction_HashPolicy_FilterState;
    case: "filterState";
  } | { case: undefined; value?: undefined };
  terminal: boolean;
};
export declare type RouteAction_HashPolicy_Header = Message<"envoy.config.route.v3.RouteAction.HashPolicy.Header"> & {
  headerName: string;
  regexRewrite?: RegexMatchAndSubstitute | undefined;
};
export declare type RouteAction_HashPolicy_CookieAttribute = Message<"envoy.config.route.v3.RouteAction.HashPolicy.CookieAttribute"> & {
  name: string;
  value: string;
};
export declare type RouteAction_HashPolicy_Cookie = Message<"envoy.config.route.v3.RouteAction.HashPolicy.Cookie"> & {
  name: string;
  ttl?: Duration | undefined;
  path: string;
  attributes: RouteAction_HashPolicy_CookieAttribute[];
};
export declare type RouteAction_HashPolicy_ConnectionProperties = Message<"envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties"> & {
  sourceIp: boolean;
};
export declare type RouteAction_HashPolicy_QueryParameter = Message<"envoy.config.route.v3.RouteAction.HashPolicy.QueryParameter"> & {
  name: string;
};
export declare type RouteAction_HashPolicy_FilterState = Message<"envoy.config.route.v3.RouteAction.HashPolicy.FilterState"> & {
  key: string;
};
export declare type RouteAction_UpgradeConfig = Message<"envoy.config.route.v3.RouteAction.UpgradeConfig"> & {
  upgradeType: string;
  enabled?: boolean | undefined;
  connectConfig?: RouteAction_UpgradeConfig_ConnectConfig | undefined;
};
export declare type RouteAction_UpgradeConfig_ConnectConfig = Message<"envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig"> & {
  proxyProtocolConfig?: ProxyProtocolConfig | undefined;
  allowPost: boolean;
};
export declare type RouteAction_MaxStreamDuration = Message<"envoy.config.route.v3.RouteAction.MaxStreamDuration"> & {
  maxStreamDuration?: Duration | undefined;
  grpcTimeoutHeaderMax?: Duration | undefined;
  grpcTimeoutHeaderOffset?: Duration | undefined;
};
export type RouteAction_ClusterNotFoundResponseCode = 0 | 1 | 2;
export type RouteAction_InternalRedirectAction = 0 | 1;
export declare type RetryPolicy = Message<"envoy.config.route.v3.RetryPolicy"> & {
  retryOn: string;
  numRetries?: number | undefined;
  perTryTimeout?: Duration | undefined;
  perTryIdleTimeout?: Duration | undefined;
  retryPriority?: RetryPolicy_RetryPriority | undefined;
  retryHostPredicate: RetryPolicy_RetryHostPredicate[];
  retryOptionsPredicates: TypedExtensionConfig[];
  hostSelectionRetryMaxAttempts: bigint;
  retriableStatusCodes: number[];
  retryBackOff?: RetryPolicy_RetryBackOff | undefined;
  rateLimitedRetryBackOff?: RetryPolicy_RateLimitedRetryBackOff | undefined;
  retriableHeaders: HeaderMatcher[];
  retriableRequestHeaders: HeaderMatcher[];
  refreshClusterOnRetry: boolean;
};
export declare type RetryPolicy_RetryPriority = Message<"envoy.config.route.v3.RetryPolicy.RetryPriority"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type RetryPolicy_RetryHostPredicate = Message<"envoy.config.route.v3.RetryPolicy.RetryHostPredicate"> & {
  name: string;
  configType: {
    value: Any;
    case: "typedConfig";
  } | { case: undefined; value?: undefined };
};
export declare type RetryPolicy_RetryBackOff = Message<"envoy.config.route.v3.RetryPolicy.RetryBackOff"> & {
  baseInterval?: Duration | undefined;
  maxInterval?: Duration | undefined;
};
export declare type RetryPolicy_ResetHeader = Message<"envoy.config.route.v3.RetryPolicy.ResetHeader"> & {
  name: string;
  format: RetryPolicy_ResetHeaderFormat;
};
export declare type RetryPolicy_RateLimitedRetryBackOff = Message<"envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff"> & {
  resetHeaders: RetryPolicy_ResetHeader[];
  maxInterval?: Duration | undefined;
};
export type RetryPolicy_ResetHeaderFormat = 0 | 1;
export declare type HedgePolicy = Message<"envoy.config.route.v3.HedgePolicy"> & {
  initialRequests?: number | undefined;
  additionalRequestChance?: FractionalPercent | undefined;
  hedgeOnPerTryTimeout: boolean;
};
export declare type RedirectAction = Message<"envoy.config.route.v3.RedirectAction"> & {
  schemeRewriteSpecifier: {
    value: boolean;
    case: "httpsRedirect";
  } | {
    value: string;
    case: "schemeRedirect";
  } | { case: undefined; value?: undefined };
  hostRedirect: string;
  portRedirect: number;
  pathRewriteSpecifier: {
    value: string;
    case: "pathRedirect";
  } | {
    value: string;
    case: "prefixRewrite";
  } | {
    value: RegexMatchAndSubstitute;
    case: "regexRewrite";
  } | {
    value: string;
    case: "pathRewrite";
  } | { case: undefined; value?: undefined };
  responseCode: RedirectAction_RedirectResponseCode;
  stripQuery: boolean;
};
export type RedirectAction_RedirectResponseCode = 0 | 1 | 2 | 3 | 4;
export declare type DirectResponseAction = Message<"envoy.config.route.v3.DirectResponseAction"> & {
  status: number;
  body?: DataSource | undefined;
  bodyFormat?: SubstitutionFormatString | undefined;
};
export declare type NonForwardingAction = Message<"envoy.config.route.v3.NonForwardingAction"> & {
};
export declare type Decorator = Message<"envoy.config.route.v3.Decorator"> & {
  operation: string;
  propagate?: boolean | undefined;
};
export declare type Tracing = Message<"envoy.config.route.v3.Tracing"> & {
  clientSampling?: FractionalPercent | undefined;
  randomSampling?: FractionalPercent | undefined;
  overallSampling?: FractionalPercent | undefined;
  customTags: CustomTag[];
  operation: string;
  upstreamOperation: string;
};
export declare type VirtualCluster = Message<"envoy.config.route.v3.VirtualCluster"> & {
  headers: HeaderMatcher[];
  name: string;
};
export declare type RateLimit = Message<"envoy.config.route.v3.RateLimit"> & {
  stage?: number | undefined;
  disableKey: string;
  actions: RateLimit_Action[];
  limit?: RateLimit_Override | undefined;
  hitsAddend?: RateLimit_HitsAddend | undefined;
  applyOnStreamDone: boolean;
  xRatelimitOption: RateLimit_XRateLimitOption;
};
export declare type RateLimit_Action = Message<"envoy.config.route.v3.RateLimit.Action"> & {
  actionSpecifier: {
    value: RateLimit_Action_SourceCluster;
    case: "sourceCluster";
  } | {
    value: RateLimit_Action_DestinationCluster;
    case: "destinationCluster";
  } | {
    value: RateLimit_Action_RequestHeaders;
    case: "requestHeaders";
  } | {
    value: RateLimit_Action_QueryParameters;
    case: "queryParameters";
  } | {
    value: RateLimit_Action_RemoteAddress;
    case: "remoteAddress";
  } | {
    value: RateLimit_Action_GenericKey;
    case: "genericKey";
  } | {
    value: RateLimit_Action_HeaderValueMatch;
    case: "headerValueMatch";
  } | {
    value: RateLimit_Action_DynamicMetaData;
    case: "dynamicMetadata";
  } | {
    value: RateLimit_Action_MetaData;
    case: "metadata";
  } | {
    value: TypedExtensionConfig;
    case: "extension";
  } | {
    value: RateLimit_Action_MaskedRemoteAddress;
    case: "maskedRemoteAddress";
  } | {
    value: RateLimit_Action_QueryParameterValueMatch;
    case: "queryParameterValueMatch";
  } | {
    value: RateLimit_Action_RemoteAddressMatch;
    case: "remoteAddressMatch";
  } | { case: undefined; value?: undefined };
};
export declare type RateLimit_Action_SourceCluster = Message<"envoy.config.route.v3.RateLimit.Action.SourceCluster"> & {
};
export declare type RateLimit_Action_DestinationCluster = Message<"envoy.config.route.v3.RateLimit.Action.DestinationCluster"> & {
};
export declare type RateLimit_Action_RequestHeaders = Message<"envoy.config.route.v3.RateLimit.Action.RequestHeaders"> & {
  headerName: string;
  descriptorKey: string;
  skipIfAbsent: boolean;
};
export declare type RateLimit_Action_QueryParameters = Message<"envoy.config.route.v3.RateLimit.Action.QueryParameters"> & {
  queryParameterName: string;
  descriptorKey: string;
  skipIfAbsent: boolean;
};
export declare type RateLimit_Action_RemoteAddress = Message<"envoy.config.route.v3.RateLimit.Action.RemoteAddress"> & {
};
export declare type RateLimit_Action_MaskedRemoteAddress = Message<"envoy.config.route.v3.RateLimit.Action.MaskedRemoteAddress"> & {
  v4PrefixMaskLen?: number | undefined;
  v6PrefixMaskLen?: number | undefined;
};
export declare type RateLimit_Action_GenericKey = Message<"envoy.config.route.v3.RateLimit.Action.GenericKey"> & {
  descriptorValue: string;
  defaultValue: string;
  descriptorKey: string;
};
export declare type RateLimit_Action_HeaderValueMatch = Message<"envoy.config.route.v3.RateLimit.Action.HeaderValueMatch"> & {
  descriptorValue: string;
  defaultValue: string;
  descriptorKey: string;
  expectMatch?: boolean | undefined;
  headers: HeaderMatcher[];
};
export declare type RateLimit_Action_DynamicMetaData = Message<"envoy.config.route.v3.RateLimit.Action.DynamicMetaData"> & {
  descriptorKey: string;
  metadataKey?: MetadataKey | undefined;
  defaultValue: string;
};
export declare type RateLimit_Action_MetaData = Message<"envoy.config.route.v3.RateLimit.Action.MetaData"> & {
  descriptorKey: string;
  metadataKey?: MetadataKey | undefined;
  defaultValue: string;
  source: RateLimit_Action_MetaData_Source;
  skipIfAbsent: boolean;
};
export type RateLimit_Action_MetaData_Source = 0 | 1 | 2 | 3;
export declare type RateLimit_Action_QueryParameterValueMatch = Message<"envoy.config.route.v3.RateLimit.Action.QueryParameterValueMatch"> & {
  descriptorValue: string;
  defaultValue: string;
  descriptorKey: string;
  expectMatch?: boolean | undefined;
  queryParameters: QueryParameterMatcher[];
};
export declare type RateLimit_Action_RemoteAddressMatch = Message<"envoy.config.route.v3.RateLimit.Action.RemoteAddressMatch"> & {
  descriptorValue: string;
  descriptorKey: string;
  defaultValue: string;
  addressMatcher?: AddressMatcher | undefined;
};
export declare type RateLimit_Override = Message<"envoy.config.route.v3.RateLimit.Override"> & {
  overrideSpecifier: {
    value: RateLimit_Override_DynamicMetadata;
    case: "dynamicMetadata";
  } | {
    value: RateLimit_Override_RateLimitOverride;
    case: "rateLimit";
  } | { case: undefined; value?: undefined };
};
export declare type RateLimit_Override_DynamicMetadata = Message<"envoy.config.route.v3.RateLimit.Override.DynamicMetadata"> & {
  metadataKey?: MetadataKey | undefined;
};
export declare type RateLimit_Override_RateLimitOverride = Message<"envoy.config.route.v3.RateLimit.Override.RateLimitOverride"> & {
  requestsPerUnit: number;
  unit: RateLimitUnit;
};
export declare type RateLimit_HitsAddend = Message<"envoy.config.route.v3.RateLimit.HitsAddend"> & {
  number?: bigint | undefined;
  format: string;
  isNegativeHits: boolean;
};
export type RateLimit_XRateLimitOption = 0 | 1 | 2;
export declare type HeaderMatcher = Message<"envoy.config.route.v3.HeaderMatcher"> & {
  name: string;
  headerMatchSpecifier: {
    value: string;
    case: "exactMatch";
  } | {
    value: RegexMatcher;
    case: "safeRegexMatch";
  } | {
    value: Int64Range;
    case: "rangeMatch";
  } | {
    value: boolean;
    case: "presentMatch";
  } | {
    value: string;
    case: "prefixMatch";
  } | {
    value: string;
    case: "suffixMatch";
  } | {
    value: string;
    case: "containsMatch";
  } | {
    value: StringMatcher;
    case: "stringMatch";
  } | { case: undefined; value?: undefined };
  invertMatch: boolean;
  treatMissingHeaderAsEmpty: boolean;
};
export declare type QueryParameterMatcher = Message<"envoy.config.route.v3.QueryParameterMatcher"> & {
  name: string;
  queryParameterMatchSpecifier: {
    value: StringMatcher;
    case: "stringMatch";
  } | {
    value: boolean;
    case: "presentMatch";
  } | { case: undefined; value?: undefined };
};
export declare type CookieMatcher = Message<"envoy.config.route.v3.CookieMatcher"> & {
  name: string;
  stringMatch?: StringMatcher | undefined;
  invertMatch: boolean;
};
export declare type InternalRedirectPolicy = Message<"envoy.config.route.v3.InternalRedirectPolicy"> & {
  maxInternalRedirects?: number | undefined;
  redirectResponseCodes: number[];
  predicates: TypedExtensionConfig[];
  allowCrossSchemeRedirect: boolean;
  responseHeadersToCopy: string[];
};
export declare type FilterConfig = Message<"envoy.config.route.v3.FilterConfig"> & {
  config?: Any | undefined;
  isOptional: boolean;
  disabled: boolean;
};
