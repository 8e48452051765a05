/** The runtime as the admin server sees it: reading, and the verbs that change something. */
import type { Init, Message } from '../api/index.ts';
import type { Loggers, LogLevel } from '../base/log.ts';
import type { MergedStats } from '../telemetry/merged-stats.ts';
import type { ClusterStatus, ListenerStatus, TlsContextStatus } from '../upstream/instances.ts';
import type { DrainOptions, ResourceType } from './contracts.ts';
import type { DumpedResource, ProxyRuntime, ServerState } from './runtime.ts';
import type { LayeredKey } from './runtime-layers.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;

export interface ViewFacts {
  readonly node: Message<'envoy.config.core.v3.Node'> | null;
  readonly commandLine: Init<'envoy.admin.v3.CommandLineOptions'>;
  readonly bootstrap: { readonly message: Bootstrap; readonly lastUpdated: number } | null;
  /** Envoy's `/drain_listeners` stops listeners and ends no process. */
  quit(): void;
  /** Log of the process, beside those of the workers. */
  reopenLog(): void;
}

export class RuntimeView {
  readonly node: Message<'envoy.config.core.v3.Node'> | null;
  readonly commandLine: Init<'envoy.admin.v3.CommandLineOptions'>;
  readonly #runtime: ProxyRuntime;
  readonly #loggers: Loggers;
  readonly #facts: ViewFacts;
  readonly #drainMs: number;
  #draining = false;

  constructor(runtime: ProxyRuntime, loggers: Loggers, drainMs: number, facts: ViewFacts) {
    this.#runtime = runtime;
    this.#loggers = loggers;
    this.#drainMs = drainMs;
    this.#facts = facts;
    this.node = facts.node;
    this.commandLine = facts.commandLine;
  }

  get state(): ServerState {
    return this.#runtime.state;
  }

  /** With gauges of this moment. */
  get stats(): MergedStats {
    return this.#runtime.refreshStats();
  }

  get startedAt(): number {
    return this.#runtime.startedAt;
  }

  clusters(): Promise<readonly ClusterStatus[]> {
    return this.#runtime.clusters();
  }

  listeners(): Promise<readonly ListenerStatus[]> {
    return this.#runtime.listeners();
  }

  certificates(): Promise<readonly TlsContextStatus[]> {
    return this.#runtime.certificates();
  }

  bootstrap(): { readonly message: Bootstrap; readonly lastUpdated: number } | null {
    return this.#facts.bootstrap;
  }

  resources(): readonly DumpedResource[] {
    return this.#runtime.resources();
  }

  versionOf(type: ResourceType): string {
    return this.#runtime.resources().find((each) => each.type === type && each.origin === 'xds')?.version ?? '';
  }

  /**
   * Graceful: peers are told to go away for `--drain-time-s` while listeners still accept, once; then the listeners stop. With `skipExit`
   * they never do. Otherwise they stop at once. The process stays, as Envoy's does.
   */
  drainListeners({ skipExit, graceful, inboundOnly }: DrainOptions & { readonly skipExit: boolean }): void {
    if (!graceful && !skipExit) {
      void this.#runtime.startDrain({ inboundOnly, graceful });
      return;
    }
    const options = { inboundOnly, graceful: true };
    if (this.#draining) return;
    this.#draining = true;
    void this.#runtime.startDrain(options);
    if (skipExit) return;
    setTimeout(() => void this.#runtime.startDrain({ ...options, graceful: false }), this.#drainMs).unref();
  }

  quit(): void {
    this.#facts.quit();
  }

  setHealthcheckFailed(failed: boolean): void {
    void this.#runtime.setHealthcheckFailed(failed);
  }

  logLevels(): readonly (readonly [string, LogLevel])[] {
    const levels = new Map<string, LogLevel>(this.#loggers.levels());
    for (const { loggers } of this.#runtime.workerStates) {
      for (const [component, level] of loggers) if (!levels.has(component)) levels.set(component, level as LogLevel);
    }
    return [...levels].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  setLogLevel(component: string | null, level: LogLevel): boolean {
    const names = this.logLevels().map(([name]) => name);
    if (component !== null && !names.includes(component)) return false;
    if (component === null) this.#loggers.setAll(level);
    // Loggers of worker threads get a twin here, so that what is shown is what was set.
    for (const name of component === null ? names : [component]) this.#loggers.get(name).setLevel(level);
    this.#runtime.setLogLevel(component, level);
    return true;
  }

  runtimeValues(): { readonly names: readonly string[]; readonly keys: readonly LayeredKey[] } {
    const { runtimeLayers } = this.#runtime;
    return { names: runtimeLayers.names, keys: runtimeLayers.keys() };
  }

  modifyRuntime(changes: ReadonlyMap<string, string>): Promise<boolean> {
    return this.#runtime.modifyRuntime(changes);
  }

  warming(): readonly (readonly [name: string, waitsFor: readonly string[]])[] {
    const waits = new Map<string, Set<string>>();
    for (const { warming } of this.#runtime.workerStates) {
      for (const [name, targets] of warming) waits.set(name, new Set([...(waits.get(name) ?? []), ...targets]));
    }
    return [...waits].map(([name, targets]) => [name, [...targets]] as const);
  }

  resetCounters(): Promise<void> {
    return this.#runtime.resetCounters();
  }

  reopenLogs(): void {
    this.#facts.reopenLog();
    void this.#runtime.reopenLogs();
  }
}
