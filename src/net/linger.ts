import { unsentBytes } from './accepted-socket.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { ReadingSocket } from './loop-memory.ts';
import { Timer, type TimerOwner } from './timer-wheel.ts';

/** How long CLOSE_FLUSH waits, without the peer taking a byte, for what is written to leave and for the peer's FIN. */
export const LINGER_MS = 1000;

/** A connection that has sent its FIN and reads on until the peer sends its own. */
export interface Lingering {
  readonly dispatcher: Dispatcher;
  readonly socket: ReadingSocket;
  readonly bufferedBytes: number;
  /** The peer takes nothing any more. */
  onLingerEnd(): void;
}

/** The peer gets another LINGER_MS for each time in which it took something: nothing is added any more, so a change is progress. */
export class Linger implements TimerOwner {
  private readonly connection: Lingering;
  private readonly timer: Timer;
  /** Seen last: bytes of the write that the kernel works on, and bytes of all writes that are not done. */
  private unsent: number;
  private queued: number;

  constructor(connection: Lingering) {
    this.connection = connection;
    this.timer = new Timer(this, 0);
    this.unsent = unsentBytes(connection.socket);
    this.queued = connection.bufferedBytes;
    connection.dispatcher.timers.arm(this.timer, LINGER_MS);
  }

  onTimer(): void {
    const { connection } = this;
    const unsent = unsentBytes(connection.socket);
    const queued = connection.bufferedBytes;
    if (unsent === this.unsent && queued === this.queued) {
      connection.onLingerEnd();
      return;
    }
    this.unsent = unsent;
    this.queued = queued;
    connection.dispatcher.timers.arm(this.timer, LINGER_MS);
  }

  stop(): void {
    this.connection.dispatcher.timers.cancel(this.timer);
  }
}
