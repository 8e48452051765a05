import type { Connection } from '../../net/connection.ts';
import type { RequestEncoder, ResponseDecoder, StreamCallbacks } from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { CONTENT_LENGTH } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { LOWER_CASE } from '../name-case.ts';
import { asksForTunnel } from '../upgrade.ts';
import { LAST_CHUNK, writeBytes, writeChunk } from './chunk-writer.ts';
import type { H1ClientConnection } from './client.ts';
import { CHUNKED, HeadWriter, NO_LENGTH, ZERO_LENGTH } from './head-writer.ts';
import { writeSpelledRequest } from './spelled-head.ts';

const writer = new HeadWriter();

/** Of a request line, beside method and target: two blanks, the version and the end of the line. */
const LINE_REST = 12;

/** Methods whose requests are not expected to have a body: without one they say nothing about it. */
const BODILESS: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'TRACE']);

/** Most bytes for a tunnel that are kept until the upstream accepts it. */
const MOST_EARLY = 1 << 16;

/** One request and its response. Writes the request; the connection reads the response and hands it to the decoder. */
export class ClientStream implements RequestEncoder {
  readonly connection: Connection;
  readonly decoder: ResponseDecoder;
  wireBytesReceived: number;
  wireBytesSent: number;
  headBytesReceived: number;
  headBytesSent: number;
  /** The request head is written: an answer may come. */
  sent: boolean;
  /** The request is written to its end. */
  complete: boolean;
  head: boolean;
  connect: boolean;
  /** What an upgrade asks for, '' otherwise. */
  protocol: string;
  /** The request asks for a tunnel; `accepted` when the response granted it. */
  tunnel: boolean;
  accepted: boolean;

  private readonly codec: H1ClientConnection;
  private callbacks: StreamCallbacks | null;
  private ended: boolean;
  private chunked: boolean;
  /** Of a request with a length: bytes that are still to come; -1 without. */
  private left: number;
  private readDisabled: number;
  /** What came for a tunnel before it was accepted. */
  private early: Buffer[] | null;
  private earlyBytes: number;
  private earlyEnd: boolean;

  constructor(codec: H1ClientConnection, decoder: ResponseDecoder) {
    this.connection = codec.connection;
    this.decoder = decoder;
    this.wireBytesReceived = 0;
    this.wireBytesSent = 0;
    this.headBytesReceived = 0;
    this.headBytesSent = 0;
    this.sent = false;
    this.complete = false;
    this.head = false;
    this.connect = false;
    this.protocol = '';
    this.tunnel = false;
    this.accepted = false;
    this.codec = codec;
    this.callbacks = null;
    this.ended = false;
    this.chunked = false;
    this.left = -1;
    this.readDisabled = 0;
    this.early = null;
    this.earlyBytes = 0;
    this.earlyEnd = false;
  }

  setCallbacks(callbacks: StreamCallbacks): void {
    this.callbacks = callbacks;
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    if (this.sent || this.ended) return;
    this.sent = true;
    const { method } = headers;
    this.head = method === 'HEAD';
    this.connect = method === 'CONNECT';
    this.protocol = headers.protocol;
    this.tunnel = asksForTunnel(headers);
    let length: Uint8Array = NO_LENGTH;
    if (headers.has(CONTENT_LENGTH)) {
      this.left = Number(headers.get(CONTENT_LENGTH));
    } else if (end) {
      if (!BODILESS.has(method)) length = ZERO_LENGTH;
    } else if (!this.tunnel) {
      length = CHUNKED;
      this.chunked = true;
    }
    const { connection } = this;
    const { nameCase, absoluteTargets } = this.codec.settings;
    const names = headers.spelling ?? nameCase;
    let target = (this.connect ? headers.authority : headers.path).length;
    let bytes: number;
    if (names === null && !absoluteTargets) {
      bytes = writer.request(connection, headers, length);
    } else {
      bytes = writeSpelledRequest(connection, headers, length, names ?? LOWER_CASE, absoluteTargets);
      if (absoluteTargets && !this.connect) target += headers.scheme.length + 3 + headers.authority.length;
    }
    this.wireBytesSent = bytes;
    this.headBytesSent = bytes - method.length - target - LINE_REST - 2;
    if (end) this.finish();
  }

  encodeData(data: Buffer, end: boolean): void {
    if (!this.sent || this.complete || this.ended) return;
    const { length } = data;
    // A request for a tunnel may have a body before it: as long as it said.
    if (this.tunnel && !this.accepted && this.left <= 0) {
      this.keepEarly(data, end);
      return;
    }
    if (length > 0) {
      if (this.chunked) {
        this.wireBytesSent += writeChunk(this.connection, data);
      } else if (!this.accepted && this.left >= 0 && length > this.left) {
        // More than was promised would be read as the next request.
        this.abort();
        return;
      } else {
        if (this.left >= 0) this.left -= length;
        this.connection.write(data);
        this.wireBytesSent += length;
      }
    }
    if (!end) return;
    if (this.chunked) this.wireBytesSent += writeBytes(this.connection, LAST_CHUNK);
    this.finish();
  }

  encodeTrailers(trailers: Headers): void {
    if (!this.sent || this.complete || this.ended) return;
    if (this.chunked) {
      this.wireBytesSent += this.codec.settings.enableTrailers
        ? writer.trailers(this.connection, trailers)
        : writeBytes(this.connection, LAST_CHUNK);
    }
    this.finish();
  }

  private finish(): void {
    if (this.left > 0 && !this.accepted) {
      this.abort();
      return;
    }
    this.complete = true;
    if (this.accepted) this.connection.end();
  }

  /** The upstream granted the tunnel: what waited for it may go. */
  accept(): void {
    this.accepted = true;
    const { early } = this;
    if (early === null) return;
    this.early = null;
    this.wireBytesSent += this.earlyBytes;
    for (let i = 0; i < early.length; i++) this.connection.write(early[i] as Buffer);
    this.callbacks?.onBelowLowWatermark();
    if (this.earlyEnd) this.finish();
  }

  private keepEarly(data: Buffer, end: boolean): void {
    this.earlyEnd = end;
    this.earlyBytes += data.length;
    if (this.earlyBytes > MOST_EARLY) {
      this.abort();
      return;
    }
    if (this.early === null) {
      this.early = [];
      this.callbacks?.onAboveHighWatermark();
    }
    this.early.push(Buffer.from(data));
  }

  private abort(): void {
    this.reset(FAULTS.REQUEST_LENGTH_MISMATCH);
    this.callbacks?.onReset(FAULTS.REQUEST_LENGTH_MISMATCH);
  }

  reset(_fault: Fault): void {
    if (this.ended) return;
    this.release();
    this.codec.onStreamReset(this);
  }

  readDisable(disable: boolean): void {
    if (this.ended) return;
    this.readDisabled += disable ? 1 : -1;
    this.connection.readDisable(disable);
  }

  /** The upstream is gone, or breaks the protocol. */
  onGone(fault: Fault): void {
    if (this.ended) return;
    this.release();
    this.callbacks?.onReset(fault);
  }

  onAboveHighWatermark(): void {
    if (!this.ended) this.callbacks?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    if (!this.ended) this.callbacks?.onBelowLowWatermark();
  }

  /** Nothing more comes from this stream, and nothing it is told matters. */
  release(): void {
    this.ended = true;
    this.early = null;
    for (; this.readDisabled > 0; this.readDisabled--) this.connection.readDisable(false);
  }
}
