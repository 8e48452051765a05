/**
 * The router: the last filter of every chain. It turns a request into an attempt at a host, and what becomes of the attempt into
 * the response (Envoy docs, "Router"). One object per request; everything it needs was resolved when the route was compiled.
 */
import { FAULTS, type Fault } from '../../../src/http/faults.ts';
import {
  type DataStatus,
  type FilterStream,
  type HeadersStatus,
  type HttpFilter,
  STOP_ITERATION,
  STOP_NO_BUFFER,
  type TrailersStatus,
} from '../../../src/http/filter.ts';
import { isGrpc } from '../../../src/http/grpc.ts';
import { X_ENVOY_INTERNAL } from '../../../src/http/header-name.ts';
import type { Headers } from '../../../src/http/headers.ts';
import type { Route, RouteEntry } from '../../../src/http/route.ts';
import { Timer, type TimerOwner } from '../../../src/net/timer-wheel.ts';
import { Attempt, type AttemptOwner } from '../../../src/upstream/attempt.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import { CLUSTER_STATS } from '../../../src/upstream/cluster-stats.ts';
import type { Host } from '../../../src/upstream/host.ts';
import { HOST_STATS } from '../../../src/upstream/host-stats.ts';
import { ReplayBuffer } from '../../../src/upstream/replay-buffer.ts';
import { policyOf } from '../../../src/upstream/retry/retry-headers.ts';
import { type RetryPolicy, UNPROCESSED_RETRIES } from '../../../src/upstream/retry/retry-policy.ts';
import { flagOf, RETRY_YES, RetryState } from '../../../src/upstream/retry/retry-state.ts';
import { afterResponseStarted, afterRetry, withTransportReason } from '../../../src/upstream/upstream-faults.ts';
import { AttemptTimers, BACK_OFF_TIMER, RESPONSE_TIMER, TRY_IDLE_TIMER } from './attempt-timers.ts';
import { extrasFor, type RouteExtras } from './extras.ts';
import { answerDirectly, ReplyHead } from './reply-head.ts';
import { grpcSucceeded, isTimeout, noteConnection, outlasted, replayLimitOf } from './request-facts.ts';
import { type RequestTimes, takeTimes } from './request-times.ts';
import { ATTEMPTS, IS_TIMEOUT_RETRY, ROUTER_STATS, type RouterSettings } from './settings.ts';
import { startAttempt } from './start-attempt.ts';

const SLOT = CLUSTER_STATS.slot;
const HOST_SLOT = HOST_STATS.slot;
const COUNT = ROUTER_STATS.slot;

const VIA_UPSTREAM = 'via_upstream';

export class RouterFilter implements HttpFilter, AttemptOwner, TimerOwner {
  private readonly settings: RouterSettings;
  private stream: FilterStream | null;
  private route: Route | null;
  private action: RouteEntry | null;
  private cluster: Cluster | null;
  private attempt: Attempt | null;
  /** Null when the request is not (or no more) retried: then nothing of it is kept. */
  private policy: RetryPolicy | null;
  /** Null until the first retry is thought of. */
  private retry: RetryState | null;
  /** No attempt runs, but one will after the back-off. */
  private retryWaits: boolean;
  private afterTimeout: boolean;
  private grpc: boolean;
  /** The request has no body and no trailers. */
  private headOnly: boolean;
  requestEnded: boolean;
  requestBody: ReplayBuffer | null;
  requestTrailers: Headers | null;
  /** `requestBody` is full: the client's reading was stopped for it. */
  private bodyPaused: boolean;
  /** The upstream connection is: the same. */
  private upstreamPaused: boolean;
  /** High watermarks of the client's side that were not followed by a low one. */
  private slowClient: number;
  /** `x-envoy-internal: true`. */
  private internal: boolean;
  /** Null for most routes. */
  private extras: RouteExtras | null;
  /** Null before there is a cluster. */
  private times: RequestTimes | null;
  private timer: Timer | null;
  private tryTimers: AttemptTimers | null;
  /** When the whole request was here; -1 before. */
  private completeAt: number;
  private responseStarted: boolean;
  /** A gRPC response with HTTP status 200: its trailers tell whether the host did well. */
  private grpcPending: boolean;

