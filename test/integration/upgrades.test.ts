/** Upgrades and CONNECT through a whole proxy in every combination of protocols, with Node's own HTTP on both ends. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import t, { type Test } from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import type { Version } from '../support/http2.ts';
import { clusterOf } from '../support/http2-bootstrap.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { rawRequest, responses } from '../support/raw-client.ts';
import {
  openTunnel,
  readBytes,
  readToEnd,
  readWebsocketText,
  startTunnelService,
  type TunnelRequest,
  WEBSOCKET_KEY,
  websocketAccept,
  websocketFrame,
} from '../support/tunnel.ts';
import { deadPort } from '../support/upstream.ts';

const MIB = 1 << 20;
const COMBINATIONS: readonly (readonly [Version, Version])[] = [
  ['h1', 'h1'],
  ['h1', 'h2'],
  ['h2', 'h1'],
  ['h2', 'h2'],
];

interface Setup {
  readonly proxy: TestProxy;
  readonly port: number;
  readonly requests: TunnelRequest[];
}

async function setUp(t: Test, up: Version, onRequest: (request: TunnelRequest) => void, manager: object = {}): Promise<Setup> {
  const requests: TunnelRequest[] = [];
  const service = await startTunnelService(up, (request) => {
    requests.push(request);
    onRequest(request);
  });
  const options = {
    codec_type: 'AUTO',
    http2_protocol_options: { allow_connect: true },
    upgrade_configs: [{ upgrade_type: 'websocket' }, { upgrade_type: 'CONNECT' }],
    ...manager,
  };
  const routes = [
    { match: { connect_matcher: {} }, route: { cluster: 'app', timeout: '0s' } },
    { match: { prefix: '/off' }, route: { cluster: 'app', upgrade_configs: [{ upgrade_type: 'websocket', enabled: false }] } },
    { match: { prefix: '/own' }, route: { cluster: 'app', timeout: '0s', upgrade_configs: [{ upgrade_type: 'own' }] } },
    { match: { prefix: '/' }, route: { cluster: 'app', timeout: '0s' } },
  ];
  const proxy = await startProxy({
    static_resources: {
      listeners: [httpListener('in', 'app', { manager: options, routes })],
      clusters: [clusterOf(up, 'app', service.port)],
    },
  });
  t.teardown(async () => {
    service.close();
    await proxy.stop();
  });
  return { proxy, port: proxy.port(), requests };
}

/** Sends back what comes, and ends when the client does. */
function echo(request: TunnelRequest): void {
  const duplex = request.grant();
  duplex.on('data', (chunk: Buffer) => duplex.write(chunk));
  duplex.on('end', () => duplex.end('bye'));
}

