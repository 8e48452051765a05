/**
 * The router: the last filter of every chain. It turns a request into an attempt at a host, and what becomes of the attempt into
 * the response (Envoy docs, "Router"). One object per request; everything it needs was resolved when the route was compiled.
 */
import { FAULTS, type Fault } from '../../../src/http/faults.ts';
import {
  type DataStatus,
  type FilterMethod,
  type FilterStream,
  type HeadersStatus,
  type HttpFilter,
  type HttpFilterFactory,
  STOP_ITERATION,
  STOP_NO_BUFFER,
  type TrailersStatus,
} from '../../../src/http/filter.ts';
import { isGrpc } from '../../../src/http/grpc.ts';
import { pinName, X_ENVOY_INTERNAL, X_ENVOY_ORIGINAL_PATH, X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS } from '../../../src/http/header-name.ts';
import type { Field, Headers } from '../../../src/http/headers.ts';
import type { HeaderMutations, Route, RouteEntry } from '../../../src/http/route.ts';
import { Timer, type TimerOwner } from '../../../src/net/timer-wheel.ts';
import type { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import { Attempt, type AttemptOwner } from '../../../src/upstream/attempt.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import { CLUSTER_STATS } from '../../../src/upstream/cluster-stats.ts';
import type { Host } from '../../../src/upstream/host.ts';
import { HOST_STATS } from '../../../src/upstream/host-stats.ts';
import { ReplayBuffer } from '../../../src/upstream/replay-buffer.ts';
import { afterResponseStarted, withTransportReason } from '../../../src/upstream/upstream-faults.ts';
import { grpcSucceeded, timeoutOf } from './request-facts.ts';
import { ATTEMPTS, LOCATION, OVERLOADED, ROUTER_STATS, type RouterSettings } from './settings.ts';

const SLOT = CLUSTER_STATS.slot;
const HOST_SLOT = HOST_STATS.slot;
const COUNT = ROUTER_STATS.slot;

const VIA_UPSTREAM = 'via_upstream';
const PER_TRY_TIMEOUT = pinName('x-envoy-upstream-rq-per-try-timeout-ms');

export const ROUTER_METHODS: readonly FilterMethod[] = [
  'decodeHeaders',
  'decodeData',
  'decodeTrailers',
  'onDownstreamAboveHighWatermark',
  'onDownstreamBelowLowWatermark',
  'onDestroy',
];

export class RouterFactory implements HttpFilterFactory {
  readonly name: string;
  readonly methods: readonly FilterMethod[];
  readonly terminal = true;
  private readonly settings: RouterSettings;

  constructor(name: string, settings: RouterSettings) {
    this.name = name;
    this.methods = ROUTER_METHODS;
    this.settings = settings;
  }

  create(): HttpFilter {
    return new RouterFilter(this.settings);
  }
}

export class RouterFilter implements HttpFilter, AttemptOwner, HeaderMutations, TimerOwner {
  private readonly settings: RouterSettings;
  private stream: FilterStream | null;
  private route: Route | null;
  private cluster: Cluster | null;
  private attempt: Attempt | null;
  requestEnded: boolean;
  requestBody: ReplayBuffer | null;
  requestTrailers: Headers | null;
  /** `requestBody` is full: the client's reading was stopped for it. */
  private bodyPaused: boolean;
  /** The upstream connection is: the same. */
  private upstreamPaused: boolean;
  /** `x-envoy-internal: true`. */
  private internal: boolean;
  private timeoutMs: number;
  private timer: Timer | null;
  /** When the whole request was here; -1 before. */
  private completeAt: number;
  private responseStarted: boolean;
  /** A gRPC response with HTTP status 200: its trailers tell whether the host did well. */
  private grpcPending: boolean;
  /** The local reply that is being made is because of an open circuit breaker. */
  private overloaded: boolean;
  /** `location` of the redirect that is being made, '' for other replies. */
  private location: string;

  constructor(settings: RouterSettings) {
    this.settings = settings;
    this.stream = null;
    this.route = null;
    this.cluster = null;
    this.attempt = null;
    this.requestEnded = false;
    this.requestBody = null;
    this.requestTrailers = null;
    this.bodyPaused = false;
    this.upstreamPaused = false;
    this.internal = false;
    this.timeoutMs = 0;
    this.timer = null;
    this.completeAt = -1;
    this.responseStarted = false;
    this.grpcPending = false;
    this.overloaded = false;
    this.location = '';
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
    if (action.kind === 'route') this.forward(stream, headers, end, route, action);
    else if (action.kind === 'redirect') this.answer(stream, action.status, '', action.location(headers));
    else this.answer(stream, action.status, action.body, locationOf(action.status, headers));
    return STOP_ITERATION;
  }

  /** A reply that the route itself holds. Envoy counts redirects here too. */
  private answer(stream: FilterStream, status: number, body: string, location: string): void {
    this.settings.stats.inc(COUNT.rq_direct_response);
    this.location = location;
    stream.sendLocalReply(status, body, FAULTS.DIRECT_RESPONSE, this);
  }

  private forward(stream: FilterStream, headers: Headers, end: boolean, route: Route, action: RouteEntry): void {
    const { settings } = this;
    const { info } = stream;
    const random = Math.floor(settings.random() * 0x1_0000_0000);
    const cluster = action.pickCluster(headers, random).current as Cluster | null;
    if (cluster === null) {
      settings.stats.inc(COUNT.no_cluster);
      stream.sendLocalReply(action.clusterNotFoundStatus, '', FAULTS.CLUSTER_NOT_FOUND, this);
      return;
    }
    this.cluster = cluster;
    this.internal = headers.get(X_ENVOY_INTERNAL) === 'true';
    info.upstreamCluster = cluster.settings.name;
    info.upstreamClusterStatName = cluster.settings.statName;
    info.attempts = 1;

    const host = this.pickHost(cluster, action, headers, info, random);
    if (host === null) {
      cluster.stats.inc(SLOT.upstream_cx_none_healthy);
      this.fail(stream, FAULTS.NO_HEALTHY_UPSTREAM, null);
      return;
    }
    this.finishHeaders(headers, route, action, info);
    this.requestEnded = end;
    const attempt = new Attempt(this, cluster, host);
    this.attempt = attempt;
    if (end) this.onRequestComplete(stream);
    attempt.start(cluster.selector(action.highPriority === true, info.protocol));
    if (attempt.waiting) info.upstreamHost = host.address;
  }

  private pickHost(cluster: Cluster, action: RouteEntry, headers: Headers, info: StreamInfo, random: number): Host | null {
    const { pick } = this.settings;
    pick.hash = action.hash === null ? -1 : action.hash.hash(headers, info);
    pick.random = random;
    return cluster.picker.pick(pick);
  }

  /** What the route and the router change in the head, in Envoy's order. */
  private finishHeaders(headers: Headers, route: Route, action: RouteEntry, info: StreamInfo): void {
    const { settings } = this;
    const timeoutMs = timeoutOf(headers, action.timeoutMs, settings.respectExpectedTimeout);
    this.timeoutMs = timeoutMs;
    headers.remove(X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS);
    headers.remove(PER_TRY_TIMEOUT);
    if (timeoutMs > 0 && !settings.suppressEnvoyHeaders) headers.setField(settings.expectedTimeout(timeoutMs));
    if (route.virtualHost.includeAttemptCount) headers.setField(settings.firstAttempt);
    if (route.requestMutations !== null) route.requestMutations.apply(headers, info);
    if (action.rewrite === null) return;
    if (!settings.suppressEnvoyHeaders) {
      action.rewrite.apply(headers);
      return;
    }
    const original = headers.indexOf(X_ENVOY_ORIGINAL_PATH, 0);
    const kept: Field | null = original < 0 ? null : headers.field(original);
    action.rewrite.apply(headers);
    if (kept !== null) headers.setField(kept);
    else headers.remove(X_ENVOY_ORIGINAL_PATH);
  }

  decodeData(stream: FilterStream, data: Buffer, end: boolean): DataStatus {
    const { attempt } = this;
    if (attempt === null) return STOP_NO_BUFFER;
    this.requestEnded = end;
    if (attempt.waiting) this.keep(stream, data);
    else if (attempt.streaming) attempt.send(data, end);
    if (end) this.onRequestComplete(stream);
    return STOP_NO_BUFFER;
  }

  decodeTrailers(stream: FilterStream, trailers: Headers): TrailersStatus {
    const { attempt } = this;
    if (attempt === null) return STOP_ITERATION;
    this.requestEnded = true;
    if (attempt.waiting) this.requestTrailers = trailers;
    else if (attempt.streaming) attempt.sendTrailers(trailers);
    this.onRequestComplete(stream);
    return STOP_ITERATION;
  }

  private keep(stream: FilterStream, data: Buffer): void {
    this.requestBody ??= new ReplayBuffer(stream.bufferLimit);
    this.requestBody.add(data);
    if (this.bodyPaused || !this.requestBody.full) return;
    this.bodyPaused = true;
    stream.readDisableRequest(true);
  }

  /** The route's timeout begins when the request is here as a whole (Envoy docs, `RouteAction.timeout`). */
  private onRequestComplete(stream: FilterStream): void {
    const { attempt } = this;
    if (attempt === null) return;
    const { timers } = stream.dispatcher;
    this.completeAt = timers.now;
    if (!attempt.waiting) stream.info.upstreamRequestEnd = timers.now;
    if (this.timeoutMs > 0) {
      this.timer = new Timer(this, 0);
      timers.arm(this.timer, this.timeoutMs);
    }
  }

  onDownstreamAboveHighWatermark(): void {
    this.attempt?.readDisable(true);
  }

  onDownstreamBelowLowWatermark(): void {
    this.attempt?.readDisable(false);
  }

  onDestroy(stream: FilterStream): void {
    this.stopTimer();
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
    const host = attempt.host as Host;
    const client = attempt.client as NonNullable<Attempt['client']>;
    const { connection } = client;
    info.upstreamHost = host.address;
    info.upstreamHostName = host.hostname;
    info.upstreamLocalAddress = connection.localAddress;
    info.upstreamConnectionId = connection.id;
    info.upstreamProtocol = client.protocol;
    info.upstreamTls = connection.tls;
    info.upstreamRequestStart = dispatcher.timers.now;
  }

  onAttemptFlushed(): void {
    const { stream } = this;
    if (stream === null) return;
    if (this.requestEnded) stream.info.upstreamRequestEnd = stream.dispatcher.timers.now;
    this.requestBody = null;
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
    (this.cluster as Cluster).responses.charge(headers.status, this.internal);
    (this.stream as FilterStream).encodeInformational(headers);
  }

  onAttemptHeaders(attempt: Attempt, headers: Headers, end: boolean): void {
    const { settings } = this;
    const stream = this.stream as FilterStream;
    const route = this.route as Route;
    const { info } = stream;
    const { now } = stream.dispatcher.timers;
    const { status } = headers;
    const host = attempt.host as Host;
    info.upstreamResponseStart = now;
    info.responseCodeDetails = VIA_UPSTREAM;
    this.responseStarted = true;
    if (this.completeAt >= 0 && !settings.suppressEnvoyHeaders) {
      headers.setField(settings.serviceTime(Math.max(0, Math.floor(now - this.completeAt))));
    }
    this.charge(status, host);
    if (status < 500) this.chargeSuccess(stream, headers, end, host);
    if (route.responseMutations !== null) route.responseMutations.apply(headers, info);
    if (route.virtualHost.includeAttemptCountInResponse === true) headers.set(ATTEMPTS, String(info.attempts));
    if (end) this.onResponseComplete(attempt, stream);
    stream.encodeHeaders(headers, end);
  }

  onAttemptData(attempt: Attempt, data: Buffer, end: boolean): void {
    const stream = this.stream as FilterStream;
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
    this.stopTimer();
    this.resumeClient(stream);
    if (attempt.host !== null) info.upstreamHost = attempt.host.address;
    if (reason !== '') info.upstreamTransportFailure = reason;
    if (!this.responseStarted) {
      this.fail(stream, withTransportReason(fault, reason), attempt.host);
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
    this.stopTimer();
    this.attempt = null;
    this.resumeClient(stream);
    if (this.completeAt < 0) {
      // A response before the end of the request: what is left of the request is not wanted any more.
      attempt.reset(FAULTS.LOCAL_RESET);
    } else if (this.settings.dynamicStats) {
      (this.cluster as Cluster).responses.recordTime(now - this.completeAt, this.internal);
    }
  }

  // ── failure ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The response timeout. */
  onTimer(): void {
    const { stream, attempt } = this;
    this.timer = null;
    if (stream === null || attempt === null) return;
    this.attempt = null;
    const { host } = attempt;
    if (!this.responseStarted) {
      (this.cluster as Cluster).stats.inc(SLOT.upstream_rq_timeout);
      host?.stats.inc(HOST_SLOT.rq_timeout);
    }
    attempt.reset(FAULTS.LOCAL_RESET);
    this.resumeClient(stream);
    if (this.responseStarted) stream.resetStream(FAULTS.UPSTREAM_TIMEOUT);
    else this.fail(stream, FAULTS.UPSTREAM_TIMEOUT, host);
  }

  /** Answers for an upstream that did not. */
  private fail(stream: FilterStream, fault: Fault, host: Host | null): void {
    if (fault.http === 0) {
      // Not the upstream's doing: the request itself cannot go on.
      stream.resetStream(fault);
      return;
    }
    this.overloaded = fault.code === FAULTS.UPSTREAM_OVERFLOW.code && !this.settings.suppressEnvoyHeaders;
    this.charge(fault.http, host);
    stream.sendFault(fault, this);
  }

  /** HeaderMutations of the local replies that are made here. */
  apply(headers: Headers, info: StreamInfo): void {
    const route = this.route as Route;
    if (this.location !== '') headers.add(LOCATION, this.location);
    if (route.responseMutations !== null) route.responseMutations.apply(headers, info);
    if (this.overloaded) headers.setField(OVERLOADED);
    if (info.attempts > 0 && route.virtualHost.includeAttemptCountInResponse === true) headers.set(ATTEMPTS, String(info.attempts));
  }

  // ── counting ────────────────────────────────────────────────────────────────────────────────────────────────────

  private charge(status: number, host: Host | null): void {
    if (!this.settings.dynamicStats) return;
    (this.cluster as Cluster).responses.charge(status, this.internal);
    if (status >= 500 && host !== null) host.stats.inc(HOST_SLOT.rq_error);
  }

  private chargeSuccess(stream: FilterStream, headers: Headers, end: boolean, host: Host): void {
    if (!isGrpc(stream.requestHeaders)) host.stats.inc(HOST_SLOT.rq_success);
    else if (end) this.countGrpc(host, grpcSucceeded(headers));
    else this.grpcPending = true;
  }

  private countGrpc(host: Host, success: boolean): void {
    this.grpcPending = false;
    host.stats.inc(success ? HOST_SLOT.rq_success : HOST_SLOT.rq_error);
  }

  private stopTimer(): void {
    if (this.timer === null) return;
    (this.stream as FilterStream).dispatcher.timers.cancel(this.timer);
    this.timer = null;
  }
}

/** Envoy names the request's own URL in a direct response of 201 or 3xx. */
function locationOf(status: number, headers: Headers): string {
  return status === 201 || (status >= 300 && status < 400) ? `${headers.scheme}://${headers.authority}${headers.path}` : '';
}
