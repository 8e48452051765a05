/** What access logs of a real Envoy and of Outrigger say of the TLS sessions of both sides, over HTTP and TCP. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import t from 'tap';
import { OPERATORS } from '../../src/telemetry/format/catalog.ts';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';
import { Authority } from '../support/pki.ts';

const ca = new Authority('root');
const middle = new Authority('middle', ca);
const server = ca.issue({ cn: 'server', sans: ['DNS:a.test', 'URI:spiffe://td/ns/a/sa/b', 'IP:127.0.0.1'] });
const upstream = ca.issue({ cn: 'upstream', sans: ['DNS:up.test', 'IP:127.0.0.1', 'URI:spiffe://td/up'] });
const ours = ca.issue({ cn: 'proxy', sans: ['DNS:proxy.test'] });
const leaf = middle.issue({ cn: 'é, "client"', sans: ['URI:spiffe://td/c', 'DNS:c.test', 'DNS:d.test', 'IP:10.0.0.1', 'email:a@b.test'] });
const client = { certificate: leaf.certificate + middle.certificate, key: leaf.key };

const ABOUT = /TLS|_SAN$|PEER|_SUBJECT|SERVER_NAME|TRANSPORT_FAILURE/;
const asked = Object.keys(OPERATORS).filter((name) => ABOUT.test(name) && name !== 'REQUESTED_SERVER_NAME');
const FORMAT = Object.fromEntries(
  [
    ...asked,
    'REQUESTED_SERVER_NAME',
    'REQUESTED_SERVER_NAME(HOST_FIRST)',
    'DOWNSTREAM_PEER_CERT_V_START(%Y-%b)',
    'DOWNSTREAM_PEER_CERT_V_END(%s)',
  ].map((name) => [name, `%${name}%`]),
);
const TIMES = ['DOWNSTREAM_HANDSHAKE_DURATION', 'COMMON_DURATION(US_CX_BEG:US_CX_END:us)', 'COMMON_DURATION(US_CX_END:US_HS_END:us)'];
/** Our connection is gone when TCP is logged, and with it all but the client's own certificate. */
const LOST: Readonly<Record<string, RegExp>> = { TCP: /_CHAIN_/ };
/** Chosen by each handshake. */
const RANDOM = /SESSION_ID/;

const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
const pem = (text: string) => ({ inline_string: text });
const pair = ({ certificate, key }: { certificate: string; key: string }) => ({
  certificate_chain: pem(certificate),
  private_key: pem(key),
});

function bootstrap(port: number): object {
  const json_format = { ...FORMAT, ...Object.fromEntries(TIMES.map((name) => [name, `%${name}%`])) };
  const access_log = [
    {
      name: 'f',
      typed_config: { '@type': type('access_loggers.file.v3.FileAccessLog'), path: '%DIR%/access.json', log_format: { json_format } },
    },
  ];
  const manager = {
    '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'i',
    access_log,
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] }] },
    http_filters: [{ name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router') } }],
  };
  const tcp = { '@type': type('filters.network.tcp_proxy.v3.TcpProxy'), stat_prefix: 't', cluster: 'up', access_log };
  const downstream = {
    '@type': type('transport_sockets.tls.v3.DownstreamTlsContext'),
    require_client_certificate: true,
    common_tls_context: { tls_certificates: [pair(server)], validation_context: { trusted_ca: pem(ca.certificate) } },
  };
  const listener = (name: string, typed_config: object) => ({
    name,
    address: loopback(0),
    filter_chains: [{ transport_socket: { name: 'tls', typed_config: downstream }, filters: [{ name, typed_config }] }],
  });
  const context = {
    '@type': type('transport_sockets.tls.v3.UpstreamTlsContext'),
    sni: 'up.test',
    common_tls_context: { tls_certificates: [pair(ours)], validation_context: { trusted_ca: pem(ca.certificate) } },
  };
  return {
    static_resources: {
      listeners: [listener('http', manager), listener('tcp', tcp)],
      clusters: [
        {
          name: 'up',
          type: 'STATIC',
          transport_socket: { name: 'tls', typed_config: context },
          load_assignment: { cluster_name: 'up', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }] },
        },
      ],
    },
  };
}

function ask(port: number, minVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      ca: ca.certificate,
      cert: client.certificate,
      key: client.key,
      servername: 'a.test',
      ciphers: 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
      minVersion,
      maxVersion: minVersion,
    });
    socket.on('error', reject);
    socket.once('secureConnect', () => socket.write('GET / HTTP/1.1\r\nhost: h_ost.test\r\n\r\n'));
    socket.once('data', () => socket.end());
    socket.once('close', () => resolve());
  });
}

async function logged(kind: ChildProxy['kind'], port: number): Promise<Record<string, unknown>[]> {
  const proxy = await startChild(kind, bootstrap(port));
  try {
    const lines: string[] = [];
    for (const [name, version] of [
      ['http', 'TLSv1.3'],
      ['http', 'TLSv1.2'],
      ['tcp', 'TLSv1.3'],
    ] as const) {
      const before = lines.length;
      await ask(proxy.ports.get(name) ?? 0, version);
      while (lines.length === before) {
        lines.splice(0, lines.length, ...readFileSync(join(proxy.folder, 'access.json'), 'utf8').split('\n').slice(0, -1));
        await new Promise(setImmediate);
      }
    }
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    await proxy.stop();
  }
}

const missing = envoyMissing();

t.test('logs tell the same of TLS', { skip: missing ?? false }, async (t) => {
  t.ok(asked.length > 40, `${asked.length} operators`);
  const backend = createServer({ cert: upstream.certificate, key: upstream.key, ca: ca.certificate, requestCert: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  t.teardown(() => backend.close());
  const { port } = backend.address() as AddressInfo;
  const [theirs, mine] = await Promise.all([logged('envoy', port), logged('outrigger', port)]);
  for (const [i, title] of ['HTTP, TLS 1.3', 'HTTP, TLS 1.2', 'TCP'].entries()) {
    const said = (line: Record<string, unknown> | undefined) =>
      Object.entries(line ?? {}).filter(([name]) => !TIMES.includes(name) && !RANDOM.test(name) && LOST[title]?.test(name) !== true);
    const there = (line: Record<string, unknown> | undefined) =>
      Object.entries(line ?? {})
        .filter(([name]) => TIMES.includes(name) || RANDOM.test(name))
        .map(([name, value]) => `${name}: ${value !== null}`);
    t.strictSame(said(mine[i]), said(theirs[i]), title);
    t.strictSame(there(mine[i]), there(theirs[i]), `${title}: what differs from run to run`);
  }
});