for (const [down, up] of COMBINATIONS) {
  t.test(`${down} → ${up}: a WebSocket talks`, async (t) => {
    const { proxy, port, requests } = await setUp(t, up, (request) => {
      const accept = websocketAccept(String(request.headers['sec-websocket-key']));
      const duplex = request.grant({ 'sec-websocket-accept': accept, 'sec-websocket-protocol': 'chat' });
      void (async () => {
        for (;;) {
          const text = await readWebsocketText(duplex);
          if (text === '') break;
          duplex.write(websocketFrame(`you said ${text}`, false));
        }
        duplex.end();
      })();
    });
    const headers = { 'sec-websocket-key': WEBSOCKET_KEY, 'sec-websocket-version': '13', 'sec-websocket-protocol': 'chat' };
    const socket = await openTunnel(down, port, { protocol: 'websocket', path: '/chat?room=1', headers });
    t.teardown(() => socket.close());
    t.equal(socket.status, down === 'h1' ? 101 : 200);
    t.equal(socket.headers['sec-websocket-accept'], websocketAccept(WEBSOCKET_KEY));
    t.equal(socket.headers['sec-websocket-protocol'], 'chat');
    t.equal(socket.headers['upgrade'], down === 'h1' ? 'websocket' : undefined);
    t.match(requests[0], { method: up === 'h1' ? 'GET' : 'CONNECT', target: '/chat?room=1', protocol: 'websocket' });
    t.equal(requests[0]?.headers['content-length'], undefined);
    t.equal(requests[0]?.headers['transfer-encoding'], undefined);
    for (const text of ['one', 'two']) {
      socket.duplex.write(websocketFrame(text, true));
      t.equal(await readWebsocketText(socket.duplex), `you said ${text}`);
    }
    t.equal(proxy.stat('http.in.downstream_cx_upgrades_total'), 1);
    t.equal(proxy.stat('http.in.downstream_cx_upgrades_active'), 1);
    t.equal(proxy.stat('http.in.downstream_rq_1xx'), 1);
    socket.close();
    t.equal(await statBecomes(proxy, 'http.in.downstream_cx_upgrades_active', 0), 0);
    t.equal(await statBecomes(proxy, 'cluster.app.upstream_rq_active', 0), 0);
  });

  t.test(`${down} → ${up}: bytes before the grant wait, and either side may end first`, async (t) => {
    const { port, requests } = await setUp(t, up, (request) => void setImmediate(() => echo(request)));
    const tunnel = await openTunnel(down, port, { protocol: 'websocket', path: '/', early: 'early' });
    t.teardown(() => tunnel.close());
    t.equal(await readBytes(tunnel.duplex, 5), 'early');
    tunnel.duplex.write('later');
    t.equal(await readBytes(tunnel.duplex, 5), 'later');
    tunnel.duplex.end('last');
    t.equal(await readToEnd(tunnel.duplex), 'lastbye');
    t.equal(requests.length, 1);
  });

  t.test(`${down} → ${up}: an upstream that ends first ends the tunnel`, async (t) => {
    const { port } = await setUp(t, up, (request) => void request.grant().end('done'));
    const tunnel = await openTunnel(down, port, { protocol: 'websocket', path: '/' });
    t.teardown(() => tunnel.close());
    t.equal(await readToEnd(tunnel.duplex), 'done');
  });

  t.test(`${down} → ${up}: a refusal is a response like any other`, async (t) => {
    const { proxy, port } = await setUp(t, up, (request) => request.refuse(403, 'no'));
    const tunnel = await openTunnel(down, port, { protocol: 'websocket', path: '/', early: 'GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n' });
    t.teardown(() => tunnel.close());
    t.equal(tunnel.status, 403);
    t.equal(await tunnel.body(), 'no');
    t.equal(await statBecomes(proxy, 'http.in.downstream_rq_active', 0), 0);
    t.equal(proxy.stat('cluster.app.upstream_rq_total'), 1);
    t.equal(proxy.stat('http.in.downstream_rq_total'), 1);
  });

  t.test(`${down} → ${up}: CONNECT is forwarded`, async (t) => {
    const { proxy, port, requests } = await setUp(t, up, echo);
    const tunnel = await openTunnel(down, port, { protocol: '', path: 'db:5432', early: 'early' });
    t.teardown(() => tunnel.close());
    t.equal(tunnel.status, 200);
    t.equal(await readBytes(tunnel.duplex, 5), 'early');
    tunnel.duplex.end('ping');
    t.equal(await readToEnd(tunnel.duplex), 'pingbye');
    t.match(requests[0], { method: 'CONNECT', target: 'db:5432', protocol: '' });
    t.equal(requests[0]?.headers[':scheme'], undefined);
    t.equal(proxy.stat('http.in.downstream_cx_upgrades_total'), 1);
  });

  t.test(`${down} → ${up}: what is not allowed here is a 403`, async (t) => {
    const { proxy, port, requests } = await setUp(t, up, echo);
    for (const [protocol, path] of [
      ['websocket', '/off'],
      ['other', '/'],
    ] as const) {
      const tunnel = await openTunnel(down, port, { protocol, path });
      t.equal(tunnel.status, 403, `${protocol} ${path}`);
      tunnel.close();
    }
    const own = await openTunnel(down, port, { protocol: 'OWN', path: '/own' });
    t.equal(own.status, down === 'h1' ? 101 : 200);
    own.close();
    t.equal(requests.length, 1);
    t.equal(proxy.stat('http.in.downstream_rq_ws_on_non_ws_route'), 2);
  });

  t.test(`${down} → ${up}: a reader that stops stops the writer at the other end`, async (t) => {
    let written = 0;
    let stopped: (() => void) | null = null;
    const { port } = await setUp(t, up, (request) => {
      const duplex = request.grant();
      // node:http2 resets a stream that it ended and never read, sometimes before it says the end.
      duplex.resume();
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const pump = (): void => {
        while (written < 64 * MIB) {
          written += chunk.length;
          if (!duplex.write(chunk)) {
            duplex.once('drain', pump);
            stopped?.();
            return;
          }
        }
        duplex.end();
      };
      pump();
    });
    const tunnel = await openTunnel(down, port, { protocol: 'websocket', path: '/' });
    t.teardown(() => tunnel.close());
    await quiet(
      () => written,
      () => new Promise<void>((done) => (stopped = done)),
    );
    const before = written;
    t.ok(before < 32 * MIB, `${before} bytes were taken`);
    let read = 0;
    tunnel.duplex.on('data', (chunk: Buffer) => (read += chunk.length));
    await once(tunnel.duplex, 'end');
    t.equal(read, 64 * MIB);
  });

  t.test(`${down} → ${up}: a tunnel on which nothing moves is closed`, async (t) => {
    const { proxy, port } = await setUp(t, up, echo, { stream_idle_timeout: '0.2s' });
    const tunnel = await openTunnel(down, port, { protocol: 'websocket', path: '/' });
    tunnel.duplex.write('x');
    t.equal(await readBytes(tunnel.duplex, 1), 'x');
    await Promise.race([once(tunnel.duplex, 'close'), readToEnd(tunnel.duplex)]).catch(() => {});
    t.equal(proxy.stat('http.in.downstream_rq_idle_timeout'), 1);
    t.equal(proxy.stat('http.in.downstream_cx_upgrades_active'), 0);
    tunnel.close();
  });
}

