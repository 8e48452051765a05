import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import type { H2Connection } from './connection.ts';
import type { H2Keepalive } from './settings.ts';

const INTERVAL = 0;
const ANSWER = 1;

/** PINGs that find out whether somebody is still there (Envoy `connection_keepalive`). */
export class Keepalive implements TimerOwner {
  private readonly codec: H2Connection;
  private readonly settings: H2Keepalive;
  private readonly interval: Timer;
  private readonly answer: Timer;
  private readonly payload: Buffer;
  private sent: number;
  /** Worker time of the last bytes. */
  private received: number;
  /** When the answer is due; more bytes from the peer put it off. */
  private due: number;

  constructor(codec: H2Connection, settings: H2Keepalive) {
    this.codec = codec;
    this.settings = settings;
    this.interval = new Timer(this, INTERVAL);
    this.answer = new Timer(this, ANSWER);
    this.payload = Buffer.alloc(8);
    this.sent = 0;
    this.received = 0;
    this.due = 0;
  }

  private get now(): number {
    return this.codec.connection.dispatcher.timers.now;
  }

  start(): void {
    this.received = this.now;
    this.schedule();
  }

  private schedule(): void {
    const { intervalMs, jitterPercent } = this.settings;
    if (intervalMs === 0) return;
    const jitter = jitterPercent === 0 ? 0 : (Math.random() * intervalMs * jitterPercent) / 100;
    this.codec.connection.dispatcher.timers.arm(this.interval, intervalMs + Math.floor(jitter));
  }

  onReceived(): void {
    this.received = this.now;
    // Whoever sends is alive.
    if (this.answer.armed) this.due = this.received + this.settings.timeoutMs;
  }

  /** A stream is about to be opened: asks first if it has been quiet for too long. */
  beforeStream(): void {
    const { idleIntervalMs } = this.settings;
    if (idleIntervalMs > 0 && this.now - this.received > idleIntervalMs) this.ping();
  }

  private ping(): void {
    if (this.answer.armed) return;
    this.payload.writeUInt32BE(++this.sent >>> 0, 4);
    this.codec.writer.ping(this.payload, 0, false);
    this.due = this.now + this.settings.timeoutMs;
    this.codec.connection.dispatcher.timers.arm(this.answer, this.settings.timeoutMs);
  }

  /** An acknowledged PING: ours, if it says what ours said. */
  onAnswer(buffer: Buffer, from: number): void {
    if (!this.answer.armed || buffer.compare(this.payload, 0, 8, from, from + 8) !== 0) return;
    this.codec.connection.dispatcher.timers.cancel(this.answer);
    this.schedule();
  }

  onTimer(kind: number): void {
    if (kind === INTERVAL) {
      this.ping();
      return;
    }
    const left = this.due - this.now;
    if (left > 0) this.codec.connection.dispatcher.timers.arm(this.answer, left);
    else this.codec.onSilence();
  }

  stop(): void {
    const { timers } = this.codec.connection.dispatcher;
    timers.cancel(this.interval);
    timers.cancel(this.answer);
  }
}
