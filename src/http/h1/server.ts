import { CLOSE_NO_FLUSH, type Connection } from '../../net/connection.ts';
import type { Deferred } from '../../net/dispatcher.ts';
import type { Protocol } from '../../telemetry/stream-info.ts';
import type { ServerCallbacks, ServerConnection } from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { Headers } from '../headers.ts';
import { BodyReader } from './body-reader.ts';
import { CR, LF } from './chars.ts';
import { HeadCollector } from './head-collector.ts';
import { HeadInput } from './head-input.ts';
import { RequestHead } from './request-head.ts';
import { ServerStream } from './server-stream.ts';
import type { H1ServerSettings } from './settings.ts';

/** Between requests, or in a head. */
const HEAD = 0;
const BODY = 1;
/** The request is complete and its response is not: the next request waits. */
const WAITING = 2;
/** A tunnel was asked for and not granted yet: what the client sends meanwhile goes nowhere. */
const TUNNEL_WAITING = 3;
const TUNNEL = 4;
/** Input means nothing any more. */
const DEAD = 5;

/** Most that is held back; reading stops at the first byte, so this is one read, and what was on its way with it. */
const MOST_HELD = 1 << 18;

const NO_DATA = Buffer.alloc(0);

// Scratch, used within one call.
const input = new HeadInput();
const head = new RequestHead();

/**
 * The server side of an HTTP/1.1 connection (RFC 9112). One exchange at a time: a pipelined request is not looked at before the response
 * to the one before it is complete and the client has room for more; until then its bytes are held back and reading stops.
 *
 * The codec deals with everything that belongs to the connection and not to the message. Fields that are for the next hop only
 * (Connection and what it nominates, Keep-Alive, Proxy-Connection, Transfer-Encoding, Upgrade, HTTP2-Settings, TE but for
 * `trailers`) never reach the stream; Upgrade becomes `Headers.protocol`. In a response `connection: close` from above is an order to
 * close; the codec adds the field itself whenever it closes: the client asked for it, the connection drains, the
 * request is not complete when its response begins, a tunnel was refused, HTTP/1.0 without a length.
 *
 * Requests for a tunnel (Upgrade, CONNECT) do not end: their bytes flow as data after a 101, or a 2xx to CONNECT, was encoded, and
 * not a byte before that.
 */
export class H1ServerConnection implements ServerConnection, Deferred {
  readonly protocol: Protocol;
  readonly connection: Connection;
  readonly settings: H1ServerSettings;
  draining: boolean;
  private readonly callbacks: ServerCallbacks;
  private readonly secure: boolean;
  private phase: number;
  private stream: ServerStream | null;
  private readonly body: BodyReader;
  /** Of a head that came in pieces. */
  private collector: HeadCollector | null;
  /** Input that has to wait: `held[heldAt…]`. Reading is disabled while it is not null. */
  private held: Buffer | null;
  private heldAt: number;
  /** `consume` is under way, or will be at the end of the turn. */
  private consuming: boolean;
  private resuming: boolean;
  /** The client does not take what was written. */
  private blocked: boolean;
  /** `onFinished` was called. */
  private finished: boolean;

  constructor(connection: Connection, callbacks: ServerCallbacks, settings: H1ServerSettings) {
    this.protocol = 'HTTP/1.1';
    this.connection = connection;
    this.settings = settings;
    this.draining = false;
    this.callbacks = callbacks;
    this.secure = connection.tls !== null;
    this.phase = HEAD;
    this.stream = null;
    this.body = new BodyReader();
    this.collector = null;
    this.held = null;
    this.heldAt = 0;
    this.consuming = false;
    this.resuming = false;
    this.blocked = false;
    this.finished = false;
  }

  get activeStreams(): number {
    return this.stream === null ? 0 : 1;
  }

  get readingHead(): boolean {
    return this.collector !== null;
  }

  // ── input ───────────────────────────────────────────────────────────────────────────────────────────────────────

  onData(buffer: Buffer, start: number, end: number): void {
    if (this.held === null && !this.consuming) this.consume(buffer, start, end);
    else this.hold(buffer, start, end);
  }

