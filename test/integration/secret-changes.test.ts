/** 500 changes of certificates and roots while requests run, downstream and upstream over mTLS: none fails. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import t from 'tap';
import { Authority } from '../support/pki.ts';
import { loopback, startProxy } from '../support/proxy.ts';
import { certificateSecret, rootsSecret, SdsServer } from '../support/sds-server.ts';
import { handshake } from '../support/tls-client.ts';

const CHANGES = 500;

const ca = new Authority('ca');
const others = [new Authority('other'), new Authority('another')];
const identities = Array.from({ length: 8 }, (_, i) => ca.issue({ cn: `c${i}`, sans: ['URI:spiffe://td/ns/a/sa/b'] }));
const client = ca.issue({ cn: 'client', sans: ['URI:spiffe://td/ns/a/sa/client'] });

const SOURCE = {
  api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }] },
  initial_fetch_timeout: '0s',
  resource_api_version: 'V3',
};

const CONTEXT = {
  tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: SOURCE }],
  combined_validation_context: {
    default_validation_context: { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://td/' } }] },
    validation_context_sds_secret_config: { name: 'ROOTCA', sds_config: SOURCE },
  },
};

const typed = (name: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}`, ...fields });

function bootstrap(socket: string, upstream: number): object {
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'in',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] }] },
    http_filters: [{ name: 'router', typed_config: typed('filters.http.router.v3.Router', {}) }],
  });
  const down = typed('transport_sockets.tls.v3.DownstreamTlsContext', { require_client_certificate: true, common_tls_context: CONTEXT });
  const up = typed('transport_sockets.tls.v3.UpstreamTlsContext', { common_tls_context: CONTEXT });
  const at = (address: object) => ({ endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] });
  const chain = { transport_socket: { name: 'tls', typed_config: down }, filters: [{ name: 'hcm', typed_config: manager }] };
  return {
    node: { id: 'me', cluster: 'here' },
    static_resources: {
      listeners: [{ name: 'in', address: loopback(0), filter_chains: [chain] }],
      clusters: [
        { name: 'sds-grpc', load_assignment: { cluster_name: 'sds-grpc', ...at({ pipe: { path: socket } }) } },
        {
          name: 'up',
          transport_socket: { name: 'tls', typed_config: up },
          // So that handshakes upstream go on, too.
          max_requests_per_connection: 5,
          load_assignment: { cluster_name: 'up', ...at(loopback(upstream)) },
        },
      ],
    },
  };
}

for (const concurrency of [1, 2]) {
  t.test(`${CHANGES} changes under load fail nothing, with ${concurrency} worker(s)`, async (t) => {
    const server = createServer(
      { cert: identities[0]?.certificate ?? '', key: identities[0]?.key ?? '', ca: ca.certificate, requestCert: true },
      (socket) => {
        socket.on('error', () => {});
        socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const folder = mkdtempSync(join(tmpdir(), 'changes-'));
    const sds = new SdsServer();
    await sds.listen(`unix:${join(folder, 'sds')}`);
    sds.push(certificateSecret('default', identities[0] ?? client), rootsSecret('ROOTCA', ca.certificate));
    const proxy = await startProxy(bootstrap(join(folder, 'sds'), (server.address() as AddressInfo).port), { concurrency });
    t.teardown(async () => {
      await proxy.stop();
      sds.stop();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const port = proxy.port();
    const options = { certificate: client.certificate, key: client.key };

    let running = true;
    let handshakes = 0;
    let requests = 0;
    const failures: string[] = [];
    let answered = (): void => {};
    const fresh = async (): Promise<void> => {
      while (running) {
        try {
          const { answer } = await handshake(port, options);
          if (!answer.startsWith('HTTP/1.1 200')) failures.push(answer.split('\r\n')[0] ?? '');
        } catch (error) {
          failures.push((error as Error).message);
        }
        handshakes++;
      }
    };
    const agent = new Agent({ keepAlive: true, maxSockets: 1, cert: client.certificate, key: client.key, rejectUnauthorized: false });
    const kept = async (): Promise<void> => {
      while (running) {
        const status = await new Promise<number | string>((resolve) => {
          const sent = request({ host: '127.0.0.1', port, agent }, (response) => {
            response.resume();
            response.on('end', () => resolve(response.statusCode ?? 0));
          });
          sent.on('error', (error) => resolve(error.message));
          sent.end();
        });
        if (status !== 200) failures.push(String(status));
        requests++;
        answered();
      }
    };
    const load = [fresh(), fresh(), kept()];
    for (let change = 1; change <= CHANGES; change++) {
      const version =
        change % 2 === 0
          ? sds.push(certificateSecret('default', identities[change % identities.length] ?? client))
          : sds.push(rootsSecret('ROOTCA', ca.certificate + (others[change % others.length]?.certificate ?? '')));
      // The load goes on between two changes.
      const next = new Promise<void>((resolve) => (answered = resolve));
      await sds.request(({ responseNonce }) => responseNonce === `n${version}`);
      await next;
    }
    running = false;
    await Promise.all(load);
    agent.destroy();
    t.same(failures, []);
    t.ok(handshakes > 20 && requests > 20, `${handshakes} handshakes and ${requests} requests`);
    t.equal(proxy.stat('sds.default.update_success') + proxy.stat('sds.ROOTCA.update_success'), CHANGES + 2);
    t.equal(proxy.stat('sds.default.update_rejected') + proxy.stat('sds.ROOTCA.update_rejected'), 0);
    t.equal(proxy.stat('cluster.up.ssl.connection_error') + proxy.stat('cluster.up.upstream_cx_connect_fail'), 0);
    const last = await handshake(port, options);
    t.equal(last.cn, `c${CHANGES % identities.length}`);
  });
}
