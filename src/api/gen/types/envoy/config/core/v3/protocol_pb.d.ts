// Generated from envoy/config/core/v3/protocol.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { TypedExtensionConfig } from "./extension_pb.js";
import type { Percent } from "../../../type/v3/percent_pb.js";
import type { StringMatcher } from "../../../type/matcher/v3/string_pb.js";
export declare type TcpProtocolOptions = Message<"envoy.config.core.v3.TcpProtocolOptions"> & {
};
export declare type QuicKeepAliveSettings = Message<"envoy.config.core.v3.QuicKeepAliveSettings"> & {
  maxInterval?: Duration | undefined;
  initialInterval?: Duration | undefined;
};
export declare type QuicProtocolOptions = Message<"envoy.config.core.v3.QuicProtocolOptions"> & {
  maxConcurrentStreams?: number | undefined;
  initialStreamWindowSize?: number | undefined;
  initialConnectionWindowSize?: number | undefined;
  numTimeoutsToTriggerPortMigration?: number | undefined;
  connectionKeepalive?: QuicKeepAliveSettings | undefined;
  connectionOptions: string;
  clientConnectionOptions: string;
  idleNetworkTimeout?: Duration | undefined;
  maxPacketLength?: bigint | undefined;
  clientPacketWriter?: TypedExtensionConfig | undefined;
  connectionMigration?: QuicProtocolOptions_ConnectionMigrationSettings | undefined;
  memoryReductionTimeout?: Duration | undefined;
  enableScone?: boolean | undefined;
};
export declare type QuicProtocolOptions_ConnectionMigrationSettings = Message<"envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings"> & {
  migrateIdleConnections?: QuicProtocolOptions_ConnectionMigrationSettings_MigrateIdleConnectionSettings | undefined;
  maxTimeOnNonDefaultNetwork?: Duration | undefined;
};
export declare type QuicProtocolOptions_ConnectionMigrationSettings_MigrateIdleConnectionSettings = Message<"envoy.config.core.v3.QuicProtocolOptions.ConnectionMigrationSettings.MigrateIdleConnectionSettings"> & {
  maxIdleTimeBeforeMigration?: Duration | undefined;
};
export declare type UpstreamHttpProtocolOptions = Message<"envoy.config.core.v3.UpstreamHttpProtocolOptions"> & {
  autoSni: boolean;
  autoSanValidation: boolean;
  overrideAutoSniHeader: string;
};
export declare type AlternateProtocolsCacheOptions = Message<"envoy.config.core.v3.AlternateProtocolsCacheOptions"> & {
  name: string;
  maxEntries?: number | undefined;
  keyValueStoreConfig?: TypedExtensionConfig | undefined;
  prepopulatedEntries: AlternateProtocolsCacheOptions_AlternateProtocolsCacheEntry[];
  canonicalSuffixes: string[];
};
export declare type AlternateProtocolsCacheOptions_AlternateProtocolsCacheEntry = Message<"envoy.config.core.v3.AlternateProtocolsCacheOptions.AlternateProtocolsCacheEntry"> & {
  hostname: string;
  port: number;
};
export declare type HttpProtocolOptions = Message<"envoy.config.core.v3.HttpProtocolOptions"> & {
  idleTimeout?: Duration | undefined;
  maxConnectionDuration?: Duration | undefined;
  maxConnectionDurationJitter?: Percent | undefined;
  maxHeadersCount?: number | undefined;
  maxResponseHeadersKb?: number | undefined;
  maxStreamDuration?: Duration | undefined;
  headersWithUnderscoresAction: HttpProtocolOptions_HeadersWithUnderscoresAction;
  maxRequestsPerConnection?: number | undefined;
};
export type HttpProtocolOptions_HeadersWithUnderscoresAction = 0 | 1 | 2;
export declare type Http1ProtocolOptions = Message<"envoy.config.core.v3.Http1ProtocolOptions"> & {
  allowAbsoluteUrl?: boolean | undefined;
  acceptHttp10: boolean;
  defaultHostForHttp10: string;
  headerKeyFormat?: Http1ProtocolOptions_HeaderKeyFormat | undefined;
  enableTrailers: boolean;
  allowChunkedLength: boolean;
  overrideStreamErrorOnInvalidHttpMessage?: boolean | undefined;
  sendFullyQualifiedUrl: boolean;
  useBalsaParser?: boolean | undefined;
  allowCustomMethods: boolean;
  ignoreHttp11Upgrade: StringMatcher[];
};
export declare type Http1ProtocolOptions_HeaderKeyFormat = Message<"envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat"> & {
  headerFormat: {
    value: Http1ProtocolOptions_HeaderKeyFormat_ProperCaseWords;
    case: "properCaseWords";
  } | {
    value: TypedExtensionConfig;
    case: "statefulFormatter";
  } | { case: undefined; value?: undefined };
};
export declare type Http1ProtocolOptions_HeaderKeyFormat_ProperCaseWords = Message<"envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords"> & {
};
export declare type KeepaliveSettings = Message<"envoy.config.core.v3.KeepaliveSettings"> & {
  interval?: Duration | undefined;
  timeout?: Duration | undefined;
  intervalJitter?: Percent | undefined;
  connectionIdleInterval?: Duration | undefined;
};
export declare type Http2ProtocolOptions = Message<"envoy.config.core.v3.Http2ProtocolOptions"> & {
  hpackTableSize?: number | undefined;
  maxConcurrentStreams?: number | undefined;
  initialStreamWindowSize?: number | undefined;
  initialConnectionWindowSize?: number | undefined;
  allowConnect: boolean;
  allowMetadata: boolean;
  maxOutboundFrames?: number | undefined;
  maxOutboundControlFrames?: number | undefined;
  maxConsecutiveInboundFramesWithEmptyPayload?: number | undefined;
  maxInboundPriorityFramesPerStream?: number | undefined;
  maxInboundWindowUpdateFramesPerDataFrameSent?: number | undefined;
  streamErrorOnInvalidHttpMessaging: boolean;
  overrideStreamErrorOnInvalidHttpMessage?: boolean | undefined;
  customSettingsParameters: Http2ProtocolOptions_SettingsParameter[];
  connectionKeepalive?: KeepaliveSettings | undefined;
  useOghttp2Codec?: boolean | undefined;
  maxMetadataSize?: bigint | undefined;
  enableHuffmanEncoding?: boolean | undefined;
  maxHeaderFieldSizeKb?: number | undefined;
  disallowObsText?: boolean | undefined;
  streamResetBurst?: bigint | undefined;
  streamResetRate?: bigint | undefined;
};
export declare type Http2ProtocolOptions_SettingsParameter = Message<"envoy.config.core.v3.Http2ProtocolOptions.SettingsParameter"> & {
  identifier?: number | undefined;
  value?: number | undefined;
};
export declare type GrpcProtocolOptions = Message<"envoy.config.core.v3.GrpcProtocolOptions"> & {
  http2ProtocolOptions?: Http2ProtocolOptions | undefined;
};
export declare type Http3ProtocolOptions = Message<"envoy.config.core.v3.Http3ProtocolOptions"> & {
  quicProtocolOptions?: QuicProtocolOptions | undefined;
  overrideStreamErrorOnInvalidHttpMessage?: boolean | undefined;
  allowExtendedConnect: boolean;
  allowMetadata: boolean;
  disableQpack: boolean;
  disableConnectionFlowControlForStreams: boolean;
  disallowObsText?: boolean | undefined;
};
export declare type SchemeHeaderTransformation = Message<"envoy.config.core.v3.SchemeHeaderTransformation"> & {
  transformation: {
    value: string;
    case: "schemeToOverwrite";
  } | { case: undefined; value?: undefined };
  matchUpstream: boolean;
};
