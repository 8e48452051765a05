import type { Connection } from '../../net/connection.ts';
import { Timer } from '../../net/timer-wheel.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import type { ServerCallbacks, ServerConnection } from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { Headers } from '../headers.ts';
import { fromExtendedConnect } from '../upgrade.ts';
import { H2Connection, NEXT_TIMER } from './connection.ts';
import { EARLY_RESET_MS } from './flood-guard.ts';
import {
  CANCEL,
  COMPRESSION_ERROR,
  ENHANCE_YOUR_CALM,
  FRAME_HEADER_BYTES,
  INTERNAL_ERROR,
  MAX_STREAM_ID,
  NO_ERROR,
  PROTOCOL_ERROR,
  REFUSED_STREAM,
  SETTING_ENABLE_CONNECT_PROTOCOL,
  SETTING_MAX_CONCURRENT_STREAMS,
  STREAM_CLOSED,
} from './frames.ts';
import {
  BLOCK_FLOOD,
  BLOCK_MALFORMED,
  BLOCK_OK,
  BLOCK_REQUEST,
  BLOCK_TOO_LARGE,
  BLOCK_TRAILERS,
  BLOCK_UNREADABLE,
} from './hpack/decoder.ts';
import {
  applyUnderscores,
  BAD_LENGTH,
  completeRequest,
  contentLength,
  dropFramingOfTrailers,
  UNDERSCORES_DROPPED,
  UNDERSCORES_REFUSED,
} from './message-rules.ts';
import { ServerStream } from './server-stream.ts';
import type { H2ServerSettings } from './settings.ts';
import { H2_STATS } from './stats.ts';

const SLOT = H2_STATS.slot;

const DRAIN_TIMER = NEXT_TIMER;

/**
 * The server side of an HTTP/2 connection (RFC 9113). A stream lives from its HEADERS until its response was written to the end, or a
 * reset; what a client still sends for it after that is ignored.
 */
export class H2ServerConnection extends H2Connection implements ServerConnection {
  declare readonly settings: H2ServerSettings;
  private readonly callbacks: ServerCallbacks;
  /** The highest stream that the client has opened, and the highest one that we looked at: GOAWAY names it. */
  private highest: number;
  private processed: number;
  /** The last ids that the client left out: closed, but never used (§5.1.1). */
  private gapFrom: number;
  private gapTo: number;
  private readonly drainTimer: Timer;
  private draining: boolean;
  /** The GOAWAY that names a stream is written: nothing above `processed` is looked at. */
  private closing: boolean;
  private finished: boolean;

  constructor(connection: Connection, callbacks: ServerCallbacks, settings: H2ServerSettings, stats: StatGroup) {
    super(connection, settings, stats, true);
    this.callbacks = callbacks;
    this.highest = 0;
    this.processed = 0;
    this.gapFrom = 0;
    this.gapTo = 0;
    this.drainTimer = new Timer(this, DRAIN_TIMER);
    this.draining = false;
    this.closing = false;
    this.finished = false;
    const pairs = [SETTING_MAX_CONCURRENT_STREAMS, settings.maxConcurrentStreams];
    if (settings.allowConnect) pairs.push(SETTING_ENABLE_CONNECT_PROTOCOL, 1);
    this.greet(pairs);
    this.awaitAck();
  }

  // ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────

  protected isIdle(id: number): boolean {
    return id > this.highest || (id & 1) === 0;
  }

  protected mayOpen(id: number): boolean {
    if ((id & 1) === 0) return this.fail(PROTOCOL_ERROR);
    const { highest } = this;
    if (id > highest) {
      if (id > highest + 2) {
        this.gapFrom = highest + 1;
        this.gapTo = id - 2;
      }
      this.highest = id;
      return true;
    }
    if (this.streams.has(id)) return true;
    return id >= this.gapFrom && id <= this.gapTo ? this.fail(PROTOCOL_ERROR) : this.onClosed(id);
  }

  protected onBlock(id: number, end: boolean, buffer: Buffer, from: number, to: number): void {
    const known = this.streams.get(id);
    if (known !== undefined) {
      this.onTrailers(id, known as ServerStream, end, buffer, from, to);
      return;
    }
    const { settings } = this;
    const headers = new Headers();
    const result = this.decoder.decode(buffer, from, to, headers, BLOCK_REQUEST, settings.limits);
    if (result === BLOCK_UNREADABLE) {
      this.onLostBlock(id);
      this.fail(COMPRESSION_ERROR);
    } else if (result === BLOCK_FLOOD) {
      this.blockTooLarge(id);
    } else if (this.wasReset(id)) {
      this.stats.inc(SLOT.headers_cb_no_stream);
    } else if (this.closing) {
      // The client knows from our GOAWAY that nobody looks at this.
      this.forget(id);
    } else if (this.streams.size >= settings.maxConcurrentStreams) {
      this.processed = id;
      this.stats.inc(SLOT.stream_refused_errors);
      this.sendReset(id, REFUSED_STREAM);
      this.countEnd(true);
    } else {
      this.processed = id;
      if (result === BLOCK_OK) this.onRequest(id, end, headers, to - from);
      else if (result === BLOCK_MALFORMED) this.refuse(id, to - from, FAULTS.H2_INVALID_FIELD);
      else this.refuseStream(id, to - from, this.overflow(result));
    }
  }

