// Generated from envoy/extensions/filters/http/jwt_authn/v3/config.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { StringMatcher } from "../../../../../type/matcher/v3/string_pb.js";
import type { Duration, Empty } from "@bufbuild/protobuf/wkt";
import type { DataSource, RetryPolicy } from "../../../../../config/core/v3/base_pb.js";
import type { HttpUri } from "../../../../../config/core/v3/http_uri_pb.js";
import type { RouteMatch } from "../../../../../config/route/v3/route_components_pb.js";
export declare type JwtProvider = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtProvider"> & {
  issuer: string;
  audiences: string[];
  subjects?: StringMatcher | undefined;
  requireExpiration: boolean;
  maxLifetime?: Duration | undefined;
  jwksSourceSpecifier: {
    value: RemoteJwks;
    case: "remoteJwks";
  } | {
    value: DataSource;
    case: "localJwks";
  } | { case: undefined; value?: undefined };
  forward: boolean;
  fromHeaders: JwtHeader[];
  fromParams: string[];
  fromCookies: string[];
  forwardPayloadHeader: string;
  padForwardPayloadHeader: boolean;
  payloadInMetadata: string;
  normalizePayloadInMetadata?: JwtProvider_NormalizePayload | undefined;
  headerInMetadata: string;
  failedStatusInMetadata: string;
  clockSkewSeconds: number;
  jwtCacheConfig?: JwtCacheConfig | undefined;
  claimToHeaders: JwtClaimToHeader[];
  clearRouteCache: boolean;
};
export declare type JwtProvider_NormalizePayload = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.NormalizePayload"> & {
  spaceDelimitedClaims: string[];
};
export declare type JwtCacheConfig = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtCacheConfig"> & {
  jwtCacheSize: number;
  jwtMaxTokenSize: number;
};
export declare type RemoteJwks = Message<"envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks"> & {
  httpUri?: HttpUri | undefined;
  cacheDuration?: Duration | undefined;
  asyncFetch?: JwksAsyncFetch | undefined;
  retryPolicy?: RetryPolicy | undefined;
};
export declare type JwksAsyncFetch = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwksAsyncFetch"> & {
  fastListener: boolean;
  failedRefetchDuration?: Duration | undefined;
};
export declare type JwtHeader = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtHeader"> & {
  name: string;
  valuePrefix: string;
};
export declare type ProviderWithAudiences = Message<"envoy.extensions.filters.http.jwt_authn.v3.ProviderWithAudiences"> & {
  providerName: string;
  audiences: string[];
};
export declare type JwtRequirement = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement"> & {
  requiresType: {
    value: string;
    case: "providerName";
  } | {
    value: ProviderWithAudiences;
    case: "providerAndAudiences";
  } | {
    value: JwtRequirementOrList;
    case: "requiresAny";
  } | {
    value: JwtRequirementAndList;
    case: "requiresAll";
  } | {
    value: Empty;
    case: "allowMissingOrFailed";
  } | {
    value: Empty;
    case: "allowMissing";
  } | {
    value: ExtractOnlyWithoutValidation;
    case: "extractOnlyWithoutValidation";
  } | { case: undefined; value?: undefined };
};
export declare type ExtractOnlyWithoutValidation = Message<"envoy.extensions.filters.http.jwt_authn.v3.ExtractOnlyWithoutValidation"> & {
  verificationStatusHeader: string;
};
export declare type JwtRequirementOrList = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList"> & {
  requirements: JwtRequirement[];
};
export declare type JwtRequirementAndList = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList"> & {
  requirements: JwtRequirement[];
};
export declare type RequirementRule = Message<"envoy.extensions.filters.http.jwt_authn.v3.RequirementRule"> & {
  match?: RouteMatch | undefined;
  requirementType: {
    value: JwtRequirement;
    case: "requires";
  } | {
    value: string;
    case: "requirementName";
  } | { case: undefined; value?: undefined };
};
export declare type FilterStateRule = Message<"envoy.extensions.filters.http.jwt_authn.v3.FilterStateRule"> & {
  name: string;
  requires: { [key: string]: JwtRequirement };
};
export declare type JwtAuthentication = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication"> & {
  providers: { [key: string]: JwtProvider };
  rules: RequirementRule[];
  filterStateRules?: FilterStateRule | undefined;
  bypassCorsPreflight: boolean;
  requirementMap: { [key: string]: JwtRequirement };
  stripFailureResponse: boolean;
  statPrefix: string;
};
export declare type PerRouteConfig = Message<"envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig"> & {
  requirementSpecifier: {
    value: boolean;
    case: "disabled";
  } | {
    value: string;
    case: "requirementName";
  } | { case: undefined; value?: undefined };
};
export declare type JwtClaimToHeader = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader"> & {
  headerName: string;
  claimName: string;
  claimPath: JwtClaimToHeader_PathSegment[];
};
export declare type JwtClaimToHeader_PathSegment = Message<"envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader.PathSegment"> & {
  key: string;
};
