import { type Address, ipAddress } from '../base/address.ts';
import type { TlsInfo } from '../telemetry/stream-info.ts';
import { WROTE_ALL, WROTE_PART, writeDirectly } from './accepted-socket.ts';
import {
  CLOSE_FLUSH,
  CLOSE_NO_FLUSH,
  CLOSE_RESET,
  CLOSED_ERROR,
  CLOSED_LOCAL,
  CLOSED_REMOTE,
  type ClosedBy,
  type CloseType,
  type Connection,
  GATHER_BYTES,
} from './connection.ts';
import type { Deferred, Flushable } from './dispatcher.ts';
import { Linger, type Lingering } from './linger.ts';
import { type Block, type Corked, READ_BYTES } from './loop-memory.ts';
import { connectErrorText, isReset, type SocketError, systemMessage } from './socket-errors.ts';
import { listenTo, makeDrained } from './socket-events.ts';
import { READS_STATIC, type SocketConnectionOptions, UNBOUND } from './socket-options.ts';
import { SocketReading } from './socket-reading.ts';

/** Pieces from this size on are written where they are instead of being copied into the gather buffer. */
const IN_PLACE_BYTES = 8192;
/** While the kernel takes nothing, pieces from this size on may keep the read block that they lie in; smaller ones are copied. */
const KEEP_BYTES = READ_BYTES / 2;
/** Its callback tells that everything written before it has left. */
const MARKER = Buffer.alloc(0);

/** A connection on a `net.Socket`: writing and ending. Over TLS see tls-connection.ts. */
export class SocketConnection extends SocketReading implements Connection, Flushable, Deferred, Lingering, Corked {
  readonly remoteAddress: Address;
  tls: TlsInfo | null;
  errorText: string;
  bytesSent: number;
  outAt: number;
  dirty: boolean;

  private local: Address | null;
  /** What `outAt` counts in; null while nothing is gathered. */
  protected gather: Block | null;
  /** Bytes in the socket's own queue when we last looked. */
  protected queued: number;
  /** Bytes of a direct write that the kernel may not have taken; the socket's own queue does not know of them. */
  private direct: number;
  /** The kernel did not take everything, and a marker will tell when it has. */
  protected blocked: boolean;
  /** Blocks that the socket's queue points into, oldest first; the first `keptMarked` stand before the marker. */
  private kept: Block[] | null;
  private keptMarked: number;
  /** What is written waits for the end of the read that is being dispatched. */
  private corked: boolean;
  private drained: (() => void) | null;
  protected limit: number;
  private above: boolean;

  /** Our FIN is on its way: nothing can be written. */
  protected ended: boolean;
  /** The peer's FIN came before ours. */
  private peerEndedFirst: boolean;
  protected closedBy: ClosedBy | null;
  /** The descriptor is closed; `onClose` follows at the end of the turn. */
  private cutOff: boolean;
  protected reported: boolean;
  private linger: Linger | null;
  readonly connectStart: number;
  connectEnd: number;
  secureEnd: number;

  constructor(options: SocketConnectionOptions) {
    super(options);
    this.remoteAddress = options.remoteAddress;
    this.tls = options.tls;
    this.errorText = '';
    this.bytesSent = 0;
    this.outAt = 0;
    this.dirty = false;
    this.local = options.localAddress;
    this.gather = null;
    this.queued = 0;
    this.direct = 0;
    this.blocked = this.connecting;
    this.kept = null;
    this.keptMarked = 0;
    this.corked = false;
    this.drained = null;
    this.limit = 0;
    this.above = false;
    this.ended = false;
    this.peerEndedFirst = false;
    this.cutOff = false;
    this.closedBy = null;
    this.reported = false;
    this.linger = null;
    this.connectStart = this.dispatcher.timers.now;
    this.connectEnd = -1;
    this.secureEnd = -1;

    listenTo(this.socket, this.connecting);
  }

  get localAddress(): Address {
    if (this.local === null) {
      const { localAddress, localPort } = this.socket;
      if (localAddress === undefined) return UNBOUND;
      this.local = ipAddress(localAddress, localPort ?? 0);
    }
    return this.local;
  }

  // ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

  reserve(bytes: number): Buffer {
    if (!this.open || this.ended) return this.discard();
    let { gather } = this;
    if (gather !== null && this.outAt + bytes > GATHER_BYTES) {
      this.sendFull();
      gather = null;
    }
    if (gather === null) {
      gather = this.memory.takeGatherBlock();
      this.gather = gather;
    }
    if (!this.dirty) this.dispatcher.markDirty(this);
    return gather.buffer;
  }

  writeLatin1(text: string): void {
    if (!this.open || this.ended) return;
    if (text.length <= GATHER_BYTES) {
      const out = this.reserve(text.length);
      this.outAt += out.latin1Write(text, this.outAt);
      if (this.limit !== 0) this.checkHigh();
    } else {
      this.write(Buffer.from(text, 'latin1'));
    }
  }

  write(data: Buffer): void {
    const { length } = data;
    if (length === 0 || !this.open || this.ended) return;
    if (length < IN_PLACE_BYTES || (this.blocked && length < KEEP_BYTES)) {
      this.append(data);
      return;
    }
    const { memory } = this;
    const { reading } = memory;
    if (reading === null || data.buffer !== reading.bytes) {
      this.send(data, null);
    } else if (reading !== memory.shared) {
      this.send(data, reading);
    } else {
      const copy = memory.takeCopyBlock();
      data.copy(copy.buffer);
      this.send(copy.buffer.subarray(0, length), copy);
      memory.release(copy);
    }
  }

  /** Copies into the gather buffer. */
  protected append(data: Buffer): void {
    const { length } = data;
    let from = 0;
    while (from < length) {
      let { gather } = this;
      if (gather === null) {
        gather = this.memory.takeGatherBlock();
        this.gather = gather;
      }
      const n = Math.min(length - from, GATHER_BYTES - this.outAt);
      data.copy(gather.buffer, this.outAt, from, from + n);
      from += n;
      this.outAt += n;
      if (this.outAt === GATHER_BYTES) this.sendFull();
    }
    if (!this.dirty && this.outAt > 0) this.dispatcher.markDirty(this);
    if (this.limit !== 0) this.checkHigh();
  }

  flush(): void {
    // What the kernel has no room for stays together in the gather buffer.
    if (!this.blocked && this.gather !== null) this.send(null, null);
    else if (this.limit !== 0) this.checkHigh();
  }

  /**
   * Hands the gathered bytes and then `large` to the socket. Whatever it did not take at once it keeps pointing at, so the
   * blocks under it (`owner` under `large`) stay ours until the marker comes back.
   */
  protected send(large: Buffer | null, owner: Block | null): void {
    const { socket, gather } = this;
    const n = this.outAt;
    this.outAt = 0;
    this.gather = null;
    if (socket.destroyed) {
      if (gather !== null) this.memory.release(gather);
      return;
    }
    if (this.corked || (large !== null && !this.blocked && this.memory.reading !== null)) {
      this.cork(gather, n, large, owner);
      return;
    }
    if (large === null) {
      if (n > 0 && this.sendGathered(gather as Block, n)) return;
    } else {
      this.bytesSent += large.length;
      if (n === 0) {
        socket.write(large);
      } else {
        socket.cork();
        socket.write((gather as Block).buffer.subarray(0, n));
        socket.write(large);
        socket.uncork();
      }
    }
    this.bytesSent += n;
    this.queued = socket.writableLength + this.direct;
    if (this.queued === 0) {
      if (gather !== null) this.memory.release(gather);
      return;
    }
    this.keep(gather, n > 0);
    if (owner !== null) owner.users++;
    this.keep(owner, true);
    if (!this.blocked) this.mark();
    if (this.limit !== 0) this.checkHigh();
  }

  /** The gather buffer is full: more is to come. */
  protected sendFull(): void {
    if (this.blocked || this.memory.reading === null || this.socket.destroyed) {
      this.send(null, null);
    } else {
      const { gather, outAt } = this;
      this.outAt = 0;
      this.gather = null;
      this.cork(gather, outAt, null, null);
    }
  }

