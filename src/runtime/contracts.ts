/**
 * The hall (contracts 13, 14 and the worker boundary of 17): two doors hand in Envoy messages, `apply` answers for each of
 * them, workers compile and serve.
 *
 *     door ── Resource[] ──▶ Runtime.apply ──▶ Worker.apply (one inline, or N threads) ──▶ snapshot
 *
 * A resource is accepted (it compiles), then *warming* (it waits for what it refers to: secrets, route tables, DNS), then
 * active; the one that served before serves until then. A rejected resource changes nothing.
 */
import type { Problem } from '../base/errors.ts';
import type { OverloadShares } from '../base/overload.ts';
import type { RuntimeRows } from '../base/runtime-values.ts';
import type { ClusterStatus, ListenerStatus, TlsContextStatus } from '../upstream/instances.ts';
import type { SecretDelivery } from './secrets/contracts.ts';

export const RESOURCE_TYPES = {
  listener: 'envoy.config.listener.v3.Listener',
  cluster: 'envoy.config.cluster.v3.Cluster',
  endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  secret: 'envoy.extensions.transport_sockets.tls.v3.Secret',
  extension: 'envoy.config.core.v3.TypedExtensionConfig',
} as const;
export type ResourceType = (typeof RESOURCE_TYPES)[keyof typeof RESOURCE_TYPES];

/** Where a resource came from; a door may only replace or remove its own. */
export type ResourceOrigin = 'static' | 'xds' | 'sds' | 'file';

export interface Resource {
  readonly type: ResourceType;
  readonly name: string;
  readonly version: string;
  /** Wire form: what travels to workers and what two doors are compared by. Owned by the receiver. */
  readonly bytes: Uint8Array;
}

export interface ResourceUpdate {
  readonly origin: ResourceOrigin;
  /** In the order in which they are to be applied; clusters before listeners within one update. */
  readonly set: readonly Resource[];
  readonly remove: readonly { readonly type: ResourceType; readonly name: string }[];
}

export type ApplyResult =
  | { readonly resource: Resource; readonly accepted: true }
  | { readonly resource: Resource; readonly accepted: false; readonly problems: readonly Problem[] };

export interface Runtime {
  /** Validates and hands over. Resolves when every worker has answered; a resource may still be warming then. */
  apply(update: ResourceUpdate): Promise<readonly ApplyResult[]>;
  /** Resolves when nothing is warming (`server.state` becomes LIVE), or rejects when the process stops first. */
  whenReady(): Promise<void>;
  /** Drains listeners (inbound only where asked), then resolves when no stream is left or `drainMs` is over. */
  drain(options: DrainOptions): Promise<void>;
  /** Closes everything now. */
  close(): Promise<void>;
  readonly workers: readonly Worker[];
}

export interface DrainOptions {
  /** Only listeners whose `traffic_direction` is INBOUND. */
  readonly inboundOnly: boolean;
  /** Every listener but those whose `traffic_direction` is OUTBOUND: an application that ends may still make calls. */
  readonly keepOutbound?: boolean;
  /** Tell peers to go away and keep accepting for a while, instead of closing the listening sockets at once. */
  readonly graceful: boolean;
}

/** What a worker tells without being asked. */
export interface WorkerState {
  /** `cluster app`, `listener inbound`: accepted and not active yet, with what each waits for. */
  readonly warming: readonly (readonly [name: string, waitsFor: readonly string[]])[];
  /** Replaced and removed listeners that still have connections. */
  readonly drainingListeners: number;
  /** Loggers of the worker. */
  readonly loggers: readonly (readonly [component: string, level: string])[];
}

/**
 * One data path: in this thread, or in a worker thread behind the same interface. Everything that crosses is structured-clonable;
 * stats cross through shared memory (telemetry/stats.ts).
 */
export interface Worker {
  readonly index: number;
  apply(update: ResourceUpdate): Promise<readonly ApplyResult[]>;
  listeners(): Promise<readonly ListenerStatus[]>;
  clusters(): Promise<readonly ClusterStatus[]>;
  /** Transport sockets whose secrets are all there. */
  certificates(): Promise<readonly TlsContextStatus[]>;
  /** Connections and streams that still hold a drain open. */
  active(): Promise<{ readonly connections: number; readonly streams: number }>;
  drain(options: DrainOptions): Promise<void>;
  /** Health answers of the data path fail, and peers are told to go away, until taken back. */
  setHealthcheckFailed(failed: boolean): Promise<void>;
  setLogLevel(component: string | null, level: string): Promise<void>;
  reopenLogs(): Promise<void>;
  setOverload(shares: OverloadShares): Promise<void>;
  /** `/reset_counters`: gauges and histograms stay. */
  resetCounters(): Promise<void>;
  /** All keys and what they stand for now. */
  setRuntimeValues(rows: RuntimeRows): Promise<void>;
  /** A secret that this worker demanded (`WorkerEvents`). */
  deliverSecret(delivery: SecretDelivery): void;
  close(): Promise<void>;
}

/**
 * One discovery watch for every dynamic resource (contract 14), whether the source is a file, the agent or xDS. The `xds`
 * room implements it; managers call it when a resource names a config source.
 */
export interface DiscoverySource {
  watch(type: ResourceType, name: string, watcher: DiscoveryWatcher, options?: DiscoveryOptions): DiscoveryWatch;
}

export interface DiscoveryOptions {
  /** Version that the watcher has already, '' for none. */
  readonly version?: string;
  /** Milliseconds until `onTimeout`; 0 or absent: never. */
  readonly initialFetchMs?: number;
}

export interface DiscoveryWatcher {
  /** Answers what is wrong with it; an empty list accepts. What was there before stays then. */
  onResource(resource: Resource): readonly Problem[];
  /** An answer was refused, for this resource or because it could not be read at all. */
  onRejected(reason: string): void;
  onRemoved(): void;
  /** `initial_fetch_timeout` passed without an answer: go on without. */
  onTimeout(): void;
  /** The source was reached, or was lost. */
  onConnected(connected: boolean): void;
  /** The source was lost or cannot be reached; it is tried again. What was there stays. */
  onFailure(reason: string): void;
}

export interface DiscoveryWatch {
  close(): void;
}
