/** The same names, the same servers and the same answers for a real Envoy and for Outrigger: hosts and counts are the same. */
import t, { type Test } from 'tap';
import { type ChildProxy, envoyMissing, startChild } from '../support/child-proxy.ts';
import { type DnsReply, DnsServer } from '../support/dns-server.ts';

const needsEnvoy = { skip: envoyMissing() ?? false };

const CARES = 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig';
const PORT = 28102;

interface Case {
  readonly name: string;
  /** Replies in order. The last one holds for an hour, so that nobody asks again; null: the name is no business of the server. */
  readonly replies: readonly DnsReply[] | null;
  readonly cluster: object;
  /** The host's name; `<case>.test` unless said. */
  readonly host?: string;
}

const of = (...ips: readonly string[]): DnsReply => ({ ips, ttl: 0 });
const FAST = { dns_refresh_rate: '0.05s', respect_dns_ttl: true };
const STRICT = { type: 'STRICT_DNS', dns_lookup_family: 'V4_ONLY', ...FAST };
const LOGICAL = { type: 'LOGICAL_DNS', dns_lookup_family: 'V4_ONLY', ...FAST };

const CASES: readonly Case[] = [
  { name: 'grows', cluster: STRICT, replies: [of('10.0.0.1'), of('10.0.0.1', '10.0.0.2'), of('10.0.0.2', '10.0.0.1')] },
  { name: 'moves', cluster: STRICT, replies: [of('10.0.0.1', '10.0.0.2'), of('10.0.0.2', '10.0.0.3'), of('10.0.0.4')] },
  { name: 'twice', cluster: STRICT, replies: [of('10.0.0.1', '10.0.0.1')] },
  { name: 'gone', cluster: STRICT, replies: [of('10.0.0.1'), 'nxdomain', of('10.0.0.1')] },
  { name: 'nodata', cluster: STRICT, replies: [of('10.0.0.1'), of(), of('10.0.0.2')] },
  { name: 'servfail', cluster: STRICT, replies: [of('10.0.0.1'), 'servfail', of('10.0.0.1')] },
  { name: 'never', cluster: STRICT, replies: ['servfail', 'servfail', of('10.0.0.1')] },
  { name: 'all', cluster: { ...STRICT, dns_lookup_family: 'ALL' }, replies: [of('10.0.0.1', 'fd00::1', '10.0.0.2', 'fd00::2')] },
  { name: 'auto6', cluster: { ...STRICT, dns_lookup_family: 'AUTO' }, replies: [of('10.0.0.1', 'fd00::1')] },
  { name: 'auto4', cluster: { ...STRICT, dns_lookup_family: 'AUTO' }, replies: [of('10.0.0.1')] },
  { name: 'preferred', cluster: { ...STRICT, dns_lookup_family: 'V4_PREFERRED' }, replies: [of('fd00::1')] },
  { name: 'only6', cluster: { ...STRICT, dns_lookup_family: 'V6_ONLY' }, replies: [of('10.0.0.1'), of('10.0.0.1', 'fd00::1')] },
  { name: 'ttl', cluster: { ...STRICT, dns_refresh_rate: '3600s' }, replies: [{ ips: ['10.0.0.1', '10.0.0.2'], ttl: 1 }, of('10.0.0.1')] },
  {
    name: 'backoff',
    cluster: { ...STRICT, dns_refresh_rate: '3600s', dns_failure_refresh_rate: { base_interval: '0.05s' } },
    replies: ['servfail', 'servfail', 'servfail', of('10.0.0.1')],
  },
  { name: 'logical', cluster: LOGICAL, replies: [of('10.0.0.1', '10.0.0.2'), of('10.0.0.1', '10.0.0.2'), of('10.0.0.2', '10.0.0.1')] },
  { name: 'logical-gone', cluster: LOGICAL, replies: [of('10.0.0.1'), 'nxdomain', of(), 'servfail', of('10.0.0.1')] },
  { name: 'logical-all', cluster: { ...LOGICAL, dns_lookup_family: 'ALL' }, replies: [of('fd00::1', '10.0.0.1')] },
  { name: 'localhost', cluster: { type: 'STRICT_DNS', dns_refresh_rate: '3600s' }, host: 'localhost', replies: null },
  {
    name: 'localhosts',
    cluster: { type: 'STRICT_DNS', dns_refresh_rate: '3600s', dns_lookup_family: 'ALL' },
    host: 'localhost',
    replies: null,
  },
  { name: 'literal', cluster: { type: 'LOGICAL_DNS', dns_refresh_rate: '3600s' }, host: '127.0.0.7', replies: null },
  { name: 'invalid', cluster: { type: 'STRICT_DNS', dns_refresh_rate: '3600s' }, host: 'no-such-host.invalid', replies: null },
  { name: 'logical-invalid', cluster: { type: 'LOGICAL_DNS', dns_refresh_rate: '3600s' }, host: 'no-such-host.invalid', replies: null },
];

