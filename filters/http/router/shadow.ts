/**
 * A copy of a request on its way to a mirror (Envoy docs, `RequestMirrorPolicy`). Nobody waits for it and nobody sees the answer: the
 * original goes on whatever becomes of it. It takes the cluster's pools and circuit breakers like any request and counts there as an
 * internal one. What the mirror does not take in time is kept up to a limit; then the copy is given up.
 */
import { copyHeaders } from '../../../src/http/copy-headers.ts';
import { FAULTS, type Fault } from '../../../src/http/faults.ts';
import type { FilterStream } from '../../../src/http/filter.ts';
import { isGrpc } from '../../../src/http/grpc.ts';
import { X_FORWARDED_FOR } from '../../../src/http/header-name.ts';
import type { Headers } from '../../../src/http/headers.ts';
import type { Dispatcher } from '../../../src/net/dispatcher.ts';
import { Timer, type TimerOwner } from '../../../src/net/timer-wheel.ts';
import { addressesOf } from '../../../src/net/transport-socket.ts';
import { Attempt, type AttemptOwner } from '../../../src/upstream/attempt.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import { CLUSTER_STATS } from '../../../src/upstream/cluster-stats.ts';
import type { Host } from '../../../src/upstream/host.ts';
import { HOST_STATS } from '../../../src/upstream/host-stats.ts';
import { ReplayBuffer } from '../../../src/upstream/replay-buffer.ts';
import { grpcSucceeded } from './request-facts.ts';
import { ROUTER_STATS, type RouterSettings } from './settings.ts';

const SLOT = CLUSTER_STATS.slot;
const HOST_SLOT = HOST_STATS.slot;
const COUNT = ROUTER_STATS.slot;

/** Where the configuration sets no limit. */
const MOST_KEPT = 1_048_576;

const NOTHING = Buffer.alloc(0);

export class Shadow implements AttemptOwner, TimerOwner {
  readonly requestHeaders: Headers;
  requestEnded: boolean;
  requestBody: ReplayBuffer | null;
  requestTrailers: Headers | null;
  private readonly settings: RouterSettings;
  private readonly dispatcher: Dispatcher;
  private readonly cluster: Cluster;
  private readonly limit: number;
  private readonly timeoutMs: number;
  private readonly grpc: boolean;
  private attempt: Attempt | null;
  private timer: Timer | null;
  /** The mirror's connection takes no more for now. */
  private backedUp: boolean;
  private completeAt: number;
  private responseStarted: boolean;
  private grpcPending: boolean;

  /** `limit` in bytes; `timeoutMs`: from the end of the request, 0: none. */
  constructor(settings: RouterSettings, stream: FilterStream, cluster: Cluster, headers: Headers, limit: number, timeoutMs: number) {
    this.requestHeaders = copyHeaders(headers);
    this.requestEnded = false;
    this.requestBody = null;
    this.requestTrailers = null;
    this.settings = settings;
    this.dispatcher = stream.dispatcher;
    this.cluster = cluster;
    this.limit = Math.min(limit, MOST_KEPT);
    this.timeoutMs = timeoutMs;
    this.grpc = isGrpc(headers);
    this.attempt = null;
    this.timer = null;
    this.backedUp = false;
    this.completeAt = -1;
    this.responseStarted = false;
    this.grpcPending = false;
  }

  /** `end`: the head is all. */
  start(stream: FilterStream, end: boolean): void {
    const { settings, cluster, requestHeaders: headers } = this;
    settings.asyncStats.inc(COUNT.rq_total);
    headers.setField(settings.internalRequest);
    const before = headers.joined(X_FORWARDED_FOR);
    headers.set(X_FORWARDED_FOR, before === undefined ? settings.ownAddress() : `${before},${settings.ownAddress()}`);
    this.requestEnded = end;
    const host = settings.pickAny(cluster, headers, stream.info);
    if (host === null) {
      cluster.stats.inc(SLOT.upstream_cx_none_healthy);
      this.charge(FAULTS.NO_HEALTHY_UPSTREAM.http, null);
      return;
    }
    const attempt = new Attempt(this, cluster, host);
    this.attempt = attempt;
    if (end) this.onRequestComplete();
    const selector = cluster.selector(false, stream.info.protocol, headers);
    attempt.start(host.perDownstream ? selector.forClient(addressesOf(stream.connection)) : selector);
  }

  send(data: Buffer, end: boolean): void {
    const { attempt } = this;
    if (attempt === null) return;
    if (end) this.requestEnded = true;
    if (attempt.streaming && !this.backedUp) attempt.send(data, end);
    else if (!this.keep(data)) return;
    if (end) this.onRequestComplete();
  }