  private consume(buffer: Buffer, start: number, end: number): void {
    let at = start;
    this.consuming = true;
    while (at < end) {
      if (this.phase === HEAD && !this.blocked) at = this.readHead(buffer, at, end);
      else if (this.phase === BODY) at = this.readBody(buffer, at, end);
      else if (this.phase === TUNNEL) at = this.readTunnel(buffer, at, end);
      else break;
    }
    this.consuming = false;
    if (this.phase === DEAD) this.dropHeld();
    else if (at < end) this.hold(buffer, at, end);
    else if (buffer === this.held) this.dropHeld();
  }

  private readHead(buffer: Buffer, start: number, end: number): number {
    let at = start;
    const { limits } = this.settings;
    if (this.collector === null) {
      // RFC 9112 §2.2: empty lines before a request line are ignored.
      while (buffer[at] === CR && at + 1 < end && buffer[at + 1] === LF) at += 2;
      if (at >= end) return end;
      if (input.find(buffer, at, end)) {
        const next = input.end;
        if (next - at > limits.maxBytes) this.refuse(new Headers(), FAULTS.HEADERS_TOO_LARGE);
        else this.begin(at);
        return next;
      }
      this.collector = new HeadCollector();
    }
    const { collector } = this;
    const next = collector.take(buffer, at, end, limits.maxBytes, limits.maxCount + 2);
    if (next === -1) return end;
    this.collector = null;
    if (next < 0) {
      this.refuse(new Headers(), collector.fault as Fault);
      return end;
    }
    if (collector.length > 2) {
      input.take(collector.bytes, 0, collector.length);
      this.begin(0);
    }
    return next;
  }

  /** The head in `input` is complete. */
  private begin(at: number): void {
    const headers = new Headers();
    const fault = head.read(input, at, headers, this.settings, this.secure);
    if (fault !== null) {
      // Envoy logs nothing of a request that its codec refuses.
      this.refuse(new Headers(), fault);
      return;
    }
    const stream = new ServerStream(this, head.http10, headers.method);
    stream.wireBytesReceived = headers.wireBytes;
    stream.headBytesReceived = headers.plainBytes;
    stream.close = head.close;
    stream.tunnel = head.tunnel;
    if (head.chunked) {
      this.body.beginChunks();
      this.phase = BODY;
    } else if (head.contentLength > 0) {
      this.body.beginLength(head.contentLength);
      this.phase = BODY;
    } else if (head.tunnel) {
      this.phase = TUNNEL_WAITING;
    } else {
      stream.requestComplete = true;
      this.phase = WAITING;
    }
    this.stream = stream;
    stream.decoder = this.callbacks.newStream(stream);
    if (stream.decoder === null) {
      this.stream = null;
      this.finish(!stream.requestComplete);
      return;
    }
    stream.decoder.decodeHeaders(headers, stream.requestComplete);
  }

  private readBody(buffer: Buffer, at: number, end: number): number {
    const stream = this.stream as ServerStream;
    const { body, settings } = this;
    const next = body.read(buffer, at, end, settings);
    stream.wireBytesReceived += next - at;
    const { done, fault, trailers } = body;
    if (fault !== null) {
      this.phase = DEAD;
      stream.close = true;
      stream.decoder?.onCodecError(fault);
      return end;
    }
    if (done) {
      if (stream.tunnel) {
        this.phase = stream.accepted ? TUNNEL : TUNNEL_WAITING;
      } else {
        this.phase = WAITING;
        stream.requestComplete = true;
      }
    }
    const ends = stream.requestComplete && trailers === null;
    if (body.to > body.from || ends) stream.decoder?.decodeData(buffer.subarray(body.from, body.to), ends);
    if (trailers !== null && this.stream === stream) stream.decoder?.decodeTrailers(trailers);
    return next;
  }

  private readTunnel(buffer: Buffer, at: number, end: number): number {
    const stream = this.stream as ServerStream;
    stream.wireBytesReceived += end - at;
    stream.decoder?.decodeData(buffer.subarray(at, end), false);
    return end;
  }

