import t from 'tap';
import { TestCluster } from '../../../test/support/upstream-doubles.ts';
import { FAULTS } from '../../http/faults.ts';
import { pinName } from '../../http/header-name.ts';
import { Headers } from '../../http/headers.ts';
import { httpConditions } from './conditions.ts';
import { NO_RETRIES, RetryPolicy, type RetrySettings } from './retry-policy.ts';
import { RETRY_LIMIT, RETRY_NO, RETRY_OVERFLOW, RETRY_YES, RetryState } from './retry-state.ts';

function setUp(settings: Partial<RetrySettings> = {}, maxRetries = 3) {
  const cluster = new TestCluster({ hosts: [{}, {}], thresholds: { maxRetries } });
  const policy = new RetryPolicy({ ...NO_RETRIES, conditions: httpConditions('5xx'), ...settings });
  const make = () => new RetryState(policy, cluster.state, false);
  return { cluster, make, state: make() };
}

function answer(status: number, name = '', value = ''): Headers {
  const headers = new Headers();
  headers.status = status;
  if (name !== '') headers.add(pinName(name), value);
  return headers;
}

t.test('as many retries as the policy says, and then the limit', (t) => {
  const { cluster, state } = setUp({ retries: 2 });
  t.equal(state.onResponse(answer(503), null, 0), RETRY_YES);
  t.equal(state.onFault(FAULTS.CONNECTION_TERMINATION, null, true), RETRY_YES);
  t.equal(state.onResponse(answer(503), null, 0), RETRY_LIMIT);
  t.match(cluster.counted, { upstream_rq_retry: 2, upstream_rq_retry_limit_exceeded: 1 });
  t.notOk('upstream_rq_retry_success' in cluster.counted);
  t.end();
});

t.test('a retry that ends in an answer is a success, a first answer is none', (t) => {
  const { cluster, state, make } = setUp();
  t.equal(make().onResponse(answer(200), null, 0), RETRY_NO);
  t.notOk('upstream_rq_retry_success' in cluster.counted);
  state.onResponse(answer(500), null, 0);
  t.equal(state.onResponse(answer(200), null, 0), RETRY_NO);
  t.equal(cluster.counted['upstream_rq_retry_success'], 1);
  t.end();
});

t.test('the circuit breaker bounds retries that run at one time', (t) => {
  const { cluster, state, make } = setUp({ retries: 5 }, 1);
  const other = make();
  t.equal(state.onResponse(answer(503), null, 0), RETRY_YES);
  t.equal(cluster.stat('circuit_breakers.default.rq_retry_open'), 1);
  t.equal(other.onResponse(answer(503), null, 0), RETRY_OVERFLOW);
  t.equal(cluster.counted['upstream_rq_retry_overflow'], 1);
  state.release();
  state.release();
  t.equal(other.onResponse(answer(503), null, 0), RETRY_YES);
  other.release();
  t.equal(cluster.stat('circuit_breakers.default.rq_retry_open'), 0);
  t.end();
});

t.test('a request that some attempt has sent is not reset before it', (t) => {
  const { state } = setUp({ conditions: httpConditions('reset-before-request'), retries: 9 });
  t.equal(state.onFault(FAULTS.CONNECT_FAILURE, null, false), RETRY_YES);
  t.equal(state.onFault(FAULTS.CONNECTION_TERMINATION, null, true), RETRY_NO);
  t.equal(state.onFault(FAULTS.CONNECT_FAILURE, null, false), RETRY_NO);
  t.end();
});

t.test('back-offs double up to their maximum, with full jitter', (t) => {
  const { cluster, state } = setUp({ baseMs: 25, maxMs: 90 });
  t.same(
    [0.999, 0.999, 0.999, 0.5].map((random) => state.nextBackOff(random)),
    [24, 49, 89, 45],
  );
  t.equal(cluster.counted['upstream_rq_retry_backoff_exponential'], 4);
  t.end();
});

t.test('an upstream may say when to come back', (t) => {
  const reset = {
    resetHeaders: [
      { name: pinName('retry-after'), absolute: false },
      { name: pinName('x-reset'), absolute: true },
    ],
    retries: 9,
  };
  const after = (name: string, value: string, wall = 1_000_000) => {
    const { state } = setUp({ ...reset, resetMaxMs: 10_000 });
    state.onResponse(answer(503, name, value), null, wall);
    return state.nextBackOff(0.5);
  };
  t.equal(after('retry-after', '2'), 2500);
  t.equal(after('x-reset', '1004'), 5000);
  t.equal(after('x-reset', '999'), 12, 'a time that has passed means nothing');
  t.equal(after('retry-after', '11'), 12, 'nor does one too far away');
  t.equal(after('retry-after', 'soon'), 12);
  const { cluster, state } = setUp(reset);
  state.onResponse(answer(503, 'retry-after', '1'), null, 0);
  state.nextBackOff(0);
  state.onResponse(answer(503), null, 0);
  t.equal(state.nextBackOff(0.5), 12, 'it holds for one retry');
  t.equal(cluster.counted['upstream_rq_retry_backoff_ratelimited'], 1);
  t.end();
});

t.test('hosts are rejected by the predicates of the policy', (t) => {
  const { cluster, state } = setUp({ predicates: [{ rejects: (host, tried) => tried.includes(host) }], repicks: 5 });
  t.equal(state.repicks, 5);
  state.onFault(FAULTS.CONNECT_FAILURE, cluster.host(0), false);
  t.same([state.rejects(cluster.host(0)), state.rejects(cluster.host(1))], [true, false]);
  t.equal(setUp().state.repicks, 0, 'without predicates nothing is picked again');
  t.end();
});
