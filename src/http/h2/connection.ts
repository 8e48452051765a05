import { CLOSE_NO_FLUSH, type Connection } from '../../net/connection.ts';
import type { Deferred } from '../../net/dispatcher.ts';
import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import type { Protocol } from '../../telemetry/stream-info.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { BlockCollector } from './block-collector.ts';
import { FLOOD_FAULTS, FloodGuard, NO_FLOOD } from './flood-guard.ts';
import { streamId, uint32 } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import {
  COMPRESSION_ERROR,
  CONTINUATION,
  DATA,
  DEFAULT_WINDOW,
  ENHANCE_YOUR_CALM,
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FLOW_CONTROL_ERROR,
  FRAME_HEADER_BYTES,
  FRAME_SIZE_ERROR,
  GOAWAY,
  HEADERS,
  MAX_FRAME_BYTES,
  MAX_WINDOW,
  NO_ERROR,
  PING,
  PRIORITY,
  PROTOCOL_ERROR,
  PUSH_PROMISE,
  RST_STREAM,
  SETTING_HEADER_TABLE_SIZE,
  SETTING_INITIAL_WINDOW_SIZE,
  SETTINGS,
  SETTINGS_TIMEOUT,
  STREAM_CLOSED,
  WINDOW_UPDATE,
} from './frames.ts';
import { HeadersPayload } from './headers-payload.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { TABLE_BYTES } from './hpack/dynamic-table.ts';
import { Keepalive } from './keepalive.ts';
import { type InputOwner, PacedInput } from './paced-input.ts';
import { PeerSettings } from './peer-settings.ts';
import { ReceiveWindow } from './receive-window.ts';
import { RecentIds } from './recent-ids.ts';
import { SendScheduler } from './scheduler.ts';
import type { H2Settings } from './settings.ts';
import { H2_STATS } from './stats.ts';
import type { H2Stream } from './stream.ts';

const SLOT = H2_STATS.slot;

// Scratch, used within one call.
const payload = new HeadersPayload();

/** For the acknowledgement of our SETTINGS (RFC 9113 §6.5.3). */
const SETTINGS_TIMEOUT_MS = 10_000;
/** More settings in one frame are an attempt to keep us busy. */
const MOST_SETTINGS = 32;

/** Timers of this class; subclasses begin behind them. */
const SETTINGS_TIMER = 0;
export const NEXT_TIMER = 1;

/**
 * What both sides of an HTTP/2 connection (RFC 9113) have in common: frames in and out, SETTINGS, PING, windows, the table of streams and
 * how everything ends. Subclasses know which streams there are and what a header block means.
 */
export abstract class H2Connection implements InputOwner, TimerOwner, Deferred {
  readonly protocol: Protocol;
  readonly connection: Connection;
  readonly settings: H2Settings;
  readonly stats: StatGroup;
  readonly writer: FrameWriter;
  readonly scheduler: SendScheduler;
  protected readonly decoder: HpackDecoder;
  protected readonly guard: FloodGuard;
  private readonly input: PacedInput;
  protected readonly keepalive: Keepalive | null;
  private readonly settingsTimer: Timer;
  private settingsAcked: boolean;
  /** The peer's first frame was its SETTINGS. */
  protected greeted: boolean;
  /** Nothing is read or written any more. */
  protected dead: boolean;
  private checking: boolean;

  /** By id: those that are neither idle nor closed. */
  protected readonly streams: Map<number, H2Stream>;
  /** Streams that we reset, and whose frames may still be on their way. */
  private readonly resets: RecentIds;
  /** Streams that the peer reset, and so must not use any more. */
  private readonly peerResets: RecentIds;

  /** What we let the peer send: on each stream, and on all of them. */
  readonly streamWindow: number;
  protected readonly window: ReceiveWindow;

  readonly peer: PeerSettings;

  /** Of the DATA frame that is being read: where it goes, null when nobody wants it, and whether it ends the stream. */
  private dataStream: H2Stream | null;
  private dataEnds: boolean;