  /** A message without a stream: the owner answers, and that is the end. */
  private refuse(partial: Headers, fault: Fault): void {
    this.phase = DEAD;
    const stream = new ServerStream(this, false, partial.method);
    stream.wireBytesReceived = partial.wireBytes;
    stream.close = true;
    this.stream = stream;
    this.callbacks.onEarlyError(stream, partial, fault);
  }

  abandonHead(fault: Fault): void {
    if (this.collector === null) return;
    this.collector = null;
    this.refuse(new Headers(), fault);
  }

  // ── input that waits ────────────────────────────────────────────────────────────────────────────────────────────

  private hold(buffer: Buffer, start: number, end: number): void {
    if (this.phase === DEAD) return;
    const { held } = this;
    if (buffer === held) {
      this.heldAt = start;
      return;
    }
    if (held === null) {
      this.held = Buffer.from(buffer.subarray(start, end));
      this.connection.readDisable(true);
    } else if (held.length - this.heldAt + end - start > MOST_HELD) {
      this.connection.close(CLOSE_NO_FLUSH);
    } else {
      this.held = Buffer.concat([held.subarray(this.heldAt), buffer.subarray(start, end)]);
    }
    this.heldAt = 0;
  }

  private dropHeld(): void {
    if (this.held === null) return;
    this.held = null;
    this.connection.readDisable(false);
  }

  /** What was held back can go on: at the end of the turn, so that answers which come at once do not pile up on the stack. */
  private resume(): void {
    if (this.held === null || this.consuming || this.resuming) return;
    this.resuming = true;
    this.connection.dispatcher.defer(this);
  }

  onTurnEnd(): void {
    this.resuming = false;
    const { held } = this;
    if (held !== null && !this.consuming) this.consume(held, this.heldAt, held.length);
  }

  // ── from the stream ─────────────────────────────────────────────────────────────────────────────────────────────

  onResponseComplete(stream: ServerStream): void {
    this.stream = null;
    if (stream.close || stream.tunnel || this.draining) {
      this.finish(!stream.requestComplete || this.held !== null);
      return;
    }
    this.phase = HEAD;
    this.resume();
  }

  onStreamReset(stream: ServerStream): void {
    this.stream = null;
    this.finish(!stream.requestComplete);
  }

  onTunnelAccepted(): void {
    if (this.phase !== TUNNEL_WAITING) return;
    this.phase = TUNNEL;
    this.resume();
  }

  private finish(peerMaySend: boolean): void {
    this.phase = DEAD;
    if (!this.consuming) this.dropHeld();
    if (this.finished) return;
    this.finished = true;
    this.callbacks.onFinished(peerMaySend);
  }

  // ── from the connection ─────────────────────────────────────────────────────────────────────────────────────────

  onEnd(): void {
    const { stream } = this;
    if (this.phase === TUNNEL && stream !== null) {
      if (stream.requestComplete) return;
      stream.requestComplete = true;
      stream.decoder?.decodeData(NO_DATA, true);
      return;
    }
    this.gone();
    this.finish(false);
  }

  onClose(): void {
    this.gone();
  }

  /** The client went away: from its request, or in the middle of a head, which is told for the log. */
  private gone(): void {
    const { stream, collector } = this;
    this.phase = DEAD;
    this.stream = null;
    this.collector = null;
    this.dropHeld();
    if (stream !== null) {
      stream.onGone(FAULTS.DOWNSTREAM_RESET);
    } else if (collector !== null) {
      const last = new ServerStream(this, false, '');
      last.onGone(FAULTS.DOWNSTREAM_RESET);
      this.callbacks.onEarlyError(last, new Headers(), FAULTS.DOWNSTREAM_RESET);
    }
  }

  onAboveHighWatermark(): void {
    this.blocked = true;
    this.stream?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    this.blocked = false;
    this.stream?.onBelowLowWatermark();
    this.resume();
  }

  /**
   * The next response says `connection: close`, and `onFinished` follows it; one that has begun is followed by `onFinished` too.
   * An idle connection stays open for a request that may be on its way: its owner may close it any time.
   */
  drain(): void {
    this.draining = true;
  }
}
