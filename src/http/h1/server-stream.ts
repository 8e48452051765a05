import { CLOSE_RESET, type Connection } from '../../net/connection.ts';
import type { Protocol } from '../../telemetry/stream-info.ts';
import type { RequestDecoder, ResponseEncoder, StreamCallbacks } from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { CONNECTION, CONTENT_LENGTH } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { LAST_CHUNK, writeBytes, writeChunk } from './chunk-writer.ts';
import { CHUNKED, CLOSE, HeadWriter, KEEP_ALIVE, NO_LENGTH, NO_OPTION, ZERO_LENGTH } from './head-writer.ts';
import type { H1ServerConnection } from './server.ts';
import { writeSpelledResponse } from './spelled-head.ts';
import { statusLine } from './status-text.ts';

const writer = new HeadWriter();

const SAYS_CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;

/** One request and its response. Made by the connection, which reads the request; writes the response. */
export class ServerStream implements ResponseEncoder {
  readonly connection: Connection;
  readonly protocol: Protocol;
  decoder: RequestDecoder | null;
  wireBytesReceived: number;
  wireBytesSent: number;
  headBytesReceived: number;
  headBytesSent: number;
  /** The connection ends with this exchange. */
  close: boolean;
  /** The request was read to its end. */
  requestComplete: boolean;
  /** The request asks for a tunnel; `accepted` when the response granted it. */
  tunnel: boolean;
  accepted: boolean;

  private readonly codec: H1ServerConnection;
  private readonly http10: boolean;
  private readonly head: boolean;
  private readonly connect: boolean;
  private callbacks: StreamCallbacks | null;
  private started: boolean;
  private ended: boolean;
  /** Nothing may follow the response head. */
  private bodiless: boolean;
  private chunked: boolean;
  private untilClose: boolean;
  /** Of a response with a length: bytes that are still to come; -1 without. */
  private left: number;
  private readDisabled: number;

  constructor(codec: H1ServerConnection, http10: boolean, method: string) {
    this.connection = codec.connection;
    this.protocol = http10 ? 'HTTP/1.0' : 'HTTP/1.1';
    this.decoder = null;
    this.wireBytesReceived = 0;
    this.wireBytesSent = 0;
    this.headBytesReceived = 0;
    this.headBytesSent = 0;
    this.close = false;
    this.requestComplete = false;
    this.tunnel = false;
    this.accepted = false;
    this.codec = codec;
    this.http10 = http10;
    this.head = method === 'HEAD';
    this.connect = method === 'CONNECT';
    this.callbacks = null;
    this.started = false;
    this.ended = false;
    this.bodiless = false;
    this.chunked = false;
    this.untilClose = false;
    this.left = -1;
    this.readDisabled = 0;
  }

  setCallbacks(callbacks: StreamCallbacks): void {
    this.callbacks = callbacks;
  }

  encodeInformational(headers: Headers): void {
    // RFC 9110 §15.2: not to an HTTP/1.0 client.
    if (this.started || this.ended || this.http10) return;
    this.writeHead(headers, NO_OPTION, NO_LENGTH, false);
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    if (this.started || this.ended) return;
    this.started = true;
    const { status } = headers;
    this.accepted = this.tunnel && !end && (status === 101 || (this.connect && status >= 200 && status < 300));
    if (this.codec.draining || (!this.requestComplete && !this.accepted) || saysClose(headers)) this.close = true;

    let length: Uint8Array = NO_LENGTH;
    let keepLength = true;
    if (this.accepted || status < 200 || status === 204) {
      keepLength = false;
      this.bodiless = !this.accepted;
    } else if (headers.has(CONTENT_LENGTH)) {
      this.bodiless = this.head || status === 304;
      if (!this.bodiless) this.left = Number(headers.get(CONTENT_LENGTH));
    } else if (this.head || status === 304) {
      // What a GET would have been told (RFC 9110 §9.3.2), as far as one can know.
      this.bodiless = true;
      if (this.head && status !== 304 && !this.http10) length = CHUNKED;
    } else if (end) {
      length = ZERO_LENGTH;
    } else if (this.http10) {
      this.untilClose = true;
      this.close = true;
    } else {
      length = CHUNKED;
      this.chunked = true;
    }
    // What follows an accepted tunnel is no HTTP: nothing is said about the next request.
    const option = this.accepted ? NO_OPTION : this.close ? CLOSE : this.http10 ? KEEP_ALIVE : NO_OPTION;
    this.writeHead(headers, option, length, keepLength);
    if (end) this.finish();
    else if (this.accepted) this.codec.onTunnelAccepted();
  }

  private writeHead(headers: Headers, option: Uint8Array, length: Uint8Array, keepLength: boolean): void {
    const { connection, http10 } = this;
    const names = headers.spelling ?? this.codec.settings.nameCase;
    const bytes =
      names === null
        ? writer.response(connection, headers, http10, option, length, keepLength)
        : writeSpelledResponse(connection, headers, http10, option, length, keepLength, names);
    this.wireBytesSent += bytes;
    this.headBytesSent += bytes - statusLine(headers.status, http10).length - 2;
  }

  encodeData(data: Buffer, end: boolean): void {
    if (!this.started || this.ended) return;
    const { length } = data;
    if (length > 0 && !this.bodiless) {
      if (this.chunked) {
        this.wireBytesSent += writeChunk(this.connection, data);
      } else if (this.left >= 0 && length > this.left) {
        // More than was promised would be read as the next response.
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
    if (!this.started || this.ended) return;
    if (this.chunked) {
      this.wireBytesSent += this.codec.settings.enableTrailers
        ? writer.trailers(this.connection, trailers)
        : writeBytes(this.connection, LAST_CHUNK);
    }
    this.finish();
  }

  /** The response is over. Less than was promised leaves the client waiting for it, so the connection ends. */
  private finish(): void {
    if (this.left > 0) {
      this.abort();
      return;
    }
    this.release();
    this.codec.onResponseComplete(this);
  }

  /** A response that breaks off: the client must not take it for a whole one. */
  private abort(): void {
    this.release();
    this.codec.onStreamReset(this);
    this.callbacks?.onReset(FAULTS.RESPONSE_LENGTH_MISMATCH);
  }

  reset(_fault: Fault): void {
    if (this.ended) return;
    this.release();
    if (this.untilClose) this.connection.close(CLOSE_RESET);
    this.codec.onStreamReset(this);
  }

  readDisable(disable: boolean): void {
    if (this.ended) return;
    this.readDisabled += disable ? 1 : -1;
    this.connection.readDisable(disable);
  }

  /** The client is gone, or the codec gives up. */
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

  private release(): void {
    this.ended = true;
    for (; this.readDisabled > 0; this.readDisabled--) this.connection.readDisable(false);
  }
}

/** Whoever answers wants the connection closed: filters and configurations say so with the field that HTTP/1.1 has for it. */
function saysClose(headers: Headers): boolean {
  if ((headers.mask & CONNECTION.bit) === 0) return false;
  const value = headers.joined(CONNECTION);
  return value !== undefined && SAYS_CLOSE.test(value);
}