  /** What one read brings (the frames of 256 KiB) leaves with one system call, when its callbacks have returned. */
  private cork(gather: Block | null, n: number, large: Buffer | null, owner: Block | null): void {
    const { socket } = this;
    if (!this.corked) {
      this.corked = true;
      socket.cork();
      this.memory.corked.push(this);
    }
    if (n > 0) socket.write((gather as Block).buffer.subarray(0, n));
    this.keep(gather, n > 0);
    this.bytesSent += n;
    if (large !== null) {
      socket.write(large);
      this.bytesSent += large.length;
      if (owner !== null) owner.users++;
      this.keep(owner, true);
    }
    this.queued = socket.writableLength + this.direct;
  }

  onUncork(): void {
    const { socket } = this;
    if (this.gather !== null) this.send(null, null);
    this.corked = false;
    if (this.reported || socket.destroyed) return;
    socket.uncork();
    this.queued = socket.writableLength + this.direct;
    if (this.queued !== 0) this.mark();
    else if (this.kept !== null) this.releaseKept(this.kept.length);
    if (this.limit !== 0) this.checkHigh();
  }

  /** The common case, one small piece and nothing before it. True when everything about it was done. */
  private sendGathered(gather: Block, n: number): boolean {
    const { socket } = this;
    const bytes = n === GATHER_BYTES ? gather.buffer : gather.buffer.subarray(0, n);
    if (this.blocked || this.readMode !== READS_STATIC) {
      socket.write(bytes);
      return false;
    }
    const wrote = writeDirectly(socket, bytes);
    if (wrote === WROTE_ALL) {
      this.bytesSent += n;
      this.memory.release(gather);
      return true;
    }
    if (wrote !== WROTE_PART) {
      socket.write(bytes);
      return false;
    }
    this.bytesSent += n;
    this.direct = n;
    this.queued = n;
    this.keep(gather, true);
    this.mark();
    if (this.limit !== 0) this.checkHigh();
    return true;
  }

  private keep(block: Block | null, used: boolean): void {
    if (block === null) return;
    if (!used) {
      this.memory.release(block);
      return;
    }
    this.kept ??= [];
    this.kept.push(block);
  }

  private mark(): void {
    this.blocked = true;
    if (this.connecting || this.ended) return;
    this.drained ??= makeDrained(this);
    this.keptMarked = this.kept === null ? 0 : this.kept.length;
    this.socket.write(MARKER, this.drained);
  }

  /** Everything before the marker has left. */
  onDrained(): void {
    if (this.reported || this.socket.destroyed) return;
    this.releaseKept(this.keptMarked);
    this.direct = 0;
    this.queued = this.socket.writableLength;
    if (this.queued !== 0) {
      this.mark();
    } else {
      this.blocked = false;
      if (this.gather !== null) this.send(null, null);
    }
    this.checkLow();
  }

  private releaseKept(count: number): void {
    const { kept } = this;
    this.keptMarked = 0;
    if (kept === null) return;
    for (let i = 0; i < count; i++) this.memory.release(kept[i] as Block);
    if (count === kept.length) this.kept = null;
    else kept.splice(0, count);
  }

  /** Somewhere to write for those who have not noticed yet that nothing leaves any more. */
  private discard(): Buffer {
    this.outAt = 0;
    return this.memory.discard;
  }

  get bufferedBytes(): number {
    return this.outAt + this.socket.writableLength + this.direct;
  }

  setBufferLimit(bytes: number): void {
    this.limit = bytes;
    if (bytes !== 0) this.checkHigh();
  }

  protected checkHigh(): void {
    if (this.above || !this.open || this.outAt + this.queued <= this.limit) return;
    this.above = true;
    this.callbacks?.onAboveHighWatermark();
  }

  protected checkLow(): void {
    if (!this.above || !this.open || this.outAt + this.queued > this.limit / 2) return;
    this.above = false;
    this.callbacks?.onBelowLowWatermark();
  }

