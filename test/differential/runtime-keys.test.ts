/** The same runtime layers in a real Envoy and in Outrigger: what fields with a runtime key do with the values of their keys. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';

const needsEnvoy = { skip: envoyMissing() ?? false };
const type = (name: string) => `type.googleapis.com/envoy.${name}`;
const HTTP = 'extensions.filters.http';

/** Values of every kind; shares of 0 and 100 % so that few requests tell. */
const VALUES: Readonly<Record<string, unknown>> = {
  'n.all': 100,
  'n.none': 0,
  'n.more': 150,
  'n.beyond': 1e21,
  'n.negative': -3,
  'n.small': 0.9,
  'n.true': true,
  'n.false': false,
  'n.text': '100',
  'n.none-text': '0',
  'n.word': 'x',
  'n.word-true': 'true',
  'n.empty': '',
  'n.hex': '0x64',
  'n.plus': '+100',
  'n.spaces': ' 100 ',
  'n.power': '1e2',
  'n.yaml': '{numerator: 100}',
  'f.all': { numerator: 100 },
  'f.none': { numerator: 0 },
  'f.empty': {},
  'f.more': { numerator: 1e6, denominator: 'TEN_THOUSAND' },
  'f.text': { numerator: '100' },
  'f.nonsense': { numerator: 100, denominator: 'NOPE' },
  'f.number': { numerator: 100, denominator: 1 },
  'f.extra': { numerator: 100, more: 1 },
  'f.denominator': { denominator: 'MILLION' },
  'f.negative': { numerator: -1 },
};

const fraction = (key: string, numerator: number) => ({ default_value: { numerator }, runtime_key: key });
const route = (match: object, status: number) => ({ match, direct_response: { status } });
const MATCHES = Object.keys(VALUES).flatMap((key) => [0, 100].map((share) => ({ key, share, path: `/${key}/${share}` })));

function bootstrap(layers: readonly object[], routes: readonly object[], more: object = {}, filters: readonly object[] = []) {
  const hcm = {
    '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'x',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [...filters, { name: 'router', typed_config: { '@type': type(`${HTTP}.router.v3.Router`) } }],
    ...more,
  };
  const chain = { filters: [{ name: 'hcm', typed_config: hcm }] };
  const cluster = (name: string) => ({
    name,
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: [] },
  });
  return {
    layered_runtime: { layers: [...layers, { name: 'admin', admin_layer: {} }] },
    static_resources: {
      listeners: [{ name: 'main', address: loopback(0), filter_chains: [chain] }],
      clusters: [cluster('a'), cluster('b')],
    },
  };
}

async function both(t: { teardown(end: () => Promise<unknown>): void }, file: object): Promise<readonly ChildProxy[]> {
  const pair = await Promise.all([startChild('envoy', file), startChild('outrigger', file)]);
  t.teardown(() => Promise.all(pair.map((proxy) => proxy.stop())));
  return pair;
}

async function statusOf(proxy: ChildProxy, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${proxy.ports.get('main')}${path}`, { headers });
  await response.text();
  return response.status;
}

async function set(proxy: ChildProxy, query: string): Promise<void> {
  const { status } = await proxy.admin(`/runtime_modify?${query}`, 'POST');
  if (status !== 200) throw new Error(`${proxy.kind} answers ${status}`);
}

t.test('a fraction of a route with values of every kind', needsEnvoy, async (t) => {
  const routes = [
    ...MATCHES.map(({ key, share, path }) => route({ path, runtime_fraction: fraction(key, share) }, 201)),
    route({ prefix: '/' }, 200),
  ];
  const pair = await both(t, bootstrap([{ name: 'values', static_layer: VALUES }], routes));
  const table = async (proxy: ChildProxy): Promise<Record<string, string>> => {
    const seen: Record<string, string> = {};
    for (const { path } of MATCHES) {
      const statuses = new Set<number>();
      for (let i = 0; i < 4; i++) statuses.add(await statusOf(proxy, path));
      seen[path] = [...statuses].join();
    }
    return seen;
  };
  const [envoy, outrigger] = pair as [ChildProxy, ChildProxy];
  t.strictSame(await table(outrigger), await table(envoy));
  for (const proxy of pair) {
    t.equal(await statusOf(proxy, '/n.none/0'), 200);
    await set(proxy, 'n.none=100');
    t.equal(await statusOf(proxy, '/n.none/0'), 201, `${proxy.kind}: set while it runs`);
    await set(proxy, 'n.none=');
    t.equal(await statusOf(proxy, '/n.none/0'), 200, `${proxy.kind}: and taken back`);
  }
});

t.test('weights of clusters', needsEnvoy, async (t) => {
  const weights = { clusters: [weighed('a', 100), weighed('b', 0)], runtime_key_prefix: 'weights' };
  const routes = [{ match: { prefix: '/' }, route: { weighted_clusters: weights } }];
  const pair = await both(t, bootstrap([], routes));
  for (const proxy of pair) {
    const chosen = async (): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${proxy.ports.get('main')}/`);
      await response.text();
      return `${response.status} ${response.headers.get('x-cluster')}`;
    };
    t.equal(await chosen(), '503 a', proxy.kind);
    await set(proxy, 'weights.a=0&weights.b=1');
    t.equal(await chosen(), '503 b', proxy.kind);
    await set(proxy, 'weights.b=0');
    t.equal(await chosen(), '404 null', `${proxy.kind}: nothing weighs anything`);
  }
});

