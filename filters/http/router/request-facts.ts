/** Small questions to header blocks, and notes about the answers. */
import type { ClientConnection } from '../../../src/http/codec.ts';
import { FAULTS, type Fault } from '../../../src/http/faults.ts';
import type { FilterStream } from '../../../src/http/filter.ts';
import { grpcTimeoutOf } from '../../../src/http/grpc-timeout.ts';
import {
  GRPC_STATUS,
  type HeaderName,
  X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
  X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
} from '../../../src/http/header-name.ts';
import type { Headers } from '../../../src/http/headers.ts';
import type { RouteEntry } from '../../../src/http/route.ts';
import { MeterSum } from '../../../src/telemetry/meter-sum.ts';
import type { ByteMeter, StreamInfo } from '../../../src/telemetry/stream-info.ts';
import type { Attempt } from '../../../src/upstream/attempt.ts';
import type { Host } from '../../../src/upstream/host.ts';

/**
 * Milliseconds for the whole response, 0 for no limit: the route's (for gRPC under `max_grpc_timeout` the request's own), unless a
 * trusted client asks for another (the connection manager removes the header from requests that are not internal).
 */
export function timeoutOf(headers: Headers, action: RouteEntry, grpc: boolean, respectExpected: boolean): number {
  if (respectExpected) {
    const expected = numberIn(headers, X_ENVOY_EXPECTED_RQ_TIMEOUT_MS);
    if (expected >= 0) return expected;
  }
  const asked = numberIn(headers, X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS);
  if (asked >= 0) return asked;
  const most = grpc ? (action.maxGrpcTimeoutMs ?? -1) : -1;
  return most < 0 ? action.timeoutMs : grpcTimeout(headers, most, action.grpcTimeoutOffsetMs ?? 0);
}

/** 0 means no limit, for the request's own as for the cap. An offset that would leave nothing is not taken off. */
function grpcTimeout(headers: Headers, most: number, offset: number): number {
  let timeout = Math.max(0, grpcTimeoutOf(headers));
  if (offset < timeout) timeout -= offset;
  return most > 0 && (timeout === 0 || timeout > most) ? most : timeout;
}

/** Value of a field that holds decimal digits, at most 15; -1 for anything else. */
export function numberIn(headers: Headers, name: HeaderName): number {
  const text = headers.get(name);
  if (text === undefined || text === '' || text.length > 15) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Most bytes of a request body that are kept for another attempt. */
export function replayLimitOf(action: RouteEntry, stream: FilterStream): number {
  const own = action.replayLimit ?? -1;
  if (own >= 0) return own;
  return stream.bufferLimit === 0 ? Number.POSITIVE_INFINITY : stream.bufferLimit;
}

/** Whom a request goes to, for the log and whoever asks. */
export function noteConnection(info: StreamInfo, attempt: Attempt, now: number): void {
  const host = attempt.host as Host;
  const client = attempt.client as ClientConnection;
  const { connection } = client;
  // Not of the host: that of a logical one may have moved.
  info.upstreamHost = connection.remoteAddress;
  info.upstreamHostName = host.hostname;
  info.upstreamLocalAddress = connection.localAddress;
  info.upstreamConnectionId = connection.id;
  info.upstreamProtocol = client.protocol;
  info.upstreamMeter = info.upstreamMeter === null ? attempt.encoder : new MeterSum(info.upstreamMeter, attempt.encoder as ByteMeter);
  info.attemptReady = info.sinceStart(now);
  info.upstreamTls = connection.tls;
  info.upstreamRequestStart = now;
}

/**
 * Whether a `grpc-status` speaks well of the host: those that map to HTTP 5xx are its fault (Envoy `Grpc::Utility::grpcToHttpStatus`). No
 * status is no success.
 */
export function grpcSucceeded(trailers: Headers): boolean {
  switch (trailers.get(GRPC_STATUS)) {
    case undefined:
    case '2': // UNKNOWN
    case '4': // DEADLINE_EXCEEDED
    case '12': // UNIMPLEMENTED
    case '13': // INTERNAL
    case '14': // UNAVAILABLE
    case '15': // DATA_LOSS
      return false;
    default:
      return true;
  }
}

/** Whether an upstream was too slow. */
export function isTimeout(fault: Fault): boolean {
  return fault === FAULTS.UPSTREAM_TIMEOUT || fault === FAULTS.PER_TRY_TIMEOUT || fault === FAULTS.PER_TRY_IDLE_TIMEOUT;
}

/** Whether a stream took longer than its cluster allows, which Envoy does not count as a response. */
export function outlasted(fault: Fault): boolean {
  return fault === FAULTS.UPSTREAM_MAX_DURATION || fault === FAULTS.UPSTREAM_MAX_DURATION_EARLY;
}