  /** The header block that is being put together. */
  protected readonly block: BlockCollector;

  constructor(connection: Connection, settings: H2Settings, stats: StatGroup, server: boolean) {
    this.protocol = 'HTTP/2';
    this.connection = connection;
    this.settings = settings;
    this.stats = stats;
    this.writer = new FrameWriter(connection);
    this.scheduler = new SendScheduler();
    // The peer may fill the default table before it has heard of ours.
    this.decoder = new HpackDecoder(TABLE_BYTES);
    this.guard = new FloodGuard(settings, connection, this.writer, stats);
    this.input = new PacedInput(this, connection, server);
    this.keepalive = settings.keepalive === null ? null : new Keepalive(this, settings.keepalive);
    this.settingsTimer = new Timer(this, SETTINGS_TIMER);
    this.settingsAcked = false;
    this.greeted = false;
    this.dead = false;
    this.checking = false;
    this.streams = new Map();
    this.resets = new RecentIds();
    this.peerResets = new RecentIds();
    this.streamWindow = settings.initialStreamWindow;
    this.window = new ReceiveWindow(settings.initialConnectionWindow);
    this.peer = new PeerSettings();
    this.dataStream = null;
    this.dataEnds = false;
    this.block = new BlockCollector();
  }

  /** Says who we are; to be called at the end of the constructor of a side. */
  protected greet(pairs: number[]): void {
    const { settings, writer } = this;
    if (settings.hpackTableSize < TABLE_BYTES) pairs.push(SETTING_HEADER_TABLE_SIZE, settings.hpackTableSize);
    if (this.streamWindow !== DEFAULT_WINDOW) pairs.push(SETTING_INITIAL_WINDOW_SIZE, this.streamWindow);
    writer.settings(pairs);
    const more = this.window.size - DEFAULT_WINDOW;
    if (more > 0) writer.windowUpdate(0, more);
    this.keepalive?.start();
  }

  /** The peer is there: it has to acknowledge our SETTINGS in time. */
  protected awaitAck(): void {
    if (!this.settingsAcked && !this.settingsTimer.armed) this.connection.dispatcher.timers.arm(this.settingsTimer, SETTINGS_TIMEOUT_MS);
  }

  get activeStreams(): number {
    return this.streams.size;
  }

  // ── frames ──────────────────────────────────────────────────────────────────────────────────────────────────────

  onData(buffer: Buffer, start: number, end: number): void {
    if (this.dead) return;
    this.keepalive?.onReceived();
    this.input.read(buffer, start, end);
    this.afterInput();
  }

  afterInput(): void {
    if (!this.dead) this.unlessFlood(this.guard.outbound());
  }

