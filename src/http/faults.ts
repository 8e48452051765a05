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

/** A downstream message that breaks HTTP: 400 (or `http`) and close. */
function malformed(code: string, details: string, http = 400): Fault {
  return fault(code, 'downstream', http, 13, details, FLAG.DownstreamProtocolError, http === 400 ? 'Bad Request' : '', RETRY.none, true);
}

const RESET_TEXT = 'upstream connect error or disconnect/reset before headers. reset reason: ';

/** Extended by the rooms that meet new cases; keep the groups. */
export const FAULTS = {
  // Downstream message framing (h1 codec)
  BAD_MESSAGE: malformed('BAD_MESSAGE', 'http1.codec_error'),
  HEADERS_TOO_LARGE: malformed('HEADERS_TOO_LARGE', 'http1.headers_too_large', 431),
  TOO_MANY_HEADERS: malformed('TOO_MANY_HEADERS', 'http1.too_many_headers', 431),
  DOWNSTREAM_RESET: fault('DOWNSTREAM_RESET', 'downstream', 0, 1, 'downstream_remote_disconnect', FLAG.DownstreamConnectionTermination),

  // Routing
  ROUTE_NOT_FOUND: fault('ROUTE_NOT_FOUND', 'proxy', 404, 12, 'route_not_found', FLAG.NoRouteFound),
  CLUSTER_NOT_FOUND: fault('CLUSTER_NOT_FOUND', 'proxy', 503, 14, 'cluster_not_found', FLAG.NoClusterFound),
  /** No error: a direct response or a redirect, with the route's own status and body. */
  DIRECT_RESPONSE: fault('DIRECT_RESPONSE', 'proxy', 200, 2, 'direct_response'),

  // Time
  REQUEST_TIMEOUT: fault('REQUEST_TIMEOUT', 'downstream', 408, 14, 'request_overall_timeout', 0, 'request timeout'),
  STREAM_IDLE_TIMEOUT: fault('STREAM_IDLE_TIMEOUT', 'downstream', 408, 14, 'stream_idle_timeout', FLAG.StreamIdleTimeout, 'stream timeout'),
  UPSTREAM_TIMEOUT: fault(
    'UPSTREAM_TIMEOUT',
    'upstream',
    504,
    14,
    'response_timeout',
    FLAG.UpstreamRequestTimeout,
    'upstream request timeout',
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
