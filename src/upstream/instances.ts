/**
 * Compiled listeners and clusters as the managers in `runtime` hold them. Listeners are made by extensions of kind `listener`
 * (listeners/tcp …), clusters by cluster-compiler.ts; both report what `/listeners` and `/clusters` show.
 */
import type { Message } from '../api/index.ts';
import type { Problem, Problems } from '../base/errors.ts';
import type { ExtensionDefinition } from '../extension/registry.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterDirectory, FactoryContext } from './factory-context.ts';

export type ResourceState = 'warming' | 'active' | 'draining';

/** What a worker tells about a listener that is bound. */
/** One transport socket of TLS with its certificates as they are now: `/certs`. */
export interface TlsContextStatus {
  /** Of each the first certificate counts. */
  readonly certificates: readonly PemStatus[];
  readonly roots: PemStatus | null;
}

export interface PemStatus {
  /** The file it was read from, or `<inline>`. */
  readonly path: string;
  readonly pem: string;
}

export interface ListenerStatus {
  readonly name: string;
  /** Real addresses: port 0 is resolved. */
  readonly addresses: readonly string[];
  readonly direction: 'unspecified' | 'inbound' | 'outbound';
  /** Connections that are open now. */
  readonly activeConnections: number;
  readonly state: ResourceState;
}

/** A host as `/clusters` shows it; counters of several workers are summed by the runtime. */
export interface HostStatus {
  readonly address: string;
  readonly hostname: string;
  readonly priority: number;
  readonly weight: number;
  readonly canary?: boolean;
  /** OR of HEALTH bits. */
  readonly health: number;
  readonly locality: { readonly region: string; readonly zone: string; readonly subZone: string };
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
}

export interface ClusterStatus {
  readonly name: string;
  readonly observabilityName: string;
  readonly addedViaApi: boolean;
  readonly thresholds: readonly {
    readonly priority: 'default' | 'high';
    readonly maxConnections: number;
    readonly maxPending: number;
    readonly maxRequests: number;
    readonly maxRetries: number;
  }[];
  readonly hosts: readonly HostStatus[];
}

/** How a listener of this worker binds. */
export interface BindOptions {
  /** Several workers bind the same port (`SO_REUSEPORT`); false with one worker. */
  readonly reusePort: boolean;
  /** Takes over the listening socket of the instance that it replaces, when the address is the same; null otherwise. */
  readonly takeOverFrom: ListenerInstance | null;
}

/** A listener of one worker. Life: compiled → `listen` → `drain` → `close`. */
export interface ListenerInstance {
  readonly name: string;
  /** Binds and accepts. `done(null)` once every address is bound, or the problem (`io`: port in use, permission). Called once. */
  listen(options: BindOptions, done: (problem: Problem | null) => void): void;
  /**
   * Tells every connection to finish (`NetworkFilter.onDrain`). `stopAccepting` closes the listening sockets at once; otherwise new
   * connections are still served, and told to go away.
   */
  drain(stopAccepting: boolean): void;
  /** Closes the listening sockets and every connection. */
  close(): void;
  status(): ListenerStatus;
}

/** Extension of kind `listener`: compiles the whole message (addresses, listener filters, filter chains, access logs). */
export interface ListenerDefinition extends ExtensionDefinition {
  readonly kind: 'listener';
  readonly message: 'envoy.config.listener.v3.Listener';
  /** True when this extension is the one for the message (a TCP listener, a UDP listener …). */
  accepts(message: Message<'envoy.config.listener.v3.Listener'>): boolean;
  compile(message: Message<'envoy.config.listener.v3.Listener'>, context: FactoryContext): ListenerInstance | null;
}

/** A cluster of one worker. Life: compiled → `start` (discovery, warming) → `close`. */
export interface ClusterInstance {
  readonly cluster: Cluster;
  /** Begins discovery; `context.init` targets taken at compile time are done when the cluster is warm. */
  start(): void;
  /** EDS and inline updates: swaps hosts and picker; hosts whose address stays keep their pools and counts. */
  updateEndpoints(message: Message<'envoy.config.endpoint.v3.ClusterLoadAssignment'>, problems: Problems): void;
  /** Drains pools, closes connections that stay idle, stops timers. */
  close(): void;
  status(): ClusterStatus;
}

/** What the runtime's cluster manager drives; routes and filters see it as a `ClusterDirectory`. */
export interface ClusterSet extends ClusterDirectory {
  /** Puts a warm cluster in place; the one it replaces drains. */
  set(instance: ClusterInstance): void;
  remove(name: string): boolean;
  all(): readonly ClusterInstance[];
}
