/** Counts gRPC messages in a body, however it is cut into pieces (gRPC over HTTP/2, "Length-Prefixed-Message"). */

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
    const end = data.length;
    let at = 0;
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
    }
    return this.frames - before;
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
