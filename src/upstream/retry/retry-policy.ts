/** A compiled envoy.config.route.v3.RetryPolicy. Frozen in all but name: routes and requests share it. */
import { FAULTS, type Fault, RETRY } from '../../http/faults.ts';
import { GRPC_STATUS, type HeaderName, pinName } from '../../http/header-name.ts';
import type { Headers } from '../../http/headers.ts';
import type { HeaderTest } from '../../http/routing/header-match.ts';
import { grpcCondition, ON, ON_GRPC } from './conditions.ts';
import type { RetryHostPredicate } from './host-predicate.ts';

const RATE_LIMITED = pinName('x-envoy-ratelimited');

/** A response header that says when to come back (`rate_limited_retry_back_off.reset_headers`). */
export interface ResetHeader {
  readonly name: HeaderName;
  /** `UNIX_TIMESTAMP`; else seconds from now. */
  readonly absolute: boolean;
}

export interface RetrySettings {
  /** OR of ON bits. */
  readonly conditions: number;
  readonly retries: number;
  /** Milliseconds; 0: no limit. */
  readonly perTryTimeoutMs: number;
  readonly perTryIdleMs: number;
  /** Milliseconds: the upper end of the first back-off, and of any. */
  readonly baseMs: number;
  readonly maxMs: number;
  readonly statusCodes: readonly number[];
  readonly responseTests: readonly HeaderTest[];
  /** Only requests that one of these matches are retried; empty: all. */
  readonly requestTests: readonly HeaderTest[];
  readonly resetHeaders: readonly ResetHeader[];
  readonly resetMaxMs: number;
  readonly predicates: readonly RetryHostPredicate[];
  /** How often a pick is repeated while a predicate rejects the host. */
  readonly repicks: number;
}

/** What holds where no policy says anything and a header asks for retries. */
export const NO_RETRIES: RetrySettings = Object.freeze({
  conditions: 0,
  retries: 1,
  perTryTimeoutMs: 0,
  perTryIdleMs: 0,
  baseMs: 25,
  maxMs: 250,
  statusCodes: [],
  responseTests: [],
  requestTests: [],
  resetHeaders: [],
  resetMaxMs: 300_000,
  predicates: [],
  repicks: 1,
});

export class RetryPolicy {
  readonly settings: RetrySettings;
  /** Hot copies of settings. */
  readonly conditions: number;
  readonly perTryTimeoutMs: number;
  readonly perTryIdleMs: number;
  /** It depends on the request whether this holds. */
  readonly conditional: boolean;

  constructor(settings: RetrySettings) {
    this.settings = settings;
    this.conditions = settings.conditions;
    this.perTryTimeoutMs = settings.perTryTimeoutMs;
    this.perTryIdleMs = settings.perTryIdleMs;
    this.conditional = settings.requestTests.length > 0;
  }

  /** Whether a response head is one to try again for (Envoy 1.40 `RetryStateImpl::wouldRetryFromHeaders`). */
  retriesResponse(headers: Headers): boolean {
    const { conditions } = this;
    const wanted = this.wantsResponse(headers, conditions);
    // An answer of another proxy's rate limiter is retried for that reason alone.
    if (!wanted && (conditions & ON.rateLimited) === 0) return false;
    return headers.has(RATE_LIMITED) ? (conditions & ON.rateLimited) !== 0 : wanted;
  }

  private wantsResponse(headers: Headers, conditions: number): boolean {
    const { status } = headers;
    if (status >= 500 && status < 600) {
      if ((conditions & ON.serverError) !== 0) return true;
      if ((conditions & ON.gatewayError) !== 0 && status >= 502 && status <= 504) return true;
    }
    if (status === 409 && (conditions & ON.conflict) !== 0) return true;
    if ((conditions & ON.statusCodes) !== 0 && this.settings.statusCodes.includes(status)) return true;
    if ((conditions & ON.headers) !== 0 && matchesAny(this.settings.responseTests, headers)) return true;
    if ((conditions & ON_GRPC) === 0) return false;
    const grpc = headers.get(GRPC_STATUS);
    return grpc !== undefined && (conditions & grpcCondition(grpc)) !== 0;
  }

  /** `started`: the head of some attempt went to an upstream (Envoy 1.40 `RetryStateImpl::wouldRetryFromReset`). */
  retriesFault(fault: Fault, started: boolean): boolean {
    const { conditions } = this;
    if (fault === FAULTS.UNPROCESSED) return true;
    if ((conditions & fault.retryable) !== 0 && (conditions & fault.retryable) !== RETRY.resetBeforeRequest) return true;
    if ((fault.retryable & RETRY.reset) === 0) return false;
    if ((conditions & ON.resetBeforeRequest) !== 0 && !started) return true;
    // A reset ends in a 5xx.
    return (conditions & (ON.serverError | ON.gatewayError)) !== 0;
  }
}

/** Of requests that nobody wants retried: what no upstream has looked at may go elsewhere all the same (RFC 9113 §8.7). */
export const UNPROCESSED_RETRIES = new RetryPolicy({ ...NO_RETRIES, retries: 3, baseMs: 1, maxMs: 1 });

export function matchesAny(tests: readonly HeaderTest[], headers: Headers): boolean {
  for (let i = 0; i < tests.length; i++) if ((tests[i] as HeaderTest).matches(headers)) return true;
  return false;
}
