/** Base64 as `application/grpc-web-text` carries it: RFC 4648, cut anywhere, with padding after each part that was encoded by itself. */
import { FrameCounter } from '../../common/grpc/frame-counter.ts';

const INVALID = 0xff;
const PADDING = 0xfe;

const VALUES = new Uint8Array(256).fill(INVALID);
for (const [i, letter] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries()) {
  VALUES[letter.charCodeAt(0)] = i;
}
VALUES[0x3d] = PADDING;

/** Decodes a body that comes in pieces; keeps at most three letters. */
export class Base64Reader {
  /** Bits of the group of four letters that has begun, and how many letters it has. */
  private bits: number;
  private letters: number;
  private padding: number;

  constructor() {
    this.bits = 0;
    this.letters = 0;
    this.padding = 0;
  }

  /** A group has begun that is not complete. */
  get unfinished(): boolean {
    return this.letters > 0;
  }

  /** Null when a letter is none of base64, or stands where none may stand. */
  decode(data: Buffer): Buffer | null {
    const out = Buffer.allocUnsafe(Math.ceil(((this.letters + data.length) * 3) / 4));
    let length = 0;
    for (let i = 0; i < data.length; i++) {
      let value = VALUES[data[i] as number] as number;
      if (value === INVALID) return null;
      if (value === PADDING) {
        if (this.letters < 2) return null;
        this.padding++;
        value = 0;
      } else if (this.padding > 0) return null;
      this.bits = (this.bits << 6) | value;
      if (++this.letters < 4) continue;
      out[length++] = this.bits >> 16;
      if (this.padding < 2) out[length++] = this.bits >> 8;
      if (this.padding < 1) out[length++] = this.bits;
      this.bits = 0;
      this.letters = 0;
      this.padding = 0;
    }
    return out.subarray(0, length);
  }
}

/** Encodes a gRPC body that comes in pieces: every message by itself, so that each can be decoded when it is there. */
export class Base64Messages {
  /** Bytes that do not fill a group of three yet. */
  private rest: Buffer;
  private readonly messages: FrameCounter;

  constructor() {
    this.rest = EMPTY;
    this.messages = new FrameCounter();
  }

  encode(data: Buffer): Buffer {
    let text = '';
    for (let start = 0; start < data.length; ) {
      const at = this.messages.next(data, start);
      text += this.take(data.subarray(start, at), this.messages.between);
      start = at;
    }
    return Buffer.from(text, 'latin1');
  }

  private take(part: Buffer, end: boolean): string {
    const bytes = this.rest.length === 0 ? part : Buffer.concat([this.rest, part]);
    const whole = end ? bytes.length : bytes.length - (bytes.length % 3);
    this.rest = whole === bytes.length ? EMPTY : Buffer.from(bytes.subarray(whole));
    return bytes.toString('base64', 0, whole);
  }
}

const EMPTY = Buffer.alloc(0);
