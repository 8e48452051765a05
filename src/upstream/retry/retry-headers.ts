/**
 * Retries as a request asks for them (Envoy docs, "Router", `x-envoy-retry-on` and its kind). The connection manager removes these
 * headers from requests that are not internal; what a filter or the route adds counts too.
 */
import {
  type HeaderName,
  ROUTER_COMMANDS,
  resolveName,
  X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT,
  X_ENVOY_MAX_RETRIES,
  X_ENVOY_RETRIABLE_HEADER_NAMES,
  X_ENVOY_RETRIABLE_STATUS_CODES,
  X_ENVOY_RETRY_GRPC_ON,
  X_ENVOY_RETRY_ON,
  X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
} from '../../http/header-name.ts';
import type { Headers } from '../../http/headers.ts';
import { type HeaderTest, presenceTest } from '../../http/routing/header-match.ts';
import { grpcConditions, httpConditions } from './conditions.ts';
import { matchesAny, NO_RETRIES, RetryPolicy } from './retry-policy.ts';

const NONE = new RetryPolicy(NO_RETRIES);

/** Names that do not go on to the upstream. */
const CONSUMED: readonly HeaderName[] = [
  X_ENVOY_RETRY_ON,
  X_ENVOY_RETRY_GRPC_ON,
  X_ENVOY_MAX_RETRIES,
  X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT,
  X_ENVOY_RETRIABLE_HEADER_NAMES,
  X_ENVOY_RETRIABLE_STATUS_CODES,
  X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
];

/** The policy of one request, null when it is not retried. Takes the retry headers out of it. */
export function policyOf(policy: RetryPolicy | null, headers: Headers): RetryPolicy | null {
  let chosen = policy;
  if ((headers.mask & ROUTER_COMMANDS) !== 0) {
    chosen = withHeaders(policy, headers);
    for (let i = 0; i < CONSUMED.length; i++) headers.remove(CONSUMED[i] as HeaderName);
  } else if (policy?.conditional === true && !matchesAny(policy.settings.requestTests, headers)) {
    return null;
  }
  return chosen === null || chosen.conditions === 0 ? null : chosen;
}

function withHeaders(policy: RetryPolicy | null, headers: Headers): RetryPolicy | null {
  const on = headers.get(X_ENVOY_RETRY_ON);
  const grpcOn = headers.get(X_ENVOY_RETRY_GRPC_ON);
  if (on === undefined && grpcOn === undefined && (policy === null || policy.conditions === 0)) return null;
  const { settings } = policy ?? NONE;
  if (settings.requestTests.length > 0 && !matchesAny(settings.requestTests, headers)) return null;
  const conditions = settings.conditions | httpConditions(on ?? '') | grpcConditions(grpcOn ?? '');
  const retries = wholeNumber(headers.get(X_ENVOY_MAX_RETRIES));
  const codes = headers.get(X_ENVOY_RETRIABLE_STATUS_CODES);
  const names = headers.get(X_ENVOY_RETRIABLE_HEADER_NAMES);
  return new RetryPolicy({
    conditions,
    retries: retries < 0 ? settings.retries : retries,
    perTryTimeoutMs: settings.perTryTimeoutMs,
    perTryIdleMs: settings.perTryIdleMs,
    baseMs: settings.baseMs,
    maxMs: settings.maxMs,
    statusCodes: codes === undefined ? settings.statusCodes : settings.statusCodes.concat(codes.split(',').map(wholeNumber)),
    responseTests: names === undefined ? settings.responseTests : settings.responseTests.concat(presenceTests(names)),
    requestTests: settings.requestTests,
    resetHeaders: settings.resetHeaders,
    resetMaxMs: settings.resetMaxMs,
    predicates: settings.predicates,
    repicks: settings.repicks,
  });
}

/** Decimal digits with blanks around them; -1 for anything else. */
function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : -1;
}

/** Names come from the request, so they are looked up and never pinned. */
function presenceTests(names: string): HeaderTest[] {
  return names.split(',').map((name) => presenceTest(resolveName(name.trim().toLowerCase())));
}
