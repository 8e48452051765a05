/** What an application behind Istio's inbound chain gets to know of its callers: mTLS in, `x-forwarded-client-cert` out. */
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { Authority } from '../support/pki.ts';
import { loopback, startProxy } from '../support/proxy.ts';
import { handshake } from '../support/tls-client.ts';

const ca = new Authority('ca');
const server = ca.issue({ sans: ['URI:spiffe://cluster.local/ns/default/sa/reviews'] });
const client = ca.issue({ sans: ['URI:spiffe://cluster.local/ns/default/sa/web'] });
const stranger = new Authority('other').issue({ sans: ['URI:spiffe://cluster.local/ns/default/sa/web'] });

const typed = (name: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}`, ...fields });

t.test('the application is told which identity calls, and by whom it was let in', async (t) => {
  let requests = 0;
  const app = createServer((request, response) => {
    requests++;
    response.end(String(request.headers['x-forwarded-client-cert'] ?? '-'));
  });
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.teardown(() => app.close());
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'in',
    forward_client_cert_details: 'APPEND_FORWARD',
    set_current_client_cert_details: { subject: true, uri: true, dns: true },
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'app' } }] }] },
    http_filters: [{ name: 'router', typed_config: typed('filters.http.router.v3.Router', {}) }],
  });
  const tls = typed('transport_sockets.tls.v3.DownstreamTlsContext', {
    require_client_certificate: true,
    common_tls_context: {
      tls_certificates: [{ certificate_chain: { inline_string: server.certificate }, private_key: { inline_string: server.key } }],
      validation_context: { trusted_ca: { inline_string: ca.certificate } },
    },
  });
  const port = (app.address() as AddressInfo).port;
  const proxy = await startProxy({
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
          name: 'app',
          load_assignment: { cluster_name: 'app', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }] },
        },
      ],
    },
  });
  t.teardown(() => proxy.stop());
  const { answer } = await handshake(proxy.port(), client);
  const hash = createHash('sha256').update(new X509Certificate(client.certificate).raw).digest('hex');
  const uris = [
    'By=spiffe://cluster.local/ns/default/sa/reviews',
    `Hash=${hash}`,
    'Subject=""',
    'URI=spiffe://cluster.local/ns/default/sa/web',
  ];
  t.ok(answer.endsWith(uris.join(';')), answer);
  await t.rejects(handshake(proxy.port(), stranger));
  await t.rejects(handshake(proxy.port()));
  t.equal(requests, 1, 'nobody else gets a byte through');
});
