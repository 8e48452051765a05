/** Certificates that change under a running proxy, whatever they come from. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ThreadWorker } from '../../src/runtime/thread-worker.ts';
import { Authority, type IssuedCertificate } from '../support/pki.ts';
import { loopback, type ProxyOptions, startProxy, type TestProxy } from '../support/proxy.ts';
import { certificateSecret, rootsSecret, SdsServer } from '../support/sds-server.ts';
import { handshake, handshakesUntil } from '../support/tls-client.ts';

const ca = new Authority('ca');
const otherCa = new Authority('other');
const one = ca.issue({ cn: 'one', sans: ['DNS:a.test'] });
const two = ca.issue({ cn: 'two', sans: ['DNS:a.test'] });

/** A change is to be seen by new handshakes within this time. */
const SOON_MS = 1000;

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'secrets-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function bootstrap(tls: object, more: object = {}): object {
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'in',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'ok' } } }],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
  };
  const socket = {
    name: 'tls',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', ...tls },
  };
  const chain = { transport_socket: socket, filters: [{ name: 'hcm', typed_config: manager }] };
  return {
    node: { id: 'me', cluster: 'here' },
    static_resources: { listeners: [{ name: 'in', address: loopback(0), filter_chains: [chain] }], ...more },
  };
}

async function start(t: Test, config: object, options: ProxyOptions = {}): Promise<TestProxy> {
  const proxy = await startProxy(config, options);
  t.teardown(() => proxy.stop());
  return proxy;
}

function write(path: string, pair: IssuedCertificate): void {
  writeFileSync(join(path, 'tls.crt'), pair.certificate);
  writeFileSync(join(path, 'tls.key'), pair.key);
}

const files = (path: string) => ({
  certificate_chain: { filename: join(path, 'tls.crt') },
  private_key: { filename: join(path, 'tls.key') },
});

for (const concurrency of [1, 2]) {
  const workers = concurrency === 1 ? 'one worker' : `${concurrency} workers`;

  t.test(`files that are written in place serve new handshakes (${workers})`, async (t) => {
    const path = folder(t);
    write(path, one);
    const proxy = await start(t, bootstrap({ common_tls_context: { tls_certificates: [files(path)] } }), { concurrency });
    t.equal((await handshake(proxy.port())).cn, 'one');
    write(path, two);
    const took = await handshakesUntil(proxy.port(), {}, (result) => result?.cn === 'two');
    t.ok(took < SOON_MS, `${Math.round(took)} ms`);
    t.equal(proxy.stat('secrets.file_reloaded') > 0, true);
  });

  t.test(`a folder that Kubernetes swaps serves new handshakes (${workers})`, async (t) => {
    const path = folder(t);
    for (const [name, pair] of [
      ['..1', one],
      ['..2', two],
    ] as const) {
      mkdirSync(join(path, name));
      write(join(path, name), pair);
    }
    symlinkSync('..1', join(path, '..data'));
    symlinkSync('..data/tls.crt', join(path, 'tls.crt'));
    symlinkSync('..data/tls.key', join(path, 'tls.key'));
    const proxy = await start(t, bootstrap({ common_tls_context: { tls_certificates: [files(path)] } }), { concurrency });
    t.equal((await handshake(proxy.port())).cn, 'one');
    symlinkSync('..2', join(path, '..tmp'));
    renameSync(join(path, '..tmp'), join(path, '..data'));
    const took = await handshakesUntil(proxy.port(), {}, (result) => result?.cn === 'two');
    t.ok(took < SOON_MS, `${Math.round(took)} ms`);
  });

  t.test(`a discovery server changes certificates and roots, and may go away (${workers})`, async (t) => {
    const server = new SdsServer();
    const socket = join(folder(t), 'sds');
    await server.listen(`unix:${socket}`);
    t.teardown(() => server.stop());
    server.push(certificateSecret('default', one), rootsSecret('ROOTCA', ca.certificate));
    const source = {
      api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }] },
      initial_fetch_timeout: '0s',
      resource_api_version: 'V3',
    };
    const cluster = {
      name: 'sds-grpc',
      load_assignment: { cluster_name: 'sds-grpc', endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: socket } } } }] }] },
    };
    const tls = {
      require_client_certificate: true,
      common_tls_context: {
        tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: source }],
        combined_validation_context: {
          default_validation_context: {},
          validation_context_sds_secret_config: { name: 'ROOTCA', sds_config: source },
        },
      },
    };
    const proxy = await start(t, bootstrap(tls, { clusters: [cluster] }), { concurrency });
    const client = ca.issue({ cn: 'client' });
    const options = { certificate: client.certificate, key: client.key };
    t.equal((await handshake(proxy.port(), options)).cn, 'one');
    server.push(certificateSecret('default', two));
    const took = await handshakesUntil(proxy.port(), options, (result) => result?.cn === 'two');
    t.ok(took < SOON_MS, `certificate: ${Math.round(took)} ms`);
    server.push(rootsSecret('ROOTCA', otherCa.certificate));
    const refused = await handshakesUntil(proxy.port(), options, (result) => result === null);
    t.ok(refused < SOON_MS, `root: ${Math.round(refused)} ms`);
    const stranger = otherCa.issue({ cn: 'client' });
    const trusted = { certificate: stranger.certificate, key: stranger.key };
    t.equal((await handshake(proxy.port(), trusted)).cn, 'two');
    server.push(certificateSecret('default', { certificate: one.certificate, key: two.key }));
    await server.request(({ errorDetail }) => errorDetail !== undefined);
    server.stop();
    t.equal((await handshake(proxy.port(), trusted)).cn, 'two', 'what was there stays when the server is gone');
    t.equal(proxy.stat('sds.default.update_rejected'), 1);
    const secrets = proxy.view.resources().filter(({ name }) => name === 'default');
    t.match(secrets, [{ state: 'active', origin: 'sds', version: '3' }]);
    const [context] = await proxy.view.certificates();
    t.same(context, { certificates: [{ path: '<inline>', pem: two.certificate }], roots: { path: '<inline>', pem: otherCa.certificate } });
  });
}

