import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { get } from '../../../test/support/http.ts';
import { loopback, startProxy, type TestProxy } from '../../../test/support/proxy.ts';
import { parseResponses, rawRequest, responses } from '../../../test/support/raw-client.ts';
import { until } from '../../../test/support/sockets.ts';
import {
  breaks,
  closes,
  deadPort,
  doing,
  early,
  raw,
  reply,
  resets,
  type ScriptedUpstream,
  silent,
  startUpstream,
} from '../../../test/support/upstream.ts';

type Json = { readonly [key: string]: unknown };

function staticCluster(name: string, port: number, more: Json = {}): Json {
  return {
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }] },
    ...more,
  };
}

function httpOptions(common: Json): Json {
  return {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http_protocol_options: { enable_trailers: true } },
        common_http_protocol_options: common,
      },
    },
  };
}

interface Setup {
  readonly concurrency?: number;
  readonly clusters?: readonly Json[];
  readonly routes?: readonly Json[];
  readonly virtualHost?: Json;
  readonly manager?: Json;
}

/** A proxy in front of one scripted upstream, which is cluster `up`; both end with the test. */
async function setUp(t: Test, setup: Setup = {}, up: Json = {}): Promise<{ proxy: TestProxy; upstream: ScriptedUpstream; port: number }> {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const proxy = await startProxy(
    {
      static_resources: {
        listeners: [
          {
            name: 'in',
            address: loopback(0),
            filter_chains: [
              {
                filters: [
                  {
                    name: 'hcm',
                    typed_config: {
                      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                      stat_prefix: 'in',
                      http_protocol_options: { enable_trailers: true },
                      route_config: {
                        validate_clusters: false,
                        virtual_hosts: [
                          {
                            name: 'v',
                            domains: ['*'],
                            routes: [...(setup.routes ?? []), { match: { prefix: '/' }, route: { cluster: 'up' } }],
                            ...setup.virtualHost,
                          },
                        ],
                      },
                      http_filters: [
                        {
                          name: 'router',
                          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
                        },
                      ],
                      ...setup.manager,
                    },
                  },
                ],
              },
            ],
          },
        ],
        clusters: [staticCluster('up', upstream.port, up), ...(setup.clusters ?? [])],
      },
    },
    { concurrency: setup.concurrency ?? 1 },
  );
  t.teardown(() => proxy.stop());
  return { proxy, upstream, port: proxy.port('in') };
}

/** Counters and gauges of `cluster.up.` that matter to a test. */
function counted(proxy: TestProxy, ...names: string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, proxy.stat(`cluster.up.${name}`)]));
}

const NOTHING_LEFT = {
  upstream_rq_active: 0,
  upstream_rq_pending_active: 0,
  'circuit_breakers.default.rq_open': 0,
  'circuit_breakers.default.cx_open': 0,
};

t.test('requests share a connection to the upstream, one after the other', async (t) => {
  const { proxy, upstream, port } = await setUp(t);
  for (let i = 0; i < 5; i++) t.match(await get(port, `/${i}`), { status: 200, body: 'ok' });
  t.equal(upstream.connections, 1);
  t.same(
    upstream.requests.map((request) => request.target),
    ['/0', '/1', '/2', '/3', '/4'],
  );
  t.match(
    counted(proxy, 'upstream_cx_total', 'upstream_rq_total', 'upstream_rq_200', 'external.upstream_rq_2xx', ...Object.keys(NOTHING_LEFT)),
    {
      upstream_cx_total: 1,
      upstream_rq_total: 5,
      upstream_rq_200: 5,
      'external.upstream_rq_2xx': 5,
      ...NOTHING_LEFT,
    },
  );
});

