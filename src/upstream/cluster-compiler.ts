/**
 * envoy.config.cluster.v3.Cluster → ClusterInstance. What is not honoured is refused by name and path; settings that mean
 * nothing for the cluster's discovery type are let through, as in Envoy.
 */
import { enumName, type Message, milliseconds, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { H2_STATS } from '../http/h2/stats.ts';
import type { StatGroup } from '../telemetry/stats.ts';
import { Breakers } from './circuit-breaker.ts';
import type { Cluster as ClusterOnDataPath, ClusterSettings } from './cluster.ts';
import { ClusterState } from './cluster-state.ts';
import { CLUSTER_STATS, HTTP1_STATS, REMAINING_STATS, ResponseStats, statPrefix } from './cluster-stats.ts';
import { compileThresholds } from './compile-breakers.ts';
import { compileEndpoints, type EndpointsSpec, NO_ENDPOINTS } from './compile-endpoints.ts';
import { checkAuto, compileHttp } from './compile-http.ts';
import { compileCommonLb, compileLbPolicy } from './compile-lb.ts';
import { compileOriginalDst, isOriginalDst } from './compile-original-dst.ts';
import { compileTransport, compileTransportMatches, compileTransportOptions } from './compile-transport.ts';
import { compileDns, isDns } from './dns/compile-dns.ts';
import type { DnsDiscovery } from './dns/dns-discovery.ts';
import { type Resolvers, systemResolvers } from './dns/resolvers.ts';
import type { FactoryContext } from './factory-context.ts';
import type { Host } from './host.ts';
import { HOST_STATS } from './host-stats.ts';
import type { ClusterInstance, ClusterStatus, HostStatus } from './instances.ts';
import type { OriginalDestination } from './original-dst.ts';
import type { ClientCodecs } from './pool/pool.ts';
import { MATCH_STATS, TransportMatch } from './transport-match.ts';

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;

const HONOURED = new Set([
  'alt_stat_name',
  'circuit_breakers',
  'cluster_type',
  'common_http_protocol_options',
  'common_lb_config',
  'connection_pool_per_downstream_connection',
  'connect_timeout',
  'http2_protocol_options',
  'http_protocol_options',
  'lb_policy',
  'least_request_lb_config',
  'load_assignment',
  'load_balancing_policy',
  'max_requests_per_connection',
  'metadata',
  'name',
  'per_connection_buffer_limit_bytes',
  'preconnect_policy',
  'protocol_selection',
  'round_robin_lb_config',
  'transport_socket',
  'transport_socket_matches',
  'type',
  'typed_extension_protocol_options',
  'upstream_bind_config',
  'upstream_connection_options',
  'upstream_http_protocol_options',
  'wait_for_warm_on_init',
  // Means something with health checks alone.
  'close_connections_on_host_health_failure',
  'ignore_health_on_host_removal',
  // How names are resolved and forgotten: means something where the type of discovery says so.
  'cleanup_interval',
  'dns_failure_refresh_rate',
  'dns_jitter',
  'dns_lookup_family',
  'dns_refresh_rate',
  'dns_resolution_config',
  'dns_resolvers',
  'respect_dns_ttl',
  'typed_dns_resolver_config',
  'use_tcp_for_dns_lookups',
  // Settings of a policy that was not chosen.
  'maglev_lb_config',
  'original_dst_lb_config',
  'ring_hash_lb_config',
]);
const PRECONNECT = new Set(['per_upstream_preconnect_ratio']);
const CONNECTION_OPTIONS = new Set(['tcp_keepalive', 'happy_eyeballs_config']);
const FAMILIES: readonly (0 | 4 | 6)[] = [0, 4, 6];

const CONNECT_TIMEOUT_MS = 5000;
const BUFFER_LIMIT = 1 << 20;
const STATIC = 0;
const STATIC_NAME = 'envoy.cluster.static';

/** Null when something was refused; every problem is in `context.problems` then. */
export function compileCluster(
  message: Cluster,
  context: FactoryContext,
  codecs: ClientCodecs,
  resolvers: Resolvers = systemResolvers(context.clock),
): ClusterInstance | null {
  const { problems, stats: scope, dispatcher } = context;
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems);
  const original = isOriginalDst(message) ? compileOriginalDst(message, context) : null;
  const byName = isDns(message);
  if (original === null && !byName) checkType(message, problems);
  const settings = compileSettings(message, context);
  const policy = original ?? compileLbPolicy(message, context);
  const common = compileCommonLb(message, problems);
  const thresholds = compileThresholds(message.circuitBreakers, problems.at('circuit_breakers'));
  const transport = compileTransport(message, context);
  const sockets = compileTransportMatches(message, context);
  if (transport !== null) checkAuto(settings.http, transport.secure, problems);
  const dns = byName ? compileDns(message, context, resolvers) : null;
  const endpoints = original === null && !byName ? compileAssignment(message, problems) : NO_ENDPOINTS;
  if (problems.list.length > before || policy === null || transport === null) return null;

  const prefix = statPrefix(settings.statName);
  const tags = [{ name: 'envoy.cluster_name', value: settings.statName }];
  const groups: StatGroup[] = [];
  const stats = scope.group(prefix, CLUSTER_STATS, tags);
  groups.push(stats);
  const remaining = (priority: 'default' | 'high', wanted: boolean): StatGroup | null => {
    if (!wanted) return null;
    const group = scope.group(`${prefix}circuit_breakers.${priority}.`, REMAINING_STATS, tags);
    groups.push(group);
    return group;
  };
  const matches = sockets.map(({ name, labels, factory }) => {
    const group = scope.group(`${prefix}${name}.`, MATCH_STATS, tags);
    groups.push(group);
    return new TransportMatch(labels, factory, group);
  });
  const responses = new ResponseStats(scope, prefix, tags, stats);
  const state = new ClusterState(
    {
      settings,
      dispatcher,
      transport,
      matches,
      stats,
      responses,
      breakers: new Breakers(
        message.name,
        thresholds,
        context.shared,
        stats,
        [remaining('default', thresholds[0].trackRemaining), remaining('high', thresholds[1].trackRemaining)],
        context.runtimeValues,
      ),
      policy,
      ...common,
      codecs,
      codecStats(protocol) {
        const group =
          protocol === 'h1' ? scope.group(`${prefix}http1.`, HTTP1_STATS, tags) : scope.group(`${prefix}http2.`, H2_STATS, tags);
        groups.push(group);
        return group;
      },
      onGone() {
        for (const group of groups) scope.release(group);
      },
    },
    endpoints,
  );
  original?.begin(state);
  return new CompiledCluster(state, original, dns);
}

