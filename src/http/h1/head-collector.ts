import { FAULTS, type Fault } from '../faults.ts';
import { CR, HTAB, LF, SP } from './chars.ts';

const FIRST_SIZE = 1024;

/**
 * A head or a trailer section that arrives in pieces. Every byte is looked at once, charged to the limits before it is stored,
 * and what can already be told to be wrong is told without waiting for the end.
 */
export class HeadCollector {
  /** What came so far: `bytes[0, length)`. */
  bytes: Buffer;
  length: number;
  fault: Fault | null;
  /** Lines that ended. */
  private lines: number;
  /** The last byte was a CR. */
  private cr: boolean;
  /** Bytes of the line that has begun, CR not counted. */
  private column: number;

  constructor() {
    this.bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
    this.length = 0;
    this.fault = null;
    this.lines = 0;
    this.cr = false;
    this.column = 0;
  }

  /**
   * Takes from `source[at, end)` up to the empty line. Returns where that ends; -1 when more is needed; -2 with `fault` set.
   * `maxLines` counts the start line and the empty line as well.
   */
  take(source: Buffer, at: number, end: number, maxBytes: number, maxLines: number): number {
    const most = Math.min(end, at + maxBytes - this.length);
    let i = at;
    for (; i < most; i++) {
      const byte = source[i] as number;
      if (this.cr) {
        if (byte !== LF) return this.refuse(FAULTS.BAD_MESSAGE);
        this.cr = false;
        if (this.column === 0) {
          this.store(source, at, i + 1);
          return i + 1;
        }
        if (++this.lines >= maxLines) return this.refuse(FAULTS.TOO_MANY_HEADERS);
        this.column = 0;
      } else if (byte === CR) {
        this.cr = true;
      } else if (byte >= SP && byte !== 0x7f) {
        this.column++;
      } else if (byte === HTAB) {
        this.column++;
      } else {
        return this.refuse(byte === LF ? FAULTS.BAD_MESSAGE : FAULTS.INVALID_CHARACTERS);
      }
    }
    if (most < end) return this.refuse(FAULTS.HEADERS_TOO_LARGE);
    this.store(source, at, i);
    return -1;
  }

  private refuse(fault: Fault): number {
    this.fault = fault;
    return -2;
  }

  private store(source: Buffer, from: number, to: number): void {
    const length = this.length + to - from;
    if (length > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.bytes.length));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    source.copy(this.bytes, this.length, from, to);
    this.length = length;
  }
}
