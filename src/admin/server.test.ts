import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ask, FakeView } from '../../test/support/admin-view.ts';
import { fromJson } from '../api/index.ts';
import { ipAddress } from '../base/address.ts';
import { Loggers } from '../base/log.ts';
import { RuntimeLayers } from '../runtime/runtime-layers.ts';
import { statSpec } from '../telemetry/stats.ts';
import { startAdmin } from './server.ts';
import { SERVER_STATES } from './view.ts';

async function scene(t: { teardown(end: () => Promise<void>): void }) {
  const view = new FakeView();
  const server = await startAdmin({ address: ipAddress('127.0.0.1', 0), view, loggers: view.loggers });
  t.teardown(() => server.close());
  const get = (path: string) => ask(server, path);
  const post = (path: string) => ask(server, path, 'POST');
  return { view, server, get, post };
}

const TEXT = 'text/plain; charset=UTF-8';

t.test('/ready tells the state, and is 200 only when live', async (t) => {
  const { view, get } = await scene(t);
  for (const state of SERVER_STATES) {
    view.state = state;
    t.same(await get('/ready'), { status: state === 'LIVE' ? 200 : 503, type: TEXT, body: `${state}\n` });
  }
  t.equal((await get('/ready?x=1')).status, 503);
});

t.test('answers have the headers that Envoy sends', async (t) => {
  const { server } = await scene(t);
  const response = await fetch(`http://127.0.0.1:${server.address.kind === 'ip' ? server.address.port : 0}/ready`);
  await response.text();
  t.equal(response.headers.get('cache-control'), 'no-cache, max-age=0');
  t.equal(response.headers.get('x-content-type-options'), 'nosniff');
  t.equal(response.headers.get('server'), 'envoy');
  t.match(response.headers.get('date'), /GMT$/);
});

t.test('an unknown path answers with the list of commands', async (t) => {
  const { get, post } = await scene(t);
  const { status, body } = await get('/nope');
  t.equal(status, 404);
  t.match(body, /^invalid path\. admin commands are:\n {2}\/: Admin home page\n/);
  t.equal((await get('/ready/')).status, 404);
  t.equal((await post('/nope')).status, 404);
  t.equal((await get('/help')).body, body.replace('invalid path. ', ''));
  t.match(body, /\n {2}\/quitquitquit \(POST\): exit the server\n/);
});

t.test('what changes something needs a POST', async (t) => {
  const { view, get, post, server } = await scene(t);
  for (const path of ['/logging', '/drain_listeners', '/quitquitquit', '/healthcheck/fail', '/healthcheck/ok', '/reopen_logs']) {
    t.same(await get(path), { status: 405, type: TEXT, body: 'Method GET not allowed, POST required.' }, path);
  }
  t.equal((await ask(server, '/quitquitquit', 'PUT')).body, 'Method PUT not allowed, POST required.');
  t.same(view.told, []);
  const calls = [
    '/drain_listeners',
    '/drain_listeners?inboundonly&graceful&skip_exit',
    '/healthcheck/fail',
    '/healthcheck/ok',
    '/reopen_logs',
    '/quitquitquit',
  ];
  for (const path of calls) t.same(await post(path), { status: 200, type: TEXT, body: 'OK\n' }, path);
  t.same(view.told, [
    ['drain', { inboundOnly: false, graceful: false, skipExit: false }],
    ['drain', { inboundOnly: true, graceful: true, skipExit: true }],
    ['healthcheck failed', true],
    ['healthcheck failed', false],
    'reopen',
    'quit',
  ]);
});

t.test('the answer to /quitquitquit arrives before the process goes', async (t) => {
  const { view, server, post } = await scene(t);
  view.quit = () => void server.close();
  t.equal((await post('/quitquitquit')).body, 'OK\n');
});

t.test('pages that read take any method, HEAD without a body', async (t) => {
  const { server, post } = await scene(t);
  t.equal((await post('/ready')).body, 'LIVE\n');
  t.same(await ask(server, '/ready', 'HEAD'), { status: 200, type: TEXT, body: '' });
});

