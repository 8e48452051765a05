/** Smallest buffer: most blocks that come in pieces are a little too large for one read. */
const LEAST_BYTES = 1024;

/** Puts together a header block that comes in several frames (RFC 9113 §4.3). Its owner limits `bytes`. */
export class BlockCollector {
  /** The stream; 0: no block is being put together, and any frame may come. */
  id: number;
  /** The HEADERS frame ended the stream. */
  end: boolean;
  buffer: Buffer | null;
  bytes: number;

  constructor() {
    this.id = 0;
    this.end = false;
    this.buffer = null;
    this.bytes = 0;
  }

  begin(id: number, end: boolean): void {
    this.id = id;
    this.end = end;
    this.bytes = 0;
  }

  add(buffer: Buffer, from: number, to: number): void {
    const bytes = this.bytes + to - from;
    let into = this.buffer;
    if (into === null || into.length < bytes) {
      into = Buffer.allocUnsafeSlow(Math.max(LEAST_BYTES, 2 * bytes));
      this.buffer?.copy(into, 0, 0, this.bytes);
      this.buffer = into;
    }
    buffer.copy(into, this.bytes, from, to);
    this.bytes = bytes;
  }

  /** The block is complete, or nobody wants it: frees its memory. */
  clear(): void {
    this.id = 0;
    this.buffer = null;
    this.bytes = 0;
  }
}