function checkType(message: Cluster, problems: Problems): void {
  const type = message.clusterDiscoveryType;
  if (type.case === 'clusterType') {
    if (type.value.name === STATIC_NAME) return;
    problems
      .at('cluster_type')
      .at('name')
      .add('unsupported', `${type.value.name} is not supported`, 'use type, or envoy.cluster.dns with a DnsCluster in typed_config');
  }
  if (type.case !== 'type' || type.value === STATIC) return;
  const name = enumName('envoy.config.cluster.v3.Cluster.DiscoveryType', type.value) ?? String(type.value);
  problems.at('type').add('unsupported', `${name} is not supported`, 'use STATIC, STRICT_DNS, LOGICAL_DNS or ORIGINAL_DST');
}

function compileSettings(message: Cluster, context: FactoryContext): ClusterSettings {
  const { problems } = context;
  const connectTimeoutMs = milliseconds(message.connectTimeout) ?? CONNECT_TIMEOUT_MS;
  if (connectTimeoutMs <= 0) problems.at('connect_timeout').add('bad_value', 'the timeout must be greater than zero');
  return Object.freeze({
    name: message.name,
    statName: message.altStatName === '' ? message.name : message.altStatName,
    connectTimeoutMs,
    bufferLimit: message.perConnectionBufferLimitBytes ?? BUFFER_LIMIT,
    http: compileHttp(message, problems),
    transportOptions: compileTransportOptions(message, context),
    metadata: message.metadata?.filterMetadata ?? null,
    ...(message.connectionPoolPerDownstreamConnection ? { poolPerDownstream: true } : {}),
    ...(message.commonLbConfig?.closeConnectionsOnHostSetChange === true ? { drainOnChange: true } : {}),
    ...compilePreconnect(message.preconnectPolicy, problems.at('preconnect_policy')),
    ...compileConnectionOptions(message, problems.at('upstream_connection_options')),
  });
}

