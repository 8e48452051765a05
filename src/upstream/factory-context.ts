/**
 * What an extension gets when its configuration is compiled, and the definitions that extensions export. This is the last
 * room that extensions may import, so the context that knows clusters lives here.
 *
 * Compiling happens per worker and per snapshot, never while serving. A compile function reports every problem to
 * `context.problems` and returns null when it cannot go on; it never throws for bad configuration.
 */
import type { Message, MessageName } from '../api/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Problems } from '../base/errors.ts';
import type { Loggers } from '../base/log.ts';
import type { OverloadState } from '../base/overload.ts';
import type { RuntimeValues } from '../base/runtime-values.ts';
import type { ExtensionDefinition, ExtensionRegistry } from '../extension/registry.ts';
import type { HttpFilterFactory } from '../http/filter.ts';
import type { RouteTableHolder } from '../http/route.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { NetworkFilterFactory } from '../net/filter.ts';
import type { ListenerFilterFactory } from '../net/listener-filter.ts';
import type { SecretHandle, SecretUse } from '../net/secret.ts';
import type { DownstreamTransportSocketFactory, UpstreamTransportSocketFactory } from '../net/transport-socket.ts';
import type { AccessLog } from '../telemetry/access-log.ts';
import type { SharedCounts, StatsScope } from '../telemetry/stats.ts';
import type { ClusterHandle } from './cluster.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { LbPolicy } from './lb/picker.ts';
import type { RetryHostPredicate } from './retry/host-predicate.ts';

/** Clusters by name. `handle` never fails: a handle of an unknown cluster has `current` null until one appears. */
export interface ClusterDirectory {
  handle(name: string): ClusterHandle;
  /** True when the snapshot being compiled holds this cluster (`validate_clusters`). */
  known(name: string): boolean;
}

/** Something that a listener or cluster has to wait for before it becomes active (contract 13). */
export interface InitManager {
  /** Registers a named wait; call `done` once. The name shows in `/init_dump` and the log. */
  wait(name: string): InitTarget;
  /** `release` is called once when what is compiled was refused, replaced or removed: what it held may go. Absent: it stays for ever. */
  onDiscard?(release: () => void): void;
}

export interface InitTarget {
  done(): void;
}

/** Route tables that arrive late (RDS). Static tables are compiled in place. */
export interface RouteSource {
  /** `filterNames`: the chain that per-route settings are compiled for, by position. */
  subscribe(name: string, filterNames: readonly string[], init: InitManager): RouteTableHolder;
}

/**
 * Where transport sockets get their secrets. Both calls report what is wrong with the message to `problems` and return null then;
 * what is wrong with a *delivery* later is logged and counted, and the secret that was there stays.
 */
export interface SecretSource {
  /**
   * `tls_certificate_sds_secret_configs` and `validation_context_sds_secret_config`: a static secret by name (no `sds_config`), a file
   * (`path_config_source`, watched), or SDS. `init` waits for the first delivery, or for `initial_fetch_timeout`.
   */
  discovered(
    config: Message<'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig'>,
    init: InitManager,
    problems: Problems,
  ): SecretHandle | null;
  /**
   * A certificate or validation context written in place. Files that it names are read now, and again when they change, as long as
   * what `init` compiles is there.
   */
  inline(secret: Message<'envoy.extensions.transport_sockets.tls.v3.Secret'>, problems: Problems, init?: InitManager): SecretHandle | null;
  /** For `/certs`, as long as what `init` compiles is there. */
  inUse?(use: SecretUse, init: InitManager): void;
}

/** Facts that command-line flags decide; of the service also what the bootstrap says of the node. */
export interface ProxyOptions {
  readonly serviceNode: string;
  readonly serviceCluster: string;
  readonly serviceZone: string;
  readonly concurrency: number;
  /** Milliseconds between flushes of access-log files (`--file-flush-interval-msec`). */
  readonly fileFlushMs: number;
  /** `--drain-time-s` in milliseconds, and its strategy. */
  readonly drainMs: number;
  readonly drainStrategy: 'gradual' | 'immediate';
  /** Downstream connections of all listeners and workers (`overload_manager`); absent: a runtime key may say it. */
  readonly maxDownstreamConnections?: number;
  /** Variables that a configuration may refer to (`%ENVIRONMENT(X)%`, `environment_variable`); absent: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Absent: the bootstrap says nothing. */
  readonly upstream?: UpstreamDefaults;
  /** The file is all: what it only names (`rds`) nobody will deliver. Absent: somebody may. */
  readonly staticOnly?: boolean;
}

/** What the bootstrap says for all clusters, as bytes of messages: they cross to worker threads. */
export interface UpstreamDefaults {
  /** envoy.config.core.v3.BindConfig, of `cluster_manager`; absent: none. */
  readonly bindConfig?: Uint8Array;
  /** envoy.config.core.v3.TypedExtensionConfig, for clusters that name no resolver; absent: the system's servers. */
  readonly dnsResolver?: Uint8Array;
}

/** What every compile gets. One per worker; `problems` is narrowed to the message at hand with `at()`. */
export interface FactoryContext {
  readonly problems: Problems;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly registry: ExtensionRegistry;
  readonly stats: StatsScope;
  readonly shared: SharedCounts;
  readonly loggers: Loggers;
  readonly clusters: ClusterDirectory;
  readonly clusterClient: ClusterClient;
  readonly routes: RouteSource;
  readonly init: InitManager;
  readonly options: ProxyOptions;
  /** What `runtime_key`s stand for: a compile takes handles (`RuntimeFraction` …) with these. */
  readonly runtimeValues: RuntimeValues;
  /** What the overload manager asks for now. */
  readonly overload: OverloadState;
  /** Certificates, keys and roots behind one kind of handle. */
  readonly secrets: SecretSource;
  /** True once the process was told to drain: health answers and `connection: close` depend on it. */
  readonly draining: boolean;
  /** The same context with another problem collector. */
  at(problems: Problems): FactoryContext;
}