  onFrameHeader(type: number, flags: number, id: number, length: number): boolean {
    if (length > MAX_FRAME_BYTES) return this.fail(FRAME_SIZE_ERROR);
    if (this.block.id !== 0 && (type !== CONTINUATION || id !== this.block.id)) return this.fail(PROTOCOL_ERROR);
    if (!this.greeted && (type !== SETTINGS || (flags & FLAG_ACK) !== 0)) return this.fail(PROTOCOL_ERROR);
    switch (type) {
      case DATA:
        return id === 0 ? this.fail(PROTOCOL_ERROR) : this.beginData(id, flags, length);
      case HEADERS:
        if (id === 0) return this.fail(PROTOCOL_ERROR);
        return this.unlessFlood(this.guard.payload(length, (flags & FLAG_END_STREAM) !== 0));
      case CONTINUATION:
        if (this.block.id === 0) return this.fail(PROTOCOL_ERROR);
        // Charged before it is kept.
        if (this.block.bytes + length > this.settings.limits.maxBytes) return this.blockTooLarge(id);
        return this.unlessFlood(this.guard.payload(length, false));
      case PRIORITY:
        if (id === 0) return this.fail(PROTOCOL_ERROR);
        if (length !== 5) return this.fail(FRAME_SIZE_ERROR);
        return this.unlessFlood(this.guard.priority());
      case RST_STREAM:
        if (id === 0 || this.isIdle(id)) return this.fail(PROTOCOL_ERROR);
        return length === 4 || this.fail(FRAME_SIZE_ERROR);
      case SETTINGS:
        if (id !== 0) return this.fail(PROTOCOL_ERROR);
        if ((flags & FLAG_ACK) !== 0 ? length !== 0 : length % 6 !== 0) return this.fail(FRAME_SIZE_ERROR);
        if (length > 6 * MOST_SETTINGS) return this.fail(ENHANCE_YOUR_CALM);
        this.greeted = true;
        return true;
      case PUSH_PROMISE:
        // Nobody may push to us (§8.4): we say so to servers, and clients never could.
        return this.fail(PROTOCOL_ERROR);
      case PING:
        if (id !== 0) return this.fail(PROTOCOL_ERROR);
        return length === 8 || this.fail(FRAME_SIZE_ERROR);
      case GOAWAY:
        if (id !== 0) return this.fail(PROTOCOL_ERROR);
        return length >= 8 || this.fail(FRAME_SIZE_ERROR);
      case WINDOW_UPDATE:
        if (length !== 4) return this.fail(FRAME_SIZE_ERROR);
        return this.unlessFlood(this.guard.windowUpdate());
      default:
        return false;
    }
  }

  onFrame(type: number, flags: number, id: number, buffer: Buffer, from: number, to: number): void {
    switch (type) {
      case DATA:
        this.paddedData(buffer, from, to);
        break;
      case HEADERS:
        this.onHeaders(id, flags, buffer, from, to);
        break;
      case CONTINUATION:
        this.block.add(buffer, from, to);
        if ((flags & FLAG_END_HEADERS) !== 0) this.endBlock();
        break;
      case PRIORITY:
        if (streamId(buffer, from) === id) this.dependsOnItself(id);
        break;
      case RST_STREAM:
        this.onPeerReset(id, uint32(buffer, from));
        break;
      case SETTINGS:
        if ((flags & FLAG_ACK) !== 0) this.onSettingsAck();
        else this.onSettings(buffer, from, to);
        break;
      case PING:
        if ((flags & FLAG_ACK) !== 0) {
          this.keepalive?.onAnswer(buffer, from);
        } else {
          this.writer.ping(buffer, from, true);
          this.unlessFlood(this.guard.outbound());
        }
        break;
      case GOAWAY:
        this.onPeerGoAway(streamId(buffer, from), uint32(buffer, from + 4));
        break;
      case WINDOW_UPDATE:
        this.onWindowUpdate(id, streamId(buffer, from));
        break;
      default:
    }
  }

  onBadPreface(): void {
    this.fail(PROTOCOL_ERROR);
  }

  // ── DATA ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Charges a DATA frame to the windows and finds out who gets it. */
  private beginData(id: number, flags: number, length: number): boolean {
    const ends = (flags & FLAG_END_STREAM) !== 0;
    if (!this.window.take(length)) return this.fail(FLOW_CONTROL_ERROR);
    if ((flags & FLAG_PADDED) !== 0) {
      if (length === 0) return this.fail(FRAME_SIZE_ERROR);
    } else if (!this.unlessFlood(this.guard.payload(length, ends))) {
      return false;
    }
    this.dataStream = null;
    this.dataEnds = ends;
    const stream = this.streams.get(id);
    if (stream === undefined) {
      return this.isIdle(id) ? this.fail(PROTOCOL_ERROR) : this.onClosed(id);
    }
    stream.wireBytesReceived += FRAME_HEADER_BYTES + length;
    stream.recvWindow -= length;
    if (stream.remoteEnded) {
      this.streamError(stream, STREAM_CLOSED);
    } else if (stream.recvWindow < 0) {
      this.streamError(stream, FLOW_CONTROL_ERROR);
    } else if (!this.mayHaveData(stream)) {
      this.invalid(stream);
    } else {
      this.dataStream = stream;
    }
    return !this.dead;
  }

