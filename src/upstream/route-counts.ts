/**
 * What routes with a `stat_prefix` and virtual clusters count (Envoy docs "Router", statistics): `vhost.<host>.route.<prefix>.` and
 * `vhost.<host>.vcluster.<name>.`.
 */
import type { RouteCounts } from '../http/route.ts';
import { type DynamicCounter, type StatGroup, type StatsScope, type StatTag, statSpec } from '../telemetry/stats.ts';
import { RETRY_LIMIT, RETRY_OVERFLOW, RETRY_YES } from './retry/retry-state.ts';

const ROUTE_STATS = statSpec({
  counters: [
    'upstream_rq_retry',
    'upstream_rq_retry_limit_exceeded',
    'upstream_rq_retry_overflow',
    'upstream_rq_retry_success',
    'upstream_rq_timeout',
    'upstream_rq_total',
  ],
});
const SLOT = ROUTE_STATS.slot;

/** Shown once there was a response. Milliseconds. */
const TIME_STATS = statSpec({ counters: [], histograms: ['upstream_rq_time'] });
const TIME = TIME_STATS.histogram.upstream_rq_time;

class Counts implements RouteCounts {
  private readonly scope: StatsScope;
  private readonly prefix: string;
  private readonly tags: readonly StatTag[];
  private readonly group: StatGroup;
  /** By status, and by class. */
  private readonly codes: Map<number, DynamicCounter>;
  private completed: DynamicCounter | null;
  private time: StatGroup | null;

  constructor(scope: StatsScope, prefix: string, tags: readonly StatTag[]) {
    this.scope = scope;
    this.prefix = prefix;
    this.tags = tags;
    this.group = scope.group(prefix, ROUTE_STATS, tags);
    this.codes = new Map();
    this.completed = null;
    this.time = null;
  }

  onAttempt(): void {
    this.group.inc(SLOT.upstream_rq_total);
  }

  onResponse(status: number): void {
    this.completed ??= this.group.dynamic('upstream_rq_completed');
    this.completed.inc();
    this.count(status, status);
    // Statuses have three digits, classes one.
    const family = Math.floor(status / 100);
    this.count(family, status);
  }

  private count(key: number, status: number): void {
    let counter = this.codes.get(key);
    if (counter === undefined) {
      counter = this.group.dynamic(key === status ? `upstream_rq_${status}` : `upstream_rq_${key}xx`);
      this.codes.set(key, counter);
    }
    counter.inc();
  }

  onTimeout(): void {
    this.group.inc(SLOT.upstream_rq_timeout);
  }

  onRetry(decision: number): void {
    if (decision === RETRY_YES) this.group.inc(SLOT.upstream_rq_retry);
    else if (decision === RETRY_LIMIT) this.group.inc(SLOT.upstream_rq_retry_limit_exceeded);
    else if (decision === RETRY_OVERFLOW) this.group.inc(SLOT.upstream_rq_retry_overflow);
  }

  onRetrySuccess(): void {
    this.group.inc(SLOT.upstream_rq_retry_success);
  }

  recordTime(ms: number): void {
    this.time ??= this.scope.group(this.prefix, TIME_STATS, this.tags);
    this.time.record(TIME, ms);
  }
}

export function routeCounts(scope: StatsScope, virtualHost: string, statPrefix: string): RouteCounts {
  return new Counts(scope, `vhost.${virtualHost}.route.${statPrefix}.`, [
    { name: 'envoy.virtual_host', value: virtualHost },
    { name: 'envoy.route', value: statPrefix },
  ]);
}

export function virtualClusterCounts(scope: StatsScope, virtualHost: string, name: string): RouteCounts {
  return new Counts(scope, `vhost.${virtualHost}.vcluster.${name}.`, [
    { name: 'envoy.virtual_host', value: virtualHost },
    { name: 'envoy.virtual_cluster', value: name },
  ]);
}
