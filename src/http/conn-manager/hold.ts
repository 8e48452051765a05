/** What waits at a filter that stopped the iteration: its share of the body, the end, the trailers. */
import type { Headers } from '../headers.ts';

const FIRST = 4096;
const EMPTY = Buffer.alloc(0);

export class Hold {
  readonly position: number;
  /** The head stopped here too: nothing has gone on to the filters behind. */
  head: boolean;
  /** Status that the filter answered with (filter.ts). */
  status: number;
  /** Bytes kept. */
  bytes: number;
  /** The end has arrived here (without trailers). */
  end: boolean;
  trailers: Headers | null;
  /** Reading was stopped at the source because of `bytes`. */
  paused: boolean;
  /** The next hold, farther along the path. */
  next: Hold | null;
  private memory: Buffer;

  constructor(position: number, head: boolean, status: number) {
    this.position = position;
    this.head = head;
    this.status = status;
    this.bytes = 0;
    this.end = false;
    this.trailers = null;
    this.paused = false;
    this.next = null;
    this.memory = EMPTY;
  }

  /** Takes over bytes that the stream owns already. Only while nothing is kept. */
  adopt(data: Buffer): void {
    this.memory = data;
    this.bytes = data.length;
  }

  /** Copies borrowed bytes. Memory doubles, so a body of n bytes is moved at most twice. */
  append(data: Buffer): void {
    const bytes = this.bytes + data.length;
    if (bytes > this.memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(FIRST, bytes, this.memory.length * 2));
      this.memory.copy(larger, 0, 0, this.bytes);
      this.memory = larger;
    }
    data.copy(this.memory, this.bytes);
    this.bytes = bytes;
  }

  /** The kept bytes; valid until the next `append`. */
  view(): Buffer {
    return this.memory.subarray(0, this.bytes);
  }

  /** The kept bytes, which are the caller's from here on. */
  take(): Buffer {
    const data = this.view();
    this.memory = EMPTY;
    this.bytes = 0;
    return data;
  }
}
