import type { Connection } from '../../net/connection.ts';
import type { Deferred } from '../../net/dispatcher.ts';
import type { StreamCallbacks } from '../codec.ts';
import type { Fault } from '../faults.ts';
import type { Headers } from '../headers.ts';
import { ByteQueue } from './byte-queue.ts';
import type { H2Connection } from './connection.ts';
import { FRAME_HEADER_BYTES } from './frames.ts';
import { H2_STATS } from './stats.ts';

const PENDING_SEND_BYTES = H2_STATS.slot.pending_send_bytes;

/** Bytes that wait for window before the source is told to stop, and how few are left when it is told to go on. */
const HIGH_BYTES = 32 * 1024;
const LOW_BYTES = 16 * 1024;

const NO_DATA = Buffer.alloc(0);

/** Where a body goes. */
export interface BodyReceiver {
  decodeData(data: Buffer, end: boolean): void;
  decodeTrailers(trailers: Headers): void;
}

/**
 * What both sides have in common: two bodies under flow control (RFC 9113 §5.2).
 *
 * Receiving: credit is given for bytes that were handed on while nobody had stopped this stream; bytes that come although it is
 * stopped are kept, at most a window of them, and cost the peer credit until they are handed on. Sending: what neither window nor
 * socket has room for is queued, and the side that writes is told.
 */
export abstract class H2Stream implements Deferred {
  readonly codec: H2Connection;
  readonly connection: Connection;
  id: number;
  /** No longer in the table of its connection: nothing is sent, received or told. */
  over: boolean;
  wireBytesReceived: number;
  wireBytesSent: number;
  /** HEADERS frames of these. */
  headBytesReceived: number;
  headBytesSent: number;
  /** Names and values in them. */
  plainBytesReceived: number;
  /** Worker time. */
  readonly created: number;

  // Receiving
  /** Null when nobody wants the rest. */
  protected receiver: BodyReceiver | null;
  /** END_STREAM came, and (`remoteDone`) was handed on. */
  remoteEnded: boolean;
  protected remoteDone: boolean;
  /** What the peer may send. */
  recvWindow: number;
  /** Handed on, and not given back to the peer because it is little, or (`withheld`) because the stream was stopped then. */
  private consumed: number;
  private withheld: number;
  private readDisabled: number;
  private held: ByteQueue | null;
  private heldTrailers: Headers | null;
  private resuming: boolean;
  /** Of a body with a length: bytes that are still to come; -1 without. */
  lengthLeft: number;

  // Sending
  protected callbacks: StreamCallbacks | null;
  /** The end was encoded, and (`endSent`) written. */
  protected localEnded: boolean;
  protected endSent: boolean;
  sendWindow: number;
  private queue: ByteQueue | null;
  private queuedTrailers: Headers | null;
  /** `onAboveHighWatermark` was called. */
  private above: boolean;
  /** Places in the scheduler's list. */
  waiting: boolean;
  previous: H2Stream | null;
  next: H2Stream | null;

  constructor(codec: H2Connection, id: number, receiver: BodyReceiver | null) {
    this.codec = codec;
    this.connection = codec.connection;
    this.id = id;
    this.over = false;
    this.wireBytesReceived = 0;
    this.wireBytesSent = 0;
    this.headBytesReceived = 0;
    this.headBytesSent = 0;
    this.plainBytesReceived = 0;
    this.created = codec.connection.dispatcher.timers.now;
    this.receiver = receiver;
    this.remoteEnded = false;
    this.remoteDone = false;
    this.recvWindow = codec.streamWindow;
    this.consumed = 0;
    this.withheld = 0;
    this.readDisabled = 0;
    this.held = null;
    this.heldTrailers = null;
    this.resuming = false;
    this.lengthLeft = -1;
    this.callbacks = null;
    this.localEnded = false;
    this.endSent = false;
    this.sendWindow = codec.peer.window;
    this.queue = null;
    this.queuedTrailers = null;
    this.above = false;
    this.waiting = false;
    this.previous = null;
    this.next = null;
  }

  setCallbacks(callbacks: StreamCallbacks): void {
    this.callbacks = callbacks;
  }

  // ── receiving ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Payload of DATA; its window is charged already. */
  receive(buffer: Buffer, from: number, to: number, end: boolean): void {
    if (end) this.remoteEnded = true;
    if (this.receiver === null) {
      this.codec.credit(to - from);
      if (end) this.onRemoteDone();
    } else if (this.readDisabled > 0 || this.held !== null) {
      this.held ??= new ByteQueue();
      this.held.push(buffer, from, to);
      if (end) this.onEndHeld();
    } else if (to > from || end) {
      this.handOn(buffer.subarray(from, to), end);
    }
  }

