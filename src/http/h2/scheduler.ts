import { DEFAULT_WINDOW } from './frames.ts';
import type { H2Stream } from './stream.ts';

/**
 * Shares the window of a connection and the room in its socket among the streams that have something queued: one frame each in turn, so
 * that a large body does not keep the others waiting. Streams whose own window is used up are not in the list.
 */
export class SendScheduler {
  /** What the peer takes for the whole connection. */
  window: number;
  /** The socket has more to send than its watermark. */
  blocked: boolean;
  private first: H2Stream | null;
  private last: H2Stream | null;

  constructor() {
    this.window = DEFAULT_WINDOW;
    this.blocked = false;
    this.first = null;
    this.last = null;
  }

  wait(stream: H2Stream): void {
    if (stream.waiting) return;
    stream.waiting = true;
    stream.previous = this.last;
    if (this.last === null) this.first = stream;
    else this.last.next = stream;
    this.last = stream;
  }

  remove(stream: H2Stream): void {
    const { previous, next } = stream;
    stream.waiting = false;
    stream.previous = null;
    stream.next = null;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
  }

  /** Sends as much as there is room for. */
  run(): void {
    while (!this.blocked && this.window > 0) {
      const stream = this.first;
      if (stream === null) return;
      this.remove(stream);
      if (stream.sendQueued()) this.wait(stream);
    }
  }
}
