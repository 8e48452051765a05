/**
 * Circuit breakers: how many connections, waiting requests, requests and retries a cluster may have at once, for each priority. The
 * counts are shared by all workers, so a limit holds for the proxy (architecture rule 7). `*_open` gauges follow the counts.
 */
import type { SharedCount, SharedCounts, StatGroup } from '../telemetry/stats.ts';
import type { CircuitBreaker, Limited } from './cluster.ts';
import { CLUSTER_STATS, REMAINING_STATS } from './cluster-stats.ts';

/** More than any limit: for what must be counted but not refused. */
const UNLIMITED = 2 ** 31 - 1;

/** One thing that is limited. */
export class Resource implements Limited {
  readonly limit: number;
  readonly count: SharedCount;
  /** Null once the cluster is gone: its slots may belong to others then. */
  private stats: StatGroup | null;
  private readonly openSlot: number;
  /** Null without `track_remaining`. */
  private remaining: StatGroup | null;
  private readonly remainingSlot: number;

  constructor(limit: number, count: SharedCount, stats: StatGroup, openSlot: number, remaining: StatGroup | null, remainingSlot: number) {
    this.limit = limit;
    this.count = count;
    this.stats = stats;
    this.openSlot = openSlot;
    this.remaining = remaining;
    this.remainingSlot = remainingSlot;
    remaining?.set(remainingSlot, Math.max(0, limit - count.value));
  }

  tryAcquire(): boolean {
    if (!this.count.tryAcquire(this.allowed())) return false;
    this.show(this.count.value);
    return true;
  }

  /** How many there may be now. */
  protected allowed(): number {
    return this.limit;
  }

  acquire(): void {
    this.count.tryAcquire(UNLIMITED);
    this.show(this.count.value);
  }

  release(): void {
    this.count.release();
    this.show(this.count.value);
  }

  /** Goes on counting, and shows it no more. */
  mute(): void {
    this.stats = null;
    this.remaining = null;
  }

  private show(used: number): void {
    const limit = this.allowed();
    this.stats?.set(this.openSlot, used >= limit ? 1 : 0);
    if (this.remaining !== null) this.remaining.set(this.remainingSlot, used >= limit ? 0 : limit - used);
  }
}

/** Retries as a share of what is going on: `retry_budget`. */
export interface RetryBudget {
  /** Per cent of the requests that run or wait. */
  readonly percent: number;
  /** So many are allowed whatever the share. */
  readonly least: number;
}

class BudgetedRetries extends Resource {
  private readonly budget: RetryBudget;
  private readonly running: Resource;
  private readonly waiting: Resource;

  constructor(
    budget: RetryBudget,
    running: Resource,
    waiting: Resource,
    count: SharedCount,
    stats: StatGroup,
    openSlot: number,
    remaining: StatGroup | null,
  ) {
    super(budget.least, count, stats, openSlot, remaining, LEFT.remaining_retries);
    this.budget = budget;
    this.running = running;
    this.waiting = waiting;
  }

  protected override allowed(): number {
    const active = this.running.count.value + this.waiting.count.value;
    return Math.max(Math.floor((this.budget.percent / 100) * active), this.budget.least);
  }
}

/** Limits of one priority. */
export interface Thresholds {
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  /** Absent: no limit. */
  readonly maxPools?: number | undefined;
  /** Connections to one host; absent: no limit. */
  readonly hostConnections?: number | undefined;
  readonly trackRemaining: boolean;
  /** In place of `maxRetries`; absent: none. */
  readonly retryBudget?: RetryBudget | undefined;
}

/** Envoy's defaults (envoy.config.cluster.v3.CircuitBreakers.Thresholds). */
export const DEFAULT_THRESHOLDS: Thresholds = {
  maxConnections: 1024,
  maxPending: 1024,
  maxRequests: 1024,
  maxRetries: 3,
  trackRemaining: false,
};

