/**
 * Request body bytes that must outlive the callback they came in: because no connection is there yet, or because another attempt
 * may need them again. Bounded: whoever fills it stops its source, or gives up the second attempt, when `full`.
 */
export class ReplayBuffer {
  private readonly chunks: Buffer[];
  private readonly limit: number;
  bytes: number;

  /** `limit` in bytes; 0: none. */
  constructor(limit: number) {
    this.chunks = [];
    this.limit = limit;
    this.bytes = 0;
  }

  /** Copies borrowed bytes. */
  add(data: Buffer): void {
    if (data.length === 0) return;
    this.chunks.push(Buffer.from(data));
    this.bytes += data.length;
  }

  get full(): boolean {
    return this.limit > 0 && this.bytes >= this.limit;
  }

  /** Number of chunks; `chunk(i)` for i in [0, count) in the order they came. */
  get count(): number {
    return this.chunks.length;
  }

  chunk(i: number): Buffer {
    return this.chunks[i] as Buffer;
  }
}