  constructor(settings: RouterSettings) {
    this.settings = settings;
    this.stream = null;
    this.route = null;
    this.action = null;
    this.cluster = null;
    this.attempt = null;
    this.policy = null;
    this.retry = null;
    this.retryWaits = false;
    this.afterTimeout = false;
    this.grpc = false;
    this.headOnly = false;
    this.requestEnded = false;
    this.requestBody = null;
    this.requestTrailers = null;
    this.bodyPaused = false;
    this.upstreamPaused = false;
    this.slowClient = 0;
    this.internal = false;
    this.extras = null;
    this.times = null;
    this.timer = null;
    this.tryTimers = null;
    this.completeAt = -1;
    this.responseStarted = false;
    this.grpcPending = false;
  }

  get requestHeaders(): Headers {
    return (this.stream as FilterStream).requestHeaders;
  }

  // ── request ─────────────────────────────────────────────────────────────────────────────────────────────────────

  decodeHeaders(stream: FilterStream, headers: Headers, end: boolean): HeadersStatus {
    const { stats } = this.settings;
    this.stream = stream;
    stats.inc(COUNT.rq_total);
    const route = stream.route();
    if (route === null) {
      stats.inc(COUNT.no_route);
      stream.sendFault(FAULTS.ROUTE_NOT_FOUND);
      return STOP_ITERATION;
    }
    this.route = route;
    const { action } = route;
    if (action.kind === 'route') {
      this.forward(stream, headers, end, route, action);
    } else {
      // Envoy counts redirects here too.
      stats.inc(COUNT.rq_direct_response);
      answerDirectly(stream, headers, route, action);
    }
    return STOP_ITERATION;
  }

  private forward(stream: FilterStream, headers: Headers, end: boolean, route: Route, action: RouteEntry): void {
    const { settings } = this;
    const { info } = stream;
    const random = Math.floor(settings.random() * 0x1_0000_0000);
    const cluster = action.pickCluster(headers, random).current as Cluster | null;
    if (cluster === null) {
      settings.stats.inc(COUNT.no_cluster);
      stream.sendLocalReply(action.clusterNotFoundStatus, '', FAULTS.CLUSTER_NOT_FOUND, new ReplyHead(route, '', false, headers));
      return;
    }
    this.action = action;
    this.cluster = cluster;
    this.internal = headers.get(X_ENVOY_INTERNAL) === 'true';
    this.grpc = isGrpc(headers);
    this.extras = extrasFor(route, action, headers, info);
    info.upstreamCluster = cluster.settings.name;
    info.upstreamClusterStatName = cluster.settings.statName;
    info.cluster = cluster.settings;
    info.attempts = 1;

    const host = settings.pickHost(cluster, action, headers, info, random, this.retry);
    if (host === null) {
      cluster.stats.inc(SLOT.upstream_cx_none_healthy);
      this.fail(stream, FAULTS.NO_HEALTHY_UPSTREAM, null);
      return;
    }
    this.finishHeaders(stream, headers, route, action);
    this.requestEnded = end;
    this.headOnly = end;
    if (this.extras !== null) this.extras.mirror(settings, stream, action, (this.times as RequestTimes).whole, random, end);
    this.begin(stream, cluster, host, end);
  }

  private begin(stream: FilterStream, cluster: Cluster, host: Host, complete: boolean): void {
    const attempt = new Attempt(this, cluster, host);
    this.attempt = attempt;
    for (let held = this.slowClient; held > 0; held--) attempt.readDisable(true);
    if (complete) this.onRequestComplete(stream);
    startAttempt(attempt, stream, cluster, host, this.action as RouteEntry, !this.settings.suppressEnvoyHeaders);
    if (attempt.waiting) stream.info.upstreamHost = host.address;
  }

  /** What the route and the router change in the head, in Envoy's order. */
  private finishHeaders(stream: FilterStream, headers: Headers, route: Route, action: RouteEntry): void {
    const { settings } = this;
    const times = takeTimes(headers, action, this.grpc, settings);
    this.times = times;
    if (times.attempt > 0 || times.silence > 0)
      this.tryTimers = new AttemptTimers(stream.dispatcher.timers, this, times.attempt, times.silence);
    times.tell(headers, settings, 0);
    if (route.virtualHost.includeAttemptCount) headers.setField(settings.firstAttempt);
    if (route.requestMutations !== null) route.requestMutations.apply(headers, stream.info);
    if (action.rewrite !== null) action.rewrite.apply(headers, stream.info, !settings.suppressEnvoyHeaders);
    this.policy = policyOf(action.retryPolicy as RetryPolicy | null, headers);
  }

