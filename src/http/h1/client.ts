import { CLOSE_NO_FLUSH, type Connection } from '../../net/connection.ts';
import type { Protocol } from '../../telemetry/stream-info.ts';
import {
  type ClientCallbacks,
  type ClientConnection,
  LEFT_ASKED,
  LEFT_BROKEN,
  LEFT_SURPLUS,
  type LeaveReason,
  type RequestEncoder,
  type ResponseDecoder,
} from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { Headers } from '../headers.ts';
import { BodyReader } from './body-reader.ts';
import { ClientStream } from './client-stream.ts';
import { HeadCollector } from './head-collector.ts';
import { HeadInput } from './head-input.ts';
import { ResponseHead } from './response-head.ts';
import type { H1ClientSettings } from './settings.ts';

const IDLE = 0;
/** A response head is awaited, or has begun. */
const HEAD = 1;
const BODY = 2;
const TUNNEL = 3;
/** The response is complete and its stream is being told. */
const DONE = 4;
const DEAD = 5;

const NO_DATA = Buffer.alloc(0);

// Scratch, used within one call.
const input = new HeadInput();
const head = new ResponseHead();

/**
 * The client side of an HTTP/1.1 connection (RFC 9112): one exchange at a time, none in advance. Whatever cannot be the answer to what
 * was asked (bytes while nothing is asked, more than one answer, a 101 that nobody wanted, framing that could be read in two
 * ways) ends the connection, and it is never used again.
 *
 * Fields that are for us only (Connection and what it nominates, Keep-Alive, Proxy-Connection, Transfer-Encoding, Upgrade but for a 101)
 * never reach the decoder.
 */
export class H1ClientConnection implements ClientConnection {
  readonly protocol: Protocol;
  readonly connection: Connection;
  readonly settings: H1ClientSettings;
  private readonly callbacks: ClientCallbacks;
  private phase: number;
  private stream: ClientStream | null;
  private readonly body: BodyReader;
  private collector: HeadCollector | null;
  /** The response said that it is the last one, or we did. */
  private last: boolean;
  /** More came than the response that was asked for. */
  private surplus: boolean;
  /** `onGoAway` was called. */
  private left: boolean;

  constructor(connection: Connection, callbacks: ClientCallbacks, settings: H1ClientSettings) {
    this.protocol = 'HTTP/1.1';
    this.connection = connection;
    this.settings = settings;
    this.callbacks = callbacks;
    this.phase = IDLE;
    this.stream = null;
    this.body = new BodyReader();
    this.collector = null;
    this.last = false;
    this.surplus = false;
    this.left = false;
  }

  get available(): number {
    return this.phase === IDLE && this.stream === null && !this.last && this.connection.open ? 1 : 0;
  }

  get activeStreams(): number {
    return this.stream === null ? 0 : 1;
  }

  newStream(decoder: ResponseDecoder): RequestEncoder {
    const stream = new ClientStream(this, decoder);
    this.stream = stream;
    this.phase = HEAD;
    return stream;
  }

  // ── input ───────────────────────────────────────────────────────────────────────────────────────────────────────

