/** `tls_context` of routes: clients with good, bad and no certificates to a real Envoy and to Outrigger must take the same routes. */
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';
import { Authority, type IssuedCertificate } from '../support/pki.ts';
import { parseResponses } from '../support/raw-client.ts';

const needsEnvoy = { skip: envoyMissing() ?? false };

const ca = new Authority('root');
const server = ca.issue({ cn: 'server', sans: ['DNS:a.test'] });

const CLIENTS: readonly (readonly [name: string, pair: IssuedCertificate | null])[] = [
  ['no certificate', null],
  ['a trusted one', ca.issue({ cn: 'good', sans: ['DNS:good.test'] })],
  ['an untrusted one', new Authority('other').issue({ cn: 'bad', sans: ['DNS:bad.test'] })],
];

/** What listeners do about clients' certificates. */
const LISTENERS: readonly (readonly [name: string, validation: object])[] = [
  ['checks', { validation_context: { trusted_ca: { inline_string: ca.certificate } } }],
  ['tolerates', { validation_context: { trusted_ca: { inline_string: ca.certificate }, trust_chain_verification: 'ACCEPT_UNTRUSTED' } }],
  ['asks nothing', {}],
];

const ROUTES = [true, false].flatMap((presented) => [
  ...[true, false].map((validated) => ({ path: '/both', presented, validated })),
  { path: '/presented', presented },
  { path: '/validated', validated: presented },
]);

function listener([name, validation]: (typeof LISTENERS)[number]): object {
  const routes = ROUTES.map(({ path, ...tls_context }) => ({
    match: { path, tls_context },
    direct_response: { status: 200, body: { inline_string: JSON.stringify(tls_context) } },
  }));
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: name,
    route_config: { name, virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
  };
  const tls = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    require_client_certificate: false,
    common_tls_context: {
      tls_certificates: [{ certificate_chain: { inline_string: server.certificate }, private_key: { inline_string: server.key } }],
      ...validation,
    },
  };
  const chain = { transport_socket: { name: 'tls', typed_config: tls }, filters: [{ name: 'hcm', typed_config: manager }] };
  return { name, address: loopback(0), filter_chains: [chain] };
}

/** Status and body; the end of the connection without an answer is one too. */
function ask(port: number, pair: IssuedCertificate | null, path: string): Promise<string> {
  return new Promise((resolve) => {
    const own = pair === null ? {} : { cert: pair.certificate, key: pair.key };
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...own });
    let answer = '';
    socket.on('secureConnect', () => socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`));
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
      if (parseResponses(answer).length > 0) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer === '' ? 'refused' : answer.slice(9, 12) + answer.slice(answer.indexOf('\r\n\r\n') + 4)));
  });
}

async function start(t: Test, kind: 'envoy' | 'outrigger'): Promise<ChildProxy> {
  const proxy = await startChild(kind, { static_resources: { listeners: LISTENERS.map(listener) } });
  t.teardown(() => proxy.stop());
  return proxy;
}

t.test('routes ask for certificates of clients as Envoy does', needsEnvoy, async (t) => {
  const [envoy, outrigger] = await Promise.all([start(t, 'envoy'), start(t, 'outrigger')]);
  for (const [place] of LISTENERS) {
    for (const [client, pair] of CLIENTS) {
      for (const path of ['/both', '/presented', '/validated']) {
        const [theirs, ours] = await Promise.all([envoy, outrigger].map((proxy) => ask(proxy.ports.get(place) ?? 0, pair, path)));
        t.equal(ours, theirs, `${place}: ${client} for ${path} (${theirs})`);
      }
    }
  }
  const failures = async (proxy: ChildProxy) => {
    const lines = (await proxy.admin('/stats?filter=ssl\\.(fail|no_cert|handshake)')).body.split('\n');
    return lines
      .filter((line) => line !== '')
      .map((line) => line.replace(/127\.0\.0\.1_\d+/, 'ADDRESS'))
      .sort();
  };
  t.strictSame(await failures(outrigger), await failures(envoy));
});
