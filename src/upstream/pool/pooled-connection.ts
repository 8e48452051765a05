/**
 * A connection of a pool from connect() to its end: connect timeout, bytes to the codec, duration limits and everything that is counted
 * on the way. What pools of different protocols do with it is theirs (`ConnectionUser`).
 */
import {
  type ClientCallbacks,
  type ClientConnection,
  LEFT_ASKED,
  LEFT_PROTOCOL,
  LEFT_SURPLUS,
  type LeaveReason,
} from '../../http/codec.ts';
import { FAULTS, type Fault } from '../../http/faults.ts';
import { CLOSE_NO_FLUSH, CLOSED_LOCAL, type ClosedBy, type Connection, type ConnectionCallbacks } from '../../net/connection.ts';
import { isBindFailure, isLocalFailure } from '../../net/socket-errors.ts';
import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import { forAddress } from '../../net/transport-socket.ts';
import type { PoolSelector } from '../cluster.ts';
import { CLUSTER_STATS } from '../cluster-stats.ts';
import type { Host } from '../host.ts';
import { HOST_STATS } from '../host-stats.ts';
import { AddressRace } from './address-race.ts';
import type { PoolOwner } from './pool.ts';

const SLOT = CLUSTER_STATS.slot;
const HISTOGRAM = CLUSTER_STATS.histogram;
const HOST_SLOT = HOST_STATS.slot;

/** Timers of a connection. A connection either connects or is idle, so both share one. */
const TIMER_WAIT = 0;
const TIMER_DURATION = 1;

/** No limit of requests. */
const MANY = 2 ** 30 - 1;

/** The pool, as its connections see it. */
export interface ConnectionUser {
  /** Connected; the codec is ready for streams. */
  onConnectionReady(connection: PooledConnection): void;
  /** It never got that far. */
  onConnectionFailed(connection: PooledConnection, fault: Fault, reason: string): void;
  /** A stream ended. */
  onStreamEnded(connection: PooledConnection): void;
  /** The peer said how many streams it takes on a connection like this. */
  onRoom(connection: PooledConnection, streams: number): void;
  /** It may carry no new streams from now on, and is not to be handed out. */
  onConnectionDraining(connection: PooledConnection): void;
  /** It was ready, and is no more. Last call. */
  onConnectionGone(connection: PooledConnection): void;
}

export class PooledConnection implements ConnectionCallbacks, ClientCallbacks, TimerOwner {
  readonly host: Host;
  private readonly owner: PoolOwner;
  private readonly user: ConnectionUser;
  private readonly protocol: 'h1' | 'h2' | 'auto';
  private readonly high: boolean;
  /** That of a host with several addresses is another one when it stands. */
  connection: Connection;
  /** While it connects to one of several addresses. */
  private race: AddressRace | null;
  /** Null until the connection is established. */
  codec: ClientConnection | null;
  /** Streams that may still be started: 0 when draining. */
  remaining: number;
  /** In its pool's list of connections with room. */
  listed: boolean;
  /** HTTP/2, and the peer has not said how many streams it takes. */
  settling: boolean;
  /** Streams that may run until it did. */
  private early: number;
  private streams: number;
  private closing: boolean;
  private timedOut: boolean;
  private peerEnded: boolean;
  /** A stream did not come to its end, and the connection with it. */
  private streamBroke: boolean;
  private counted: number;
  private readonly created: number;
  private idleSince: number;
  private readonly wait: Timer;
  private readonly duration: Timer | null;

  /** `early`: as many streams as the peer takes, going by what it said on other connections. */
  constructor(owner: PoolOwner, user: ConnectionUser, host: Host, selector: PoolSelector, early: number) {
    const { settings, dispatcher, stats } = owner;
    this.host = host;
    this.owner = owner;
    this.user = user;
    this.protocol = selector.protocol;
    this.high = selector.high;
    this.codec = null;
    this.remaining = settings.http.maxRequestsPerConnection === 0 ? MANY : settings.http.maxRequestsPerConnection;
    this.listed = false;
    this.settling = false;
    this.early = early;
    this.streams = 0;
    this.closing = false;
    this.timedOut = false;
    this.peerEnded = false;
    this.streamBroke = false;
    this.counted = 0;
    this.created = dispatcher.timers.now;
    this.idleSince = -1;
    this.wait = new Timer(this, TIMER_WAIT);
    this.duration = settings.http.maxConnectionDurationMs === 0 ? null : new Timer(this, TIMER_DURATION);

    stats.inc(SLOT.upstream_cx_total);
    stats.inc(SLOT.upstream_cx_active);
    if (selector.protocol !== 'auto') this.countProtocol(selector.protocol);
    host.stats.inc(HOST_SLOT.cx_total);
    host.stats.inc(HOST_SLOT.cx_active);

    const { options } = selector;
    this.race = null;
    if (host.additionalAddresses.length === 0) {
      this.connection = host.transport.connect(dispatcher, host.address, forAddress(options, host.address), this);
      this.connection.setBufferLimit(settings.bufferLimit);
    } else {
      this.race = new AddressRace(dispatcher, host, options, owner, this);
      this.connection = this.race.start();
    }
    dispatcher.timers.arm(this.wait, settings.connectTimeoutMs);
  }

