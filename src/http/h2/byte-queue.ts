/** Smallest blocks: many small pieces share one, so that a byte on the wire cannot cost a buffer. */
const BLOCK_BYTES = 4096;
/** The first is smaller, because most streams that wait have little: a thousand of them cost a third of the time, and a quarter of the memory. */
const FIRST_BYTES = 1024;

/** Bytes that wait, copied from borrowed buffers, in order. */
export class ByteQueue {
  bytes: number;
  private readonly blocks: Buffer[];
  /** The first block begins here, … */
  private from: number;
  /** … and the last one is filled up to here. */
  private to: number;

  constructor() {
    this.bytes = 0;
    this.blocks = [];
    this.from = 0;
    this.to = 0;
  }

  push(data: Buffer, start: number, end: number): void {
    let at = start;
    const { blocks } = this;
    this.bytes += end - start;
    if (blocks.length > 0) {
      const last = blocks[blocks.length - 1] as Buffer;
      const n = Math.min(last.length - this.to, end - at);
      data.copy(last, this.to, at, at + n);
      this.to += n;
      at += n;
    }
    if (at === end) return;
    const block = Buffer.allocUnsafeSlow(Math.max(blocks.length === 0 ? FIRST_BYTES : BLOCK_BYTES, end - at));
    data.copy(block, 0, at, end);
    this.to = end - at;
    blocks.push(block);
  }

  /** The block that the queue begins in: `first[firstFrom, firstTo)` is there in one piece. Only when `bytes > 0`. */
  get first(): Buffer {
    return this.blocks[0] as Buffer;
  }

  get firstFrom(): number {
    return this.from;
  }

  get firstTo(): number {
    return this.blocks.length === 1 ? this.to : this.first.length;
  }

  /** Drops bytes of the first block. */
  drop(bytes: number): void {
    this.bytes -= bytes;
    this.from += bytes;
    if (this.from < this.firstTo) return;
    this.blocks.shift();
    this.from = 0;
  }
}
