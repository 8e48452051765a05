/**
 * A connection to a host that carries bytes of one downstream connection (TCP proxying): opened for it, never pooled. What a pool
 * counts for its connections is counted here, in Envoy's order: the wait for the connection is a pending request, its life is a
 * running one (`max_requests` does not limit it), and `max_connections` is looked at before anything else.
 */
import {
  CLOSE_NO_FLUSH,
  CLOSED_ERROR,
  CLOSED_LOCAL,
  type ClosedBy,
  type CloseType,
  type Connection,
  type ConnectionCallbacks,
} from '../net/connection.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import { isBindFailure, isLocalFailure } from '../net/socket-errors.ts';
import { Timer, type TimerOwner } from '../net/timer-wheel.ts';
import { forAddress, type UpstreamTransportOptions } from '../net/transport-socket.ts';
import type { CircuitBreaker, Cluster } from './cluster.ts';
import { CLUSTER_STATS } from './cluster-stats.ts';
import type { Host } from './host.ts';
import { HOST_STATS } from './host-stats.ts';
import { AddressRace } from './pool/address-race.ts';

const SLOT = CLUSTER_STATS.slot;
const HISTOGRAM = CLUSTER_STATS.histogram;
const HOST_SLOT = HOST_STATS.slot;

/** Why there is no connection. */
export const FAILED_REMOTE = 0 as const; // refused, reset, TLS
export const FAILED_TIMEOUT = 1 as const; // connect_timeout
export const FAILED_LOCAL = 2 as const; // bind, or closed by ourselves
export const FAILED_PENDING = 3 as const; // max_pending_requests
export type ConnectFailure = typeof FAILED_REMOTE | typeof FAILED_TIMEOUT | typeof FAILED_LOCAL | typeof FAILED_PENDING;

/** How a connection ended that had been established. */
export const ENDED_BY_FIN = 0 as const; // of both sides
export const ENDED_BY_RESET = 1 as const; // without the peer's FIN, or with an error
export type UpstreamEnd = typeof ENDED_BY_FIN | typeof ENDED_BY_RESET;

/** Who the bytes belong to. Nothing is called after `onUpstreamFailed`, `onUpstreamGone` or `close`. */
export interface TcpUpstreamUser {
  onUpstreamConnected(upstream: TcpUpstream): void;
  /** `reason` is the transport's text, '' when there is none. May come before `connect` returns. */
  onUpstreamFailed(upstream: TcpUpstream, failure: ConnectFailure, reason: string): void;
  /** Borrowed (net/connection.ts). */
  onUpstreamData(buffer: Buffer, start: number, end: number): void;
  /** The host's FIN. */
  onUpstreamEnd(): void;
  onUpstreamGone(end: UpstreamEnd): void;
  /** The host is slow (`true`), or took what was queued. */
  onUpstreamBackedUp(backedUp: boolean): void;
  /** After `close`: the descriptor is closed. */
  onUpstreamFlushed(): void;
}

export class TcpUpstream implements ConnectionCallbacks, TimerOwner {
  readonly cluster: Cluster;
  readonly host: Host;
  readonly dispatcher: Dispatcher;
  private readonly user: TcpUpstreamUser;
  private readonly breaker: CircuitBreaker;
  /** Null until `connect`, and when that was refused. */
  connection: Connection | null;
  /** Null unless the host has several addresses. */
  private race: AddressRace | null;
  connected: boolean;
  /** The user gave it up, or was told of its end. */
  private over: boolean;
  private timedOut: boolean;
  private peerEnded: boolean;
  private ended: boolean;
  /** We ended it: closed it before both FINs had passed, or sent the later one. */
  private local: boolean;
  private counted: number;
  private created: number;
  private timer: Timer | null;

