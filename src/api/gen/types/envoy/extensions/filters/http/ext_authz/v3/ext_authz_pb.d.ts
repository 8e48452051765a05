// Generated from envoy/extensions/filters/http/ext_authz/v3/ext_authz.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../../../../config/core/v3/grpc_service_pb.js";
import type { ApiVersion } from "../../../../../config/core/v3/config_source_pb.js";
import type { HttpStatus } from "../../../../../type/v3/http_status_pb.js";
import type { HeaderValue, RetryPolicy, RuntimeFeatureFlag, RuntimeFractionalPercent } from "../../../../../config/core/v3/base_pb.js";
import type { MetadataMatcher } from "../../../../../type/matcher/v3/metadata_pb.js";
import type { ListStringMatcher } from "../../../../../type/matcher/v3/string_pb.js";
import type { HeaderMutationRules } from "../../../../../config/common/mutation_rules/v3/mutation_rules_pb.js";
import type { HttpUri } from "../../../../../config/core/v3/http_uri_pb.js";
export declare type ExtAuthz = Message<"envoy.extensions.filters.http.ext_authz.v3.ExtAuthz"> & {
  services: {
    value: GrpcService;
    case: "grpcService";
  } | {
    value: HttpService;
    case: "httpService";
  } | { case: undefined; value?: undefined };
  transportApiVersion: ApiVersion;
  failureModeAllow: boolean;
  failureModeAllowHeaderAdd: boolean;
  withRequestBody?: BufferSettings | undefined;
  clearRouteCache: boolean;
  clearRouteCacheHeaders: string[];
  statusOnError?: HttpStatus | undefined;
  validateMutations: boolean;
  metadataContextNamespaces: string[];
  typedMetadataContextNamespaces: string[];
  routeMetadataContextNamespaces: string[];
  routeTypedMetadataContextNamespaces: string[];
  filterEnabled?: RuntimeFractionalPercent | undefined;
  filterEnabledMetadata?: MetadataMatcher | undefined;
  denyAtDisable?: RuntimeFeatureFlag | undefined;
  includePeerCertificate: boolean;
  statPrefix: string;
  bootstrapMetadataLabelsKey: string;
  allowedHeaders?: ListStringMatcher | undefined;
  disallowedHeaders?: ListStringMatcher | undefined;
  includeTlsSession: boolean;
  chargeClusterResponseStats?: boolean | undefined;
  encodeRawHeaders: boolean;
  decoderHeaderMutationRules?: HeaderMutationRules | undefined;
  enableDynamicMetadataIngestion?: boolean | undefined;
  filterMetadata?: JsonObject | undefined;
  emitFilterStateStats: boolean;
  maxDeniedResponseBodyBytes: number;
  enforceResponseHeaderLimits: boolean;
  shadowMode: boolean;
  emitClientSpan?: boolean | undefined;
};
export declare type ShadowDecision = Message<"envoy.extensions.filters.http.ext_authz.v3.ShadowDecision"> & {
  checkResult: ShadowDecision_CheckResult;
  statusCode: number;
  responseHeaders: HeaderValue[];
};
export type ShadowDecision_CheckResult = 0 | 1 | 2 | 3;
export declare type BufferSettings = Message<"envoy.extensions.filters.http.ext_authz.v3.BufferSettings"> & {
  maxRequestBytes: number;
  allowPartialMessage: boolean;
  packAsBytes: boolean;
};
export declare type HttpService = Message<"envoy.extensions.filters.http.ext_authz.v3.HttpService"> & {
  serverUri?: HttpUri | undefined;
  pathPrefix: string;
  pathOverride: string;
  authorizationRequest?: AuthorizationRequest | undefined;
  authorizationResponse?: AuthorizationResponse | undefined;
  retryPolicy?: RetryPolicy | undefined;
};
export declare type AuthorizationRequest = Message<"envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest"> & {
  allowedHeaders?: ListStringMatcher | undefined;
  headersToAdd: HeaderValue[];
};
export declare type AuthorizationResponse = Message<"envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse"> & {
  allowedUpstreamHeaders?: ListStringMatcher | undefined;
  allowedUpstreamHeadersToAppend?: ListStringMatcher | undefined;
  allowedClientHeaders?: ListStringMatcher | undefined;
  allowedClientHeadersOnSuccess?: ListStringMatcher | undefined;
  dynamicMetadataFromHeaders?: ListStringMatcher | undefined;
};
export declare type ExtAuthzPerRoute = Message<"envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute"> & {
  override: {
    value: boolean;
    case: "disabled";
  } | {
    value: CheckSettings;
    case: "checkSettings";
  } | { case: undefined; value?: undefined };
};
export declare type CheckSettings = Message<"envoy.extensions.filters.http.ext_authz.v3.CheckSettings"> & {
  contextExtensions: { [key: string]: string };
  disableRequestBodyBuffering: boolean;
  withRequestBody?: BufferSettings | undefined;
  serviceOverride: {
    value: GrpcService;
    case: "grpcService";
  } | {
    value: HttpService;
    case: "httpService";
  } | { case: undefined; value?: undefined };
  emitClientSpan?: boolean | undefined;
};