t.test('/logging tells and changes levels', async (t) => {
  const { post } = await scene(t);
  const levels = (admin: string, http: string, main: string) => `active loggers:\n  admin: ${admin}\n  http: ${http}\n  main: ${main}\n\n`;
  t.same(await post('/logging'), { status: 200, type: TEXT, body: levels('warning', 'warning', 'warning') });
  t.equal((await post('/logging?level=info')).body, levels('info', 'info', 'info'));
  t.equal((await post('/logging?http=debug')).body, levels('info', 'debug', 'info'));
  t.equal((await post('/logging?paths=admin:off,http:warn')).body, levels('off', 'warning', 'info'));
  t.equal((await post('/logging?paths=&level=')).body, levels('off', 'warning', 'info'), 'as the form of the home page sends it');
  const refused: [string, string][] = [
    ['level=nope', 'unknown logger level'],
    ['nope=debug', 'unknown logger name'],
    ['paths=main:debug,nope:debug', 'unknown logger name'],
    ['paths=main', 'empty logger name or empty logger level'],
    ['admin=info&main=debug', 'invalid number of parameters'],
  ];
  for (const [query, error] of refused) {
    const { status, body } = await post(`/logging?${query}`);
    t.equal(status, 400, query);
    t.match(body, `error: ${error}\n\nusage: /logging?<name>=<level> (change single level)\n`, query);
    t.ok(body.endsWith(levels('off', 'warning', 'info')), 'nothing was changed');
  }
});

