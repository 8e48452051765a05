import type { Clock } from '../base/clock.ts';
import type { Deferred, Dispatcher, Flushable } from './dispatcher.ts';
import { LoopMemory } from './loop-memory.ts';
import { Wheel, type WheelDriver } from './wheel.ts';

export interface DispatcherOptions {
  readonly clock: Clock;
  /** From 0. Ids of different workers never meet. */
  readonly workerIndex: number;
  /** False: nothing fires until a test calls `timers.advance()`. */
  readonly timersRun?: boolean;
}

/** The dispatcher of this thread's event loop, and how to stop it. */
export function createDispatcher(options: DispatcherOptions): EventLoop {
  return new EventLoop(options);
}

/** Ids of one worker: enough for 10^12 connections and streams. */
const IDS_PER_WORKER = 2 ** 40;

/** Fills queue slots behind the last entry, so that the lists keep no closed connection alive. */
const NOTHING: Flushable & Deferred = { dirty: false, flush() {}, onTurnEnd() {} };

export class EventLoop implements Dispatcher, WheelDriver {
  readonly clock: Clock;
  readonly workerIndex: number;
  readonly timers: Wheel;
  readonly memory: LoopMemory;

  /** Two lists each: one is worked off while the other fills. */
  private dirty: Flushable[];
  private dirtySpare: Flushable[];
  private dirtyCount: number;
  private deferred: Deferred[];
  private deferredSpare: Deferred[];
  private deferredCount: number;
  private scheduled: boolean;
  private turns: number;
  private readonly pass: () => void;

  private readonly timersRun: boolean;
  private timeout: NodeJS.Timeout | null;
  private readonly wake: () => void;

  private date: string;
  private dateUntil: number;
  private lastId: number;

  constructor(options: DispatcherOptions) {
    this.clock = options.clock;
    this.workerIndex = options.workerIndex;
    this.memory = new LoopMemory();
    this.dirty = [];
    this.dirtySpare = [];
    this.dirtyCount = 0;
    this.deferred = [];
    this.deferredSpare = [];
    this.deferredCount = 0;
    this.scheduled = false;
    this.turns = 0;
    this.pass = () => this.endTurn();
    this.timersRun = options.timersRun ?? true;
    this.timeout = null;
    this.wake = () => {
      this.timeout = null;
      this.timers.advance();
    };
    this.date = '';
    this.dateUntil = Number.NEGATIVE_INFINITY;
    this.lastId = options.workerIndex * IDS_PER_WORKER;
    this.timers = new Wheel(options.clock, this);
  }

  /** Asking ends the turn in time: one in which nothing is queued would go on as the next. */
  get turnNumber(): number {
    if (!this.scheduled) this.schedule();
    return this.turns;
  }

  markDirty(what: Flushable): void {
    if (what.dirty) return;
    what.dirty = true;
    this.dirty[this.dirtyCount++] = what;
    if (!this.scheduled) this.schedule();
  }

  defer(what: Deferred): void {
    this.deferred[this.deferredCount++] = what;
    if (!this.scheduled) this.schedule();
  }

  httpDate(): string {
    const now = this.timers.now;
    if (now >= this.dateUntil) {
      const wall = this.clock.wall();
      this.date = new Date(wall).toUTCString();
      this.dateUntil = now + 1000 - (wall % 1000);
    }
    return this.date;
  }

  nextId(): number {
    return ++this.lastId;
  }

  /** Stops the timers. Connections are their owners' business. */
  close(): void {
    this.timers.close();
  }

  turnBegan(): void {
    if (!this.scheduled) this.schedule();
  }

  wakeIn(ms: number): void {
    if (!this.timersRun) return;
    if (this.timeout !== null) clearTimeout(this.timeout);
    this.timeout = setTimeout(this.wake, ms);
    // Listeners and connections keep the process alive, a timeout alone does not.
    this.timeout.unref();
  }

  sleep(): void {
    if (this.timeout === null) return;
    clearTimeout(this.timeout);
    this.timeout = null;
  }

  private schedule(): void {
    this.scheduled = true;
    setImmediate(this.pass);
  }

  /** What is queued while this runs waits for the next turn, but for connections that deferred calls make dirty. */
  private endTurn(): void {
    this.scheduled = false;
    this.turns++;

    const calls = this.deferred;
    const callCount = this.deferredCount;
    this.deferred = this.deferredSpare;
    this.deferredSpare = calls;
    this.deferredCount = 0;
    for (let i = 0; i < callCount; i++) {
      const call = calls[i] as Deferred;
      calls[i] = NOTHING;
      call.onTurnEnd();
    }

    const flushes = this.dirty;
    const flushCount = this.dirtyCount;
    this.dirty = this.dirtySpare;
    this.dirtySpare = flushes;
    this.dirtyCount = 0;
    for (let i = 0; i < flushCount; i++) {
      const flushable = flushes[i] as Flushable;
      flushes[i] = NOTHING;
      flushable.dirty = false;
      flushable.flush();
    }

    this.timers.endTurn();
  }
}
