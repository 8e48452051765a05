import t from 'tap';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { FakeResolvers } from '../../../test/support/fake-resolver.ts';
import { FakeCodecs, FakeTransport } from '../../../test/support/upstream-doubles.ts';
import { fromJson, type JsonInput, toBinary } from '../../api/index.ts';
import { compileCluster } from '../cluster-compiler.ts';
import { defineUpstreamTransportSocket, type UpstreamDefaults } from '../factory-context.ts';
import { DEFAULT_RESOLVER } from './resolver.ts';

const rawBuffer = defineUpstreamTransportSocket({
  name: 'envoy.transport_sockets.raw_buffer',
  message: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  posture: 'data_plane_agnostic',
  compile: () => new FakeTransport(),
});

interface JsonFields {
  [key: string]: JsonInput;
}

const APP = { address: { socket_address: { address: 'app.test', port_value: 80 } } };
const LOAD = { cluster_name: 'c', endpoints: [{ lb_endpoints: [{ endpoint: APP }] }] };

function compile(json: JsonFields, upstream: UpstreamDefaults = {}) {
  const context = new FakeContext({ extensions: [rawBuffer], options: { upstream } });
  const dns = new FakeResolvers();
  const message = fromJson('envoy.config.cluster.v3.Cluster', { name: 'c', load_assignment: LOAD, ...json });
  const instance = compileCluster(message, context, new FakeCodecs(), dns.all);
  return { instance, context, dns };
}

function complaints(json: JsonFields): string[] {
  const { instance, context } = compile(json);
  t.equal(instance, null);
  t.same(context.stats.counted, {}, 'what is refused counts nowhere');
  return context.complaints;
}

/** The family that is asked for, and how. */
function asks(json: JsonFields, upstream: UpstreamDefaults = {}) {
  const { instance, context, dns } = compile(json, upstream);
  if (instance === null) throw new Error(context.complaints.join('\n'));
  instance.start();
  const question = dns.resolver.last();
  question.answer(['10.0.0.1', '10.0.0.2']);
  const [settings] = dns.settings;
  if (settings === undefined) throw new Error('no resolver was asked for');
  return { family: question.family, hosts: instance.cluster.hostSets[0]?.hosts.length, settings };
}

const DNS = 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster';
const CARES = 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig';
const cares = (fields: JsonFields): JsonInput => ({
  name: 'envoy.network.dns_resolver.cares',
  typed_config: { '@type': CARES, ...fields },
});
const getaddrinfo = (fields: JsonFields): JsonInput => ({
  name: 'envoy.network.dns_resolver.getaddrinfo',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig',
    ...fields,
  },
});
const server = (address: string, port = 0): JsonInput => ({ socket_address: { address, port_value: port, protocol: 'UDP' } });

t.test('all five families, in both places that say one', (t) => {
  const families = ['AUTO', 'V4_ONLY', 'V6_ONLY', 'V4_PREFERRED', 'ALL'];
  for (const family of families) {
    t.equal(asks({ type: 'STRICT_DNS', dns_lookup_family: family }).family, family.toLowerCase());
    const typed = { '@type': DNS, dns_lookup_family: family };
    t.equal(asks({ cluster_type: { name: 'envoy.cluster.dns', typed_config: typed } }).family, family.toLowerCase());
  }
  t.equal(asks({ type: 'STRICT_DNS' }).family, 'auto');
  t.equal(asks({ cluster_type: { name: 'envoy.cluster.dns', typed_config: { '@type': DNS } } }).family, 'auto');
  t.end();
});

t.test('strict or logical, by type, by name and by message', (t) => {
  const typed = (fields: JsonFields): JsonInput => ({ name: 'whatever', typed_config: { '@type': DNS, ...fields } });
  t.equal(asks({ type: 'STRICT_DNS' }).hosts, 2);
  t.equal(asks({ type: 'LOGICAL_DNS' }).hosts, 1);
  t.equal(asks({ cluster_type: { name: 'envoy.cluster.strict_dns' } }).hosts, 2);
  t.equal(asks({ cluster_type: { name: 'envoy.cluster.logical_dns' } }).hosts, 1);
  t.equal(asks({ cluster_type: { name: 'envoy.cluster.dns' } }).hosts, 2);
  t.equal(asks({ cluster_type: typed({}) }).hosts, 2);
  const both = { name: 'envoy.cluster.logical_dns', typed_config: { '@type': DNS } };
  t.equal(asks({ cluster_type: both }).hosts, 2, 'the message goes before the name');
  t.equal(asks({ cluster_type: typed({ all_addresses_in_single_endpoint: true }) }).hosts, 1);
  t.end();
});

