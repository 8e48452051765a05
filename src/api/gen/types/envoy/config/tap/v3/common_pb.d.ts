// Generated from envoy/config/tap/v3/common.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { MatchPredicate as MatchPredicate$1 } from "../../common/matcher/v3/matcher_pb.js";
import type { RuntimeFractionalPercent } from "../../core/v3/base_pb.js";
import type { HeaderMatcher } from "../../route/v3/route_components_pb.js";
import type { TypedExtensionConfig } from "../../core/v3/extension_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { GrpcService } from "../../core/v3/grpc_service_pb.js";
export declare type TapConfig = Message<"envoy.config.tap.v3.TapConfig"> & {
  matchConfig?: MatchPredicate | undefined;
  match?: MatchPredicate$1 | undefined;
  outputConfig?: OutputConfig | undefined;
  tapEnabled?: RuntimeFractionalPercent | undefined;
};
export declare type MatchPredicate = Message<"envoy.config.tap.v3.MatchPredicate"> & {
  rule: {
    value: MatchPredicate_MatchSet;
    case: "orMatch";
  } | {
    value: MatchPredicate_MatchSet;
    case: "andMatch";
  } | {
    value: MatchPredicate;
    case: "notMatch";
  } | {
    value: boolean;
    case: "anyMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpRequestHeadersMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpRequestTrailersMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpResponseHeadersMatch";
  } | {
    value: HttpHeadersMatch;
    case: "httpResponseTrailersMatch";
  } | {
    value: HttpGenericBodyMatch;
    case: "httpRequestGenericBodyMatch";
  } | {
    value: HttpGenericBodyMatch;
    case: "httpResponseGenericBodyMatch";
  } | { case: undefined; value?: undefined };
};
export declare type MatchPredicate_MatchSet = Message<"envoy.config.tap.v3.MatchPredicate.MatchSet"> & {
  rules: MatchPredicate[];
};
export declare type HttpHeadersMatch = Message<"envoy.config.tap.v3.HttpHeadersMatch"> & {
  headers: HeaderMatcher[];
};
export declare type HttpGenericBodyMatch = Message<"envoy.config.tap.v3.HttpGenericBodyMatch"> & {
  bytesLimit: number;
  patterns: HttpGenericBodyMatch_GenericTextMatch[];
};
export declare type HttpGenericBodyMatch_GenericTextMatch = Message<"envoy.config.tap.v3.HttpGenericBodyMatch.GenericTextMatch"> & {
  rule: {
    value: string;
    case: "stringMatch";
  } | {
    value: Uint8Array;
    case: "binaryMatch";
  } | { case: undefined; value?: undefined };
};
export declare type OutputConfig = Message<"envoy.config.tap.v3.OutputConfig"> & {
  sinks: OutputSink[];
  maxBufferedRxBytes?: number | undefined;
  maxBufferedTxBytes?: number | undefined;
  streaming: boolean;
  minStreamedSentBytes?: number | undefined;
};
export declare type OutputSink = Message<"envoy.config.tap.v3.OutputSink"> & {
  format: OutputSink_Format;
  outputSinkType: {
    value: StreamingAdminSink;
    case: "streamingAdmin";
  } | {
    value: FilePerTapSink;
    case: "filePerTap";
  } | {
    value: StreamingGrpcSink;
    case: "streamingGrpc";
  } | {
    value: BufferedAdminSink;
    case: "bufferedAdmin";
  } | {
    value: TypedExtensionConfig;
    case: "customSink";
  } | { case: undefined; value?: undefined };
};
export type OutputSink_Format = 0 | 1 | 2 | 3 | 4;
export declare type StreamingAdminSink = Message<"envoy.config.tap.v3.StreamingAdminSink"> & {
};
export declare type BufferedAdminSink = Message<"envoy.config.tap.v3.BufferedAdminSink"> & {
  maxTraces: bigint;
  timeout?: Duration | undefined;
};
export declare type FilePerTapSink = Message<"envoy.config.tap.v3.FilePerTapSink"> & {
  pathPrefix: string;
};
export declare type StreamingGrpcSink = Message<"envoy.config.tap.v3.StreamingGrpcSink"> & {
  tapId: string;
  grpcService?: GrpcService | undefined;
};