function bootstrap(dns: DnsServer): object {
  const clusters = CASES.map(({ name, cluster, host = `${name}.test` }) => ({
    name,
    ...cluster,
    // No server that fails is asked twice.
    typed_dns_resolver_config: {
      name: 'envoy.network.dns_resolver.cares',
      typed_config: {
        '@type': CARES,
        resolvers: [{ socket_address: { address: '127.0.0.1', port_value: dns.port } }],
        dns_resolver_options: { no_default_search_domain: true },
        query_tries: 1,
      },
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: host, port_value: PORT } } } }] }],
    },
  }));
  return { static_resources: { clusters } };
}

/** Everybody was told everything. */
async function settled(proxy: ChildProxy): Promise<ReadonlyMap<string, string[]>> {
  for (;;) {
    const lines = (await proxy.admin('/stats?filter=^cluster\\..*\\.(update|membership)_')).body.trim().split('\n');
    const byCase = new Map(CASES.map(({ name }) => [name, lines.filter((line) => line.startsWith(`cluster.${name}.`)).sort()]));
    const done = CASES.every(({ name, replies }) => {
      const attempts = replies?.length ?? 1;
      const value = (of: string): number =>
        Number(
          byCase
            .get(name)
            ?.find((line) => line.includes(`.update_${of}:`))
            ?.split(': ')[1] ?? 0,
        );
      return value('attempt') === attempts && value('success') + value('failure') === attempts;
    });
    if (done) return byCase;
  }
}

function lasting(reply: DnsReply | undefined): DnsReply {
  if (typeof reply !== 'object') throw new Error('only addresses last');
  return { ...reply, ttl: 3600 };
}

async function observe(t: Test, kind: 'envoy' | 'outrigger') {
  const dns = await new DnsServer().listen();
  for (const { name, replies } of CASES) if (replies !== null) dns.set(`${name}.test`, ...replies.with(-1, lasting(replies.at(-1))));
  const proxy = await startChild(kind, bootstrap(dns));
  t.teardown(async () => {
    await proxy.stop();
    dns.close();
  });
  const stats = await settled(proxy);
  const hosts = (await proxy.admin('/clusters')).body
    .split('\n')
    .filter((line) => /::(hostname|health_flags|weight|priority)::/.test(line));
  return new Map(
    CASES.map(({ name, host = `${name}.test`, replies }) => {
      let asked = dns.asked.filter((question) => question.startsWith(`${host} `)).sort();
      // Two clusters ask for one name: Envoy twice, Outrigger once.
      if (replies === null) asked = [...new Set(asked)];
      return [name, { stats: stats.get(name), hosts: hosts.filter((line) => line.startsWith(`${name}::`)).sort(), asked }];
    }),
  );
}

t.test('hosts, counts and questions of clusters that are named', { ...needsEnvoy, timeout: 60_000 }, async (t) => {
  const [envoy, outrigger] = await Promise.all([observe(t, 'envoy'), observe(t, 'outrigger')]);
  for (const { name } of CASES) t.same(outrigger.get(name), envoy.get(name), name);
});