  decodeData(stream: FilterStream, data: Buffer, end: boolean): DataStatus {
    const { attempt } = this;
    if (attempt === null && !this.retryWaits) return STOP_NO_BUFFER;
    this.requestEnded = end;
    if (this.extras !== null) this.extras.onData(data, end);
    if (this.policy !== null) this.keepForRetry(stream, data);
    else if (attempt?.waiting === true) this.keep(stream, data);
    if (attempt?.streaming === true) {
      this.tryTimers?.touch();
      attempt.send(data, end);
    }
    if (end) this.onRequestComplete(stream);
    return STOP_NO_BUFFER;
  }

  decodeTrailers(stream: FilterStream, trailers: Headers): TrailersStatus {
    const { attempt } = this;
    if (attempt === null && !this.retryWaits) return STOP_ITERATION;
    this.requestEnded = true;
    if (this.extras !== null) this.extras.onTrailers(trailers);
    if (this.policy !== null || attempt?.waiting === true) this.requestTrailers = trailers;
    if (attempt?.streaming === true) attempt.sendTrailers(trailers);
    this.onRequestComplete(stream);
    return STOP_ITERATION;
  }

  private keep(stream: FilterStream, data: Buffer): void {
    this.requestBody ??= new ReplayBuffer(stream.bufferLimit);
    this.requestBody.add(data);
    if (this.bodyPaused || !this.requestBody.full || this.attempt?.streaming === true) return;
    this.bodyPaused = true;
    stream.readDisableRequest(true);
  }

  /** Keeps what another attempt will need, until that is too much: then there will be none. */
  private keepForRetry(stream: FilterStream, data: Buffer): void {
    const { attempt } = this;
    const kept = this.requestBody === null ? 0 : this.requestBody.bytes;
    if (kept + data.length <= replayLimitOf(this.action as RouteEntry, stream)) {
      this.keep(stream, data);
      return;
    }
    (this.cluster as Cluster).stats.inc(SLOT.retry_or_shadow_abandoned);
    this.policy = null;
    this.retry?.release();
    if (attempt === null) {
      this.stopTimers();
      this.retryWaits = false;
      this.reply(stream, FAULTS.RETRY_BUFFER_FULL);
    } else if (attempt.waiting) this.keep(stream, data);
    else this.requestBody = null;
  }

  /** The route's timeout begins when the request is here as a whole (Envoy docs, `RouteAction.timeout`). */
  private onRequestComplete(stream: FilterStream): void {
    const { attempt } = this;
    if (attempt === null && !this.retryWaits) return;
    const { timers } = stream.dispatcher;
    this.completeAt = timers.now;
    if (attempt !== null && !attempt.waiting) {
      stream.info.upstreamRequestEnd = timers.now;
      this.tryTimers?.start();
    }
    const { whole } = this.times as RequestTimes;
    if (whole > 0) {
      this.timer = new Timer(this, RESPONSE_TIMER);
      timers.arm(this.timer, whole);
    }
  }

  onDownstreamAboveHighWatermark(): void {
    this.slowClient++;
    this.attempt?.readDisable(true);
  }

  onDownstreamBelowLowWatermark(): void {
    this.slowClient--;
    this.attempt?.readDisable(false);
  }

  onDestroy(stream: FilterStream): void {
    this.stopTimers();
    this.endRetries();
    if (this.extras !== null) this.extras.onEnd();
    this.retryWaits = false;
    const { attempt } = this;
    this.attempt = null;
    attempt?.reset(FAULTS.DOWNSTREAM_RESET);
    this.resumeClient(stream);
    this.requestBody = null;
    this.stream = null;
  }

  // ── attempt ─────────────────────────────────────────────────────────────────────────────────────────────────────

  onAttemptConnected(attempt: Attempt): void {
    const { info, dispatcher } = this.stream as FilterStream;
    noteConnection(info, attempt, dispatcher.timers.now);
    if (info.schemeOfUpstream) this.requestHeaders.scheme = info.upstreamTls === null ? 'http' : 'https';
    if (this.extras !== null) this.extras.onAttempt();
    if (this.requestEnded) this.tryTimers?.start();
  }

  onAttemptFlushed(): void {
    const { stream } = this;
    if (stream === null) return;
    if (this.requestEnded) stream.info.upstreamRequestEnd = stream.dispatcher.timers.now;
    if (this.policy === null) this.requestBody = null;
    if (!this.bodyPaused) return;
    this.bodyPaused = false;
    stream.readDisableRequest(false);
  }

