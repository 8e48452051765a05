/** What the micro-benchmarks of the codecs share: a socket, what stands between two codecs, and values that differ. */
import type { RequestDecoder, RequestEncoder, ResponseDecoder, ResponseEncoder, StreamCallbacks } from '../../src/http/codec.ts';
import type { Headers } from '../../src/http/headers.ts';
/** Requests and responses that take turns, so that nothing is the same twice in a row. */
export const VARIANTS = 64;

/** `n` hexadecimal digits, others for each i. */
export const hex = (n: number, i: number): string => (BigInt(i + 1) * 0x9e3779b97f4a7c15n).toString(16).padStart(n, '7').slice(-n);

/** A connection that takes everything and keeps nothing. */
export class Sink {
  readonly id = 1;
  readonly tls = null;
  open = true;
  outAt = 0;
  written = 0;
  readonly bufferedBytes = 0;
  private readonly gather = Buffer.allocUnsafeSlow(65536);
  /** Every read is a turn of its own. */
  readonly dispatcher = { turnNumber: 0, timers: { now: 0, arm() {}, cancel() {} }, defer() {} };
  reserve(size: number): Buffer {
    if (this.outAt + size > 16384) this.flush();
    return this.gather;
  }
  write(data: Buffer): void {
    const out = this.reserve(data.length);
    data.copy(out, this.outAt);
    this.outAt += data.length;
  }
  flush(): void {
    this.written += this.outAt;
    this.outAt = 0;
  }
  readDisable(): void {}
  close(): void {
    this.open = false;
  }
}

/** Hands requests to a client codec and its responses back, with nothing in between. */
export class Relay implements RequestDecoder, ResponseDecoder, StreamCallbacks {
  client: { newStream(decoder: ResponseDecoder): RequestEncoder } | null = null;
  private up: RequestEncoder | null = null;
  private down: ResponseEncoder | null = null;
  count = 0;
  newStream(encoder: ResponseEncoder): RequestDecoder {
    this.down = encoder;
    encoder.setCallbacks(this);
    this.up = this.client?.newStream(this.response) ?? null;
    this.up?.setCallbacks(this);
    return this;
  }
  decodeHeaders(headers: Headers, end: boolean): void {
    this.up?.encodeHeaders(headers, end);
  }
  decodeData(data: Buffer, end: boolean): void {
    this.up?.encodeData(data, end);
  }
  decodeTrailers(): void {}
  decodeInformational(): void {}
  onCodecError(): void {}
  onReset(): void {}
  onAboveHighWatermark(): void {}
  onBelowLowWatermark(): void {}
  onEarlyError(): void {}
  onFinished(): void {}
  onGoAway(): void {}
  onStreamFree(): void {
    this.count++;
  }
  readonly response: ResponseDecoder = {
    decodeInformational: () => {},
    decodeHeaders: (headers, end) => this.down?.encodeHeaders(headers, end),
    decodeData: (data, end) => this.down?.encodeData(data, end),
    decodeTrailers: () => {},
  };
}
