/**
 * The workers of the proxy, one inline or N threads. An update goes to the first worker, and what it accepts to the others;
 * a worker that dies is replaced by one that is given everything that was applied.
 */
import type { Problem } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import {
  type ApplyResult,
  RESOURCE_TYPES,
  type Resource,
  type ResourceOrigin,
  type ResourceType,
  type ResourceUpdate,
  type Worker,
  type WorkerState,
} from './contracts.ts';
import { hasPortZero, pinPorts } from './pinned-ports.ts';
import { WorkerDied } from './thread-worker.ts';
import type { WorkerEvents } from './worker-core.ts';

export interface PoolEvents {
  /** The state of some worker changed. */
  onState(): void;
  onLateFailure(worker: number, listener: string, problem: Problem): void;
  /** A worker died; false when it is not to be replaced because the process will end. */
  onDeath(worker: number, reason: string): boolean;
  /** A successor serves. */
  onReplaced(worker: number): void;
}

/** What the pool wants to know of one worker. */
export interface PoolWorkerEvents extends Pick<WorkerEvents, 'onState' | 'onLateFailure'> {
  onDeath(reason: string): void;
}

export interface PoolParts {
  readonly size: number;
  readonly log: Logger;
  readonly events: PoolEvents;
  /** Resolves with a worker that hears calls; rejects with a `WorkerDied`. */
  start(index: number, events: PoolWorkerEvents): Promise<Worker>;
  /** Everything that a new worker is given. */
  replay(): readonly ResourceUpdate[];
  /** The accepted version of a resource; null when there is none. */
  current(type: ResourceType, name: string): Resource | null;
}

const EMPTY: WorkerState = { warming: [], drainingListeners: 0, loggers: [] };