  /**
   * DATA or HEADERS for a stream that is over (§5.1): on their way when we reset it, or sent by a peer that had reset it itself, or had
   * ended it, which nobody can do by accident.
   */
  protected onClosed(id: number): boolean {
    if (this.resets.has(id)) return true;
    if (!this.peerResets.has(id)) return this.fail(STREAM_CLOSED);
    this.sendReset(id, STREAM_CLOSED);
    return !this.dead;
  }

  onDataPiece(buffer: Buffer, from: number, to: number, last: boolean): void {
    const stream = this.dataStream;
    if (stream === null || stream.over) {
      this.credit(to - from);
      return;
    }
    const ends = last && this.dataEnds;
    if (stream.lengthLeft >= 0) {
      stream.lengthLeft -= to - from;
      // §8.1.1: what was announced and what came must agree. As in Envoy this costs the stream alone, whatever the settings.
      if (stream.lengthLeft < 0 || (ends && stream.lengthLeft > 0)) {
        this.credit(to - from);
        this.stats.inc(SLOT.rx_messaging_error);
        this.streamError(stream, PROTOCOL_ERROR);
        return;
      }
    }
    stream.receive(buffer, from, to, ends);
  }

  private paddedData(buffer: Buffer, from: number, to: number): void {
    const padding = buffer[from] as number;
    const end = to - padding;
    if (end <= from) {
      this.fail(PROTOCOL_ERROR);
      return;
    }
    if (!this.unlessFlood(this.guard.payload(end - from - 1, this.dataEnds))) return;
    const stream = this.dataStream;
    if (stream === null || stream.over) this.credit(1 + padding);
    else stream.credit(1 + padding);
    this.onDataPiece(buffer, from + 1, end, true);
  }

  /** Bytes of the peer have gone where they should: it may send as many again. */
  credit(bytes: number): void {
    const { window } = this;
    const increment = window.give(bytes);
    if (increment > 0 && !this.dead) this.writer.windowUpdate(0, increment);
    if (window.crowded && window.eased()) this.onUncrowded();
  }

  // ── header blocks ───────────────────────────────────────────────────────────────────────────────────────────────

  private onHeaders(id: number, flags: number, buffer: Buffer, start: number, end: number): void {
    const code = payload.read(id, flags, buffer, start, end);
    if (code !== NO_ERROR) {
      this.fail(code);
      return;
    }
    const { from, to } = payload;
    if (!this.mayOpen(id)) return;
    const ends = (flags & FLAG_END_STREAM) !== 0;
    if ((flags & FLAG_END_HEADERS) !== 0) {
      this.onBlock(id, ends, buffer, from, to);
    } else {
      this.block.begin(id, ends);
      if (to - from > this.settings.limits.maxBytes) this.blockTooLarge(id);
      else this.block.add(buffer, from, to);
    }
  }

  private endBlock(): void {
    const { id, end, bytes, buffer } = this.block;
    this.block.clear();
    this.onBlock(id, end, buffer as Buffer, 0, bytes);
  }

  /** Without the rest of the block the table of HPACK is lost, and with it the connection. */
  protected blockTooLarge(id: number): boolean {
    this.stats.inc(SLOT.header_list_size_too_large);
    this.onLostBlock(id);
    return this.die(ENHANCE_YOUR_CALM, FAULTS.H2_HEADERS_TOO_LARGE);
  }

  /** PRIORITY and its kind are ignored (RFC 9113 §5.3.2), but for what was always an error. */
  private dependsOnItself(id: number): void {
    const stream = this.streams.get(id);
    if (stream !== undefined) this.streamError(stream, PROTOCOL_ERROR);
    else if (this.isIdle(id)) this.fail(PROTOCOL_ERROR);
  }

  // ── SETTINGS ────────────────────────────────────────────────────────────────────────────────────────────────────