  private onRequest(id: number, end: boolean, headers: Headers, bytes: number): void {
    const { settings } = this;
    const underscores = applyUnderscores(headers, settings.underscores);
    if (underscores === UNDERSCORES_REFUSED) {
      this.stats.inc(SLOT.requests_rejected_with_underscores_in_headers);
      this.refuseStream(id, bytes, FAULTS.H2_UNEXPECTED_UNDERSCORE);
      return;
    }
    if (underscores === UNDERSCORES_DROPPED) this.stats.inc(SLOT.dropped_headers_with_underscores);
    const length = completeRequest(headers, settings.allowConnect) ? contentLength(headers) : BAD_LENGTH;
    if (length === BAD_LENGTH || (end && length > 0)) {
      this.refuse(id, bytes, FAULTS.H2_INVALID_MESSAGE);
      return;
    }
    fromExtendedConnect(headers);
    const stream = new ServerStream(this, id, headers.method);
    stream.countHeadReceived(bytes, headers);
    if (end) stream.remoteEnded = true;
    else stream.lengthLeft = length;
    this.addStream(stream);
    const decoder = this.callbacks.newStream(stream);
    if (decoder === null) {
      this.giveUp(stream, REFUSED_STREAM);
      return;
    }
    stream.accept(decoder);
    decoder.decodeHeaders(headers, end);
  }

  private onTrailers(id: number, stream: ServerStream, end: boolean, buffer: Buffer, from: number, to: number): void {
    const { settings } = this;
    const trailers = new Headers();
    const result = this.decoder.decode(buffer, from, to, trailers, BLOCK_TRAILERS, settings.limits);
    stream.countHeadReceived(to - from, trailers);
    if (result === BLOCK_UNREADABLE) {
      this.fail(COMPRESSION_ERROR);
    } else if (result === BLOCK_FLOOD) {
      this.blockTooLarge(id);
    } else if (stream.remoteEnded) {
      this.streamError(stream, STREAM_CLOSED);
    } else if (result === BLOCK_MALFORMED || !end || stream.lengthLeft > 0) {
      this.invalid(stream);
    } else if (result !== BLOCK_OK) {
      this.sendReset(id, INTERNAL_ERROR);
      this.lose(stream, this.overflow(result));
    } else {
      this.stats.inc(SLOT.trailers);
      applyUnderscores(trailers, settings.underscores);
      dropFramingOfTrailers(trailers);
      stream.receiveTrailers(trailers);
    }
  }

  /** A request that nobody will know more of: it is logged with the rest of the connection. */
  protected onLostBlock(id: number): void {
    if (this.closing || this.streams.has(id) || this.wasReset(id)) return;
    this.processed = id;
    this.unreadable(id, 0);
  }

  /** A request that is none: whoever logs gets to know of it. */
  private refuse(id: number, bytes: number, fault: Fault): void {
    const stream = this.unreadable(id, bytes);
    this.stats.inc(SLOT.rx_messaging_error);
    if (!this.settings.streamErrorOnInvalidMessage) {
      this.die(PROTOCOL_ERROR, fault);
      return;
    }
    this.sendReset(id, PROTOCOL_ERROR);
    this.lose(stream, fault);
  }

  /** The limits are ours: this is no error of the connection. */
  private refuseStream(id: number, bytes: number, fault: Fault): void {
    const stream = this.unreadable(id, bytes);
    this.sendReset(id, INTERNAL_ERROR);
    this.lose(stream, fault);
  }

  /** Counts a block that passed one of the limits. */
  private overflow(result: number): Fault {
    this.stats.inc(result === BLOCK_TOO_LARGE ? SLOT.header_list_size_too_large : SLOT.header_overflow);
    return result === BLOCK_TOO_LARGE ? FAULTS.H2_HEADERS_TOO_LARGE : FAULTS.H2_TOO_MANY_HEADERS;
  }

  /** A stream without a request. */
  private unreadable(id: number, bytes: number): ServerStream {
    const stream = new ServerStream(this, id, '');
    stream.wireBytesReceived = FRAME_HEADER_BYTES + bytes;
    this.addStream(stream);
    this.callbacks.newStream(stream);
    return stream;
  }

