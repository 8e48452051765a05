/**
 * The stats of a real Envoy, with names chosen to meet every tag rule, are put into our store and printed: text, JSON and Prometheus
 * form must be Envoy's, byte for byte. Values change between two scrapes, so they are compared for histograms alone.
 */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../../test/support/child-proxy.ts';
import { MergedStats } from './merged-stats.ts';
import { statSpec } from './stats.ts';
import { PrometheusWriter } from './stats-prometheus.ts';
import { EVERYTHING } from './stats-selection.ts';
import { type StatsForm, statsJson, statsText } from './stats-text.ts';
import { createWorkerStats } from './worker-stats.ts';

const HTTP_PREFIXES = [
  'a.b',
  'x.dynamodb.operation.Get',
  'x.dynamodb.table.users.capacity.Get.__partition_id=abcdefg',
  'x.dynamodb.table.users',
  'x.dynamodb.error.users',
  'p.user_agent.ios',
  'p.fault.down',
  'p.ext_authz.auth1',
  'p.rbac.rules',
  'p.rbac.policy.pol',
  'p.rbac.pre.policy.pol2',
  'p.rds.my.route',
  'p.scoped_rds.sc',
  'outbound_0.0.0.0_80;',
  'with space',
  'q-uote"x',
  'back\\slash',
  'unié',
  'p.grpc.svc.meth',
];
const CLUSTERS = [
  'app',
  'a.b',
  'g.grpc.svc.meth',
  'g.grpc.svc',
  'c.ext_authz.e1',
  'outbound|80||x.default.svc.cluster.local;',
  'c.ssl.certificate.mycert',
  'c.ssl.ciphers',
  'c.health_check.name.hc1',
  'x_rq_500',
  'r.rbac.z',
  'rbac.z',
  'policy',
  'semi;colon:colon',
  '10.0.0.1',
];
const LISTENERS = [
  'lname',
  'admin',
  '10.0.0.1_80',
  '[a:b::1]_80',
  'l.http.pre',
  'a.b.c',
  'worker_0',
  'l.ssl.certificate.c1',
  'l.ssl.versions',
];

function bootstrap(backend: number): object {
  const type = (name: string) => `type.googleapis.com/envoy.extensions.filters.${name}`;
  const hcm = (prefix: string) => ({
    name: 'hcm',
    typed_config: {
      '@type': type('network.http_connection_manager.v3.HttpConnectionManager'),
      stat_prefix: prefix,
      route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c0' } }] }] },
      http_filters: [{ name: 'router', typed_config: { '@type': type('http.router.v3.Router') } }],
    },
  });
  const tcp = { name: 'tcp', typed_config: { '@type': type('network.tcp_proxy.v3.TcpProxy'), stat_prefix: 't', cluster: 'c0' } };
  return {
    static_resources: {
      listeners: [
        { name: 'main', address: loopback(0), filter_chains: [{ filters: [hcm('ingress')] }] },
        {
          name: 'names',
          address: loopback(0),
          filter_chains: HTTP_PREFIXES.map((prefix, i) => ({ filter_chain_match: { source_ports: [i + 1] }, filters: [hcm(prefix)] })),
        },
        ...LISTENERS.map((prefix, i) => ({
          name: `l${i}`,
          stat_prefix: prefix,
          address: loopback(0),
          filter_chains: [{ filters: [tcp] }],
        })),
      ],
      clusters: CLUSTERS.map((name, i) => ({
        name: `c${i}`,
        alt_stat_name: name,
        type: 'STATIC',
        track_cluster_stats: { request_response_sizes: true },
        load_assignment: {
          cluster_name: `c${i}`,
          endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(backend) } }] }],
        },
      })),
    },
  };
}

/** Fills our store with what Envoy's admin says. */
async function copy(envoy: ChildProxy): Promise<MergedStats> {
  const groups = new Map<string, Record<'counters' | 'gauges' | 'histograms', Map<string, string>>>();
  const add = (kind: 'counters' | 'gauges' | 'histograms', name: string, value: string) => {
    const end = name.lastIndexOf('.') + 1;
    const prefix = name.slice(0, end);
    if (!groups.has(prefix)) groups.set(prefix, { counters: new Map(), gauges: new Map(), histograms: new Map() });
    groups.get(prefix)?.[kind].set(name.slice(end), value);
  };
  for (const kind of ['counters', 'gauges'] as const) {
    const { body } = await envoy.admin(`/stats?type=${kind === 'counters' ? 'Counters' : 'Gauges'}`);
    for (const line of body.trimEnd().split('\n')) add(kind, line.slice(0, line.lastIndexOf(': ')), line.slice(line.lastIndexOf(': ') + 2));
  }
  const { body } = await envoy.admin('/stats?type=Histograms&histogram_buckets=detailed');
  for (const [, name = '', bins = ''] of body.matchAll(/^(\S.*):(?: No recorded values|\n {2}totals=(.*))\n/gm))
    add('histograms', name, bins);
  const worker = createWorkerStats();
  const stats = new MergedStats();
  stats.attach(worker);
  for (const [prefix, { counters, gauges, histograms }] of groups) {
    const spec = statSpec({ counters: [...counters.keys()], gauges: [...gauges.keys()], histograms: [...histograms.keys()] });
    const group = worker.group(prefix, spec);
    for (const [name, value] of [...counters, ...gauges]) group.set(spec.slot[name] as number, Number(value));
    for (const [name, bins] of histograms) {
      for (const [, left, count] of bins.matchAll(/([\d.e+]+),[\d.e+]+:(\d+)/g)) {
        for (let n = 0; n < Number(count); n++) group.record(spec.histogram[name] as number, Math.round(Number(left)));
      }
    }
  }
  return stats;
}

