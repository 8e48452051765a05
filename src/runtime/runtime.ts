/**
 * The hall: what the doors hand in goes to the workers, what is accepted becomes the next snapshot. Also counts what Envoy's
 * listener and cluster managers count, and ends the process's service in good order.
 */

import type { Message } from '../api/index.ts';
import type { Clock } from '../base/clock.ts';
import { systemDelays } from '../base/delays.ts';
import type { Problem } from '../base/errors.ts';
import type { Logger, Loggers } from '../base/log.ts';
import { CALM, type OverloadShares } from '../base/overload.ts';
import type { StatsDescription } from '../telemetry/description.ts';
import { MergedStats } from '../telemetry/merged-stats.ts';
import { SharedCountTable, sharedCountsMemory } from '../telemetry/shared-counts.ts';
import type { StatsRules } from '../telemetry/stats-rules.ts';
import { createWorkerStats, type WorkerStats } from '../telemetry/worker-stats.ts';
import type { ClusterStatus, ListenerStatus, TlsContextStatus } from '../upstream/instances.ts';
import {
  type ApplyResult,
  type DiscoverySource,
  type DrainOptions,
  RESOURCE_TYPES,
  type Resource,
  type ResourceOrigin,
  type ResourceType,
  type ResourceUpdate,
  type Runtime,
  type Worker,
  type WorkerState,
} from './contracts.ts';
import { DeathWatch } from './death-watch.ts';
import { untilDrained } from './drain.ts';
import { DynamicFields, type DynamicFieldsMode } from './dynamic-fields.ts';
import { covers } from './listener-manager.ts';
import { mergeClusters, mergeListeners } from './merge-status.ts';
import type { OverloadPlan } from './overload-plan.ts';
import { OverloadWatch } from './overload-watch.ts';
import { RuntimeLayers } from './runtime-layers.ts';
import { SecretHub } from './secrets/secret-hub.ts';
import { CLUSTER_MANAGER_STATS, LISTENER_MANAGER_STATS, SERVER_STATS, ServerStats } from './server-stats.ts';
import { type Applied, Snapshot } from './snapshot.ts';
import type { WorkerEvents, WorkerSettings } from './worker-core.ts';
import { type PoolWorkerEvents, WorkerPool } from './worker-pool.ts';

export type ServerState = 'LIVE' | 'DRAINING' | 'PRE_INITIALIZING' | 'INITIALIZING';

/** As `/config_dump` shows a resource. */
export interface DumpedResource {
  readonly type: ResourceType;
  readonly name: string;
  readonly origin: ResourceOrigin;
  readonly state: 'active' | 'warming';
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastUpdated: number;
  readonly bytes: Uint8Array;
}

export interface RuntimeParts {
  readonly settings: Omit<WorkerSettings, 'index' | 'counts' | 'runtimeValues'>;
  /** Null: nothing is watched. */
  readonly overload?: OverloadPlan | null;
  /** `layered_runtime`; absent: there is none. */
  readonly runtimeLayers?: RuntimeLayers;
  /** `stats_config`; absent: Envoy's defaults. */
  readonly statsRules?: StatsRules;
  readonly workers: number;
  readonly clock: Clock;
  readonly loggers: Loggers;
  readonly startWorker: StartWorker;
  /** `--reject-unknown-dynamic-fields`, `--ignore-unknown-dynamic-fields`. */
  readonly dynamicFields?: DynamicFieldsMode;
  /** The discovery client for a config source that a worker accepted; absent: none was accepted. */
  readonly discover?: (source: Message<'envoy.config.core.v3.ConfigSource'>) => DiscoverySource;
  /** The process cannot go on: three workers died within a minute. */
  onFatal(reason: string): void;
}

export interface StartEvents extends WorkerEvents {
  /** Stats of a worker in this thread. */
  onLocalStats(stats: WorkerStats): void;
  onStats(descriptions: readonly StatsDescription[]): void;
  onDeath(reason: string): void;
}

/** An inline worker, or a thread that is ready. */
export type StartWorker = (settings: WorkerSettings, events: StartEvents) => Promise<Worker>;

