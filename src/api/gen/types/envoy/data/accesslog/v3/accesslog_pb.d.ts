// Generated from envoy/data/accesslog/v3/accesslog.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Address } from "../../../config/core/v3/address_pb.js";
import type { Any, Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import type { Metadata, RequestMethod } from "../../../config/core/v3/base_pb.js";
export declare type TCPAccessLogEntry = Message<"envoy.data.accesslog.v3.TCPAccessLogEntry"> & {
  commonProperties?: AccessLogCommon | undefined;
  connectionProperties?: ConnectionProperties | undefined;
};
export declare type HTTPAccessLogEntry = Message<"envoy.data.accesslog.v3.HTTPAccessLogEntry"> & {
  commonProperties?: AccessLogCommon | undefined;
  protocolVersion: HTTPAccessLogEntry_HTTPVersion;
  request?: HTTPRequestProperties | undefined;
  response?: HTTPResponseProperties | undefined;
};
export type HTTPAccessLogEntry_HTTPVersion = 0 | 1 | 2 | 3 | 4;
export declare type ConnectionProperties = Message<"envoy.data.accesslog.v3.ConnectionProperties"> & {
  receivedBytes: bigint;
  sentBytes: bigint;
};
export declare type AccessLogCommon = Message<"envoy.data.accesslog.v3.AccessLogCommon"> & {
  sampleRate: number;
  downstreamRemoteAddress?: Address | undefined;
  downstreamLocalAddress?: Address | undefined;
  tlsProperties?: TLSProperties | undefined;
  startTime?: Timestamp | undefined;
  timeToLastRxByte?: Duration | undefined;
  timeToFirstUpstreamTxByte?: Duration | undefined;
  timeToLastUpstreamTxByte?: Duration | undefined;
  timeToFirstUpstreamRxByte?: Duration | undefined;
  timeToLastUpstreamRxByte?: Duration | undefined;
  timeToFirstDownstreamTxByte?: Duration | undefined;
  timeToLastDownstreamTxByte?: Duration | undefined;
  upstreamRemoteAddress?: Address | undefined;
  upstreamLocalAddress?: Address | undefined;
  upstreamCluster: string;
  responseFlags?: ResponseFlags | undefined;
  metadata?: Metadata | undefined;
  upstreamTransportFailureReason: string;
  routeName: string;
  downstreamDirectRemoteAddress?: Address | undefined;
  filterStateObjects: { [key: string]: Any };
  customTags: { [key: string]: string };
  duration?: Duration | undefined;
  upstreamRequestAttemptCount: number;
  connectionTerminationDetails: string;
  streamId: string;
  intermediateLogEntry: boolean;
  downstreamTransportFailureReason: string;
  downstreamWireBytesSent: bigint;
  downstreamWireBytesReceived: bigint;
  upstreamWireBytesSent: bigint;
  upstreamWireBytesReceived: bigint;
  accessLogType: AccessLogType;
};
export declare type ResponseFlags = Message<"envoy.data.accesslog.v3.ResponseFlags"> & {
  failedLocalHealthcheck: boolean;
  noHealthyUpstream: boolean;
  upstreamRequestTimeout: boolean;
  localReset: boolean;
  upstreamRemoteReset: boolean;
  upstreamConnectionFailure: boolean;
  upstreamConnectionTermination: boolean;
  upstreamOverflow: boolean;
  noRouteFound: boolean;
  delayInjected: boolean;
  faultInjected: boolean;
  rateLimited: boolean;
  unauthorizedDetails?: ResponseFlags_Unauthorized | undefined;
  rateLimitServiceError: boolean;
  downstreamConnectionTermination: boolean;
  upstreamRetryLimitExceeded: boolean;
  streamIdleTimeout: boolean;
  invalidEnvoyRequestHeaders: boolean;
  downstreamProtocolError: boolean;
  upstreamMaxStreamDurationReached: boolean;
  responseFromCacheFilter: boolean;
  noFilterConfigFound: boolean;
  durationTimeout: boolean;
  upstreamProtocolError: boolean;
  noClusterFound: boolean;
  overloadManager: boolean;
  dnsResolutionFailure: boolean;
  downstreamRemoteReset: boolean;
};
export declare type ResponseFlags_Unauthorized = Message<"envoy.data.accesslog.v3.ResponseFlags.Unauthorized"> & {
  reason: ResponseFlags_Unauthorized_Reason;
};
export type ResponseFlags_Unauthorized_Reason = 0 | 1;
export declare type TLSProperties = Message<"envoy.data.accesslog.v3.TLSProperties"> & {
  tlsVersion: TLSProperties_TLSVersion;
  tlsCipherSuite?: number | undefined;
  tlsSniHostname: string;
  localCertificateProperties?: TLSProperties_CertificateProperties | undefined;
  peerCertificateProperties?: TLSProperties_CertificateProperties | undefined;
  tlsSessionId: string;
  ja3Fingerprint: string;
};
export declare type TLSProperties_CertificateProperties = Message<"envoy.data.accesslog.v3.TLSProperties.CertificateProperties"> & {
  subjectAltName: TLSProperties_CertificateProperties_SubjectAltName[];
  subject: string;
  issuer: string;
};
export declare type TLSProperties_CertificateProperties_SubjectAltName = Message<"envoy.data.accesslog.v3.TLSProperties.CertificateProperties.SubjectAltName"> & {
  san: {
    value: string;
    case: "uri";
  } | {
    value: string;
    case: "dns";
  } | { case: undefined; value?: undefined };
};
export type TLSProperties_TLSVersion = 0 | 1 | 2 | 3 | 4;
export declare type HTTPRequestProperties = Message<"envoy.data.accesslog.v3.HTTPRequestProperties"> & {
  requestMethod: RequestMethod;
  scheme: string;
  authority: string;
  port?: number | undefined;
  path: string;
  userAgent: string;
  referer: string;
  forwardedFor: string;
  requestId: string;
  originalPath: string;
  requestHeadersBytes: bigint;
  requestBodyBytes: bigint;
  requestHeaders: { [key: string]: string };
  upstreamHeaderBytesSent: bigint;
  downstreamHeaderBytesReceived: bigint;
};
export declare type HTTPResponseProperties = Message<"envoy.data.accesslog.v3.HTTPResponseProperties"> & {
  responseCode?: number | undefined;
  responseHeadersBytes: bigint;
  responseBodyBytes: bigint;
  responseHeaders: { [key: string]: string };
  responseTrailers: { [key: string]: string };
  responseCodeDetails: string;
  upstreamHeaderBytesReceived: bigint;
  downstreamHeaderBytesSent: bigint;
};
export type AccessLogType = 0 | 1 | 2 | 14 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13;