  receiveTrailers(trailers: Headers): void {
    this.remoteEnded = true;
    if (this.receiver === null) {
      this.onRemoteDone();
    } else if (this.readDisabled > 0 || this.held !== null) {
      this.held ??= new ByteQueue();
      this.heldTrailers = trailers;
      this.onEndHeld();
    } else {
      this.receiver.decodeTrailers(trailers);
      if (!this.over) this.onRemoteDone();
    }
  }

  /** The peer's end waits with what is held. */
  protected onEndHeld(): void {}

  /** The rest of what the peer sends goes nowhere; it gets its credit on the connection back. */
  protected ignoreRest(): void {
    this.receiver = null;
    const bytes = this.withheld + (this.held === null ? 0 : this.held.bytes);
    this.withheld = 0;
    this.held = null;
    this.heldTrailers = null;
    if (bytes > 0) this.codec.credit(bytes);
  }

  private handOn(data: Buffer, end: boolean): void {
    const bytes = data.length;
    this.receiver?.decodeData(data, end);
    if (this.over) {
      this.codec.credit(bytes);
    } else if (end) {
      this.codec.credit(bytes);
      this.onRemoteDone();
    } else if (this.readDisabled > 0) {
      this.withheld += bytes;
    } else {
      this.credit(bytes);
    }
  }

  /** Bytes went where they should, or nobody is to see them (padding): the peer may send as many again. */
  credit(bytes: number): void {
    this.codec.credit(bytes);
    if (this.remoteEnded) return;
    this.consumed += bytes;
    if (this.consumed * 2 < this.codec.streamWindow) return;
    this.codec.writer.windowUpdate(this.id, this.consumed);
    this.recvWindow += this.consumed;
    this.consumed = 0;
  }

  readDisable(disable: boolean): void {
    if (this.over) return;
    if (disable) {
      this.readDisabled++;
      return;
    }
    if (this.readDisabled === 0 || --this.readDisabled > 0) return;
    const { withheld } = this;
    this.withheld = 0;
    if (withheld > 0) this.credit(withheld);
    this.resumeLater();
  }

  /** From the event loop, as from a socket. */
  private resumeLater(): void {
    if (this.held === null || this.resuming) return;
    this.resuming = true;
    this.connection.dispatcher.defer(this);
  }

  onTurnEnd(): void {
    this.resuming = false;
    const { held } = this;
    while (held !== null && held.bytes > 0) {
      if (this.over || this.readDisabled > 0) return;
      const { first, firstFrom, firstTo } = held;
      held.drop(firstTo - firstFrom);
      const ends = this.remoteEnded && held.bytes === 0 && this.heldTrailers === null;
      if (held.bytes === 0 && (ends || this.heldTrailers === null)) this.held = null;
      this.handOn(first.subarray(firstFrom, firstTo), ends);
      if (ends) return;
    }
    if (this.over || this.readDisabled > 0 || this.held === null) return;
    this.held = null;
    const trailers = this.heldTrailers;
    this.heldTrailers = null;
    if (trailers !== null) {
      this.receiver?.decodeTrailers(trailers);
      if (!this.over) this.onRemoteDone();
    } else if (this.remoteEnded) {
      this.handOn(NO_DATA, true);
    }
  }

  protected onRemoteDone(): void {
    this.remoteDone = true;
    this.onHalfClosed();
  }

  // ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────

  protected sendData(data: Buffer, end: boolean): void {
    const { length } = data;
    const { codec } = this;
    if (end) this.localEnded = true;
    if (this.queue !== null) {
      if (length > 0) this.keep(data, 0);
      else if (end) this.onEndQueued();
      return;
    }
    if (length === 0) {
      if (end) this.sendEnd();
      return;
    }
    const { writer, scheduler } = codec;
    let from = 0;
    while (!scheduler.blocked) {
      const n = Math.min(length - from, writer.maxFrame, this.sendWindow, scheduler.window);
      if (n <= 0) break;
      const to = from + n;
      const last = end && to === length;
      this.sendWindow -= n;
      scheduler.window -= n;
      this.wireBytesSent += n + FRAME_HEADER_BYTES;
      writer.data(this.id, data, from, to, last);
      if (this.over) return;
      if (to === length) {
        codec.checkOutbound();
        if (last) this.onEndSent();
        return;
      }
      from = to;
    }
    this.keep(data, from);
  }

  protected sendTrailers(trailers: Headers): void {
    this.localEnded = true;
    if (this.queue !== null) {
      this.queuedTrailers = trailers;
      this.onEndQueued();
      return;
    }
    this.writeTrailers(trailers);
  }