function compilePreconnect(policy: Cluster['preconnectPolicy'], problems: Problems): Pick<ClusterSettings, 'preconnectRatio'> {
  if (policy === undefined) return {};
  refuseOthers(policy, PRECONNECT, problems);
  const ratio = policy.perUpstreamPreconnectRatio;
  return ratio === undefined ? {} : { preconnectRatio: ratio };
}

/** Keepalive is the transport's. */
function compileConnectionOptions(message: Cluster, problems: Problems): Pick<ClusterSettings, 'addressOrder'> {
  const options = message.upstreamConnectionOptions;
  if (options === undefined) return {};
  refuseOthers(options, CONNECTION_OPTIONS, problems);
  const config = options.happyEyeballsConfig;
  if (config === undefined) return {};
  const first = FAMILIES[config.firstAddressFamilyVersion];
  if (first === undefined) {
    problems.at('happy_eyeballs_config').at('first_address_family_version').add('unsupported', 'addresses are V4 or V6');
  }
  return { addressOrder: Object.freeze({ first: first ?? 0, count: config.firstAddressFamilyCount ?? 1 }) };
}

function compileAssignment(message: Cluster, problems: Problems): EndpointsSpec {
  if (message.loadAssignment === undefined) return NO_ENDPOINTS;
  return compileEndpoints(message.loadAssignment, problems.at('load_assignment'));
}

class CompiledCluster implements ClusterInstance {
  readonly state: ClusterState;
  readonly #original: OriginalDestination | null;
  readonly #dns: DnsDiscovery | null;

  constructor(state: ClusterState, original: OriginalDestination | null, dns: DnsDiscovery | null) {
    this.state = state;
    this.#original = original;
    this.#dns = dns;
  }

  get cluster(): ClusterOnDataPath {
    return this.state;
  }

  start(): void {
    this.#dns?.start(this.state);
  }

  /** Those of a cluster that finds its hosts by itself are nobody's. */
  updateEndpoints(message: Message<'envoy.config.endpoint.v3.ClusterLoadAssignment'>, problems: Problems): void {
    if (this.#dns !== null) return;
    const before = problems.list.length;
    const endpoints = compileEndpoints(message, problems);
    if (problems.list.length === before) this.state.setEndpoints(endpoints);
  }

  close(): void {
    this.#original?.end();
    this.#dns?.end();
    this.state.close();
  }

  status(): ClusterStatus {
    const { settings, breakers, hostSets } = this.state;
    const hosts: HostStatus[] = [];
    for (const set of hostSets) for (const host of set.hosts) hosts.push(hostStatus(host));
    return {
      name: settings.name,
      observabilityName: settings.statName,
      addedViaApi: false,
      thresholds: [thresholdStatus('default', breakers), thresholdStatus('high', breakers)],
      hosts,
    };
  }
}

function thresholdStatus(priority: 'default' | 'high', breakers: Breakers): ClusterStatus['thresholds'][number] {
  const { maxConnections, maxPending, maxRequests, maxRetries } = breakers.limits(priority);
  return { priority, maxConnections, maxPending, maxRequests, maxRetries };
}

function hostStatus(host: Host): HostStatus {
  const { hostname, priority, weight, canary, health, locality, stats } = host;
  const read = (names: readonly (keyof typeof HOST_STATS.slot)[]): Record<string, number> =>
    Object.fromEntries(names.map((name) => [name, stats.value(HOST_STATS.slot[name])]));
  return {
    address: host.key,
    hostname,
    priority,
    weight,
    canary,
    health,
    locality,
    counters: read(HOST_STATS.counters),
    gauges: read(HOST_STATS.gauges),
  };
}
