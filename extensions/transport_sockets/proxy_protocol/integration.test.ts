import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import { Authority } from '../../../test/support/pki.ts';
import { loopback, startProxy, type TestProxy } from '../../../test/support/proxy.ts';
import { until } from '../../../test/support/sockets.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
const RAW = { name: 'raw', typed_config: { '@type': `${TYPE}.transport_sockets.raw_buffer.v3.RawBuffer` } };

/** Listeners `tcp` and `http` in front of one server, whose connections `serve` gets. */
async function scene(t: Test, inner: object, version: string, serve: (socket: Socket) => void): Promise<TestProxy> {
  const server = createServer((socket) => serve(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const filter = (name: string, config: object): object => ({
    name,
    address: loopback(0),
    filter_chains: [{ filters: [{ name, typed_config: config }] }],
  });
  const proxy = await startProxy({
    static_resources: {
      listeners: [
        filter('tcp', { '@type': `${TYPE}.filters.network.tcp_proxy.v3.TcpProxy`, stat_prefix: 't', cluster: 'c' }),
        filter('http', {
          '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
          stat_prefix: 'h',
          route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }] }] },
          http_filters: [{ name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } }],
        }),
      ],
      clusters: [
        {
          name: 'c',
          transport_socket: {
            name: 'pp',
            typed_config: {
              '@type': `${TYPE}.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport`,
              config: { version },
              transport_socket: inner,
            },
          },
          load_assignment: {
            cluster_name: 'c',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback((server.address() as AddressInfo).port) } }] }],
          },
        },
      ],
    },
  });
  t.teardown(async () => {
    server.close();
    await proxy.stop();
  });
  return proxy;
}

t.test('a host is told the client of a TCP connection', async (t) => {
  let received = '';
  const proxy = await scene(t, RAW, 'V1', (socket) => {
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
  });
  const client = connect(proxy.port('tcp'), '127.0.0.1');
  t.teardown(() => client.destroy());
  client.write('hello');
  await until(() => received.endsWith('hello'), 'the bytes');
  t.equal(received, `PROXY TCP4 127.0.0.1 127.0.0.1 ${client.localPort} ${proxy.port('tcp')}\r\nhello`);
});

t.test('requests of one client share a connection, those of others do not, and nothing stays when it is gone', async (t) => {
  const heads: string[] = [];
  const proxy = await scene(t, RAW, 'V1', (socket) => {
    let first = true;
    socket.on('data', (chunk: Buffer) => {
      if (first) heads.push(chunk.toString().split('\r\n')[0] ?? '');
      first = false;
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    t.teardown(() => socket.destroy());
  });
  const call = async (agent: Agent): Promise<number> => {
    const [response] = (await once(get({ port: proxy.port('http'), host: '127.0.0.1', agent }), 'response')) as [
      { socket: Socket; resume(): void } & NodeJS.EventEmitter,
    ];
    const port = response.socket.localPort ?? 0;
    response.resume();
    await once(response, 'end');
    return port;
  };
  const one = new Agent({ keepAlive: true, maxSockets: 1 });
  const two = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => {
    one.destroy();
    two.destroy();
  });
  const ports = [await call(one), await call(two), await call(one)];
  t.equal(ports[0], ports[2]);
  t.same(
    heads,
    [ports[0], ports[1]].map((port) => `PROXY TCP4 127.0.0.1 127.0.0.1 ${port} ${proxy.port('http')}`),
  );
  t.equal(proxy.stat('cluster.c.upstream_cx_total'), 2);
});

t.test('the header goes before the handshake of TLS, in plain text', async (t) => {
  const authority = new Authority('root');
  const { certificate, key } = authority.issue({ sans: ['DNS:a.test'] });
  let received = '';
  const inner = {
    name: 'tls',
    typed_config: {
      '@type': `${TYPE}.transport_sockets.tls.v3.UpstreamTlsContext`,
      sni: 'a.test',
      common_tls_context: { validation_context: { trusted_ca: { inline_string: authority.certificate } } },
    },
  };
  let plain = '';
  const proxy = await scene(t, inner, 'V2', (socket) => {
    socket.once('readable', () => {
      plain = (socket.read(28) as Buffer | null)?.toString('hex') ?? '';
      const secure = new TLSSocket(socket, { isServer: true, cert: certificate, key });
      secure
        .on('error', () => {})
        .on('data', (chunk: Buffer) => {
          received += chunk.toString();
          secure.write('welcome');
        });
    });
    t.teardown(() => socket.destroy());
  });
  const client = connect(proxy.port('tcp'), '127.0.0.1');
  t.teardown(() => client.destroy());
  client.write('secret');
  const [answer] = (await once(client, 'data')) as [Buffer];
  t.equal(answer.toString(), 'welcome');
  t.equal(received, 'secret');
  t.match(plain, /^0d0a0d0a000d0a515549540a2111000c7f0000017f000001/);
});
