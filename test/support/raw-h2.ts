/** An HTTP/2 client that sends frames as they are, whatever the rules say, and keeps the frames that come back. */
import { connect, type Socket } from 'node:net';
import { frame, literal } from '../../bench/backend/http2.ts';

export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const NOTHING = Buffer.alloc(0);

export interface ReceivedFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export interface RawH2Options {
  /** SETTINGS entries. */
  readonly settings?: readonly (readonly [id: number, value: number])[];
  /** Reads nothing until `read()`. */
  readonly paused?: boolean;
}

/** A request's header block: pseudo fields from the static table where they fit, the rest literally. */
export function requestBlock(path = '/', extra: readonly (readonly [string, string])[] = []): Buffer {
  return Buffer.concat([
    Buffer.from([0x82, 0x86]),
    literal(':path', path),
    literal(':authority', 'raw'),
    ...extra.map(([name, value]) => literal(name, value)),
  ]);
}

export function settingsPayload(entries: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(6 * entries.length);
  entries.forEach(([id, value], i) => {
    payload.writeUInt16BE(id, 6 * i);
    payload.writeUInt32BE(value, 6 * i + 2);
  });
  return payload;
}

export function number32(value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value >>> 0);
  return payload;
}

export class RawH2 {
  readonly socket: Socket;
  /** SETTINGS of the peer are acknowledged as they come, nothing else is answered. */
  readonly frames: ReceivedFrame[] = [];
  closed = false;
  private carry: Buffer = NOTHING;
  private waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  static open(port: number, options: RawH2Options = {}): Promise<RawH2> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        const client = new RawH2(socket);
        if (options.paused === true) socket.pause();
        socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, settingsPayload(options.settings ?? []))]));
        resolve(client);
      });
    });
  }

  send(...frames: readonly Buffer[]): void {
    if (!this.closed) this.socket.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
  }

  headers(stream: number, block = requestBlock(), flags = END_STREAM | END_HEADERS): void {
    this.send(frame(HEADERS, flags, stream, block));
  }

  /** The socket takes more: a flood does not have to keep all of itself in memory. */
  drained(): Promise<void> {
    if (this.closed || !this.socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.socket.once('drain', resolve);
    });
  }

  /** Resolves with the first frame that matches, or with null when the connection ends without one. */
  async frame(match: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame | null> {
    for (;;) {
      const found = this.frames.find(match);
      if (found !== undefined) return found;
      if (this.closed) return null;
      await this.moved();
    }
  }

  /** Resolves when the peer has closed. */
  async end(): Promise<void> {
    while (!this.closed) await this.moved();
  }

  close(): void {
    this.socket.destroy();
  }

  private moved(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  private take(chunk: Buffer): void {
    const bytes = this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk]);
    let at = 0;
    while (bytes.length - at >= 9) {
      const length = bytes.readUIntBE(at, 3);
      if (bytes.length - at < 9 + length) break;
      const payload = bytes.subarray(at + 9, at + 9 + length);
      const got = { type: bytes[at + 3] ?? 0, flags: bytes[at + 4] ?? 0, stream: bytes.readUInt32BE(at + 5) & 0x7fffffff, payload };
      if (got.type === SETTINGS && (got.flags & ACK) === 0) this.send(frame(SETTINGS, ACK, 0, NOTHING));
      this.frames.push(got);
      at += 9 + length;
    }
    this.carry = bytes.subarray(at);
    this.wake();
  }
}

export { frame, literal };
