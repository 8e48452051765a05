/**
 * One request and its response on a downstream connection: what the codec decodes into, what the filters see, what the access log
 * prints. One object per request, its two filter paths included; it ends once, in `destroy`.
 */
import type { Connection } from '../../net/connection.ts';
import type { Dispatcher } from '../../net/dispatcher.ts';
import type { TimerOwner } from '../../net/timer-wheel.ts';
import type { LogEntry } from '../../telemetry/access-log.ts';
import { LOG_AT_END, LOG_HTTP_PERIODIC, LOG_HTTP_START } from '../../telemetry/log-type.ts';
import { StreamInfo } from '../../telemetry/stream-info.ts';
import type { RequestDecoder, ResponseEncoder, StreamCallbacks } from '../codec.ts';
import { FAULTS, type Fault } from '../faults.ts';
import { CONTINUE, type FilterStream, type HttpFilter } from '../filter.ts';
import { isGrpc } from '../grpc.ts';
import { EXPECT } from '../header-name.ts';
import { Headers } from '../headers.ts';
import type { HeaderMutations, Route, StreamDuration } from '../route.ts';
import { asksForTunnel, upgradeType } from '../upgrade.ts';
import { DecodePath } from './decode-path.ts';
import { EncodePath } from './encode-path.ts';
import type { FilterChain, Phases } from './filter-chain.ts';
import type { PathOwner } from './filter-path.ts';
import { LocalReply } from './local-reply.ts';
import type { ConnectionManager } from './manager.ts';
import { logNow, logTunnel } from './mid-logs.ts';
import { OVERLOADED_HEAD } from './overloaded-head.ts';
import { PATH_ACCEPTED, PATH_REDIRECTED, type PathNormalizer } from './path-normalizer.ts';
import { PathRedirect } from './path-redirect.ts';
import { PendingEnd } from './pending-end.ts';
import { unacceptable } from './request-check.ts';
import { finishResponseHead, removeHopFields } from './response-head.ts';
import { countResponse } from './response-stats.ts';
import { noteRoute } from './route-facts.ts';
import type { ConnectionManagerSettings } from './settings.ts';
import { CONNECTION_MANAGER_STATS } from './stats.ts';
import { streamDuration } from './stream-duration.ts';
import { LOG_TIMER, REQUEST_TIMER, StreamTimers } from './stream-timers.ts';
import { Tunnel } from './tunnel.ts';
import { upgradeChain } from './upgrade-chains.ts';

const SLOT = CONNECTION_MANAGER_STATS.slot;
const RQ_TIME = CONNECTION_MANAGER_STATS.histogram.downstream_rq_time;

const NO_FILTERS: readonly HttpFilter[] = [];

export class HttpStream implements FilterStream, RequestDecoder, StreamCallbacks, LogEntry, PathOwner, TimerOwner {
  readonly manager: ConnectionManager;
  readonly settings: ConnectionManagerSettings;
  readonly encoder: ResponseEncoder;
  readonly info: StreamInfo;
  /** Place among the manager's streams. */
  slot: number;
  requestHeaders: Headers;
  responseHeaders: Headers | null;
  responseTrailers: Headers | null;
  /** Formats of local replies alone know it. */
  readonly localReplyBody: string;
  filters: readonly HttpFilter[];
  /** Filter methods on the stack. */
  calls: number;
  interrupted: boolean;
  /** Worker time of the last progress, and after how long without any the stream is idle (0: never). */
  lastActive: number;
  idleMs: number;
  /** The whole request is here. */
  requestComplete: boolean;
  ended: boolean;
  /** Uniform in [0, 2^32): decides fractions and weights. */
  private readonly random: number;
  private readonly decoding: DecodePath;
  private readonly encoding: EncodePath;
  /** The filters of this request: an upgrade may have its own. */
  private chain: FilterChain;
  private phases: Phases | null;
  private chosen: Route | null;
  private routed: boolean;
  /** A response head went to the codec. */
  private headSent: boolean;
  /** The answer is ours: what still comes from the terminal filter is not. */
  private replied: boolean;
  /** `readDisable(true)` calls that were not taken back. */
  private readDisables: number;
  private grpc: boolean;
  private head: boolean;
  private tunnel: Tunnel | null;
  /** Null when nothing is timed but idleness. */
  private timers: StreamTimers | null;
  /** What was asked for while a filter was called. */
  private pending: PendingEnd | null;

