/**
 * The retries of one request: made when the first one is thought of (Envoy 1.40 `RetryStateImpl`). It decides and counts; timers and
 * attempts are the router's.
 */
import type { Fault } from '../../http/faults.ts';
import type { Headers } from '../../http/headers.ts';
import { FLAG } from '../../telemetry/response-flags.ts';
import type { Cluster, Limited } from '../cluster.ts';
import { CLUSTER_STATS } from '../cluster-stats.ts';
import type { Host } from '../host.ts';
import type { TriedHosts } from '../lb/picker.ts';
import type { RetryHostPredicate } from './host-predicate.ts';
import { type ResetHeader, type RetryPolicy, UNPROCESSED_RETRIES } from './retry-policy.ts';

const SLOT = CLUSTER_STATS.slot;

/** What a decision can be. */
export const RETRY_NO = 0 as const;
export const RETRY_YES = 1 as const;
/** As many retries run at the cluster as its circuit breaker allows. */
export const RETRY_OVERFLOW = 2 as const;
/** This request has had all of its retries. */
export const RETRY_LIMIT = 3 as const;
export type RetryDecision = typeof RETRY_NO | typeof RETRY_YES | typeof RETRY_OVERFLOW | typeof RETRY_LIMIT;

/** What the access log says of a decision; 0: nothing. */
export function flagOf(decision: RetryDecision): number {
  if (decision === RETRY_OVERFLOW) return FLAG.UpstreamOverflow;
  return decision === RETRY_LIMIT ? FLAG.UpstreamRetryLimitExceeded : 0;
}

/** Whoever else counts them. */
export interface RetryCounts {
  onRetry(decision: RetryDecision): void;
  onRetrySuccess(): void;
}

export class RetryState implements TriedHosts {
  readonly policy: RetryPolicy;
  readonly repicks: number;
  private readonly cluster: Cluster;
  private readonly retries: Limited;
  private readonly counts: RetryCounts | null;
  private readonly tried: Host[];
  private remaining: number;
  /** Some attempt's head went to an upstream. */
  private started: boolean;
  /** A retry of this request waits or runs; */
  private running: boolean;
  /** it is charged to the circuit breaker. */
  private charged: boolean;
  /** Upper end of the next back-off, milliseconds. */
  private backOff: number;
  /** Lower end of it as the upstream asked for it; 0: it did not. */
  private asked: number;

  constructor(policy: RetryPolicy, cluster: Cluster, high: boolean, counts: RetryCounts | null = null) {
    const { settings } = policy;
    this.policy = policy;
    this.repicks = settings.predicates.length === 0 ? 0 : settings.repicks;
    this.cluster = cluster;
    this.counts = counts;
    this.retries = cluster.breaker(high).retries;
    this.tried = [];
    this.remaining = settings.retries;
    this.started = false;
    this.running = false;
    this.charged = false;
    this.backOff = settings.baseMs;
    this.asked = 0;
  }

  /** After a response head. `wallMs`: milliseconds since 1970, for upstreams that name a point in time. */
  onResponse(headers: Headers, host: Host | null, wallMs: number): RetryDecision {
    this.note(host, true);
    if (!this.policy.retriesResponse(headers)) return this.decide(false);
    this.asked = resetInterval(this.policy.settings.resetHeaders, this.policy.settings.resetMaxMs, headers, wallMs);
    return this.decide(true);
  }

  /** After an attempt without a response. `started`: its head was sent. */
  onFault(fault: Fault, host: Host | null, started: boolean): RetryDecision {
    this.note(host, started);
    return this.decide(this.policy.retriesFault(fault, this.started));
  }

  private note(host: Host | null, started: boolean): void {
    if (started) this.started = true;
    if (host !== null && this.repicks > 0) this.tried.push(host);
  }

  private decide(wanted: boolean): RetryDecision {
    const decision = this.decided(wanted);
    if (decision !== RETRY_NO && this.counts !== null) this.counts.onRetry(decision);
    return decision;
  }

  private decided(wanted: boolean): RetryDecision {
    const { stats } = this.cluster;
    if (this.running && !wanted) {
      stats.inc(SLOT.upstream_rq_retry_success);
      if (this.counts !== null) this.counts.onRetrySuccess();
    }
    this.release();
    if (!wanted) return RETRY_NO;
    if (this.remaining === 0) {
      stats.inc(SLOT.upstream_rq_retry_limit_exceeded);
      return RETRY_LIMIT;
    }
    this.remaining--;
    // What nobody has looked at is no load that the circuit breaker could keep away.
    this.charged = this.policy !== UNPROCESSED_RETRIES;
    if (this.charged && !this.retries.tryAcquire()) {
      this.charged = false;
      stats.inc(SLOT.upstream_rq_retry_overflow);
      return RETRY_OVERFLOW;
    }
    this.running = true;
    stats.inc(SLOT.upstream_rq_retry);
    return RETRY_YES;
  }

  /**
   * Milliseconds to wait before the retry that was decided; `random` is uniform in [0, 1). Fully jittered, doubling up to the
   * maximum; what the upstream asked for is a lower end with half as much again on top.
   */
  nextBackOff(random: number): number {
    const { stats } = this.cluster;
    if (this.asked > 0) {
      const least = this.asked;
      this.asked = 0;
      stats.inc(SLOT.upstream_rq_retry_backoff_ratelimited);
      return least + Math.floor((random * least) / 2);
    }
    const most = this.backOff;
    this.backOff = Math.min(this.policy.settings.maxMs, most * 2);
    stats.inc(SLOT.upstream_rq_retry_backoff_exponential);
    return Math.floor(random * most);
  }

  /** Gives the circuit breaker its retry back. Idempotent. */
  release(): void {
    this.running = false;
    if (!this.charged) return;
    this.charged = false;
    this.retries.release();
  }

  rejects(host: Host): boolean {
    const { predicates } = this.policy.settings;
    for (let i = 0; i < predicates.length; i++) {
      if ((predicates[i] as RetryHostPredicate).rejects(host, this.tried)) return true;
    }
    return false;
  }
}

/** Milliseconds that the first header that can be read asks for, 0 when none does or it is more than `maxMs`. */
function resetInterval(names: readonly ResetHeader[], maxMs: number, headers: Headers, wallMs: number): number {
  for (let i = 0; i < names.length; i++) {
    const { name, absolute } = names[i] as ResetHeader;
    const text = headers.get(name);
    if (text === undefined || !/^\d{1,12}$/.test(text)) continue;
    const ms = absolute ? (Number(text) - Math.floor(wallMs / 1000)) * 1000 : Number(text) * 1000;
    if (ms >= 0 && ms <= maxMs) return ms > 1 ? ms : 0;
  }
  return 0;
}
