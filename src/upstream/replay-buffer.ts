/**
 * Request body bytes that must outlive the callback they came in: because no connection is there yet, or because another attempt
 * may need them again. Bounded: whoever fills it stops its source, or gives up the second attempt, when `full`. However small the
 * pieces are, it takes at most about twice the memory of the bytes.
 */

/** Blocks grow with what is there, up to this. */
const LARGEST = 65_536;

export class ReplayBuffer {
  private readonly blocks: Buffer[];
  /** Bytes of the last block that are in use; the others are full. */
  private used: number;
  private readonly limit: number;
  bytes: number;

  /** `limit` in bytes; 0: none. */
  constructor(limit: number) {
    this.blocks = [];
    this.used = 0;
    this.limit = limit;
    this.bytes = 0;
  }

  /** Copies borrowed bytes. */
  add(data: Buffer): void {
    const { length } = data;
    if (length === 0) return;
    const { blocks } = this;
    let taken = 0;
    if (blocks.length > 0) {
      const last = blocks[blocks.length - 1] as Buffer;
      taken = Math.min(last.length - this.used, length);
      if (taken > 0) data.copy(last, this.used, 0, taken);
      this.used += taken;
    }
    if (taken < length) {
      // The first block is as large as what came: mostly that is all.
      const block = Buffer.allocUnsafe(Math.max(length - taken, Math.min(this.bytes, LARGEST)));
      data.copy(block, 0, taken);
      blocks.push(block);
      this.used = length - taken;
    }
    this.bytes += length;
  }

  get full(): boolean {
    return this.limit > 0 && this.bytes >= this.limit;
  }

  /** Number of chunks; `chunk(i)` for i in [0, count) in order. */
  get count(): number {
    return this.blocks.length;
  }

  chunk(i: number): Buffer {
    const block = this.blocks[i] as Buffer;
    return i < this.blocks.length - 1 || this.used === block.length ? block : block.subarray(0, this.used);
  }
}