t.test('a CONNECT that ends here carries bytes to a host that knows no HTTP', async (t) => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.write('220 ready\r\n');
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => socket.end('221 bye\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const route = (cluster: string) => ({ cluster, timeout: '0s', upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: {} }] });
  const nobody = await deadPort();
  const proxy = await startProxy({
    static_resources: {
      listeners: [
        httpListener('in', 'app', {
          manager: { http2_protocol_options: { allow_connect: true } },
          routes: [
            { match: { connect_matcher: {}, headers: [{ name: 'x-dead', present_match: true }] }, route: route('dead') },
            { match: { connect_matcher: {} }, route: route('app') },
          ],
        }),
      ],
      clusters: [staticCluster('app', port), staticCluster('dead', nobody)],
    },
  });
  t.teardown(async () => {
    server.close();
    await proxy.stop();
  });
  for (const down of ['h1', 'h2'] as const) {
    const tunnel = await openTunnel(down, proxy.port(), { protocol: '', path: 'mail:25', early: 'EHLO\r\n' });
    t.equal(tunnel.status, 200);
    t.equal(await readBytes(tunnel.duplex, 17), '220 ready\r\nEHLO\r\n');
    tunnel.duplex.end('QUIT\r\n');
    t.equal(await readToEnd(tunnel.duplex), 'QUIT\r\n221 bye\r\n');
    tunnel.close();
    const dead = await openTunnel(down, proxy.port(), { protocol: '', path: 'mail:25', headers: { 'x-dead': '1' } });
    t.equal(dead.status, 503);
    dead.close();
  }
  t.equal(proxy.stat('cluster.app.upstream_rq_200'), 2);
  t.equal(await statBecomes(proxy, 'cluster.app.upstream_cx_active', 0), 0);
  t.equal(await statBecomes(proxy, 'cluster.app.upstream_rq_active', 0), 0);
  t.equal(await statBecomes(proxy, 'http.in.downstream_cx_upgrades_active', 0), 0);
});

