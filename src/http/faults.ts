/**
 * Everything that can end a stream early, in one table (contract 16). A `Fault` is a constant that travels instead of an
 * exception; it alone feeds access-log flags, `%RESPONSE_CODE_DETAILS%`, stats, retry decisions, local replies and `/why`.
 *
 * Sources: Envoy 1.40 `source/common/stream_info/utility.h` (flags), `source/common/http/*` (details, bodies); the detail
 * strings are matched by people's dashboards and are never renamed.
 */
import { FLAG } from '../telemetry/response-flags.ts';

/** Who is to blame, and so what an operator looks at first. */
export type FaultSource = 'downstream' | 'proxy' | 'upstream';

/** Which retry conditions a fault satisfies (bits; the retry policy of a route is a mask of the same bits). */
export const RETRY = {
  none: 0,
  connectFailure: 1 << 0,
  refusedStream: 1 << 1,
  reset: 1 << 2,
  resetBeforeRequest: 1 << 3,
} as const;

export interface Fault {
  /** Permanent code for tests, `/why` and logs. */
  readonly code: string;
  readonly source: FaultSource;
  /** OR of RETRY bits. */
  readonly retryable: number;
  /** OR of FLAG bits. */
  readonly flag: number;
  /** Status of the local reply; 0: no reply is possible or wanted, the stream is reset. */
  readonly http: number;
  /** gRPC status of the local reply to a gRPC request. */
  readonly grpc: number;
  /** `%RESPONSE_CODE_DETAILS%`; characters that would break a log line are already `_`. */
  readonly details: string;
  /** Body of the local reply, '' for none. */
  readonly body: string;
  /** The downstream connection cannot be used after this (framing is lost). */
  readonly closes: boolean;
}

function fault(
  code: string,
  source: FaultSource,
  http: number,
  grpc: number,
  details: string,
  flag = 0,
  body = '',
  retryable: number = RETRY.none,
  closes = false,
): Fault {
  return Object.freeze({ code, source, retryable, flag, http, grpc, details, body, closes });
}

/** A downstream message that breaks HTTP: 400 (or `http`) with the reason phrase as body, and close. */
function malformed(code: string, details: string, http = 400, body = 'Bad Request'): Fault {
  return fault(code, 'downstream', http, 13, details, FLAG.DownstreamProtocolError, body, RETRY.none, true);
}

/** A well-formed request that cannot be served as it is: 400 without body or flag, as Envoy's connection manager answers. */
function unacceptable(code: string, details: string): Fault {
  return fault(code, 'downstream', 400, 13, details, 0, '', RETRY.none, true);
}

/** A stream or connection that breaks HTTP/2: the codec has ended it already. */
function broken(code: string, details: string): Fault {
  return fault(code, 'downstream', 0, 13, details, FLAG.DownstreamProtocolError);
}

const RESET_TEXT = 'upstream connect error or disconnect/reset before headers. reset reason: ';

