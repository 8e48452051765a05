import t from 'tap';
import { RuntimeValues } from '../base/runtime-values.ts';
import { createSharedCounts } from '../telemetry/shared-counts.ts';
import { createWorkerStats } from '../telemetry/worker-stats.ts';
import { Breakers, DEFAULT_THRESHOLDS } from './circuit-breaker.ts';
import { CLUSTER_STATS, REMAINING_STATS } from './cluster-stats.ts';

const shared = createSharedCounts();

function setUp(name: string, track = false) {
  const scope = createWorkerStats();
  const stats = scope.group('cluster.c.', CLUSTER_STATS);
  const remaining = track ? scope.group('cluster.c.circuit_breakers.default.', REMAINING_STATS) : null;
  const thresholds = { ...DEFAULT_THRESHOLDS, maxRequests: 2, trackRemaining: track };
  return { stats, remaining, breakers: new Breakers(name, [thresholds, DEFAULT_THRESHOLDS], shared, stats, [remaining, null]) };
}

t.test('the gauge is up while the limit is reached', (t) => {
  const { stats, breakers } = setUp('gauge');
  const { requests } = breakers.default;
  const open = (): number => stats.value(CLUSTER_STATS.slot['circuit_breakers.default.rq_open']);
  t.ok(requests.tryAcquire());
  t.equal(open(), 0);
  t.ok(requests.tryAcquire());
  t.equal(open(), 1);
  t.notOk(requests.tryAcquire());
  requests.acquire();
  requests.release();
  t.equal(open(), 1, 'one too many, and now as many as allowed');
  requests.release();
  t.equal(open(), 0);
  t.end();
});

t.test('what remains is shown when asked for', (t) => {
  const { remaining, breakers } = setUp('remaining', true);
  const left = (): number => remaining?.value(REMAINING_STATS.slot.remaining_rq) ?? -1;
  t.equal(left(), 2);
  t.equal(remaining?.value(REMAINING_STATS.slot.remaining_cx), 1024);
  breakers.default.requests.tryAcquire();
  t.equal(left(), 1);
  breakers.default.requests.acquire();
  breakers.default.requests.acquire();
  t.equal(left(), 0, 'never below');
  t.end();
});

t.test('another worker, or the cluster after an update, counts on the same counts', (t) => {
  const one = setUp('shared').breakers;
  const two = setUp('shared').breakers;
  t.ok(one.default.requests.tryAcquire());
  t.ok(two.default.requests.tryAcquire());
  t.notOk(one.default.requests.tryAcquire());
  t.ok(one.of(true).requests.tryAcquire(), 'the high priority has its own');
  t.not(one.of(true), one.default);
  t.equal(one.of(true), one.of(true));
  t.end();
});

t.test('runtime keys change limits', (t) => {
  const values = new RuntimeValues();
  const stats = createWorkerStats().group('cluster.c.', CLUSTER_STATS);
  const budget = { ...DEFAULT_THRESHOLDS, retryBudget: { percent: 20, least: 3 } };
  const breakers = new Breakers('keyed', [budget, DEFAULT_THRESHOLDS], shared, stats, [null, null], values);
  const set = (rows: Readonly<Record<string, number>>) =>
    values.replace(
      Object.entries(rows).map(([key, number]) => [
        `circuit_breakers.keyed.${key}`,
        { text: '', number, integer: number, flag: null, fraction: null },
      ]),
    );
  set({ 'default.max_requests': 0, 'high.max_pending_requests': 7, 'default.retry_budget.min_retry_concurrency': 1 });
  t.equal(breakers.default.requests.tryAcquire(), false);
  t.equal(breakers.of(true).requests.tryAcquire(), true, 'the other priority has its own keys');
  t.equal(breakers.default.retries.limit, 1);
  t.match(breakers.limits('default'), { maxRequests: 0, maxPending: 1024 });
  t.match(breakers.limits('high'), { maxRequests: 1024, maxPending: 7 });
  set({});
  t.equal(breakers.default.requests.tryAcquire(), true);
  t.end();
});

t.test('a muted breaker limits, and touches no slot', (t) => {
  const { stats, breakers } = setUp('muted', true);
  breakers.of(true);
  breakers.mute();
  breakers.default.requests.acquire();
  breakers.default.requests.acquire();
  t.notOk(breakers.default.requests.tryAcquire());
  t.equal(stats.value(CLUSTER_STATS.slot['circuit_breakers.default.rq_open']), 0);
  t.end();
});

t.test('a budget allows retries as a share of what runs and waits, but never less than its least', (t) => {
  const stats = createWorkerStats().group('cluster.c.', CLUSTER_STATS);
  const thresholds = { ...DEFAULT_THRESHOLDS, maxRetries: 0, retryBudget: { percent: 50, least: 1 } };
  const breaker = new Breakers('budget', [thresholds, DEFAULT_THRESHOLDS], shared, stats, [null, null]).default;
  const open = (): number => stats.value(CLUSTER_STATS.slot['circuit_breakers.default.rq_retry_open']);
  t.ok(breaker.retries.tryAcquire(), 'the least');
  t.equal(open(), 1);
  t.notOk(breaker.retries.tryAcquire());
  for (let i = 0; i < 3; i++) breaker.requests.tryAcquire();
  breaker.pending.tryAcquire();
  t.ok(breaker.retries.tryAcquire(), 'half of four');
  t.notOk(breaker.retries.tryAcquire());
  breaker.retries.release();
  t.equal(open(), 0);
  t.end();
});
