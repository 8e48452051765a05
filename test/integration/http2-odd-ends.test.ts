/**
 * Requests and tunnels of both protocols that end in odd places, many at once: on the client's side, on the upstream's, in the middle of
 * a head, a body or a tunnel. Afterwards everything is as before. The order is drawn from a seed, so that a failure can be had again.
 */
import { once } from 'node:events';
import { request as http1Request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Readable, Writable } from 'node:stream';
import t from 'tap';
import { httpListener } from '../support/bootstrap.ts';
import { type Handler, startService, type Version } from '../support/http2.ts';
import { clusterOf } from '../support/http2-bootstrap.ts';
import { eventually } from '../support/process-facts.ts';
import { startProxy } from '../support/proxy.ts';
import { openTunnel, startTunnelService, type TunnelRequest } from '../support/tunnel.ts';

const EXCHANGES = 600;
const AT_ONCE = 24;

/** Numerical Recipes' generator: the same numbers everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = seeded(20261121);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const serve: Handler = (request, response) => {
  const how = (request.url ?? '').slice(1);
  // A request that nobody reads would keep the whole connection waiting.
  const readable: Readable = request;
  readable.on('error', () => {}).resume();
  (response as Writable).on('error', () => {});
  const body = Buffer.alloc(how.startsWith('large') ? 200_000 : 10, 'x');
  switch (how) {
    case 'destroy':
      request.socket?.destroy();
      break;
    case 'half':
      response.setHeader('content-length', '1000');
      response.write(body);
      setImmediate(() => request.socket?.destroy());
      break;
    case 'early':
      response.end(body);
      break;
    case 'never':
      break;
    default:
      readable.on('end', () => response.end(body));
  }
};

function tunnels(request: TunnelRequest): void {
  if (request.target === '/refuse') {
    request.refuse(pick([200, 403, 500]), 'no');
    return;
  }
  if (request.target === '/never') return;
  const duplex = request.grant();
  duplex.on('error', () => {});
  duplex.write('hello');
  duplex.on('data', (chunk: Buffer) => {
    if (duplex.writable) duplex.write(chunk);
    if (request.target === '/break') duplex.destroy();
    else if (request.target === '/end') duplex.end();
  });
  duplex.on('end', () => duplex.end());
}

type Step = () => Promise<unknown>;

function overHttp1(port: number): Promise<unknown> {
  const path = pick(['/x', '/large', '/destroy', '/half', '/early', '/never']);
  const give = path === '/never' || random() < 0.3;
  const request = http1Request({ host: '127.0.0.1', port, path, method: pick(['GET', 'POST']), agent: false });
  const over = new Promise((done) => request.on('close', done));
  request.on('error', () => {});
  request.on('response', (response) => response.on('error', () => {}).resume());
  if (request.method === 'POST') request.write(Buffer.alloc(Math.floor(random() * 100_000)));
  if (give) setImmediate(() => setImmediate(() => request.destroy()));
  else request.end();
  return over;
}

function overHttp2(session: ClientHttp2Session): Promise<unknown> {
  const path = pick(['/x', '/large', '/destroy', '/half', '/early', '/never']);
  const give = path === '/never' || random() < 0.3;
  const body = random() < 0.5;
  const stream = session.request({ ':path': path, ':method': body ? 'POST' : 'GET' }, { endStream: !body });
  const over = new Promise((done) => stream.on('close', done));
  stream.on('error', () => {});
  stream.resume();
  if (body) stream.write(Buffer.alloc(Math.floor(random() * 100_000)));
  if (give) setImmediate(() => setImmediate(() => stream.close(8)));
  else if (body) stream.end();
  return over;
}

async function tunnel(version: Version, port: number): Promise<void> {
  const path = pick(['/echo', '/break', '/end', '/refuse']);
  const opened = await openTunnel(version, port, { protocol: 'websocket', path, early: pick(['', 'early']) }).catch(() => null);
  if (opened === null) return;
  const { duplex } = opened;
  duplex.on('error', () => {});
  if (opened.status === 101 || path === '/echo') duplex.write(Buffer.alloc(Math.floor(random() * 50_000)));
  if (random() < 0.5 && duplex.writable) duplex.end();
  await new Promise(setImmediate);
  opened.close();
}

for (const up of ['h1', 'h2'] as const) {
  t.test(`nothing is left of exchanges that end in odd places, ${up} upstream`, { timeout: 60_000 }, async (t) => {
    const service = await startService(up, serve);
    const tunnelService = await startTunnelService(up, tunnels);
    const manager = {
      codec_type: 'AUTO',
      http2_protocol_options: { allow_connect: true },
      upgrade_configs: [{ upgrade_type: 'websocket' }],
    };
    const routes = [
      { match: { safe_regex: { regex: '/(echo|break|end|refuse)' } }, route: { cluster: 'tunnels', timeout: '0s' } },
      { match: { prefix: '/' }, route: { cluster: 'app', timeout: '0s' } },
    ];
    const proxy = await startProxy({
      static_resources: {
        listeners: [httpListener('in', 'app', { manager, routes })],
        clusters: [clusterOf(up, 'app', service.port), clusterOf(up, 'tunnels', tunnelService.port)],
      },
    });
    t.teardown(async () => {
      service.close();
      tunnelService.close();
      await proxy.stop();
    });
    const port = proxy.port();
    let session = connect(`http://127.0.0.1:${port}`);
    const renew = async (): Promise<void> => {
      if (!session.destroyed && !session.closed) return;
      session = connect(`http://127.0.0.1:${port}`);
    };
    const steps: Step[] = [
      () => overHttp1(port),
      async () => {
        await renew();
        session.on('error', () => {});
        if (!session.destroyed && !session.closed) await overHttp2(session);
      },
      () => tunnel('h1', port),
      () => tunnel('h2', port),
    ];
    session.on('error', () => {});
    await once(session, 'connect');
    let left = EXCHANGES;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await pick(steps)();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    session.destroy();
    const gauges = () => [...proxy.stats()].filter(([name, value]) => /_active$/.test(name) && value !== 0 && !/listener_/.test(name));
    const upstreamIdle = /^cluster\.(?:app|tunnels)\.upstream_cx(?:_http\d)?_active$/;
    await eventually(() => gauges().every(([name]) => upstreamIdle.test(name)), 10_000);
    t.strictSame(
      gauges().filter(([name]) => !upstreamIdle.test(name)),
      [],
    );
    t.notMatch(proxy.log(), /critical|uncaught/i);
    const after = connect(`http://127.0.0.1:${port}`);
    const stream = after.request({ ':path': '/x' });
    const [head] = await once(stream, 'response');
    t.equal(head[':status'], 200);
    after.destroy();
  });
}