t.test('a file of discovery is watched, and so are the files that it names', async (t) => {
  const path = folder(t);
  write(path, one);
  const sds = join(path, 'sds.yaml');
  const document = (pair: object) =>
    JSON.stringify({
      resources: [{ '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret', name: 'cert', tls_certificate: pair }],
    });
  writeFileSync(sds, document(files(path)));
  const source = { path_config_source: { path: sds }, resource_api_version: 'V3' };
  const tls = { common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'cert', sds_config: source }] } };
  const proxy = await start(t, bootstrap(tls));
  t.equal((await handshake(proxy.port())).cn, 'one');
  t.equal(proxy.stat('server.days_until_first_cert_expiring'), 364);
  write(path, two);
  await handshakesUntil(proxy.port(), {}, (result) => result?.cn === 'two');
  writeFileSync(sds, document({ certificate_chain: { inline_string: one.certificate }, private_key: { inline_string: one.key } }));
  await handshakesUntil(proxy.port(), {}, (result) => result?.cn === 'one');
  writeFileSync(sds, document({ certificate_chain: { inline_string: one.certificate }, private_key: { inline_string: two.key } }));
  await handshakesUntil(proxy.port(), {}, () => proxy.stat('sds.cert.update_rejected') === 1);
  t.equal((await handshake(proxy.port())).cn, 'one');
});

t.test('a certificate without its key never serves', async (t) => {
  const path = folder(t);
  write(path, one);
  const proxy = await start(t, bootstrap({ common_tls_context: { tls_certificates: [files(path)] } }));
  writeFileSync(join(path, 'tls.crt'), two.certificate);
  await handshakesUntil(proxy.port(), {}, (result) => {
    t.equal(result?.cn, 'one');
    return proxy.stat('secrets.file_reload_failed') === 1;
  });
  t.match(
    proxy.log(),
    /its files changed and cannot be used, the old ones stay: tls_certificate.private_key: the certificate belongs to another key/,
  );
  writeFileSync(join(path, 'tls.key'), two.key);
  await handshakesUntil(proxy.port(), {}, (result) => result?.cn === 'two');
});

t.test('while a secret is missing a listener does not start, and one that gave up waiting refuses', async (t) => {
  const server = new SdsServer();
  const port = await server.listen('127.0.0.1:0');
  t.teardown(() => server.stop());
  const cluster = {
    name: 'sds',
    load_assignment: { cluster_name: 'sds', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }] },
  };
  const source = {
    api_config_source: { api_type: 'GRPC', grpc_services: [{ envoy_grpc: { cluster_name: 'sds' } }] },
    initial_fetch_timeout: '0.02s',
  };
  const tls = { common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'late', sds_config: source }] } };
  const proxy = await start(t, bootstrap(tls, { clusters: [cluster] }));
  t.equal(proxy.stat('sds.late.init_fetch_timeout'), 1);
  await t.rejects(handshake(proxy.port()));
  server.push(certificateSecret('late', one));
  await handshakesUntil(proxy.port(), {}, (result) => result?.cn === 'one');
});

t.test('a worker that takes the place of a dead one gets its secrets, and their changes', async (t) => {
  const server = new SdsServer();
  const port = await server.listen('127.0.0.1:0');
  t.teardown(() => server.stop());
  server.push(certificateSecret('default', one));
  const cluster = {
    name: 'sds',
    load_assignment: { cluster_name: 'sds', endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }] },
  };
  const source = { api_config_source: { api_type: 'GRPC', grpc_services: [{ envoy_grpc: { cluster_name: 'sds' } }] } };
  const tls = { common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: source }] } };
  const proxy = await start(t, bootstrap(tls, { clusters: [cluster] }), { concurrency: 2 });
  const [first, second] = proxy.runtime.workers as readonly ThreadWorker[];
  await first?.kill();
  while (!/worker_0 serves again/.test(proxy.log())) await new Promise(setImmediate);
  t.equal(server.opened, 1, 'nobody had to be asked again');
  // The other one dies, too: who serves now is new.
  await second?.kill();
  t.equal((await handshake(proxy.port())).cn, 'one');
  server.push(certificateSecret('default', two));
  await handshakesUntil(proxy.port(), {}, (result) => result?.cn === 'two');
});