  constructor(dispatcher: Dispatcher, cluster: Cluster, host: Host, user: TcpUpstreamUser) {
    this.cluster = cluster;
    this.host = host;
    this.dispatcher = dispatcher;
    this.user = user;
    this.breaker = cluster.breaker(false);
    this.connection = null;
    this.race = null;
    this.connected = false;
    this.over = false;
    this.timedOut = false;
    this.peerEnded = false;
    this.ended = false;
    this.local = false;
    this.counted = 0;
    this.created = 0;
    this.timer = null;
  }

  /** The caller has taken a unit of `connections` from the cluster's breaker, which is given back at the end in any case. */
  connect(options: UpstreamTransportOptions): void {
    const { cluster, host, dispatcher, breaker } = this;
    const { stats } = cluster;
    const open = host.stats.value(HOST_SLOT.cx_active);
    const full = open > 0 && open >= breaker.hostConnections;
    if (full || !breaker.pending.tryAcquire()) {
      stats.inc(full ? SLOT.upstream_cx_overflow : SLOT.upstream_rq_pending_overflow);
      breaker.connections.release();
      this.over = true;
      this.user.onUpstreamFailed(this, FAILED_PENDING, '');
      return;
    }
    cluster.hold();
    stats.inc(SLOT.upstream_rq_pending_total);
    stats.inc(SLOT.upstream_rq_pending_active);
    host.stats.inc(HOST_SLOT.rq_pending_active);
    stats.inc(SLOT.upstream_cx_total);
    stats.inc(SLOT.upstream_cx_active);
    host.stats.inc(HOST_SLOT.cx_total);
    host.stats.inc(HOST_SLOT.cx_active);
    this.created = dispatcher.timers.now;
    const timer = new Timer(this, 0);
    this.timer = timer;
    dispatcher.timers.arm(timer, cluster.settings.connectTimeoutMs);
    if (host.additionalAddresses.length > 0) {
      this.race = new AddressRace(dispatcher, host, options, cluster, this);
      this.race.start();
      return;
    }
    const connection = host.transport.connect(dispatcher, host.address, forAddress(options, host.address), this);
    this.connection = connection;
    connection.setBufferLimit(cluster.settings.bufferLimit);
  }

  /** Takes bytes, borrowed or owned. */
  write(data: Buffer): void {
    (this.connection as Connection).write(data);
    this.countSent();
  }

  /** FIN after what was written. */
  end(): void {
    if (this.peerEnded) this.local = true;
    this.ended = true;
    (this.connection as Connection).end();
  }

  readDisable(disable: boolean): void {
    const { stats } = this.cluster;
    stats.inc(disable ? SLOT.upstream_flow_control_paused_reading_total : SLOT.upstream_flow_control_resumed_reading_total);
    this.connection?.readDisable(disable);
  }

  /** The user wants no more of it and hears nothing but `onUpstreamFlushed`. */
  close(type: CloseType): void {
    if (!this.over && !(this.ended && this.peerEnded)) this.local = true;
    this.over = true;
    if (this.connected) this.connection?.close(type);
    else this.giveUp();
  }

  onTimer(): void {
    this.timedOut = true;
    this.local = true;
    this.giveUp();
  }

  private giveUp(): void {
    if (this.race === null) this.connection?.close(CLOSE_NO_FLUSH);
    else this.race.close();
  }

  // ── connection ──────────────────────────────────────────────────────────────────────────────────────────────────

  onConnected(): void {
    const { cluster, host, breaker, dispatcher } = this;
    const { stats } = cluster;
    if (this.over || this.timedOut) return;
    dispatcher.timers.cancel(this.timer as Timer);
    stats.record(HISTOGRAM.upstream_cx_connect_ms, dispatcher.timers.now - this.created);
    this.connected = true;
    this.leaveQueue();
    breaker.requests.acquire();
    stats.inc(SLOT.upstream_rq_total);
    stats.inc(SLOT.upstream_rq_active);
    host.stats.inc(HOST_SLOT.rq_total);
    host.stats.inc(HOST_SLOT.rq_active);
    host.activeRequests++;
    if (cluster.settings.http.maxRequestsPerConnection === 1) stats.inc(SLOT.upstream_cx_max_requests);
    this.user.onUpstreamConnected(this);
  }