export class ProxyRuntime implements Runtime {
  readonly stats: MergedStats;
  readonly server: ServerStats;
  readonly startedAt: number;
  readonly runtimeLayers: RuntimeLayers;
  readonly #parts: RuntimeParts;
  readonly #log: Logger;
  readonly #ownStats: WorkerStats;
  readonly #counts: SharedArrayBuffer;
  readonly #pool: WorkerPool;
  readonly #deaths: DeathWatch;
  readonly #secrets: SecretHub;
  readonly #birth: number;
  #snapshot = Snapshot.EMPTY;
  #state: ServerState = 'PRE_INITIALIZING';
  #applied = false;
  #ready: { readonly promise: Promise<void>; resolve(): void; reject(error: Error): void } | null = null;
  #closed: Promise<void> | null = null;
  #flush: NodeJS.Timeout | null = null;
  #drained = new Set<string>();
  readonly #overload: OverloadWatch | null;
  #shares: OverloadShares = CALM;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    this.#log = parts.loggers.get('main');
    this.startedAt = parts.clock.wall();
    this.#birth = parts.clock.now();
    this.#counts = sharedCountsMemory(parts.workers);
    this.#ownStats = createWorkerStats();
    this.stats = new MergedStats(parts.statsRules);
    this.stats.attach(this.#ownStats);
    this.server = new ServerStats(this.#ownStats, parts.settings.options.concurrency);
    this.#setState('PRE_INITIALIZING');
    this.runtimeLayers = parts.runtimeLayers ?? new RuntimeLayers();
    this.#countRuntime(2);
    this.#overload = this.#watch(parts.overload ?? null);
    this.#secrets = new SecretHub({
      clock: parts.clock,
      delays: systemDelays,
      log: parts.loggers.get('secret'),
      stats: this.#ownStats,
      environment: parts.settings.options.environment ?? {},
      discover: parts.discover ?? noDiscovery,
      fields: new DynamicFields(parts.dynamicFields ?? 'warn', parts.loggers.get('config'), () =>
        this.server.server.inc(SERVER_STATS.slot.dynamic_unknown_fields),
      ),
    });
    this.#deaths = new DeathWatch(() => parts.clock.now());
    this.#pool = new WorkerPool({
      size: parts.workers,
      log: this.#log,
      start: (index, events) => this.#startWorker(index, events),
      replay: () => this.#replay(),
      current: (type, name) => this.#latest(type, name)?.resource ?? null,
      events: {
        onState: () => this.#settle(),
        onLateFailure: (worker, listener, problem) => this.#onLateFailure(worker, listener, problem),
        onDeath: (worker, reason) => this.#onDeath(worker, reason),
        onReplaced: (worker) => this.#log.warning(`worker_${worker} serves again`),
      },
    });
  }

  /** Starts the workers. Rejects when one cannot start. `flushMs`: length of the histograms' intervals. */
  async start(flushMs: number): Promise<void> {
    this.#setState('INITIALIZING');
    await this.#pool.start();
    this.#overload?.start();
    this.#flush = setInterval(() => this.stats.rotate(), flushMs);
    this.#flush.unref();
  }

  get workers(): readonly Worker[] {
    return this.#pool.workers;
  }

  get state(): ServerState {
    return this.#state;
  }

  get workerStates(): readonly WorkerState[] {
    return this.#pool.states;
  }

  /** Milliseconds since the start. */
  get uptimeMs(): number {
    return this.#parts.clock.now() - this.#birth;
  }

  async apply(update: ResourceUpdate): Promise<readonly ApplyResult[]> {
    const { set, refused } = withoutDuplicates(update.set);
    const answers = await this.#pool.apply({ ...update, set: set.map(({ resource }) => resource) });
    const results = new Array<ApplyResult>(update.set.length);
    for (const [i, result] of refused) results[i] = result;
    const accepted: Applied[] = [];
    const at = this.#parts.clock.wall();
    answers.forEach((answer, k) => {
      const { i, resource } = set[k] as Indexed;
      results[i] = { ...answer, resource };
      this.#count(resource, update.origin, answer);
      if (answer.accepted && this.#isNews(resource, update.origin)) accepted.push({ resource, origin: update.origin, at });
    });
    let next = this.#snapshot.with(accepted);
    for (const { type, name } of update.remove) {
      if (this.#latest(type, name)?.origin !== update.origin) continue;
      next = next.without(type, name);
      if (type === RESOURCE_TYPES.listener) this.server.listeners.inc(LISTENER_MANAGER_STATS.slot.listener_removed);
      if (type === RESOURCE_TYPES.cluster) this.server.clusters.inc(CLUSTER_MANAGER_STATS.slot.cluster_removed);
    }
    this.#snapshot = next;
    this.#applied = true;
    this.#settle();
    return results;
  }

  whenReady(): Promise<void> {
    if (this.#state === 'LIVE') return Promise.resolve();
    this.#ready ??= Promise.withResolvers<void>();
    return this.#ready.promise;
  }

  /** Everything that was applied and is alive; a resource stands twice while a new version of it warms. */
  resources(): readonly DumpedResource[] {
    const applied = this.#snapshot.all.flatMap(({ active, warming }) => [...dump(active, 'active'), ...dump(warming, 'warming')]);
    const secrets = this.#secrets.secrets().map((secret): DumpedResource => ({ type: RESOURCE_TYPES.secret, ...secret }));
    return [...applied, ...secrets];
  }

  async clusters(): Promise<readonly ClusterStatus[]> {
    return mergeClusters(await this.#pool.ask((worker) => worker.clusters()));
  }

  async listeners(): Promise<readonly ListenerStatus[]> {
    return mergeListeners(await this.#pool.ask((worker) => worker.listeners()));
  }

  /** Of one worker: all have the same. */
  async certificates(): Promise<readonly TlsContextStatus[]> {
    const [first = []] = await this.#pool.ask((worker) => worker.certificates());
    return first;
  }

  async active(): Promise<{ readonly connections: number; readonly streams: number }> {
    const all = await this.#pool.ask((worker) => worker.active());
    return {
      connections: all.reduce((sum, { connections }) => sum + connections, 0),
      streams: all.reduce((sum, { streams }) => sum + streams, 0),
    };
  }

  /** Readiness fails from now on (`server.state` DRAINING). */
  failReadiness(failed: boolean): void {
    if (failed && this.#state === 'LIVE') this.#setState('DRAINING');
    else if (!failed && this.#state === 'DRAINING') this.#setState('LIVE');
  }

  async setHealthcheckFailed(failed: boolean): Promise<void> {
    this.failReadiness(failed);
    await this.#pool.ask((worker) => worker.setHealthcheckFailed(failed));
  }

  /** Stops listening, or tells peers to go away, without waiting for anything. */
  async startDrain(options: DrainOptions): Promise<void> {
    if (!options.graceful) {
      for (const { name, direction } of await this.listeners()) {
        if (!covers(options, direction) || this.#drained.has(name)) continue;
        this.#drained.add(name);
        this.server.listeners.inc(LISTENER_MANAGER_STATS.slot.listener_stopped);
      }
    }
    await this.#pool.ask((worker) => worker.drain(options));
  }

  async drain(options: DrainOptions): Promise<void> {
    await this.startDrain(options);
    await untilDrained(this, options, this.#parts.settings.options.drainMs, this.#parts.clock, this.#log);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  setLogLevel(component: string | null, level: string): void {
    void this.#pool.ask((worker) => worker.setLogLevel(component, level));
  }

  async reopenLogs(): Promise<void> {
    await this.#pool.ask((worker) => worker.reopenLogs());
  }

  /** Counters of the process and of every worker go back to 0. */
  async resetCounters(): Promise<void> {
    this.#ownStats.resetCounters();
    this.stats.resetCounters();
    await this.#pool.ask((worker) => worker.resetCounters());
  }

  /** Values of the admin's layer, '' to take one back; resolves when every worker has them. False without such a layer. */
  async modifyRuntime(changes: ReadonlyMap<string, string>): Promise<boolean> {
    if (!this.runtimeLayers.modify(changes)) return false;
    this.#countRuntime(1);
    const rows = this.runtimeLayers.rows();
    await this.#pool.ask((worker) => worker.setRuntimeValues(rows));
    return true;
  }

  /** Gauges that nobody counts are brought up to date. */
  refreshStats(): MergedStats {
    this.server.refresh(this.stats, this.uptimeMs, this.#parts.clock.wall());
    return this.stats;
  }

  async #close(): Promise<void> {
    if (this.#flush !== null) clearInterval(this.#flush);
    this.#overload?.close();
    this.#ready?.promise.catch(() => {});
    this.#ready?.reject(new Error('the proxy stopped before it was ready'));
    this.server.server.set(SERVER_STATS.slot.live, 0);
    await this.#pool.close();
    this.#secrets.close();
  }

  async #startWorker(index: number, events: PoolWorkerEvents): Promise<Worker> {
    let worker: Worker | null = null;
    const secrets = this.#secrets.subscriber((delivery) => worker?.deliverSecret(delivery));
    worker = await this.#parts.startWorker(
      { ...this.#parts.settings, index, counts: this.#counts, runtimeValues: this.runtimeLayers.rows() },
      {
        onState: (state) => events.onState(state),
        onLateFailure: (listener, problem) => events.onLateFailure(listener, problem),
        // Nothing is demanded before something was applied.
        onSecretDemand: (demand) => secrets.demand(demand),
        onSecretRelease: (key) => secrets.release(key),
        onDeath: (reason) => {
          secrets.close();
          events.onDeath(reason);
        },
        onLocalStats: (stats) => this.stats.attach(stats),
        onStats: (descriptions) => this.stats.accept(index, descriptions),
      },
    );
    if (this.#shares !== CALM) await worker.setOverload(this.#shares);
    return worker;
  }

  #replay(): readonly ResourceUpdate[] {
    const byOrigin = new Map<ResourceOrigin, Resource[]>();
    for (const { resource, origin } of this.#snapshot.latest) {
      const list = byOrigin.get(origin);
      if (list === undefined) byOrigin.set(origin, [resource]);
      else list.push(resource);
    }
    return [...byOrigin].map(([origin, set]) => ({ origin, set, remove: [] }));
  }

  #latest(type: ResourceType, name: string): Applied | null {
    const standing = this.#snapshot.find(type, name);
    return standing?.warming ?? standing?.active ?? null;
  }

  #watch(plan: OverloadPlan | null): OverloadWatch | null {
    if (plan === null || plan.monitors.length === 0) return null;
    return new OverloadWatch({
      plan,
      stats: this.#ownStats,
      heap: () => process.memoryUsage.rss(),
      onChange: (shares) => {
        this.#shares = shares;
        void this.#pool.ask((worker) => worker.setOverload(shares));
      },
    });
  }

  #countRuntime(loads: number): void {
    const { runtimeLayers } = this;
    this.server.countRuntime(loads, runtimeLayers.names.length, runtimeLayers.rows().length, runtimeLayers.overridden);
  }

  /** False for what stands already, and for what another door owns. */
  #isNews(resource: Resource, origin: ResourceOrigin): boolean {
    const known = this.#latest(resource.type, resource.name);
    return known === null || (known.origin === origin && Buffer.compare(known.resource.bytes, resource.bytes) !== 0);
  }

  #count(resource: Resource, origin: ResourceOrigin, answer: ApplyResult): void {
    const known = this.#latest(resource.type, resource.name) !== null;
    if (resource.type === RESOURCE_TYPES.listener) {
      const { slot } = LISTENER_MANAGER_STATS;
      if (answer.accepted) {
        if (this.#isNews(resource, origin)) this.server.listeners.inc(known ? slot.listener_modified : slot.listener_added);
      } else if (answer.problems.some(({ code }) => code === 'io')) this.server.listeners.inc(slot.listener_create_failure);
    } else if (resource.type === RESOURCE_TYPES.cluster && answer.accepted && this.#isNews(resource, origin)) {
      const { slot } = CLUSTER_MANAGER_STATS;
      this.server.clusters.inc(known ? slot.cluster_modified : slot.cluster_added);
    }
  }

  /** Brings snapshot, gauges and the state of the server up to what the workers say. */
  #settle(): void {
    const before = this.#snapshot;
    this.#snapshot = before.settle((type, name) => this.#pool.warms(nameOf(type, name)));
    const { listeners, clusters } = this.server;
    const { slot } = LISTENER_MANAGER_STATS;
    const created = this.#snapshot.all.filter(
      ({ active }) =>
        active?.resource.type === RESOURCE_TYPES.listener && before.find(active.resource.type, active.resource.name)?.active !== active,
    );
    listeners.add(slot.listener_create_success, created.length * this.#parts.workers);
    listeners.set(slot.total_listeners_active, this.#snapshot.count(RESOURCE_TYPES.listener, 'active'));
    listeners.set(slot.total_listeners_warming, this.#snapshot.count(RESOURCE_TYPES.listener, 'warming'));
    listeners.set(slot.total_listeners_draining, Math.max(0, ...this.#pool.states.map(({ drainingListeners }) => drainingListeners)));
    clusters.set(CLUSTER_MANAGER_STATS.slot.active_clusters, this.#snapshot.count(RESOURCE_TYPES.cluster, 'active'));
    clusters.set(CLUSTER_MANAGER_STATS.slot.warming_clusters, this.#snapshot.count(RESOURCE_TYPES.cluster, 'warming'));
    if (!this.#initializing || !this.#applied) return;
    if (this.#pool.states.some(({ warming }) => warming.length > 0)) {
      // As in Envoy: listeners are looked at when every cluster is there.
      const clusters = this.#pool.states.some(({ warming }) => warming.some(([name]) => name.startsWith('cluster ')));
      this.#setState(clusters ? 'PRE_INITIALIZING' : 'INITIALIZING');
      return;
    }
    this.#setState('LIVE');
    listeners.set(slot.workers_started, 1);
    this.server.server.set(SERVER_STATS.slot.live, 1);
    this.server.server.record(SERVER_STATS.histogram.initialization_time_ms, this.uptimeMs);
    this.#ready?.resolve();
  }

  get #initializing(): boolean {
    return this.#state === 'INITIALIZING' || this.#state === 'PRE_INITIALIZING';
  }

  #setState(state: ServerState): void {
    this.#state = state;
    const order: readonly ServerState[] = ['LIVE', 'DRAINING', 'PRE_INITIALIZING', 'INITIALIZING'];
    this.server.server.set(SERVER_STATS.slot.state, order.indexOf(state));
  }

  #onLateFailure(worker: number, listener: string, problem: Problem): void {
    this.#log.error(`worker_${worker}: listener ${listener}: ${problem.message}`);
    this.server.listeners.inc(LISTENER_MANAGER_STATS.slot.listener_create_failure);
    this.#snapshot = this.#snapshot.withoutWarming(RESOURCE_TYPES.listener, listener);
  }

  #onDeath(worker: number, reason: string): boolean {
    this.server.server.inc(SERVER_STATS.slot.worker_deaths);
    this.stats.remove(worker);
    new SharedCountTable(this.#counts, worker).reclaim(worker);
    const last = this.#deaths.record();
    this.#log.critical(`worker_${worker} died, its connections are lost: ${reason}`);
    if (last) this.#parts.onFatal(`three workers died within a minute, the last one of: ${reason}`);
    return !last;
  }
}

function noDiscovery(): never {
  throw new Error('a config source was accepted and there is no discovery');
}

interface Indexed {
  readonly i: number;
  readonly resource: Resource;
}

/** The second and later of a name within one update are refused. */
function withoutDuplicates(resources: readonly Resource[]): { set: readonly Indexed[]; refused: ReadonlyMap<number, ApplyResult> } {
  const seen = new Set<string>();
  const set: Indexed[] = [];
  const refused = new Map<number, ApplyResult>();
  resources.forEach((resource, i) => {
    const key = `${resource.type}/${resource.name}`;
    if (seen.has(key)) {
      const kind = nameOf(resource.type, '').trim();
      const problem: Problem = {
        code: 'duplicate',
        path: 'name',
        message: `two ${kind}s are called "${resource.name}"`,
        hint: 'rename one',
      };
      refused.set(i, { resource, accepted: false, problems: [problem] });
    } else set.push({ i, resource });
    seen.add(key);
  });
  return { set, refused };
}

function dump(applied: Applied | null, state: DumpedResource['state']): DumpedResource[] {
  if (applied === null) return [];
  const { type, name, version, bytes } = applied.resource;
  return [{ type, name, origin: applied.origin, state, version, lastUpdated: applied.at, bytes }];
}

/** `cluster app`: as gates and workers call it. */
function nameOf(type: ResourceType, name: string): string {
  const kind = Object.entries(RESOURCE_TYPES).find(([, each]) => each === type)?.[0] ?? type;
  return `${kind} ${name}`;
}
