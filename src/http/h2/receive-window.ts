import { DEFAULT_WINDOW } from './frames.ts';

/** What the peer may send on a connection (RFC 9113 §6.9). */
export class ReceiveWindow {
  readonly size: number;
  private left: number;
  /** Handed on, and not given back yet because it is little. */
  private consumed: number;
  /** Streams that nobody reads hold half of the window, so that the others are in danger of coming to a standstill. */
  crowded: boolean;

  /** It cannot be smaller than the default (§6.9.2). */
  constructor(size: number) {
    this.size = Math.max(DEFAULT_WINDOW, size);
    this.left = this.size;
    this.consumed = 0;
    this.crowded = false;
  }

  /** Bytes came. False when they were more than allowed. */
  take(bytes: number): boolean {
    this.left -= bytes;
    if (!this.crowded && this.unread * 2 > this.size) this.crowded = true;
    return this.left >= 0;
  }

  /** Bytes were handed on. Returns what to give back to the peer: half a window at a time, or 0. */
  give(bytes: number): number {
    this.consumed += bytes;
    const { consumed } = this;
    if (consumed * 2 < this.size) return 0;
    this.left += consumed;
    this.consumed = 0;
    return consumed;
  }

  /** It was crowded, and is not any more. True once. */
  eased(): boolean {
    if (!this.crowded || this.unread * 4 >= this.size) return false;
    this.crowded = false;
    return true;
  }

  /** Came, and was not handed on. */
  private get unread(): number {
    return this.size - this.left - this.consumed;
  }
}