  private writeTrailers(trailers: Headers): void {
    if (trailers.count === 0) {
      this.sendEnd();
      return;
    }
    this.countHeadSent(this.codec.writer.headers(this.id, trailers, true));
    this.onEndSent();
  }

  protected countHeadSent(bytes: number): void {
    this.wireBytesSent += bytes;
    this.headBytesSent += bytes;
  }

  /** `payload`: bytes of the block that `headers` was read from. */
  countHeadReceived(payload: number, headers: Headers): void {
    this.wireBytesReceived += FRAME_HEADER_BYTES + payload;
    this.headBytesReceived += FRAME_HEADER_BYTES + payload;
    this.plainBytesReceived += headers.plainBytes;
  }

  private sendEnd(): void {
    this.wireBytesSent += FRAME_HEADER_BYTES;
    this.codec.writer.data(this.id, NO_DATA, 0, 0, true);
    this.onEndSent();
  }

  private keep(data: Buffer, from: number): void {
    const { codec } = this;
    this.queue ??= new ByteQueue();
    this.queue.push(data, from, data.length);
    codec.stats.add(PENDING_SEND_BYTES, data.length - from);
    if (this.sendWindow > 0) codec.scheduler.wait(this);
    if (this.localEnded) this.onEndQueued();
    else if (this.queue.bytes > HIGH_BYTES || codec.scheduler.blocked) this.onBlocked();
  }

  /** Writes one frame of what is queued; true when more may follow at once. For the scheduler. */
  sendQueued(): boolean {
    const { codec } = this;
    const { writer, scheduler } = codec;
    const queue = this.queue as ByteQueue;
    const { first, firstFrom, firstTo } = queue;
    const n = Math.min(firstTo - firstFrom, writer.maxFrame, this.sendWindow, scheduler.window);
    if (n <= 0) return false;
    queue.drop(n);
    codec.stats.add(PENDING_SEND_BYTES, -n);
    const empty = queue.bytes === 0;
    if (empty) this.queue = null;
    const last = empty && this.localEnded && this.queuedTrailers === null;
    this.sendWindow -= n;
    scheduler.window -= n;
    this.wireBytesSent += n + FRAME_HEADER_BYTES;
    writer.data(this.id, first, firstFrom, firstFrom + n, last);
    if (this.over) return false;
    if (last) {
      this.onEndSent();
      return false;
    }
    if (empty && this.queuedTrailers !== null) {
      this.writeTrailers(this.queuedTrailers);
      return false;
    }
    if (queue.bytes <= LOW_BYTES) this.onUnblocked();
    return !empty && !this.over && this.sendWindow > 0;
  }

  /** The peer raised (or, with SETTINGS, lowered) the window. False when it is larger than a window may be (§6.9.1). */
  addSendWindow(bytes: number, most: number): boolean {
    const before = this.sendWindow;
    if (before + bytes > most) return false;
    this.sendWindow = before + bytes;
    if (this.queue !== null && before <= 0 && this.sendWindow > 0) this.codec.scheduler.wait(this);
    return true;
  }

  /** Whoever writes is to stop. */
  onBlocked(): void {
    if (this.above || this.localEnded || this.over) return;
    this.above = true;
    this.callbacks?.onAboveHighWatermark();
  }

  /** … and to go on, if nothing else stands in the way. */
  onUnblocked(): void {
    if (!this.above || this.codec.scheduler.blocked || (this.queue !== null && this.queue.bytes > LOW_BYTES)) return;
    this.above = false;
    if (!this.localEnded && !this.over) this.callbacks?.onBelowLowWatermark();
  }

  /** The rest of what is queued will not be sent. */
  protected dropQueue(): void {
    const { codec, queue } = this;
    if (this.waiting) codec.scheduler.remove(this);
    if (queue === null) return;
    codec.stats.add(PENDING_SEND_BYTES, -queue.bytes);
    this.queue = null;
    this.queuedTrailers = null;
  }

  protected onEndSent(): void {
    this.endSent = true;
    this.onHalfClosed();
  }

  /** The end waits behind what is queued. */
  protected onEndQueued(): void {}

  /** One direction has come to its end. */
  protected abstract onHalfClosed(): void;

  // ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The peer reset the stream, or the connection is gone: `fault` goes to whoever writes. The stream is out of the table already. */
  onGone(fault: Fault): void {
    const { callbacks } = this;
    this.release();
    callbacks?.onReset(fault);
  }

  /** Nothing more comes from this stream, and nothing it is told matters. What it withheld goes back to the peer. */
  release(): void {
    if (this.over) return;
    this.over = true;
    this.dropQueue();
    this.callbacks = null;
    this.ignoreRest();
  }

  abstract reset(fault: Fault): void;
}
