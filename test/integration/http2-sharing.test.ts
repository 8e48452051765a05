/** What requests that share a connection do to one another, through a whole proxy: nothing. */
import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import t, { type Test } from 'tap';
import { exchange, type Handler, openHttp2, type Service, type ServiceOptions, startService } from '../support/http2.ts';
import { oneHop } from '../support/http2-bootstrap.ts';
import { eventually } from '../support/process-facts.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

interface Bench {
  readonly service: Service;
  readonly proxy: TestProxy;
  readonly port: number;
  stat(name: string): number;
}

interface BenchOptions {
  readonly service?: ServiceOptions;
  readonly cluster?: object;
  readonly route?: object;
}

async function setUp(t: Test, handler: Handler, options: BenchOptions = {}): Promise<Bench> {
  const service = await startService('h2', handler, options.service);
  const proxy = await startProxy(oneHop('h2', service.port, options.cluster, options.route));
  t.teardown(async () => {
    service.close();
    await proxy.stop();
  });
  return { service, proxy, port: proxy.port('in'), stat: (name) => proxy.stat(`cluster.app.${name}`) };
}

const RETRY = { retry_policy: { retry_on: 'refused-stream', num_retries: 10, retry_back_off: { base_interval: '0.001s' } } };
const limits = (thresholds: object): object => ({ circuit_breakers: { thresholds: [thresholds] } });

t.test('of a hundred streams one does not read, and the others do not notice', async (t) => {
  const size = 256 * KIB;
  const { port, stat } = await setUp(t, (request, response) => {
    // Node resets the stream of a request that nobody reads.
    request.resume();
    response.end(Buffer.alloc(request.url === '/stalled' ? 16 * MIB : size));
  });
  // The stalled stream may hold its own window of the client's connection, and not more.
  const client = await openHttp2(port, { initialWindowSize: 64 * KIB });
  client.session.setLocalWindowSize(4 * MIB);
  const stalled = client.stream({ path: '/stalled' });
  await once(stalled, 'response');
  const replies = await Promise.all(Array.from({ length: 99 }, () => client.exchange({ path: '/free' })));
  t.ok(replies.every((reply) => reply.status === 200 && reply.body.length === size));
  t.equal(stat('upstream_cx_total'), 1);
  t.equal(stat('upstream_rq_active'), 1);
  // Its upstream window, what the proxy keeps of it, and its downstream window.
  const held = stat('upstream_cx_rx_bytes_total') - 99 * size;
  t.ok(held < 512 * KIB, `the proxy took ${held} bytes of the stalled response`);
  client.close();
  t.ok(await eventually(() => stat('upstream_rq_active') === 0, 5000));
});

t.test('a stalled upstream does not keep other requests from going up', async (t) => {
  let stuck = 0;
  const { port, stat } = await setUp(t, (request, response) => {
    if (request.url === '/stuck') {
      stuck++;
      return;
    }
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.end(String(bytes)));
  });
  const client = await openHttp2(port);
  const stalled = client.stream({ path: '/stuck', method: 'POST', body: Buffer.alloc(0) });
  stalled.on('error', () => {});
  stalled.write(Buffer.alloc(8 * MIB));
  t.ok(await eventually(() => stuck === 1, 5000));
  const replies = await Promise.all(Array.from({ length: 20 }, () => client.exchange({ path: '/', body: Buffer.alloc(300 * KIB) })));
  t.ok(replies.every((reply) => reply.body.toString() === String(300 * KIB)));
  t.equal(stat('upstream_cx_total'), 1);
  client.close();
});

t.test('GOAWAY under load loses nothing', async (t) => {
  let served = 0;
  const bench = await setUp(
    t,
    (_request, response) => {
      served++;
      response.end('ok');
      // Says goodbye, and serves what it got before.
      if (served % 25 === 0) (response as unknown as { stream: ServerHttp2Stream }).stream.session?.close();
    },
    { cluster: limits({ max_retries: 100 }), route: RETRY },
  );
  const client = await openHttp2(bench.port);
  const statuses = new Map<number, number>();
  const worker = async (): Promise<void> => {
    for (let i = 0; i < 40; i++) {
      const { status } = await client.exchange();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 25 }, worker));
  t.same([...statuses], [[200, 1000]]);
  t.ok(bench.stat('upstream_cx_total') >= 40, `${bench.stat('upstream_cx_total')} connections`);
  t.ok(bench.stat('upstream_cx_close_notify') >= 39);
  t.equal(bench.stat('upstream_rq_active'), 0);
  t.equal(bench.stat('upstream_rq_pending_active'), 0);
  client.close();
});

t.test('a peer that takes one stream at a time gets one at a time', async (t) => {
  const running = new Map<object, number>();
  let most = 0;
  const bench = await setUp(
    t,
    (_request, response) => {
      const { session } = (response as unknown as { stream: ServerHttp2Stream }).stream;
      if (session === undefined) return;
      running.set(session, (running.get(session) ?? 0) + 1);
      most = Math.max(most, running.get(session) ?? 0);
      setImmediate(() => {
        running.set(session, (running.get(session) ?? 0) - 1);
        response.end('ok');
      });
    },
    { service: { settings: { maxConcurrentStreams: 1 } }, cluster: limits({ max_connections: 3 }) },
  );
  const client = await openHttp2(bench.port);
  t.equal((await client.exchange()).status, 200);
  const replies = await Promise.all(Array.from({ length: 60 }, () => client.exchange()));
  t.ok(replies.every(({ status }) => status === 200));
  t.equal(most, 1);
  t.ok(bench.stat('upstream_cx_total') <= 3 && bench.stat('upstream_cx_total') > 1);
  t.equal(bench.stat('http2.stream_refused_errors'), 0);
  client.close();
});

