import { type Address, ipAddress } from '../../src/base/address.ts';
import {
  CLOSED_ERROR,
  CLOSED_LOCAL,
  CLOSED_REMOTE,
  type ClosedBy,
  type CloseType,
  type Connection,
  type ConnectionCallbacks,
  GATHER_BYTES,
} from '../../src/net/connection.ts';
import type { Deferred, Flushable } from '../../src/net/dispatcher.ts';
import type { TlsInfo } from '../../src/telemetry/stream-info.ts';
import { FakeDispatcher } from './dispatcher.ts';

/** Bytes that a borrowed buffer is overwritten with when the callback has returned: whoever kept a view sees them. */
const POISON = 0xdd;

/**
 * A connection in memory. The test plays the peer: `push` is what it sends, `sent` what it receives. Like the real one it
 * gathers until the end of the turn (`dispatcher.turn()`), counts `readDisable`, calls `onClose` after a local close at the end of
 * the turn and never from within `close`, and lends its read buffer: bytes kept beyond `onData` turn into 0xDD.
 */
export class FakeConnection implements Connection, Flushable, Deferred {
  readonly dispatcher: FakeDispatcher;
  readonly id: number;
  localAddress: Address = ipAddress('127.0.0.1', 8080);
  remoteAddress: Address = ipAddress('127.0.0.1', 40000);
  tls: TlsInfo | null = null;
  errorText = '';
  open = true;
  bytesReceived = 0;
  bytesSent = 0;
  outAt = 0;
  dirty = false;

  /** What was closed with, null while `close` was not called. */
  closeType: CloseType | null = null;
  /** `end()` was called, or `close(CLOSE_FLUSH)` sent its FIN. */
  ended = false;
  noDelay = false;
  /** `readDisable(true)` minus `readDisable(false)`. */
  readDisabled = 0;
  /** How often bytes went out: one `flush` that had any. */
  writes = 0;

  private callbacks: ConnectionCallbacks | null = null;
  private readonly gather = Buffer.alloc(GATHER_BYTES);
  /** Taken by `write` in this turn, in order with what was gathered. */
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  /** Beyond what the peer's window took. */
  private stuck: Buffer[] = [];
  private stuckBytes = 0;
  private received: Buffer[] = [];
  /** Bytes that the kernel still takes. */
  private window = Number.POSITIVE_INFINITY;
  private limit = 0;
  private above = false;
  private input: Buffer[] = [];
  private inputEnded = false;
  private endDelivered = false;
  private closedBy: ClosedBy | null = null;

  constructor(dispatcher: FakeDispatcher = new FakeDispatcher(), callbacks: ConnectionCallbacks | null = null) {
    this.dispatcher = dispatcher;
    this.id = dispatcher.nextId();
    this.callbacks = callbacks;
  }

  // ── what the code under test calls ──────────────────────────────────────────────────────────────────────────────

  setCallbacks(callbacks: ConnectionCallbacks): void {
    this.callbacks = callbacks;
  }

  reserve(bytes: number): Buffer {
    if (bytes > GATHER_BYTES) throw new RangeError(`reserve(${bytes}) is more than GATHER_BYTES`);
    if (this.outAt + bytes > GATHER_BYTES) this.seal();
    if (this.open) this.dispatcher.markDirty(this);
    else this.outAt = 0;
    return this.gather;
  }

  writeLatin1(text: string): void {
    this.write(Buffer.from(text, 'latin1'));
  }

  write(data: Buffer): void {
    if (!this.open || this.ended || data.length === 0) return;
    this.seal();
    this.pending.push(Buffer.from(data));
    this.pendingBytes += data.length;
    this.dispatcher.markDirty(this);
    this.checkHigh();
  }

  flush(): void {
    if (this.closedBy !== null) return;
    this.seal();
    if (this.pendingBytes > 0) this.writes++;
    this.stuck.push(...this.pending);
    this.stuckBytes += this.pendingBytes;
    this.pending = [];
    this.pendingBytes = 0;
    this.deliver();
  }

  end(): void {
    if (!this.open || this.ended) return;
    this.flush();
    this.ended = true;
  }

  close(type: CloseType): void {
    if (!this.open) return;
    if (type === 0) this.end();
    this.open = false;
    this.closeType = type;
    this.closedBy = CLOSED_LOCAL;
    this.outAt = 0;
    this.dispatcher.defer(this);
  }

  get bufferedBytes(): number {
    return this.outAt + this.pendingBytes + this.stuckBytes;
  }

  setBufferLimit(bytes: number): void {
    this.limit = bytes;
    this.checkHigh();
  }

  readDisable(disable: boolean): void {
    this.readDisabled += disable ? 1 : -1;
    if (this.readDisabled < 0) throw new RangeError('readDisable(false) without a readDisable(true)');
    // Like a socket: what waits is delivered from the event loop, not from within this call.
    if (this.readDisabled === 0 && (this.input.length > 0 || this.inputEnded)) this.dispatcher.defer(this);
  }

