/** Bytes of a downstream connection to a host of a cluster, and back. One object per connection. */
import { hashText } from '../../../src/http/routing/hash-policy.ts';
import { CLOSE_FLUSH, CLOSE_NO_FLUSH, CLOSE_RESET, CLOSED_ERROR, CLOSED_LOCAL, type Connection } from '../../../src/net/connection.ts';
import {
  NETWORK_STOP,
  type NetworkFilter,
  type NetworkFilterCallbacks,
  type NetworkFilterFactory,
  type NetworkStatus,
} from '../../../src/net/filter.ts';
import { Timer, type TimerOwner } from '../../../src/net/timer-wheel.ts';
import { addressesOf, forClient } from '../../../src/net/transport-socket.ts';
import type { LogEntry } from '../../../src/telemetry/access-log.ts';
import { LOG_AT_END, LOG_TCP_CONNECTED, LOG_TCP_PERIODIC, LOG_TCP_START } from '../../../src/telemetry/log-type.ts';
import { FLAG } from '../../../src/telemetry/response-flags.ts';
import type { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import { CLUSTER_STATS } from '../../../src/upstream/cluster-stats.ts';
import {
  type ConnectFailure,
  ENDED_BY_RESET,
  FAILED_PENDING,
  FAILED_REMOTE,
  FAILED_TIMEOUT,
  TcpUpstream,
  type TcpUpstreamUser,
  type UpstreamEnd,
} from '../../../src/upstream/tcp-upstream.ts';
import { pauseAfter } from './backoff.ts';
import { EarlyData } from './early-data.ts';
import { TCP_STATS, type TcpProxySettings } from './settings.ts';

const COUNT = TCP_STATS.slot;
const CLUSTER = CLUSTER_STATS.slot;

const TIMER_IDLE = 0;
const TIMER_DURATION = 1;
const TIMER_LOG = 2;
const TIMER_RETRY = 3;

export class TcpProxyFactory implements NetworkFilterFactory {
  readonly name = 'envoy.filters.network.tcp_proxy';
  readonly terminal = true;
  readonly settings: TcpProxySettings;

  constructor(settings: TcpProxySettings) {
    this.settings = settings;
  }

  create(): NetworkFilter {
    return new TcpProxy(this.settings);
  }
}

export class TcpProxy implements NetworkFilter, TcpUpstreamUser, TimerOwner {
  private readonly settings: TcpProxySettings;
  private connection: Connection | null;
  private info: StreamInfo | null;
  /** Null before the first attempt and once it is over. */
  private upstream: TcpUpstream | null;
  private connected: boolean;
  private attempts: number;
  /** The client's FIN came. */
  private clientEnded: boolean;
  /** We closed the client's connection without waiting for anything. */
  private gaveUp: boolean;
  private received: number;
  private sent: number;
  private counted: number;
  private lastByte: number;
  private idle: Timer | null;
  private duration: Timer | null;
  private logTimer: Timer | null;
  private retry: Timer | null;
  /** Null when the client is not read before the host is there. */
  private early: EarlyData | null;
  private flushing: boolean;

  constructor(settings: TcpProxySettings) {
    this.settings = settings;
    this.connection = null;
    this.info = null;
    this.upstream = null;
    this.connected = false;
    this.attempts = 0;
    this.clientEnded = false;
    this.gaveUp = false;
    this.received = 0;
    this.sent = 0;
    this.counted = 0;
    this.lastByte = 0;
    this.idle = null;
    this.duration = null;
    this.logTimer = null;
    this.retry = null;
    this.early = null;
    this.flushing = false;
  }

  // ── downstream ──────────────────────────────────────────────────────────────────────────────────────────────────

  onNewConnection(callbacks: NetworkFilterCallbacks): NetworkStatus {
    const { settings } = this;
    const { connection } = callbacks;
    this.connection = connection;
    this.info = callbacks.info;
    settings.stats.inc(COUNT.downstream_cx_total);
    // Nothing is read that nobody could take.
    if (settings.maxEarlyBytes < 0) connection.readDisable(true);
    else this.takeEarly(connection, settings.maxEarlyBytes);
    const duration = settings.duration();
    if (duration > 0) {
      this.duration = new Timer(this, TIMER_DURATION);
      connection.dispatcher.timers.arm(this.duration, duration);
    }
    if (settings.logEveryMs > 0) {
      this.logTimer = new Timer(this, TIMER_LOG);
      connection.dispatcher.timers.arm(this.logTimer, settings.logEveryMs);
    }
    if (settings.logStart) this.log(LOG_TCP_START);
    if (!settings.afterData) this.connect();
    return NETWORK_STOP;
  }

  onData(buffer: Buffer, start: number, end: number): NetworkStatus {
    const { upstream } = this;
    const length = end - start;
    this.received += length;
    this.settings.stats.add(COUNT.downstream_cx_rx_bytes_total, length);
    if (upstream !== null && this.connected) {
      this.touch();
      upstream.write(length === buffer.length ? buffer : buffer.subarray(start, end));
      if (this.settings.life !== null) this.checkDrain(this.settings.life);
    } else if (this.early !== null) {
      this.settings.stats.inc(COUNT.early_data_received_count_total);
      this.touch();
      this.early.keep(buffer, start, end);
      this.connectLate();
    }
    return NETWORK_STOP;
  }

  onEnd(): void {
    this.clientEnded = true;
    if (this.connected) this.upstream?.end();
    else this.connectLate();
  }

  /** The client is read from the beginning, and so may be idle from the beginning. */
  private takeEarly(connection: Connection, most: number): void {
    this.early = new EarlyData(connection, most);
    this.startIdle(connection);
  }

  /** The client has begun. */
  private connectLate(): void {
    if (this.settings.afterData && this.attempts === 0 && this.upstream === null && !this.gaveUp) this.connect();
  }

  onAboveHighWatermark(): void {
    if (this.connected) this.upstream?.readDisable(true);
  }

  onBelowLowWatermark(): void {
    if (this.connected) this.upstream?.readDisable(false);
  }

  onClose(by: number): void {
    const { upstream, connection } = this;
    this.stopTimers();
    this.countSent(connection as Connection);
    (this.info as StreamInfo).resetByClient = by !== CLOSED_LOCAL && !this.clientEnded;
    this.upstream = null;
    if (upstream !== null) {
      // Both FINs are an end like any other, whoever sent the first.
      if (this.clientEnded && !this.gaveUp && by !== CLOSED_ERROR) this.flushUpstream(upstream);
      else upstream.close(by === CLOSED_LOCAL ? CLOSE_NO_FLUSH : CLOSE_RESET);
    }
    this.log(LOG_AT_END);
  }

  /** A connection lasts until its peers end it, or until the next bytes pass (`check_drain_close`). */
  onDrain(): void {}

  private checkDrain(life: { readonly draining: boolean }): void {
    const connection = this.connection as Connection;
    if (!life.draining || !connection.open) return;
    this.settings.stats.inc(COUNT.downstream_cx_drain_close);
    // What it sent still reaches the host.
    this.clientEnded = true;
    connection.close(CLOSE_FLUSH);
  }

  /** The client is gone, and what it sent still has to reach the host. */
  private flushUpstream(upstream: TcpUpstream): void {
    const { connection } = upstream;
    if (this.connected && connection !== null && connection.bufferedBytes > 0) {
      this.flushing = true;
      this.settings.stats.inc(COUNT.upstream_flush_total);
      this.settings.stats.inc(COUNT.upstream_flush_active);
    }
    upstream.close(CLOSE_FLUSH);
  }

  onUpstreamFlushed(): void {
    if (!this.flushing) return;
    this.flushing = false;
    this.settings.stats.dec(COUNT.upstream_flush_active);
  }

  // ── connecting ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** One attempt, in the order in which Envoy looks at limits. */
  private connect(): void {
    const { settings } = this;
    const connection = this.connection as Connection;
    const info = this.info as StreamInfo;
    const cluster = settings.pickCluster().current;
    if (info.attemptStart < 0) info.attemptStart = info.sinceStart(connection.dispatcher.timers.now);
    if (cluster === null) {
      settings.stats.inc(COUNT.downstream_cx_no_route);
      this.giveUp(FLAG.NoClusterFound);
      return;
    }
    info.upstreamCluster = cluster.settings.name;
    info.upstreamClusterStatName = cluster.settings.statName;
    info.cluster = cluster.settings;
    const { connections } = cluster.breaker(false);
    if (!connections.tryAcquire()) {
      cluster.stats.inc(CLUSTER.upstream_cx_overflow);
      this.giveUp(FLAG.UpstreamOverflow);
      return;
    }
    if (this.attempts >= settings.maxConnectAttempts) {
      connections.release();
      cluster.stats.inc(CLUSTER.upstream_cx_connect_attempts_exceeded);
      this.giveUp(FLAG.UpstreamRetryLimitExceeded);
      return;
    }
    const { pick } = settings;
    const { remoteAddress } = info;
    pick.random = settings.randomBits();
    pick.hash = settings.hashSource && remoteAddress.kind === 'ip' ? hashText(remoteAddress.ip) >>> 0 : -1;
    pick.info = info;
    const host = cluster.picker.pick(pick);
    if (host === null) {
      connections.release();
      cluster.stats.inc(CLUSTER.upstream_cx_none_healthy);
      this.giveUp(FLAG.NoHealthyUpstream);
      return;
    }
    info.attempts = ++this.attempts;
    info.tryHost(host);
    const upstream = new TcpUpstream(connection.dispatcher, cluster, host, this);
    this.upstream = upstream;
    const options = cluster.settings.transportOptions;
    upstream.connect(host.transport.perDownstream === true ? forClient(options, addressesOf(connection)) : options);
  }

  private giveUp(flag: number): void {
    const connection = this.connection as Connection;
    const info = this.info as StreamInfo;
    info.addFlags(flag);
    if (info.attemptReady < 0) info.attemptReady = info.sinceStart(connection.dispatcher.timers.now);
    this.gaveUp = true;
    connection.close(CLOSE_NO_FLUSH);
  }

  onUpstreamConnected(upstream: TcpUpstream): void {
    const connection = this.connection as Connection;
    const info = this.info as StreamInfo;
    const to = upstream.connection as Connection;
    const { host } = upstream;
    info.upstreamHost = to.remoteAddress;
    info.upstreamHostName = host.hostname;
    info.upstreamLocalAddress = to.localAddress;
    info.upstreamConnectionId = to.id;
    info.upstreamTls = to.tls;
    info.upstreamMeter = { connection: to };
    info.attemptReady = info.sinceStart(connection.dispatcher.timers.now);
    this.connected = true;
    this.startIdle(connection);
    const { early } = this;
    this.early = null;
    if (early !== null) early.writeTo(upstream);
    if (this.clientEnded) upstream.end();
    if (this.settings.logConnected) this.log(LOG_TCP_CONNECTED);
    if (early === null) connection.readDisable(false);
  }

  onUpstreamFailed(upstream: TcpUpstream, failure: ConnectFailure, reason: string): void {
    const info = this.info as StreamInfo;
    this.upstream = null;
    if (failure === FAILED_PENDING) {
      info.upstreamHost = null;
    } else {
      info.upstreamHost = upstream.host.address;
      if (reason !== '') info.upstreamTransportFailure = reason;
    }
    if (failure === FAILED_REMOTE || failure === FAILED_TIMEOUT) info.addFlags(FLAG.UpstreamConnectionFailure);
    const { backoff, maxConnectAttempts, random } = this.settings;
    if (backoff === null || this.attempts >= maxConnectAttempts) {
      this.connect();
      return;
    }
    this.retry ??= new Timer(this, TIMER_RETRY);
    upstream.dispatcher.timers.arm(this.retry, pauseAfter(this.attempts, backoff, random()));
  }

  // ── upstream ────────────────────────────────────────────────────────────────────────────────────────────────────

  onUpstreamData(buffer: Buffer, start: number, end: number): void {
    const connection = this.connection as Connection;
    const length = end - start;
    this.sent += length;
    this.touch();
    connection.write(length === buffer.length ? buffer : buffer.subarray(start, end));
    this.countSent(connection);
    if (this.settings.life !== null) this.checkDrain(this.settings.life);
  }

  onUpstreamEnd(): void {
    (this.connection as Connection).end();
  }

  onUpstreamGone(end: UpstreamEnd): void {
    this.upstream = null;
    this.stopTimers();
    const connection = this.connection as Connection;
    if (end === ENDED_BY_RESET) {
      (this.info as StreamInfo).addFlags(FLAG.UpstreamRemoteReset);
      connection.close(CLOSE_RESET);
    } else {
      connection.close(CLOSE_FLUSH);
    }
  }

  onUpstreamBackedUp(backedUp: boolean): void {
    const { stats } = this.settings;
    stats.inc(backedUp ? COUNT.downstream_flow_control_paused_reading_total : COUNT.downstream_flow_control_resumed_reading_total);
    (this.connection as Connection).readDisable(backedUp);
  }

  // ── time and counts ─────────────────────────────────────────────────────────────────────────────────────────────

  /** The timer is left as it is; it looks at `lastByte` when it fires. */
  private touch(): void {
    this.lastByte = (this.connection as Connection).dispatcher.timers.now;
  }

  onTimer(kind: number): void {
    const connection = this.connection as Connection;
    const { settings } = this;
    if (kind === TIMER_DURATION) {
      settings.stats.inc(COUNT.max_downstream_connection_duration);
      this.giveUp(FLAG.DurationTimeout);
      return;
    }
    const { timers } = connection.dispatcher;
    if (kind === TIMER_LOG) {
      this.log(LOG_TCP_PERIODIC);
      timers.arm(this.logTimer as Timer, settings.logEveryMs);
      return;
    }
    if (kind === TIMER_RETRY) {
      this.connect();
      return;
    }
    const left = settings.idleTimeoutMs - (timers.now - this.lastByte);
    if (left > 0) {
      timers.arm(this.idle as Timer, left);
      return;
    }
    settings.stats.inc(COUNT.idle_timeout);
    this.giveUp(0);
  }

  private startIdle(connection: Connection): void {
    const { idleTimeoutMs } = this.settings;
    if (idleTimeoutMs === 0) return;
    const { timers } = connection.dispatcher;
    this.lastByte = timers.now;
    this.idle ??= new Timer(this, TIMER_IDLE);
    timers.arm(this.idle, idleTimeoutMs);
  }

  private stopTimers(): void {
    const { timers } = (this.connection as Connection).dispatcher;
    if (this.idle !== null) timers.cancel(this.idle);
    if (this.duration !== null) timers.cancel(this.duration);
    if (this.logTimer !== null) timers.cancel(this.logTimer);
    if (this.retry !== null) timers.cancel(this.retry);
  }

  private countSent(connection: Connection): void {
    const { bytesSent } = connection;
    if (bytesSent === this.counted) return;
    this.settings.stats.add(COUNT.downstream_cx_tx_bytes_total, bytesSent - this.counted);
    this.counted = bytesSent;
  }

  /** `moment`: one of log-type.ts. */
  private log(moment: number): void {
    const { accessLogs } = this.settings;
    const info = this.info as StreamInfo;
    info.bytesReceived = this.received;
    info.bytesSent = this.sent;
    info.wireBytesReceived = this.received;
    info.wireBytesSent = this.sent;
    info.end = (this.connection as Connection).dispatcher.timers.now;
    if (accessLogs.length === 0) return;
    const { connection } = info.upstreamMeter ?? {};
    if (this.connected) info.upstreamMeter = { wireBytesReceived: this.sent, wireBytesSent: this.received, connection };
    const entry: LogEntry = { info, requestHeaders: null, responseHeaders: null, responseTrailers: null, localReplyBody: '' };
    info.logType = moment;
    for (let i = 0; i < accessLogs.length; i++) (accessLogs[i] as (typeof accessLogs)[number]).log(entry);
    info.logType = LOG_AT_END;
    if (moment !== LOG_AT_END) info.end = -1;
  }
}
