// Generated from envoy/extensions/filters/http/compressor/v3/compressor.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { RuntimeFeatureFlag } from "../../../../../config/core/v3/base_pb.js";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
import type { StringMatcher } from "../../../../../type/matcher/v3/string_pb.js";
export declare type Compressor = Message<"envoy.extensions.filters.http.compressor.v3.Compressor"> & {
  contentLength?: number | undefined;
  contentType: string[];
  disableOnEtagHeader: boolean;
  removeAcceptEncodingHeader: boolean;
  runtimeEnabled?: RuntimeFeatureFlag | undefined;
  compressorLibrary?: TypedExtensionConfig | undefined;
  requestDirectionConfig?: Compressor_RequestDirectionConfig | undefined;
  responseDirectionConfig?: Compressor_ResponseDirectionConfig | undefined;
  chooseFirst: boolean;
};
export declare type Compressor_CommonDirectionConfig = Message<"envoy.extensions.filters.http.compressor.v3.Compressor.CommonDirectionConfig"> & {
  enabled?: RuntimeFeatureFlag | undefined;
  minContentLength?: number | undefined;
  contentType: string[];
  contentTypeMatcher: StringMatcher[];
};
export declare type Compressor_RequestDirectionConfig = Message<"envoy.extensions.filters.http.compressor.v3.Compressor.RequestDirectionConfig"> & {
  commonConfig?: Compressor_CommonDirectionConfig | undefined;
};
export declare type Compressor_ResponseDirectionConfig = Message<"envoy.extensions.filters.http.compressor.v3.Compressor.ResponseDirectionConfig"> & {
  commonConfig?: Compressor_CommonDirectionConfig | undefined;
  disableOnEtagHeader: boolean;
  weakenEtagOnCompress: boolean;
  removeAcceptEncodingHeader: boolean;
  uncompressibleResponseCodes: number[];
  statusHeaderEnabled: boolean;
};
export declare type ResponseDirectionOverrides = Message<"envoy.extensions.filters.http.compressor.v3.ResponseDirectionOverrides"> & {
  removeAcceptEncodingHeader?: boolean | undefined;
};
export declare type CompressorOverrides = Message<"envoy.extensions.filters.http.compressor.v3.CompressorOverrides"> & {
  responseDirectionConfig?: ResponseDirectionOverrides | undefined;
  compressorLibrary?: TypedExtensionConfig | undefined;
};
export declare type CompressorPerRoute = Message<"envoy.extensions.filters.http.compressor.v3.CompressorPerRoute"> & {
  override: {
    value: boolean;
    case: "disabled";
  } | {
    value: CompressorOverrides;
    case: "overrides";
  } | { case: undefined; value?: undefined };
};
