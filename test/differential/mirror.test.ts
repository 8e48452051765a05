/**
 * The same mirror policies and the same requests to a real Envoy and to Outrigger: what the client gets, what the mirror gets, and what
 * the clusters count must be the same.
 */
import { createServer, type Socket } from 'node:net';
import t from 'tap';
import { type ChildProxy, envoyMissing, startChild } from '../support/child-proxy.ts';
import { rawRequest, responses } from '../support/raw-client.ts';
import { type Backend, startBackend } from './backend.ts';
import { bootstrap, cluster } from './corpus.ts';
import { blank } from './observe.ts';

const missing = envoyMissing();

interface Mirror {
  readonly port: number;
  /** The requests so far, as text, once there are `count`. */
  seen(count: number): Promise<string[]>;
  close(): void;
}

/** Keeps what it gets, and answers with 201. One request in flight at a time and connection. */
async function startMirror(): Promise<Mirror> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let wake: () => void = () => {};
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!complete(text)) return;
      requests.push(text);
      text = '';
      const head = requests.at(-1)?.startsWith('HEAD') === true;
      socket.write(`HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n${head ? '' : 'ok'}`);
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async seen(count) {
      while (requests.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return requests.map(readable).sort();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function complete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  if (/^transfer-encoding: chunked/im.test(text)) return text.endsWith('\r\n0\r\n\r\n');
  return text.length >= end + 4 + Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
}

/** Fields in order, chunks joined. */
function readable(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  const [line = '', ...fields] = text.slice(0, end).split('\r\n');
  const body = text.slice(end + 4);
  const joined = /^transfer-encoding: chunked/im.test(text) ? body.replace(/[0-9a-f]+\r\n/g, '').replaceAll('\r\n', '') : body;
  return blank([line, ...fields.sort(), '', joined].join('\n'));
}

const mirrored = (extra: object = {}) => ({ cluster: 'app', request_mirror_policies: [{ cluster: 'mirror', ...extra }] });

const MUTATIONS = [
  { remove: 'x-gone' },
  { append: { header: { key: 'x-new', value: '%REQ(x-gone)%|%REQ(x-stays)%|%PROTOCOL%' } } },
  { append: { header: { key: 'x-stays', value: 'again' } } },
  { remove_on_match: { key_matcher: { prefix: 'x-off' } } },
];

const CONFIG = {
  route_config: {
    name: 'table',
    request_mirror_policies: [{ cluster: 'mirror' }],
    virtual_hosts: [
      {
        name: 'own',
        domains: ['own.example'],
        request_mirror_policies: [{ cluster: 'mirror', host_rewrite_literal: 'of.the.host' }],
        routes: [
          { match: { prefix: '/route' }, route: mirrored({ host_rewrite_literal: 'of.the.route' }) },
          { match: { prefix: '/' }, route: { cluster: 'app' } },
        ],
      },
      {
        name: 'all',
        domains: ['*'],
        routes: [
          { match: { prefix: '/never' }, route: mirrored({ runtime_fraction: { default_value: { numerator: 0 } } }) },
          {
            match: { prefix: '/always' },
            route: mirrored({ runtime_fraction: { default_value: { numerator: 1_000_000, denominator: 'MILLION' } } }),
          },
          { match: { prefix: '/plain' }, route: mirrored({ disable_shadow_host_suffix_append: true, trace_sampled: false }) },
          { match: { prefix: '/changed' }, route: mirrored({ request_headers_mutations: MUTATIONS }) },
          { match: { prefix: '/header' }, route: { cluster: 'app', request_mirror_policies: [{ cluster_header: 'x-mirror' }] } },
          { match: { prefix: '/dead' }, route: { cluster: 'app', request_mirror_policies: [{ cluster: 'dead' }] } },
          { match: { prefix: '/empty' }, route: { cluster: 'app', request_mirror_policies: [{ cluster: 'empty' }] } },
          { match: { prefix: '/lost' }, route: { ...mirrored(), cluster: 'empty' } },
          {
            match: { prefix: '/twice' },
            route: { cluster: 'app', request_mirror_policies: [{ cluster: 'mirror' }, { cluster: 'mirror' }] },
          },
          { match: { prefix: '/direct' }, direct_response: { status: 200 } },
          {
            match: { prefix: '/rewritten' },
            route: { cluster: 'app', prefix_rewrite: '/to', host_rewrite_literal: 'new.host:81' },
            request_headers_to_add: [{ header: { key: 'x-added', value: '1' } }],
          },
          { match: { prefix: '/' }, route: { cluster: 'app' } },
        ],
      },
    ],
  },
};

function get(path: string, host = 'a.example', ...fields: readonly string[]): string {
  return [`GET ${path} HTTP/1.1`, `host: ${host}`, ...fields, '', ''].join('\r\n');
}

/** Requests, and how many copies of each reach the mirror. */
const REQUESTS: readonly (readonly [request: string, copies: number])[] = [
  [get('/'), 1],
  [get('/', 'a.example:8080', 'x-forwarded-for: 1.2.3.4'), 1],
  [get('/', '[::1]:80'), 1],
  [get('/', '[::1]'), 1],
  [get('/', 'own.example'), 1],
  [get('/route', 'own.example'), 1],
  [get('/never'), 0],
  [get('/always'), 1],
  [get('/plain'), 1],
  [get('/changed', 'h', 'x-gone: 1', 'x-stays: 2', 'x-off-1: 3', 'x-off-2: 4'), 1],
  [get('/header', 'h', 'x-mirror: mirror'), 1],
  [get('/header', 'h', 'x-mirror: nobody'), 0],
  [get('/header'), 0],
  [get('/dead'), 0],
  [get('/empty'), 0],
  [get('/lost'), 0],
  [get('/twice'), 2],
  [get('/direct'), 0],
  [get('/rewritten/a?b'), 1],
  ['HEAD / HTTP/1.1\r\nhost: h\r\n\r\n', 1],
  ['POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\nhello', 1],
  ['POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n', 1],
];

interface Seen {
  readonly answers: readonly string[];
  readonly copies: readonly string[];
  readonly counters: readonly string[];
}

async function see(kind: ChildProxy['kind'], backend: Backend): Promise<Seen> {
  const mirror = await startMirror();
  const clusters = [cluster('app', [backend.port]), cluster('mirror', [mirror.port]), cluster('dead', [1]), cluster('empty', [])];
  const proxy = await startChild(kind, bootstrap(CONFIG, clusters));
  const answers: string[] = [];
  let expected = 0;
  try {
    for (const [request, copies] of REQUESTS) {
      const port = proxy.ports.get('main') ?? 0;
      const head = request.startsWith('HEAD');
      const until = head ? (text: string) => text.includes('\r\n\r\n') : responses(1);
      answers.push(blank((await rawRequest(port, request, { until, timeoutMs: 5000 })).text));
      expected += copies;
      // One after the other, so that both proxies open as many connections.
      await mirror.seen(expected);
      await counted(proxy, 'cluster.mirror.upstream_rq_completed', expected);
    }
    await counted(proxy, 'cluster.dead.upstream_rq_completed', 1);
    const copies = await mirror.seen(expected);
    return { answers, copies, counters: await counters(proxy) };
  } finally {
    mirror.close();
    await proxy.stop();
  }
}

/** Resolves when a counter has reached a value: the answers of mirrors come after those that clients see. */
async function counted(proxy: ChildProxy, name: string, value: number): Promise<void> {
  while (!(await proxy.admin(`/stats?filter=^${name}$`)).body.includes(`: ${value}\n`)) await new Promise(setImmediate);
}

const LEFT_OUT =
  /_bytes_|_buffered|_rq_time|_cx_length|_cx_connect|upstream_rq_per_cx|: No recorded|: P0|cx_active|default\.total_match_count/;

async function counters(proxy: ChildProxy): Promise<string[]> {
  const lines = (await proxy.admin('/stats')).body.split('\n');
  return lines.filter(
    (line) => /^(?:cluster\.(?:mirror|dead|empty)|http\.(?:async-client|ingress\.rq))\./.test(line) && !LEFT_OUT.test(line),
  );
}

t.test('Outrigger mirrors requests as Envoy does', { skip: missing ?? false, timeout: 60_000 }, async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const [envoy, outrigger] = await Promise.all([see('envoy', backend), see('outrigger', backend)]);
  REQUESTS.forEach(([request], i) => {
    t.equal(outrigger.answers[i], envoy.answers[i], request.slice(0, request.indexOf('\r\n\r\n')));
  });
  t.strictSame(outrigger.copies, envoy.copies);
  const known = new Set(outrigger.counters);
  t.strictSame(
    envoy.counters.filter((line) => !known.has(line)),
    [],
    'counters',
  );
});
