/**
 * What the admin server may know and do. The runtime implements it; the admin only reads it, and every change goes through
 * one of the verbs below.
 */
import type { Init, Message } from '../api/index.ts';
import type { LogLevel } from '../base/log.ts';
import type { DrainOptions, ResourceOrigin, ResourceType } from '../runtime/contracts.ts';
import type { LayeredKey } from '../runtime/runtime-layers.ts';
import type { MergedStats } from '../telemetry/merged-stats.ts';
import type { ClusterStatus, ListenerStatus, TlsContextStatus } from '../upstream/instances.ts';

/** `server.state` in this order: LIVE is 0, DRAINING 1, PRE_INITIALIZING 2, INITIALIZING 3 (Envoy `admin/v3/server_info.proto`). */
export const SERVER_STATES = ['LIVE', 'DRAINING', 'PRE_INITIALIZING', 'INITIALIZING'] as const;
export type ServerState = (typeof SERVER_STATES)[number];

/** A resource as `/config_dump` shows it: the bytes that were applied, not a view made again from what was compiled. */
export interface DumpedResource {
  readonly type: ResourceType;
  readonly name: string;
  readonly origin: ResourceOrigin;
  /** A listener or cluster may stand twice: the active one and the one that is still warming. */
  readonly state: 'active' | 'warming' | 'draining';
  /** '' for static resources. */
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastUpdated: number;
  readonly bytes: Uint8Array;
}

export interface AdminView {
  readonly state: ServerState;
  /** Counters, gauges and histograms of every worker and of the main thread. */
  readonly stats: MergedStats;
  /** Milliseconds since the Unix epoch at which the process started. */
  readonly startedAt: number;
  /** The node of the bootstrap with the command line merged over it; null without one. */
  readonly node: Message<'envoy.config.core.v3.Node'> | null;
  /** What the flags say, as `/server_info` prints it. */
  readonly commandLine: Init<'envoy.admin.v3.CommandLineOptions'>;

  /** Statuses merged over the workers: counters summed, hosts by address. In the order of configuration. */
  clusters(): Promise<readonly ClusterStatus[]>;
  listeners(): Promise<readonly ListenerStatus[]>;
  /** Transport sockets of TLS whose secrets are there, in the order of configuration. */
  certificates(): Promise<readonly TlsContextStatus[]>;

  /** As it was loaded, null before. */
  bootstrap(): { readonly message: Message<'envoy.config.bootstrap.v3.Bootstrap'>; readonly lastUpdated: number } | null;
  /**
   * Everything that was applied and is alive, in the order of application: listeners, clusters, routes, endpoints, secrets. Route tables inside
   * listeners need not be listed; the admin finds them.
   */
  resources(): readonly DumpedResource[];
  /** `version_info` of the last accepted answer for a type over xDS, '' before or without xDS. */
  versionOf(type: ResourceType): string;

  /** Layers in the order of the bootstrap, keys sorted, of each what every layer says (`''`: nothing). */
  runtimeValues(): { readonly names: readonly string[]; readonly keys: readonly LayeredKey[] };
  /** Values of the admin's layer, `''` to take one back. False without such a layer. */
  modifyRuntime(changes: ReadonlyMap<string, string>): Promise<boolean>;
  /** `listener in`, `cluster app`: accepted and not active yet, with what each waits for. */
  warming(): readonly (readonly [name: string, waitsFor: readonly string[]])[];
  /** Of every worker; gauges and histograms stay. */
  resetCounters(): Promise<void>;

  /** Starts the drain and returns. `skipExit`: listeners never stop. */
  drainListeners(options: DrainOptions & { readonly skipExit: boolean }): void;
  /** Ends the process in good order, soon, with exit code 0. */
  quit(): void;
  /** Makes `/ready`-like health checks of the data path (health_check filter) answer 503 until taken back. */
  setHealthcheckFailed(failed: boolean): void;
  /** Components with a logger, sorted. */
  logLevels(): readonly (readonly [string, LogLevel])[];
  /** Null: every component, also later ones. False when there is no such component. */
  setLogLevel(component: string | null, level: LogLevel): boolean;
  /** Opens log files again (SIGUSR1). */
  reopenLogs(): void;
}
