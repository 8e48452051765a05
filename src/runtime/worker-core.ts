/**
 * One data path: everything of one event loop, behind the `Worker` interface. In the main thread it is the inline worker; a
 * worker thread serves one over its port (thread-port.ts).
 */
import type { Clock } from '../base/clock.ts';
import { ConfigError, type Problem, type Problems } from '../base/errors.ts';
import { type Loggers, type LogLevel, parseLogLevel } from '../base/log.ts';
import { type OverloadShares, OverloadState } from '../base/overload.ts';
import { type RuntimeRows, RuntimeValues } from '../base/runtime-values.ts';
import type { ExtensionRegistry } from '../extension/registry.ts';
import { createDispatcher, type EventLoop } from '../net/event-loop.ts';
import { logFilesOf } from '../telemetry/log-files.ts';
import { SharedCountTable } from '../telemetry/shared-counts.ts';
import { createWorkerStats, type WorkerStats } from '../telemetry/worker-stats.ts';
import type { InitManager, InitTarget, ProxyOptions } from '../upstream/factory-context.ts';
import type { ClusterStatus, ListenerStatus, TlsContextStatus } from '../upstream/instances.ts';
import { compileRoutes } from '../upstream/route-tables.ts';
import { ClusterManager } from './cluster-manager.ts';
import { type ContextParts, WorkerContext, type WorkerLife } from './context.ts';
import {
  type ApplyResult,
  type DrainOptions,
  RESOURCE_TYPES,
  type Resource,
  type ResourceOrigin,
  type ResourceUpdate,
  type Worker,
  type WorkerState,
} from './contracts.ts';
import { ListenerManager } from './listener-manager.ts';
import type { Rooms } from './rooms.ts';
import { RouteManager } from './route-manager.ts';
import { SecretManager } from './secret-manager.ts';
import type { SecretDelivery, SecretDemand } from './secrets/contracts.ts';
import { StreamCount } from './stream-count.ts';

/** What a worker is told at its birth. Structured-clonable. */
export interface WorkerSettings {
  readonly index: number;
  readonly options: ProxyOptions;
  /** `sharedCountsMemory` of the proxy. */
  readonly counts: SharedArrayBuffer;
  readonly logLevel: LogLevel;
  readonly componentLevels: readonly (readonly [string, LogLevel])[];
  /** Absent: none. */
  readonly runtimeValues?: RuntimeRows;
  /** Extension names that are left out. */
  readonly disabledExtensions: readonly string[];
  /** False: compile only; bind, connect and discover nothing. */
  readonly serve: boolean;
  /** Whom discovery can ask: static clusters, each with the reason why it cannot be asked, '' without one. */
  readonly discoveryClusters?: readonly (readonly [name: string, reason: string])[];
  /** The node has an id and a cluster, as servers of discovery want it. */
  readonly identified?: boolean;
}

/** What a worker tells without being asked. */
export interface WorkerEvents {
  onState(state: WorkerState): void;
  /** Accepted, and refused by the kernel when it had warmed. */
  onLateFailure(listener: string, problem: Problem): void;
  /** A secret that changes by itself is needed; answered by `Worker.deliverSecret`, now or later, as often as it changes. */
  onSecretDemand(demand: SecretDemand): void;
  onSecretRelease(key: string): void;
}

export interface CoreParts {
  readonly clock: Clock;
  readonly registry: ExtensionRegistry;
  readonly loggers: Loggers;
  readonly rooms: Rooms;
  readonly events: WorkerEvents;
}

/** Control work of an inline worker gives way to traffic after this long. */
const SLICE_MS = 5;

/** Order within one update: what is referred to comes first. */
const RANK: Readonly<Record<string, number>> = {
  [RESOURCE_TYPES.secret]: 0,
  [RESOURCE_TYPES.extension]: 1,
  [RESOURCE_TYPES.cluster]: 2,
  [RESOURCE_TYPES.endpoints]: 3,
  [RESOURCE_TYPES.listener]: 4,
  [RESOURCE_TYPES.routes]: 5,
};

/** Clusters and shared route tables do not drain. */
const NO_LIFE: WorkerLife = Object.freeze({ draining: false });

/** A route table that arrives is in use at once. */
const NO_WAITING: InitManager = Object.freeze({ wait: () => ({ done() {} }) });

