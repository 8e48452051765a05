/** How long a request may take, by its route and by what it asks for itself (Envoy 1.40 `FilterUtility::finalTimeout`). */
import { grpcTimeoutText } from '../../../src/http/grpc-timeout.ts';
import {
  GRPC_TIMEOUT,
  ROUTER_COMMANDS,
  X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
  X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE,
  X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
} from '../../../src/http/header-name.ts';
import type { Headers } from '../../../src/http/headers.ts';
import type { RouteEntry } from '../../../src/http/route.ts';
import type { RetryPolicy } from '../../../src/upstream/retry/retry-policy.ts';
import { numberIn, timeoutOf } from './request-facts.ts';
import type { RouterSettings } from './settings.ts';

/** Milliseconds; 0: no limit. */
export class RequestTimes {
  /** From the end of the request to the end of the response, all attempts together. */
  readonly whole: number;
  /** From the end of the request to the head of the response, of one attempt. */
  readonly attempt: number;
  /** Without a byte from or to the upstream. */
  readonly silence: number;
  /** A timeout is answered with 204. */
  readonly quiet: boolean;
  /** The upstream hears of it in `grpc-timeout` too. */
  private readonly tellGrpc: boolean;

  constructor(whole: number, attempt: number, silence: number, quiet: boolean, tellGrpc: boolean) {
    this.whole = whole;
    this.attempt = attempt;
    this.silence = silence;
    this.quiet = quiet;
    this.tellGrpc = tellGrpc;
  }

  /** Tells the upstream how long it has; `elapsed` milliseconds of the whole are over. */
  tell(headers: Headers, settings: RouterSettings, elapsed: number): void {
    const { whole } = this;
    let expected = this.attempt === 0 ? whole : this.attempt;
    if (expected === 0) return;
    if (whole > 0 && elapsed > 0) expected = Math.max(1, Math.min(expected, whole - elapsed));
    if (!settings.suppressEnvoyHeaders) headers.setField(settings.expectedTimeout(expected));
    if (this.tellGrpc) headers.set(GRPC_TIMEOUT, grpcTimeoutText(expected));
  }
}

/** Takes what the request asks for out of its head. */
export function takeTimes(headers: Headers, action: RouteEntry, grpc: boolean, settings: RouterSettings): RequestTimes {
  const policy = action.retryPolicy as RetryPolicy | null;
  const whole = timeoutOf(headers, action, grpc, settings.respectExpectedTimeout);
  let attempt = policy === null ? 0 : policy.perTryTimeoutMs;
  let quiet = false;
  headers.remove(X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS);
  if ((headers.mask & ROUTER_COMMANDS) !== 0) {
    const asked = numberIn(headers, X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS);
    if (asked >= 0) attempt = asked;
    quiet = headers.remove(X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE);
  }
  // An attempt cannot take longer than everything.
  if (whole > 0 && attempt >= whole) attempt = 0;
  return new RequestTimes(whole, attempt, policy === null ? 0 : policy.perTryIdleMs, quiet, grpc && (action.maxGrpcTimeoutMs ?? -1) >= 0);
}