t.test('/server_info has every flag, set or not', async (t) => {
  const { get } = await scene(t);
  const { body, type } = await get('/server_info');
  t.equal(type, 'application/json');
  t.match(
    body,
    /^\{\n "version": "outrigger-[\d.]+\/1\.40\.0\/Clean\/RELEASE\/Node",\n "state": "LIVE",\n "uptime_current_epoch": "4s",\n/,
  );
  t.match(JSON.parse(body), {
    hot_restart_version: 'disabled',
    command_line_options: {
      concurrency: 2,
      config_path: 'envoy.yaml',
      config_yaml: '',
      mode: 'Serve',
      disabled_extensions: [],
      base_id: '0',
    },
    hot_restart_initializing: false,
  });
});

t.test('/server_info shows no keys that came with the command line', async (t) => {
  const { view, get } = await scene(t);
  const shown = async (configYaml: string): Promise<unknown> => {
    view.commandLine = { configYaml };
    return (JSON.parse((await get('/server_info')).body) as { command_line_options: { config_yaml: string } }).command_line_options
      .config_yaml;
  };
  t.equal(await shown('{admin: {}}'), '{admin: {}}');
  for (const text of ['{tls_certificate: {privateKey: {inline_string: x}}}', 'private_key: x', 'generic_secret: {}', 'password: {}']) {
    t.equal(await shown(text), '[redacted]', text);
  }
});

t.test('/listeners tells real addresses, in text and in JSON', async (t) => {
  const { view, get } = await scene(t);
  const listener = { direction: 'outbound', activeConnections: 0, state: 'active' } as const;
  view.listenerStatuses = [
    { ...listener, name: 'a', addresses: ['127.0.0.1:80', '[::1]:80'] },
    { ...listener, name: 'p', addresses: ['/tmp/x'] },
    { ...listener, name: 'gone', addresses: ['127.0.0.1:81'], state: 'draining' },
  ];
  t.equal((await get('/listeners')).body, 'a::127.0.0.1:80\na::[::1]:80\np::/tmp/x\n');
  t.same(JSON.parse((await get('/listeners?format=json')).body), {
    listener_statuses: [
      {
        name: 'a',
        local_address: { socket_address: { address: '127.0.0.1', port_value: 80 } },
        additional_local_addresses: [{ socket_address: { address: '::1', port_value: 80 } }],
      },
      { name: 'p', local_address: { pipe: { path: '/tmp/x' } } },
    ],
  });
});

t.test('/memory and /certs', async (t) => {
  const { get } = await scene(t);
  const memory = JSON.parse((await get('/memory')).body) as Record<string, string>;
  t.same(Object.keys(memory), [
    'allocated',
    'heap_size',
    'pageheap_unmapped',
    'pageheap_free',
    'total_thread_cache',
    'total_physical_bytes',
  ]);
  t.ok(Number(memory['total_physical_bytes']) > 1e6);
  t.same(await get('/certs'), { status: 200, type: 'application/json', body: '{\n "certificates": []\n}\n' });
});

t.test('the home page has a link or a form for every command', async (t) => {
  const { get } = await scene(t);
  const { body, type } = await get('/');
  t.equal(type, 'text/html; charset=UTF-8');
  t.match(body, "<a href='ready'>ready</a>");
  t.match(body, "<form action='quitquitquit' method='post'><button>quitquitquit</button></form>");
  t.match(body, "<select name='histogram_buckets'><option>cumulative</option>");
});

t.test('/stats in all its forms', async (t) => {
  const { view, get } = await scene(t);
  const spec = statSpec({ counters: ['rq_total'], gauges: ['rq_active'], histograms: ['rq_time'] });
  const group = view.worker.group('cluster.app.', spec);
  group.inc(spec.slot.rq_total);
  t.same(await get('/stats'), {
    status: 200,
    type: TEXT,
    body: 'cluster.app.rq_active: 0\ncluster.app.rq_total: 1\ncluster.app.rq_time: No recorded values\n',
  });
  t.equal((await get('/stats?usedonly')).body, 'cluster.app.rq_total: 1\n');
  t.equal((await get('/stats?filter=active$')).body, 'cluster.app.rq_active: 0\n');
  t.equal(
    (await get('/stats?filter=%5Ecluster%5C.(app%7Cx)%5C.rq_(t.t|time)')).body,
    'cluster.app.rq_total: 1\ncluster.app.rq_time: No recorded values\n',
  );
  t.equal((await get('/stats?filter=(?i)RQ_A')).body, 'cluster.app.rq_active: 0\n');
  t.equal((await get('/stats?filter=active&invert_filter')).body.split('\n').length, 3);
  t.equal((await get('/stats?type=Gauges')).body, 'cluster.app.rq_active: 0\n');
  t.equal((await get('/stats?type=TextReadouts')).body, '');
  t.same(await get('/stats?format=json&type=Counters'), {
    status: 200,
    type: 'application/json',
    body: '{"stats":[{"name":"cluster.app.rq_total","value":1}]}',
  });
  t.match((await get('/stats?histogram_buckets=cumulative')).body, 'rq_time: No recorded values');
  for (const path of ['/stats?format=prometheus&filter=total', '/stats/prometheus?filter=total']) {
    const body = '# TYPE envoy_cluster_rq_total counter\nenvoy_cluster_rq_total{envoy_cluster_name="app"} 1\n';
    t.same(await get(path), { status: 200, type: TEXT, body }, path);
  }
  t.match((await get('/stats/prometheus')).body, /\n# HELP process_cpu_seconds_total .*\n[\s\S]*\nnodejs_heap_size_used_bytes \d+\n/);
});

t.test('/stats refuses what it cannot do in the words of Envoy', async (t) => {
  const { get } = await scene(t);
  const refused: [string, string][] = [
    ['/stats?format=html', 'usage: /stats?format=(json|prometheus|text)\n\n'],
    ['/stats?type=bad', 'invalid &type= param'],
    ['/stats?histogram_buckets=bad', 'usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n'],
    ['/stats/prometheus?histogram_buckets=disjoint', 'unsupported prometheus histogram bucket mode'],
    ['/stats?filter=(', 'Invalid re2 regex: missing ): ('],
    ['/stats?filter=a**', 'Invalid re2 regex: bad repetition operator: **'],
    ['/stats?filter=[a', 'Invalid re2 regex: missing ]: [a'],
    ['/stats?filter=*', 'Invalid re2 regex: no argument for repetition operator: *'],
    ['/stats?filter=%5C', 'Invalid re2 regex: trailing \\'],
    ['/stats?filter=a{1001}', 'Invalid re2 regex: invalid repetition size: {1001}'],
    ['/stats?filter=(?=a)', 'Invalid re2 regex: invalid perl operator: (?='],
    ['/stats?filter=(%3F%3Ci', 'Invalid re2 regex: invalid named capture group: (?<i'],
    ['/stats?filter=[z-a]', 'Invalid re2 regex: invalid character class range: z-a'],
    ['/stats/prometheus?filter=)', 'Invalid re2 regex: unexpected ): )'],
  ];
  for (const [path, body] of refused) t.same(await get(path), { status: 400, type: TEXT, body }, path);
});

t.test('a scrape of many stats lets other work run in between', async (t) => {
  const { view, get } = await scene(t);
  const spec = statSpec({ counters: Array.from({ length: 100 }, (_, i) => `counter_${i}`) });
  for (let i = 0; i < 1500; i++) view.worker.group(`cluster.service-${i}.`, spec);
  let turns = 0;
  let busy = true;
  const tick = () => {
    turns++;
    if (busy) setImmediate(tick);
  };
  setImmediate(tick);
  const { body } = await get('/stats');
  busy = false;
  t.equal(body.split('\n').length, 150_001);
  t.ok(turns > 5, `${turns} turns`);
});

t.test('names and origins of other sites are refused, but not where scrapers ask', async (t) => {
  const { server, view } = await scene(t);
  const port = server.address.kind === 'ip' ? server.address.port : 0;
  const status = async (path: string, headers: Record<string, string>, method = 'GET') => {
    const call = request({ port, host: '127.0.0.1', path, method, headers, agent: false }).end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  for (const path of ['/', '/config_dump', '/clusters', '/server_info', '/nope']) {
    t.equal(await status(path, { host: 'evil.example' }), 403, path);
    t.equal(await status(path, { host: '127.0.0.1:15000', origin: 'http://evil.example' }), 403, path);
  }
  t.equal(await status('/quitquitquit', { host: 'rebound.example:15000' }, 'POST'), 403);
  t.equal(await status('/quitquitquit', { origin: 'null' }, 'POST'), 403);
  t.same(view.told, []);
  for (const path of ['/ready', '/stats', '/stats/prometheus'])
    t.equal(await status(path, { host: 'pod.svc.cluster.local:15090' }), 200, path);
  for (const host of ['localhost', 'localhost:15000', 'LOCALHOST', '10.1.2.3:15000', '[::1]:15000', 'x.localhost']) {
    t.equal(await status('/clusters', { host }), 200, host);
  }
  t.equal(await status('/clusters', { host: 'localhost', origin: 'http://localhost:3000' }), 200);
});

t.test('it listens on a socket file, where names say nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'admin-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'admin.sock');
  const view = new FakeView();
  const first = await startAdmin({ address: { kind: 'pipe', path }, view, loggers: view.loggers });
  await first.close();
  const server = await startAdmin({ address: { kind: 'pipe', path }, view, loggers: view.loggers, mode: 0o600 });
  t.teardown(() => server.close());
  t.same(server.address, { kind: 'pipe', path });
  t.equal(statSync(path).mode & 0o777, 0o600);
  const call = request({ socketPath: path, path: '/server_info', headers: { host: 'anything' }, agent: false }).end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  response.resume();
  t.equal(response.statusCode, 200);
});

t.test('a port that is in use is an error of the start', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  const view = new FakeView();
  await t.rejects(startAdmin({ address: ipAddress('127.0.0.1', port), view, loggers: view.loggers }), { code: 'EADDRINUSE' });
});

