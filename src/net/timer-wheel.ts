/**
 * One coarse timer wheel per worker (contract 18). Ticks of 10 ms or less; arming and cancelling are O(1) and allocate
 * nothing: a `Timer` is a node that its owner makes once and re-arms. Durations beyond the range of the wheel
 * (istiod sends 9223372035 s) mean never.
 */
import type { Clock } from '../base/clock.ts';

/** What a timer calls. One object may own several timers and tells them apart by `kind`. */
export interface TimerOwner {
  onTimer(kind: number): void;
}

/** Longest duration that is honoured: about 24.8 days. Longer ones are never armed. */
export const NEVER_MS = 2 ** 31 - 1;

export class Timer {
  readonly owner: TimerOwner;
  readonly kind: number;
  /** Tick at which it fires; -1 when not armed. */
  due: number;
  prev: Timer | null;
  next: Timer | null;

  constructor(owner: TimerOwner, kind: number) {
    this.owner = owner;
    this.kind = kind;
    this.due = -1;
    this.prev = null;
    this.next = null;
  }

  get armed(): boolean {
    return this.due >= 0;
  }
}

export interface TimerWheel {
  /** (Re)arms: fires once, `ms` (> 0, rounded up to a tick) from the current turn. Longer than NEVER_MS: cancels. */
  arm(timer: Timer, ms: number): void;
  cancel(timer: Timer): void;
  /** Monotonic milliseconds of the current turn; read once per turn, so it is cheap and a little old. */
  readonly now: number;
  readonly clock: Clock;
  /** Stops the underlying interval; armed timers never fire. */
  close(): void;
}
