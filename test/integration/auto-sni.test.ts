/** `auto_sni` and `auto_san_validation`: connections are named after the request, and shared only under one name. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import { Authority } from '../support/pki.ts';
import { loopback, startProxy, type TestProxy } from '../support/proxy.ts';

const ca = new Authority('ca');
const server = ca.issue({ cn: 'server', sans: ['DNS:a.test', 'DNS:b.test', 'IP:127.0.0.1'] });

/** Answers each request with the SNI of its connection. */
async function upstream(t: Test): Promise<{ port: number; connections(): number }> {
  let connections = 0;
  const listening = createServer({ cert: server.certificate, key: server.key }, (socket: TLSSocket) => {
    connections++;
    socket.on('error', () => {});
    socket.on('data', () => {
      const name = String(socket.servername || '-');
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${name.length}\r\n\r\n${name}`);
    });
  });
  listening.on('tlsClientError', () => {});
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  t.teardown(() => listening.close());
  return { port: (listening.address() as AddressInfo).port, connections: () => connections };
}

async function start(t: Test, port: number, options: object, route: object = {}): Promise<TestProxy> {
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'in',
    route_config: {
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'up', ...route } }] }],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
  };
  const cluster = {
    name: 'up',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http_protocol_options: {} },
        upstream_http_protocol_options: options,
      },
    },
    transport_socket: {
      name: 'tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
        common_tls_context: { validation_context: { trusted_ca: { inline_string: ca.certificate } } },
      },
    },
    load_assignment: { cluster_name: 'up', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }] },
  };
  const proxy = await startProxy({
    static_resources: {
      listeners: [{ name: 'in', address: loopback(0), filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }] }],
      clusters: [cluster],
    },
  });
  t.teardown(() => proxy.stop());
  return proxy;
}

async function get(proxy: TestProxy, host: string): Promise<{ status: number; body: string }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: proxy.port(), headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        body += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

t.test('each host has connections of its own, with its name', async (t) => {
  const up = await upstream(t);
  const proxy = await start(t, up.port, { auto_sni: true });
  t.same(await get(proxy, 'a.test:81'), { status: 200, body: 'a.test' });
  t.same(await get(proxy, 'b.test'), { status: 200, body: 'b.test' });
  t.same(await get(proxy, '1.2.3.4'), { status: 200, body: '-' });
  t.same(await get(proxy, 'a.test'), { status: 200, body: 'a.test' });
  t.equal(up.connections(), 3, 'the last one went over the first connection');
});

t.test('the name that the route writes counts', async (t) => {
  const up = await upstream(t);
  const proxy = await start(t, up.port, { auto_sni: true }, { host_rewrite_literal: 'b.test' });
  t.equal((await get(proxy, 'a.test')).body, 'b.test');
});

t.test('a server whose certificate does not have the name gets no request', async (t) => {
  const up = await upstream(t);
  const proxy = await start(t, up.port, { auto_sni: true, auto_san_validation: true });
  t.equal((await get(proxy, 'a.test')).body, 'a.test');
  t.equal((await get(proxy, 'wrong.test')).status, 503);
  t.equal((await get(proxy, '127.0.0.1')).status, 200, 'an address among its names');
  t.equal((await get(proxy, '127.0.0.2')).status, 503);
  t.equal(proxy.stat('cluster.up.ssl.fail_verify_san'), 2);
});