  onData(buffer: Buffer, start: number, end: number): void {
    this.cluster.stats.add(SLOT.upstream_cx_rx_bytes_total, end - start);
    if (!this.over) this.user.onUpstreamData(buffer, start, end);
  }

  onEnd(): void {
    this.peerEnded = true;
    if (!this.over) this.user.onUpstreamEnd();
  }

  onAboveHighWatermark(): void {
    if (!this.over) this.user.onUpstreamBackedUp(true);
  }

  onBelowLowWatermark(): void {
    if (!this.over) this.user.onUpstreamBackedUp(false);
  }

  onClose(by: ClosedBy): void {
    const { cluster, host, breaker, dispatcher, connected, connection } = this;
    const { stats } = cluster;
    dispatcher.timers.cancel(this.timer as Timer);
    this.countSent();
    const localFailure = !connected && connection !== null && isLocalFailure(connection.errorText);
    const local = this.local || localFailure;
    stats.inc(SLOT.upstream_cx_destroy);
    stats.inc(local ? SLOT.upstream_cx_destroy_local : SLOT.upstream_cx_destroy_remote);
    stats.dec(SLOT.upstream_cx_active);
    host.stats.dec(HOST_SLOT.cx_active);
    stats.record(HISTOGRAM.upstream_cx_length_ms, dispatcher.timers.now - this.created);
    if (connected) {
      stats.inc(SLOT.upstream_cx_destroy_with_active_rq);
      stats.inc(local ? SLOT.upstream_cx_destroy_local_with_active_rq : SLOT.upstream_cx_destroy_remote_with_active_rq);
      stats.dec(SLOT.upstream_rq_active);
      host.stats.dec(HOST_SLOT.rq_active);
      host.activeRequests--;
      breaker.requests.release();
    }
    breaker.connections.release();
    if (!connected) this.failed(by, localFailure, connection?.errorText ?? '');
    else this.gone(by);
    cluster.letGo();
  }

  private failed(by: ClosedBy, localFailure: boolean, reason: string): void {
    const { stats } = this.cluster;
    this.leaveQueue();
    if (this.over) {
      stats.inc(SLOT.upstream_rq_cancelled);
      this.user.onUpstreamFlushed();
      return;
    }
    this.over = true;
    stats.inc(SLOT.upstream_cx_connect_fail);
    this.host.stats.inc(HOST_SLOT.cx_connect_fail);
    stats.inc(SLOT.upstream_rq_pending_failure_eject);
    if (this.timedOut) stats.inc(SLOT.upstream_cx_connect_timeout);
    if (isBindFailure(reason)) stats.inc(SLOT.bind_errors);
    const failure = this.timedOut ? FAILED_TIMEOUT : localFailure || by === CLOSED_LOCAL ? FAILED_LOCAL : FAILED_REMOTE;
    this.user.onUpstreamFailed(this, failure, reason);
  }

  private gone(by: ClosedBy): void {
    if (this.over) {
      this.user.onUpstreamFlushed();
      return;
    }
    this.over = true;
    this.user.onUpstreamGone(this.peerEnded && by !== CLOSED_ERROR ? ENDED_BY_FIN : ENDED_BY_RESET);
  }

  private leaveQueue(): void {
    this.cluster.stats.dec(SLOT.upstream_rq_pending_active);
    this.host.stats.dec(HOST_SLOT.rq_pending_active);
    this.breaker.pending.release();
  }

  private countSent(): void {
    const sent = this.connection === null ? 0 : this.connection.bytesSent;
    if (sent === this.counted) return;
    this.cluster.stats.add(SLOT.upstream_cx_tx_bytes_total, sent - this.counted);
    this.counted = sent;
  }
}
