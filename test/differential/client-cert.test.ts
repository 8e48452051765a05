/**
 * The same certificates to a real Envoy and to Outrigger: what each tells the upstream of the client (`x-forwarded-client-cert`), and
 * what their admins say of the certificates.
 */
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';
import { Authority, type IssuedCertificate } from '../support/pki.ts';
import { startBackend } from './backend.ts';

const needsEnvoy = { skip: envoyMissing() ?? false };

const ca = new Authority('root');
const middle = new Authority('middle', ca);
const server = ca.issue({
  cn: 'server',
  sans: ['URI:spiffe://td/ns/a/sa/b', 'URI:https://two', 'DNS:a.test', 'IP:127.0.0.1', 'IP:fe80::1'],
});
const nameless = ca.issue({ cn: 'nameless', sans: ['DNS:b.test'] });
const oneSan = middle.issue({ cn: 'one', sans: ['URI:spiffe://td/ns/a/sa/c'] });

const CLIENTS: readonly (readonly [name: string, pair: IssuedCertificate | null])[] = [
  ['no certificate', null],
  ['a mesh identity', ca.issue({ sans: ['URI:spiffe://cluster.local/ns/default/sa/web'] })],
  ['nothing but a key', ca.issue({})],
  [
    'odd names',
    ca.issue({
      cn: 'é"x\\ ',
      organization: '#a,b;c+d=<e>',
      sans: ['URI:https://x/"q";y,z', 'URI:https://z', 'DNS:d.test', 'DNS:*.e.test', 'email:a@b', 'IP:1.2.3.4'],
    }),
  ],
  ['an intermediate', { certificate: oneSan.certificate + middle.certificate, key: oneSan.key }],
];

const ALL = { subject: true, cert: true, chain: true, uri: true, dns: true, issuer: true };
const MODES: readonly (readonly [name: string, mode: string, details: object, own: IssuedCertificate])[] = [
  ['sanitize', 'SANITIZE', ALL, server],
  ['forward', 'FORWARD_ONLY', ALL, server],
  ['append', 'APPEND_FORWARD', ALL, server],
  ['istio', 'APPEND_FORWARD', { subject: true, uri: true, dns: true }, server],
  ['set', 'SANITIZE_SET', ALL, nameless],
  ['bare', 'SANITIZE_SET', {}, server],
  ['always', 'ALWAYS_FORWARD_ONLY', ALL, server],
];

const GIVEN: readonly (readonly string[])[] = [[], ['By=spiffe://other;Hash=1'], ['a=1', 'b=2']];

function listener([name, mode, details, own]: (typeof MODES)[number]): object {
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: name,
    forward_client_cert_details: mode,
    set_current_client_cert_details: details,
    route_config: {
      name,
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] }],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
  };
  const tls = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    require_client_certificate: false,
    common_tls_context: {
      tls_certificates: [{ certificate_chain: { inline_string: own.certificate }, private_key: { inline_string: own.key } }],
      validation_context: { trusted_ca: { inline_string: ca.certificate } },
    },
  };
  const chain = { transport_socket: { name: 'tls', typed_config: tls }, filters: [{ name: 'hcm', typed_config: manager }] };
  return { name, address: loopback(0), filter_chains: [chain] };
}

function bootstrap(upstream: number): object {
  return {
    node: { id: 'me', cluster: 'here' },
    static_resources: {
      secrets: [
        {
          name: 'cert',
          tls_certificate: { certificate_chain: { inline_string: server.certificate }, private_key: { inline_string: server.key } },
        },
        { name: 'ca', validation_context: { trusted_ca: { inline_bytes: Buffer.from(ca.certificate).toString('base64') } } },
        { name: 'generic', generic_secret: { secret: { inline_string: 'x' } } },
      ],
      listeners: MODES.map(listener),
      clusters: [
        {
          name: 'up',
          load_assignment: { cluster_name: 'up', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(upstream) } }] }] },
        },
      ],
    },
  };
}

/** The header as the upstream got it, '' for none. */
function ask(port: number, pair: IssuedCertificate | null, given: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      ...(pair === null ? {} : { cert: pair.certificate, key: pair.key }),
    });
    let answer = '';
    socket.on('secureConnect', () => {
      const fields = given.map((value) => `x-forwarded-client-cert: ${value}\r\n`).join('');
      socket.write(`GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${fields}\r\n`);
    });
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve((answer.match(/^x-forwarded-client-cert: .*$/gm) ?? []).join('\n')));
  });
}

async function start(t: Test, kind: 'envoy' | 'outrigger', upstream: number): Promise<ChildProxy> {
  const proxy = await startChild(kind, bootstrap(upstream));
  t.teardown(() => proxy.stop());
  return proxy;
}

interface Certs {
  readonly certificates: readonly object[];
}

interface Dump {
  readonly configs: readonly { readonly '@type': string; readonly static_secrets?: readonly { readonly name: string }[] }[];
}

t.test('certificates of clients, and the admin’s view of our own', needsEnvoy, async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const [envoy, outrigger] = await Promise.all([start(t, 'envoy', backend.port), start(t, 'outrigger', backend.port)]);
  for (const [mode] of MODES) {
    for (const [client, pair] of CLIENTS) {
      for (const given of GIVEN) {
        const [theirs, ours] = await Promise.all([envoy, outrigger].map((proxy) => ask(proxy.ports.get(mode) ?? 0, pair, given)));
        t.equal(ours, theirs, `${mode}, ${client}, ${given.length === 0 ? 'nothing given' : given.join(' and ')}`);
      }
    }
  }
  const certs = async (proxy: ChildProxy) => {
    const { body } = await proxy.admin('/certs');
    // Envoy keeps its contexts in no order.
    return (JSON.parse(body) as Certs).certificates.map((each) => JSON.stringify(each, null, 1)).sort();
  };
  t.strictSame(await certs(outrigger), await certs(envoy), '/certs');
  const secrets = async (proxy: ChildProxy) => {
    const { body } = await proxy.admin('/config_dump');
    const section = (JSON.parse(body) as Dump).configs.find((each) => each['@type'].endsWith('SecretsConfigDump'));
    const list = [...(section?.static_secrets ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    return JSON.stringify(list, null, 1).replace(/"last_updated": "[^"]+"/g, '');
  };
  t.equal(await secrets(outrigger), await secrets(envoy), 'secrets in /config_dump');
});