  constructor(manager: ConnectionManager, encoder: ResponseEncoder, now: number) {
    const { settings } = manager;
    this.manager = manager;
    this.settings = settings;
    this.encoder = encoder;
    this.info = new StreamInfo(manager.downstream, now, manager.dispatcher.clock.wall());
    this.slot = 0;
    this.requestHeaders = NO_HEADERS;
    this.responseHeaders = null;
    this.responseTrailers = null;
    this.localReplyBody = '';
    this.filters = NO_FILTERS;
    this.calls = 0;
    this.interrupted = false;
    this.lastActive = now;
    this.idleMs = settings.timeouts.streamIdle;
    this.requestComplete = false;
    this.ended = false;
    this.random = (Math.random() * 0x1_0000_0000) >>> 0;
    this.decoding = new DecodePath(this);
    this.encoding = new EncodePath(this);
    this.chain = settings.chain;
    this.phases = null;
    this.chosen = null;
    this.routed = false;
    this.headSent = false;
    this.replied = false;
    this.readDisables = 0;
    this.grpc = false;
    this.head = false;
    this.tunnel = null;
    this.timers = null;
    this.pending = null;
    this.decoding.limit = settings.bufferLimit;
    this.encoding.limit = settings.bufferLimit;
    this.info.protocol = encoder.protocol;
    encoder.setCallbacks(this);
    const { request, maxStreamDuration, logEvery } = settings.timeouts;
    if (request > 0 || maxStreamDuration > 0 || logEvery > 0) {
      this.timers = new StreamTimers(manager.dispatcher.timers, this);
      this.timers.start(request, maxStreamDuration, logEvery);
    }
  }

  get dispatcher(): Dispatcher {
    return this.manager.dispatcher;
  }

  get connection(): Connection {
    return this.manager.connection;
  }

  // ── the request, as the codec reads it ──────────────────────────────────────────────────────────────────────────

  decodeHeaders(headers: Headers, end: boolean): void {
    const { settings } = this;
    this.progress();
    if (end) this.onRequestComplete();
    this.requestHeaders = headers;
    this.head = headers.method === 'HEAD';
    this.grpc = isGrpc(headers);
    const table = settings.routes.current;
    if (!settings.proxy100Continue && headers.get(EXPECT)?.toLowerCase() === '100-continue') this.sendContinue(headers);
    const fault = unacceptable(headers, settings.stats, settings.overload);
    if (fault !== null) {
      this.sendFault(fault, fault === FAULTS.OVERLOADED && settings.tellOverload ? OVERLOADED_HEAD : null);
      return;
    }
    if (settings.paths !== null && headers.path !== '' && !this.normalizePath(settings.paths, headers)) return;
    settings.hosts?.apply(headers, this.manager.local.kind === 'ip' ? this.manager.local.port : 0);
    const { early } = settings;
    for (let i = 0; i < early.length; i++) (early[i] as HeaderMutations).apply(headers, this.info);
    const refusal = settings.sanitizer.apply(headers, this.manager, table === null ? NO_NAMES : table.internalOnlyHeaders, this.info);
    if (refusal !== 0) {
      settings.stats.inc(SLOT.downstream_rq_rejected_via_ip_detection);
      this.sendLocalReply(refusal, '', FAULTS.ORIGIN_UNKNOWN);
      return;
    }
    this.findRoute();
    const refused = asksForTunnel(headers) && !this.startUpgrade(headers);
    if (!this.openFilters()) return;
    if (settings.logRequests) logNow(this, LOG_HTTP_START);
    if (refused && this.chosen !== null) {
      settings.stats.inc(SLOT.downstream_rq_ws_on_non_ws_route);
      // What follows on HTTP/1.1 could be the payload: never to be read as a request.
      if (this.isHttp1()) this.manager.closeAfterResponse();
      this.sendFault(FAULTS.UPGRADE_FAILED);
      return;
    }
    this.decoding.headers(headers, end);
  }

