/** ALPN decides on both sides: what a listener serves, what a cluster with `auto_config` speaks, and what is offered without a list. */
import { once } from 'node:events';
import { connect, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { exchange } from '../support/http2.ts';
import { protocolOptions } from '../support/http2-bootstrap.ts';
import { Authority } from '../support/pki.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';

const ca = new Authority('ca');
const server = ca.issue({ cn: 'server', sans: ['DNS:a.test', 'IP:127.0.0.1'] });
const TLS = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3';

const says = (incoming: { httpVersion: string; socket: unknown }): string =>
  `${incoming.httpVersion} ${(incoming.socket as TLSSocket).alpnProtocol}`;

/** An HTTP service that says which protocol it was asked in, and which was negotiated. Its port. */
async function serve(t: Test, http2: boolean): Promise<number> {
  const own = { key: server.key, cert: server.certificate };
  const service = http2
    ? createSecureServer({ ...own, allowHTTP1: true }, (incoming, response) => {
        incoming.resume();
        response.end(says(incoming));
      })
    : createHttpsServer({ ...own, ALPNProtocols: ['http/1.1'] }, (incoming, response) => response.end(says(incoming)));
  const sockets = new Set<TLSSocket>();
  service.on('secureConnection', (socket: TLSSocket) => sockets.add(socket));
  service.on('sessionError', () => {});
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  t.teardown(() => {
    service.close();
    for (const socket of sockets) socket.destroy();
  });
  return (service.address() as AddressInfo).port;
}

function upstreamTls(common: object = {}): object {
  return {
    transport_socket: {
      name: 'tls',
      typed_config: {
        '@type': `${TLS}.UpstreamTlsContext`,
        common_tls_context: { validation_context: { trusted_ca: { inline_string: ca.certificate } }, ...common },
      },
    },
  };
}

async function start(t: Test, port: number, options: object, common: object = {}): Promise<TestProxy> {
  const cluster = { ...staticCluster('app', port), ...protocolOptions(options), ...upstreamTls(common) };
  const proxy = await startProxy({ static_resources: { listeners: [httpListener('in', 'app')], clusters: [cluster] } });
  t.teardown(() => proxy.stop());
  return proxy;
}

const spoken = async (proxy: TestProxy): Promise<string> => (await exchange('h1', proxy.port('in'))).body.toString();

t.test('auto_config speaks what the handshake chose, over one connection when that is HTTP/2', async (t) => {
  const both = await serve(t, true);
  const proxy = await start(t, both, { auto_config: {} });
  t.equal(await spoken(proxy), '2.0 h2');
  t.same(await Promise.all(Array.from({ length: 10 }, () => spoken(proxy))), Array(10).fill('2.0 h2'));
  t.equal(proxy.stat('cluster.app.upstream_cx_total'), 1);
  t.equal(proxy.stat('cluster.app.upstream_cx_http2_total'), 1);

  const older = await serve(t, false);
  const second = await start(t, older, { auto_config: {} });
  t.equal(await spoken(second), '1.1 http/1.1');
  t.same(await Promise.all(Array.from({ length: 3 }, () => spoken(second))), Array(3).fill('1.1 http/1.1'));
  t.equal(second.stat('cluster.app.upstream_cx_http2_total'), 0);
  t.equal(second.stat('cluster.app.upstream_cx_http1_total'), second.stat('cluster.app.upstream_cx_total'));
});

t.test('without alpn_protocols a cluster offers what it is going to speak', async (t) => {
  const both = await serve(t, true);
  t.equal(await spoken(await start(t, both, { explicit_http_config: { http2_protocol_options: {} } })), '2.0 h2');
  t.equal(await spoken(await start(t, both, { explicit_http_config: { http_protocol_options: {} } })), '1.1 http/1.1');
  const own = await start(t, both, { auto_config: {} }, { alpn_protocols: ['http/1.1'] });
  t.equal(await spoken(own), '1.1 http/1.1', 'its own list goes first');
});

t.test('a peer without ALPN is spoken to in HTTP/1.1 by auto_config', async (t) => {
  const service = createTlsServer({ key: server.key, cert: server.certificate }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const line = data.toString('latin1').split('\r\n')[0] ?? '';
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${line.length}\r\n\r\n${line}`);
    });
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  t.teardown(() => service.close());
  const proxy = await start(t, (service.address() as AddressInfo).port, { auto_config: {} });
  t.equal(await spoken(proxy), 'GET / HTTP/1.1');
});

t.test('a listener serves what it agreed on with its client', async (t) => {
  const both = await serve(t, true);
  const plain = httpListener('in', 'app') as { filter_chains: object[] };
  const socket = {
    name: 'tls',
    typed_config: {
      '@type': `${TLS}.DownstreamTlsContext`,
      common_tls_context: {
        alpn_protocols: ['h2', 'http/1.1'],
        tls_certificates: [{ certificate_chain: { inline_string: server.certificate }, private_key: { inline_string: server.key } }],
      },
    },
  };
  const listener = { ...plain, filter_chains: [{ ...plain.filter_chains[0], transport_socket: socket }] };
  const cluster = {
    ...staticCluster('app', both),
    ...protocolOptions({ use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} } }),
    ...upstreamTls(),
  };
  const proxy = await startProxy({ static_resources: { listeners: [listener], clusters: [cluster] } });
  t.teardown(() => proxy.stop());
  const port = proxy.port('in');

  const session = connect(`https://127.0.0.1:${port}`, { ca: ca.certificate, servername: 'a.test' });
  const stream = session.request({ ':path': '/' });
  let body = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  await once(stream, 'end');
  session.destroy();
  t.equal(body, '2.0 h2');

  for (const alpn of [['http/1.1'], undefined]) {
    const sent = request({
      host: '127.0.0.1',
      port,
      ca: ca.certificate,
      servername: 'a.test',
      agent: false,
      ...(alpn === undefined ? {} : { ALPNProtocols: alpn }),
    }).end();
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await once(response, 'end');
    t.equal(text, '1.1 http/1.1', `the client offers ${alpn ?? 'nothing'}`);
  }
  t.equal(proxy.stat('http.in.downstream_cx_http2_total'), 1);
  t.equal(proxy.stat('http.in.downstream_cx_http1_total'), 2);
});