/** Extended by the rooms that meet new cases; keep the groups. */
export const FAULTS = {
  // Downstream message framing (h1 codec)
  BAD_MESSAGE: malformed('BAD_MESSAGE', 'http1.codec_error'),
  INVALID_CHARACTERS: malformed('INVALID_CHARACTERS', 'http1.invalid_characters'),
  CONTENT_LENGTH_AND_CHUNKED: malformed('CONTENT_LENGTH_AND_CHUNKED', 'http1.content_length_and_chunked_not_allowed'),
  INVALID_TRANSFER_ENCODING: malformed('INVALID_TRANSFER_ENCODING', 'http1.invalid_transfer_encoding'),
  /** A coding that exists, but that we do not speak (RFC 9112 §6.1). */
  UNKNOWN_TRANSFER_ENCODING: malformed('UNKNOWN_TRANSFER_ENCODING', 'http1.invalid_transfer_encoding', 501, 'Not Implemented'),
  TRANSFER_ENCODING_NOT_ALLOWED: malformed('TRANSFER_ENCODING_NOT_ALLOWED', 'http1.transfer_encoding_not_allowed'),
  BODY_DISALLOWED: malformed('BODY_DISALLOWED', 'http1.body_disallowed'),
  CONNECTION_HEADER_REJECTED: malformed('CONNECTION_HEADER_REJECTED', 'http1.connection_header_rejected'),
  UNEXPECTED_UNDERSCORE: malformed('UNEXPECTED_UNDERSCORE', 'http1.unexpected_underscore'),
  INVALID_URL: malformed('INVALID_URL', 'http1.invalid_url'),
  INVALID_SCHEME: malformed('INVALID_SCHEME', 'http1.invalid_scheme'),
  INVALID_AUTHORITY: malformed('INVALID_AUTHORITY', 'http.invalid_authority'),
  LOW_VERSION: malformed('LOW_VERSION', 'low_version', 426, 'Upgrade Required'),
  UNSUPPORTED_VERSION: malformed('UNSUPPORTED_VERSION', 'http1.unsupported_version', 505, 'HTTP Version Not Supported'),
  HEADERS_TOO_LARGE: malformed('HEADERS_TOO_LARGE', 'http1.headers_too_large', 431, 'Request Header Fields Too Large'),
  TOO_MANY_HEADERS: malformed('TOO_MANY_HEADERS', 'http1.too_many_headers', 431, 'Request Header Fields Too Large'),
  MISSING_HOST: unacceptable('MISSING_HOST', 'missing_host_header'),
  PATH_NORMALIZATION_FAILED: unacceptable('PATH_NORMALIZATION_FAILED', 'path_normalization_failed'),
  /** The overload manager stops requests. */
  OVERLOADED: fault('OVERLOADED', 'proxy', 503, 14, 'overload', 0, 'envoy overloaded'),
  /** Filters changed a body without its content-length: the response is cut off before it can be misread. */
  RESPONSE_LENGTH_MISMATCH: fault('RESPONSE_LENGTH_MISMATCH', 'proxy', 0, 13, 'http1.response_length_mismatch'),
  REQUEST_LENGTH_MISMATCH: fault('REQUEST_LENGTH_MISMATCH', 'proxy', 0, 13, 'http1.request_length_mismatch'),

  // Downstream streams and connections (h2 codec): no answer is possible
  H2_INVALID_MESSAGE: broken('H2_INVALID_MESSAGE', 'http2.violation.of.messaging.rule'),
  H2_INVALID_FIELD: broken('H2_INVALID_FIELD', 'http2.invalid.header.field'),
  H2_UNEXPECTED_UNDERSCORE: fault(
    'H2_UNEXPECTED_UNDERSCORE',
    'downstream',
    0,
    13,
    'http2.unexpected_underscore',
    FLAG.DownstreamRemoteReset,
  ),
  H2_TOO_MANY_HEADERS: fault('H2_TOO_MANY_HEADERS', 'downstream', 0, 13, 'http2.too_many_headers', FLAG.DownstreamRemoteReset),
  H2_HEADERS_TOO_LARGE: fault('H2_HEADERS_TOO_LARGE', 'downstream', 0, 13, 'http2.header_list_size_too_large', FLAG.DownstreamRemoteReset),
  H2_PROTOCOL_ERROR: broken('H2_PROTOCOL_ERROR', 'http2.unknown.nghttp2.error'),
  H2_COMPRESSION_ERROR: broken('H2_COMPRESSION_ERROR', 'http2.unknown.nghttp2.error'),
  H2_EMPTY_FRAMES_FLOOD: broken('H2_EMPTY_FRAMES_FLOOD', 'http2.inbound_empty_frames_flood'),
  H2_PRIORITY_FLOOD: broken('H2_PRIORITY_FLOOD', 'http2.inbound_priority_frames_flood'),
  H2_WINDOW_UPDATE_FLOOD: broken('H2_WINDOW_UPDATE_FLOOD', 'http2.inbound_window_update_frames_flood'),
  H2_OUTBOUND_FLOOD: broken('H2_OUTBOUND_FLOOD', 'http2.outbound_frames_flood'),
  H2_OUTBOUND_CONTROL_FLOOD: broken('H2_OUTBOUND_CONTROL_FLOOD', 'http2.outbound_control_frames_flood'),
  /** More than half of many streams were taken back before they were answered. */
  H2_EARLY_RESETS: broken('H2_EARLY_RESETS', 'too_many_premature_resets'),
  DOWNSTREAM_REMOTE_RESET: fault('DOWNSTREAM_REMOTE_RESET', 'downstream', 0, 1, 'http2.remote_reset', FLAG.DownstreamRemoteReset),
  DOWNSTREAM_REMOTE_REFUSE: fault('DOWNSTREAM_REMOTE_REFUSE', 'downstream', 0, 1, 'http2.remote_refuse', FLAG.DownstreamRemoteReset),
  /** The client did not take the end of its response in time. */
  FLUSH_TIMEOUT: fault('FLUSH_TIMEOUT', 'downstream', 0, 1, 'stream_flush_timeout'),

  DOWNSTREAM_RESET: fault('DOWNSTREAM_RESET', 'downstream', 0, 1, 'downstream_remote_disconnect', FLAG.DownstreamConnectionTermination),

  // Requests that the connection manager itself answers
  ABSOLUTE_PATH: fault('ABSOLUTE_PATH', 'downstream', 404, 12, 'absolute_path_rejected'),
  /** No extension that detects addresses could tell where the request comes from; the status is the extension's. */
  ORIGIN_UNKNOWN: fault('ORIGIN_UNKNOWN', 'downstream', 403, 7, 'rejecting_because_detection_failed'),
  UPGRADE_FAILED: fault('UPGRADE_FAILED', 'proxy', 403, 7, 'upgrade_failed'),
  REQUEST_TOO_LARGE: fault('REQUEST_TOO_LARGE', 'downstream', 413, 2, 'request_payload_too_large', 0, 'Payload Too Large'),
  RESPONSE_TOO_LARGE: fault('RESPONSE_TOO_LARGE', 'upstream', 500, 2, 'response_payload_too_large', 0, 'Internal Server Error'),

  // Routing
  ROUTE_NOT_FOUND: fault('ROUTE_NOT_FOUND', 'proxy', 404, 12, 'route_not_found', FLAG.NoRouteFound),
  CLUSTER_NOT_FOUND: fault('CLUSTER_NOT_FOUND', 'proxy', 503, 14, 'cluster_not_found', FLAG.NoClusterFound),
  /** No error: a direct response or a redirect, with the route's own status and body. */
  DIRECT_RESPONSE: fault('DIRECT_RESPONSE', 'proxy', 200, 2, 'direct_response'),

  // Time
  REQUEST_TIMEOUT: fault('REQUEST_TIMEOUT', 'downstream', 408, 2, 'request_overall_timeout', 0, 'request timeout'),
  REQUEST_HEADER_TIMEOUT: fault(
    'REQUEST_HEADER_TIMEOUT',
    'downstream',
    408,
    2,
    'request_header_timeout',
    0,
    'request header timeout',
    RETRY.none,
    true,
  ),
  /** 504 once the request is complete. */
  MAX_DURATION: fault('MAX_DURATION', 'proxy', 408, 4, 'max_duration_timeout', 0, 'downstream duration timeout'),
  /** 504 once the request is complete. */
  STREAM_IDLE_TIMEOUT: fault('STREAM_IDLE_TIMEOUT', 'downstream', 408, 2, 'stream_idle_timeout', FLAG.StreamIdleTimeout, 'stream timeout'),
  UPSTREAM_TIMEOUT: fault(
    'UPSTREAM_TIMEOUT',
    'upstream',
    504,
    14,
    'response_timeout',
    FLAG.UpstreamRequestTimeout,
    'upstream request timeout',
  ),
  /** One attempt took too long. Reset by us, so that it is tried again where resets are. */
  PER_TRY_TIMEOUT: fault(
    'PER_TRY_TIMEOUT',
    'upstream',
    504,
    14,
    'upstream_per_try_timeout',
    FLAG.UpstreamRequestTimeout,
    'upstream request timeout',
    RETRY.reset,
  ),
  PER_TRY_IDLE_TIMEOUT: fault(
    'PER_TRY_IDLE_TIMEOUT',
    'upstream',
    504,
    14,
    'upstream_per_try_idle_timeout',
    FLAG.UpstreamRequestTimeout,
    'upstream request timeout',
    RETRY.reset,
  ),
  /** `max_stream_duration` of the cluster, with the request complete and before. Reset by us, so that it is tried again where resets are. */
  UPSTREAM_MAX_DURATION: fault(
    'UPSTREAM_MAX_DURATION',
    'upstream',
    504,
    14,
    'upstream_max_stream_duration_reached',
    FLAG.UpstreamMaxStreamDurationReached,
    'upstream max stream duration reached',
    RETRY.reset,
  ),
  UPSTREAM_MAX_DURATION_EARLY: fault(
    'UPSTREAM_MAX_DURATION_EARLY',
    'upstream',
    408,
    4,
    'upstream_max_stream_duration_reached',
    FLAG.UpstreamMaxStreamDurationReached,
    'upstream max stream duration reached',
    RETRY.reset,
  ),
  /** More of a request came than is kept for retries, while no attempt was there to take it. */
  RETRY_BUFFER_FULL: fault(
    'RETRY_BUFFER_FULL',
    'proxy',
    507,
    2,
    'request_payload_exceeded_retry_buffer_limit',
    0,
    'exceeded request buffer limit while retrying upstream',
  ),

  // Upstream
  NO_HEALTHY_UPSTREAM: fault(
    'NO_HEALTHY_UPSTREAM',
    'upstream',
    503,
    14,
    'no_healthy_upstream',
    FLAG.NoHealthyUpstream,
    'no healthy upstream',
  ),
  UPSTREAM_OVERFLOW: fault(
    'UPSTREAM_OVERFLOW',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{overflow}',
    FLAG.UpstreamOverflow,
    `${RESET_TEXT}overflow`,
  ),
  CONNECT_FAILURE: fault(
    'CONNECT_FAILURE',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{remote_connection_failure}',
    FLAG.UpstreamConnectionFailure,
    `${RESET_TEXT}remote connection failure`,
    RETRY.connectFailure | RETRY.reset | RETRY.resetBeforeRequest,
  ),
  CONNECT_TIMEOUT: fault(
    'CONNECT_TIMEOUT',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{connection_timeout}',
    FLAG.UpstreamConnectionFailure,
    `${RESET_TEXT}connection timeout`,
    RETRY.connectFailure | RETRY.reset | RETRY.resetBeforeRequest,
  ),
  LOCAL_CONNECT_FAILURE: fault(
    'LOCAL_CONNECT_FAILURE',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{local_connection_failure}',
    FLAG.UpstreamConnectionFailure,
    `${RESET_TEXT}local connection failure`,
    RETRY.connectFailure | RETRY.reset | RETRY.resetBeforeRequest,
  ),
  CONNECTION_TERMINATION: fault(
    'CONNECTION_TERMINATION',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{connection_termination}',
    FLAG.UpstreamConnectionTermination,
    `${RESET_TEXT}connection termination`,
    RETRY.reset,
  ),
  UPSTREAM_PROTOCOL_ERROR: fault(
    'UPSTREAM_PROTOCOL_ERROR',
    'upstream',
    502,
    14,
    'upstream_reset_before_response_started{protocol_error}',
    FLAG.UpstreamProtocolError,
    `${RESET_TEXT}protocol error`,
    RETRY.reset,
  ),
  UPSTREAM_REMOTE_RESET: fault(
    'UPSTREAM_REMOTE_RESET',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{remote_reset}',
    FLAG.UpstreamRemoteReset,
    `${RESET_TEXT}remote reset`,
    RETRY.reset,
  ),
  /** The upstream says that it has not looked at the request (RFC 9113 §8.7): whatever the method, it may go elsewhere. */
  REFUSED_STREAM: fault(
    'REFUSED_STREAM',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{remote_refused_stream_reset}',
    FLAG.UpstreamRemoteReset,
    `${RESET_TEXT}remote refused stream reset`,
    RETRY.refusedStream | RETRY.reset | RETRY.resetBeforeRequest,
  ),
  /** The same, said by GOAWAY for every request above the last one that it took: no fault of the request, or of the host. */
  UNPROCESSED: fault(
    'UNPROCESSED',
    'upstream',
    503,
    14,
    'upstream_reset_before_response_started{remote_refused_stream_reset}',
    FLAG.UpstreamRemoteReset,
    `${RESET_TEXT}remote refused stream reset`,
    RETRY.refusedStream | RETRY.reset | RETRY.resetBeforeRequest,
  ),
  /** We gave the attempt up: the stream above it ended first. Never answered. */
  LOCAL_RESET: fault(
    'LOCAL_RESET',
    'proxy',
    503,
    14,
    'upstream_reset_before_response_started{local_reset}',
    FLAG.LocalReset,
    `${RESET_TEXT}local reset`,
  ),
} as const satisfies Record<string, Fault>;
