/** `stats_config` read by a real Envoy and by Outrigger: which stats exist, their labels, and the buckets of histograms. */
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';

const ISTIO_TAGS = [
  { tag_name: 'cluster_name', regex: '^cluster\\.((.+?(\\..+?\\.svc\\.cluster\\.local)?)\\.)' },
  { tag_name: 'tcp_prefix', regex: '^tcp\\.((.*?)\\.)\\w+?$' },
  { tag_name: 'response_code', regex: '(response_code=\\.=(.+?);\\.;)|_rq(_(\\.d{3}))$' },
  { tag_name: 'response_code_class', regex: '_rq(_(\\dxx))$' },
  {
    tag_name: 'http_conn_manager_listener_prefix',
    regex: '^listener(?=\\.).*?\\.http\\.(((?:[_.[:digit:]]*|[_\\[\\]aAbBcCdDeEfF[:digit:]]*))\\.)'.replace('(?=\\.)', ''),
  },
  { tag_name: 'http_conn_manager_prefix', regex: '^http\\.(((?:[_.[:digit:]]*|[_\\[\\]aAbBcCdDeEfF[:digit:]]*))\\.)' },
  { tag_name: 'listener_address', regex: '^listener\\.(((?:[_.[:digit:]]*|[_\\[\\]aAbBcCdDeEfF[:digit:]]*))\\.)' },
];

const CASES: Readonly<Record<string, object>> = {
  nothing: {},
  'fixed tags': {
    stats_tags: [
      { tag_name: 'zone', fixed_value: 'b"e\\r' },
      { tag_name: 'envoy.cluster_name', fixed_value: 'q' },
      { tag_name: 'no-value', fixed_value: '' },
      { tag_name: 'zone', fixed_value: 'second' },
    ],
  },
  patterns: {
    stats_tags: [
      { tag_name: 'a', regex: 'upstream(_(rq))' },
      { tag_name: 'b', regex: '^cluster\\..*?(up)' },
      { tag_name: 'c', regex: '(zz)|_cx' },
    ],
  },
  'no built-in tags': {
    use_all_default_tags: false,
    stats_tags: [{ tag_name: 'envoy.cluster_name' }, { tag_name: 'envoy.response_code_class' }],
  },
  overrides: { allow_default_tag_overrides: true, stats_tags: [{ tag_name: 'envoy.cluster_name', regex: '^cluster\\.((ap)p\\.)' }] },
  "Istio's tags": { use_all_default_tags: false, stats_tags: ISTIO_TAGS },
  'an inclusion list': {
    stats_matcher: {
      inclusion_list: { patterns: [{ prefix: 'cluster.app.upstream_rq' }, { safe_regex: { regex: 'http\\.in\\..*_2xx' } }] },
    },
  },
  'an exclusion list': {
    stats_matcher: { exclusion_list: { patterns: [{ contains: 'UPSTREAM', ignore_case: true }, { suffix: 'downstream_rq_time' }] } },
  },
  'reject all': { stats_matcher: { reject_all: true } },
  buckets: {
    histogram_bucket_settings: [
      { match: { prefix: 'cluster' }, bins: 50 },
      { match: { suffix: '_rq_time' }, buckets: [100000, 0.5, 7.25, 1e15, 2] },
      { match: { contains: 'length' }, buckets: [30] },
    ],
  },
};

function bootstrap(stats_config: object, upstream: number): object {
  const type = (name: string) => `type.googleapis.com/envoy.extensions.filters.${name}`;
  const route = { match: { prefix: '/' }, route: { cluster: 'app' } };
  const manager = {
    '@type': type('network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'in',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route] }] },
    http_filters: [{ name: 'router', typed_config: { '@type': type('http.router.v3.Router') } }],
  };
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: loopback(upstream) } }] }];
  return {
    stats_config,
    stats_flush_interval: '0.1s',
    static_resources: {
      listeners: [
        {
          name: 'main',
          stat_prefix: '0.0.0.0_80',
          address: loopback(0),
          filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }],
        },
      ],
      clusters: ['app', 'outbound|80||x.default.svc.cluster.local;'].map((name) => ({
        name,
        type: 'STATIC',
        load_assignment: { cluster_name: name, endpoints },
      })),
    },
  };
}

/** Values of times differ between two runs of one proxy, too. */
function blank(line: string): string {
  if (!/_(time|ms)\b|_(time|ms)_/.test(line) && !line.includes('"buckets"')) return line;
  return line
    .replace(/ [\d.e+]+$/, ' #')
    .replace(/\((nan|[\d.]+),[\d.]+\)/g, '(#)')
    .replace(/("interval"|"cumulative"):[^,}]+/g, '$1');
}

/** The pages by what the traffic counted. */
const PAGES = [
  '/stats?usedonly',
  '/stats/prometheus?usedonly',
  '/stats?usedonly&format=json',
  '/stats?usedonly&histogram_buckets=cumulative',
  '/stats?usedonly&histogram_buckets=disjoint&format=json',
];
const ABOUT = /(upstream_rq|upstream_cx_(total|length)|membership|downstream_rq_(2xx|xx|time|total|2))/;

async function pages(kind: ChildProxy['kind'], config: object, upstream: number): Promise<Record<string, string[]>> {
  const proxy = await startChild(
    kind,
    bootstrap(config, upstream),
    config === CASES['fixed tags'] ? ['--stats-tag', 'cli:a:b', '--stats-tag', 'zone:cli'] : [],
  );
  try {
    const port = proxy.ports.get('main') ?? 0;
    await new Promise<void>((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent: false }, (answer) => answer.resume().on('end', resolve)).on('error', reject);
    });
    const read: Record<string, string[]> = {};
    // Histograms show with the next flush.
    const some = !/reject_all|exclusion/.test(JSON.stringify(config));
    for (let seen = !some; !seen; ) seen = (await proxy.admin('/stats?usedonly')).body.includes('upstream_rq_time: P0');
    for (const page of PAGES) {
      const { body } = await proxy.admin(page);
      read[page] = body
        .replace(/\},\{/g, '},\n{')
        .split('\n')
        .filter((line) => ABOUT.test(line) && !/admin/.test(line))
        .map(blank);
    }
    return read;
  } finally {
    await proxy.stop();
  }
}

const missing = envoyMissing();
// Twenty proxies start.
t.setTimeout(120_000);

t.test('stats_config means what it means in Envoy', { skip: missing ?? false }, async (t) => {
  const backend = createServer((incoming, answer) => incoming.resume().on('end', () => answer.end('ok')));
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  t.teardown(() => backend.closeAllConnections());
  t.teardown(() => backend.close());
  const { port } = backend.address() as AddressInfo;
  for (const [name, config] of Object.entries(CASES)) {
    t.test(name, async (t) => {
      const [envoy, ours] = await Promise.all([pages('envoy', config, port), pages('outrigger', config, port)]);
      for (const page of PAGES) t.strictSame(ours[page], envoy[page], page);
    });
  }
});