  private onSettings(buffer: Buffer, from: number, to: number): void {
    const { peer, writer } = this;
    const window = peer.window;
    let code = peer.apply(buffer, from, to, this.mostPush);
    if (code === NO_ERROR && !this.moveWindows(peer.window - window)) code = FLOW_CONTROL_ERROR;
    if (code !== NO_ERROR) {
      this.fail(code);
      return;
    }
    if (peer.smallestTable >= 0) {
      const { hpackTableSize } = this.settings;
      writer.encoder.setTableBytes(Math.min(peer.smallestTable, hpackTableSize));
      writer.encoder.setTableBytes(Math.min(peer.table, hpackTableSize));
    }
    writer.settingsAck();
    if (!this.unlessFlood(this.guard.outbound())) return;
    this.onPeerSettings();
    this.scheduler.run();
  }

  /** §6.9.2: the windows of all streams move with the initial one, and may become negative. */
  private moveWindows(delta: number): boolean {
    if (delta === 0) return true;
    for (const stream of this.streams.values()) if (!stream.addSendWindow(delta, MAX_WINDOW)) return false;
    return true;
  }

  private onSettingsAck(): void {
    if (this.settingsAcked) return;
    this.settingsAcked = true;
    this.connection.dispatcher.timers.cancel(this.settingsTimer);
    this.decoder.limitTable(Math.min(TABLE_BYTES, this.settings.hpackTableSize));
  }

  private onWindowUpdate(id: number, increment: number): void {
    if (id === 0) {
      const { scheduler } = this;
      if (increment === 0) this.fail(PROTOCOL_ERROR);
      else if (scheduler.window + increment > MAX_WINDOW) this.fail(FLOW_CONTROL_ERROR);
      else {
        scheduler.window += increment;
        scheduler.run();
      }
      return;
    }
    const stream = this.streams.get(id);
    if (stream === undefined) {
      if (this.isIdle(id)) this.fail(PROTOCOL_ERROR);
      return;
    }
    if (increment === 0) this.streamError(stream, PROTOCOL_ERROR);
    else if (!stream.addSendWindow(increment, MAX_WINDOW)) this.streamError(stream, FLOW_CONTROL_ERROR);
    else if (stream.waiting) this.scheduler.run();
  }

  // ── streams ─────────────────────────────────────────────────────────────────────────────────────────────────────

  protected addStream(stream: H2Stream): void {
    this.streams.set(stream.id, stream);
    this.guard.streams++;
    this.stats.inc(SLOT.streams_active);
  }

  /** Takes a stream out of the table; false when it was not there. */
  protected removeStream(stream: H2Stream): boolean {
    if (!this.streams.delete(stream.id)) return false;
    this.stats.dec(SLOT.streams_active);
    return true;
  }

  /** RST_STREAM, and what is on its way for this stream is ignored from now on. */
  sendReset(id: number, code: number): void {
    this.stats.inc(SLOT.tx_reset);
    this.resets.add(id);
    this.writer.reset(id, code);
    this.unlessFlood(this.guard.outbound());
  }

  /** Frames of this stream are ignored, without a word. */
  protected forget(id: number): void {
    this.resets.add(id);
  }

  /** The peer gave this stream up. */
  protected forgetReset(id: number): void {
    this.peerResets.add(id);
  }

  protected wasReset(id: number): boolean {
    return this.resets.has(id);
  }

  /** The peer did something to one stream that HTTP/2 does not allow (§5.4.2). */
  protected streamError(stream: H2Stream, code: number): void {
    this.sendReset(stream.id, code);
    this.onStreamBroken(stream);
  }

  /** A malformed message (§8.1.1): the end of its stream, or, as in Envoy, of the connection. */
  protected invalid(stream: H2Stream): void {
    this.stats.inc(SLOT.rx_messaging_error);
    if (this.settings.streamErrorOnInvalidMessage) this.streamError(stream, PROTOCOL_ERROR);
    else this.die(PROTOCOL_ERROR, FAULTS.H2_INVALID_MESSAGE);
  }