  onAttemptBackedUp(backedUp: boolean): void {
    if (this.upstreamPaused === backedUp) return;
    this.upstreamPaused = backedUp;
    this.stream?.readDisableRequest(backedUp);
  }

  /** Whatever the attempt held back goes on: nobody will say so when it is over. */
  private resumeClient(stream: FilterStream): void {
    if (this.bodyPaused) stream.readDisableRequest(false);
    if (this.upstreamPaused) stream.readDisableRequest(false);
    this.bodyPaused = false;
    this.upstreamPaused = false;
  }

  onAttemptInformational(headers: Headers): void {
    // The client has had an answer to this attempt.
    this.endRetries();
    (this.cluster as Cluster).responses.charge(headers.status, this.internal);
    (this.stream as FilterStream).encodeInformational(headers);
  }

  onAttemptHeaders(attempt: Attempt, headers: Headers, end: boolean): void {
    if (this.policy !== null && this.retryResponse(attempt, this.policy, headers)) return;
    const { settings } = this;
    const stream = this.stream as FilterStream;
    const route = this.route as Route;
    const { info } = stream;
    const { now } = stream.dispatcher.timers;
    const { status } = headers;
    const host = attempt.host as Host;
    info.upstreamResponseStart = now;
    info.responseCodeDetails = VIA_UPSTREAM;
    info.responseCode = status;
    this.responseStarted = true;
    if (this.tryTimers !== null) {
      this.tryTimers.onResponse();
      this.tryTimers.touch();
    }
    if (this.completeAt >= 0 && !settings.suppressEnvoyHeaders) {
      headers.setField(settings.serviceTime(Math.max(0, Math.floor(now - this.completeAt))));
    }
    this.charge(status, host);
    if (status < 500) this.chargeSuccess(headers, end, host);
    if (route.responseMutations !== null) route.responseMutations.apply(headers, info, stream.requestHeaders);
    if (route.virtualHost.includeAttemptCountInResponse === true) headers.set(ATTEMPTS, String(info.attempts));
    if (end) this.onResponseComplete(attempt, stream);
    stream.encodeHeaders(headers, end);
  }

  onAttemptData(attempt: Attempt, data: Buffer, end: boolean): void {
    const stream = this.stream as FilterStream;
    if (stream.info.upstreamBodyStart < 0) stream.info.upstreamBodyStart = stream.info.sinceStart(stream.dispatcher.timers.now);
    this.tryTimers?.touch();
    if (end) {
      // A gRPC response has to end with trailers.
      if (this.grpcPending) this.countGrpc(attempt.host as Host, false);
      this.onResponseComplete(attempt, stream);
    }
    stream.encodeData(data, end);
  }

  onAttemptTrailers(attempt: Attempt, trailers: Headers): void {
    const stream = this.stream as FilterStream;
    if (this.grpcPending) this.countGrpc(attempt.host as Host, grpcSucceeded(trailers));
    this.onResponseComplete(attempt, stream);
    stream.encodeTrailers(trailers);
  }

  onAttemptFailed(attempt: Attempt, fault: Fault, reason: string): void {
    const stream = this.stream as FilterStream;
    const { info } = stream;
    this.attempt = null;
    if (info.attemptReady < 0) info.attemptReady = info.sinceStart(stream.dispatcher.timers.now);
    if (attempt.host !== null) info.upstreamHost = attempt.host.address;
    if (reason !== '') info.upstreamTransportFailure = reason;
    if (fault === FAULTS.UNPROCESSED && this.headOnly && !this.responseStarted) this.policy ??= UNPROCESSED_RETRIES;
    if (this.policy !== null && this.retryFault(attempt, this.policy, fault, false)) return;
    this.stopTimers();
    this.resumeClient(stream);
    if (!this.responseStarted) {
      const told = info.attempts > 1 ? afterRetry(fault) : fault;
      this.fail(stream, withTransportReason(told, reason), attempt.host);
      return;
    }
    if (this.grpcPending) {
      this.countGrpc(attempt.host as Host, false);
      this.settings.stats.inc(COUNT.rq_reset_after_downstream_response_started);
    }
    stream.resetStream(afterResponseStarted(fault));
  }