  decodeData(data: Buffer, end: boolean): void {
    if (this.ended) return;
    this.progress();
    this.info.bytesReceived += data.length;
    if (end) this.onRequestComplete();
    this.decoding.data(data, end);
  }

  decodeTrailers(trailers: Headers): void {
    if (this.ended) return;
    this.progress();
    this.onRequestComplete();
    this.decoding.trailers(trailers);
  }

  onCodecError(fault: Fault): void {
    if (this.ended) return;
    this.manager.onRefused(fault);
    if (this.headSent) this.resetFrom(fault, false);
    else this.sendFault(fault);
  }

  /** Answers a request whose head nobody has seen, or could be read. */
  refuse(fault: Fault): void {
    this.requestHeaders = new Headers();
    this.onCodecError(fault);
  }

  /** False when the path is answered at once. */
  private normalizePath(paths: PathNormalizer, headers: Headers): boolean {
    const outcome = paths.apply(headers);
    if (outcome === PATH_ACCEPTED) return true;
    const { stats } = this.settings;
    if (outcome === PATH_REDIRECTED && !this.grpc) {
      stats.inc(SLOT.downstream_rq_redirected_with_normalized_path);
      this.sendLocalReply(307, '', FAULTS.PATH_NORMALIZATION_FAILED, new PathRedirect(headers.path));
    } else {
      stats.inc(SLOT.downstream_rq_failed_path_normalization);
      this.sendFault(FAULTS.PATH_NORMALIZATION_FAILED);
    }
    return false;
  }

  /** Envoy answers `expect: 100-continue` itself, past the filters, and counts the answer like any other. */
  private sendContinue(headers: Headers): void {
    const answer = new Headers();
    answer.status = 100;
    this.chargeStats(100);
    this.encoder.encodeInformational(answer);
    headers.remove(EXPECT);
  }

  private onRequestComplete(): void {
    this.requestComplete = true;
    this.info.requestComplete = this.lastActive;
    this.timers?.onRequestComplete();
  }

  /** False when it is not allowed here. */
  private startUpgrade(headers: Headers): boolean {
    const { settings } = this;
    const chain = upgradeChain(upgradeType(headers), settings.upgrades, this.chosen, settings.chain);
    if (chain === null) return false;
    this.chain = chain;
    this.tunnel = new Tunnel(headers, this.encoder, settings.stats);
    return true;
  }

  /** Picks the filters for the route and makes them. False when the stream ended meanwhile. */
  private openFilters(): boolean {
    if (this.phases !== null) return true;
    const { chain } = this;
    const phases = chain.phases(this.chosen);
    this.phases = phases;
    this.filters = chain.instantiate(phases);
    this.decoding.open(phases, chain.size - 1);
    this.encoding.open(phases, chain.size);
    return !this.ended;
  }

  // ── routing ─────────────────────────────────────────────────────────────────────────────────────────────────────

  route(): Route | null {
    if (!this.routed) this.findRoute();
    return this.chosen;
  }

  clearRouteCache(): void {
    // What the response says of the route must not change under it.
    if (this.responseHeaders === null) this.routed = false;
  }

  routeSettings(): unknown {
    const position = this.decoding.calling >= 0 ? this.decoding.calling : this.encoding.calling;
    return position < 0 || this.chosen === null ? null : this.chain.settingsAt(this.chosen, position);
  }

