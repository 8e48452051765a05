/** Names all the way: a server, the resolver of the system's library, clusters, requests. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { runToEnd } from '../support/command.ts';
import { DnsServer } from '../support/dns-server.ts';
import { get, startBackend } from '../support/http.ts';
import { loopback, startProxy, type TestProxy } from '../support/proxy.ts';
import { until } from '../support/sockets.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/dns/envoy.yaml', import.meta.url));

const typed = (name: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}`, ...fields });

/** `typed_dns_resolver_config` */
function asking(dns: DnsServer): object {
  const config = typed('network.dns_resolver.cares.v3.CaresDnsResolverConfig', {
    resolvers: [{ socket_address: { address: '127.0.0.1', port_value: dns.port } }],
    dns_resolver_options: { no_default_search_domain: true },
    query_tries: 1,
  });
  return { name: 'envoy.network.dns_resolver.cares', typed_config: config };
}

/** The same service on two addresses of this machine: it says which one was asked. */
async function startTwins(t: Test): Promise<number> {
  const start = async (address: string, port: number): Promise<Server> => {
    const server = createServer((_, response) => response.end(address)).listen(port, address);
    t.teardown(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    return server;
  };
  const first = await start('127.0.0.1', 0);
  const { port } = first.address() as AddressInfo;
  await start('127.0.0.2', port);
  return port;
}

async function start(t: Test, dns: DnsServer, port: number, cluster: object, concurrency = 1): Promise<TestProxy> {
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'in',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] }] },
    http_filters: [{ name: 'router', typed_config: typed('filters.http.router.v3.Router', {}) }],
  });
  const proxy = await startProxy(
    {
      static_resources: {
        listeners: [{ name: 'in', address: loopback(0), filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }] }],
        clusters: [
          {
            name: 'up',
            dns_lookup_family: 'V4_ONLY',
            dns_refresh_rate: '0.05s',
            typed_dns_resolver_config: asking(dns),
            load_assignment: {
              cluster_name: 'up',
              endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: 'app.test', port_value: port } } } }] }],
            },
            ...cluster,
          },
        ],
      },
    },
    { concurrency },
  );
  t.teardown(() => proxy.stop());
  return proxy;
}

const ask = async (proxy: TestProxy): Promise<string> => {
  const { status, body } = await get(proxy.port('in'));
  return status === 200 ? body : String(status);
};

for (const concurrency of [1, 2]) {
  t.test(`requests follow the name, with ${concurrency} worker(s)`, async (t) => {
    const port = await startTwins(t);
    const dns = await new DnsServer().listen();
    t.teardown(() => dns.close());
    dns.set('app.test', { ips: ['127.0.0.1'] });
    const proxy = await start(t, dns, port, { type: 'STRICT_DNS' }, concurrency);
    t.equal(await ask(proxy), '127.0.0.1', 'ready means resolved');
    const { membershipChange, noRebuild } = { membershipChange: 'cluster.up.membership_change', noRebuild: 'cluster.up.update_no_rebuild' };
    t.equal(proxy.stat(membershipChange), 1, 'every worker asks, one of them counts');

    dns.set('app.test', { ips: ['127.0.0.2'] });
    await until(() => proxy.stat(membershipChange) === 2, 'the name moved');
    const unchanged = proxy.stat(noRebuild);
    await until(() => proxy.stat(noRebuild) > unchanged + 2, 'and every worker knows');
    t.equal(await ask(proxy), '127.0.0.2');

    dns.set('app.test', 'servfail');
    await until(() => proxy.stat('cluster.up.update_failure') > 2, 'nobody can tell');
    t.equal(await ask(proxy), '127.0.0.2', 'what was known holds');

    dns.set('app.test', 'nxdomain');
    await until(() => proxy.stat('cluster.up.membership_total') === 0, 'the name is gone');
    const gone = proxy.stat(noRebuild);
    await until(() => proxy.stat(noRebuild) > gone + 2, 'for every worker');
    t.equal(await ask(proxy), '503');
    t.match(proxy.log(), /cluster up: no answer for app\.test \(ESERVFAIL\), its last addresses stay/);
  });
}

t.test('connections of a logical host stay where they are, new ones follow the name', async (t) => {
  const port = await startTwins(t);
  const dns = await new DnsServer().listen();
  t.teardown(() => dns.close());
  dns.set('app.test', { ips: ['127.0.0.1', '127.0.0.2'] });
  const proxy = await start(t, dns, port, { type: 'LOGICAL_DNS' });
  t.equal(await ask(proxy), '127.0.0.1');
  dns.set('app.test', { ips: ['127.0.0.2'] });
  await until(() => proxy.stat('cluster.up.membership_change') === 2, 'the name moved');
  t.same(
    (await proxy.view.clusters()).map(({ hosts }) => hosts.map(({ address, hostname }) => [address, hostname])),
    [[[`127.0.0.2:${port}`, 'app.test']]],
  );
  t.equal(await ask(proxy), '127.0.0.1', 'on the connection that is there');
  t.equal(proxy.stat('cluster.up.upstream_cx_total'), 1);
  const both = await Promise.all([ask(proxy), ask(proxy)]);
  t.same(both.sort(), ['127.0.0.1', '127.0.0.2'], 'the second one needs a connection of its own');
});

t.test('the example is right, and does what it says', async (t) => {
  t.match(await runToEnd('validate', EXAMPLE), { code: 0 });
  const backends = await Promise.all([startBackend(), startBackend()]);
  for (const backend of backends) t.teardown(() => backend.close());
  const ports: Readonly<Record<string, number>> = { 15000: 0, 10000: 0, 9001: backends[0]?.port ?? 0, 9002: backends[1]?.port ?? 0 };
  const dns = await new DnsServer().listen();
  t.teardown(() => dns.close());
  // The servers of this machine are none of the test's.
  const logical = 'all_addresses_in_single_endpoint: true';
  const text = readFileSync(EXAMPLE, 'utf8')
    .replace(/\b(15000|10000|9001|9002)\b/g, (port) => String(ports[port]))
    .replace(logical, `${logical}\n          typed_dns_resolver_config: ${JSON.stringify(asking(dns))}`);
  const proxy = await startProxy(text);
  t.teardown(() => proxy.stop());
  for (let i = 0; i < 4; i++) t.match(await get(proxy.port('in'), '/hello'), { status: 200, body: '/hello' });
  t.same(
    backends.map(({ requests }) => requests.length),
    [2, 2],
  );
  t.equal((await get(proxy.port('in'), '/outside')).status, 503);
  t.match(proxy.log(), /cluster outside: outside\.invalid has no addresses \(ENOTFOUND\)/);
});