  setNoDelay(on: boolean): void {
    this.noDelay = on;
  }

  onTurnEnd(): void {
    if (this.closedBy !== null) this.finish(this.closedBy);
    else this.feed();
  }

  // ── what the test calls, as the peer ────────────────────────────────────────────────────────────────────────────

  /** For connections that we opened. */
  connected(): void {
    this.callbacks?.onConnected();
  }

  /** The peer sends. Strings are latin1. Waits while reading is disabled. */
  push(data: string | Uint8Array): void {
    this.input.push(typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data));
    this.feed();
  }

  /** The peer sends, one `onData` per byte. */
  pushBytewise(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    for (const byte of bytes) this.push(Uint8Array.of(byte));
  }

  /** The peer sends FIN. */
  pushEnd(): void {
    this.inputEnded = true;
    this.feed();
  }

  /** The connection dies: by the peer (`''`), or with an error that `errorText` names. */
  fail(errorText = ''): void {
    if (this.closedBy !== null) return;
    this.open = false;
    this.errorText = errorText;
    this.closedBy = errorText === '' ? CLOSED_REMOTE : CLOSED_ERROR;
    this.finish(this.closedBy);
  }

  /** The peer stops reading after `bytes` more. */
  stopReading(bytes = 0): void {
    this.window = bytes;
  }

  /** The peer takes `bytes` more, or everything from now on. */
  resumeReading(bytes = Number.POSITIVE_INFINITY): void {
    this.window += bytes;
    this.deliver();
  }

  /** Everything the peer received so far; gathered bytes leave at the end of the turn. */
  get sent(): Buffer {
    return Buffer.concat(this.received);
  }

  get sentText(): string {
    return this.sent.toString('latin1');
  }

  /** What the peer received since the last call, after ending the turn. */
  take(): string {
    this.dispatcher.settle();
    const text = this.sentText;
    this.received = [];
    return text;
  }

  /** `onClose` was called. */
  get closed(): boolean {
    return this.closedBy !== null && this.callbacks === null;
  }

  private seal(): void {
    if (this.outAt === 0) return;
    if (!this.ended) {
      this.pending.push(Buffer.from(this.gather.subarray(0, this.outAt)));
      this.pendingBytes += this.outAt;
    }
    this.outAt = 0;
  }

  private deliver(): void {
    while (this.stuckBytes > 0 && this.window > 0) {
      const first = this.stuck[0] as Buffer;
      const n = Math.min(first.length, this.window);
      this.received.push(first.subarray(0, n));
      this.window -= n;
      this.stuckBytes -= n;
      this.bytesSent += n;
      if (n === first.length) this.stuck.shift();
      else this.stuck[0] = first.subarray(n);
    }
    this.checkHigh();
    if (this.above && this.bufferedBytes <= this.limit / 2 && this.open) {
      this.above = false;
      this.callbacks?.onBelowLowWatermark();
    }
  }

  private checkHigh(): void {
    if (this.limit === 0 || this.above || !this.open || this.bufferedBytes <= this.limit) return;
    this.above = true;
    this.callbacks?.onAboveHighWatermark();
  }

  private feed(): void {
    while (this.open && this.readDisabled === 0 && this.input.length > 0) {
      const bytes = this.input.shift() as Buffer;
      // The bytes stand in the middle of a larger buffer, as those of a TLS record do.
      const buffer = Buffer.alloc(bytes.length + 16, POISON);
      bytes.copy(buffer, 8);
      this.bytesReceived += bytes.length;
      this.callbacks?.onData(buffer, 8, 8 + bytes.length);
      buffer.fill(POISON);
    }
    if (this.open && this.inputEnded && !this.endDelivered && this.readDisabled === 0 && this.input.length === 0) {
      this.endDelivered = true;
      this.callbacks?.onEnd();
    }
  }

  private finish(by: ClosedBy): void {
    const { callbacks } = this;
    this.callbacks = null;
    callbacks?.onClose(by);
  }
}

/** Callbacks that write down what happened, for tests of connections and transport sockets. */
export class RecordingCallbacks implements ConnectionCallbacks {
  /** `connected`, `data:<latin1>`, `end`, `close:<by>`, `high`, `low`. Neighbouring data is joined. */
  readonly events: string[] = [];
  private text = '';

  onConnected(): void {
    this.event('connected');
  }

  onData(buffer: Buffer, start: number, end: number): void {
    this.text += buffer.toString('latin1', start, end);
    if (this.events.at(-1)?.startsWith('data:')) this.events.pop();
    this.events.push(`data:${this.text}`);
  }

  onEnd(): void {
    this.event('end');
  }

  onClose(by: ClosedBy): void {
    this.event(`close:${by === CLOSED_LOCAL ? 'local' : by === CLOSED_REMOTE ? 'remote' : 'error'}`);
  }

  onAboveHighWatermark(): void {
    this.event('high');
  }

  onBelowLowWatermark(): void {
    this.event('low');
  }

  protected event(text: string): void {
    this.text = '';
    this.events.push(text);
  }
}
