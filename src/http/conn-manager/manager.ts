/**
 * One downstream HTTP connection: owns the codec, makes a stream for each request, ends the connection when it has been idle, told
 * to drain or finished by the codec (Envoy 1.40 `ConnectionManagerImpl`).
 */
import type { Address } from '../../base/address.ts';
import { strikes } from '../../base/overload.ts';
import { CLOSE_FLUSH, CLOSE_NO_FLUSH, CLOSED_LOCAL, type Connection } from '../../net/connection.ts';
import type { Dispatcher } from '../../net/dispatcher.ts';
import { NETWORK_CONTINUE, NETWORK_STOP, type NetworkFilter, type NetworkFilterCallbacks, type NetworkStatus } from '../../net/filter.ts';
import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import { FLAG } from '../../telemetry/response-flags.ts';
import type { DownstreamInfo } from '../../telemetry/stream-info.ts';
import type { RequestDecoder, ResponseEncoder, ServerCallbacks, ServerConnection } from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import type { Field, Headers } from '../headers.ts';
import { MAGIC } from './preface.ts';
import type { PeerFacts } from './sanitize.ts';
import type { ConnectionManagerSettings } from './settings.ts';
import { CONNECTION_MANAGER_STATS } from './stats.ts';
import { HttpStream } from './stream.ts';

const SLOT = CONNECTION_MANAGER_STATS.slot;
const CX_LENGTH = CONNECTION_MANAGER_STATS.histogram.downstream_cx_length_ms;

/** Looks for streams, and a connection, that have been idle for too long. */
const SWEEP = 0;
const HEAD_TIMER = 1;
const DURATION_TIMER = 2;
const DRAIN_TIMER = 3;
const DELAYED_CLOSE = 4;

const OPEN = 0;
/** Every response says goodbye; the connection ends with the last stream after the drain time. */
const DRAINING = 1;
/** Nothing more is read: only the peer's FIN, or the delay, is waited for. */
const CLOSING = 2;

export class ConnectionManager implements NetworkFilter, ServerCallbacks, TimerOwner, PeerFacts {
  readonly settings: ConnectionManagerSettings;
  connection: Connection;
  dispatcher: Dispatcher;
  downstream: DownstreamInfo;
  remote: Address;
  local: Address;
  secure: boolean;
  /** Header field about the client's certificate, once it was written. */
  clientCert: Field | null;
  private codec: ServerConnection | null;
  private readonly streams: HttpStream[];
  private state: number;
  /** The next response head says goodbye. */
  private goodbye: boolean;
  /** Counted in `downstream_cx_http1_soft_drain`. */
  private softlyDrained: boolean;
  private remoteClosed: boolean;
  /** By the end of the client, with streams that ran. */
  private cut: boolean;
  private requests: number;
  private opened: number;
  /** Worker time of the last stream's end. */
  private idleSince: number;
  /** Worker time at which `sweep` is due; Infinity when it is not armed. */
  private sweepAt: number;
  private readonly sweep: Timer;
  private headTimer: Timer | null;
  private durationTimer: Timer | null;
  private drainTimer: Timer | null;
  private closeTimer: Timer | null;
  private countedSent: number;
  /** Bytes that came before the codec could be chosen. */
  private seen: number;

  constructor(settings: ConnectionManagerSettings) {
    this.settings = settings;
    this.connection = NOT_YET as unknown as Connection;
    this.dispatcher = NOT_YET as unknown as Dispatcher;
    this.downstream = NOT_YET as unknown as DownstreamInfo;
    this.remote = NOT_YET as unknown as Address;
    this.local = NOT_YET as unknown as Address;
    this.secure = false;
    this.clientCert = null;
    this.codec = null;
    this.streams = [];
    this.state = OPEN;
    this.goodbye = false;
    this.softlyDrained = false;
    this.remoteClosed = false;
    this.cut = false;
    this.requests = 0;
    this.opened = 0;
    this.idleSince = 0;
    this.sweepAt = Number.POSITIVE_INFINITY;
    this.sweep = new Timer(this, SWEEP);
    this.headTimer = null;
    this.durationTimer = null;
    this.drainTimer = null;
    this.closeTimer = null;
    this.countedSent = 0;
    this.seen = 0;
  }

  // ── the connection ──────────────────────────────────────────────────────────────────────────────────────────────