  setNoDelay(on: boolean): void {
    this.socket.setNoDelay(on);
  }

  // ── ending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  end(): void {
    if (!this.open || this.ended) return;
    if (this.gather !== null) this.send(null, null);
    this.ended = true;
    this.sendFin();
  }

  protected sendFin(): void {
    this.socket.end();
  }

  close(type: CloseType): void {
    if (this.reported) return;
    if (!this.open) {
      // A close with FLUSH is under way, and somebody lost patience.
      if (this.linger !== null && type !== CLOSE_FLUSH) this.cut(type);
      return;
    }
    this.closedBy ??= CLOSED_LOCAL;
    if (type === CLOSE_FLUSH && !this.connecting && !this.socket.destroyed) {
      this.end();
      this.open = false;
      this.lingerUntilGone();
    } else {
      this.open = false;
      this.cut(type);
    }
  }

  /**
   * Closing a socket with unread input makes the kernel send RST, and the peer's kernel then throws away what the peer had not
   * read yet (RFC 9112 §9.6). So the input is read and dropped until the peer's FIN; then Node closes the socket.
   */
  private lingerUntilGone(): void {
    this.early = null;
    if (!this.started || this.disabled > 0) {
      this.started = true;
      this.resume();
    }
    this.linger = new Linger(this);
  }

  onLingerEnd(): void {
    this.cut(CLOSE_NO_FLUSH);
  }

  private cut(type: CloseType): void {
    const { socket } = this;
    // libuv refuses RST while its FIN waits behind unsent bytes, and Node then leaks the descriptor.
    const canReset =
      !this.connecting && !socket.destroyed && (!socket.writableEnded || socket.writableFinished) && this.remoteAddress.kind === 'ip';
    if (type === CLOSE_RESET && canReset) this.reset();
    else socket.destroy();
    this.cutOff = true;
    this.dispatcher.defer(this);
  }

  protected reset(): void {
    this.socket.resetAndDestroy();
  }

  /** A local close, or input that waited for `readDisable(false)`. */
  onTurnEnd(): void {
    if (this.cutOff) this.finish(this.closedBy ?? CLOSED_LOCAL);
    else if (this.open && this.disabled === 0) this.resume();
  }

  onConnected(): void {
    this.connecting = false;
    this.blocked = false;
    this.connectEnd = this.dispatcher.timers.now;
    this.callbacks?.onConnected();
    if (!this.open) return;
    this.queued = this.socket.writableLength;
    if (this.queued !== 0) this.mark();
    else if (this.gather !== null) this.dispatcher.markDirty(this);
  }

  onEnded(): void {
    if (!this.ended) this.peerEndedFirst = true;
    if (this.open) this.callbacks?.onEnd();
  }

  /** Node closes the socket right after this. */
  onError(error: SocketError): void {
    if (this.closedBy !== null) return;
    if (this.connecting) {
      this.errorText = connectErrorText(error, this.remoteAddress);
      this.closedBy = CLOSED_ERROR;
    } else if (isReset(error)) {
      this.closedBy = CLOSED_REMOTE;
    } else {
      this.errorText = systemMessage(error);
      this.closedBy = CLOSED_ERROR;
    }
  }

  /** The descriptor is closed. Without a word before it both sides had sent their FIN. */
  onSocketGone(): void {
    this.finish(this.closedBy ?? (this.peerEndedFirst ? CLOSED_REMOTE : CLOSED_LOCAL));
  }

  protected finish(by: ClosedBy): void {
    if (this.reported) return;
    this.reported = true;
    this.open = false;
    this.outAt = 0;
    this.early = null;
    this.linger?.stop();
    if (this.gather !== null) this.memory.release(this.gather);
    this.gather = null;
    if (this.readBlock !== null) this.leaveReadBlock();
    if (this.kept !== null) this.releaseKept(this.kept.length);
    const { callbacks } = this;
    this.callbacks = null;
    callbacks?.onClose(by);
  }
}
