/** How a listener finds out that a client speaks HTTP/2, and how a cluster follows it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { get } from '../support/http.ts';
import { exchange, openHttp2, startService, type Version } from '../support/http2.ts';
import { clusterOf, oneHop, protocolOptions } from '../support/http2-bootstrap.ts';
import { startProxy } from '../support/proxy.ts';
import { rawRequest } from '../support/raw-client.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
/** Empty SETTINGS, and HEADERS with `GET http://a/` from HPACK's static table (RFC 7541 appendix A). */
const SETTINGS = Buffer.from('000000040000000000', 'hex');
const REQUEST = Buffer.from('000006010500000001828684410161', 'hex');

const every = (n: number): number[] => Array.from({ length: n - 1 }, (_, i) => i + 1);

t.test('a connection that comes byte by byte is taken for what it is', async (t) => {
  const service = await startService('h1', (request, response) => response.end(String(request.url)));
  const proxy = await startProxy(oneHop('h1', service.port));
  t.teardown(async () => {
    service.close();
    await proxy.stop();
  });
  const http2 = Buffer.concat([PREFACE, SETTINGS, REQUEST]);
  const answered = (text: string): boolean => text.includes('\x00\x00\x01\x01\x04') || /\x01[\x04\x05]\x00\x00\x00\x01/.test(text);
  const { text, closed } = await rawRequest(proxy.port(), http2, { splitAt: every(http2.length), until: answered });
  t.equal(closed, false);
  t.equal(text.charCodeAt(3), 4, 'SETTINGS first');
  for (const path of ['/', '/post']) {
    for (const method of ['POST', 'PUT', 'PRI', 'P']) {
      const request = Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n`);
      const answer = await rawRequest(proxy.port(), request, { splitAt: every(request.length), until: (all) => all.includes('\r\n\r\n') });
      t.match(answer.text, method.startsWith('PRI') || method === 'P' ? /^HTTP\/1\.1 400 / : /^HTTP\/1\.1 200 /, `${method} ${path}`);
    }
  }
  t.equal(proxy.stat('http.in.downstream_cx_http2_total'), 1);
  t.equal(proxy.stat('http.in.downstream_rq_http2_total'), 1);
});

t.test('a client that stops in the middle of the preface gets the answer of the older protocol', async (t) => {
  const manager = { request_headers_timeout: '0.05s' };
  const proxy = await startProxy({
    static_resources: { listeners: [httpListener('in', 'app', { manager })], clusters: [staticCluster('app')] },
  });
  t.teardown(() => proxy.stop());
  const { text, closed } = await rawRequest(proxy.port(), 'PRI * HT');
  t.match(text, /^HTTP\/1\.1 408 /);
  t.ok(closed);
  t.equal(proxy.stat('http.in.downstream_rq_header_timeout'), 1);
});

t.test('codec_type HTTP2 and HTTP1 take nothing else', async (t) => {
  const service = await startService('h1', (_request, response) => response.end('ok'));
  const listener = (name: string, type: string): object => httpListener(name, 'app', { manager: { codec_type: type } });
  const proxy = await startProxy({
    static_resources: { listeners: [listener('two', 'HTTP2'), listener('one', 'HTTP1')], clusters: [clusterOf('h1', 'app', service.port)] },
  });
  t.teardown(async () => {
    service.close();
    await proxy.stop();
  });
  t.equal((await exchange('h2', proxy.port('two'))).status, 200);
  t.equal((await exchange('h1', proxy.port('one'))).status, 200);
  const text = await rawRequest(proxy.port('two'), 'GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  t.notMatch(text.text, 'HTTP/1.1');
  t.ok(text.closed);
  t.match((await rawRequest(proxy.port('one'), Buffer.concat([PREFACE, SETTINGS, REQUEST]))).text, /^HTTP\/1\.1 (400|505) /);
});

t.test('use_downstream_protocol_config speaks upstream what the client speaks', async (t) => {
  const service = await startService('h1', (_request, response) => response.end('ok'));
  // The inner listener takes both; what came in there is what the outer one sent.
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  free.close();
  const outer = {
    ...staticCluster('inner', port),
    ...protocolOptions({ use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} } }),
  };
  const proxy = await startProxy({
    static_resources: {
      listeners: [httpListener('outer', 'inner'), httpListener('inner', 'app', { port })],
      clusters: [outer, clusterOf('h1', 'app', service.port)],
    },
  });
  t.teardown(async () => {
    service.close();
    await proxy.stop();
  });
  const inner = (): number[] => ['http1', 'http2'].map((name) => proxy.stat(`http.inner.downstream_rq_${name}_total`));
  const ask = async (version: Version): Promise<void> => {
    t.equal((await exchange(version, proxy.port('outer'))).status, 200);
  };
  await ask('h1');
  t.same(inner(), [1, 0]);
  await ask('h2');
  t.same(inner(), [1, 1]);
  await ask('h2');
  await ask('h1');
  t.same(inner(), [2, 2]);
  t.equal(proxy.stat('cluster.inner.upstream_cx_http1_total'), 1);
  t.equal(proxy.stat('cluster.inner.upstream_cx_http2_total'), 1);
});

t.test('the example of HTTP/2 between sidecars runs: two hundred requests, one connection between them', async (t) => {
  const service = await startService('h1', (request, response) => response.end(String(request.headers['x-demo-through'])));
  const names = ['15000', '15001', '15006'];
  const servers = await Promise.all(
    names.map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const free = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) server.close();
  const folder = mkdtempSync(join(tmpdir(), 'h2-between-'));
  const text = readFileSync(new URL('../../examples/h2-between-sidecars/envoy.yaml', import.meta.url), 'utf8')
    .replace(/\b(15000|15001|15006)\b/g, (port) => String(free[names.indexOf(port)]))
    .replace(/\b(9001|9002)\b/g, String(service.port));
  const file = join(folder, 'envoy.yaml');
  writeFileSync(file, text);
  const launcher = new URL('../../bin/outrigger', import.meta.url).pathname;
  const child = spawn(launcher, ['-c', file], { env: { ...process.env, OUTRIGGER_SRC: '1' }, stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exit;
    service.close();
    rmSync(folder, { recursive: true });
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.includes('ready in')) resolve();
    });
    child.on('exit', () => reject(new Error(output)));
  });
  const [admin = 0, outbound = 0, inbound = 0] = free;
  for (let round = 0; round < 10; round++) {
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => exchange('h1', outbound, { path: `/${i}` })));
    for (const { status, body } of replies) {
      t.equal(status, 200);
      t.equal(body.toString().replace(/\s/g, ''), 'outbound,inbound');
    }
  }
  const { body } = await get(admin, '/stats?filter=^cluster\\.demo\\.upstream_(cx_http2|rq)_total$');
  t.match(body, 'cluster.demo.upstream_cx_http2_total: 1\n');
  t.match(body, 'cluster.demo.upstream_rq_total: 200');
  const client = await openHttp2(inbound);
  t.equal((await client.exchange()).body.toString(), 'inbound', 'a sidecar may also be asked in HTTP/2');
  client.close();
  child.kill('SIGTERM');
  t.same(await exit, [0, null]);
});
