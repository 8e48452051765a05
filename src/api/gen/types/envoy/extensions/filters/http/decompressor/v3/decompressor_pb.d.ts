// Generated from envoy/extensions/filters/http/decompressor/v3/decompressor.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
import type { RuntimeFeatureFlag } from "../../../../../config/core/v3/base_pb.js";
export declare type Decompressor = Message<"envoy.extensions.filters.http.decompressor.v3.Decompressor"> & {
  decompressorLibrary?: TypedExtensionConfig | undefined;
  requestDirectionConfig?: Decompressor_RequestDirectionConfig | undefined;
  responseDirectionConfig?: Decompressor_ResponseDirectionConfig | undefined;
};
export declare type Decompressor_CommonDirectionConfig = Message<"envoy.extensions.filters.http.decompressor.v3.Decompressor.CommonDirectionConfig"> & {
  enabled?: RuntimeFeatureFlag | undefined;
  ignoreNoTransformHeader: boolean;
};
export declare type Decompressor_RequestDirectionConfig = Message<"envoy.extensions.filters.http.decompressor.v3.Decompressor.RequestDirectionConfig"> & {
  commonConfig?: Decompressor_CommonDirectionConfig | undefined;
  advertiseAcceptEncoding?: boolean | undefined;
};
export declare type Decompressor_ResponseDirectionConfig = Message<"envoy.extensions.filters.http.decompressor.v3.Decompressor.ResponseDirectionConfig"> & {
  commonConfig?: Decompressor_CommonDirectionConfig | undefined;
};
