import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Address } from '../base/address.ts';
import type { TlsInfo } from '../telemetry/stream-info.ts';
import { CLOSED_ERROR, CLOSED_REMOTE, type ClosedBy, GATHER_BYTES } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Block } from './loop-memory.ts';
import { isDirect, TLS_WRITING, type TlsWriter, writeTls } from './node-tls.ts';
import { SocketConnection } from './socket-connection.ts';
import { isReset, type SocketError } from './socket-errors.ts';
import { listenForHandshake } from './socket-events.ts';
import { READS_EVENTS, READS_STATIC } from './socket-options.ts';
import { brokenSocketText, isTlsError, tlsErrorText } from './tls-errors.ts';

/** Pieces from this size on are encrypted where they are instead of being copied into the gather buffer. */
const IN_PLACE_BYTES = 8192;

/** Who made the connection and decides about its peer. */
export interface TlsOwner {
  /** The handshake is done and no byte of the application was read. '' to go on, or why the peer is refused. */
  onSecure(connection: TlsConnection): string;
  /** After `onSecure` returned '': the connection may be used. Before `onConnected`. */
  onEstablished(connection: TlsConnection): void;
  /** Something of the TLS protocol failed, during the handshake or later. */
  onTlsError(error: SocketError): void;
  /** It ended before it was established; `onClose` follows. `reason` is what `errorText` says. */
  onHandshakeFailed(connection: TlsConnection, reason: string): void;
}

export interface TlsConnectionOptions {
  readonly dispatcher: Dispatcher;
  readonly socket: TLSSocket;
  /** Null: asked from the socket. */
  readonly localAddress: Address | null;
  readonly remoteAddress: Address;
  readonly owner: TlsOwner;
  /** Taken from a listener: TCP stands, and nobody waits for `onConnected`. */
  readonly accepted: boolean;
}

const NO_BLOCKS: readonly Block[] = Object.freeze([]);

/**
 * A connection on a `tls.TLSSocket`: not open for its user until the handshake is done and the peer was checked.
 *
 * Writing: OpenSSL takes its input at once and Node tells later when it has left, so nothing needs to be kept under a write, there
 * is one write at a time, and what comes meanwhile waits in gather blocks and leaves with the next one. Reading: what was decrypted
 * together arrives together, also after reading was paused, and then waits here (one socket read at most).
 */
export class TlsConnection extends SocketConnection implements TlsWriter {
  declare readonly socket: TLSSocket & SocketConnection['socket'];
  private readonly owner: TlsOwner;
  private readonly accepted: boolean;
  private tcpConnected: boolean;
  private established: boolean;
  private failed: boolean;
  /** Bytes of the write under way. */
  private writing: number;
  /** Full blocks behind it; the last may be shorter by what `lastLength` says. */
  private waiting: Block[] | null;
  private waitingLengths: number[] | null;
  private finWanted: boolean;
  private endWaits: boolean;

  constructor(options: TlsConnectionOptions) {
    super({
      dispatcher: options.dispatcher,
      socket: options.socket as Socket,
      readMode: isDirect(options.socket) ? READS_STATIC : READS_EVENTS,
      localAddress: options.localAddress,
      remoteAddress: options.remoteAddress,
      tls: null,
      connected: false,
    });
    this.owner = options.owner;
    this.accepted = options.accepted;
    this.tcpConnected = options.accepted;
    this.established = false;
    this.failed = false;
    this.writing = 0;
    this.waiting = null;
    this.waitingLengths = null;
    this.finWanted = false;
    this.endWaits = false;
    listenForHandshake(this.socket);
  }

  setTls(info: TlsInfo): void {
    this.tls = info;
  }

  // ── handshake ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** TCP stands; the handshake begins by itself. */
  override onConnected(): void {
    this.tcpConnected = true;
    this.connectEnd = this.dispatcher.timers.now;
  }

  onSecure(): void {
    if (this.established || !this.open || this.socket.destroyed) return;
    const refusal = this.owner.onSecure(this);
    if (refusal !== '') {
      this.errorText = refusal;
      this.closedBy = CLOSED_ERROR;
      this.open = false;
      this.socket.destroy();
      return;
    }
    this.established = true;
    this.secureEnd = this.dispatcher.timers.now;
    this.connecting = false;
    this.blocked = false;
    this.owner.onEstablished(this);
    if (!this.open) return;
    if (!this.accepted) this.callbacks?.onConnected();
    if (this.open) this.writeWaiting();
  }

  // ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  override onRead(end: number, buffer: Buffer): void {
    if (this.disabled === 0 && this.early === null && this.established) {
      super.onRead(end, buffer);
      return;
    }
    this.memory.stay = true;
    this.keepEarly(Buffer.from(buffer.subarray(0, end)));
  }

  override onOwnData(data: Buffer): void {
    if (this.disabled === 0 && this.early === null && this.established) super.onOwnData(data);
    else this.keepEarly(data);
  }

  /** Came after reading was paused. */
  private keepEarly(data: Buffer): void {
    // Nothing is read before the peer was checked; a peer that was refused is not listened to.
    if (!this.open) return;
    this.early = this.early === null ? data : Buffer.concat([this.early, data]);
  }

  override onEnded(): void {
    if (!this.established) {
      this.fail('');
      return;
    }
    if (this.early !== null || this.disabled > 0) this.endWaits = true;
    else super.onEnded();
  }

  protected override resume(): void {
    super.resume();
    if (this.endWaits && this.early === null && this.disabled === 0) {
      this.endWaits = false;
      super.onEnded();
    }
  }

  // ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

  override write(data: Buffer): void {
    if (this.readMode !== READS_STATIC) {
      super.write(data);
      return;
    }
    const { length } = data;
    if (length === 0 || !this.open || this.ended) return;
    if (length < IN_PLACE_BYTES || this.blocked) this.append(data);
    else this.send(data, null);
  }

  protected override sendFull(): void {
    this.send(null, null);
  }

  protected override send(large: Buffer | null, owner: Block | null): void {
    if (this.readMode !== READS_STATIC) {
      super.send(large, owner);
      return;
    }
    const { gather } = this;
    const n = this.outAt;
    this.outAt = 0;
    this.gather = null;
    this.bytesSent += large === null ? n : n + large.length;
    if (this.socket.destroyed) {
      if (gather !== null) this.memory.release(gather);
    } else if (this.blocked) {
      // `write` copies while something is under way, so there is no large piece here.
      if (gather !== null) this.wait(gather, n);
    } else if (gather === null) {
      if (large !== null) this.begin(large, large.length);
    } else {
      const head = n === GATHER_BYTES ? gather.buffer : gather.buffer.subarray(0, n);
      if (large === null) this.begin(head, n);
      else this.begin([head, large], n + large.length);
      this.memory.release(gather);
    }
    if (this.limit !== 0) this.checkHigh();
  }

  private begin(data: Buffer | readonly Buffer[], length: number): void {
    if (length === 0 || writeTls(this.socket, data, this) !== TLS_WRITING) return;
    this.writing = length;
    this.queued = length;
    this.blocked = true;
  }

  private wait(block: Block, length: number): void {
    this.waiting ??= [];
    this.waitingLengths ??= [];
    this.waiting.push(block);
    this.waitingLengths.push(length);
    this.queued += length;
  }

  onWritten(status: number): void {
    if (this.reported) return;
    this.queued -= this.writing;
    this.writing = 0;
    this.blocked = false;
    // The socket hears of what went wrong by reading; but a peer that only shut its door is noticed here alone.
    if (status < 0 && !this.socket.destroyed) {
      this.closedBy ??= CLOSED_REMOTE;
      this.socket.destroy();
      return;
    }
    this.writeWaiting();
    this.checkLow();
  }

  /** What came while the last write was under way, and the FIN behind it. */
  private writeWaiting(): void {
    const { waiting, waitingLengths } = this;
    if (this.socket.destroyed) return;
    if (waiting !== null && waitingLengths !== null) {
      const chunks: Buffer[] = [];
      let total = 0;
      for (let i = 0; i < waiting.length; i++) {
        const length = waitingLengths[i] as number;
        chunks.push((waiting[i] as Block).buffer.subarray(0, length));
        total += length;
      }
      this.queued -= total;
      this.begin(chunks.length === 1 ? (chunks[0] as Buffer) : chunks, total);
      this.releaseWaiting();
    } else if (this.gather !== null && !this.dirty) {
      this.send(null, null);
    }
    if (!this.blocked && this.finWanted) {
      this.finWanted = false;
      super.sendFin();
    }
  }

  private releaseWaiting(): void {
    const waiting = this.waiting ?? NO_BLOCKS;
    this.waiting = null;
    this.waitingLengths = null;
    for (let i = 0; i < waiting.length; i++) this.memory.release(waiting[i] as Block);
  }

  override get bufferedBytes(): number {
    return this.readMode === READS_STATIC ? this.outAt + this.queued : super.bufferedBytes;
  }

  // ── ending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** close_notify, then FIN (RFC 8446 §6.1). */
  protected override sendFin(): void {
    if (this.readMode === READS_STATIC && (this.blocked || this.waiting !== null)) this.finWanted = true;
    else super.sendFin();
  }

  /** An end without close_notify says the same, and Node cannot send RST under TLS. */
  protected override reset(): void {
    this.socket.destroy();
  }

  override onError(error: SocketError): void {
    const tls = isTlsError(error);
    if (tls && this.closedBy === null) this.owner.onTlsError(error);
    if (this.closedBy === null && tls) {
      this.errorText = tlsErrorText(error);
      this.closedBy = CLOSED_ERROR;
    } else if (this.closedBy === null && !this.established && this.tcpConnected && isReset(error)) {
      this.errorText = brokenSocketText(error);
      this.closedBy = CLOSED_ERROR;
    } else {
      super.onError(error);
    }
    // Errors of TLS after the handshake leave the socket open (Node).
    if (!this.socket.destroyed) this.socket.destroy();
  }

  /** Ends it before it is established. */
  fail(reason: string): void {
    if (this.closedBy === null) {
      this.errorText = reason;
      this.closedBy = CLOSED_ERROR;
    }
    this.socket.destroy();
  }

  protected override finish(by: ClosedBy): void {
    if (this.reported) return;
    this.releaseWaiting();
    if (!this.established && !this.failed) {
      this.failed = true;
      this.owner.onHandshakeFailed(this, this.errorText);
    }
    super.finish(by);
  }
}
