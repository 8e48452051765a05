/** The same file in a real Envoy and in Outrigger, each a process of its own: pages and verbs of the admin answer alike, and have like effects. */
import t from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';

const needsEnvoy = { skip: envoyMissing() ?? false };
const type = (name: string) => `type.googleapis.com/envoy.${name}`;

const manager = (name: string) => ({
  '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
  stat_prefix: name,
  route_config: {
    name,
    virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }],
  },
  http_filters: [{ name: 'router', typed_config: { '@type': type('extensions.filters.http.router.v3.Router') } }],
});

const listener = (name: string, direction: string) => ({
  name,
  traffic_direction: direction,
  address: loopback(0),
  filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager(name) }] }],
});

const BOOTSTRAP = {
  layered_runtime: {
    layers: [
      {
        name: 'base',
        static_layer: { a: { b: 1, c: 'x' }, flag: true, n: 1_234_567, half: 1.5, f: { numerator: 5, denominator: 'HUNDRED' } },
      },
      { name: 'over', static_layer: { 'a.b': 2, only: 'here' } },
      { name: 'admin', admin_layer: {} },
    ],
  },
  static_resources: {
    listeners: [listener('in', 'INBOUND'), listener('out', 'OUTBOUND')],
    clusters: [
      {
        name: 'app',
        connect_timeout: '1s',
        load_assignment: { cluster_name: 'app', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(1) } }] }] },
      },
    ],
  },
};

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(proxy: ChildProxy, path: string, question: Question = {}): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${proxy.adminPort}${path}`, { redirect: 'manual', ...question });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

async function both(t: { teardown(end: () => Promise<unknown>): void }): Promise<readonly [envoy: ChildProxy, outrigger: ChildProxy]> {
  const [envoy, outrigger] = await Promise.all([startChild('envoy', BOOTSTRAP), startChild('outrigger', BOOTSTRAP)]);
  t.teardown(() => Promise.all([envoy.stop(), outrigger.stop()]));
  return [envoy, outrigger];
}

/** Lists of commands and of loggers are each proxy's own. */
function comparable({ status, type, body }: Answer): Answer {
  return { status, type, body: body.replace(/(admin commands are|active loggers):[\s\S]*/, '$1') };
}

const post = (path: string, more: Question = {}): readonly [string, Question] => [path, { method: 'POST', ...more }];
const form = { 'content-type': 'application/x-www-form-urlencoded' };

t.test('pages and verbs answer alike', needsEnvoy, async (t) => {
  const [envoy, outrigger] = await both(t);
  const questions: readonly (readonly [string, Question?])[] = [
    ['/ready'],
    ['//ready'],
    ['/ready/'],
    ['/ready', { method: 'OPTIONS' }],
    ['/ready', { method: 'HEAD' }],
    ['/nope'],
    post('/nope'),
    ['/help'],
    ['/contention'],
    ['/hot_restart_version'],
    ['/init_dump'],
    ['/init_dump?mask=listener'],
    ['/init_dump?mask=nope'],
    ['/certs'],
    ...['/runtime_modify', '/reset_counters', '/logging', '/cpuprofiler', '/heapprofiler', '/allocprofiler', '/drain_listeners'].map(
      (path) => [path] as const,
    ),
    post('/runtime_modify'),
    post('/runtime_modify', { headers: { 'content-type': 'text/plain' }, body: 'a=1' }),
    post('/runtime_modify', { headers: form, body: 'formed=a+b%26c&a.c=' }),
    post('/runtime_modify?twice=1&twice=2&a.b=9&spaced=%20a+b%2b&bare&only=', { headers: form, body: 'ignored=1' }),
    post('/runtime_modify?twice='),
    post('/reset_counters'),
    post('/cpuprofiler'),
    post('/cpuprofiler?enable=n'),
    post('/cpuprofiler?enable=maybe'),
    post('/heapprofiler?enable=y'),
    post('/allocprofiler?enable=maybe'),
    post('/logging?level=off'),
    post('/logging?nope=off'),
    post('/logging?level=nope'),
    post('/logging?paths=admin'),
    post('/logging?paths=admin:off,nope:off'),
    post('/logging?group=admin:off'),
    post('/logging?level=info&paths=admin:off'),
    post('/healthcheck/fail'),
    ['/ready'],
    post('/healthcheck/ok'),
    ['/ready'],
    post('/reopen_logs'),
    ['/config_dump?resource=nope'],
    ['/config_dump?mask=nope'],
    ['/config_dump?name_regex=('],
  ];
  for (const [path, question = {}] of questions) {
    const [theirs, ours] = [await ask(envoy, path, question), await ask(outrigger, path, question)];
    t.strictSame(comparable(ours), comparable(theirs), `${question.method ?? 'GET'} ${path}`);
  }
  const runtime = async (proxy: ChildProxy): Promise<unknown> =>
    // Envoy marks texts that are for people; how many spaces follow differs from process to process.
    JSON.parse((await ask(proxy, '/runtime')).body.replaceAll(/goo\.gle\/debug\w+ *\\n/g, ''));
  t.strictSame(await runtime(outrigger), await runtime(envoy), '/runtime');
  const counted = async (proxy: ChildProxy) =>
    (await ask(proxy, '/stats?filter=^runtime')).body.split('\n').filter((line) => !line.includes('deprecated'));
  t.strictSame(await counted(outrigger), await counted(envoy), 'counters of the runtime');
});

t.test('paths that may be asked for', needsEnvoy, async (t) => {
  const allow_paths = [{ exact: '/ready' }, { prefix: '/stats' }, { safe_regex: { regex: '/nop.' } }];
  const file = { admin: { address: loopback(0), allow_paths: [...allow_paths, { prefix: '/listeners' }] } };
  const pair = await Promise.all([startChild('envoy', file), startChild('outrigger', file)]);
  t.teardown(() => Promise.all(pair.map((proxy) => proxy.stop())));
  for (const path of ['/ready', '/ready?x=1', '//ready', '/help', '/stats?filter=^nothing', '/statsx', '/nope', '/', '/quitquitquit']) {
    const [theirs, ours] = await Promise.all(pair.map((proxy) => ask(proxy, path)));
    t.strictSame(comparable(ours as Answer), comparable(theirs as Answer), path);
  }
});

t.test('every command of Envoy is there', needsEnvoy, async (t) => {
  const [envoy, outrigger] = await both(t);
  const commands = async (proxy: ChildProxy) =>
    (await ask(proxy, '/help')).body.match(/^ {2}\/[^\s:]*( \(POST\))?/gm)?.map((line) => line.trim()) ?? [];
  const ours = new Set(await commands(outrigger));
  t.strictSame(
    (await commands(envoy)).filter((each) => !ours.has(each)),
    [],
  );
  const page = await ask(outrigger, '/');
  t.strictSame([page.status, page.type], [200, (await ask(envoy, '/')).type]);
});

t.test('counters start again at zero, gauges stay', needsEnvoy, async (t) => {
  const pair = await both(t);
  for (const proxy of pair) {
    await (await fetch(`http://127.0.0.1:${proxy.ports.get('in')}/`)).text();
    await ask(proxy, '/reset_counters', { method: 'POST' });
    const { body } = await ask(
      proxy,
      '/stats?filter=^http.in.downstream_rq_(2xx|total)$|^listener_manager.(total_listeners_active|listener_added)$',
    );
    t.strictSame(
      body.trim().split('\n'),
      [
        'http.in.downstream_rq_2xx: 0',
        'http.in.downstream_rq_total: 0',
        'listener_manager.listener_added: 0',
        'listener_manager.total_listeners_active: 2',
      ],
      proxy.kind,
    );
  }
});

