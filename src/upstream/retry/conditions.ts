/**
 * When a request is tried again: one bit for each word of `retry_on` (Envoy docs, "x-envoy-retry-on" and
 * "x-envoy-retry-grpc-on"). The four lowest bits are those of `Fault.retryable`.
 */
import { RETRY } from '../../http/faults.ts';

export const ON = {
  connectFailure: RETRY.connectFailure,
  refusedStream: RETRY.refusedStream,
  reset: RETRY.reset,
  resetBeforeRequest: RETRY.resetBeforeRequest,
  serverError: 1 << 4,
  gatewayError: 1 << 5,
  conflict: 1 << 6,
  statusCodes: 1 << 7,
  headers: 1 << 8,
  rateLimited: 1 << 9,
  grpcCancelled: 1 << 10,
  grpcDeadlineExceeded: 1 << 11,
  grpcInternal: 1 << 12,
  grpcResourceExhausted: 1 << 13,
  grpcUnavailable: 1 << 14,
} as const;

/** Conditions that look at `grpc-status` of a response head. */
export const ON_GRPC = ON.grpcCancelled | ON.grpcDeadlineExceeded | ON.grpcInternal | ON.grpcResourceExhausted | ON.grpcUnavailable;

const HTTP_WORDS: ReadonlyMap<string, number> = new Map<string, number>([
  ['5xx', ON.serverError],
  ['gateway-error', ON.gatewayError],
  ['reset', ON.reset],
  ['reset-before-request', ON.resetBeforeRequest],
  ['connect-failure', ON.connectFailure],
  ['refused-stream', ON.refusedStream],
  ['retriable-4xx', ON.conflict],
  ['retriable-status-codes', ON.statusCodes],
  ['retriable-headers', ON.headers],
  ['envoy-ratelimited', ON.rateLimited],
]);

const GRPC_WORDS: ReadonlyMap<string, number> = new Map<string, number>([
  ['cancelled', ON.grpcCancelled],
  ['deadline-exceeded', ON.grpcDeadlineExceeded],
  ['internal', ON.grpcInternal],
  ['resource-exhausted', ON.grpcResourceExhausted],
  ['unavailable', ON.grpcUnavailable],
]);

/** Bits of a comma-separated list. Words that it does not know are left out, as in Envoy. */
export function httpConditions(list: string): number {
  return bitsOf(list, HTTP_WORDS);
}

export function grpcConditions(list: string): number {
  return bitsOf(list, GRPC_WORDS);
}

function bitsOf(list: string, words: ReadonlyMap<string, number>): number {
  let bits = 0;
  for (const word of list.split(',')) bits |= words.get(word.trim()) ?? 0;
  return bits;
}

/** The condition that a gRPC status of a response head satisfies; 0: none. */
export function grpcCondition(status: string): number {
  switch (status) {
    case '1':
      return ON.grpcCancelled;
    case '4':
      return ON.grpcDeadlineExceeded;
    case '8':
      return ON.grpcResourceExhausted;
    case '13':
      return ON.grpcInternal;
    case '14':
      return ON.grpcUnavailable;
    default:
      return 0;
  }
}