function weighed(name: string, weight: number): object {
  return { name, weight, response_headers_to_add: [{ header: { key: 'x-cluster', value: name } }] };
}

t.test('filters of access logs', needsEnvoy, async (t) => {
  const log = (what: string, filter: object) => ({
    name: what,
    filter,
    typed_config: {
      '@type': type('extensions.access_loggers.file.v3.FileAccessLog'),
      path: '%DIR%/access.log',
      log_format: { text_format_source: { inline_string: `${what} %REQ(:PATH)%\n` } },
    },
  });
  const at = (op: string, key: string, value: number) => ({ comparison: { op, value: { default_value: value, runtime_key: key } } });
  const access_log = [
    log('status', { status_code_filter: at('GE', 'log.status', 400) }),
    log('duration', { duration_filter: at('GE', 'log.ms', 1e9) }),
    log('share', { runtime_filter: { runtime_key: 'log.share', percent_sampled: { numerator: 0, denominator: 'MILLION' } } }),
  ];
  const pair = await both(t, bootstrap([], [route({ prefix: '/' }, 200)], { access_log }));
  const logs: string[] = [];
  for (const proxy of pair) {
    await statusOf(proxy, '/before');
    await set(proxy, 'log.status=200&log.ms=0&log.share=1000000');
    await statusOf(proxy, '/after');
    // A whole number stands for parts of the million here, not for per cent.
    await set(proxy, 'log.status=&log.ms=&log.share=100');
    for (let i = 0; i < 20; i++) await statusOf(proxy, '/rarely');
    while (!readFileSync(`${proxy.folder}/access.log`, 'utf8').includes('share /after')) await new Promise(setImmediate);
    logs.push((await proxy.stop()).accessLog);
  }
  t.equal(logs[1], logs[0]);
  t.equal(logs[0], 'status /after\nduration /after\nshare /after\n');
});

t.test('injected faults', needsEnvoy, async (t) => {
  const fault = {
    name: 'fault',
    typed_config: {
      '@type': type(`${HTTP}.fault.v3.HTTPFault`),
      abort: { http_status: 503, percentage: { numerator: 0 } },
      abort_http_status_runtime: 'my.status',
    },
  };
  const pair = await both(t, bootstrap([], [route({ prefix: '/' }, 200)], {}, [fault]));
  const steps = [
    '',
    'fault.http.abort.abort_percent=100',
    'my.status=429',
    'fault.http.c.abort.abort_percent=100&fault.http.c.abort.http_status=418',
    'fault.http.abort.abort_percent=0',
    'fault.http.max_active_faults=0',
  ];
  const seen: string[][] = [];
  for (const proxy of pair) {
    const statuses: string[] = [];
    for (const step of steps) {
      if (step !== '') await set(proxy, step);
      const caller = { 'x-envoy-downstream-service-cluster': 'c' };
      statuses.push(`${step}: ${await statusOf(proxy, '/')} ${await statusOf(proxy, '/', caller)}`);
    }
    seen.push(statuses);
  }
  t.strictSame(seen[1], seen[0]);
});

t.test('limits of circuit breakers', needsEnvoy, async (t) => {
  const file = bootstrap([], [{ match: { prefix: '/' }, route: { cluster: 'near' } }]);
  const near = {
    name: 'near',
    connect_timeout: '1s',
    load_assignment: { cluster_name: 'near', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(1) } }] }] },
  };
  const { static_resources: resources } = file;
  const pair = await both(t, { ...file, static_resources: { ...resources, clusters: [...resources.clusters, near] } });
  const seen: unknown[] = [];
  for (const proxy of pair) {
    const answers: string[] = [];
    for (const step of [
      'other=1',
      'circuit_breakers.near.default.max_pending_requests=0',
      'circuit_breakers.near.default.max_pending_requests=',
    ]) {
      await set(proxy, step);
      const response = await fetch(`http://127.0.0.1:${proxy.ports.get('main')}/`);
      // What the kernel said of a refused connection is worded by each proxy.
      answers.push(`${response.status} ${(await response.text()).replace(/, transport failure.*/, '')}`);
      answers.push((await proxy.admin('/clusters?filter=near')).body.match(/default_priority::max_pending.*/)?.[0] ?? '');
    }
    seen.push(answers);
  }
  t.strictSame(seen[1], seen[0]);
  t.match((seen[0] as string[])[2], /overflow/);
});