/** What a new connection to a listener gets. */
async function reach(proxy: ChildProxy, name: string): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${proxy.ports.get(name)}/`, { headers: { connection: 'close' } });
    await response.text();
    return String(response.status);
  } catch {
    return 'refused';
  }
}

async function told(proxy: ChildProxy, name: string): Promise<string | null> {
  const response = await fetch(`http://127.0.0.1:${proxy.ports.get(name)}/`);
  await response.text();
  return response.headers.get('connection');
}

for (const [query, stopped] of [
  ['', ['in', 'out']],
  ['?inboundonly', ['in']],
  ['?graceful', []],
  ['?skip_exit', []],
  ['?graceful&skip_exit', []],
] as const) {
  t.test(`/drain_listeners${query} stops ${stopped.length === 0 ? 'nothing at once' : stopped.join(' and ')}`, needsEnvoy, async (t) => {
    const pair = await both(t);
    for (const proxy of pair) {
      t.strictSame(await ask(proxy, `/drain_listeners${query}`, { method: 'POST' }), {
        status: 200,
        type: 'text/plain; charset=UTF-8',
        body: 'OK\n',
      });
      // Stopping takes its way through the workers.
      if (stopped.length > 0) while ((await reach(proxy, 'in')) !== 'refused') await new Promise(setImmediate);
      for (const name of ['in', 'out'] as const) {
        t.equal(await reach(proxy, name), (stopped as readonly string[]).includes(name) ? 'refused' : '200', `${proxy.kind} ${name}`);
      }
      t.equal((await ask(proxy, '/ready')).body, 'LIVE\n', `${proxy.kind} stays ready`);
    }
  });
}

t.test('while health checks fail, answers say that the connection goes', needsEnvoy, async (t) => {
  const pair = await both(t);
  for (const proxy of pair) {
    await ask(proxy, '/healthcheck/fail', { method: 'POST' });
    t.equal(await told(proxy, 'in'), 'close', `${proxy.kind} fails`);
    t.match((await ask(proxy, '/server_info')).body, /"state": "DRAINING"/);
    await ask(proxy, '/healthcheck/ok', { method: 'POST' });
    t.not(await told(proxy, 'in'), 'close', `${proxy.kind} passes again`);
  }
});
