/** The same exchanges through a whole proxy in each of the four combinations of protocols, with `node:http` and `node:http2` on both ends. */
import { createHash, randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { httpListener } from '../support/bootstrap.ts';
import { exchange, type Handler, type Service, type ServiceRequest, startService, type Version } from '../support/http2.ts';
import { clusterOf } from '../support/http2-bootstrap.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';

const MIB = 1 << 20;

function whole(request: ServiceRequest, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks)));
}

const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

const HANDLERS: Readonly<Record<string, Handler>> = {
  '/echo': (request, response) =>
    whole(request, (body) => {
      response.setHeader('x-seen', JSON.stringify({ ...request.headers }));
      response.setHeader('x-method', request.method ?? '');
      response.setHeader('content-type', 'application/octet-stream');
      response.end(body);
    }),
  '/trailers': (request, response) =>
    whole(request, (body) => {
      response.setHeader('trailer', 'x-sum');
      response.setHeader('x-got', String(request.trailers['x-sent'] ?? 'none'));
      response.write(body);
      response.addTrailers({ 'x-sum': sha(body) });
      response.end();
    }),
  '/length': (_request, response) => {
    response.setHeader('content-length', '12345');
    response.end();
  },
  '/hints': (_request, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.end('late');
  },
  '/large': (request, response) => {
    // Node resets the stream of a request that nobody reads.
    request.resume();
    response.end(Buffer.alloc(8 * MIB, 'outrigger'));
  },
  '/empty': (_request, response) => {
    response.statusCode = 204;
    response.end();
  },
};

async function setUp(t: Test, up: Version): Promise<{ proxy: TestProxy; port: number; service: Service }> {
  const service = await startService(up, (request, response) => HANDLERS[(request.url ?? '').split('?')[0] ?? '']?.(request, response));
  const manager = { codec_type: 'AUTO', http_protocol_options: { enable_trailers: true } };
  const proxy = await startProxy({
    static_resources: { listeners: [httpListener('in', 'app', { manager })], clusters: [clusterOf(up, 'app', service.port)] },
  });
  t.teardown(async () => {
    service.close();
    await proxy.stop();
  });
  return { proxy, port: proxy.port('in'), service };
}

for (const down of ['h1', 'h2'] as const) {
  for (const up of ['h1', 'h2'] as const) {
    t.test(`${down} → ${up}`, async (t) => {
      const { proxy, port } = await setUp(t, up);

      t.test('a head goes through with what the proxy adds', async (t) => {
        const { status, headers } = await exchange(down, port, { path: '/echo?q=1', headers: { 'x-one': 'a', cookie: 'a=b' } });
        t.equal(status, 200);
        const seen = JSON.parse(headers['x-seen'] ?? '{}') as Record<string, string>;
        t.match(seen, {
          'x-one': 'a',
          cookie: 'a=b',
          'x-forwarded-proto': 'http',
          'x-request-id': /^[0-9a-f-]{36}$/,
          ...(up === 'h2' ? { ':authority': `127.0.0.1:${port}`, ':path': '/echo?q=1', ':scheme': 'http' } : { host: `127.0.0.1:${port}` }),
        });
        t.equal(headers['x-method'], 'GET');
        t.match(headers, { server: 'envoy', date: /GMT$/, 'x-envoy-upstream-service-time': /^\d+$/ });
      });

      t.test('bodies go through both ways', async (t) => {
        for (const size of [1, 1000, 16_384, 65_536, 3 * MIB]) {
          const body = randomBytes(size);
          const reply = await exchange(down, port, { path: '/echo', body });
          t.equal(reply.status, 200);
          t.ok(reply.body.equals(body), `${size} bytes`);
        }
      });

      t.test('trailers go through both ways', async (t) => {
        const body = Buffer.from('counted');
        const headers = { te: 'trailers' };
        const reply = await exchange(down, port, { path: '/trailers', body, headers, trailers: { 'x-sent': 'yes' } });
        t.equal(reply.headers['x-got'], 'yes');
        t.equal(reply.body.toString(), 'counted');
        t.equal(reply.trailers['x-sum'], sha(body));
      });

      t.test('HEAD has the length and no body', async (t) => {
        const reply = await exchange(down, port, { method: 'HEAD', path: '/length' });
        t.equal(reply.status, 200);
        t.equal(reply.headers['content-length'], '12345');
        t.equal(reply.body.length, 0);
      });

      t.test('interim responses come first', async (t) => {
        const reply = await exchange(down, port, { path: '/hints' });
        t.same(reply.informational, [103]);
        t.equal(reply.body.toString(), 'late');
      });

      t.test('204 has no body', async (t) => {
        const reply = await exchange(down, port, { path: '/empty' });
        t.equal(reply.status, 204);
        t.equal(reply.body.length, 0);
      });

      t.test('large bodies keep to the windows', async (t) => {
        const replies = await Promise.all(Array.from({ length: 4 }, () => exchange(down, port, { path: '/large' })));
        for (const { body } of replies) t.ok(body.equals(Buffer.alloc(8 * MIB, 'outrigger')));
      });

      t.test('requests count in their protocol', async (t) => {
        const total = proxy.stat('http.in.downstream_rq_total');
        t.equal(proxy.stat(`http.in.downstream_rq_http${down === 'h1' ? 1 : 2}_total`), total);
        t.equal(proxy.stat(`http.in.downstream_cx_http${down === 'h1' ? 1 : 2}_total`), proxy.stat('http.in.downstream_cx_total'));
        t.equal(proxy.stat(`cluster.app.upstream_cx_http${up === 'h1' ? 1 : 2}_total`), proxy.stat('cluster.app.upstream_cx_total'));
        if (up === 'h2') t.equal(proxy.stat('cluster.app.upstream_cx_total'), 1, 'one connection for all of it');
        t.equal(proxy.stat('cluster.app.upstream_rq_total'), total);
        t.equal(proxy.stat('cluster.app.upstream_rq_active'), 0);
      });
    });
  }
}