  /** A stream may start here now. */
  get usable(): boolean {
    const { codec } = this;
    return codec !== null && !this.closing && this.remaining > 0 && codec.available > 0 && codec.activeStreams < this.early;
  }

  /** Streams that may start here, all of them at once. */
  get room(): number {
    return this.usable ? Math.min((this.codec as ClientConnection).available, this.remaining) : 0;
  }

  get speaksHttp2(): boolean {
    return this.codec !== null && this.codec.protocol === 'HTTP/2';
  }

  get connecting(): boolean {
    return this.codec === null;
  }

  /** Streams that run. */
  get active(): number {
    return this.codec === null ? 0 : this.codec.activeStreams;
  }

  /** Counts a stream that starts. */
  onStreamStarted(): void {
    const { stats } = this.owner;
    this.streams++;
    this.host.activeRequests++;
    this.host.stats.inc(HOST_SLOT.rq_total);
    this.host.stats.inc(HOST_SLOT.rq_active);
    stats.inc(SLOT.upstream_rq_total);
    stats.inc(SLOT.upstream_rq_active);
    if (--this.remaining === 0) {
      stats.inc(SLOT.upstream_cx_max_requests);
      this.user.onConnectionDraining(this);
    }
  }

  /** No stream runs: the idle time begins. The timer is left as it is; it looks at `idleSince` when it fires. */
  onIdle(): void {
    const { timers } = this.owner.dispatcher;
    const { idleTimeoutMs } = this.owner.settings.http;
    this.idleSince = timers.now;
    if (idleTimeoutMs > 0 && !this.wait.armed) timers.arm(this.wait, idleTimeoutMs);
  }