t.test('heads and bodies arrive as they were sent, with what the router adds', async (t) => {
  const { upstream, port } = await setUp(
    t,
    { virtualHost: { include_request_attempt_count: true, include_attempt_count_in_response: true } },
    httpOptions({}),
  );
  upstream.answer(reply(201, { headers: { 'x-answer': 'yes' }, body: 'made', chunked: true, trailers: { 'x-sum': '9' } }));
  const { text } = await rawRequest(
    port,
    'POST /make HTTP/1.1\r\nhost: h\r\nconnection: x-secret, close\r\nx-secret: 1\r\nte: trailers\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-check: 7\r\n\r\n',
  );
  const [answer] = parseResponses(text);
  t.match(answer, { status: 201, body: 'made' });
  t.match(text, /\r\nx-sum: 9\r\n\r\n$/);
  const fields = new Map(answer?.headers);
  t.equal(fields.get('x-answer'), 'yes');
  t.equal(fields.get('x-envoy-attempt-count'), '1');
  t.match(fields.get('x-envoy-upstream-service-time'), /^\d+$/);
  const [request] = upstream.requests;
  t.match(request, { method: 'POST', target: '/make', body: 'hello', trailers: [['x-check', '7']] });
  t.equal(request?.header('x-secret'), undefined);
  t.equal(request?.header('x-envoy-expected-rq-timeout-ms'), '15000');
  t.equal(request?.header('x-envoy-attempt-count'), '1');
});

t.test('what an upstream does wrong is answered as Envoy answers it', async (t) => {
  const { proxy, upstream, port } = await setUp(t);
  const before = 'upstream connect error or disconnect/reset before headers. reset reason: ';
  for (const [what, answer, status, body] of [
    ['FIN', closes, 503, `${before}connection termination`],
    ['RST', resets, 503, `${before}connection termination`],
    ['gibberish', raw('gibberish\r\n\r\n'), 502, `${before}protocol error`],
    ['a bad length', raw('HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n'), 502, `${before}protocol error`],
    [
      'two lengths',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
      502,
      `${before}protocol error`,
    ],
  ] as const) {
    upstream.answer(answer);
    t.match(await get(port), { status, body }, what);
    t.match(await get(port), { status: 200, body: 'ok' }, `after ${what}`);
  }
  t.match(counted(proxy, 'upstream_cx_protocol_error', 'upstream_cx_destroy_with_active_rq', ...Object.keys(NOTHING_LEFT)), {
    upstream_cx_protocol_error: 3,
    upstream_cx_destroy_with_active_rq: 5,
    ...NOTHING_LEFT,
  });
});

t.test('a response that breaks off breaks off for the client too', async (t) => {
  const { upstream, port } = await setUp(t);
  upstream.answer(breaks('HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\nabc'));
  const { text, closed } = await rawRequest(port, 'GET / HTTP/1.1\r\nhost: h\r\n\r\n');
  t.equal(closed, true);
  t.match(text, /^HTTP\/1\.1 200 OK\r\n/);
  t.match(text, /\r\n\r\nabc$/);
});

