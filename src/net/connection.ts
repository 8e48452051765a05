/**
 * A connected byte stream as codecs and network filters see it (contracts 2, 3 and 7). The implementation is in
 * socket-connection.ts; tests use test/support doubles.
 *
 * ## Who owns a buffer (contract 3)
 *
 * Bytes handed to `onData` and everything sliced from them (a `Buffer` given to `decodeData`/`encodeData`) are *borrowed*:
 * valid until the callback returns, because the worker reads the next socket into the same memory. `Connection.write`
 * knows this and deals with it (small pieces are copied into the gather buffer, large ones are written in place and the
 * read buffer is set aside when the kernel did not take everything). Whoever else wants to keep bytes copies them, and
 * charges them to a limit first.
 *
 * ## When bytes leave
 *
 * Writes are gathered and leave once per connection and turn of the event loop (`Dispatcher.markDirty`), or earlier when
 * the gather buffer is full. `bufferedBytes` counts what the kernel has not taken.
 */
import type { Address } from '../base/address.ts';
import type { ConnectTimes, TlsInfo } from '../telemetry/stream-info.ts';
import type { Dispatcher } from './dispatcher.ts';

/** How to end a connection. */
/**
 * Write what is gathered, then FIN. Input is read and dropped until the peer's FIN, because closing over unread input would be an
 * RST that takes unread output with it; a peer that takes nothing for a second (LINGER_MS) is cut off.
 */
export const CLOSE_FLUSH = 0 as const;
export const CLOSE_NO_FLUSH = 1 as const; // FIN or RST at once, gathered bytes are dropped
export const CLOSE_RESET = 2 as const; // RST
export type CloseType = typeof CLOSE_FLUSH | typeof CLOSE_NO_FLUSH | typeof CLOSE_RESET;

/** Who ended it. */
export const CLOSED_LOCAL = 0 as const;
export const CLOSED_REMOTE = 1 as const; // FIN, or RST
export const CLOSED_ERROR = 2 as const; // connect or socket error; `Connection.errorText` says which
export type ClosedBy = typeof CLOSED_LOCAL | typeof CLOSED_REMOTE | typeof CLOSED_ERROR;

export interface ConnectionCallbacks {
  /** Only for connections that we opened: TCP (and TLS) is established. */
  onConnected(): void;
  /** `buffer[start, end)` is borrowed: see above. Must consume everything. */
  onData(buffer: Buffer, start: number, end: number): void;
  /** The peer will send nothing more (FIN). The writing side stays usable. */
  onEnd(): void;
  /**
   * Last call on this object. `Connection` methods are no-ops from here on. Never from within `close()`: after CLOSE_NO_FLUSH and
   * CLOSE_RESET it comes at the end of the turn, after CLOSE_FLUSH when the descriptor is closed. CLOSED_REMOTE also when both
   * sides sent their FIN and the peer's came first. Whoever relays two connections closes the other with CLOSE_FLUSH then: it may
   * still have bytes to deliver.
   */
  onClose(by: ClosedBy): void;
  /** `bufferedBytes` rose above the high watermark: stop producing. */
  onAboveHighWatermark(): void;
  /** `bufferedBytes` fell below half of the high watermark: go on. */
  onBelowLowWatermark(): void;
}

export interface Connection extends ConnectTimes {
  readonly id: number;
  readonly dispatcher: Dispatcher;
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  readonly tls: TlsInfo | null;
  /** Names the transport problem for `%UPSTREAM_TRANSPORT_FAILURE_REASON%` and logs; '' when there was none. */
  readonly errorText: string;
  /** False from a `close()` on, and when the socket is gone. */
  readonly open: boolean;
  bytesReceived: number;
  bytesSent: number;

  setCallbacks(callbacks: ConnectionCallbacks): void;

  /**
   * Room to write small pieces in place: returns a buffer with at least `bytes` (≤ GATHER_BYTES) free from `outAt` on.
   * The caller writes there and then advances `outAt`. Marks the connection dirty.
   */
  reserve(bytes: number): Buffer;
  outAt: number;

  /** Appends a latin1 string (an HTTP/1.1 head). */
  writeLatin1(text: string): void;
  /** Appends bytes, borrowed or owned. */
  write(data: Buffer): void;
  /** Sends what is gathered now instead of at the end of the turn. */
  flush(): void;
  /** Half-close: FIN after what is gathered. */
  end(): void;
  close(type: CloseType): void;

  /** Gathered plus queued bytes that the kernel has not taken. */
  readonly bufferedBytes: number;
  /** High watermark in bytes (`per_connection_buffer_limit_bytes`); low is half of it. 0: no watermark. */
  setBufferLimit(bytes: number): void;

  /** Counted: reading stops at the first `true` and goes on when every one was taken back. */
  readDisable(disable: boolean): void;
  setNoDelay(on: boolean): void;
}

/** Most that `reserve` can be asked for. */
export const GATHER_BYTES = 16384;