t.test('through two proxies with HTTP/2 between them', async (t) => {
  const inner = await setUp(t, 'h1', echo);
  const outer = await startProxy({
    static_resources: {
      listeners: [
        httpListener('in', 'inner', {
          manager: { http2_protocol_options: { allow_connect: true }, upgrade_configs: [{ upgrade_type: 'websocket' }] },
        }),
      ],
      clusters: [clusterOf('h2', 'inner', inner.port)],
    },
  });
  t.teardown(() => outer.stop());
  for (const down of ['h1', 'h2'] as const) {
    const tunnels = await Promise.all(
      Array.from({ length: 5 }, () => openTunnel(down, outer.port(), { protocol: 'websocket', path: '/', early: 'early' })),
    );
    for (const [i, tunnel] of tunnels.entries()) {
      tunnel.duplex.write(`ping ${i}`);
      t.equal(await readBytes(tunnel.duplex, 11), `earlyping ${i}`);
      tunnel.duplex.end();
      t.equal(await readToEnd(tunnel.duplex), 'bye');
      tunnel.close();
    }
  }
  t.match(inner.requests.at(-1), { method: 'GET', target: '/', protocol: 'websocket' });
  t.equal(outer.stat('cluster.inner.upstream_cx_total'), 1);
  t.equal(await statBecomes(inner.proxy, 'http.in.downstream_cx_upgrades_active', 0), 0);
  t.equal(await statBecomes(outer, 'http.in.downstream_cx_upgrades_active', 0), 0);
});

t.test('a 2xx to an upgrade is no grant: nothing of what follows reaches the upstream', async (t) => {
  const { port } = await setUp(t, 'h1', (request) => request.refuse(200, 'plain'));
  const upgrade = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
  const answer = await rawRequest(port, `${upgrade}GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n`);
  t.match(answer.text, /^HTTP\/1\.1 200 OK\r\n/);
  t.match(answer.text, /connection: close\r\n[\s\S]*plain$/);
  t.equal(answer.closed, true);
  const tunnel = await openTunnel('h2', port, { protocol: 'websocket', path: '/' });
  t.teardown(() => tunnel.close());
  t.equal(tunnel.status, 200);
  t.equal(await tunnel.body(), '');
});

t.test('h2c is ignored: the request is served, and what asks for it goes no further', async (t) => {
  const service = await startTunnelService('h1', (request) => request.refuse(500));
  const proxy = await startProxy({
    static_resources: { listeners: [httpListener('in', 'app')], clusters: [clusterOf('h1', 'app', service.port)] },
  });
  t.teardown(async () => {
    service.close();
    await proxy.stop();
  });
  const head =
    'GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n';
  const answer = await rawRequest(proxy.port(), head, { until: responses(1) });
  t.match(answer.text, /^HTTP\/1\.1 200 OK\r\n/);
  t.match(answer.text, /no tunnel$/);
});

t.test('an HTTP/2 client learns that it may ask only where the manager allows it', async (t) => {
  const { port } = await setUp(t, 'h1', echo, { http2_protocol_options: {} });
  const tunnel = openTunnel('h2', port, { protocol: 'websocket', path: '/' });
  await t.rejects(tunnel);
});

t.test('tunnels and requests share a connection, and the end of one is nothing to the others', async (t) => {
  const { proxy, port } = await setUp(t, 'h2', echo);
  const { connect } = await import('node:http2');
  const session = connect(`http://127.0.0.1:${port}`);
  t.teardown(() => session.destroy());
  await once(session, 'remoteSettings');
  const open = () =>
    session.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': '/', ':authority': 'a' });
  const first = open();
  const second = open();
  for (const stream of [first, second]) {
    stream.on('error', () => {});
    await once(stream, 'response');
  }
  first.close(8);
  await once(first, 'close');
  second.write('still here');
  t.equal(await readBytes(second, 10), 'still here');
  t.equal(await statBecomes(proxy, 'http.in.downstream_cx_upgrades_active', 1), 1);
  t.equal(proxy.stat('http.in.downstream_cx_active'), 1);
});

/** Waits for the event loop, not for time. */
async function statBecomes(proxy: TestProxy, name: string, value: number): Promise<number> {
  for (let i = 0; i < 10_000 && proxy.stat(name) !== value; i++) await new Promise(setImmediate);
  return proxy.stat(name);
}

/** Until `value` no longer grows. */
async function quiet(value: () => number, stopped: () => Promise<void>): Promise<void> {
  for (let same = 0, last = -1; same < 200; ) {
    await Promise.race([stopped(), new Promise(setImmediate)]);
    same = value() === last ? same + 1 : 0;
    last = value();
  }
}
