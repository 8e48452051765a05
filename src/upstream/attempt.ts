/**
 * One try at getting a response (contract 11): from asking a pool for a stream to the end of the response, apart from the
 * downstream stream that wants it, so that a stream may make several. Whoever makes it (a router, the cluster client) owns
 * the request; the attempt reads it from there when a connection is ready.
 */
import type { RequestEncoder, ResponseDecoder, StreamCallbacks } from '../http/codec.ts';
import { FAULTS, type Fault } from '../http/faults.ts';
import type { Headers } from '../http/headers.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import { Timer, type TimerOwner } from '../net/timer-wheel.ts';
import type { Cluster, PoolSelector } from './cluster.ts';
import { CLUSTER_STATS } from './cluster-stats.ts';
import { ConnectTunnel } from './connect-tunnel.ts';
import type { Host } from './host.ts';
import type { PendingStream, PoolCallbacks, StreamConnection } from './pool/pool.ts';
import type { ReplayBuffer } from './replay-buffer.ts';

const SLOT = CLUSTER_STATS.slot;

/** Owns the request, and is told what comes of it. Nothing is called after `onAttemptFailed`, after the end, or after `reset`. */
export interface AttemptOwner {
  readonly requestHeaders: Headers;
  /** Everything of the request is known: what is not in `requestBody` was sent, or does not exist. */
  readonly requestEnded: boolean;
  /** What is to be sent after the head, null when there is nothing (yet). */
  readonly requestBody: ReplayBuffer | null;
  readonly requestTrailers: Headers | null;

  /** A stream is there; the head leaves after this call. */
  onAttemptConnected(attempt: Attempt): void;
  /** Head and `requestBody` have been written. From now on `send` what comes. */
  onAttemptFlushed(attempt: Attempt): void;
  onAttemptInformational(headers: Headers): void;
  onAttemptHeaders(attempt: Attempt, headers: Headers, end: boolean): void;
  onAttemptData(attempt: Attempt, data: Buffer, end: boolean): void;
  onAttemptTrailers(attempt: Attempt, trailers: Headers): void;
  /** No response, or no more of it. `reason` is the transport's text, '' when there is none; `attempt.host` may be null. */
  onAttemptFailed(attempt: Attempt, fault: Fault, reason: string): void;
  /** Upstream is slow (`true`) or took what was queued: stop or go on reading at the source. */
  onAttemptBackedUp(backedUp: boolean): void;
}

export class Attempt implements PoolCallbacks, ResponseDecoder, StreamCallbacks, TimerOwner {
  readonly cluster: Cluster;
  /** Chosen by the balancer; null again when the request did not get into the host's queue. */
  host: Host | null;
  private readonly owner: AttemptOwner;
  private pending: PendingStream | null;
  encoder: RequestEncoder | null;
  client: StreamConnection | null;
  private flushed: boolean;
  private requestSent: boolean;
  responseStarted: boolean;
  private responseEnded: boolean;
  /** Failed, or given up. */
  private over: boolean;
  /** `readDisable(true)` calls that were not taken back. */
  private readsHeld: number;
  /** `max_stream_duration` of the cluster; null: none, or not yet. */
  private limit: Timer | null;

  constructor(owner: AttemptOwner, cluster: Cluster, host: Host) {
    this.cluster = cluster;
    this.host = host;
    this.owner = owner;
    this.pending = null;
    this.encoder = null;
    this.client = null;
    this.flushed = false;
    this.requestSent = false;
    this.responseStarted = false;
    this.responseEnded = false;
    this.over = false;
    this.readsHeld = 0;
    this.limit = null;
  }

  /** May answer through the owner before it returns. */
  start(selector: PoolSelector): void {
    const pool = this.cluster.pool(this.host as Host, selector);
    const pending = pool.newStream(this, this);
    if (!this.over && this.encoder === null) this.pending = pending;
  }

  /** The same for a CONNECT whose bytes go to the host as they are. */
  startTunnel(dispatcher: Dispatcher): void {
    const tunnel = new ConnectTunnel(dispatcher, this.cluster, this.host as Host, this, this);
    tunnel.start();
    if (!this.over && this.encoder === null) this.pending = tunnel;
  }

  /** No connection yet: the request's bytes have to be kept. */
  get waiting(): boolean {
    return !this.flushed && !this.over;
  }

  /** Takes body and trailers. */
  get streaming(): boolean {
    return this.flushed && !this.over && !this.requestSent;
  }

  send(data: Buffer, end: boolean): void {
    if (end) this.requestSent = true;
    (this.encoder as RequestEncoder).encodeData(data, end);
  }

  sendTrailers(trailers: Headers): void {
    this.requestSent = true;
    (this.encoder as RequestEncoder).encodeTrailers(trailers);
  }

  /** The client reads slowly. Counted. */
  readDisable(disable: boolean): void {
    const { stats } = this.cluster;
    stats.inc(disable ? SLOT.upstream_flow_control_paused_reading_total : SLOT.upstream_flow_control_resumed_reading_total);
    if (this.over || this.responseEnded) return;
    this.readsHeld += disable ? 1 : -1;
    this.encoder?.readDisable(disable);
  }

  /** The response is here as a whole: the connection must not stay stopped for the request after this one. */
  private onResponseEnd(): void {
    this.responseEnded = true;
    if (this.limit !== null) this.stopLimit();
    for (; this.readsHeld > 0; this.readsHeld--) (this.encoder as RequestEncoder).readDisable(false);
  }

