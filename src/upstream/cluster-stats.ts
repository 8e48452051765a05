/**
 * What a cluster counts under `cluster.<name>.`: Envoy's names (docs "Cluster manager statistics"), all of them from the
 * start, so that dashboards find a zero and not a gap. A few belong to features that are not here; they stay 0.
 */
import { type DynamicCounter, type StatGroup, type StatsScope, type StatTag, statSpec } from '../telemetry/stats.ts';

export const CLUSTER_STATS = statSpec({
  counters: [
    'assignment_stale',
    'assignment_timeout_received',
    'assignment_use_cached',
    'bind_errors',
    'default.total_match_count',
    'lb_healthy_panic',
    'lb_local_cluster_not_ok',
    'lb_recalculate_zone_structures',
    'lb_subsets_created',
    'lb_subsets_fallback',
    'lb_subsets_fallback_panic',
    'lb_subsets_removed',
    'lb_subsets_selected',
    'lb_zone_cluster_too_small',
    'lb_zone_no_capacity_left',
    'lb_zone_routing_all_directly',
    'lb_zone_routing_cross_zone',
    'lb_zone_routing_sampled',
    'membership_change',
    'original_dst_host_invalid',
    'retry_or_shadow_abandoned',
    'update_attempt',
    'update_empty',
    'update_failure',
    'update_no_rebuild',
    'update_success',
    'upstream_cx_close_notify',
    'upstream_cx_connect_attempts_exceeded',
    'upstream_cx_connect_fail',
    'upstream_cx_connect_timeout',
    'upstream_cx_connect_with_0_rtt',
    'upstream_cx_destroy',
    'upstream_cx_destroy_local',
    'upstream_cx_destroy_local_with_active_rq',
    'upstream_cx_destroy_remote',
    'upstream_cx_destroy_remote_with_active_rq',
    'upstream_cx_destroy_with_active_rq',
    'upstream_cx_http1_total',
    'upstream_cx_http2_total',
    'upstream_cx_http3_total',
    'upstream_cx_idle_timeout',
    'upstream_cx_max_duration_reached',
    'upstream_cx_max_requests',
    'upstream_cx_none_healthy',
    'upstream_cx_overflow',
    'upstream_cx_pool_overflow',
    'upstream_cx_preconnect_skipped',
    'upstream_cx_protocol_error',
    'upstream_cx_rx_bytes_total',
    'upstream_cx_total',
    'upstream_cx_tx_bytes_total',
    'upstream_flow_control_backed_up_total',
    'upstream_flow_control_drained_total',
    'upstream_flow_control_paused_reading_total',
    'upstream_flow_control_resumed_reading_total',
    'upstream_http3_broken',
    'upstream_internal_redirect_failed_total',
    'upstream_internal_redirect_succeeded_total',
    'upstream_queue_overloaded',
    'upstream_rq_0rtt',
    'upstream_rq_active_overflow',
    'upstream_rq_cancelled',
    'upstream_rq_completed',
    'upstream_rq_maintenance_mode',
    'upstream_rq_max_duration_reached',
    'upstream_rq_pending_failure_eject',
    'upstream_rq_pending_overflow',
    'upstream_rq_pending_total',
    'upstream_rq_per_try_idle_timeout',
    'upstream_rq_per_try_timeout',
    'upstream_rq_retry',
    'upstream_rq_retry_backoff_exponential',
    'upstream_rq_retry_backoff_ratelimited',
    'upstream_rq_retry_limit_exceeded',
    'upstream_rq_retry_overflow',
    'upstream_rq_retry_success',
    'upstream_rq_rx_reset',
    'upstream_rq_rx_reset_no_error',
    'upstream_rq_timeout',
    'upstream_rq_total',
    'upstream_rq_tx_reset',
  ],
  gauges: [
    'circuit_breakers.default.cx_open',
    'circuit_breakers.default.cx_pool_open',
    'circuit_breakers.default.rq_open',
    'circuit_breakers.default.rq_pending_open',
    'circuit_breakers.default.rq_retry_open',
    'circuit_breakers.high.cx_open',
    'circuit_breakers.high.cx_pool_open',
    'circuit_breakers.high.rq_open',
    'circuit_breakers.high.rq_pending_open',
    'circuit_breakers.high.rq_retry_open',
    'lb_subsets_active',
    'max_host_weight',
    'membership_degraded',
    'membership_excluded',
    'membership_healthy',
    'membership_total',
    'upstream_cx_active',
    'upstream_cx_rx_bytes_buffered',
    'upstream_cx_tx_bytes_buffered',
    'upstream_rq_active',
    'upstream_rq_pending_active',
    'version',
    'warming_state',
  ],
  histograms: ['upstream_cx_connect_ms', 'upstream_cx_length_ms', 'upstream_rq_per_cx'],
  replicated: [
    'circuit_breakers.default.cx_open',
    'circuit_breakers.default.cx_pool_open',
    'circuit_breakers.default.rq_open',
    'circuit_breakers.default.rq_pending_open',
    'circuit_breakers.default.rq_retry_open',
    'circuit_breakers.high.cx_open',
    'circuit_breakers.high.cx_pool_open',
    'circuit_breakers.high.rq_open',
    'circuit_breakers.high.rq_pending_open',
    'circuit_breakers.high.rq_retry_open',
    'default.total_match_count',
    'max_host_weight',
    'membership_change',
    'membership_degraded',
    'membership_excluded',
    'membership_healthy',
    'membership_total',
    'update_attempt',
    'update_empty',
    'update_failure',
    'update_no_rebuild',
    'update_success',
    'version',
    'warming_state',
  ],
});

