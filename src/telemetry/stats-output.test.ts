import t from 'tap';
import { MergedStats } from './merged-stats.ts';
import { statSpec } from './stats.ts';
import { type PrometheusForm, PrometheusWriter } from './stats-prometheus.ts';
import { EVERYTHING } from './stats-selection.ts';
import { type StatsForm, statsJson, statsText } from './stats-text.ts';
import { createWorkerStats } from './worker-stats.ts';

const CLUSTER = statSpec({ counters: ['upstream_rq_total'], gauges: ['upstream_rq_active'], histograms: ['upstream_rq_time'] });
const SERVER = statSpec({ gauges: ['live', 'state'] });

function scene() {
  const worker = createWorkerStats();
  const stats = new MergedStats();
  stats.attach(worker);
  return { worker, stats };
}

function text(stats: MergedStats, form: Partial<StatsForm> = {}): string {
  return [...statsText(stats, { ...EVERYTHING, kind: null, histograms: 'summary', ...form })].join('');
}

function json(stats: MergedStats, form: Partial<StatsForm> = {}): string {
  return [...statsJson(stats, { ...EVERYTHING, kind: null, histograms: 'summary', ...form })].join('');
}

function prometheus(writer: PrometheusWriter, form: Partial<PrometheusForm> = {}): string {
  return [...writer.write({ ...EVERYTHING, kind: null, histograms: 'cumulative', ...form })].join('');
}

t.test('names are in byte order, also where one prefix begins with another', async (t) => {
  const { worker, stats } = scene();
  for (const prefix of ['cluster.a.zone.', 'cluster.a-b.', 'cluster.a.', 'cluster.a.ext.']) {
    worker.group(prefix, statSpec({ counters: ['m', 'zz'], gauges: ['b'] }));
  }
  const names = text(stats).trimEnd().split('\n');
  t.equal(names.length, 12);
  t.same(names, [...names].sort());
});

t.test('a status code is a line of its own among the counters', async (t) => {
  const { worker, stats } = scene();
  const group = worker.group('cluster.app.', CLUSTER);
  group.dynamic('upstream_rq_503').inc();
  group.dynamic('upstream_rq_200').inc();
  t.equal(
    text(stats),
    `cluster.app.upstream_rq_200: 1
cluster.app.upstream_rq_503: 1
cluster.app.upstream_rq_active: 0
cluster.app.upstream_rq_total: 0
cluster.app.upstream_rq_time: No recorded values
`,
  );
});

t.test('usedonly keeps what was written, a gauge of zero too', async (t) => {
  const { worker, stats } = scene();
  worker.group('cluster.app.', CLUSTER);
  worker.group('server.', SERVER).set(SERVER.slot.state, 0);
  t.equal(text(stats, { usedOnly: true }), 'server.state: 0\n');
  t.equal(json(stats, { usedOnly: true }), '{"stats":[{"name":"server.state","value":0}]}');
  t.equal(prometheus(new PrometheusWriter(stats), { usedOnly: true }), '# TYPE envoy_server_state gauge\nenvoy_server_state{} 0\n');
});

t.test('a filter and a type select', async (t) => {
  const { worker, stats } = scene();
  worker.group('cluster.app.', CLUSTER).inc(0);
  worker.group('server.', SERVER);
  t.equal(text(stats, { matches: (name) => name.startsWith('server') }), 'server.live: 0\nserver.state: 0\n');
  t.equal(text(stats, { kind: 'counter' }), 'cluster.app.upstream_rq_total: 1\n');
  t.equal(text(stats, { kind: 'histogram' }), 'cluster.app.upstream_rq_time: No recorded values\n');
  t.equal(json(stats, { matches: () => false }), '{"stats":[]}');
});

