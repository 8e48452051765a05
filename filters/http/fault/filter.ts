/** Delays requests and answers them with errors on purpose (Envoy docs, "Fault Injection"). */
import { RuntimeFraction, RuntimeInteger, type RuntimeValues } from '../../../src/base/runtime-values.ts';
import type { Fault } from '../../../src/http/faults.ts';
import {
  CONTINUE,
  type FilterMethod,
  type FilterStream,
  type HeadersStatus,
  type HttpFilter,
  type HttpFilterFactory,
  STOP_ITERATION,
} from '../../../src/http/filter.ts';
import { pinName } from '../../../src/http/header-name.ts';
import type { Headers } from '../../../src/http/headers.ts';
import { Timer, type TimerOwner } from '../../../src/net/timer-wheel.ts';
import { FLAG } from '../../../src/telemetry/response-flags.ts';
import type { StatGroup } from '../../../src/telemetry/stats.ts';
import { type AbortSettings, type DelaySettings, FAULT_STATS, type FaultSettings, type Share } from './settings.ts';

const SLOT = FAULT_STATS.slot;
const DELAY = pinName('x-envoy-fault-delay-request');
const DELAY_SHARE = pinName('x-envoy-fault-delay-request-percentage');
const ABORT = pinName('x-envoy-fault-abort-request');
const ABORT_GRPC = pinName('x-envoy-fault-abort-grpc-request');
const ABORT_SHARE = pinName('x-envoy-fault-abort-request-percentage');
const NODE = pinName('x-envoy-downstream-service-node');
const CLUSTER = pinName('x-envoy-downstream-service-cluster');

const METHODS: readonly FilterMethod[] = ['decodeHeaders', 'onDestroy'];

/** Body, and gRPC status of an abort by HTTP status, come with the call. */
const ABORTED: Fault = Object.freeze({
  code: 'FAULT_ABORT',
  source: 'proxy',
  retryable: 0,
  flag: FLAG.FaultInjected,
  http: 0,
  grpc: 2,
  details: 'fault_filter_abort',
  body: '',
  closes: false,
});

export class FaultFactory implements HttpFilterFactory {
  readonly name: string;
  readonly methods = METHODS;
  readonly terminal = false;
  private readonly settings: FaultSettings;
  private readonly stats: StatGroup;

  constructor(name: string, settings: FaultSettings, stats: StatGroup) {
    this.name = name;
    this.settings = settings;
    this.stats = stats;
  }

  create(): HttpFilter {
    return new FaultFilter(this.settings, this.stats);
  }
}

export class FaultFilter implements HttpFilter, TimerOwner {
  private readonly settings: FaultSettings;
  private readonly stats: StatGroup;
  private stream: FilterStream | null;
  private abort: AbortSettings | null;
  private values: RuntimeValues | null;
  private timer: Timer | null;
  /** Counted in `active_faults`. */
  private active: boolean;

  constructor(settings: FaultSettings, stats: StatGroup) {
    this.settings = settings;
    this.stats = stats;
    this.stream = null;
    this.abort = null;
    this.values = null;
    this.timer = null;
    this.active = false;
  }

  decodeHeaders(stream: FilterStream, headers: Headers, _end: boolean): HeadersStatus {
    const settings = (stream.routeSettings() as FaultSettings | null) ?? this.settings;
    if (settings.delay === null && settings.abort === null) return CONTINUE;
    if (this.stats.value(SLOT.active_faults) >= settings.maxActive.read()) {
      this.stats.inc(SLOT.faults_overflow);
      return CONTINUE;
    }
    if (!concerns(settings, stream, headers)) return CONTINUE;
    this.stream = stream;
    this.abort = settings.abort;
    this.values = settings.values;
    const ms = delayOf(settings.delay, headers, settings.values);
    if (ms <= 0) return this.abortNow(stream) ? STOP_ITERATION : CONTINUE;
    this.activate();
    this.stats.inc(SLOT.delays_injected);
    stream.info.addFlags(FLAG.DelayInjected);
    this.timer = new Timer(this, 0);
    stream.dispatcher.timers.arm(this.timer, ms);
    return STOP_ITERATION;
  }

  /** The delay is over; an abort may follow it. */
  onTimer(_kind: number): void {
    const stream = this.stream as FilterStream;
    if (!this.abortNow(stream)) stream.continueDecoding(this);
  }