const SLOT = CLUSTER_STATS.slot;
const LEFT = REMAINING_STATS.slot;
const OPEN = {
  default: {
    cx: SLOT['circuit_breakers.default.cx_open'],
    pools: SLOT['circuit_breakers.default.cx_pool_open'],
    pending: SLOT['circuit_breakers.default.rq_pending_open'],
    rq: SLOT['circuit_breakers.default.rq_open'],
    retry: SLOT['circuit_breakers.default.rq_retry_open'],
  },
  high: {
    cx: SLOT['circuit_breakers.high.cx_open'],
    pools: SLOT['circuit_breakers.high.cx_pool_open'],
    pending: SLOT['circuit_breakers.high.rq_pending_open'],
    rq: SLOT['circuit_breakers.high.rq_open'],
    retry: SLOT['circuit_breakers.high.rq_retry_open'],
  },
} as const;

export class Breaker implements CircuitBreaker {
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  readonly connections: Resource;
  readonly pending: Resource;
  readonly requests: Resource;
  readonly retries: Resource;
  readonly pools: Resource | null;
  readonly hostConnections: number;

  /** `key` names the cluster and the priority for the shared counts; `remaining` is null without `track_remaining`. */
  constructor(
    priority: 'default' | 'high',
    thresholds: Thresholds,
    key: string,
    shared: SharedCounts,
    stats: StatGroup,
    remaining: StatGroup | null,
  ) {
    const open = OPEN[priority];
    this.maxConnections = thresholds.maxConnections;
    this.maxPending = thresholds.maxPending;
    this.maxRequests = thresholds.maxRequests;
    this.maxRetries = thresholds.maxRetries;
    this.connections = new Resource(this.maxConnections, shared.open(`${key}.cx`), stats, open.cx, remaining, LEFT.remaining_cx);
    this.pending = new Resource(this.maxPending, shared.open(`${key}.pending`), stats, open.pending, remaining, LEFT.remaining_pending);
    this.requests = new Resource(this.maxRequests, shared.open(`${key}.rq`), stats, open.rq, remaining, LEFT.remaining_rq);
    const retries = shared.open(`${key}.retries`);
    this.retries =
      thresholds.retryBudget === undefined
        ? new Resource(this.maxRetries, retries, stats, open.retry, remaining, LEFT.remaining_retries)
        : new BudgetedRetries(thresholds.retryBudget, this.requests, this.pending, retries, stats, open.retry, remaining);
    const { maxPools } = thresholds;
    this.pools =
      maxPools === undefined
        ? null
        : new Resource(maxPools, shared.open(`${key}.pools`), stats, open.pools, remaining, LEFT.remaining_cx_pools);
    if (maxPools === undefined) remaining?.set(LEFT.remaining_cx_pools, UNLIMITED_POOLS);
    this.hostConnections = thresholds.hostConnections ?? Number.POSITIVE_INFINITY;
  }

  mute(): void {
    this.connections.mute();
    this.pending.mute();
    this.requests.mute();
    this.retries.mute();
    this.pools?.mute();
  }
}

/** What Envoy prints for `max_connection_pools`, which has no limit by default: 2^64 - 1. */
const UNLIMITED_POOLS = Number(2n ** 64n - 1n);

/** Both priorities of a cluster. Hardly anybody uses the high one, so its counts are opened when somebody does. */
export class Breakers {
  readonly default: Breaker;
  readonly thresholds: readonly [Thresholds, Thresholds];
  private readonly name: string;
  private readonly shared: SharedCounts;
  private readonly stats: StatGroup;
  private readonly remaining: readonly [StatGroup | null, StatGroup | null];
  private highBreaker: Breaker | null;

  /** `name` is the cluster's; both pairs are [default, high]. */
  constructor(
    name: string,
    thresholds: readonly [Thresholds, Thresholds],
    shared: SharedCounts,
    stats: StatGroup,
    remaining: readonly [StatGroup | null, StatGroup | null],
  ) {
    this.thresholds = thresholds;
    this.name = name;
    this.shared = shared;
    this.stats = stats;
    this.remaining = remaining;
    this.default = new Breaker('default', thresholds[0], `cluster/${name}/default`, shared, stats, remaining[0]);
    this.highBreaker = null;
    if (remaining[1] !== null) this.of(true);
  }

  of(high: boolean): Breaker {
    if (!high) return this.default;
    this.highBreaker ??= new Breaker('high', this.thresholds[1], `cluster/${this.name}/high`, this.shared, this.stats, this.remaining[1]);
    return this.highBreaker;
  }

  /** The cluster is gone, and so are its slots. */
  mute(): void {
    this.default.mute();
    this.highBreaker?.mute();
  }
}