t.test('a page that fails is a 500 and not the end of the server', async (t) => {
  const { view, get } = await scene(t);
  view.clusters = () => Promise.reject(new Error('a worker died'));
  t.equal((await get('/clusters')).status, 500);
  t.equal((await get('/ready')).status, 200);
});

t.test('closing ends connections that are idle or in the middle of something', async (t) => {
  const { server, get } = await scene(t);
  await get('/ready');
  const port = server.address.kind === 'ip' ? server.address.port : 0;
  const hanging = request({ port, host: '127.0.0.1', path: '/ready', agent: false });
  hanging.flushHeaders();
  const failed = once(hanging, 'error').catch(() => {});
  await server.close();
  hanging.destroy();
  await failed;
  t.pass();
});

t.test('/runtime_modify takes a form or a query, and needs a layer to write to', async (t) => {
  const { view, server, post, get } = await scene(t);
  t.equal((await post('/runtime_modify?a=1')).status, 503);
  view.layers = new RuntimeLayers(fromJson('envoy.config.bootstrap.v3.LayeredRuntime', { layers: [{ name: 'admin', admin_layer: {} }] }));
  t.same(await get('/runtime'), { status: 200, type: 'application/json', body: '{\n "layers": [\n  "admin"\n ],\n "entries": {}\n}\n' });
  t.equal((await post('/runtime_modify?a=1&plus=1+1')).body, 'OK\n');
  const sent = (body: string) =>
    fetch(`http://127.0.0.1:${server.address.kind === 'ip' ? server.address.port : 0}/runtime_modify`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
    });
  t.equal((await sent('b=2')).status, 200);
  t.equal((await sent('c='.padEnd(100_000, 'x'))).status, 413);
  t.equal((await sent('')).status, 400);
  t.same(
    view.runtimeValues().keys.map(({ key, final }) => [key, final]),
    [
      ['a', '1'],
      ['b', '2'],
      ['plus', '1+1'],
    ],
  );
});

