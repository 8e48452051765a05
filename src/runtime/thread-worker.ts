/** The main thread's end of a worker thread: the `Worker` interface over its port. */
import type { Worker as Thread } from 'node:worker_threads';
import type { OverloadShares } from '../base/overload.ts';
import type { RuntimeRows } from '../base/runtime-values.ts';
import type { StatsDescription } from '../telemetry/description.ts';
import type { ClusterStatus, ListenerStatus, TlsContextStatus } from '../upstream/instances.ts';
import type { ApplyResult, DrainOptions, ResourceUpdate, Worker } from './contracts.ts';
import type { SecretDelivery } from './secrets/contracts.ts';
import type { ThreadMessage, ToThread, WorkerMethod } from './thread-messages.ts';
import type { WorkerEvents, WorkerSettings } from './worker-core.ts';

export interface ThreadEvents extends WorkerEvents {
  onStats(descriptions: readonly StatsDescription[]): void;
  onLog(line: string): void;
  /** It ended without being asked to. Every call that waited was rejected with a `WorkerDied`. */
  onDeath(reason: string): void;
}

export class WorkerDied extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'WorkerDied';
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class ThreadWorker implements Worker {
  readonly index: number;
  /** Resolves when calls are heard; rejects with a `WorkerDied`. */
  readonly ready: Promise<void>;
  readonly #thread: Thread;
  readonly #events: ThreadEvents;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closing = false;
  #reason = '';
  #dead = false;

  /** `entry` is the module that calls `serveThread`. */
  constructor(entry: URL, settings: WorkerSettings, events: ThreadEvents) {
    this.index = settings.index;
    this.#events = events;
    // Loaded here: the one worker of most proxies is no thread, and the module costs memory.
    const { Worker: Started } = process.getBuiltinModule('node:worker_threads');
    this.#thread = new Started(entry, { workerData: settings, name: `worker_${settings.index}` });
    this.ready = new Promise((resolve, reject) => this.#waiting.set(0, { resolve: () => resolve(), reject }));
    this.#thread.on('message', (message: ThreadMessage) => this.#onMessage(message));
    this.#thread.on('error', (error: unknown) => {
      this.#reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    this.#thread.on('exit', (code) => this.#onExit(code));
  }

  apply(update: ResourceUpdate): Promise<readonly ApplyResult[]> {
    return this.#call('apply', update);
  }

  listeners(): Promise<readonly ListenerStatus[]> {
    return this.#call('listeners');
  }

  clusters(): Promise<readonly ClusterStatus[]> {
    return this.#call('clusters');
  }

  certificates(): Promise<readonly TlsContextStatus[]> {
    return this.#call('certificates');
  }

  active(): Promise<{ readonly connections: number; readonly streams: number }> {
    return this.#call('active');
  }

  drain(options: DrainOptions): Promise<void> {
    return this.#call('drain', options);
  }

  setHealthcheckFailed(failed: boolean): Promise<void> {
    return this.#call('setHealthcheckFailed', failed);
  }

  setLogLevel(component: string | null, level: string): Promise<void> {
    return this.#call('setLogLevel', component, level);
  }

  reopenLogs(): Promise<void> {
    return this.#call('reopenLogs');
  }

  setOverload(shares: OverloadShares): Promise<void> {
    return this.#call('setOverload', shares);
  }

  resetCounters(): Promise<void> {
    return this.#call('resetCounters');
  }

  setRuntimeValues(rows: RuntimeRows): Promise<void> {
    return this.#call('setRuntimeValues', rows);
  }

  deliverSecret(secret: SecretDelivery): void {
    if (!this.#dead) this.#post({ secret });
  }

  async close(): Promise<void> {
    if (this.#dead) return;
    this.#closing = true;
    await this.#call('close').catch(() => {});
    await this.#thread.terminate();
  }

  /** Ends the thread as a crash would. */
  async kill(): Promise<void> {
    await this.#thread.terminate();
  }

  #call<T>(method: WorkerMethod, ...args: readonly unknown[]): Promise<T> {
    if (this.#dead) return Promise.reject(new WorkerDied(this.#reason));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      this.#post({ id, method, args });
    });
  }

  #post(message: ToThread): void {
    this.#thread.postMessage(message);
  }

  #onMessage(message: ThreadMessage): void {
    switch (message.kind) {
      case 'answer':
        this.#settle(message.id)?.resolve(message.value);
        return;
      case 'ready':
        this.#settle(0)?.resolve(undefined);
        return;
      case 'state':
        this.#events.onState(message.state);
        return;
      case 'late':
        this.#events.onLateFailure(message.listener, message.problem);
        return;
      case 'demand':
        this.#events.onSecretDemand(message.demand);
        return;
      case 'release':
        this.#events.onSecretRelease(message.key);
        return;
      case 'stats':
        this.#events.onStats(message.descriptions);
        return;
      case 'log':
        this.#events.onLog(message.line);
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #onExit(code: number): void {
    this.#dead = true;
    if (this.#reason === '') this.#reason = `it ended with exit code ${code}`;
    const died = new WorkerDied(this.#reason);
    for (const waiting of this.#waiting.values()) waiting.reject(died);
    this.#waiting.clear();
    if (!this.#closing) this.#events.onDeath(this.#reason);
  }
}
