/** PROXY header, inspectors, chains by server name and ALPN, and a real handshake behind them: whole and in single bytes. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import t from 'tap';
import { HTTP_INSPECTOR, PROXY_PROTOCOL, proxyHeader, TLS_INSPECTOR } from '../../test/support/accept-probes.ts';
import { Authority } from '../../test/support/pki.ts';
import { loopback, startProxy, type TestProxy } from '../../test/support/proxy.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
const authority = new Authority('root');

function chain(name: string, match: object, tls: boolean): object {
  const { certificate, key } = authority.issue({ cn: name, sans: ['DNS:a.test', 'DNS:b.test'] });
  const context = {
    '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
    common_tls_context: { tls_certificates: [{ certificate_chain: { inline_string: certificate }, private_key: { inline_string: key } }] },
  };
  const manager = {
    '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: name,
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: name } } }],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } }],
  };
  return {
    name,
    filter_chain_match: match,
    filters: [{ name: 'hcm', typed_config: manager }],
    ...(tls ? { transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: context } } : {}),
  };
}

const LINE = '%FILTER_CHAIN_NAME% from %DOWNSTREAM_REMOTE_ADDRESS% to %DOWNSTREAM_LOCAL_ADDRESS% as %REQUESTED_SERVER_NAME%\n';

function start(path: string): Promise<TestProxy> {
  const log = { path, log_format: { text_format_source: { inline_string: LINE } } };
  return startProxy({
    static_resources: {
      listeners: [
        {
          name: 'l',
          address: loopback(0),
          listener_filters: [PROXY_PROTOCOL, TLS_INSPECTOR, HTTP_INSPECTOR],
          access_log: [{ name: 'file', typed_config: { '@type': `${TYPE}.access_loggers.file.v3.FileAccessLog`, ...log } }],
          filter_chains: [
            chain('a', { server_names: ['a.test'] }, true),
            chain('alpn', { application_protocols: ['istio-http/1.1'] }, true),
            chain('port', { destination_port: 8443, transport_protocol: 'tls' }, true),
            chain('plain', { transport_protocol: 'raw_buffer' }, false),
          ],
        },
      ],
    },
  });
}

/** Everything that is written leaves in pieces of that size, one turn apart. */
function inPieces(socket: Socket, size: number): Duplex {
  const duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      let at = 0;
      const next = (): void => {
        if (at >= chunk.length || socket.destroyed) {
          done();
          return;
        }
        socket.write(chunk.subarray(at, at + size), () => setImmediate(next));
        at += size;
      };
      next();
    },
    final(done) {
      socket.end(done);
    },
  });
  socket.on('data', (chunk: Buffer) => duplex.push(chunk));
  socket.on('end', () => duplex.push(null));
  socket.on('error', (error) => duplex.destroy(error));
  return duplex;
}

interface Ask {
  readonly to: string;
  readonly size: number;
  /** Undefined: plain text. */
  readonly tls?: { readonly servername?: string; readonly ALPNProtocols?: string[] };
}

async function ask(proxy: TestProxy, { to, size, tls }: Ask): Promise<string> {
  const socket = connectSocket({ port: proxy.port(), host: '127.0.0.1', noDelay: true });
  const wire = inPieces(socket, size);
  wire.write(proxyHeader('10.0.0.2:4711', to));
  const stream = tls === undefined ? wire : connectTls({ socket: wire, rejectUnauthorized: false, ...tls });
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  stream.write('GET / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n');
  await once(stream, 'end');
  socket.destroy();
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

t.test('headers, hellos and requests in pieces of any size end where they belong', async (t) => {
  const path = join(t.testdir({}), 'access.log');
  const proxy = await start(path);
  t.teardown(() => proxy.stop());
  const istio = { servername: 'b.test', ALPNProtocols: ['istio-http/1.1', 'istio', 'http/1.1'] };
  for (const size of [1, 7, 1000]) {
    t.equal(await ask(proxy, { to: '10.1.1.1:443', size, tls: { servername: 'A.test' } }), 'a');
    t.equal(await ask(proxy, { to: '10.1.1.1:443', size, tls: istio }), 'alpn');
    t.equal(await ask(proxy, { to: '10.1.1.1:8443', size, tls: {} }), 'port');
    t.equal(await ask(proxy, { to: '10.1.1.1:80', size }), 'plain');
  }
  t.equal(proxy.stat('proxy_proto.versions.v2.found'), 12);
  t.equal(proxy.stat('tls_inspector.tls_found'), 9);
  t.equal(proxy.stat('http_inspector.http11_found'), 3);
  await proxy.stop();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  t.same(lines.slice(0, 4).sort(), [
    'a from 10.0.0.2:4711 to 10.1.1.1:443 as a.test',
    'alpn from 10.0.0.2:4711 to 10.1.1.1:443 as b.test',
    'plain from 10.0.0.2:4711 to 10.1.1.1:80 as -',
    'port from 10.0.0.2:4711 to 10.1.1.1:8443 as -',
  ]);
});