  private onResponseComplete(attempt: Attempt, stream: FilterStream): void {
    const { now } = stream.dispatcher.timers;
    stream.info.upstreamResponseEnd = now;
    this.stopTimers();
    this.attempt = null;
    this.resumeClient(stream);
    if (this.completeAt < 0) {
      // A response before the end of the request: what is left of the request is not wanted any more.
      attempt.reset(FAULTS.LOCAL_RESET);
    } else if (this.settings.dynamicStats) {
      (this.cluster as Cluster).responses.recordTime(now - this.completeAt, this.internal);
      if (this.extras !== null) this.extras.recordTime(now - this.completeAt);
    }
  }

  // ── retries ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** True: the response is dropped, and another attempt will be made. */
  private retryResponse(attempt: Attempt, policy: RetryPolicy, headers: Headers): boolean {
    if (this.retry === null && !policy.retriesResponse(headers)) return this.endRetries();
    const stream = this.stream as FilterStream;
    const state = this.retryState(policy);
    const decision = state.onResponse(headers, attempt.host, stream.dispatcher.clock.wall());
    if (decision !== RETRY_YES) {
      stream.info.addFlags(flagOf(decision));
      return this.endRetries();
    }
    attempt.host?.stats.inc(HOST_SLOT.rq_error);
    (this.cluster as Cluster).responses.chargeRetry(headers.status);
    this.drop(attempt);
    this.waitForRetry(stream, state, false);
    return true;
  }

  /** True: another attempt will be made. `timeout`: it is for the time that this one took. */
  private retryFault(attempt: Attempt, policy: RetryPolicy, fault: Fault, timeout: boolean): boolean {
    const started = attempt.encoder !== null;
    if (this.retry === null && !policy.retriesFault(fault, started)) return this.endRetries();
    const stream = this.stream as FilterStream;
    const state = this.retryState(policy);
    const decision = state.onFault(fault, attempt.host, started);
    if (decision !== RETRY_YES) {
      stream.info.addFlags(flagOf(decision));
      return this.endRetries();
    }
    attempt.host?.stats.inc(HOST_SLOT.rq_error);
    this.waitForRetry(stream, state, timeout);
    return true;
  }

  private retryState(policy: RetryPolicy): RetryState {
    this.retry ??= new RetryState(policy, this.cluster as Cluster, (this.action as RouteEntry).highPriority === true, this.extras);
    return this.retry;
  }

  /** False: there will be none. */
  private endRetries(): false {
    if (this.policy === null) return false;
    this.policy = null;
    this.retry?.release();
    this.requestBody = null;
    return false;
  }

  private waitForRetry(stream: FilterStream, state: RetryState, timeout: boolean): void {
    this.retryWaits = true;
    this.afterTimeout = timeout;
    this.tryTimers ??= new AttemptTimers(stream.dispatcher.timers, this, 0, 0);
    this.tryTimers.wait(state.nextBackOff(this.settings.random()));
    this.resumeClient(stream);
  }

  private tryAgain(stream: FilterStream): void {
    const { settings } = this;
    const { info, requestHeaders: headers } = stream;
    const { virtualHost } = this.route as Route;
    const action = this.action as RouteEntry;
    const random = Math.floor(settings.random() * 0x1_0000_0000);
    this.retryWaits = false;
    info.attempts++;
    info.upstreamTransportFailure = '';
    // The cluster may have changed, or gone, meanwhile.
    const cluster = action.pickCluster(headers, random).current as Cluster | null;
    const host = cluster === null ? null : settings.pickHost(cluster, action, headers, info, random, this.retry);
    if (cluster === null || host === null) {
      cluster?.stats.inc(SLOT.upstream_cx_none_healthy);
      this.stopTimers();
      this.fail(stream, FAULTS.NO_HEALTHY_UPSTREAM, null);
      return;
    }
    this.cluster = cluster;
    if (virtualHost.includeAttemptCount) headers.set(ATTEMPTS, String(info.attempts));
    if (virtualHost.includeTimeoutRetry === true) headers.set(IS_TIMEOUT_RETRY, String(this.afterTimeout));
    const elapsed = this.completeAt < 0 ? 0 : Math.floor(stream.dispatcher.timers.now - this.completeAt);
    (this.times as RequestTimes).tell(headers, settings, elapsed);
    this.begin(stream, cluster, host, false);
  }

  // ── failure ─────────────────────────────────────────────────────────────────────────────────────────────────────