t.test('/init_dump tells what listeners wait for', async (t) => {
  const { view, get } = await scene(t);
  t.equal((await get('/init_dump')).body, '{}\n');
  view.waiting = [
    ['cluster c', ['dns']],
    ['listener in', ['secret cert', 'clusters']],
  ];
  t.same(JSON.parse((await get('/init_dump')).body), {
    unready_targets_dumps: [
      { name: 'init manager Listener-local-init-manager in', target_names: ['shared target SdsApi cert', 'target clusters'] },
    ],
  });
  t.equal((await get('/init_dump?mask=cluster')).body, '{}\n');
});

t.test('pages about the inside of Envoy say that they are none', async (t) => {
  const { get, post } = await scene(t);
  for (const path of ['/heap_dump', '/peak_heap_dump', '/memory/tcmalloc', '/stats/recentlookups'])
    t.equal((await get(path)).status, 501, path);
  for (const path of ['/cpuprofiler?enable=y', '/heapprofiler', '/allocprofiler?enable=y', '/stats/recentlookups/enable']) {
    t.equal((await post(path)).status, 501, path);
  }
  t.equal((await post('/cpuprofiler?enable=n')).status, 200);
});

t.test('slashes in a row are one', async (t) => {
  const { get } = await scene(t);
  t.equal((await get('//ready')).status, 200);
  t.equal((await get('/healthcheck//fail')).status, 405);
});

t.test('paths that are not allowed are refused, with their query', async (t) => {
  const view = new FakeView();
  const allows = (path: string) => path === '/ready' || path.startsWith('/stats');
  const server = await startAdmin({ address: ipAddress('127.0.0.1', 0), view, loggers: view.loggers, allows });
  t.teardown(() => server.close());
  t.equal((await ask(server, '/ready')).status, 200);
  t.equal((await ask(server, '/stats?usedonly')).status, 200);
  t.same(await ask(server, '/ready?x=1'), { status: 403, type: TEXT, body: 'request to path /ready?x=1 not allowed' });
  t.equal((await ask(server, '/quitquitquit', 'POST')).status, 403);
  t.same(view.told, []);
});

t.test('an address that others can reach is warned of', async (t) => {
  for (const [ip, warned] of [
    ['127.0.0.1', false],
    ['0.0.0.0', true],
  ] as const) {
    const lines: string[] = [];
    const view = new FakeView();
    const loggers = new Loggers('warning', { write: (line) => void lines.push(line) });
    const server = await startAdmin({ address: ipAddress(ip, 0), view, loggers });
    await server.close();
    t.equal(
      lines.some((line) => line.includes('other machines')),
      warned,
      ip,
    );
  }
});
