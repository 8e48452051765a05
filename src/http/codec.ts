/**
 * Streams as they pass between codecs, the connection manager and the router (contract 2). No protocol shows here: the
 * same four interfaces serve HTTP/1.1 and HTTP/2 on both sides.
 *
 *     downstream codec ──RequestDecoder──▶ stream ──RequestEncoder──▶ upstream codec
 *     downstream codec ◀─ResponseEncoder── stream ◀─ResponseDecoder── upstream codec
 *
 * Order of calls on a decoder or encoder: headers, data*, trailers?; exactly one of these carries the end (`end` true, or
 * trailers). After an end or a reset nothing follows. `data` is borrowed (net/connection.ts) and may be empty only with `end`.
 *
 * Back-pressure: whoever buffers calls `readDisable(true)` on the *source*; encoders report their own buffers through
 * `StreamCallbacks`. Every `true` is taken back by one `false`.
 */

import type { Connection } from '../net/connection.ts';
import type { ByteMeter, Protocol } from '../telemetry/stream-info.ts';
import type { Fault } from './faults.ts';
import type { Headers } from './headers.ts';

/** What an encoder tells the side that writes into it. */
export interface StreamCallbacks {
  /** The peer reset the stream, the connection died, or the codec gave up. Nothing follows. */
  onReset(fault: Fault): void;
  /** Bytes queued behind this stream passed the high watermark: stop writing, stop reading at the source. */
  onAboveHighWatermark(): void;
  onBelowLowWatermark(): void;
}

interface StreamEncoder extends ByteMeter {
  encodeData(data: Buffer, end: boolean): void;
  /** Ends the stream. */
  encodeTrailers(trailers: Headers): void;
  /** Abandons the stream: RST_STREAM, or closing an HTTP/1.1 connection that cannot be reused. Idempotent. */
  reset(fault: Fault): void;
  /** Stops (counted) reading from the peer for this stream. */
  readDisable(disable: boolean): void;
  /** The connection under the stream, for addresses, identity and limits. */
  readonly connection: Connection;
  setCallbacks(callbacks: StreamCallbacks): void;
}

/** Server side, outwards. One per request. */
export interface ResponseEncoder extends StreamEncoder {
  /** 1xx other than 101: may repeat, before `encodeHeaders`. */
  encodeInformational(headers: Headers): void;
  encodeHeaders(headers: Headers, end: boolean): void;
  readonly protocol: Protocol;
  /** Bytes of this request and of its answer on the wire so far: heads, framing and bodies. */
  readonly wireBytesReceived: number;
  readonly wireBytesSent: number;
}

/** Server side, inwards: the connection manager's stream. */
export interface RequestDecoder {
  decodeHeaders(headers: Headers, end: boolean): void;
  decodeData(data: Buffer, end: boolean): void;
  decodeTrailers(trailers: Headers): void;
  /**
   * The codec refuses the rest of this request: the stream answers with the fault's local reply if no response has begun
   * (the codec closes the connection after it when `fault.closes`), and is over.
   */
  onCodecError(fault: Fault): void;
}

/** Client side, outwards. One per attempt. */
export interface RequestEncoder extends StreamEncoder {
  encodeHeaders(headers: Headers, end: boolean): void;
}

/** Client side, inwards: an attempt of the router. */
export interface ResponseDecoder {
  decodeInformational(headers: Headers): void;
  decodeHeaders(headers: Headers, end: boolean): void;
  decodeData(data: Buffer, end: boolean): void;
  decodeTrailers(trailers: Headers): void;
}