  onData(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      switch (this.phase) {
        case HEAD:
          at = this.readHead(buffer, at, end);
          break;
        case BODY:
          at = this.readBody(buffer, at, end);
          break;
        case TUNNEL:
          if (this.stream !== null) this.readTunnel(this.stream, buffer.subarray(at, end));
          return;
        case IDLE:
          this.leave(LEFT_SURPLUS);
          return;
        default:
          return;
      }
    }
  }

  private readTunnel(stream: ClientStream, data: Buffer): void {
    stream.wireBytesReceived += data.length;
    stream.decoder.decodeData(data, false);
  }

  private readHead(buffer: Buffer, at: number, end: number): number {
    const stream = this.stream as ClientStream;
    // An answer to nothing: whatever it was, the request was not looked at.
    if (!stream.sent) return this.fail(FAULTS.CONNECTION_TERMINATION, end);
    const { limits } = this.settings;
    if (this.collector === null) {
      if (input.find(buffer, at, end)) {
        const next = input.end;
        if (next - at > limits.maxBytes) return this.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR, end);
        this.begin(stream, at, next < end);
        return next;
      }
      this.collector = new HeadCollector();
    }
    const { collector } = this;
    const next = collector.take(buffer, at, end, limits.maxBytes, limits.maxCount + 2);
    if (next === -1) return end;
    this.collector = null;
    if (next < 0) return this.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR, end);
    input.take(collector.bytes, 0, collector.length);
    this.begin(stream, 0, next < end);
    return next;
  }

  /** The head in `input` is complete; `more` bytes follow it. */
  private begin(stream: ClientStream, at: number, more: boolean): void {
    const headers = new Headers();
    const fault = head.read(input, at, headers, this.settings);
    const { status } = headers;
    stream.wireBytesReceived += headers.wireBytes;
    stream.headBytesReceived += headers.plainBytes;
    if (fault !== null || (status === 101 && (!stream.tunnel || stream.connect))) {
      this.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR, 0);
      return;
    }
    if (status < 200 && status !== 101) {
      stream.decoder.decodeInformational(headers);
      return;
    }
    if (head.close) this.last = true;
    if (status === 101 || (stream.connect && status < 300)) {
      this.phase = TUNNEL;
      this.last = true;
      // Nothing else can be meant by one that does not say.
      if (status === 101 && headers.protocol === '') headers.protocol = stream.protocol;
      stream.decoder.decodeHeaders(headers, false);
      if (this.stream === stream) stream.accept();
      return;
    }
    // A refused tunnel leaves the upstream in doubt about what comes next.
    if (stream.tunnel) this.last = true;
    if (this.startBody(stream, status)) {
      this.phase = BODY;
      stream.decoder.decodeHeaders(headers, false);
      return;
    }
    if (more) this.surplus = true;
    this.phase = DONE;
    stream.decoder.decodeHeaders(headers, true);
    this.complete(stream);
  }

  /** RFC 9112 §6.3; false when there is no body. */
  private startBody(stream: ClientStream, status: number): boolean {
    if (stream.head || status === 304 || status === 204) return false;
    if (head.chunked) {
      this.body.beginChunks();
    } else if (head.contentLength >= 0) {
      if (head.contentLength === 0) return false;
      this.body.beginLength(head.contentLength);
    } else {
      this.body.beginAll();
      this.last = true;
    }
    return true;
  }

  private readBody(buffer: Buffer, at: number, end: number): number {
    const stream = this.stream as ClientStream;
    const { body } = this;
    const next = body.read(buffer, at, end, this.settings);
    stream.wireBytesReceived += next - at;
    const { done, fault, trailers } = body;
    if (fault !== null) return this.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR, end);
    if (done) {
      if (next < end) this.surplus = true;
      this.phase = DONE;
    }
    const ends = done && trailers === null;
    if (body.to > body.from || ends) stream.decoder.decodeData(buffer.subarray(body.from, body.to), ends);
    if (trailers !== null && this.stream === stream) stream.decoder.decodeTrailers(trailers);
    if (done) this.complete(stream);
    return next;
  }

  // ── how exchanges and the connection end ────────────────────────────────────────────────────────────────────────

  /** The response was handed over to its end. */
  private complete(stream: ClientStream): void {
    if (this.stream !== stream) return;
    this.stream = null;
    stream.release();
    if (this.surplus || this.last || !stream.complete) {
      this.leave(this.surplus ? LEFT_SURPLUS : this.last ? LEFT_ASKED : LEFT_BROKEN);
    } else {
      this.phase = IDLE;
    }
    this.callbacks.onStreamFree(this, false);
  }

  /** The exchange breaks off, and the connection with it. Returns `at`. */
  private fail(fault: Fault, at: number): number {
    const { stream } = this;
    this.stream = null;
    this.collector = null;
    this.leave(LEFT_BROKEN);
    if (stream !== null) {
      stream.onGone(fault);
      this.callbacks.onStreamFree(this, true);
    }
    return at;
  }

  onStreamReset(stream: ClientStream): void {
    if (this.stream !== stream) return;
    this.stream = null;
    this.collector = null;
    // Nothing of it was written: the connection is as good as before.
    if (!stream.sent && this.connection.open && !this.last) this.phase = IDLE;
    else this.leave(LEFT_BROKEN);
    this.callbacks.onStreamFree(this, true);
  }

  private leave(why: LeaveReason): void {
    this.phase = DEAD;
    this.connection.close(CLOSE_NO_FLUSH);
    if (this.left) return;
    this.left = true;
    this.callbacks.onGoAway(this, why);
  }

  onEnd(): void {
    const { stream } = this;
    if (stream === null) {
      this.leave(LEFT_BROKEN);
    } else if (this.phase === TUNNEL || (this.phase === BODY && this.body.untilClose)) {
      this.phase = DONE;
      this.last = true;
      stream.decoder.decodeData(NO_DATA, true);
      this.complete(stream);
    } else {
      this.onCut();
    }
  }

  onClose(): void {
    this.onCut();
  }

  /** Envoy says that half of a response breaks the protocol, and that none at all is the end of the connection. */
  private onCut(): void {
    const begun = (this.phase === BODY && !this.body.untilClose) || this.collector !== null;
    this.fail(begun ? FAULTS.UPSTREAM_PROTOCOL_ERROR : FAULTS.CONNECTION_TERMINATION, 0);
  }

  onAboveHighWatermark(): void {
    this.stream?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    this.stream?.onBelowLowWatermark();
  }

  drain(): void {
    this.last = true;
    if (this.stream === null) this.leave(LEFT_BROKEN);
  }

  close(): void {
    this.connection.close(CLOSE_NO_FLUSH);
  }
}