  private findRoute(): void {
    this.routed = true;
    const table = this.settings.routes.current;
    const route = table === null ? null : table.match(this.requestHeaders, this.info, this.random);
    this.chosen = route;
    noteRoute(route, this.requestHeaders, this.random, this.info);
    if (route === null || route.action.kind !== 'route') return;
    const { idleTimeoutMs, maxStream = null } = route.action;
    if (maxStream !== null || this.timers !== null) this.limitDuration(maxStream);
    if (idleTimeoutMs < 0) return;
    this.idleMs = idleTimeoutMs;
    this.manager.watch(this);
  }

  private limitDuration(limit: StreamDuration | null): void {
    const { timers } = this.manager.dispatcher;
    const ms = streamDuration(limit, this.settings.timeouts.maxStreamDuration, this.requestHeaders, this.grpc);
    this.timers ??= new StreamTimers(timers, this);
    this.timers.limit(ms - (timers.now - this.info.start));
  }

  // ── filters ─────────────────────────────────────────────────────────────────────────────────────────────────────

  continueDecoding(caller?: HttpFilter): void {
    if (!this.ended && !this.interrupted) this.decoding.resume(caller === undefined ? -1 : this.filters.indexOf(caller));
  }

  continueEncoding(caller?: HttpFilter): void {
    if (!this.ended && !this.interrupted) this.encoding.resume(caller === undefined ? -1 : this.filters.indexOf(caller));
  }

  get bufferedRequest(): Buffer | null {
    return this.decoding.kept;
  }

  get bufferLimit(): number {
    return this.decoding.limit;
  }

  setBufferLimit(bytes: number): void {
    this.decoding.limit = bytes;
    this.encoding.limit = bytes;
  }

  injectRequestData(data: Buffer, end: boolean): void {
    if (!this.ended && !this.interrupted) this.decoding.inject(data, end);
  }

  injectResponseData(data: Buffer, end: boolean): void {
    if (!this.ended && !this.interrupted) this.encoding.inject(data, end);
  }

  readDisableRequest(disable: boolean): void {
    if (this.ended) return;
    this.settings.stats.inc(
      disable ? SLOT.downstream_flow_control_paused_reading_total : SLOT.downstream_flow_control_resumed_reading_total,
    );
    this.readDisables += disable ? 1 : -1;
    this.encoder.readDisable(disable);
  }

  onRequestTooLarge(): void {
    this.sendFault(FAULTS.REQUEST_TOO_LARGE);
  }

  onResponseTooLarge(): void {
    this.settings.stats.inc(SLOT.rs_too_large);
    this.sendFault(FAULTS.RESPONSE_TOO_LARGE);
  }

  // ── local replies and resets ────────────────────────────────────────────────────────────────────────────────────

  sendFault(fault: Fault, mutations: HeaderMutations | null = null): void {
    this.sendLocalReply(fault.http, fault.body, fault, mutations);
  }

  sendLocalReply(status: number, body: string, fault: Fault, mutations: HeaderMutations | null = null): void {
    // The first one counts.
    if (this.ended || this.pending !== null) return;
    this.interrupt(new PendingEnd(fault, status, body, mutations));
  }

  resetStream(fault: Fault): void {
    if (this.ended || (this.pending !== null && this.pending.reset !== null)) return;
    this.settings.stats.inc(SLOT.downstream_rq_tx_reset);
    const pending = this.pending ?? new PendingEnd(null, 0, '', null);
    pending.reset = fault;
    this.interrupt(pending);
  }

  private interrupt(pending: PendingEnd): void {
    this.pending = pending;
    this.interrupted = true;
    if (this.calls === 0) this.settle();
  }

  settle(): void {
    if (this.calls > 0 || !this.interrupted) return;
    this.interrupted = false;
    const { pending } = this;
    this.pending = null;
    if (this.ended || pending === null) return;
    if (pending.reset !== null) this.resetFrom(pending.reset, pending.gone);
    else if (pending.fault !== null) this.reply(pending, pending.fault);
  }