  onNewConnection(callbacks: NetworkFilterCallbacks): NetworkStatus {
    const { connection, info } = callbacks;
    const { stats, timeouts, bufferLimit } = this.settings;
    this.connection = connection;
    this.dispatcher = connection.dispatcher;
    this.downstream = info.downstream;
    this.remote = info.remoteAddress;
    this.local = info.downstream.localAddress;
    this.secure = connection.tls !== null;
    this.opened = this.dispatcher.timers.now;
    this.idleSince = this.opened;
    connection.setNoDelay(true);
    connection.setBufferLimit(bufferLimit);
    stats.inc(SLOT.downstream_cx_total);
    stats.inc(SLOT.downstream_cx_active);
    if (this.secure) {
      stats.inc(SLOT.downstream_cx_ssl_total);
      stats.inc(SLOT.downstream_cx_ssl_active);
    }
    if (timeouts.connectionIdle > 0) this.sweepBy(this.opened + timeouts.connectionIdle);
    if (timeouts.maxConnectionDuration > 0)
      this.durationTimer = this.start(
        this.durationTimer,
        DURATION_TIMER,
        longer(timeouts.maxConnectionDuration, timeouts.maxConnectionJitter),
      );
    return NETWORK_CONTINUE;
  }

  onData(buffer: Buffer, start: number, end: number): NetworkStatus {
    const { stats, timeouts } = this.settings;
    stats.add(SLOT.downstream_cx_rx_bytes_total, end - start);
    this.countSent();
    // What comes after the last answer is not looked at.
    if (this.state === CLOSING) return NETWORK_STOP;
    const codec = this.codec ?? this.chooseCodec(buffer, start, end);
    if (codec === null) return NETWORK_STOP;
    codec.onData(buffer, start, end);
    if (timeouts.requestHeaders > 0) this.watchHead(codec, timeouts.requestHeaders);
    return NETWORK_STOP;
  }

  /** Null while the client's bytes do not tell which protocol it speaks. */
  private chooseCodec(buffer: Buffer, start: number, end: number): ServerConnection | null {
    const { stats, timeouts } = this.settings;
    const codec = this.settings.codec.create(this.connection, this, buffer, start, end, this.seen);
    if (codec === null) {
      if (this.seen === 0 && timeouts.requestHeaders > 0) this.headTimer = this.start(this.headTimer, HEAD_TIMER, timeouts.requestHeaders);
      this.seen += end - start;
      return null;
    }
    this.codec = codec;
    stats.inc(codec.protocol === 'HTTP/2' ? SLOT.downstream_cx_http2_total : SLOT.downstream_cx_http1_total);
    stats.inc(codec.protocol === 'HTTP/2' ? SLOT.downstream_cx_http2_active : SLOT.downstream_cx_http1_active);
    if (this.seen > 0) codec.onData(MAGIC, 0, this.seen);
    return codec;
  }

  /**
   * As in Envoy a client that sends FIN is gone: an answer to it is not waited for. Only a tunnel goes on in the other direction, until
   * its upstream has had its say.
   */
  onEnd(): void {
    // Of two FINs the first one counts.
    if (this.state !== CLOSING) this.remoteClosed = true;
    const { codec } = this;
    const before = this.streams.length;
    codec?.onEnd();
    if (codec !== null && codec.activeStreams > 0) return;
    this.cut = before > 0;
    this.connection.close(CLOSE_FLUSH);
  }

  onClose(by: number): void {
    const { stats } = this.settings;
    const { timers } = this.dispatcher;
    const remote = this.remoteClosed || by !== CLOSED_LOCAL;
    timers.cancel(this.sweep);
    for (const timer of [this.headTimer, this.durationTimer, this.drainTimer, this.closeTimer]) if (timer !== null) timers.cancel(timer);
    this.state = CLOSING;
    stats.inc(SLOT.downstream_cx_destroy);
    stats.inc(remote ? SLOT.downstream_cx_destroy_remote : SLOT.downstream_cx_destroy_local);
    if (this.streams.length > 0 || this.cut) {
      stats.inc(SLOT.downstream_cx_destroy_active_rq);
      stats.inc(remote ? SLOT.downstream_cx_destroy_remote_active_rq : SLOT.downstream_cx_destroy_local_active_rq);
    }
    this.codec?.onClose();
    // Whatever the codec had given up already.
    for (let i = this.streams.length - 1; i >= 0; i--) this.streams[i]?.onReset(FAULTS.DOWNSTREAM_RESET);
    this.countSent();
    stats.dec(SLOT.downstream_cx_active);
    if (this.secure) stats.dec(SLOT.downstream_cx_ssl_active);
    if (this.softlyDrained) stats.dec(SLOT.downstream_cx_http1_soft_drain);
    if (this.codec !== null)
      stats.dec(this.codec.protocol === 'HTTP/2' ? SLOT.downstream_cx_http2_active : SLOT.downstream_cx_http1_active);
    stats.record(CX_LENGTH, timers.now - this.opened);
  }

  onAboveHighWatermark(): void {
    this.codec?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    this.codec?.onBelowLowWatermark();
  }

  // ── the codec ───────────────────────────────────────────────────────────────────────────────────────────────────

