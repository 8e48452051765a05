/**
 * A real Envoy on the other side of the wire, both ways: what Envoy says of Envoy is what it has to say of us, and we of it. Log lines of
 * both sides and the ssl.* counters are compared.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { newAuthority, SERVER_AUTH } from '../../../test/support/certificates.ts';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../../../test/support/child-proxy.ts';
import { until } from '../../../test/support/sockets.ts';
import { certificateJson, contextJson, type PeerJson } from '../../../test/support/tls-json.ts';

const root = newAuthority('root');
const other = newAuthority('other');
const server = root.issue({
  subject: { C: 'DE', O: 'Acme, Inc', CN: 'server' },
  sans: [
    { kind: 'uri', value: 'spiffe://td/ns/a/sa/server' },
    { kind: 'dns', value: 'server.example' },
  ],
});
const second = root.issue({ subject: { CN: 'second' }, sans: [{ kind: 'dns', value: 'second.example' }] });
const client = root.workload('spiffe://td/ns/a/sa/client', { subject: { O: 'x', CN: 'client' } });
const TD = { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://td/' } }] };
const HOUR_AGO = new Date(Date.now() - 3_600_000);
const TLS13 = { tls_params: { tls_maximum_protocol_version: 'TLSv1_3' } };

/** Clusters by path: what the server decides. */
const CLIENTS: Readonly<Record<string, PeerJson>> = {
  good: { certificate: client, trusts: root.pem, own: { sni: 'server.example' }, common: { alpn_protocols: ['http/1.1'] } },
  tls13: { certificate: client, trusts: root.pem, common: { ...TLS13, alpn_protocols: ['istio-http/1.1', 'istio', 'http/1.1'] } },
  'no-overlap': { certificate: client, trusts: root.pem, common: { alpn_protocols: ['istio'] } },
  'by-name': { certificate: client, trusts: root.pem, own: { sni: 'second.example' } },
  domain: { certificate: root.workload('spiffe://evil/a'), trusts: root.pem },
  authority: { certificate: other.workload('spiffe://td/a'), trusts: root.pem },
  expired: { certificate: root.workload('spiffe://td/a', { validTo: HOUR_AGO }), trusts: root.pem },
  usage: { certificate: root.workload('spiffe://td/a', { extendedKeyUsage: [SERVER_AUTH] }), trusts: root.pem },
  none: { trusts: root.pem },
  suites: { certificate: client, trusts: root.pem, common: { tls_params: { cipher_suites: ['ECDHE-RSA-AES128-GCM-SHA256'] } } },
};
/** What the client decides. Its server hears of it by an alert from Envoy, and by a close from us. */
const CHOOSY: Readonly<Record<string, PeerJson>> = {
  'server-name': {
    certificate: client,
    trusts: root.pem,
    validation: { match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'x.example' } }] },
  },
  'server-authority': { certificate: client, trusts: other.pem },
  versions: {
    certificate: client,
    trusts: root.pem,
    common: { tls_params: { tls_minimum_protocol_version: 'TLSv1_1', tls_maximum_protocol_version: 'TLSv1_1' } },
  },
};
/** Refused by the server's look at the client: Node can send no alert then. */
const REFUSED_CLIENTS = ['domain', 'authority', 'expired', 'usage'];

const SERVER_LOG =
  '%PROTOCOL% %REQ(:PATH)% %DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_TLS_CIPHER% %REQUESTED_SERVER_NAME% [%DOWNSTREAM_PEER_SUBJECT%] ' +
  '[%DOWNSTREAM_PEER_ISSUER%] %DOWNSTREAM_PEER_URI_SAN% %DOWNSTREAM_PEER_SERIAL% %DOWNSTREAM_PEER_FINGERPRINT_256% %DOWNSTREAM_PEER_FINGERPRINT_1% ' +
  '[%DOWNSTREAM_LOCAL_SUBJECT%] %DOWNSTREAM_LOCAL_URI_SAN% %DOWNSTREAM_LOCAL_DNS_SAN% %DOWNSTREAM_PEER_CERT_V_START% %DOWNSTREAM_PEER_CERT_V_END% ' +
  '%DOWNSTREAM_PEER_CERT% %DOWNSTREAM_TLS_GROUP%';
const CLIENT_LOG =
  '%REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_TLS_VERSION% %UPSTREAM_TLS_CIPHER% [%UPSTREAM_PEER_SUBJECT%] [%UPSTREAM_PEER_ISSUER%] ' +
  '%UPSTREAM_PEER_URI_SAN% %UPSTREAM_PEER_DNS_SAN% %UPSTREAM_LOCAL_URI_SAN% %UPSTREAM_TRANSPORT_FAILURE_REASON%';
const CONNECTION_LOG = 'connection %DOWNSTREAM_TRANSPORT_FAILURE_REASON%';

const typed = (type: string, message: object): object => ({ '@type': `type.googleapis.com/envoy.extensions.${type}`, ...message });
const log = (format: string): object[] => [
  {
    name: 'file',
    typed_config: typed('access_loggers.file.v3.FileAccessLog', {
      path: '%DIR%/access.log',
      log_format: { text_format_source: { inline_string: `${format}\n` } },
    }),
  },
];

