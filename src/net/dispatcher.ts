/**
 * What everything on one event loop shares (Envoy's word): one per worker, no module-level state. Handed to every
 * connection, codec, pool and filter factory of the worker.
 */
import type { Clock } from '../base/clock.ts';
import type { LoopMemory } from './loop-memory.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** Something with bytes to send at the end of the turn. */
export interface Flushable {
  /** Set and cleared by the dispatcher and `markDirty`. */
  dirty: boolean;
  flush(): void;
}

export interface Dispatcher {
  readonly clock: Clock;
  /** From 0; `worker_0` in stats. */
  readonly workerIndex: number;
  readonly timers: TimerWheel;
  /** Read and gather buffers of the sockets; no business of filters and codecs. */
  readonly memory: LoopMemory;
  /** Of this turn of the event loop; budgets of a turn begin anew when it has changed. */
  readonly turnNumber: number;
  /** Queues one `flush()` for the end of this turn of the event loop; at most once per turn for each object. */
  markDirty(what: Flushable): void;
  /** Queues a call for the end of the turn, before the flushes (deferred deletion, waking waiters). */
  defer(what: Deferred): void;
  /** `Sat, 21 Nov 2026 10:00:00 GMT`, renewed once a second (RFC 9110 §5.6.7). */
  httpDate(): string;
  /** Connection and stream ids, dense from 1, unique in the process (worker number in the high bits). */
  nextId(): number;
}

export interface Deferred {
  onTurnEnd(): void;
}