  sendTrailers(trailers: Headers): void {
    const { attempt } = this;
    if (attempt === null) return;
    this.requestEnded = true;
    if (attempt.streaming && !this.backedUp) attempt.sendTrailers(trailers);
    else this.requestTrailers = copyHeaders(trailers);
    this.onRequestComplete();
  }

  /** False: it was too much, and the copy is given up. */
  private keep(data: Buffer): boolean {
    this.requestBody ??= new ReplayBuffer(0);
    if (this.requestBody.bytes + data.length <= this.limit) {
      this.requestBody.add(data);
      return true;
    }
    this.cluster.stats.inc(SLOT.retry_or_shadow_abandoned);
    this.abandon();
    return false;
  }

  private onRequestComplete(): void {
    // Everything may be over by now: what was sent last can break the connection.
    if (this.attempt === null) return;
    const { timers } = this.dispatcher;
    this.completeAt = timers.now;
    if (this.timeoutMs === 0) return;
    this.timer = new Timer(this, 0);
    timers.arm(this.timer, this.timeoutMs);
  }

  abandon(): void {
    const { attempt } = this;
    this.end();
    attempt?.reset(FAULTS.LOCAL_RESET);
  }

  private end(): void {
    this.attempt = null;
    this.requestBody = null;
    if (this.timer === null) return;
    this.dispatcher.timers.cancel(this.timer);
    this.timer = null;
  }

  onTimer(): void {
    const { attempt, cluster } = this;
    this.timer = null;
    if (attempt === null) return;
    cluster.stats.inc(SLOT.upstream_rq_timeout);
    attempt.host?.stats.inc(HOST_SLOT.rq_timeout);
    this.abandon();
    if (!this.responseStarted) this.charge(FAULTS.UPSTREAM_TIMEOUT.http, attempt.host);
  }

  // ── attempt ─────────────────────────────────────────────────────────────────────────────────────────────────────

  onAttemptConnected(): void {}

  onAttemptFlushed(): void {
    this.requestBody = null;
    this.requestTrailers = null;
  }

  onAttemptBackedUp(backedUp: boolean): void {
    this.backedUp = backedUp;
    const { attempt, requestBody: kept, requestTrailers: trailers } = this;
    if (backedUp || attempt === null || !attempt.streaming || (kept === null && !this.requestEnded)) return;
    this.requestBody = null;
    this.requestTrailers = null;
    const count = kept === null ? 0 : kept.count;
    const endsWithBody = this.requestEnded && trailers === null;
    // What is sent here may back up again, but it is bounded by the limit; more than that waits.
    for (let i = 0; i < count && attempt.streaming; i++) {
      attempt.send((kept as ReplayBuffer).chunk(i), endsWithBody && i === count - 1);
    }
    if (endsWithBody && count === 0) attempt.send(NOTHING, true);
    if (trailers !== null && attempt.streaming) attempt.sendTrailers(trailers);
  }

  onAttemptInformational(): void {}

  onAttemptHeaders(attempt: Attempt, headers: Headers, end: boolean): void {
    const { status } = headers;
    const host = attempt.host as Host;
    this.responseStarted = true;
    this.charge(status, host);
    if (status < 500) {
      if (!this.grpc) host.stats.inc(HOST_SLOT.rq_success);
      else if (end) host.stats.inc(grpcSucceeded(headers) ? HOST_SLOT.rq_success : HOST_SLOT.rq_error);
      else this.grpcPending = true;
    }
    if (end) this.onResponseComplete(attempt);
  }

  onAttemptData(attempt: Attempt, _data: Buffer, end: boolean): void {
    if (!end) return;
    if (this.grpcPending) (attempt.host as Host).stats.inc(HOST_SLOT.rq_error);
    this.onResponseComplete(attempt);
  }

  onAttemptTrailers(attempt: Attempt, trailers: Headers): void {
    if (this.grpcPending) (attempt.host as Host).stats.inc(grpcSucceeded(trailers) ? HOST_SLOT.rq_success : HOST_SLOT.rq_error);
    this.onResponseComplete(attempt);
  }

  onAttemptFailed(attempt: Attempt, fault: Fault): void {
    this.end();
    if (!this.responseStarted && fault.http !== 0) this.charge(fault.http, attempt.host);
  }

  private onResponseComplete(attempt: Attempt): void {
    this.end();
    if (this.completeAt < 0) attempt.reset(FAULTS.LOCAL_RESET);
    else if (this.settings.dynamicStats) this.cluster.responses.recordTime(this.dispatcher.timers.now - this.completeAt, true);
  }

  private charge(status: number, host: Host | null): void {
    if (!this.settings.dynamicStats) return;
    this.cluster.responses.charge(status, true);
    if (status >= 500 && host !== null) host.stats.inc(HOST_SLOT.rq_error);
  }
}