  newStream(encoder: ResponseEncoder): RequestDecoder | null {
    return this.state === CLOSING ? null : this.open(encoder);
  }

  onEarlyError(encoder: ResponseEncoder, _partial: Headers, fault: Fault): void {
    if (this.state === CLOSING) return;
    this.open(encoder).refuse(fault);
  }

  onConnectionError(fault: Fault): void {
    const { stats } = this.settings;
    stats.inc(SLOT.downstream_cx_protocol_error);
    if (fault === FAULTS.H2_EARLY_RESETS) stats.inc(SLOT.downstream_rq_too_many_premature_resets);
  }

  onFinished(peerMaySend: boolean): void {
    if (this.state === CLOSING) return;
    this.state = CLOSING;
    const { delayedClose } = this.settings.timeouts;
    if (!peerMaySend || delayedClose === 0 || this.remoteClosed) {
      this.connection.close(CLOSE_FLUSH);
      return;
    }
    this.connection.end();
    this.closeTimer = this.start(this.closeTimer, DELAYED_CLOSE, delayedClose);
  }

  private open(encoder: ResponseEncoder): HttpStream {
    const { stats, maxRequests, timeouts } = this.settings;
    const { now } = this.dispatcher.timers;
    const http2 = encoder.protocol === 'HTTP/2';
    stats.inc(SLOT.downstream_rq_total);
    stats.inc(SLOT.downstream_rq_active);
    stats.inc(http2 ? SLOT.downstream_rq_http2_total : SLOT.downstream_rq_http1_total);
    this.requests++;
    if (this.softlyDrained) this.goodbye = true;
    if (maxRequests > 0 && this.requests === maxRequests) {
      stats.inc(SLOT.downstream_cx_max_requests_reached);
      if (!http2) this.goodbye = true;
      else if (this.state === OPEN) this.startDrain();
    }
    const stream = new HttpStream(this, encoder, now);
    stream.slot = this.streams.push(stream) - 1;
    if (timeouts.streamIdle > 0) this.watch(stream);
    return stream;
  }

  // ── streams ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The response that is sent next is the last one of the connection. */
  closeAfterResponse(): void {
    this.goodbye = true;
  }

  /** A request was refused by the codec or by framing rules. */
  onRefused(fault: Fault): void {
    const { stats } = this.settings;
    if ((fault.flag & FLAG.DownstreamProtocolError) !== 0) stats.inc(SLOT.downstream_cx_protocol_error);
    if (fault === FAULTS.PATH_NORMALIZATION_FAILED) stats.inc(SLOT.downstream_rq_failed_path_normalization);
    if (fault === FAULTS.REQUEST_HEADER_TIMEOUT) stats.inc(SLOT.downstream_rq_header_timeout);
    if (fault.closes && !this.multiplexed) this.goodbye = true;
  }

  /** Called for each final response head before it is encoded. */
  beforeResponse(stream: HttpStream): void {
    const codec = this.codec;
    if (codec === null) return;
    if (this.state === OPEN && this.settings.life.draining) {
      this.settings.stats.inc(SLOT.downstream_cx_drain_close);
      this.startDrain();
    }
    if (this.state === OPEN && strikes(this.settings.overload.disableKeepalive)) {
      this.settings.stats.inc(SLOT.downstream_cx_overload_disable_keepalive);
      this.settings.stats.inc(SLOT.downstream_cx_drain_close);
      this.startDrain();
    }
    // HTTP/2 says goodbye for itself, once.
    if (this.multiplexed) return;
    if (this.goodbye || this.state === DRAINING || !stream.requestComplete) codec.drain();
  }

  /** Streams share the connection: none of them can end it for the others. */
  private get multiplexed(): boolean {
    return this.codec !== null && this.codec.protocol === 'HTTP/2';
  }

  onStreamEnd(stream: HttpStream): void {
    const streams = this.streams;
    const last = streams.pop() as HttpStream;
    if (last !== stream) {
      streams[stream.slot] = last;
      last.slot = stream.slot;
    }
    this.settings.stats.dec(SLOT.downstream_rq_active);
    this.countSent();
    if (streams.length > 0) return;
    this.idleSince = this.dispatcher.timers.now;
    const { connectionIdle } = this.settings.timeouts;
    if (connectionIdle > 0 && this.sweepAt === Number.POSITIVE_INFINITY) this.sweepBy(this.idleSince + connectionIdle);
  }

