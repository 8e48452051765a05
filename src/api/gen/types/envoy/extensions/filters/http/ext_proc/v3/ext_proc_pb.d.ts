// Generated from envoy/extensions/filters/http/ext_proc/v3/ext_proc.proto by "npm run gen".

import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { GrpcService } from "../../../../../config/core/v3/grpc_service_pb.js";
import type { ProcessingMode } from "./processing_mode_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { HeaderMutationRules } from "../../../../../config/common/mutation_rules/v3/mutation_rules_pb.js";
import type { TypedExtensionConfig } from "../../../../../config/core/v3/extension_pb.js";
import type { HttpStatus } from "../../../../../type/v3/http_status_pb.js";
import type { HttpService } from "../../../../../config/core/v3/http_service_pb.js";
import type { ListStringMatcher } from "../../../../../type/matcher/v3/string_pb.js";
import type { HeaderValue } from "../../../../../config/core/v3/base_pb.js";
export declare type ExternalProcessor = Message<"envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor"> & {
  grpcService?: GrpcService | undefined;
  httpService?: ExtProcHttpService | undefined;
  failureModeAllow: boolean;
  processingMode?: ProcessingMode | undefined;
  requestAttributes: string[];
  responseAttributes: string[];
  messageTimeout?: Duration | undefined;
  statPrefix: string;
  mutationRules?: HeaderMutationRules | undefined;
  maxMessageTimeout?: Duration | undefined;
  forwardRules?: HeaderForwardingRules | undefined;
  filterMetadata?: JsonObject | undefined;
  allowModeOverride: boolean;
  disableImmediateResponse: boolean;
  metadataOptions?: MetadataOptions | undefined;
  observabilityMode: boolean;
  disableClearRouteCache: boolean;
  routeCacheAction: ExternalProcessor_RouteCacheAction;
  deferredCloseTimeout?: Duration | undefined;
  sendBodyWithoutWaitingForHeaderResponse: boolean;
  allowedOverrideModes: ProcessingMode[];
  processingRequestModifier?: TypedExtensionConfig | undefined;
  onProcessingResponse?: TypedExtensionConfig | undefined;
  statusOnError?: HttpStatus | undefined;
  allowContentLengthHeader: boolean;
  emitClientSpan?: boolean | undefined;
};
export type ExternalProcessor_RouteCacheAction = 0 | 1 | 2;
export declare type ExtProcHttpService = Message<"envoy.extensions.filters.http.ext_proc.v3.ExtProcHttpService"> & {
  httpService?: HttpService | undefined;
};
export declare type MetadataOptions = Message<"envoy.extensions.filters.http.ext_proc.v3.MetadataOptions"> & {
  forwardingNamespaces?: MetadataOptions_MetadataNamespaces | undefined;
  receivingNamespaces?: MetadataOptions_MetadataNamespaces | undefined;
  clusterMetadataForwardingNamespaces?: MetadataOptions_MetadataNamespaces | undefined;
};
export declare type MetadataOptions_MetadataNamespaces = Message<"envoy.extensions.filters.http.ext_proc.v3.MetadataOptions.MetadataNamespaces"> & {
  untyped: string[];
  typed: string[];
};
export declare type HeaderForwardingRules = Message<"envoy.extensions.filters.http.ext_proc.v3.HeaderForwardingRules"> & {
  allowedHeaders?: ListStringMatcher | undefined;
  disallowedHeaders?: ListStringMatcher | undefined;
};
export declare type ExtProcPerRoute = Message<"envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute"> & {
  override: {
    value: boolean;
    case: "disabled";
  } | {
    value: ExtProcOverrides;
    case: "overrides";
  } | { case: undefined; value?: undefined };
};
export declare type ExtProcOverrides = Message<"envoy.extensions.filters.http.ext_proc.v3.ExtProcOverrides"> & {
  processingMode?: ProcessingMode | undefined;
  asyncMode: boolean;
  requestAttributes: string[];
  responseAttributes: string[];
  grpcService?: GrpcService | undefined;
  metadataOptions?: MetadataOptions | undefined;
  grpcInitialMetadata: HeaderValue[];
  failureModeAllow?: boolean | undefined;
  processingRequestModifier?: TypedExtensionConfig | undefined;
  emitClientSpan?: boolean | undefined;
};