t.test('the priority of the only host of a logical cluster means nothing', (t) => {
  const load = { cluster_name: 'c', endpoints: [{ priority: 3, lb_endpoints: [{ endpoint: APP }] }] };
  t.equal(asks({ type: 'LOGICAL_DNS', load_assignment: load }).hosts, 1);
  t.end();
});

t.test('a resolver that says nothing is that of the system', (t) => {
  t.same(asks({ type: 'STRICT_DNS' }).settings, DEFAULT_RESOLVER);
  t.same(asks({ type: 'STRICT_DNS', typed_dns_resolver_config: cares({}) }).settings, DEFAULT_RESOLVER);
  t.end();
});

t.test('options of c-ares', (t) => {
  const config = cares({
    resolvers: [server('10.0.0.53'), server('fd00::53', 5353)],
    dns_resolver_options: { no_default_search_domain: true },
    udp_max_queries: 100,
    query_timeout_seconds: 2,
    query_tries: 3,
    max_udp_channel_duration: '60s',
    reinit_channel_on_timeout: true,
    use_resolvers_as_fallback: true,
    rotate_nameservers: true,
    filter_unroutable_families: true,
  });
  const settings = {
    kind: 'cares',
    servers: ['10.0.0.53:53', '[fd00::53]:5353'],
    searchNothing: true,
    timeoutMs: 2000,
    tries: 3,
    queriesPerSocket: 100,
    socketMs: 60_000,
    renewOnTimeout: true,
    serversAsFallback: true,
    rotate: true,
    routableOnly: true,
  };
  t.same(asks({ type: 'STRICT_DNS', typed_dns_resolver_config: config }).settings, settings);
  const typed = { '@type': DNS, typed_dns_resolver_config: config };
  t.same(asks({ cluster_type: { name: 'dns', typed_config: typed } }).settings, settings);
  t.end();
});

t.test('the older ways to name servers', (t) => {
  const older = { resolvers: [server('10.0.0.53')], dns_resolver_options: { no_default_search_domain: true } };
  const expected = { ...DEFAULT_RESOLVER, servers: ['10.0.0.53:53'] };
  t.same(asks({ type: 'STRICT_DNS', dns_resolution_config: older }).settings, { ...expected, searchNothing: true });
  t.same(asks({ type: 'STRICT_DNS', dns_resolvers: [server('10.0.0.53')] }).settings, expected);
  t.same(
    asks({ type: 'STRICT_DNS', dns_resolvers: [server('10.0.0.53')], typed_dns_resolver_config: cares({}) }).settings,
    DEFAULT_RESOLVER,
  );
  t.end();
});

t.test('what c-ares is told elsewhere is refused by name', (t) => {
  const of = (fields: JsonFields) => complaints({ type: 'STRICT_DNS', typed_dns_resolver_config: cares(fields) });
  const at = 'typed_dns_resolver_config.typed_config';
  t.same(of({ edns0_max_payload_size: 1232, qcache_max_ttl: 60 }), [
    `${at}.edns0_max_payload_size: edns0_max_payload_size is not supported`,
    `${at}.qcache_max_ttl: qcache_max_ttl is not supported`,
  ]);
  t.same(of({ dns_resolver_options: { use_tcp_for_dns_lookups: true } }), [
    `${at}.dns_resolver_options.use_tcp_for_dns_lookups: use_tcp_for_dns_lookups is not supported`,
  ]);
  t.same(of({ resolvers: [{ pipe: { path: '/x' } }] }), [`${at}.resolvers[0]: a DNS server has an IP address`]);
  t.match(of({ resolvers: [server('dns.test')] }), [/"dns.test" is no IP address/]);
  t.same(complaints({ type: 'STRICT_DNS', use_tcp_for_dns_lookups: true }), [
    'use_tcp_for_dns_lookups: use_tcp_for_dns_lookups is not supported',
  ]);
  t.end();
});

t.test('the C library resolves where it is asked to', (t) => {
  const ask = (fields: JsonFields) => asks({ type: 'STRICT_DNS', typed_dns_resolver_config: getaddrinfo(fields) }).settings;
  t.same(ask({}), { kind: 'getaddrinfo', retries: 0, threads: 1 });
  t.same(ask({ num_retries: 3, num_resolver_threads: 8 }), { kind: 'getaddrinfo', retries: 3, threads: 8 });
  t.end();
});

