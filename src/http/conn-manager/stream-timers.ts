/** The timers that some configurations give every stream: `request_timeout`, `max_stream_duration` and `access_log_flush_interval`. */
import { Timer, type TimerOwner, type TimerWheel } from '../../net/timer-wheel.ts';

export const REQUEST_TIMER = 0;
export const DURATION_TIMER = 1;
export const LOG_TIMER = 2;

export class StreamTimers {
  private readonly timers: TimerWheel;
  private readonly owner: TimerOwner;
  private request: Timer | null;
  private duration: Timer | null;
  private logs: Timer | null;

  constructor(timers: TimerWheel, owner: TimerOwner) {
    this.timers = timers;
    this.owner = owner;
    this.request = null;
    this.duration = null;
    this.logs = null;
  }

  /** In milliseconds; 0: off. */
  start(requestMs: number, durationMs: number, logMs: number): void {
    if (requestMs > 0) {
      this.request = new Timer(this.owner, REQUEST_TIMER);
      this.timers.arm(this.request, requestMs);
    }
    if (durationMs > 0) {
      this.duration = new Timer(this.owner, DURATION_TIMER);
      this.timers.arm(this.duration, durationMs);
    }
    if (logMs > 0) this.startLogs(logMs);
  }

  /** (Re)arms the timer of the next log entry. */
  startLogs(ms: number): void {
    this.logs ??= new Timer(this.owner, LOG_TIMER);
    this.timers.arm(this.logs, ms);
  }

  /** Or a response has begun: the request may take its time then. */
  onRequestComplete(): void {
    if (this.request !== null) this.timers.cancel(this.request);
  }

  /** (Re)arms the end of the stream `ms` from now; Infinity: it may take its time. */
  limit(ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) {
      if (this.duration !== null) this.timers.cancel(this.duration);
      return;
    }
    this.duration ??= new Timer(this.owner, DURATION_TIMER);
    this.timers.arm(this.duration, Math.max(1, ms));
  }

  stop(): void {
    if (this.request !== null) this.timers.cancel(this.request);
    if (this.duration !== null) this.timers.cancel(this.duration);
    if (this.logs !== null) this.timers.cancel(this.logs);
  }
}