  onTimer(kind: number): void {
    const { stream } = this;
    if (stream === null) return;
    if (kind === BACK_OFF_TIMER) this.tryAgain(stream);
    else if (kind === RESPONSE_TIMER) this.onResponseTimeout(stream);
    else this.onTryTimeout(stream, kind);
  }

  private onResponseTimeout(stream: FilterStream): void {
    const { attempt } = this;
    this.timer = null;
    if (attempt === null) {
      if (!this.retryWaits) return;
      this.retryWaits = false;
      this.stopTimers();
      this.reply(stream, FAULTS.UPSTREAM_TIMEOUT);
      return;
    }
    (this.cluster as Cluster).stats.inc(SLOT.upstream_rq_timeout);
    if (this.extras !== null) this.extras.onTimeout();
    attempt.host?.stats.inc(HOST_SLOT.rq_timeout);
    this.drop(attempt);
    this.giveUp(stream, FAULTS.UPSTREAM_TIMEOUT, attempt.host);
  }

  /** One attempt took too long, or was silent for too long. */
  private onTryTimeout(stream: FilterStream, kind: number): void {
    const { attempt } = this;
    const idle = kind === TRY_IDLE_TIMER;
    if (attempt === null || (this.responseStarted && !idle)) return;
    const fault = idle ? FAULTS.PER_TRY_IDLE_TIMEOUT : FAULTS.PER_TRY_TIMEOUT;
    (this.cluster as Cluster).stats.inc(idle ? SLOT.upstream_rq_per_try_idle_timeout : SLOT.upstream_rq_per_try_timeout);
    attempt.host?.stats.inc(HOST_SLOT.rq_timeout);
    this.drop(attempt);
    if (this.policy !== null && this.retryFault(attempt, this.policy, fault, true)) return;
    this.giveUp(stream, fault, attempt.host);
  }

  private drop(attempt: Attempt): void {
    this.attempt = null;
    attempt.reset(FAULTS.LOCAL_RESET);
  }

  private giveUp(stream: FilterStream, fault: Fault, host: Host | null): void {
    this.stopTimers();
    this.resumeClient(stream);
    if (this.responseStarted) stream.resetStream(fault);
    else this.fail(stream, fault, host);
  }

  /** Answers for an upstream that did not. */
  private fail(stream: FilterStream, fault: Fault, host: Host | null): void {
    if (fault.http === 0) {
      // Not the upstream's doing: the request itself cannot go on.
      stream.resetStream(fault);
      return;
    }
    const quiet = this.times?.quiet === true && isTimeout(fault);
    if (!outlasted(fault)) this.charge(quiet ? 204 : fault.http, host);
    if (quiet) host?.stats.inc(HOST_SLOT.rq_error);
    this.reply(stream, fault);
  }

  private reply(stream: FilterStream, fault: Fault): void {
    this.endRetries();
    const overloaded = fault.code === FAULTS.UPSTREAM_OVERFLOW.code && !this.settings.suppressEnvoyHeaders;
    const head = new ReplyHead(this.route as Route, '', overloaded, stream.requestHeaders);
    if (this.times?.quiet === true && isTimeout(fault)) stream.sendLocalReply(204, '', fault, head);
    else stream.sendFault(fault, head);
  }

  // ── counting ────────────────────────────────────────────────────────────────────────────────────────────────────

  private charge(status: number, host: Host | null): void {
    if (!this.settings.dynamicStats) return;
    const { responses } = this.cluster as Cluster;
    responses.charge(status, this.internal);
    if (host?.canary === true) responses.chargeCanary(status);
    if (this.extras !== null) this.extras.onResponse(status);
    if (status >= 500 && host !== null) host.stats.inc(HOST_SLOT.rq_error);
  }

  private chargeSuccess(headers: Headers, end: boolean, host: Host): void {
    if (!this.grpc) host.stats.inc(HOST_SLOT.rq_success);
    else if (end) this.countGrpc(host, grpcSucceeded(headers));
    else this.grpcPending = true;
  }

  private countGrpc(host: Host, success: boolean): void {
    this.grpcPending = false;
    host.stats.inc(success ? HOST_SLOT.rq_success : HOST_SLOT.rq_error);
  }

  private stopTimers(): void {
    this.tryTimers?.stop();
    if (this.timer === null) return;
    (this.stream as FilterStream).dispatcher.timers.cancel(this.timer);
    this.timer = null;
  }
}
