// Generated from envoy/extensions/http/header_validators/envoy_default/v3/header_validator.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HeaderValidatorConfig = Message<"envoy.extensions.http.header_validators.envoy_default.v3.HeaderValidatorConfig"> & {
  http1ProtocolOptions?: HeaderValidatorConfig_Http1ProtocolOptions | undefined;
  uriPathNormalizationOptions?: HeaderValidatorConfig_UriPathNormalizationOptions | undefined;
  restrictHttpMethods: boolean;
  headersWithUnderscoresAction: HeaderValidatorConfig_HeadersWithUnderscoresAction;
  stripFragmentFromPath: boolean;
};
export declare type HeaderValidatorConfig_UriPathNormalizationOptions = Message<"envoy.extensions.http.header_validators.envoy_default.v3.HeaderValidatorConfig.UriPathNormalizationOptions"> & {
  skipPathNormalization: boolean;
  skipMergingSlashes: boolean;
  pathWithEscapedSlashesAction: HeaderValidatorConfig_UriPathNormalizationOptions_PathWithEscapedSlashesAction;
};
export type HeaderValidatorConfig_UriPathNormalizationOptions_PathWithEscapedSlashesAction = 0 | 1 | 2 | 3 | 4;
export declare type HeaderValidatorConfig_Http1ProtocolOptions = Message<"envoy.extensions.http.header_validators.envoy_default.v3.HeaderValidatorConfig.Http1ProtocolOptions"> & {
  allowChunkedLength: boolean;
};
export type HeaderValidatorConfig_HeadersWithUnderscoresAction = 0 | 1 | 2;
