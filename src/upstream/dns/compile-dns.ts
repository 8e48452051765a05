/** STRICT_DNS, LOGICAL_DNS and `cluster_type` envoy.cluster.dns → DnsDiscovery. What is wrong is said in Envoy's words where it has some. */
import {
  envoy_config_cluster_v3_Cluster_DnsLookupFamily as ClusterFamily,
  envoy_extensions_clusters_common_dns_v3_DnsLookupFamily as CommonFamily,
  create,
  type Message,
  milliseconds,
  refuseOthers,
} from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { compileEndpointsAt, type EndpointSpec, type EndpointsSpecOf, NO_ENDPOINTS } from '../compile-endpoints.ts';
import type { FactoryContext } from '../factory-context.ts';
import { openAt } from '../open-any.ts';
import { commonResolver, compileClusterResolver, compileTypedResolver } from './compile-resolver.ts';
import { DnsDiscovery, type DnsSettings, type NamedAddress } from './dns-discovery.ts';
import type { LookupFamily, ResolverSettings } from './resolver.ts';
import type { Resolvers } from './resolvers.ts';

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;
type DnsCluster = Message<'envoy.extensions.clusters.dns.v3.DnsCluster'>;

const REFRESH_MS = 5000;
/** The failures' longest wait, when it is not said, in base intervals. */
const DEFAULT_MAX = 10;

const CLUSTER_FAMILIES: Readonly<Record<number, LookupFamily>> = {
  [ClusterFamily.AUTO]: 'auto',
  [ClusterFamily.V4_ONLY]: 'v4_only',
  [ClusterFamily.V6_ONLY]: 'v6_only',
  [ClusterFamily.V4_PREFERRED]: 'v4_preferred',
  [ClusterFamily.ALL]: 'all',
};
const COMMON_FAMILIES: Readonly<Record<number, LookupFamily>> = {
  [CommonFamily.UNSPECIFIED]: 'auto',
  [CommonFamily.AUTO]: 'auto',
  [CommonFamily.V4_ONLY]: 'v4_only',
  [CommonFamily.V6_ONLY]: 'v6_only',
  [CommonFamily.V4_PREFERRED]: 'v4_preferred',
  [CommonFamily.ALL]: 'all',
};
/** Discovery types and names of `cluster_type` whose settings stand in the cluster itself; true: logical. */
const BY_TYPE: ReadonlyMap<number, boolean> = new Map([
  [1, false],
  [2, true],
]);
const BY_NAME: ReadonlyMap<string, boolean> = new Map([
  ['envoy.cluster.strict_dns', false],
  ['envoy.cluster.logical_dns', true],
]);
const DNS_NAME = 'envoy.cluster.dns';
const DNS_CLUSTER = 'envoy.extensions.clusters.dns.v3.DnsCluster';
const SOCKET_ADDRESS = new Set(['address', 'port_value', 'protocol', 'resolver_name']);
const HONOURED = new Set([
  'all_addresses_in_single_endpoint',
  'dns_failure_refresh_rate',
  'dns_jitter',
  'dns_lookup_family',
  'dns_min_refresh_rate',
  'dns_refresh_rate',
  'respect_dns_ttl',
  'typed_dns_resolver_config',
]);

export function isDns(cluster: Cluster): boolean {
  return saysDnsCluster(cluster) || legacyKind(cluster) !== undefined;
}

/** The settings stand in a `DnsCluster`: the type of the message goes before the name. */
function saysDnsCluster({ clusterDiscoveryType: type }: Cluster): boolean {
  if (type.case !== 'clusterType') return false;
  const { name, typedConfig } = type.value;
  return typedConfig === undefined ? name === DNS_NAME : typedConfig.typeUrl.endsWith(`/${DNS_CLUSTER}`);
}

/** The settings stand in the cluster; true: logical. */
function legacyKind({ clusterDiscoveryType: type }: Cluster): boolean | undefined {
  return type.case === 'clusterType' ? BY_NAME.get(type.value.name) : BY_TYPE.get(type.value ?? 0);
}

/** What is wrong is added to the problems; null: nothing can be made of it. */
export function compileDns(cluster: Cluster, context: FactoryContext, resolvers: Resolvers): DnsDiscovery | null {
  const { problems } = context;
  const before = problems.list.length;
  const read = readSettings(cluster, commonResolver(context.options.upstream ?? {}), problems);
  if (read === null) return null;
  const endpoints = compileNames(cluster, read.settings.logical, problems);
  if (problems.list.length > before) return null;
  const warm = endpoints.hosts.length === 0 || cluster.waitForWarmOnInit === false ? null : context.init.wait('dns');
  return new DnsDiscovery({
    clusterName: cluster.name,
    settings: read.settings,
    endpoints,
    resolver: resolvers.of(read.resolver),
    dispatcher: context.dispatcher,
    log: context.loggers.get('upstream'),
    warm,
    random: Math.random,
  });
}

interface Read {
  readonly settings: DnsSettings;
  readonly resolver: ResolverSettings;
}