t.test('histograms have an interval and a cumulative value for each quantile', async (t) => {
  const { worker, stats } = scene();
  const group = worker.group('cluster.app.', CLUSTER);
  group.record(0, 5);
  const alone = { kind: 'histogram' } as const;
  t.match(
    text(stats, alone),
    /^cluster\.app\.upstream_rq_time: P0\(nan,5\.05\) P25\(nan,5\.05\) .* P99\.5\(nan,5\.05\) P99\.9\(nan,5\.05\) P100\(nan,5\.05\)\n$/,
  );
  stats.rotate();
  group.record(0, 300);
  t.match(text(stats, alone), /P0\(5\.05,5\.05\) .* P100\(5\.05,305\)\n$/);
  t.equal(
    text(stats, { ...alone, histograms: 'detailed' }).split('\n  summary')[0],
    'cluster.app.upstream_rq_time:\n  totals=5,0.1:1, 300,10:1\n  intervals=5,0.1:1',
  );
  t.match(text(stats, { ...alone, histograms: 'cumulative' }), / B5\(1,1\) .* B500\(1,2\) .* B1\.8e\+06\(1,2\) B3\.6e\+06\(1,2\)\n$/);
  t.match(text(stats, { ...alone, histograms: 'disjoint' }), / B5\(1,1\) B10\(0,0\) .* B500\(0,1\) B1000\(0,0\)/);
  t.match(JSON.parse(json(stats, alone)), {
    stats: [
      { histograms: { computed_quantiles: [{ name: 'cluster.app.upstream_rq_time', values: [{ cumulative: 5.05, interval: 5.05 }] }] } },
    ],
  });
  t.match(JSON.parse(json(stats, { ...alone, histograms: 'detailed' })), {
    stats: [{ histograms: { details: [{ totals: [{ lower_bound: 5, width: 0.1, count: 1 }, { lower_bound: 300 }] }] } }],
  });
  t.match(JSON.parse(json(stats, { ...alone, histograms: 'cumulative' })), {
    stats: [{ histograms: [{ buckets: [{ upper_bound: 0.5, interval: 0, cumulative: 0 }, { upper_bound: 1 }, { cumulative: 1 }] }] }],
  });
});

t.test('Prometheus lines of one metric stand together, labels come from the names', async (t) => {
  const { worker, stats } = scene();
  const writer = new PrometheusWriter(stats);
  for (const name of ['b', 'a']) {
    const group = worker.group(`cluster.${name}.`, CLUSTER);
    group.inc(0);
    group.dynamic('upstream_rq_200').inc();
  }
  const expected = `# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="a"} 1
envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="b"} 1
# TYPE envoy_cluster_upstream_rq_total counter
envoy_cluster_upstream_rq_total{envoy_cluster_name="a"} 1
envoy_cluster_upstream_rq_total{envoy_cluster_name="b"} 1
# TYPE envoy_cluster_upstream_rq_active gauge
envoy_cluster_upstream_rq_active{envoy_cluster_name="a"} 0
envoy_cluster_upstream_rq_active{envoy_cluster_name="b"} 0
`;
  const values = (form: Partial<PrometheusForm>) =>
    prometheus(writer, { kind: 'counter', ...form }) + prometheus(writer, { kind: 'gauge', ...form });
  t.equal(values({}), expected);
  worker.group('cluster.c.', CLUSTER).inc(0);
  t.match(values({}), /upstream_rq_total\{envoy_cluster_name="c"\} 1/, 'a new cluster shows');
});

t.test('Prometheus histograms have buckets, a sum and a count', async (t) => {
  const { worker, stats } = scene();
  worker.group('plain.', statSpec({ histograms: ['time'] })).record(0, 30);
  const lines = prometheus(new PrometheusWriter(stats)).split('\n');
  t.equal(lines[0], '# TYPE envoy_plain_time histogram');
  t.equal(lines[1], 'envoy_plain_time_bucket{le="0.5"} 0');
  t.equal(lines[19], 'envoy_plain_time_bucket{le="3600000"} 1');
  t.equal(lines[20], 'envoy_plain_time_bucket{le="+Inf"} 1');
  t.match(lines[21], /^envoy_plain_time_sum\{\} 30\.49\d+$/);
  t.equal(lines[22], 'envoy_plain_time_count{} 1');
});

t.test('a tag ends at the first dot, and is escaped', async (t) => {
  const { worker, stats } = scene();
  worker.group('cluster.outbound|80||a"c"\\.b.', CLUSTER).inc(0);
  t.equal(
    prometheus(new PrometheusWriter(stats), { kind: 'counter' }),
    '# TYPE envoy_cluster_b_upstream_rq_total counter\nenvoy_cluster_b_upstream_rq_total{envoy_cluster_name="outbound|80||a\\"c\\"\\\\"} 1\n',
  );
});

t.test('a tag value that also ends a word of the prefix is found in its place', async (t) => {
  const { worker, stats } = scene();
  worker.group('cluster.r.', CLUSTER, [{ name: 'envoy.cluster_name', value: 'r' }]);
  t.match(prometheus(new PrometheusWriter(stats), { kind: 'counter' }), 'envoy_cluster_upstream_rq_total{envoy_cluster_name="r"} 0');
});

t.test('two groups that count under one name are one line', async (t) => {
  const { worker, stats } = scene();
  worker.group('http.in.', statSpec({ counters: ['a', 'rq'] })).add(1, 2);
  worker.group('http.in.', statSpec({ counters: ['b', 'rq'] })).add(1, 3);
  t.match(text(stats), 'http.in.rq: 5\n');
  t.match(prometheus(new PrometheusWriter(stats)), '# TYPE envoy_http_rq counter\nenvoy_http_rq{envoy_http_conn_manager_prefix="in"} 5\n');
});