  onDestroy(stream: FilterStream): void {
    if (this.timer !== null) stream.dispatcher.timers.cancel(this.timer);
    if (this.active) this.stats.dec(SLOT.active_faults);
    this.active = false;
    this.stream = null;
  }

  private abortNow(stream: FilterStream): boolean {
    const abort = this.abort;
    if (abort === null) return false;
    const headers = stream.requestHeaders;
    const values = this.values as RuntimeValues;
    const caller = headers.get(CLUSTER) ?? '';
    if (!drawn(abort.share, headers.get(ABORT_SHARE), abort.byHeader, caller, '.abort.abort_percent', values)) return false;
    let http = abort.byHeader ? integerOf(headers.get(ABORT), 200, 599) : abort.http;
    let grpc = http > 0 ? -1 : abort.byHeader ? integerOf(headers.get(ABORT_GRPC), 0, 0xffff) : abort.grpc;
    if (http <= 0 && grpc < 0) return false;
    if (http > 0) {
      const status = changed(http, abort.httpKey, caller, '.abort.http_status', values);
      // A key may say anything; what is no status of an answer is not sent.
      if (status >= 200 && status <= 599) http = status;
    }
    if (http <= 0) grpc = changed(grpc, abort.grpcKey, caller, '.abort.grpc_status', values);
    this.activate();
    this.stats.inc(SLOT.aborts_injected);
    if (http > 0) stream.sendLocalReply(http, abort.body, ABORTED);
    else stream.sendLocalReply(200, abort.body, grpcAbort(grpc));
    return true;
  }

  private activate(): void {
    if (this.active) return;
    this.active = true;
    this.stats.inc(SLOT.active_faults);
  }
}

/** Whether the settings are meant for this request. */
function concerns(settings: FaultSettings, stream: FilterStream, headers: Headers): boolean {
  if (settings.cluster !== '') {
    const action = stream.route()?.action;
    if (action?.kind !== 'route' || action.pickCluster(headers, 0).name !== settings.cluster) return false;
  }
  if (settings.nodes !== null && !settings.nodes.has(headers.get(NODE) ?? '')) return false;
  for (let i = 0; i < settings.headers.length; i++) if (settings.headers[i]?.matches(headers) === false) return false;
  return true;
}

/** Milliseconds; 0: none. */
function delayOf(delay: DelaySettings | null, headers: Headers, values: RuntimeValues): number {
  if (delay === null) return 0;
  const caller = headers.get(CLUSTER) ?? '';
  if (!drawn(delay.share, headers.get(DELAY_SHARE), delay.byHeader, caller, '.delay.fixed_delay_percent', values)) return 0;
  const ms = delay.byHeader ? integerOf(headers.get(DELAY), 0, Number.MAX_SAFE_INTEGER) : delay.ms;
  return ms < 0 ? 0 : changed(ms, delay.msKey, caller, '.delay.fixed_duration_ms', values);
}

/**
 * What a key makes of a number. With `x-envoy-downstream-service-cluster` there is a key for those of that cluster; names are the client's,
 * and only a fault that hits asks for them.
 */
function changed(own: number, key: string, caller: string, suffix: string, values: RuntimeValues): number {
  const number = new RuntimeInteger(values, key, own).read();
  return caller === '' ? number : new RuntimeInteger(values, `fault.http.${caller}${suffix}`, number).read();
}

/** Whether chance takes this request. Where headers control the fault, one of them can lower the share. */
function drawn(
  share: Share,
  lowered: string | undefined,
  byHeader: boolean,
  caller: string,
  suffix: string,
  values: RuntimeValues,
): boolean {
  const limit = byHeader ? integerOf(lowered, 0, 0xffffffff) : -1;
  if (caller === '') return share.fraction.draws(limit);
  // As in Envoy, the key of the caller's cluster stands in place of the general one, also where it is not set.
  return new RuntimeFraction(values, `fault.http.${caller}${suffix}`, share.numerator, share.denominator).draws(limit);
}

/** A decimal number of the range; -1 when absent or anything else. */
function integerOf(text: string | undefined, from: number, to: number): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return -1;
  const number = Number(text);
  return number >= from && number <= to ? number : -1;
}

/** Rare, so each is built when it is needed. */
function grpcAbort(status: number): Fault {
  return Object.freeze({
    code: ABORTED.code,
    source: ABORTED.source,
    retryable: 0,
    flag: ABORTED.flag,
    http: 200,
    grpc: status,
    details: ABORTED.details,
    body: '',
    closes: false,
  });
}