t.test('another resolver is refused by name', (t) => {
  const type = 'envoy.config.core.v3.Node';
  const config = { name: 'x', typed_config: { '@type': `type.googleapis.com/${type}` } };
  t.same(complaints({ type: 'STRICT_DNS', typed_dns_resolver_config: config }), [
    `typed_dns_resolver_config.typed_config: ${type} is not supported`,
  ]);
  t.end();
});

t.test('clusters that name no resolver have that of the bootstrap', (t) => {
  const common = fromJson('envoy.config.core.v3.TypedExtensionConfig', cares({ resolvers: [server('10.0.0.99')] }));
  const upstream = { dnsResolver: toBinary(common) };
  const servers = (json: JsonFields) => {
    const { settings } = asks(json, upstream);
    return settings.kind === 'cares' ? settings.servers : settings;
  };
  t.same(servers({ type: 'STRICT_DNS' }), ['10.0.0.99:53']);
  t.same(servers({ cluster_type: { name: 'dns', typed_config: { '@type': DNS } } }), ['10.0.0.99:53']);
  t.same(servers({ type: 'STRICT_DNS', dns_resolution_config: { dns_resolver_options: {} } }), ['10.0.0.99:53'], 'that names no server');
  t.same(servers({ type: 'STRICT_DNS', dns_resolution_config: { resolvers: [server('10.0.0.53')] } }), ['10.0.0.53:53']);
  t.same(servers({ type: 'STRICT_DNS', typed_dns_resolver_config: cares({}) }), [], 'of the system');
  t.end();
});

t.test('other addresses beside a name are refused', (t) => {
  const endpoint = { ...APP, additional_addresses: [{ address: { socket_address: { address: 'b.test', port_value: 80 } } }] };
  const load = { cluster_name: 'c', endpoints: [{ lb_endpoints: [{ endpoint }] }] };
  t.same(complaints({ type: 'STRICT_DNS', load_assignment: load }), [
    'load_assignment.endpoints[0].lb_endpoints[0].endpoint.additional_addresses: additional_addresses are not supported in a STRICT_DNS cluster',
  ]);
  t.end();
});

t.test('a failure rate that ends below where it begins is refused', (t) => {
  const rate = { base_interval: '5s', max_interval: '1s' };
  t.same(complaints({ type: 'STRICT_DNS', dns_failure_refresh_rate: rate }), [
    'dns_failure_refresh_rate: dns_failure_refresh_rate must have max_interval greater than or equal to the base_interval',
  ]);
  t.end();
});

t.test('a logical cluster has exactly one host', (t) => {
  const two = { cluster_name: 'c', endpoints: [{ lb_endpoints: [{ endpoint: APP }, { endpoint: APP }] }] };
  const wrong = 'LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint';
  t.same(complaints({ type: 'LOGICAL_DNS', load_assignment: two }), [`load_assignment: ${wrong}`]);
  t.same(complaints({ type: 'LOGICAL_DNS', load_assignment: { cluster_name: 'c' } }), [`load_assignment: ${wrong}`]);
  t.end();
});

t.test('a host of such a cluster has a name and a port', (t) => {
  const at = 'load_assignment.endpoints[0].lb_endpoints[0].endpoint.address';
  const load = (address: JsonInput): JsonFields => ({
    type: 'STRICT_DNS',
    load_assignment: { cluster_name: 'c', endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  });
  t.same(complaints(load({ pipe: { path: '/x' } })), [`${at}: a STRICT_DNS cluster needs a socket_address`]);
  t.same(complaints(load({ socket_address: { address: 'a', port_value: 1, resolver_name: 'r' } })), [
    `${at}.socket_address.resolver_name: STRICT_DNS clusters must NOT have a custom resolver name set`,
  ]);
  t.same(complaints(load({ socket_address: { address: 'a', port_value: 1, protocol: 'UDP' } })), [
    `${at}.socket_address.protocol: only TCP is supported`,
  ]);
  t.end();
});

t.test('a cluster_type that nobody knows is refused, the static one is none', (t) => {
  t.same(complaints({ cluster_type: { name: 'envoy.clusters.aggregate' }, load_assignment: { cluster_name: 'c' } }), [
    'cluster_type.name: envoy.clusters.aggregate is not supported',
  ]);
  const ip = { address: { socket_address: { address: '10.0.0.1', port_value: 80 } } };
  const load = { cluster_name: 'c', endpoints: [{ lb_endpoints: [{ endpoint: ip }] }] };
  t.ok(compile({ cluster_type: { name: 'envoy.cluster.static' }, load_assignment: load }).instance);
  t.end();
});