t.test('connections that an upstream spoils are not used again', async (t) => {
  const { proxy, upstream, port } = await setUp(t);
  upstream.answer(
    reply(200, { headers: { connection: 'close' }, body: 'last', close: true }),
    raw('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcdef'),
  );
  t.match(await get(port), { status: 200, body: 'last' });
  t.match(await get(port), { status: 200, body: 'abc' }, 'surplus bytes reach nobody');
  t.match(await get(port), { status: 200, body: 'ok' });
  t.equal(upstream.connections, 3);
  t.same(counted(proxy, 'upstream_cx_close_notify', 'upstream_cx_protocol_error'), {
    upstream_cx_close_notify: 1,
    upstream_cx_protocol_error: 1,
  });
  upstream.answer(
    doing((exchange) => {
      exchange.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      setImmediate(() => exchange.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nsmuggled'));
    }),
  );
  t.match(await get(port), { status: 200, body: 'ok' });
  await until(() => proxy.stat('cluster.up.upstream_cx_protocol_error') === 2, 'surplus while idle');
  t.match(await get(port), { status: 200, body: 'ok' });
});

t.test('a response without a length lasts until the upstream closes', async (t) => {
  const { upstream, port } = await setUp(t);
  upstream.answer(
    doing((exchange) => {
      exchange.write('HTTP/1.1 200 OK\r\n\r\nall that ');
      setImmediate(() => exchange.socket.end('there is'));
    }),
  );
  t.match(await get(port), { status: 200, body: 'all that there is' });
  t.match(await get(port), { status: 200, body: 'ok' });
});

t.test('nobody there, no cluster, no host, no route', async (t) => {
  const dead = await deadPort();
  const { proxy, port } = await setUp(t, {
    clusters: [staticCluster('dead', dead), { name: 'empty', type: 'STATIC' }],
    virtualHost: { domains: ['host'], response_headers_to_add: [{ header: { key: 'x-added', value: 'yes' } }] },
    routes: [
      { match: { path: '/dead' }, route: { cluster: 'dead' } },
      { match: { path: '/none' }, route: { cluster: 'none' } },
      { match: { path: '/none404' }, route: { cluster: 'none', cluster_not_found_response_code: 'NOT_FOUND' } },
      { match: { path: '/empty' }, route: { cluster: 'empty' } },
      { match: { path: '/moved' }, redirect: { path_redirect: '/x' } },
      { match: { path: '/direct' }, direct_response: { status: 418, body: { inline_string: 'hey' } } },
    ],
  });
  const at = (path: string, host = 'host') => get(port, path, { host });
  t.match(await at('/dead'), {
    status: 503,
    body: 'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
    headers: { 'x-added': 'yes' },
  });
  t.match(await at('/none'), { status: 503, body: '', headers: { 'x-added': 'yes' } });
  t.match(await at('/none404'), { status: 404, body: '' });
  t.match(await at('/empty'), { status: 503, body: 'no healthy upstream', headers: { 'x-added': 'yes' } });
  t.match(await at('/moved'), { status: 301, headers: { location: 'http://host/x', 'x-added': 'yes' } });
  t.match(await at('/direct'), { status: 418, body: 'hey', headers: { 'x-added': 'yes' } });
  t.match(await at('/', 'elsewhere'), { status: 404, body: '' });
  t.equal(proxy.stat('http.in.no_cluster'), 2);
  t.equal(proxy.stat('http.in.no_route'), 1);
  t.equal(proxy.stat('http.in.rq_direct_response'), 2);
  t.equal(proxy.stat('cluster.dead.upstream_cx_connect_fail'), 1);
  t.equal(proxy.stat('cluster.dead.external.upstream_rq_503'), 1);
  t.equal(proxy.stat('cluster.empty.upstream_cx_none_healthy'), 1);
  const [cluster] = (await proxy.view.clusters()).filter((each) => each.name === 'dead');
  t.match(cluster?.hosts, [{ counters: { cx_connect_fail: 1, cx_total: 1, rq_error: 1, rq_total: 0 }, gauges: { cx_active: 0 } }]);
});

t.test('the timeout of the route answers 504', async (t) => {
  const { proxy, upstream, port } = await setUp(t, { routes: [{ match: { path: '/slow' }, route: { cluster: 'up', timeout: '0.1s' } }] });
  upstream.answer(silent);
  t.match(await get(port, '/slow'), { status: 504, body: 'upstream request timeout' });
  await until(() => upstream.sockets.size === 0, 'the connection of the request that was given up');
  t.same(counted(proxy, 'upstream_rq_timeout', 'upstream_cx_destroy_local_with_active_rq', ...Object.keys(NOTHING_LEFT)), {
    upstream_rq_timeout: 1,
    upstream_cx_destroy_local_with_active_rq: 1,
    ...NOTHING_LEFT,
  });
  const [cluster] = await proxy.view.clusters();
  t.match(cluster?.hosts[0]?.counters, { rq_timeout: 1, rq_error: 1 });
});

t.test('open circuit breakers refuse at once', async (t) => {
  const { proxy, upstream, port } = await setUp(
    t,
    {},
    { circuit_breakers: { thresholds: [{ max_connections: 1, max_pending_requests: 1 }] } },
  );
  const held: (() => void)[] = [];
  const hold = doing((exchange) => void held.push(() => exchange.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nheld')));
  upstream.answer(hold, hold);
  const first = get(port, '/1');
  await upstream.received(1);
  const second = get(port, '/2');
  await until(() => proxy.stat('cluster.up.upstream_rq_pending_active') === 1, 'the second request to wait');
  t.match(await get(port, '/3'), {
    status: 503,
    body: 'upstream connect error or disconnect/reset before headers. reset reason: overflow',
    headers: { 'x-envoy-overloaded': 'true' },
  });
  held[0]?.();
  t.match(await first, { body: 'held' });
  await upstream.received(2);
  held[1]?.();
  t.match(await second, { body: 'held' });
  t.equal(upstream.connections, 1);
  t.same(counted(proxy, 'upstream_rq_pending_overflow', 'upstream_cx_overflow', 'circuit_breakers.default.rq_pending_open'), {
    upstream_rq_pending_overflow: 1,
    upstream_cx_overflow: 1,
    'circuit_breakers.default.rq_pending_open': 0,
  });
});

t.test('limits hold for the proxy, not for each of its workers', async (t) => {
  const { proxy, upstream, port } = await setUp(t, { concurrency: 2 }, { circuit_breakers: { thresholds: [{ max_requests: 3 }] } });
  const held: (() => void)[] = [];
  upstream.fallback = doing((exchange) => void held.push(() => exchange.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')));
  const answers = Array.from({ length: 24 }, () => get(port));
  let refused = 0;
  for (const answer of answers) void answer.then(({ status }) => (refused += status === 503 ? 1 : 0));
  await until(() => refused === 21, 'all but three to be refused');
  t.equal(held.length, 3);
  for (const answer of held) answer();
  t.same((await Promise.all(answers)).map(({ status }) => status).sort(), [...new Array(3).fill(200), ...new Array(21).fill(503)]);
  t.equal(proxy.stat('cluster.up.upstream_rq_active_overflow'), 21);
  upstream.fallback = reply(200);
  t.match(await get(port), { status: 200 });
});

t.test('connections end when they are idle for long, or have served enough', async (t) => {
  const { proxy, upstream, port } = await setUp(t, {}, httpOptions({ idle_timeout: '0.1s', max_requests_per_connection: 2 }));
  for (let i = 0; i < 3; i++) t.match(await get(port), { status: 200 });
  t.same(
    upstream.requests.map((request) => request.connection),
    [0, 0, 1],
  );
  await until(() => proxy.stat('cluster.up.upstream_cx_idle_timeout') === 1, 'the idle timeout');
  await until(() => upstream.sockets.size === 0, 'both connections to be closed');
  t.equal(proxy.stat('cluster.up.upstream_cx_max_requests'), 1);
});

t.test('a client that goes away ends the request upstream', async (t) => {
  const { proxy, upstream, port } = await setUp(t);
  upstream.answer(silent);
  const client = connect({ port, host: '127.0.0.1' });
  client.on('error', () => {});
  client.write('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
  await upstream.received(1);
  client.destroy();
  await until(() => upstream.sockets.size === 0, 'the upstream connection to close');
  t.match(counted(proxy, ...Object.keys(NOTHING_LEFT)), NOTHING_LEFT);
});

t.test('an answer before the end of the request ends it', async (t) => {
  const { upstream, port } = await setUp(t);
  upstream.answer(early(reply(413, { body: 'too much' })));
  const { text } = await rawRequest(port, 'POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1000\r\n\r\nonly the start', {
    until: responses(1),
  });
  t.match(parseResponses(text), [{ status: 413, body: 'too much' }]);
  await until(() => upstream.sockets.size === 0, 'the connection with half of a request to close');
  t.match(await get(port), { status: 200 });
});

t.test('interim responses pass', async (t) => {
  const { upstream, port } = await setUp(t);
  upstream.answer(raw('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const { text } = await rawRequest(port, 'GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n');
  t.match(text, /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/x>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
});

const BIG = 48 << 20;

/** Reads until so many bytes of body have come. */
async function drainBytes(socket: Socket, bytes: number): Promise<number> {
  let got = 0;
  socket.on('data', (chunk) => {
    got += chunk.length;
  });
  socket.resume();
  await until(() => got >= bytes, `${bytes} bytes`, 30_000);
  return got;
}

t.test('a client that does not read stops the upstream, and loses nothing', async (t) => {
  const { proxy, upstream, port } = await setUp(t);
  upstream.answer(
    doing(({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${BIG}\r\n\r\n`);
      for (let i = 0; i < BIG; i += 1 << 20) socket.write(Buffer.alloc(1 << 20, 120));
    }),
  );
  const client = connect({ port, host: '127.0.0.1' });
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
  await until(() => proxy.stat('cluster.up.upstream_flow_control_paused_reading_total') > 0, 'reading upstream to pause');
  t.ok(proxy.stat('cluster.up.upstream_cx_rx_bytes_total') < BIG);
  t.ok((await drainBytes(client, BIG)) > BIG);
  client.destroy();
  t.equal(
    proxy.stat('cluster.up.upstream_flow_control_paused_reading_total'),
    proxy.stat('cluster.up.upstream_flow_control_resumed_reading_total'),
  );
});

t.test('an upstream that does not read stops the client, and loses nothing', async (t) => {
  const { proxy, upstream, port } = await setUp(t);
  let stopped: Socket | null = null;
  upstream.answer(
    early(
      doing(({ socket }) => {
        stopped = socket;
        socket.pause();
      }),
    ),
  );
  const client = connect({ port, host: '127.0.0.1' });
  client.on('error', () => {});
  client.write(`POST / HTTP/1.1\r\nhost: h\r\ncontent-length: ${BIG}\r\n\r\n`);
  for (let i = 0; i < BIG; i += 1 << 20) client.write(Buffer.alloc(1 << 20, 120));
  await until(() => proxy.stat('cluster.up.upstream_flow_control_backed_up_total') > 0, 'the upstream to back up');
  t.ok(proxy.stat('cluster.up.upstream_cx_tx_bytes_total') < BIG);
  (stopped as Socket | null)?.resume();
  const [request] = await upstream.received(1);
  t.equal(request?.body.length, BIG);
  client.destroy();
});

t.test('a thousand requests of all kinds leave nothing behind', async (t) => {
  const { proxy, upstream, port } = await setUp(
    t,
    { routes: [{ match: { path: '/slow' }, route: { cluster: 'up', timeout: '0.02s' } }] },
    httpOptions({ max_requests_per_connection: 7 }),
  );
  const kinds = [
    reply(200, { body: 'x' }),
    closes,
    resets,
    raw('?\r\n\r\n'),
    silent,
    reply(500, { chunked: true, body: 'y' }),
    breaks('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nz'),
  ];
  for (let i = 0; i < 1000; i++) upstream.answer(kinds[i % kinds.length] ?? closes);
  const seen = new Map<number, number>();
  for (let round = 0; round < 40; round++) {
    const statuses = await Promise.all(
      Array.from({ length: 25 }, () =>
        get(port, '/slow').then(
          (answer) => answer.status,
          () => 0,
        ),
      ),
    );
    for (const status of statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
  }
  t.same(
    [...seen.keys()].sort((a, b) => a - b),
    [0, 200, 500, 502, 503, 504],
  );
  t.match(counted(proxy, ...Object.keys(NOTHING_LEFT)), NOTHING_LEFT);
  await until(() => proxy.stat('cluster.up.upstream_cx_active') === upstream.sockets.size, 'closed connections to be gone');
  t.equal(proxy.stat('http.in.downstream_rq_active'), 0);
});