  /** Makes sure that the sweep comes in time for this stream. */
  watch(stream: HttpStream): void {
    if (stream.idleMs > 0) this.sweepBy(stream.lastActive + stream.idleMs);
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  onTimer(kind: number): void {
    const { stats } = this.settings;
    switch (kind) {
      case SWEEP:
        this.sweepIdle();
        break;
      case HEAD_TIMER:
        // A client that has not even said which protocol it speaks gets an answer in the older one.
        (this.codec ?? this.chooseCodec(NO_PROTOCOL, 0, 1))?.abandonHead(FAULTS.REQUEST_HEADER_TIMEOUT);
        break;
      case DURATION_TIMER:
        stats.inc(SLOT.downstream_cx_max_duration_reached);
        if (this.codec === null) this.connection.close(CLOSE_FLUSH);
        else if (this.settings.safeMaxDuration && !this.multiplexed) this.drainSoftly();
        else if (this.state === OPEN) this.startDrain();
        break;
      case DRAIN_TIMER:
        this.goodbye = true;
        if (this.streams.length === 0) this.connection.close(CLOSE_FLUSH);
        else this.codec?.drain();
        break;
      default:
        stats.inc(SLOT.downstream_cx_delayed_close_timeout);
        this.connection.close(CLOSE_NO_FLUSH);
    }
  }

  onDrain(): void {
    if (this.state !== OPEN) return;
    if (this.multiplexed) {
      // A stream may last: that nothing new may come is told at once.
      if (this.streams.length > 0) this.settings.stats.inc(SLOT.downstream_cx_drain_close);
      this.startDrain();
    } else if (this.streams.length === 0) {
      // A busy connection learns of it with its next response, and counts it there.
      this.startDrain();
    }
  }

  /**
   * HTTP/1.1: the peer is told with every response from now on, and gets the drain time to stop sending requests. HTTP/2: the codec takes it
   * from here, with a first GOAWAY now and the second after the drain time.
   */
  private startDrain(): void {
    this.state = DRAINING;
    if (this.multiplexed) {
      this.codec?.drain();
      return;
    }
    const { drain, drainJitter } = this.settings.timeouts;
    if (drain > 0) this.drainTimer = this.start(this.drainTimer, DRAIN_TIMER, longer(drain, drainJitter));
    else this.onTimer(DRAIN_TIMER);
  }

  /** Nothing is closed under a request that may be on its way: the response to the next one says that it is the last. */
  private drainSoftly(): void {
    this.softlyDrained = true;
    this.settings.stats.inc(SLOT.downstream_cx_http1_soft_drain);
  }

  private sweepIdle(): void {
    this.sweepAt = Number.POSITIVE_INFINITY;
    const { now } = this.dispatcher.timers;
    const { connectionIdle } = this.settings.timeouts;
    const streams = this.streams;
    if (streams.length === 0) {
      if (connectionIdle === 0 || this.state !== OPEN) return;
      if (now - this.idleSince < connectionIdle) this.sweepBy(this.idleSince + connectionIdle);
      else this.onConnectionIdle();
      return;
    }
    for (let i = streams.length - 1; i >= 0; i--) {
      const stream = streams[i];
      if (stream === undefined || stream.idleMs <= 0) continue;
      if (now - stream.lastActive < stream.idleMs) this.watch(stream);
      else stream.onIdle();
    }
  }

  private onConnectionIdle(): void {
    this.settings.stats.inc(SLOT.downstream_cx_idle_timeout);
    if (this.codec === null) this.connection.close(CLOSE_FLUSH);
    else this.startDrain();
  }

  private sweepBy(at: number): void {
    if (at >= this.sweepAt) return;
    this.sweepAt = at;
    this.dispatcher.timers.arm(this.sweep, Math.max(1, at - this.dispatcher.timers.now));
  }

  /** Runs while a head is being read, from its first byte. */
  private watchHead(codec: ServerConnection, ms: number): void {
    const running = this.headTimer?.armed === true;
    if (codec.readingHead === running) return;
    if (running) this.dispatcher.timers.cancel(this.headTimer as Timer);
    else this.headTimer = this.start(this.headTimer, HEAD_TIMER, ms);
  }

  private start(timer: Timer | null, kind: number, ms: number): Timer {
    const armed = timer ?? new Timer(this, kind);
    this.dispatcher.timers.arm(armed, ms);
    return armed;
  }

  /** What leaves at the end of the turn is sent as far as anybody looks. */
  private countSent(): void {
    const sent = this.connection.bytesSent + this.connection.bufferedBytes;
    if (sent > this.countedSent) {
      this.settings.stats.add(SLOT.downstream_cx_tx_bytes_total, sent - this.countedSent);
      this.countedSent = sent;
    }
  }
}

/** `ms` and up to `share` of it at random: what begins together need not end together. */
function longer(ms: number, share: number): number {
  return share === 0 ? ms : ms * (1 + Math.random() * share);
}

/** A byte that no HTTP/2 connection begins with. */
const NO_PROTOCOL = Buffer.from('?');

/** Until the connection is handed over; nothing is called before. */
const NOT_YET = null;
