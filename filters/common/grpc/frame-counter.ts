/** Finds and counts gRPC messages in a body, however it is cut into pieces (gRPC over HTTP/2, "Length-Prefixed-Message"). */

const PREFIX = 5;

export class FrameCounter {
  /** Messages that have begun. */
  frames: number;
  /** Bytes of the prefix that is being read, and what they say of the length so far. */
  private prefix: number;
  private length: number;
  /** Bytes of the message that are still to come. */
  private left: number;

  constructor() {
    this.frames = 0;
    this.prefix = 0;
    this.length = 0;
    this.left = 0;
  }

  /** Messages that begin in these bytes. */
  inspect(data: Buffer): number {
    const before = this.frames;
    let at = 0;
    while (at < data.length) at = this.next(data, at);
    return this.frames - before;
  }

  /** Reads `data` from `start` on, as far as the message goes that it is in. Returns where that is. */
  next(data: Buffer, start: number): number {
    const end = data.length;
    let at = start;
    while (at < end) {
      if (this.left > 0) {
        const taken = Math.min(this.left, end - at);
        this.left -= taken;
        at += taken;
      } else if (this.prefix === 0 && end - at >= PREFIX) {
        this.frames++;
        this.left = data.readUInt32BE(at + 1);
        at += PREFIX;
      } else {
        this.readPrefix(data[at++] as number);
      }
      if (this.between) return at;
    }
    return at;
  }

  /** The next byte begins a message. */
  get between(): boolean {
    return this.left === 0 && this.prefix === 0;
  }

  private readPrefix(byte: number): void {
    if (this.prefix === 0) this.frames++;
    else this.length = this.length * 256 + byte;
    if (++this.prefix < PREFIX) return;
    this.left = this.length;
    this.prefix = 0;
    this.length = 0;
  }
}