/** Added for everything compiled inside a listener. */
export interface ListenerContext extends FactoryContext {
  readonly listenerName: string;
  /** `listener.` prefix without the trailing dot, e.g. `127.0.0.1_15001`. */
  readonly statName: string;
  readonly direction: 'unspecified' | 'inbound' | 'outbound';
  readonly bufferLimit: number;
}

/** Added for the transport sockets of a cluster. */
export interface UpstreamTransportContext extends FactoryContext {
  /** `cluster.<name>.`, where the cluster counts. */
  readonly statPrefix: string;
  at(problems: Problems): UpstreamTransportContext;
}

/** Added for HTTP filters. */
export interface HttpFilterContext extends ListenerContext {
  /** `http.<stat_prefix>.`, where the connection manager counts and most filters too. */
  readonly statPrefix: string;
  /** Name of this filter instance. */
  readonly filterName: string;
  at(problems: Problems): HttpFilterContext;
}

export interface HttpFilterDefinition<N extends MessageName = MessageName, R extends MessageName = N> extends ExtensionDefinition {
  readonly kind: 'http_filter';
  readonly message: N;
  readonly routeMessage?: R;
  compile(message: Message<N>, context: HttpFilterContext): HttpFilterFactory | null;
  /** Absent: the filter takes no per-route settings, and a route that carries some is refused by name. */
  compileRoute?(message: Message<R>, context: HttpFilterContext): unknown;
}

export interface NetworkFilterDefinition<N extends MessageName = MessageName> extends ExtensionDefinition {
  readonly kind: 'network_filter';
  readonly message: N;
  compile(message: Message<N>, context: ListenerContext): NetworkFilterFactory | null;
}

export interface ListenerFilterDefinition<N extends MessageName = MessageName> extends ExtensionDefinition {
  readonly kind: 'listener_filter';
  readonly message: N;
  compile(message: Message<N>, context: ListenerContext): ListenerFilterFactory | null;
}

export interface DownstreamTransportSocketDefinition<N extends MessageName = MessageName> extends ExtensionDefinition {
  readonly kind: 'downstream_transport_socket';
  readonly message: N;
  compile(message: Message<N>, context: ListenerContext): DownstreamTransportSocketFactory | null;
}

export interface UpstreamTransportSocketDefinition<N extends MessageName = MessageName> extends ExtensionDefinition {
  readonly kind: 'upstream_transport_socket';
  readonly message: N;
  compile(message: Message<N>, context: UpstreamTransportContext): UpstreamTransportSocketFactory | null;
}

export interface AccessLoggerDefinition<N extends MessageName = MessageName> extends ExtensionDefinition {
  readonly kind: 'access_logger';
  readonly message: N;
  compile(message: Message<N>, context: FactoryContext): AccessLog | null;
}

export interface LbPolicyDefinition<N extends MessageName = MessageName> extends ExtensionDefinition {
  readonly kind: 'lb_policy';
  readonly message: N;
  compile(message: Message<N>, context: FactoryContext): LbPolicy | null;
}

export interface RetryHostPredicateDefinition<N extends MessageName = MessageName> extends ExtensionDefinition {
  readonly kind: 'retry_host_predicate';
  readonly message: N;
  compile(message: Message<N>, context: FactoryContext): RetryHostPredicate | null;
}

export function defineHttpFilter<const N extends MessageName, const R extends MessageName = N>(
  definition: Omit<HttpFilterDefinition<N, R>, 'kind'>,
): HttpFilterDefinition<N, R> {
  return { ...definition, kind: 'http_filter' };
}

export function defineNetworkFilter<const N extends MessageName>(
  definition: Omit<NetworkFilterDefinition<N>, 'kind'>,
): NetworkFilterDefinition<N> {
  return { ...definition, kind: 'network_filter' };
}

export function defineListenerFilter<const N extends MessageName>(
  definition: Omit<ListenerFilterDefinition<N>, 'kind'>,
): ListenerFilterDefinition<N> {
  return { ...definition, kind: 'listener_filter' };
}

export function defineDownstreamTransportSocket<const N extends MessageName>(
  definition: Omit<DownstreamTransportSocketDefinition<N>, 'kind'>,
): DownstreamTransportSocketDefinition<N> {
  return { ...definition, kind: 'downstream_transport_socket' };
}

export function defineUpstreamTransportSocket<const N extends MessageName>(
  definition: Omit<UpstreamTransportSocketDefinition<N>, 'kind'>,
): UpstreamTransportSocketDefinition<N> {
  return { ...definition, kind: 'upstream_transport_socket' };
}

export function defineAccessLogger<const N extends MessageName>(
  definition: Omit<AccessLoggerDefinition<N>, 'kind'>,
): AccessLoggerDefinition<N> {
  return { ...definition, kind: 'access_logger' };
}

export function defineLbPolicy<const N extends MessageName>(definition: Omit<LbPolicyDefinition<N>, 'kind'>): LbPolicyDefinition<N> {
  return { ...definition, kind: 'lb_policy' };
}

export function defineRetryHostPredicate<const N extends MessageName>(
  definition: Omit<RetryHostPredicateDefinition<N>, 'kind'>,
): RetryHostPredicateDefinition<N> {
  return { ...definition, kind: 'retry_host_predicate' };
}