/** Under `cluster.<name>.circuit_breakers.<priority>.` when `track_remaining` is set. */
export const REMAINING_STATS = statSpec({
  counters: [],
  gauges: ['remaining_cx', 'remaining_cx_pools', 'remaining_pending', 'remaining_retries', 'remaining_rq'],
  replicated: ['remaining_cx', 'remaining_cx_pools', 'remaining_pending', 'remaining_retries', 'remaining_rq'],
});

/** Under `cluster.<name>.http1.` as soon as HTTP/1.1 is spoken; nothing counts here, for they are about requests and floods. */
export const HTTP1_STATS = statSpec({
  counters: [
    'dropped_headers_with_underscores',
    'metadata_not_supported_error',
    'requests_rejected_with_underscores_in_headers',
    'response_flood',
  ],
});

/** Envoy shows these only once there was a response, so they are a group of their own. Milliseconds. */
const TIME_STATS = statSpec({ counters: [], histograms: ['upstream_rq_time'] });
const TIME = TIME_STATS.histogram.upstream_rq_time;

const COMPLETED = CLUSTER_STATS.slot.upstream_rq_completed;

/** `cluster.<name>.` with the characters that statsd would misread replaced (`:`), as Envoy's scopes do. */
export function statPrefix(statName: string): string {
  return `cluster.${statName.replaceAll('://', '_').replaceAll(':/', '_').replaceAll(':', '_').replaceAll('\0', '_')}.`;
}

/** Counters of one status: `upstream_rq_200`, `upstream_rq_2xx` and the same under `external.` or `internal.`. */
class CodeCounters {
  readonly code: DynamicCounter;
  readonly family: DynamicCounter;
  readonly originCode: DynamicCounter;
  readonly originFamily: DynamicCounter;
  readonly originCompleted: DynamicCounter;

  constructor(group: StatGroup, status: number, origin: string) {
    const family = familyOf(status);
    this.code = group.dynamic(`upstream_rq_${status}`);
    this.family = group.dynamic(family);
    this.originCode = group.dynamic(`${origin}upstream_rq_${status}`);
    this.originFamily = group.dynamic(`${origin}${family}`);
    this.originCompleted = group.dynamic(`${origin}upstream_rq_completed`);
  }

  inc(): void {
    this.code.inc();
    this.family.inc();
    this.originCode.inc();
    this.originFamily.inc();
    this.originCompleted.inc();
  }
}

/** `retry.upstream_rq_503` and its kind, `canary.upstream_rq_200` and its. */
class OtherCounters {
  private readonly code: DynamicCounter;
  private readonly family: DynamicCounter;
  private readonly completed: DynamicCounter;