  /** No new streams; closes when the last one ended. */
  drain(): void {
    this.remaining = 0;
    if (this.codec === null) return;
    this.user.onConnectionDraining(this);
    this.codec.drain();
    if (this.active === 0) this.close();
  }

  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.user.onConnectionDraining(this);
    if (this.codec === null && this.race !== null) this.race.close();
    else this.connection.close(CLOSE_NO_FLUSH);
  }

  // ── connection ──────────────────────────────────────────────────────────────────────────────────────────────────

  onConnected(): void {
    const { dispatcher, settings, stats, codecs } = this.owner;
    const { timers } = dispatcher;
    timers.cancel(this.wait);
    stats.record(HISTOGRAM.upstream_cx_connect_ms, timers.now - this.created);
    if (this.closing) return;
    const protocol = this.protocol === 'auto' ? this.negotiated() : this.protocol;
    this.codec = codecs.create(protocol, this.connection, this, settings.http, this.owner.codecStats(protocol));
    this.settling = protocol === 'h2';
    if (this.duration !== null) timers.arm(this.duration, settings.http.maxConnectionDurationMs);
    this.user.onConnectionReady(this);
  }

  /** What the handshake decided. A peer without ALPN speaks HTTP/1.1. */
  private negotiated(): 'h1' | 'h2' {
    const protocol = this.connection.tls?.alpn === 'h2' ? 'h2' : 'h1';
    this.countProtocol(protocol);
    if (protocol === 'h2') this.early = MANY;
    return protocol;
  }

  private countProtocol(protocol: 'h1' | 'h2'): void {
    this.owner.stats.inc(protocol === 'h1' ? SLOT.upstream_cx_http1_total : SLOT.upstream_cx_http2_total);
  }

  onData(buffer: Buffer, start: number, end: number): void {
    this.owner.stats.add(SLOT.upstream_cx_rx_bytes_total, end - start);
    this.codec?.onData(buffer, start, end);
  }

  onEnd(): void {
    this.peerEnded = true;
    this.codec?.onEnd();
    this.close();
  }

  onAboveHighWatermark(): void {
    this.codec?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    this.codec?.onBelowLowWatermark();
  }

  onClose(by: ClosedBy): void {
    const { dispatcher, stats } = this.owner;
    const { codec, connection } = this;
    const failed = codec === null;
    dispatcher.timers.cancel(this.wait);
    if (this.duration !== null) dispatcher.timers.cancel(this.duration);
    const withStream = this.streamBroke || this.active > 0;
    this.closing = true;
    this.remaining = 0;
    codec?.onClose();
    this.countSent();

    stats.inc(SLOT.upstream_cx_destroy);
    const remote = this.peerEnded || (by !== CLOSED_LOCAL && !(failed && isLocalFailure(connection.errorText)));
    stats.inc(remote ? SLOT.upstream_cx_destroy_remote : SLOT.upstream_cx_destroy_local);
    if (withStream) {
      stats.inc(SLOT.upstream_cx_destroy_with_active_rq);
      stats.inc(remote ? SLOT.upstream_cx_destroy_remote_with_active_rq : SLOT.upstream_cx_destroy_local_with_active_rq);
    }
    stats.dec(SLOT.upstream_cx_active);
    this.host.stats.dec(HOST_SLOT.cx_active);
    stats.record(HISTOGRAM.upstream_cx_length_ms, dispatcher.timers.now - this.created);
    if (!failed) stats.record(HISTOGRAM.upstream_rq_per_cx, this.streams);
    this.owner.breaker(this.high).connections.release();

    if (failed) this.failed(by, connection.errorText);
    else this.user.onConnectionGone(this);
  }

  private failed(by: ClosedBy, reason: string): void {
    const { stats } = this.owner;
    stats.inc(SLOT.upstream_cx_connect_fail);
    this.host.stats.inc(HOST_SLOT.cx_connect_fail);
    let fault: Fault = FAULTS.CONNECT_FAILURE;
    if (this.timedOut) {
      stats.inc(SLOT.upstream_cx_connect_timeout);
      fault = FAULTS.CONNECT_TIMEOUT;
    } else if (isLocalFailure(reason)) {
      if (isBindFailure(reason)) stats.inc(SLOT.bind_errors);
      fault = FAULTS.LOCAL_CONNECT_FAILURE;
    } else if (by === CLOSED_LOCAL) {
      fault = FAULTS.LOCAL_CONNECT_FAILURE;
    }
    this.user.onConnectionFailed(this, fault, reason);
  }

  // ── codec ───────────────────────────────────────────────────────────────────────────────────────────────────────

  onStreamFree(codec: ClientConnection, broken: boolean): void {
    const { stats } = this.owner;
    this.host.activeRequests--;
    this.host.stats.dec(HOST_SLOT.rq_active);
    stats.dec(SLOT.upstream_rq_active);
    this.owner.breaker(this.high).requests.release();
    this.countSent();
    // A stream of HTTP/2 breaks alone, and one that was given up before it began leaves every connection as it was.
    if (broken && (this.peerEnded || !this.connection.open)) this.streamBroke = true;
    if (!this.closing && this.remaining === 0 && codec.activeStreams === 0) this.close();
    this.user.onStreamEnded(this);
  }

  onGoAway(codec: ClientConnection, why: LeaveReason): void {
    const { stats } = this.owner;
    if (why === LEFT_SURPLUS || why === LEFT_PROTOCOL) stats.inc(SLOT.upstream_cx_protocol_error);
    else if (why === LEFT_ASKED && !this.peerEnded && (this.remaining > 0 || this.speaksHttp2)) stats.inc(SLOT.upstream_cx_close_notify);
    this.remaining = 0;
    this.user.onConnectionDraining(this);
    if (codec.activeStreams === 0) this.close();
  }

  onCapacity(codec: ClientConnection): void {
    this.early = MANY;
    if (this.remaining > 0) this.user.onRoom(this, codec.available + codec.activeStreams);
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  onTimer(kind: number): void {
    if (kind === TIMER_DURATION) this.onDuration();
    else if (this.codec === null) this.onConnectTimeout();
    else this.onIdleTimer();
  }

  private onConnectTimeout(): void {
    this.timedOut = true;
    this.close();
  }

  private onDuration(): void {
    this.owner.stats.inc(SLOT.upstream_cx_max_duration_reached);
    this.drain();
  }

  private onIdleTimer(): void {
    if (this.active > 0 || this.closing) return;
    const { timers } = this.owner.dispatcher;
    const left = this.owner.settings.http.idleTimeoutMs - (timers.now - this.idleSince);
    if (left > 0) {
      timers.arm(this.wait, left);
      return;
    }
    this.owner.stats.inc(SLOT.upstream_cx_idle_timeout);
    this.close();
  }

  private countSent(): void {
    const sent = this.connection.bytesSent;
    if (sent === this.counted) return;
    this.owner.stats.add(SLOT.upstream_cx_tx_bytes_total, sent - this.counted);
    this.counted = sent;
  }
}
