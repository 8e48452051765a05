/** Small questions to header blocks. */
import { GRPC_STATUS, X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS } from '../../../src/http/header-name.ts';
import type { Headers } from '../../../src/http/headers.ts';

/**
 * Milliseconds for the whole response, 0 for no limit: the route's, unless a trusted client asks for another (the connection
 * manager removes the header from requests that are not internal).
 */
export function timeoutOf(headers: Headers, routeMs: number, respectExpected: boolean): number {
  if (respectExpected) {
    const expected = wholeNumber(headers.get(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS));
    if (expected >= 0) return expected;
  }
  const asked = wholeNumber(headers.get(X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS));
  return asked >= 0 ? asked : routeMs;
}

/** Decimal digits, at most 15; -1 for anything else. */
function wholeNumber(text: string | undefined): number {
  if (text === undefined || text === '' || text.length > 15) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
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
