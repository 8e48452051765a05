import t from 'tap';
import { FAULTS } from '../../http/faults.ts';
import { pinName, resolveName } from '../../http/header-name.ts';
import { Headers } from '../../http/headers.ts';
import { presenceTest } from '../../http/routing/header-match.ts';
import { grpcConditions, httpConditions } from './conditions.ts';
import { policyOf } from './retry-headers.ts';
import { NO_RETRIES, RetryPolicy, type RetrySettings } from './retry-policy.ts';

function policy(on: string, extra: Partial<RetrySettings> = {}): RetryPolicy {
  return new RetryPolicy({ ...NO_RETRIES, conditions: httpConditions(on) | grpcConditions(on), ...extra });
}

function block(fields: Readonly<Record<string, string>>, status = 0): Headers {
  const headers = new Headers();
  headers.status = status;
  for (const [name, value] of Object.entries(fields)) headers.add(resolveName(name), value);
  return headers;
}

/** Statuses of `list` that a policy retries. */
function statuses(on: string, extra: Partial<RetrySettings> = {}): number[] {
  const chosen = policy(on, extra);
  return [200, 404, 409, 500, 501, 502, 503, 504, 505, 600].filter((status) => chosen.retriesResponse(block({}, status)));
}

t.test('a condition retries the statuses that it names', (t) => {
  t.same(statuses('5xx'), [500, 501, 502, 503, 504, 505]);
  t.same(statuses('gateway-error'), [502, 503, 504]);
  t.same(statuses('retriable-4xx'), [409]);
  t.same(statuses('retriable-status-codes', { statusCodes: [200, 404] }), [200, 404]);
  t.same(statuses('', { statusCodes: [200, 404] }), [], 'the codes alone are no condition');
  t.same(statuses('reset,connect-failure,refused-stream,unavailable'), []);
  t.end();
});

t.test('headers of a response, and a gRPC status in its head, are conditions', (t) => {
  const tests = { responseTests: [presenceTest(pinName('x-again'))] };
  t.ok(policy('retriable-headers', tests).retriesResponse(block({ 'x-again': '' }, 200)));
  t.notOk(policy('retriable-headers', tests).retriesResponse(block({}, 200)));
  t.notOk(policy('5xx', tests).retriesResponse(block({ 'x-again': '' }, 200)));
  const grpc = (on: string) =>
    Array.from({ length: 17 }, (_, i) => i).filter((i) => policy(on).retriesResponse(block({ 'grpc-status': String(i) }, 200)));
  t.same(grpc('cancelled,deadline-exceeded'), [1, 4]);
  t.same(grpc('internal,resource-exhausted,unavailable'), [8, 13, 14]);
  t.same(grpc('5xx'), []);
  t.end();
});

t.test("another proxy's rate limit is retried only by its own condition", (t) => {
  const limited = block({ 'x-envoy-ratelimited': 'true' }, 503);
  t.notOk(policy('5xx').retriesResponse(limited));
  t.ok(policy('envoy-ratelimited').retriesResponse(limited));
  t.notOk(policy('envoy-ratelimited').retriesResponse(block({}, 503)));
  t.end();
});

t.test('a condition retries the failures that it names', (t) => {
  const all = ['CONNECT_FAILURE', 'CONNECT_TIMEOUT', 'CONNECTION_TERMINATION', 'UPSTREAM_PROTOCOL_ERROR', 'PER_TRY_TIMEOUT'] as const;
  const retried = (on: string, started: boolean) => all.filter((code) => policy(on).retriesFault(FAULTS[code], started));
  t.same(retried('reset', true), all);
  t.same(retried('5xx', true), all);
  t.same(retried('gateway-error', true), all);
  t.same(retried('connect-failure', true), ['CONNECT_FAILURE', 'CONNECT_TIMEOUT']);
  t.same(retried('reset-before-request', false), all);
  t.same(retried('reset-before-request', true), []);
  t.same(retried('refused-stream', true), []);
  t.same(retried('retriable-4xx,unavailable', false), []);
  t.notOk(policy('5xx,reset,connect-failure').retriesFault(FAULTS.UPSTREAM_OVERFLOW, false), 'an open circuit breaker is never retried');
  t.notOk(policy('5xx,reset').retriesFault(FAULTS.REQUEST_LENGTH_MISMATCH, true));
  t.end();
});

t.test('a request without orders takes the policy of its route as it is', (t) => {
  const of = policy('5xx');
  t.equal(policyOf(of, block({ a: 'b' })), of);
  t.equal(policyOf(null, block({ a: 'b' })), null);
  t.equal(policyOf(policy('', { perTryTimeoutMs: 5 }), block({})), null, 'without a condition nothing is retried');
  t.end();
});

t.test('headers add conditions, codes and names, and set the number', (t) => {
  const headers = block({
    'x-envoy-retry-on': 'retriable-status-codes,retriable-headers, nonsense',
    'x-envoy-retry-grpc-on': 'unavailable',
    'x-envoy-max-retries': '7',
    'x-envoy-retriable-status-codes': '404, 4x4,418',
    'x-envoy-retriable-header-names': 'X-One, x-two',
    'x-envoy-hedge-on-per-try-timeout': 'true',
    'x-envoy-upstream-rq-per-try-timeout-ms': '5',
    keep: 'me',
  });
  const chosen = policyOf(policy('reset', { statusCodes: [409] }), headers) as RetryPolicy;
  t.equal(chosen.settings.retries, 7);
  t.same(
    [404, 409, 418, 405].map((status) => chosen.retriesResponse(block({}, status))),
    [true, true, true, false],
  );
  t.ok(chosen.retriesResponse(block({ 'x-two': '' }, 200)));
  t.ok(chosen.retriesResponse(block({ 'grpc-status': '14' }, 200)));
  t.ok(chosen.retriesFault(FAULTS.CONNECTION_TERMINATION, true));
  t.equal(headers.count, 1, 'they do not travel on');
  t.end();
});

t.test('without a policy a request gets one retry when it asks for any', (t) => {
  t.equal(policyOf(null, block({ 'x-envoy-retry-on': '5xx' }))?.settings.retries, 1);
  t.equal(policyOf(null, block({ 'x-envoy-max-retries': '3' })), null, 'a number alone asks for nothing');
  t.equal(policyOf(null, block({ 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': 'x' }))?.settings.retries, 1);
  t.end();
});

t.test('a policy for some requests leaves the others alone', (t) => {
  const some = policy('5xx', { requestTests: [presenceTest(pinName('x-safe'))] });
  t.equal(policyOf(some, block({ 'x-safe': '' })), some);
  t.equal(policyOf(some, block({})), null);
  t.equal(policyOf(some, block({ 'x-envoy-retry-on': 'reset' })), null);
  t.end();
});