/** Without values, which change from scrape to scrape; histograms of body sizes keep theirs. */
function shape(text: string): string[] {
  return text
    .split('\n')
    .map((line) => (/^#|_body_size/.test(line) ? line.replace(/\(\S+?,/g, '(?,') : line.replace(/(:?) [^ ]+( P.*)?$/, '$1')));
}

const missing = envoyMissing();

t.test('what Envoy prints is what we print', missing === null ? {} : { skip: missing }, async (t) => {
  const backend = createServer((incoming, answer) => incoming.resume().on('end', () => answer.end('ok')));
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const envoy = await startChild('envoy', { stats_flush_interval: '0.2s', ...bootstrap((backend.address() as AddressInfo).port) });
  try {
    const port = envoy.ports.get('main') ?? 0;
    let total = 0;
    for (const size of [0, 1, 1, 7, 9, 10, 99, 100, 110, 110, 123, 570, 999, 1000, 1100, 12345, 56000, 110_000, 240_000]) {
      total++;
      await new Promise<void>((resolve, reject) => {
        const call = request({ port, host: '127.0.0.1', method: 'POST', path: '/', agent: false }, (answer) =>
          answer.resume().on('end', resolve),
        );
        call.on('error', reject).end(Buffer.alloc(size));
      });
    }
    // Histograms show with the next flush.
    for (let seen = ''; !seen.includes(`envoy_cluster_upstream_rq_body_size_count{envoy_cluster_name="app"} ${total}`); ) {
      seen = (await envoy.admin('/stats?format=prometheus&filter=app.upstream_rq_body_size')).body;
    }
    const stats = await copy(envoy);
    const theirs = async (query: string) => (await envoy.admin(`/stats${query}`)).body;
    const form: StatsForm = { ...EVERYTHING, kind: null, histograms: 'summary' };

    const withoutReadouts = (await theirs('')).replace(/^[^:\n]+: "?[^P"\d\n-].*\n/gm, (line) =>
      line.includes('No recorded') ? line : '',
    );
    t.strictSame(shape([...statsText(stats, form)].join('')), shape(withoutReadouts), 'text');
    for (const histograms of ['cumulative', 'disjoint', 'detailed'] as const) {
      const query = `?filter=app.upstream_r._body_size&histogram_buckets=${histograms}`;
      const mine = { ...form, matches: (name: string) => /app.upstream_r._body_size/.test(name), histograms };
      const blank = (text: string) =>
        text
          .replace(/\(\d+,/g, '(?,')
          .replace(/intervals=.*/g, 'intervals=')
          .replace(/\([^,()]+,/g, '(?,');
      t.strictSame(blank([...statsText(stats, mine)].join('')), blank(await theirs(query)), `text, ${histograms}`);
      const blankJson = (text: string) =>
        text.replace(/"interval":[^},]+/g, '"interval":?').replace(/"intervals":\[[^\]]*\]/g, '"intervals":?');
      t.strictSame(blankJson([...statsJson(stats, mine)].join('')), blankJson(await theirs(`${query}&format=json`)), `JSON, ${histograms}`);
    }
    const names = (body: string) => {
      const parsed = JSON.parse(body) as { stats: { name?: string; histograms?: { computed_quantiles: { name: string }[] } }[] };
      return parsed.stats.flatMap((s) => s.name ?? s.histograms?.computed_quantiles.map((h) => h.name) ?? []);
    };
    t.strictSame(
      names([...statsJson(stats, form)].join('')),
      names(await theirs('?format=json&type=All')).filter((n) => !n.includes('identifier')),
      'JSON',
    );
    t.strictSame(
      shape([...new PrometheusWriter(stats).write({ ...EVERYTHING, kind: null, histograms: 'cumulative' })].join('')),
      shape(await theirs('/prometheus')),
      'Prometheus',
    );
  } finally {
    await envoy.stop();
    backend.close();
  }
});