  // ── the connection ──────────────────────────────────────────────────────────────────────────────────────────────

  onAboveHighWatermark(): void {
    this.scheduler.blocked = true;
    for (const stream of this.streams.values()) stream.onBlocked();
  }

  onBelowLowWatermark(): void {
    const { scheduler } = this;
    scheduler.blocked = false;
    scheduler.run();
    if (scheduler.blocked) return;
    for (const stream of this.streams.values()) stream.onUnblocked();
  }

  onTimer(kind: number): void {
    if (kind === SETTINGS_TIMER) this.fail(SETTINGS_TIMEOUT);
  }

  /** A stream writes of its own accord: does the peer take it? Found out when whoever writes is done. */
  checkOutbound(): void {
    if (this.checking || !this.guard.mayFlood) return;
    this.checking = true;
    this.connection.dispatcher.defer(this);
  }

  onTurnEnd(): void {
    this.checking = false;
    this.afterInput();
  }

  /** No answer to a PING. */
  onSilence(): void {
    this.stats.inc(SLOT.keepalive_timeout);
    this.stop();
    this.connection.close(CLOSE_NO_FLUSH);
  }

  /** False when `slot` says that the peer floods us, and the connection is over. */
  protected unlessFlood(slot: number): boolean {
    return slot === NO_FLOOD || this.flooded(slot);
  }

  protected flooded(slot: number): boolean {
    if (this.dead) return false;
    this.stats.inc(slot);
    return this.die(ENHANCE_YOUR_CALM, FLOOD_FAULTS[slot] ?? FAULTS.H2_PROTOCOL_ERROR);
  }

  /** A connection error (§5.4.1). Returns false. */
  protected fail(code: number): boolean {
    return this.die(code, code === COMPRESSION_ERROR ? FAULTS.H2_COMPRESSION_ERROR : FAULTS.H2_PROTOCOL_ERROR);
  }

  protected die(code: number, fault: Fault): boolean {
    if (this.dead) return false;
    this.sayGoodbye(code);
    this.stop();
    this.onConnectionError(fault);
    return false;
  }

  protected sayGoodbye(code: number): void {
    this.stats.inc(SLOT.goaway_sent);
    this.writer.goAway(this.lastPeerStream, code);
  }

  /** No frame is looked at from here on. */
  protected stop(): void {
    this.dead = true;
    this.input.stop();
    this.block.clear();
    this.keepalive?.stop();
    this.guard.stop();
    this.connection.dispatcher.timers.cancel(this.settingsTimer);
  }

  // ── what the sides know ─────────────────────────────────────────────────────────────────────────────────────────

  /** The stream has not been opened by whoever would open it. */
  protected abstract isIdle(id: number): boolean;
  /** A header block for this stream may come; otherwise the connection has failed. */
  protected abstract mayOpen(id: number): boolean;
  /** The header block of a HEADERS frame, whole. */
  protected abstract onBlock(id: number, end: boolean, buffer: Buffer, from: number, to: number): void;
  /** Streams are read again. */
  protected abstract onUncrowded(): void;
  /** The connection ends, because the header block for this stream cannot be read. */
  protected abstract onLostBlock(id: number): void;
  /** The head of its message was there. */
  protected abstract mayHaveData(stream: H2Stream): boolean;
  protected abstract onPeerReset(id: number, code: number): void;
  protected abstract onPeerGoAway(lastId: number, code: number): void;
  protected abstract onPeerSettings(): void;
  /** A stream was reset because of what the peer did. */
  protected abstract onStreamBroken(stream: H2Stream): void;
  /** GOAWAY is written: ends every stream and the connection. */
  protected abstract onConnectionError(fault: Fault): void;
  /** Highest stream of the peer that we have looked at. */
  protected abstract get lastPeerStream(): number;
  /** Largest value of ENABLE_PUSH that the peer may send. */
  protected abstract get mostPush(): number;
}