  private reply(pending: PendingEnd, fault: Fault): void {
    const { info } = this;
    const { status } = pending;
    this.decoding.stop();
    info.addFlags(fault.flag);
    info.responseCodeDetails = fault.details;
    if (this.headSent || status === 0) {
      this.settings.stats.inc(SLOT.downstream_rq_tx_reset);
      this.resetFrom(fault, false);
      return;
    }
    this.replied = true;
    const past = this.responseHeaders !== null;
    // An answer to a head that nobody could read goes through the filters all the same.
    if (!this.openFilters()) return;
    if (status === 400 && this.isHttp1() && !this.settings.keepAfterInvalid) this.manager.closeAfterResponse();
    const reply = new LocalReply(status, pending.body, this.requestHeaders, info);
    reply.addHeaders(pending, this.chosen);
    this.settings.replies?.rewrite(reply);
    reply.finish(fault, this.grpc, this.head);
    const { body, responseHeaders: headers } = reply;
    this.responseHeaders = headers;
    if (past) this.encoding.stop();
    const end = body === '';
    if (past) this.sendHeaders(headers, end);
    else this.encoding.headers(headers, end);
    if (end || this.ended) return;
    const data = Buffer.from(body, 'utf8');
    if (past) this.sendData(data, true);
    else this.encoding.data(data, true);
  }

  /** From the codec: the client or the connection is gone, or this was asked for by `encoder.reset`. */
  onReset(fault: Fault): void {
    if (this.ended) return;
    if (this.calls === 0) {
      this.resetFrom(fault, true);
      return;
    }
    this.pending ??= new PendingEnd(null, 0, '', null);
    this.pending.reset ??= fault;
    this.pending.gone = true;
    this.interrupted = true;
  }

  /** `gone`: the codec has given the stream up already. */
  private resetFrom(fault: Fault, gone: boolean): void {
    const { info } = this;
    info.addFlags(fault.flag);
    if (gone || info.responseCodeDetails === '' || this.headSent) info.responseCodeDetails = fault.details;
    this.settings.stats.inc(SLOT.downstream_rq_rx_reset);
    this.destroy();
    if (!gone) this.encoder.reset(fault);
  }

  // ── the response, from the terminal filter ──────────────────────────────────────────────────────────────────────

  encodeInformational(headers: Headers): void {
    if (this.ended || this.replied || this.interrupted || this.responseHeaders !== null) return;
    // The client has had its 100 from us, or did not ask for one.
    if (headers.status === 100 && !this.settings.proxy100Continue) return;
    this.progress();
    const order = (this.phases as Phases).encodeInformational;
    for (let i = 0; i < order.length; i++) {
      this.calls++;
      const status = (this.filters[order[i] as number] as HttpFilter).encodeInformational!(this, headers);
      this.calls--;
      if (this.interrupted) {
        this.settle();
        return;
      }
      // An interim answer is advice: a filter that stops it drops it.
      if (status !== CONTINUE) return;
    }
    removeHopFields(headers);
    this.chargeStats(headers.status);
    this.encoder.encodeInformational(headers);
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    if (this.ended || this.replied || this.interrupted || this.responseHeaders !== null) return;
    this.progress();
    this.responseHeaders = headers;
    this.encoding.headers(headers, end || this.tunnel?.headOnly(headers) === true);
  }

  encodeData(data: Buffer, end: boolean): void {
    if (this.ended || this.replied || this.interrupted) return;
    this.progress();
    this.encoding.data(data, end);
  }

  encodeTrailers(trailers: Headers): void {
    if (this.ended || this.replied || this.interrupted) return;
    this.progress();
    this.encoding.trailers(trailers);
  }

  // ── the response, to the codec ──────────────────────────────────────────────────────────────────────────────────