  /** Heads are put together block by block: this one has begun and is not complete. */
  get readingHead(): boolean {
    const { id } = this.block;
    return id !== 0 && !this.streams.has(id) && !this.wasReset(id);
  }

  abandonHead(fault: Fault): void {
    if (!this.readingHead) return;
    const { id } = this.block;
    this.processed = id;
    const stream = new ServerStream(this, id, '');
    this.addStream(stream);
    this.callbacks.onEarlyError(stream, new Headers(), fault);
  }

  protected mayHaveData(): boolean {
    return true;
  }

  // ── how streams end ─────────────────────────────────────────────────────────────────────────────────────────────

  /** The response is written to its end; `code` ≥ 0 tells the client to stop sending the request (§8.1). */
  onResponseSent(stream: ServerStream, code: number): void {
    if (!this.removeStream(stream)) return;
    stream.release();
    if (code >= 0) this.sendReset(stream.id, code);
    this.countEnd(false);
    this.onStreamOver();
  }

  /** We break the stream off. */
  giveUp(stream: ServerStream, code: number): void {
    if (!this.removeStream(stream)) return;
    stream.release();
    this.sendReset(stream.id, code);
    this.countEnd(false);
    this.onStreamOver();
  }

  onFlushTimeout(stream: ServerStream): void {
    this.stats.inc(SLOT.tx_flush_timeout);
    this.giveUp(stream, CANCEL);
  }

  protected onPeerReset(id: number, code: number): void {
    const stream = this.streams.get(id) as ServerStream | undefined;
    if (stream === undefined) return;
    this.stats.inc(SLOT.rx_reset);
    this.forgetReset(id);
    this.lose(stream, code === REFUSED_STREAM ? FAULTS.DOWNSTREAM_REMOTE_REFUSE : FAULTS.DOWNSTREAM_REMOTE_RESET);
  }

  protected onStreamBroken(stream: ServerStream): void {
    this.lose(stream, FAULTS.H2_INVALID_MESSAGE);
  }

  /** The stream ended by what the client did. */
  private lose(stream: ServerStream, fault: Fault): void {
    if (!this.removeStream(stream)) return;
    const early = !stream.started && this.connection.dispatcher.timers.now - stream.created <= EARLY_RESET_MS;
    stream.onGone(fault);
    this.countEnd(early);
    this.onStreamOver();
  }

  /** Rapid reset, and its reverse that makes us reset. */
  private countEnd(early: boolean): void {
    if (this.guard.streamEnded(early)) this.die(ENHANCE_YOUR_CALM, FAULTS.H2_EARLY_RESETS);
  }

  private onStreamOver(): void {
    if (this.streams.size === 0 && this.closing) this.finish(false);
  }

  // ── the end of the connection ───────────────────────────────────────────────────────────────────────────────────

  /** §6.8: a GOAWAY that takes everything that is on its way, and later one that names the last stream. */
  drain(): void {
    if (this.draining || this.dead) return;
    this.draining = true;
    const { drainMs } = this.settings;
    if (drainMs === 0) {
      this.closeDoor();
      return;
    }
    this.stats.inc(SLOT.goaway_sent);
    this.writer.goAway(MAX_STREAM_ID, NO_ERROR);
    this.connection.dispatcher.timers.arm(this.drainTimer, drainMs);
  }

  private closeDoor(): void {
    this.closing = true;
    this.sayGoodbye(NO_ERROR);
    this.onStreamOver();
  }

  override onTimer(kind: number): void {
    if (kind !== DRAIN_TIMER) super.onTimer(kind);
    else if (!this.dead) this.closeDoor();
  }

  /** It asks for no more responses that nobody asked for: there are none. When it goes, it closes. */
  protected onPeerGoAway(): void {}

  protected onPeerSettings(): void {}

  protected onUncrowded(): void {}

  protected get lastPeerStream(): number {
    return this.processed;
  }

  /** Only servers push. */
  protected get mostPush(): number {
    return 1;
  }

  protected onConnectionError(fault: Fault): void {
    this.loseAll(fault);
    this.callbacks.onConnectionError?.(fault);
    this.finish(true);
  }

  private loseAll(fault: Fault): void {
    for (const stream of this.streams.values()) if (this.removeStream(stream)) stream.onGone(fault);
  }

  private finish(peerMaySend: boolean): void {
    this.stop();
    this.connection.dispatcher.timers.cancel(this.drainTimer);
    if (this.finished) return;
    this.finished = true;
    this.callbacks.onFinished(peerMaySend);
  }

  onEnd(): void {
    this.stop();
    this.loseAll(FAULTS.DOWNSTREAM_RESET);
    this.finish(false);
  }

  onClose(): void {
    this.stop();
    this.connection.dispatcher.timers.cancel(this.drainTimer);
    this.loseAll(FAULTS.DOWNSTREAM_RESET);
  }
}
