/** `typed_dns_resolver_config` (c-ares and getaddrinfo), and the older `dns_resolution_config` and `dns_resolvers`, → ResolverSettings. */
import { fromBinary, type Message, milliseconds, refuseOthers } from '../../api/index.ts';
import { formatAddress } from '../../base/address.ts';
import { Problems } from '../../base/errors.ts';
import { compileAddress } from '../compile-address.ts';
import type { UpstreamDefaults } from '../factory-context.ts';
import { openAt } from '../open-any.ts';
import { DEFAULT_RESOLVER, type ResolverSettings } from './resolver.ts';

type Cares = Message<'envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig'>;
type System = Message<'envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig'>;

const SYSTEM_NAME = 'envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig';
const CARES_NAME = 'envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig';
const CARES = new Set([
  'dns_resolver_options',
  'filter_unroutable_families',
  'max_udp_channel_duration',
  'query_timeout_seconds',
  'query_tries',
  'reinit_channel_on_timeout',
  'resolvers',
  'rotate_nameservers',
  'udp_max_queries',
  'use_resolvers_as_fallback',
]);
const OPTIONS = new Set(['no_default_search_domain']);
const RESOLUTION = new Set(['resolvers', 'dns_resolver_options']);
const DNS_PORT = 53;

/** Of a cluster: the newest setting counts. What names no server, in the older ways, leaves it to `common`. */
export function compileClusterResolver(
  cluster: Message<'envoy.config.cluster.v3.Cluster'>,
  common: ResolverSettings,
  problems: Problems,
): ResolverSettings {
  if (cluster.typedDnsResolverConfig !== undefined) {
    return compileTypedResolver(cluster.typedDnsResolverConfig, problems.at('typed_dns_resolver_config'));
  }
  const { dnsResolutionConfig: older } = cluster;
  if (older !== undefined) {
    const settings = compileResolution(older, problems.at('dns_resolution_config'));
    return older.resolvers.length === 0 ? common : settings;
  }
  if (cluster.useTcpForDnsLookups) problems.at('use_tcp_for_dns_lookups').add('unsupported', 'use_tcp_for_dns_lookups is not supported');
  if (cluster.dnsResolvers.length === 0) return common;
  return Object.freeze({ ...DEFAULT_RESOLVER, servers: compileServers(cluster.dnsResolvers, problems.at('dns_resolvers')) });
}

export function compileResolution(message: Message<'envoy.config.core.v3.DnsResolutionConfig'>, problems: Problems): ResolverSettings {
  refuseOthers(message, RESOLUTION, problems);
  const options = message.dnsResolverOptions;
  if (options !== undefined) refuseOthers(options, OPTIONS, problems.at('dns_resolver_options'));
  return Object.freeze({
    ...DEFAULT_RESOLVER,
    servers: compileServers(message.resolvers, problems.at('resolvers')),
    searchNothing: options?.noDefaultSearchDomain ?? false,
  });
}

/** Of clusters that name none: the bootstrap's, or the system's servers. */
export function commonResolver({ dnsResolver }: UpstreamDefaults): ResolverSettings {
  if (dnsResolver === undefined) return DEFAULT_RESOLVER;
  // What is wrong with it was said about the bootstrap.
  return compileTypedResolver(fromBinary('envoy.config.core.v3.TypedExtensionConfig', dnsResolver), new Problems());
}

export function compileTypedResolver(
  extension: Message<'envoy.config.core.v3.TypedExtensionConfig'>,
  problems: Problems,
): ResolverSettings {
  if (extension.typedConfig === undefined) return DEFAULT_RESOLVER;
  const at = problems.at('typed_config');
  const opened = openAt(extension.typedConfig, at);
  if (opened === null) return DEFAULT_RESOLVER;
  if (opened.kind === 'message' && opened.typeName === CARES_NAME) return compileCares(opened.message as Cares, at);
  if (opened.kind === 'message' && opened.typeName === SYSTEM_NAME) return compileSystem(opened.message as System);
  at.add('unsupported', `${opened.typeName} is not supported`, `use ${CARES_NAME}`);
  return DEFAULT_RESOLVER;
}

function compileSystem(message: System): ResolverSettings {
  return Object.freeze({ kind: 'getaddrinfo', retries: message.numRetries ?? 0, threads: message.numResolverThreads ?? 1 });
}

function compileCares(message: Cares, problems: Problems): ResolverSettings {
  refuseOthers(message, CARES, problems);
  const options = message.dnsResolverOptions;
  if (options !== undefined) refuseOthers(options, OPTIONS, problems.at('dns_resolver_options'));
  const seconds = message.queryTimeoutSeconds;
  return Object.freeze({
    kind: 'cares',
    servers: compileServers(message.resolvers, problems.at('resolvers')),
    searchNothing: options?.noDefaultSearchDomain ?? false,
    timeoutMs: seconds === undefined ? DEFAULT_RESOLVER.timeoutMs : Number(seconds) * 1000,
    tries: message.queryTries ?? DEFAULT_RESOLVER.tries,
    queriesPerSocket: message.udpMaxQueries ?? 0,
    socketMs: milliseconds(message.maxUdpChannelDuration) ?? 0,
    renewOnTimeout: message.reinitChannelOnTimeout,
    serversAsFallback: message.useResolversAsFallback,
    rotate: message.rotateNameservers,
    routableOnly: message.filterUnroutableFamilies,
  });
}

function compileServers(messages: readonly Message<'envoy.config.core.v3.Address'>[], problems: Problems): readonly string[] {
  const servers: string[] = [];
  for (const [i, message] of messages.entries()) {
    // Those of resolvers are UDP addresses, whatever they say.
    const value = message.address.case === 'socketAddress' ? { ...message.address.value, protocol: 0 as const } : null;
    const plain = value === null ? message : { ...message, address: { case: 'socketAddress' as const, value } };
    const address = compileAddress(plain, problems.at(i));
    if (address === null) continue;
    if (address.kind === 'pipe') problems.at(i).add('bad_value', 'a DNS server has an IP address');
    else servers.push(formatAddress(address.port === 0 ? { ...address, port: DNS_PORT } : address));
  }
  return servers;
}