export class WorkerCore implements Worker {
  readonly index: number;
  readonly stats: WorkerStats;
  readonly #parts: CoreParts;
  readonly #loop: EventLoop;
  readonly #streams: StreamCount;
  readonly #secrets: SecretManager;
  readonly #clusters: ClusterManager;
  readonly #listeners: ListenerManager;
  readonly #routes: RouteManager;
  readonly #runtimeValues: RuntimeValues;
  readonly #overload = new OverloadState();
  /** Updates are applied one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Listeners of the first configuration, which wait for its clusters. */
  #heldBack: InitTarget[] = [];
  #firstPhase = true;
  /** One state is told at the end of an update, not one for each resource. */
  #applying = false;

  constructor(settings: WorkerSettings, parts: CoreParts) {
    this.#parts = parts;
    this.index = settings.index;
    this.stats = createWorkerStats();
    this.#streams = new StreamCount(this.stats);
    this.#loop = createDispatcher({ clock: parts.clock, workerIndex: settings.index });
    this.#runtimeValues = new RuntimeValues(settings.runtimeValues);
    const { loggers, registry, clock } = parts;
    this.#secrets = new SecretManager({
      clusters: new Map(settings.discoveryClusters ?? []),
      identified: settings.identified ?? false,
      environment: settings.options.environment ?? {},
      serve: settings.serve,
      log: loggers.get('secret'),
      demand: (demand) => parts.events.onSecretDemand(demand),
      release: (key) => parts.events.onSecretRelease(key),
    });
    const shared = new SharedCountTable(settings.counts, settings.index);
    const upstream = parts.rooms.upstream({ dispatcher: this.#loop, stats: this.#streams, loggers });
    this.#routes = new RouteManager((message, version, filterNames, problems) => {
      const place = { context: context(NO_WAITING, problems, NO_LIFE), filterNames, validateClusters: false, statPrefix: '' };
      return compileRoutes(message, version, place, problems);
    });
    const common: Omit<ContextParts, 'life'> = {
      dispatcher: this.#loop,
      clock,
      registry,
      stats: this.#streams,
      shared,
      loggers,
      // A route may name a cluster that still waits for its secrets.
      clusters: { handle: (name) => upstream.clusters.handle(name), known: (name) => this.#clusters.has(name) },
      clusterClient: upstream.client,
      routes: this.#routes,
      options: settings.options,
      runtimeValues: this.#runtimeValues,
      overload: this.#overload,
      secrets: this.#secrets,
    };
    const context = (gate: InitManager, problems: Problems, life: WorkerLife): WorkerContext =>
      new WorkerContext({ ...common, life }, gate, problems);
    this.#clusters = new ClusterManager({
      set: upstream.clusters,
      compile: upstream.compile,
      log: loggers.get('upstream'),
      serve: settings.serve,
      contextFor: (gate, problems) => context(gate, problems, NO_LIFE),
      onChange: () => this.#changed(),
    });
    this.#listeners = new ListenerManager({
      registry,
      timers: this.#loop.timers,
      log: loggers.get('config'),
      drainMs: settings.options.drainMs,
      reusePort: settings.options.concurrency > 1,
      serve: settings.serve,
      contextFor: context,
      holdBack: (gate) => {
        if (this.#firstPhase && this.#clusters.warming.length > 0) this.#heldBack.push(gate.wait('clusters'));
      },
      events: {
        onChange: () => this.#changed(),
        onLateFailure: (name, problem) => parts.events.onLateFailure(name, problem),
      },
    });
  }

  apply(update: ResourceUpdate): Promise<readonly ApplyResult[]> {
    const applied = this.#queue.then(() => this.#apply(update));
    this.#queue = applied.catch(() => {});
    return applied;
  }

  async listeners(): Promise<readonly ListenerStatus[]> {
    return this.#listeners.statuses();
  }

  async clusters(): Promise<readonly ClusterStatus[]> {
    return this.#clusters.statuses();
  }

  async certificates(): Promise<readonly TlsContextStatus[]> {
    return this.#secrets.inUseNow();
  }

  async active(): Promise<{ readonly connections: number; readonly streams: number }> {
    let connections = 0;
    for (const status of this.#listeners.statuses()) connections += status.activeConnections;
    return { connections, streams: this.#streams.active };
  }

  async drain(options: DrainOptions): Promise<void> {
    this.#listeners.drain(options);
  }

  async setHealthcheckFailed(failed: boolean): Promise<void> {
    this.#listeners.setHealthcheckFailed(failed);
  }

  async setLogLevel(component: string | null, level: string): Promise<void> {
    const parsed = parseLogLevel(level);
    if (parsed === undefined) return;
    if (component === null) this.#parts.loggers.setAll(parsed);
    else this.#parts.loggers.set(component, parsed);
  }

  async setOverload(shares: OverloadShares): Promise<void> {
    this.#overload.set(shares);
  }

  async resetCounters(): Promise<void> {
    this.stats.resetCounters();
  }

  async setRuntimeValues(rows: RuntimeRows): Promise<void> {
    this.#runtimeValues.replace(rows);
  }

  async reopenLogs(): Promise<void> {
    logFilesOf(this.#loop).reopen();
  }

  deliverSecret(delivery: SecretDelivery): void {
    this.#secrets.deliver(delivery);
  }

  async close(): Promise<void> {
    this.#listeners.close();
    this.#clusters.close();
    logFilesOf(this.#loop).close();
    this.#loop.close();
  }

  get state(): WorkerState {
    return {
      warming: [...this.#clusters.pending(), ...this.#listeners.pending()],
      drainingListeners: this.#listeners.drainingCount,
      loggers: this.#parts.loggers.levels(),
    };
  }

  async #apply({ origin, set, remove }: ResourceUpdate): Promise<readonly ApplyResult[]> {
    this.#applying = true;
    // A listener may take the address of one that goes.
    for (const { type, name } of remove) if (type === RESOURCE_TYPES.listener) this.#listeners.remove(name, origin);
    const order = set.map((resource, i) => ({ resource, i })).sort((a, b) => rankOf(a.resource) - rankOf(b.resource) || a.i - b.i);
    const results = new Array<ApplyResult>(set.length);
    let sliceEnd = this.#parts.clock.now() + SLICE_MS;
    for (const { resource, i } of order) {
      const problems = await this.#applyOne(resource, origin);
      results[i] = problems.length === 0 ? { resource, accepted: true } : { resource, accepted: false, problems };
      if (this.#parts.clock.now() < sliceEnd) continue;
      await new Promise(setImmediate);
      sliceEnd = this.#parts.clock.now() + SLICE_MS;
    }
    for (const { type, name } of remove) {
      if (type === RESOURCE_TYPES.cluster) this.#clusters.remove(name, origin);
      else if (type === RESOURCE_TYPES.secret) this.#secrets.remove(name);
      else if (type === RESOURCE_TYPES.routes) this.#routes.remove(name);
    }
    this.#applying = false;
    this.#tellState();
    return results;
  }

  async #applyOne(resource: Resource, origin: ResourceOrigin): Promise<readonly Problem[]> {
    try {
      switch (resource.type) {
        case RESOURCE_TYPES.listener:
          return await this.#listeners.set(resource, origin);
        case RESOURCE_TYPES.cluster:
          return this.#clusters.set(resource, origin);
        case RESOURCE_TYPES.endpoints:
          return this.#clusters.setEndpoints(resource);
        case RESOURCE_TYPES.routes:
          return this.#routes.set(resource);
        case RESOURCE_TYPES.secret:
          return this.#secrets.set(resource);
        case RESOURCE_TYPES.extension:
          return [{ code: 'unsupported', path: '', message: 'extension configurations by name are not supported' }];
      }
    } catch (error) {
      // Bytes that are no such message. Anything else is a bug, and ends this worker.
      if (!(error instanceof ConfigError)) throw error;
      return error.problems;
    }
  }

  #changed(): void {
    if (this.#heldBack.length > 0 && this.#clusters.warming.length === 0) {
      const held = this.#heldBack;
      this.#heldBack = [];
      for (const target of held) target.done();
    }
    if (!this.#applying) this.#tellState();
  }

  #tellState(): void {
    const { state } = this;
    if (state.warming.length === 0) this.#firstPhase = false;
    this.#parts.events.onState(state);
  }
}

function rankOf(resource: Resource): number {
  return RANK[resource.type] ?? 0;
}