t.test('requests that the peer refused unseen go again', async (t) => {
  const bench = await setUp(t, (_request, response) => setImmediate(() => response.end('ok')), {
    service: { settings: { maxConcurrentStreams: 2 } },
    cluster: limits({ max_retries: 100 }),
    route: RETRY,
  });
  const client = await openHttp2(bench.port);
  // All of them leave before the peer has said that it takes two.
  const replies = await Promise.all(Array.from({ length: 20 }, () => client.exchange()));
  t.ok(replies.every(({ status }) => status === 200));
  client.close();
});

t.test('more than the breakers allow is refused at once', async (t) => {
  const waiting: (() => void)[] = [];
  const bench = await setUp(t, (_request, response) => waiting.push(() => response.end('ok')), {
    cluster: {
      ...limits({ max_connections: 1, max_pending_requests: 2 }),
      http2_protocol_options: { max_concurrent_streams: 2 },
      typed_extension_protocol_options: {},
    },
  });
  const client = await openHttp2(bench.port);
  const first = client.exchange();
  t.ok(await eventually(() => waiting.length === 1, 5000));
  const others = Array.from({ length: 5 }, () => client.exchange());
  t.ok(await eventually(() => bench.stat('upstream_rq_pending_overflow') === 2 && waiting.length === 2, 5000));
  t.equal(bench.stat('upstream_rq_pending_active'), 2);
  for (let i = 0; i < 4; i++) {
    t.ok(await eventually(() => waiting.length > 0, 5000));
    waiting.shift()?.();
  }
  const replies = await Promise.all([first, ...others]);
  t.same(replies.map(({ status }) => status).sort(), [200, 200, 200, 200, 503, 503]);
  const refused = replies.find(({ status }) => status === 503);
  t.match(refused?.body.toString(), 'reset reason: overflow');
  t.equal(refused?.headers['x-envoy-overloaded'], 'true');
  client.close();
});

t.test('a stream that the peer breaks costs nobody else anything', async (t) => {
  const bench = await setUp(t, (request, response) => {
    if (request.url === '/break') (response as unknown as { stream: ServerHttp2Stream }).stream.close(2);
    else response.end('ok');
  });
  const client = await openHttp2(bench.port);
  const replies = await Promise.all(['/', '/break', '/', '/break', '/'].map((path) => client.exchange({ path })));
  t.same(
    replies.map(({ status }) => status),
    [200, 503, 200, 503, 200],
  );
  t.match(replies[1]?.body.toString(), 'reset reason: remote reset');
  t.equal(bench.stat('upstream_cx_total'), 1);
  t.equal(bench.stat('upstream_cx_active'), 1);
  t.equal(bench.stat('upstream_rq_rx_reset'), 2);
  client.close();
});

t.test('a client that goes away takes its requests with it, and leaves the upstream connection', async (t) => {
  let aborted = 0;
  const bench = await setUp(t, (request, response) => {
    if (request.url === '/') response.end('ok');
    request.on('aborted', () => aborted++);
  });
  const client = await openHttp2(bench.port);
  for (let i = 0; i < 5; i++) client.stream({ path: '/wait' }).on('error', () => {});
  t.ok(await eventually(() => bench.stat('upstream_rq_active') === 5, 5000));
  client.close();
  t.ok(await eventually(() => bench.stat('upstream_rq_active') === 0 && aborted === 5, 5000));
  t.equal((await exchange('h1', bench.port)).status, 200);
  t.equal(bench.stat('upstream_cx_total'), 1);
  t.equal(bench.stat('upstream_rq_tx_reset'), 5);
});

t.test('connections come and go, and leave nothing behind', async (t) => {
  const bench = await setUp(t, (_request, response) => response.end('ok'), { cluster: { max_requests_per_connection: 3 } });
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(Array.from({ length: 5 }, () => openHttp2(bench.port)));
    const replies = await Promise.all(clients.flatMap((client) => [client.exchange(), client.exchange(), client.exchange()]));
    t.ok(replies.every(({ status }) => status === 200));
    for (const client of clients) client.close();
  }
  t.ok(await eventually(() => bench.proxy.stat('http.in.downstream_cx_active') === 0, 5000));
  t.equal(bench.proxy.stat('http.in.downstream_rq_active'), 0);
  t.equal(bench.proxy.stat('http2.streams_active'), 0);
  t.equal(bench.stat('upstream_rq_active'), 0);
  t.equal(bench.stat('http2.streams_active'), 0);
  t.ok(bench.stat('upstream_cx_max_requests') >= 49);
  t.ok(bench.stat('upstream_cx_active') <= 1);
});