function readSettings(cluster: Cluster, common: ResolverSettings, problems: Problems): Read | null {
  const type = cluster.clusterDiscoveryType;
  if (type.case !== 'clusterType' || !saysDnsCluster(cluster)) {
    return {
      settings: settingsOf(cluster, CLUSTER_FAMILIES[cluster.dnsLookupFamily] ?? 'auto', legacyKind(cluster) === true, 0, problems),
      resolver: compileClusterResolver(cluster, common, problems),
    };
  }
  const at = problems.at('cluster_type').at('typed_config');
  const { typedConfig } = type.value;
  const opened = typedConfig === undefined ? null : openAt(typedConfig, at);
  if (typedConfig !== undefined && opened?.kind !== 'message') return null;
  const message = opened?.kind === 'message' ? (opened.message as DnsCluster) : create(DNS_CLUSTER);
  refuseOthers(message, HONOURED, at);
  const family = COMMON_FAMILIES[message.dnsLookupFamily] ?? 'auto';
  const resolver = message.typedDnsResolverConfig;
  const minTtlMs = milliseconds(message.dnsMinRefreshRate) ?? 0;
  return {
    settings: settingsOf(message, family, message.allAddressesInSingleEndpoint, minTtlMs, at),
    resolver: resolver === undefined ? common : compileTypedResolver(resolver, at.at('typed_dns_resolver_config')),
  };
}

/** The fields that both messages have. */
function settingsOf(
  message: Cluster | DnsCluster,
  family: LookupFamily,
  logical: boolean,
  minTtlMs: number,
  problems: Problems,
): DnsSettings {
  const failure = message.dnsFailureRefreshRate;
  const baseMs = milliseconds(failure?.baseInterval) ?? 0;
  const maxMs = milliseconds(failure?.maxInterval) ?? baseMs * DEFAULT_MAX;
  if (maxMs < baseMs) {
    problems
      .at('dns_failure_refresh_rate')
      .add('bad_value', 'dns_failure_refresh_rate must have max_interval greater than or equal to the base_interval');
  }
  return Object.freeze({
    logical,
    family,
    refreshMs: milliseconds(message.dnsRefreshRate) ?? REFRESH_MS,
    respectTtl: message.respectDnsTtl,
    minTtlMs,
    jitterMs: milliseconds(message.dnsJitter) ?? 0,
    failure: failure === undefined ? null : { baseMs, maxMs },
  });
}

function compileNames(cluster: Cluster, logical: boolean, problems: Problems): EndpointsSpecOf<EndpointSpec<NamedAddress>> {
  const { loadAssignment } = cluster;
  const kind = logical ? 'LOGICAL_DNS' : 'STRICT_DNS';
  if (
    logical &&
    (loadAssignment === undefined || loadAssignment.endpoints.length !== 1 || loadAssignment.endpoints[0]?.lbEndpoints.length !== 1)
  ) {
    const what = loadAssignment === undefined ? 'host' : 'locality_lb_endpoint and a single lb_endpoint';
    problems.at('load_assignment').add('bad_value', `LOGICAL_DNS clusters must have a single ${what}`);
  }
  if (loadAssignment === undefined) return { ...NO_ENDPOINTS, hosts: [] };
  refuseAdditional(loadAssignment, kind, problems.at('load_assignment').at('endpoints'));
  const spec = compileEndpointsAt(loadAssignment, problems.at('load_assignment'), (message, at) => compileName(message, kind, at));
  if (!logical) return spec;
  return { ...spec, priorities: 1, hosts: spec.hosts.map((host) => ({ ...host, priority: 0 })) };
}

/** Envoy takes and forgets them. */
function refuseAdditional(
  { endpoints }: Message<'envoy.config.endpoint.v3.ClusterLoadAssignment'>,
  kind: string,
  problems: Problems,
): void {
  for (const [i, { lbEndpoints }] of endpoints.entries()) {
    for (const [j, { hostIdentifier: host }] of lbEndpoints.entries()) {
      if (host.case !== 'endpoint' || host.value.additionalAddresses.length === 0) continue;
      const at = problems.at(i).at('lb_endpoints').at(j).at('endpoint').at('additional_addresses');
      at.add('unsupported', `additional_addresses are not supported in a ${kind} cluster`, 'a name may have several addresses');
    }
  }
}

function compileName(message: Message<'envoy.config.core.v3.Address'> | undefined, kind: string, problems: Problems): NamedAddress | null {
  if (message?.address.case !== 'socketAddress') {
    problems.add('bad_value', `a ${kind} cluster needs a socket_address`);
    return null;
  }
  const at = problems.at('socket_address');
  const { value } = message.address;
  if (!refuseOthers(value, SOCKET_ADDRESS, at)) return null;
  if (value.resolverName !== '') {
    at.at('resolver_name').add('bad_value', `${kind} clusters must NOT have a custom resolver name set`);
    return null;
  }
  if (value.protocol !== 0) {
    at.at('protocol').add('unsupported', 'only TCP is supported');
    return null;
  }
  return { name: value.address, port: value.portSpecifier.case === 'portValue' ? value.portSpecifier.value : 0 };
}