export class WorkerPool {
  readonly #parts: PoolParts;
  readonly #workers: Worker[] = [];
  readonly #states: WorkerState[] = [];
  /** Listeners with the ports that the kernel chose, by name. */
  readonly #pinned = new Map<string, { readonly from: Resource; readonly to: Resource }>();
  /** By worker: resolves when its successor is up. */
  readonly #replacing = new Map<number, Promise<void>>();
  #waiting: (() => void)[] = [];
  #started = false;
  #closing = false;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const started = Array.from({ length: this.#parts.size }, (_, i) => this.#startOne(i));
    this.#workers.push(...(await Promise.all(started)));
    this.#started = true;
  }

  get workers(): readonly Worker[] {
    return this.#workers;
  }

  get states(): readonly WorkerState[] {
    return this.#states;
  }

  /** Whether some worker still warms a resource (`cluster app`). */
  warms(name: string): boolean {
    return this.#states.some(({ warming }) => warming.some(([each]) => each === name));
  }

  /** Every worker's answer; those that die meanwhile are left out. */
  async ask<T>(call: (worker: Worker) => Promise<T>): Promise<readonly T[]> {
    const answers = await Promise.allSettled(this.#workers.map(call));
    return answers.flatMap((answer) => {
      if (answer.status === 'fulfilled') return [answer.value];
      if (answer.reason instanceof WorkerDied) return [];
      throw answer.reason;
    });
  }

  async apply(update: ResourceUpdate): Promise<readonly ApplyResult[]> {
    for (const { type, name } of update.remove) if (type === RESOURCE_TYPES.listener) this.#pinned.delete(name);
    const first = await this.#applyTo(0, { ...update, set: update.set.map((resource) => this.#pin(resource)) });
    const results = first.map((result, i) => ({ ...result, resource: update.set[i] as Resource }));
    if (this.#parts.size === 1) return results;
    const accepted = results.flatMap((result, i) => (result.accepted ? [i] : []));
    const set: Resource[] = [];
    for (const i of accepted) set.push(await this.#pinnedBy(0, update.set[i] as Resource));
    const others = await Promise.all(
      Array.from({ length: this.#parts.size - 1 }, (_, i) => this.#applyTo(i + 1, { origin: update.origin, remove: update.remove, set })),
    );
    for (const answers of others) {
      accepted.forEach((i, at) => {
        const answer = answers[at];
        if (answer?.accepted === false) results[i] = { ...answer, resource: update.set[i] as Resource };
      });
    }
    const torn = accepted.filter((i) => results[i]?.accepted === false).map((i) => update.set[i] as Resource);
    if (torn.length > 0) await this.#restore(update.origin, torn);
    return results;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#replacing.values());
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  /** What some workers accepted and one refused goes back to what it was, everywhere. */
  async #restore(origin: ResourceOrigin, torn: readonly Resource[]): Promise<void> {
    const before = torn.map(({ type, name }) => this.#parts.current(type, name));
    const set = before.flatMap((resource) => (resource === null ? [] : [this.#pin(resource)]));
    const remove = torn.filter((_, i) => before[i] === null);
    await this.ask((worker) => worker.apply({ origin, set, remove }));
  }

  #startOne(index: number): Promise<Worker> {
    this.#states[index] = EMPTY;
    const { events } = this.#parts;
    return this.#parts.start(index, {
      onState: (state) => {
        this.#states[index] = state;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const each of waiting) each();
        events.onState();
      },
      onLateFailure: (listener, problem) => events.onLateFailure(index, listener, problem),
      onDeath: (reason) => this.#onDeath(index, reason),
    });
  }

  #onDeath(index: number, reason: string): void {
    // A worker that cannot even start rejects `start`.
    if (!this.#started || this.#closing || !this.#parts.events.onDeath(index, reason)) return;
    const replacing = this.#replace(index).finally(() => {
      if (this.#replacing.get(index) === replacing) this.#replacing.delete(index);
    });
    this.#replacing.set(index, replacing);
  }

  async #replace(index: number): Promise<void> {
    try {
      const worker = await this.#startOne(index);
      if (this.#closing) {
        await worker.close();
        return;
      }
      for (const update of this.#parts.replay()) {
        const answers = await worker.apply({ ...update, set: update.set.map((resource) => this.#pin(resource)) });
        for (const answer of answers) {
          if (!answer.accepted)
            this.#parts.log.error(`worker_${index}: ${answer.resource.name} is missing: ${answer.problems[0]?.message ?? ''}`);
        }
      }
      this.#workers[index] = worker;
      this.#parts.events.onReplaced(index);
    } catch (error) {
      // The successor died too: its own death is reported, and another one is on the way.
      if (!(error instanceof WorkerDied)) throw error;
    }
  }

  /** A worker that dies over an update is replaced and asked once more; after that the update is to blame. */
  async #applyTo(index: number, update: ResourceUpdate): Promise<readonly ApplyResult[]> {
    let reason = '';
    for (let attempt = 0; attempt < 2; attempt++) {
      await this.#replacing.get(index);
      try {
        return await (this.#workers[index] as Worker).apply(update);
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        reason = error.message;
      }
    }
    const problem: Problem = { code: 'io', path: '', message: `a worker died of it: ${reason}` };
    return update.set.map((resource) => ({ resource, accepted: false, problems: [problem] }));
  }

  #pin(resource: Resource): Resource {
    const pinned = this.#pinned.get(resource.name);
    return pinned !== undefined && pinned.from === resource ? pinned.to : resource;
  }

  /** The listener with the ports that a worker got for it; waits until that worker listens. */
  async #pinnedBy(index: number, resource: Resource): Promise<Resource> {
    if (!hasPortZero(resource)) return resource;
    while (this.#states[index]?.warming.some(([name]) => name === `listener ${resource.name}`) === true) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const pinned = pinPorts(resource, await (this.#workers[index] as Worker).listeners());
    this.#pinned.set(resource.name, { from: resource, to: pinned });
    return pinned;
  }
}