  sendHeaders(headers: Headers, end: boolean): void {
    const { settings, manager, info } = this;
    this.headSent = true;
    this.timers?.onRequestComplete();
    finishResponseHead(headers, manager.dispatcher, settings, this.requestHeaders, info.requestId);
    settings.proxyStatus?.apply(headers, info);
    if (!this.requestComplete) settings.stats.inc(SLOT.downstream_rq_response_before_rq_complete);
    manager.beforeResponse(this);
    this.chargeStats(headers.status);
    info.responseStart = manager.dispatcher.timers.now;
    this.encoder.encodeHeaders(headers, end);
    if (end) this.onResponseSent();
    else if (this.tunnel !== null) {
      if (settings.logTunnels) logTunnel(this);
      this.tunnel.onResponse();
    }
  }

  sendData(data: Buffer, end: boolean): void {
    this.info.bytesSent += data.length;
    this.encoder.encodeData(data, end);
    if (end) this.onResponseSent();
  }

  sendTrailers(trailers: Headers): void {
    this.responseTrailers = trailers;
    this.encoder.encodeTrailers(trailers);
    this.onResponseSent();
  }

  /** A response ends its stream; a request that is not read to its end by then is abandoned. */
  private onResponseSent(): void {
    if (this.ended) return;
    const { stats } = this.settings;
    stats.record(RQ_TIME, this.manager.dispatcher.timers.now - this.info.start);
    if (!this.requestComplete) stats.inc(SLOT.downstream_rq_rx_reset);
    this.destroy();
  }

  private chargeStats(status: number): void {
    this.info.responseCode = status;
    countResponse(this.settings, status);
  }

  // ── flow control ────────────────────────────────────────────────────────────────────────────────────────────────

  onAboveHighWatermark(): void {
    if (this.ended || this.phases === null) return;
    const order = this.phases.aboveHighWatermark;
    for (let i = 0; i < order.length; i++) (this.filters[order[i] as number] as HttpFilter).onDownstreamAboveHighWatermark!(this);
  }

  onBelowLowWatermark(): void {
    if (this.ended || this.phases === null) return;
    this.progress();
    const order = this.phases.belowLowWatermark;
    for (let i = 0; i < order.length; i++) (this.filters[order[i] as number] as HttpFilter).onDownstreamBelowLowWatermark!(this);
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  onTimer(kind: number): void {
    if (this.ended) return;
    const { stats, timeouts } = this.settings;
    if (kind === LOG_TIMER) {
      logNow(this, LOG_HTTP_PERIODIC);
      this.timers?.startLogs(timeouts.logEvery);
    } else if (kind === REQUEST_TIMER) {
      stats.inc(SLOT.downstream_rq_timeout);
      this.sendFault(FAULTS.REQUEST_TIMEOUT);
    } else {
      stats.inc(SLOT.downstream_rq_max_duration_reached);
      this.sendLocalReply(this.requestComplete ? 504 : 408, FAULTS.MAX_DURATION.body, FAULTS.MAX_DURATION);
    }
  }

  /** From the connection's sweep: nothing has moved for `idleMs`. */
  onIdle(): void {
    this.settings.stats.inc(SLOT.downstream_rq_idle_timeout);
    this.sendLocalReply(this.requestComplete ? 504 : 408, FAULTS.STREAM_IDLE_TIMEOUT.body, FAULTS.STREAM_IDLE_TIMEOUT);
  }

  private progress(): void {
    this.lastActive = this.manager.dispatcher.timers.now;
  }

  private isHttp1(): boolean {
    return this.info.protocol !== 'HTTP/2';
  }

  // ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private destroy(): void {
    const { manager, phases } = this;
    this.ended = true;
    this.decoding.stop();
    this.encoding.stop();
    this.timers?.stop();
    if (this.tunnel !== null) this.tunnel.end();
    // The connection is read on for the next request, whoever had stopped this one.
    for (; this.readDisables > 0; this.readDisables--) this.encoder.readDisable(false);
    if (phases !== null) {
      const order = phases.destroy;
      for (let i = 0; i < order.length; i++) (this.filters[order[i] as number] as HttpFilter).onDestroy!(this);
    }
    logNow(this, LOG_AT_END);
    manager.onStreamEnd(this);
  }
}

const NO_HEADERS = new Headers();
const NO_NAMES = Object.freeze([]);