  /** Gives up: leaves the queue, or resets a stream that is not over both ways. The owner hears nothing more. Idempotent. */
  reset(fault: Fault): void {
    if (this.over) return;
    this.over = true;
    if (this.limit !== null) this.stopLimit();
    if (this.pending !== null) {
      this.pending.cancel();
      this.pending = null;
    } else if (this.encoder !== null && !(this.requestSent && this.responseEnded)) {
      if (this.multiplexed) this.cluster.stats.inc(SLOT.upstream_rq_tx_reset);
      this.encoder.reset(fault);
    }
  }

  // ── pool ────────────────────────────────────────────────────────────────────────────────────────────────────────

  onPoolReady(encoder: RequestEncoder, client: StreamConnection, host: Host): void {
    this.pending = null;
    this.encoder = encoder;
    this.client = client;
    this.host = host;
    encoder.setCallbacks(this);
    const { maxStreamMs } = this.cluster.settings.http;
    if (maxStreamMs > 0) this.startLimit(client, maxStreamMs);
    this.owner.onAttemptConnected(this);
    if (!this.over) this.sendStored(encoder);
    if (this.over) return;
    this.flushed = true;
    for (let held = this.readsHeld; held > 0; held--) encoder.readDisable(true);
    this.owner.onAttemptFlushed(this);
  }

  private startLimit(client: StreamConnection, ms: number): void {
    this.limit = new Timer(this, 0);
    client.connection.dispatcher.timers.arm(this.limit, ms);
  }

  private stopLimit(): void {
    (this.client as StreamConnection).connection.dispatcher.timers.cancel(this.limit as Timer);
    this.limit = null;
  }

  /** The stream takes longer than its cluster allows. */
  onTimer(): void {
    this.limit = null;
    if (this.over || this.responseEnded) return;
    this.cluster.stats.inc(SLOT.upstream_rq_max_duration_reached);
    const fault = this.owner.requestEnded ? FAULTS.UPSTREAM_MAX_DURATION : FAULTS.UPSTREAM_MAX_DURATION_EARLY;
    this.reset(FAULTS.LOCAL_RESET);
    this.owner.onAttemptFailed(this, fault, '');
  }

  /** A reset may come out of any of these calls. */
  private sendStored(encoder: RequestEncoder): void {
    const { requestHeaders, requestBody, requestTrailers, requestEnded } = this.owner;
    const chunks = requestBody === null ? 0 : requestBody.count;
    const endsWithBody = requestEnded && requestTrailers === null;
    const endsWithHead = endsWithBody && chunks === 0;
    if (requestEnded) this.requestSent = true;
    encoder.encodeHeaders(requestHeaders, endsWithHead);
    for (let i = 0; i < chunks && !this.over; i++) {
      encoder.encodeData((requestBody as ReplayBuffer).chunk(i), endsWithBody && i === chunks - 1);
    }
    if (requestTrailers !== null && !this.over) encoder.encodeTrailers(requestTrailers);
  }

  onPoolFailure(fault: Fault, reason: string, host: Host | null): void {
    this.pending = null;
    this.host = host;
    this.fail(fault, reason);
  }

  // ── response ────────────────────────────────────────────────────────────────────────────────────────────────────

  decodeInformational(headers: Headers): void {
    if (!this.over) this.owner.onAttemptInformational(headers);
  }

  decodeHeaders(headers: Headers, end: boolean): void {
    if (this.over) return;
    this.responseStarted = true;
    if (end) this.onResponseEnd();
    this.owner.onAttemptHeaders(this, headers, end);
  }

  decodeData(data: Buffer, end: boolean): void {
    if (this.over) return;
    if (end) this.onResponseEnd();
    this.owner.onAttemptData(this, data, end);
  }

  decodeTrailers(trailers: Headers): void {
    if (this.over) return;
    this.onResponseEnd();
    this.owner.onAttemptTrailers(this, trailers);
  }

  // ── stream ──────────────────────────────────────────────────────────────────────────────────────────────────────

  onReset(fault: Fault): void {
    if (this.multiplexed) this.countReset(fault);
    else if (fault === FAULTS.UPSTREAM_PROTOCOL_ERROR) this.cluster.stats.inc(SLOT.upstream_cx_protocol_error);
    this.fail(fault, '');
  }

  /** The stream breaks without its connection, and only then Envoy counts it by itself. */
  private get multiplexed(): boolean {
    return this.client !== null && this.client.protocol === 'HTTP/2';
  }

  /** As Envoy's pool for HTTP/2 does (`MultiplexedActiveClientBase::onStreamReset`): the names do not fit everything. */
  private countReset(fault: Fault): void {
    const { stats } = this.cluster;
    if (fault === FAULTS.UPSTREAM_REMOTE_RESET) stats.inc(SLOT.upstream_rq_rx_reset);
    else if (fault === FAULTS.CONNECTION_TERMINATION) stats.inc(SLOT.upstream_rq_pending_failure_eject);
    else if (fault !== FAULTS.REFUSED_STREAM) stats.inc(SLOT.upstream_rq_tx_reset);
  }

  onAboveHighWatermark(): void {
    this.cluster.stats.inc(SLOT.upstream_flow_control_backed_up_total);
    if (!this.over) this.owner.onAttemptBackedUp(true);
  }

  onBelowLowWatermark(): void {
    this.cluster.stats.inc(SLOT.upstream_flow_control_drained_total);
    if (!this.over) this.owner.onAttemptBackedUp(false);
  }

  private fail(fault: Fault, reason: string): void {
    if (this.over || this.responseEnded) return;
    this.over = true;
    if (this.limit !== null) this.stopLimit();
    this.owner.onAttemptFailed(this, fault, reason);
  }
}
