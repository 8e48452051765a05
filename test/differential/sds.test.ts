/** The same discovery server for a real Envoy and for Outrigger: what each asks, acknowledges, refuses and counts is the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';
import { Authority } from '../support/pki.ts';
import { certificateSecret, rootsSecret, SdsServer, type SecretInit } from '../support/sds-server.ts';

const needsEnvoy = { skip: envoyMissing() ?? false };

const ca = new Authority('ca');
const one = ca.issue({ cn: 'one' });
const two = ca.issue({ cn: 'two' });

const typed = (name: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}`, ...fields });

/** As Istio's bootstrap and listeners have it (`sds-grpc` over a Unix socket). */
function bootstrap(socket: string): object {
  const grpc = { envoy_grpc: { cluster_name: 'sds-grpc' }, initial_metadata: [{ key: 'x-tenant', value: 'a' }] };
  const source = {
    api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', set_node_on_first_message_only: true, grpc_services: [grpc] },
    initial_fetch_timeout: '0s',
    resource_api_version: 'V3',
  };
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'in',
    route_config: {
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }],
    },
    http_filters: [{ name: 'router', typed_config: typed('filters.http.router.v3.Router', {}) }],
  });
  const tls = typed('transport_sockets.tls.v3.DownstreamTlsContext', {
    require_client_certificate: true,
    common_tls_context: {
      tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: source }],
      combined_validation_context: {
        default_validation_context: {},
        validation_context_sds_secret_config: { name: 'ROOTCA', sds_config: source },
      },
    },
  });
  const options = {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: {} },
  };
  return {
    node: { id: 'me', cluster: 'here' },
    static_resources: {
      listeners: [
        {
          name: 'in',
          address: loopback(0),
          filter_chains: [{ transport_socket: { name: 'tls', typed_config: tls }, filters: [{ name: 'hcm', typed_config: manager }] }],
        },
      ],
      clusters: [
        {
          name: 'sds-grpc',
          typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options },
          load_assignment: {
            cluster_name: 'sds-grpc',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: socket } } } }] }],
          },
        },
      ],
    },
  };
}

/** Requests without what each program says of itself, by secret. */
function asked(server: SdsServer): object[] {
  const requests = server.requests.map(({ node, resourceNames, versionInfo, responseNonce, typeUrl, errorDetail }) => ({
    node: node === undefined ? null : [node.id, node.cluster],
    resourceNames,
    versionInfo,
    responseNonce,
    typeUrl,
    refused: errorDetail?.code ?? 0,
  }));
  return requests.sort((a, b) => ((a.resourceNames[0] ?? '') < (b.resourceNames[0] ?? '') ? -1 : 1));
}

async function counted(proxy: ChildProxy): Promise<string[]> {
  const { body } = await proxy.admin('/stats?filter=^sds\\.');
  // Times, hashes of versions, and texts, which are kept nowhere here.
  return body.split('\n').filter((line) => !/update_time|update_duration|\.version|version_text|identifier/.test(line));
}

/** The secrets' part of `/config_dump`, without times. Envoy lists secrets in no order. */
async function dumped(proxy: ChildProxy): Promise<string> {
  const { body } = await proxy.admin('/config_dump?resource=dynamic_active_secrets');
  const { configs = [] } = JSON.parse(body) as { readonly configs?: readonly { readonly name: string }[] };
  return JSON.stringify(
    [...configs].sort((a, b) => (a.name < b.name ? -1 : 1)),
    null,
    1,
  ).replace(/"last_updated": "[^"]+"/g, '"last_updated": ""');
}

async function observe(t: Test, kind: 'envoy' | 'outrigger') {
  const folder = mkdtempSync(join(tmpdir(), 'sds-'));
  const server = new SdsServer();
  await server.listen(`unix:${join(folder, 'sock')}`);
  // One after the other, so that both get the same versions.
  server.push(certificateSecret('default', one));
  const starting = startChild(kind, bootstrap(join(folder, 'sock')));
  t.teardown(async () => {
    await (await starting).stop();
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await server.request(({ responseNonce }) => responseNonce === 'n1');
  await server.request(({ resourceNames }) => resourceNames[0] === 'ROOTCA');
  server.push(rootsSecret('ROOTCA', ca.certificate));
  const proxy = await starting;
  const step = async (secret: SecretInit): Promise<void> => {
    const version = server.push(secret);
    await server.request(({ responseNonce }) => responseNonce === `n${version}`);
  };
  await step(certificateSecret('default', two));
  await step(certificateSecret('default', { certificate: one.certificate, key: two.key }));
  await step({ name: 'default', type: { case: 'tlsCertificate', value: {} } });
  await step(certificateSecret('default', one));
  const dump = await dumped(proxy);
  // The last one: Envoy refuses good certificates, too, once it holds roots that are none.
  await step(rootsSecret('ROOTCA', 'garbage'));
  return { requests: asked(server), stats: await counted(proxy), opened: server.opened, dump };
}

t.test('secrets are asked for, taken and refused as Envoy does', needsEnvoy, async (t) => {
  const [theirs, ours] = await Promise.all([observe(t, 'envoy'), observe(t, 'outrigger')]);
  t.strictSame(ours.requests, theirs.requests, 'requests');
  t.strictSame(ours.stats, theirs.stats, 'counters');
  t.equal(ours.opened, theirs.opened, 'streams');
  t.equal(ours.dump, theirs.dump, '/config_dump');
});
