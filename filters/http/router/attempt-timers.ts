/** The timers of single attempts: `per_try_timeout`, `per_try_idle_timeout`, and the wait before the next attempt. */
import { Timer, type TimerOwner, type TimerWheel } from '../../../src/net/timer-wheel.ts';

/** Kinds of the router's timers. */
export const RESPONSE_TIMER = 0;
export const TRY_TIMER = 1;
export const TRY_IDLE_TIMER = 2;
export const BACK_OFF_TIMER = 3;

export class AttemptTimers {
  private readonly wheel: TimerWheel;
  private readonly tryMs: number;
  private readonly idleMs: number;
  private readonly whole: Timer;
  private readonly idle: Timer;
  private readonly backOff: Timer;
  private running: boolean;

  /** Milliseconds; 0: no limit. */
  constructor(wheel: TimerWheel, owner: TimerOwner, tryMs: number, idleMs: number) {
    this.wheel = wheel;
    this.tryMs = tryMs;
    this.idleMs = idleMs;
    this.whole = new Timer(owner, TRY_TIMER);
    this.idle = new Timer(owner, TRY_IDLE_TIMER);
    this.backOff = new Timer(owner, BACK_OFF_TIMER);
    this.running = false;
  }

  /** The request is complete, and an upstream has it. */
  start(): void {
    this.running = true;
    if (this.tryMs > 0) this.wheel.arm(this.whole, this.tryMs);
    this.touch();
  }

  /** Something went to or came from the upstream. */
  touch(): void {
    if (this.running && this.idleMs > 0) this.wheel.arm(this.idle, this.idleMs);
  }

  /** The response has begun: only silence ends it now. */
  onResponse(): void {
    this.wheel.cancel(this.whole);
  }

  wait(ms: number): void {
    this.stop();
    // The wheel's shortest time; none at all would run inside of whatever failed.
    this.wheel.arm(this.backOff, Math.max(1, ms));
  }

  stop(): void {
    this.running = false;
    this.wheel.cancel(this.whole);
    this.wheel.cancel(this.idle);
    this.wheel.cancel(this.backOff);
  }
}
