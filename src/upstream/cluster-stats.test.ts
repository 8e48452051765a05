import t from 'tap';
import type { AnyStatSpec, DynamicCounter, StatGroup, StatsScope } from '../telemetry/stats.ts';
import { CLUSTER_STATS, ResponseStats, statPrefix } from './cluster-stats.ts';

/** Counts by full name. */
class NamedScope implements StatsScope {
  readonly counts = new Map<string, number>();
  readonly times: string[] = [];
  released = 0;

  group(prefix: string, spec: AnyStatSpec): StatGroup {
    const add = (name: string): void => void this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const names = [...spec.counters, ...spec.gauges];
    return {
      inc: (slot) => add(`${prefix}${names[slot]}`),
      add() {},
      dec() {},
      set() {},
      value: () => 0,
      record: (histogram, value) => this.times.push(`${prefix}${spec.histograms[histogram]} ${value}`),
      dynamic: (name): DynamicCounter => ({ inc: () => add(`${prefix}${name}`) }),
    };
  }

  release(): void {
    this.released++;
  }
}

function setUp() {
  const scope = new NamedScope();
  const group = scope.group('cluster.c.', CLUSTER_STATS);
  return { scope, responses: new ResponseStats(scope, 'cluster.c.', [], group) };
}

t.test('a response counts by code, family and origin, as Envoy names them', (t) => {
  const { scope, responses } = setUp();
  responses.charge(200, false);
  responses.charge(200, false);
  responses.charge(503, true);
  t.same(Object.fromEntries([...scope.counts].sort()), {
    'cluster.c.external.upstream_rq_200': 2,
    'cluster.c.external.upstream_rq_2xx': 2,
    'cluster.c.external.upstream_rq_completed': 2,
    'cluster.c.internal.upstream_rq_503': 1,
    'cluster.c.internal.upstream_rq_5xx': 1,
    'cluster.c.internal.upstream_rq_completed': 1,
    'cluster.c.upstream_rq_200': 2,
    'cluster.c.upstream_rq_2xx': 2,
    'cluster.c.upstream_rq_503': 1,
    'cluster.c.upstream_rq_5xx': 1,
    'cluster.c.upstream_rq_completed': 3,
  });
  t.end();
});

t.test('a response that is retried counts apart, and nowhere else', (t) => {
  const { scope, responses } = setUp();
  responses.chargeRetry(503);
  responses.chargeRetry(503);
  t.same(Object.fromEntries([...scope.counts].sort()), {
    'cluster.c.retry.upstream_rq_503': 2,
    'cluster.c.retry.upstream_rq_5xx': 2,
    'cluster.c.retry.upstream_rq_completed': 2,
  });
  t.end();
});

t.test('a status of no family is unknown', (t) => {
  const { scope, responses } = setUp();
  responses.charge(777, false);
  t.equal(scope.counts.get('cluster.c.upstream_rq_unknown'), 1);
  t.equal(scope.counts.get('cluster.c.upstream_rq_777'), 1);
  t.end();
});

t.test('times are recorded twice, under the cluster and under the origin', (t) => {
  const { scope, responses } = setUp();
  responses.recordTime(3, false);
  responses.recordTime(4, true);
  t.same(scope.times, [
    'cluster.c.upstream_rq_time 3',
    'cluster.c.external.upstream_rq_time 3',
    'cluster.c.upstream_rq_time 4',
    'cluster.c.internal.upstream_rq_time 4',
  ]);
  responses.release();
  t.equal(scope.released, 3);
  responses.charge(200, false);
  responses.recordTime(1, false);
  t.equal(scope.counts.size, 0);
  t.equal(scope.times.length, 4);
  t.end();
});

t.test('colons do not get into stat names', (t) => {
  t.equal(statPrefix('outbound|80||app.default.svc'), 'cluster.outbound|80||app.default.svc.');
  t.equal(statPrefix('https://a:443'), 'cluster.https_a_443.');
  t.end();
});

t.test('slots are sorted and complete', (t) => {
  for (const names of [CLUSTER_STATS.counters, CLUSTER_STATS.gauges]) t.same(names, [...names].sort());
  t.same(
    CLUSTER_STATS.replicated.filter((name) => !(name in CLUSTER_STATS.slot)),
    [],
  );
  t.end();
});