/** What a server codec calls for each new request. Returns null to refuse (draining): the codec answers nothing and closes. */
export interface ServerCallbacks {
  newStream(encoder: ResponseEncoder): RequestDecoder | null;
  /**
   * A message so broken that there is no stream yet (bad request line, head too large). The connection manager makes a stream
   * that only answers and logs; the codec closes after the answer.
   */
  onEarlyError(encoder: ResponseEncoder, partial: Headers, fault: Fault): void;
  /**
   * HTTP/2: the client broke the protocol or floods us. Its streams were reset with this fault; `onFinished` follows.
   */
  onConnectionError?(fault: Fault): void;
  /**
   * Everything that the codec will ever write is written: the owner closes the connection. `peerMaySend` when the last request
   * was not read to its end: closing at once could reset the connection and take the answer with it (delayed_close_timeout).
   */
  onFinished(peerMaySend: boolean): void;
}

/** One HTTP connection, server side. The connection manager owns it and feeds it. */
export interface ServerConnection {
  readonly protocol: Protocol;
  onData(buffer: Buffer, start: number, end: number): void;
  onEnd(): void;
  /** The socket is gone: resets every stream. */
  onClose(): void;
  onAboveHighWatermark(): void;
  onBelowLowWatermark(): void;
  /** Says goodbye: `connection: close` on the next response, or GOAWAY twice. `onFinished` when the last stream ended. */
  drain(): void;
  /** Streams that have not ended. */
  readonly activeStreams: number;
  /** A request head has begun and is not complete: request_headers_timeout runs. */
  readonly readingHead: boolean;
  /** Gives up on that head: `onEarlyError` with what was read of it and this fault. No-op when none is being read. */
  abandonHead(fault: Fault): void;
}

/** One HTTP connection, client side; belongs to a pool, which feeds it. */
export interface ClientConnection {
  readonly protocol: Protocol;
  onData(buffer: Buffer, start: number, end: number): void;
  /** FIN: ends a body that reads until close, resets a stream that lacks bytes. The pool closes HTTP/1.1 connections after it. */
  onEnd(): void;
  /** The socket is gone: resets every stream. */
  onClose(): void;
  onAboveHighWatermark(): void;
  onBelowLowWatermark(): void;
  /** Starts a request. Only when `available > 0`. */
  newStream(decoder: ResponseDecoder): RequestEncoder;
  /** Streams that may be started now: 0 or 1 for HTTP/1.1. HTTP/2 may run more than the peer allows by now: 0 or less then. */
  readonly available: number;
  readonly activeStreams: number;
  readonly connection: Connection;
  /** Finishes what runs, takes nothing new. */
  drain(): void;
  close(): void;
}

/** Why a client connection takes nothing new. */
export const LEFT_ASKED = 0 as const; // the peer said so: `connection: close`, GOAWAY
export const LEFT_SURPLUS = 1 as const; // bytes that nobody asked for
export const LEFT_BROKEN = 2 as const; // a reset, the end of the socket, an answer before the end of the request, our own drain
export const LEFT_PROTOCOL = 3 as const; // HTTP/2: the peer broke the protocol of the connection
export type LeaveReason = typeof LEFT_ASKED | typeof LEFT_SURPLUS | typeof LEFT_BROKEN | typeof LEFT_PROTOCOL;

/** What a client codec tells its pool. */
export interface ClientCallbacks {
  /**
   * Once for each stream that was started: it is over, both ways, by its end or (`broken`) a reset of either side, and its slot is free.
   * `available` has grown where the connection can be used again.
   */
  onStreamFree(connection: ClientConnection, broken: boolean): void;
  /** Nothing new may start here. Once, before the `onStreamFree` of a stream that ends with it. */
  onGoAway(connection: ClientConnection, why: LeaveReason): void;
  /**
   * HTTP/2 only: the peer's SETTINGS say how many streams may run, `available + activeStreams` of them. After the first SETTINGS, whatever
   * they name, and whenever the number changes.
   */
  onCapacity?(connection: ClientConnection): void;
}

/** Limits of a head, charged before bytes are stored. */
export interface HeadLimits {
  /** `max_request_headers_kb` in bytes; the request line counts. Default 60 KiB. */
  readonly maxBytes: number;
  /** `max_headers_count`. Default 100. */
  readonly maxCount: number;
}
