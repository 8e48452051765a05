/** Retries over sockets: what an upstream answers, breaks off or refuses, and how often it is asked. */
import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import t, { type Test } from 'tap';
import { httpListener } from '../support/bootstrap.ts';
import { block, END, frame, PREFACE, settings, u32 } from '../support/h2-wire.ts';
import { exchange, type Handler, startService, type Version } from '../support/http2.ts';
import { clusterOf, oneHop } from '../support/http2-bootstrap.ts';
import { startProxy } from '../support/proxy.ts';

const PREVIOUS_HOSTS = {
  name: 'envoy.retry_host_predicates.previous_hosts',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate' },
};

async function setUp(t: Test, version: Version, handler: Handler, policy: object | null, more: object = {}) {
  const service = await startService(version, handler);
  t.teardown(() => service.close());
  const retry = policy === null ? {} : { retry_policy: { retry_back_off: { base_interval: '0.001s' }, ...policy } };
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'app', ...retry }, ...more }];
  const proxy = await startProxy({
    static_resources: {
      listeners: [httpListener('in', 'app', { routes })],
      clusters: [clusterOf(version, 'app', service.port)],
    },
  });
  t.teardown(() => proxy.stop());
  return { service, proxy };
}

for (const version of ['h1', 'h2'] as const) {
  t.test(`${version}: a request with a body is sent until it is taken`, async (t) => {
    const bodies: string[] = [];
    const { proxy } = await setUp(
      t,
      version,
      (request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => {
          body += chunk.toString('latin1');
        });
        request.on('end', () => {
          bodies.push(body);
          response.statusCode = bodies.length < 3 ? 503 : 200;
          response.end(String(bodies.length));
        });
      },
      { retry_on: '5xx', num_retries: 5 },
    );
    const body = Buffer.alloc(100_000, 'abcdefg');
    const answer = await exchange(version, proxy.port(), { body });
    t.match(answer, { status: 200 });
    t.equal(answer.body.toString(), '3');
    t.same(
      bodies.map((each) => each === body.toString('latin1')),
      [true, true, true],
    );
    t.equal(proxy.stat('cluster.app.upstream_rq_retry'), 2);
    t.equal(proxy.stat('cluster.app.upstream_rq_retry_success'), 1);
    t.equal(proxy.stat('cluster.app.retry.upstream_rq_503'), 2);
    t.equal(proxy.stat('cluster.app.upstream_rq_200'), 1);
  });

  t.test(`${version}: a body beyond the limit is sent once`, async (t) => {
    let requests = 0;
    const { proxy } = await setUp(
      t,
      version,
      (request, response) => {
        requests++;
        request.resume();
        request.on('end', () => {
          response.statusCode = 503;
          response.end();
        });
      },
      { retry_on: '5xx', num_retries: 5 },
      { per_request_buffer_limit_bytes: 10_000 },
    );
    const answer = await exchange(version, proxy.port(), { body: Buffer.alloc(10_001) });
    t.match(answer, { status: 503 });
    t.equal(requests, 1);
    t.equal(proxy.stat('cluster.app.retry_or_shadow_abandoned'), 1);
  });

  t.test(`${version}: a response that breaks off before its head is asked for again`, async (t) => {
    let requests = 0;
    const { proxy } = await setUp(
      t,
      version,
      (request, response) => {
        if (++requests === 1) request.socket.destroy();
        else response.end('ok');
      },
      { retry_on: 'reset' },
    );
    const answer = await exchange(version, proxy.port());
    t.equal(answer.body.toString(), 'ok');
    t.equal(requests, 2);
  });

  t.test(`${version}: an attempt that takes too long makes room for another`, async (t) => {
    let requests = 0;
    const { proxy } = await setUp(
      t,
      version,
      (_request, response) => {
        if (++requests > 1) response.end('ok');
      },
      { retry_on: 'reset', per_try_timeout: '0.05s' },
    );
    const answer = await exchange(version, proxy.port());
    t.equal(answer.body.toString(), 'ok');
    t.equal(proxy.stat('cluster.app.upstream_rq_per_try_timeout'), 1);
    t.equal(proxy.stat('cluster.app.upstream_rq_active'), 0, 'the slow one was given up');
  });
}

t.test('h2: a stream that is refused goes again where the policy says so', async (t) => {
  const refuseFirst = (): Handler => {
    let requests = 0;
    return (_request, response) => {
      if (++requests === 1) (response as unknown as { stream: ServerHttp2Stream }).stream.close(7);
      else response.end('ok');
    };
  };
  const asked = await setUp(t, 'h2', refuseFirst(), { retry_on: 'refused-stream' });
  t.match(await exchange('h2', asked.proxy.port()), { status: 200 });
  const silent = await setUp(t, 'h2', refuseFirst(), null);
  t.match(await exchange('h2', silent.proxy.port()), { status: 503 });
});

t.test('h2: what a connection did not process before it left goes to the next one, without a policy', async (t) => {
  let connections = 0;
  const server = createServer((socket) => {
    const first = ++connections === 1;
    let seen = Buffer.alloc(0);
    let answered = false;
    socket.on('error', () => {});
    socket.write(settings());
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const id = requestIn(seen);
      if (answered || id === 0) return;
      answered = true;
      // "The last stream that I looked at is none."
      socket.write(first ? frame('GOAWAY', 0, 0, u32(0, 0)) : frame('HEADERS', END, id, block(':status: 204')));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const proxy = await startProxy(oneHop('h2', (server.address() as AddressInfo).port));
  t.teardown(() => proxy.stop());
  t.match(await exchange('h1', proxy.port()), { status: 204 });
  t.equal(connections, 2);
});

/** Stream of the first HEADERS frame behind the preface, 0 when there is none yet. */
function requestIn(bytes: Buffer): number {
  for (let at = PREFACE.length; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes[at + 3] === 1) return bytes.readUInt32BE(at + 5);
  }
  return 0;
}

t.test('a retry avoids the host that failed', async (t) => {
  const counts = [0, 0];
  const services = await Promise.all(
    counts.map((_, i) =>
      startService('h1', (_request, response) => {
        counts[i] = (counts[i] ?? 0) + 1;
        response.statusCode = i === 0 ? 503 : 200;
        response.end();
      }),
    ),
  );
  for (const service of services) t.teardown(() => service.close());
  const policy = { retry_on: '5xx', retry_host_predicate: [PREVIOUS_HOSTS], host_selection_retry_max_attempts: 5 };
  const endpoints = services.map(({ port }) => ({ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } }));
  const proxy = await startProxy({
    static_resources: {
      listeners: [httpListener('in', 'app', { routes: [{ match: { prefix: '/' }, route: { cluster: 'app', retry_policy: policy } }] })],
      clusters: [{ name: 'app', type: 'STATIC', load_assignment: { cluster_name: 'app', endpoints: [{ lb_endpoints: endpoints }] } }],
    },
  });
  t.teardown(() => proxy.stop());
  for (let i = 0; i < 20; i++) t.match(await exchange('h1', proxy.port()), { status: 200 });
  t.equal(counts[1], 20);
  t.equal(proxy.stat('cluster.app.upstream_rq_retry'), counts[0]);
});