function manager(format: string, routes: readonly object[]): object {
  return {
    name: 'hcm',
    typed_config: typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: 'in',
      access_log: log(format),
      route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
      http_filters: [{ name: 'router', typed_config: typed('filters.http.router.v3.Router', {}) }],
    }),
  };
}

function serverBootstrap(): object {
  const context = contextJson({
    certificate: server,
    trusts: root.pem,
    validation: TD,
    own: { require_client_certificate: true },
    common: { tls_certificates: [server, second].map(certificateJson), alpn_protocols: ['h2', 'http/1.1'] },
  });
  const inspector = { name: 'tls_inspector', typed_config: typed('filters.listener.tls_inspector.v3.TlsInspector', {}) };
  const chain = {
    transport_socket: { name: 'tls', typed_config: typed('transport_sockets.tls.v3.DownstreamTlsContext', context) },
    filters: [manager(SERVER_LOG, [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'hi' } } }])],
  };
  const listener = {
    name: 'l',
    address: loopback(0),
    listener_filters: [inspector],
    filter_chains: [chain],
    access_log: log(CONNECTION_LOG),
  };
  return { static_resources: { listeners: [{ ...listener, stat_prefix: 'l' }] } };
}

function clientBootstrap(port: number): object {
  const clusters = Object.entries({ ...CLIENTS, ...CHOOSY }).map(([name, peer]) => ({
    name,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }] },
    transport_socket: { name: 'tls', typed_config: typed('transport_sockets.tls.v3.UpstreamTlsContext', contextJson(peer)) },
  }));
  const routes = Object.keys({ ...CLIENTS, ...CHOOSY }).map((name) => ({ match: { path: `/${name}` }, route: { cluster: name } }));
  return {
    static_resources: {
      listeners: [{ name: 'l', address: loopback(0), filter_chains: [{ filters: [manager(CLIENT_LOG, routes)] }] }],
      clusters,
    },
  };
}

interface Run {
  readonly client: readonly string[];
  readonly server: readonly string[];
  readonly clientStats: Readonly<Record<string, string>>;
  readonly serverStats: Readonly<Record<string, string>>;
}

type Kind = 'envoy' | 'outrigger';

async function statsOf(proxy: ChildProxy): Promise<Record<string, string>> {
  const { body } = await proxy.admin('/stats?filter=ssl.*');
  const rows = body.split('\n').map((line) => line.split(': ') as [string, string]);
  return Object.fromEntries(rows.filter(([name, value]) => name.includes('.ssl.') && !name.includes('certificate.') && value !== '0'));
}

const linesOf = (proxy: ChildProxy): string[] => {
  try {
    return readFileSync(join(proxy.folder, 'access.log'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
};

async function run(t: Test, from: Kind, to: Kind): Promise<Run> {
  const served = await startChild(to, serverBootstrap());
  const asked = await startChild(from, clientBootstrap(served.ports.get('l') as number));
  t.teardown(() => Promise.all([served.stop(), asked.stop()]));
  const visit = async (peers: object): Promise<void> => {
    for (const path of Object.keys(peers)) await fetch(`http://127.0.0.1:${asked.ports.get('l')}/${path}`).then((answer) => answer.text());
  };
  await visit(CLIENTS);
  // Connections that stand are logged when they end.
  const failures = 6;
  const answered = Object.keys(CLIENTS).length - failures;
  await until(() => linesOf(served).length >= failures + answered, 'the lines of the server');
  const server_ = linesOf(served).sort();
  const serverStats = await statsOf(served);
  await visit(CHOOSY);
  await until(() => linesOf(asked).length >= Object.keys({ ...CLIENTS, ...CHOOSY }).length, 'the lines of the client');
  return { client: linesOf(asked).map(withoutEcho), server: server_, clientStats: await statsOf(asked), serverStats };
}

/** BoringSSL tells the same failure twice when it came in answer to the hello. */
const withoutEcho = (line: string): string =>
  line.replace('|268435610:SSL_routines:OPENSSL_internal:HANDSHAKE_FAILURE_ON_CLIENT_HELLO', '');

const skip = envoyMissing() ?? false;

t.test('Envoy and we say the same of each other as Envoy says of Envoy', { skip, timeout: 120_000 }, async (t) => {
  const [oracle, theyAsk, weAsk] = await Promise.all([
    run(t, 'envoy', 'envoy'),
    run(t, 'envoy', 'outrigger'),
    run(t, 'outrigger', 'envoy'),
  ]);

  t.same(weAsk.client, oracle.client, 'our client tells what Envoy tells of the same server');
  t.same(weAsk.server, oracle.server, "Envoy's server sees our client as it sees Envoy");
  t.same(weAsk.clientStats, oracle.clientStats);
  t.same(weAsk.serverStats, oracle.serverStats);

  t.same(theyAsk.server, oracle.server, 'our server tells what Envoy tells of the same client');
  t.same(theyAsk.serverStats, oracle.serverStats);
  const refusedHere = (line: string): boolean => REFUSED_CLIENTS.some((name) => line.startsWith(`/${name} `));
  t.same(
    theyAsk.client.filter((line) => !refusedHere(line)),
    oracle.client.filter((line) => !refusedHere(line)),
  );
  for (const line of theyAsk.client.filter(refusedHere)) t.match(line, / 503 (UF|UC) /);
});