  constructor(group: StatGroup, status: number, prefix: 'retry.' | 'canary.') {
    this.code = group.dynamic(`${prefix}upstream_rq_${status}`);
    this.family = group.dynamic(`${prefix}${familyOf(status)}`);
    this.completed = group.dynamic(`${prefix}upstream_rq_completed`);
  }

  inc(): void {
    this.code.inc();
    this.family.inc();
    this.completed.inc();
  }
}

function familyOf(status: number): string {
  return status >= 100 && status < 600 ? `upstream_rq_${Math.floor(status / 100)}xx` : 'upstream_rq_unknown';
}

/** Statuses and times of responses; takes memory when the first one comes, so that the many idle clusters of a mesh take none. */
export class ResponseStats {
  private readonly scope: StatsScope;
  private readonly prefix: string;
  private readonly tags: readonly StatTag[];
  private readonly group: StatGroup;
  private readonly external: Map<number, CodeCounters>;
  private readonly internal: Map<number, CodeCounters>;
  /** Null until something was retried. */
  private retried: Map<number, OtherCounters> | null;
  /** Null until a canary answered. */
  private canary: Map<number, OtherCounters> | null;
  private lastStatus: number;
  private lastInternal: boolean;
  private last: CodeCounters | null;
  private time: StatGroup | null;
  private externalTime: StatGroup | null;
  private internalTime: StatGroup | null;
  private released: boolean;

  constructor(scope: StatsScope, prefix: string, tags: readonly StatTag[], group: StatGroup) {
    this.scope = scope;
    this.prefix = prefix;
    this.tags = tags;
    this.group = group;
    this.external = new Map();
    this.internal = new Map();
    this.retried = null;
    this.canary = null;
    this.lastStatus = 0;
    this.lastInternal = false;
    this.last = null;
    this.time = null;
    this.externalTime = null;
    this.internalTime = null;
    this.released = false;
  }

  /** A response head, from upstream or made for its lack. `internal`: the request carried `x-envoy-internal: true`. */
  charge(status: number, internal: boolean): void {
    if (this.released) return;
    this.group.inc(COMPLETED);
    let counters = this.last;
    if (counters === null || status !== this.lastStatus || internal !== this.lastInternal) {
      counters = this.find(status, internal);
      this.last = counters;
      this.lastStatus = status;
      this.lastInternal = internal;
    }
    counters.inc();
  }

  /** Under `retry.`, and nowhere else. */
  chargeRetry(status: number): void {
    if (this.released) return;
    this.retried ??= new Map();
    this.chargeOther(this.retried, status, 'retry.');
  }

  chargeCanary(status: number): void {
    if (this.released) return;
    this.canary ??= new Map();
    this.chargeOther(this.canary, status, 'canary.');
  }

  private chargeOther(table: Map<number, OtherCounters>, status: number, prefix: 'retry.' | 'canary.'): void {
    let counters = table.get(status);
    if (counters === undefined) {
      counters = new OtherCounters(this.group, status, prefix);
      table.set(status, counters);
    }
    counters.inc();
  }

  /** Milliseconds from the end of the request to the end of the response. */
  recordTime(ms: number, internal: boolean): void {
    if (this.released) return;
    this.time ??= this.scope.group(this.prefix, TIME_STATS, this.tags);
    this.time.record(TIME, ms);
    if (internal) {
      this.internalTime ??= this.scope.group(`${this.prefix}internal.`, TIME_STATS, this.tags);
      this.internalTime.record(TIME, ms);
    } else {
      this.externalTime ??= this.scope.group(`${this.prefix}external.`, TIME_STATS, this.tags);
      this.externalTime.record(TIME, ms);
    }
  }

  /** The cluster is gone, and so are its slots. */
  release(): void {
    this.released = true;
    if (this.time !== null) this.scope.release(this.time);
    if (this.externalTime !== null) this.scope.release(this.externalTime);
    if (this.internalTime !== null) this.scope.release(this.internalTime);
  }

  private find(status: number, internal: boolean): CodeCounters {
    const table = internal ? this.internal : this.external;
    let counters = table.get(status);
    if (counters === undefined) {
      counters = new CodeCounters(this.group, status, internal ? 'internal.' : 'external.');
      table.set(status, counters);
    }
    return counters;
  }
}
