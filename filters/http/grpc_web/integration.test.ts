import type { Http2ServerResponse } from 'node:http2';
import t, { type Test } from 'tap';
import { httpListener } from '../../../test/support/bootstrap.ts';
import { exchange, type Service, startService } from '../../../test/support/http2.ts';
import { clusterOf } from '../../../test/support/http2-bootstrap.ts';
import { startProxy, type TestProxy } from '../../../test/support/proxy.ts';

const TYPE = 'type.googleapis.com/envoy.extensions.filters.http';

function message(text: string): Buffer {
  const bytes = Buffer.alloc(5 + text.length);
  bytes.writeUInt32BE(text.length, 1);
  bytes.latin1Write(text, 5);
  return bytes;
}

const TRAILERS = Buffer.from('\x80\0\0\0\x0fgrpc-status:0\r\n', 'latin1');

/** A service that answers three messages, or breaks off; what it got is in `bodies`. */
async function startEcho(bodies: Buffer[]): Promise<Service> {
  return startService('h2', (request, raw) => {
    const response = raw as Http2ServerResponse;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      if (request.url === '/pkg.Echo/Missing') {
        response.writeHead(404, { 'content-type': 'text/plain' });
        response.end('nobody is here');
        return;
      }
      response.writeHead(200, { 'content-type': request.headers['content-type'] });
      for (const text of ['a', 'bc', 'def']) response.write(message(text));
      response.addTrailers({ 'grpc-status': '0' });
      response.end();
    });
  });
}

async function startBench(t: Test, bodies: Buffer[]): Promise<TestProxy> {
  const service = await startEcho(bodies);
  t.teardown(() => service.close());
  const filters = [
    { name: 'web', typed_config: { '@type': `${TYPE}.grpc_web.v3.GrpcWeb` } },
    { name: 'router', typed_config: { '@type': `${TYPE}.router.v3.Router` } },
  ];
  const proxy = await startProxy({
    static_resources: {
      listeners: [httpListener('in', 'app', { manager: { http_filters: filters } })],
      clusters: [clusterOf('h2', 'app', service.port)],
    },
  });
  t.teardown(() => proxy.stop());
  return proxy;
}

t.test('a browser calls over either protocol, in bytes', async (t) => {
  const bodies: Buffer[] = [];
  const proxy = await startBench(t, bodies);
  for (const version of ['h1', 'h2'] as const) {
    const headers = { 'content-type': 'application/grpc-web+proto' };
    const answer = await exchange(version, proxy.port(), { path: '/pkg.Echo/Thrice', headers, body: message('x') });
    t.equal(answer.status, 200);
    t.match(answer.headers, { 'content-type': 'application/grpc-web+proto' });
    t.same(answer.body, Buffer.concat([message('a'), message('bc'), message('def'), TRAILERS]));
    t.same(answer.trailers, {});
  }
  t.same(bodies, [message('x'), message('x')]);
  t.equal(proxy.stat('cluster.app.grpc-web.pkg.Echo.Thrice.success'), 2);
});

t.test('a browser calls in text', async (t) => {
  const bodies: Buffer[] = [];
  const proxy = await startBench(t, bodies);
  const headers = { 'content-type': 'application/grpc-web-text', accept: 'application/grpc-web-text' };
  const body = Buffer.from(message('hello').toString('base64'));
  const answer = await exchange('h1', proxy.port(), { path: '/pkg.Echo/Thrice', headers, body });
  t.match(answer.headers, { 'content-type': 'application/grpc-web-text+proto' });
  const parts = [message('a'), message('bc'), message('def'), TRAILERS].map((part) => part.toString('base64'));
  t.equal(answer.body.toString(), parts.join(''));
  t.same(bodies, [message('hello')]);
});

t.test('errors of upstream and proxy reach the browser as gRPC', async (t) => {
  const proxy = await startBench(t, []);
  const headers = { 'content-type': 'application/grpc-web' };
  const missing = await exchange('h1', proxy.port(), { path: '/pkg.Echo/Missing', headers, body: message('x') });
  t.match(missing, { status: 404, headers: { 'grpc-status': '12', 'grpc-message': 'nobody is here' } });
  t.equal(missing.body.length, 0);
  const text = { 'content-type': 'application/grpc-web-text' };
  const broken = await exchange('h1', proxy.port(), { path: '/pkg.Echo/Thrice', headers: text, body: Buffer.from('****') });
  t.match(broken, { status: 400, headers: { 'grpc-status': '13' } });
});
