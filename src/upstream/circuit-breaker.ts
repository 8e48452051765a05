/**
 * Circuit breakers: how many connections, waiting requests, requests and retries a cluster may have at once, for each priority. The
 * counts are shared by all workers, so a limit holds for the proxy (architecture rule 7). `*_open` gauges follow the counts. Runtime keys may change
 * limits: `circuit_breakers.<cluster>.<priority>.max_requests` and the like.
 */
import { NO_RUNTIME_VALUES, RuntimeInteger, RuntimeNumber, type RuntimeValues } from '../base/runtime-values.ts';
import type { SharedCount, SharedCounts, StatGroup } from '../telemetry/stats.ts';
import type { CircuitBreaker, Limited } from './cluster.ts';
import { CLUSTER_STATS, REMAINING_STATS } from './cluster-stats.ts';

/** More than any limit: for what must be counted but not refused. */
const UNLIMITED = 2 ** 31 - 1;

/** One thing that is limited. */
export class Resource implements Limited {
  readonly most: RuntimeInteger;
  readonly count: SharedCount;
  /** Null once the cluster is gone: its slots may belong to others then. */
  private stats: StatGroup | null;
  private readonly openSlot: number;
  /** Null without `track_remaining`. */
  private remaining: StatGroup | null;
  private readonly remainingSlot: number;

  constructor(
    most: RuntimeInteger,
    count: SharedCount,
    stats: StatGroup,
    openSlot: number,
    remaining: StatGroup | null,
    remainingSlot: number,
  ) {
    this.most = most;
    this.count = count;
    this.stats = stats;
    this.openSlot = openSlot;
    this.remaining = remaining;
    this.remainingSlot = remainingSlot;
    remaining?.set(remainingSlot, Math.max(0, most.read() - count.value));
  }

  get limit(): number {
    return this.most.read();
  }

  tryAcquire(): boolean {
    if (!this.count.tryAcquire(this.allowed())) return false;
    this.show(this.count.value);
    return true;
  }

  /** How many there may be now. */
  protected allowed(): number {
    return this.most.read();
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
  private readonly percent: RuntimeNumber;
  private readonly running: Resource;
  private readonly waiting: Resource;

  constructor(
    percent: RuntimeNumber,
    least: RuntimeInteger,
    running: Resource,
    waiting: Resource,
    count: SharedCount,
    stats: StatGroup,
    openSlot: number,
    remaining: StatGroup | null,
  ) {
    super(least, count, stats, openSlot, remaining, LEFT.remaining_retries);
    this.percent = percent;
    this.running = running;
    this.waiting = waiting;
  }

  protected override allowed(): number {
    const active = this.running.count.value + this.waiting.count.value;
    return Math.max(Math.floor((this.percent.read() / 100) * active), this.most.read());
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

  /** `name` is the cluster's; `remaining` is null without `track_remaining`. */
  constructor(
    priority: 'default' | 'high',
    thresholds: Thresholds,
    name: string,
    shared: SharedCounts,
    stats: StatGroup,
    remaining: StatGroup | null,
    values: RuntimeValues,
  ) {
    const open = OPEN[priority];
    const key = `cluster/${name}/${priority}`;
    const most = (limit: number, what: string): RuntimeInteger =>
      new RuntimeInteger(values, `circuit_breakers.${name}.${priority}.${what}`, limit);
    this.maxConnections = thresholds.maxConnections;
    this.maxPending = thresholds.maxPending;
    this.maxRequests = thresholds.maxRequests;
    this.maxRetries = thresholds.maxRetries;
    this.connections = new Resource(
      most(this.maxConnections, 'max_connections'),
      shared.open(`${key}.cx`),
      stats,
      open.cx,
      remaining,
      LEFT.remaining_cx,
    );
    this.pending = new Resource(
      most(this.maxPending, 'max_pending_requests'),
      shared.open(`${key}.pending`),
      stats,
      open.pending,
      remaining,
      LEFT.remaining_pending,
    );
    this.requests = new Resource(
      most(this.maxRequests, 'max_requests'),
      shared.open(`${key}.rq`),
      stats,
      open.rq,
      remaining,
      LEFT.remaining_rq,
    );
    const retries = shared.open(`${key}.retries`);
    this.retries =
      thresholds.retryBudget === undefined
        ? new Resource(most(this.maxRetries, 'max_retries'), retries, stats, open.retry, remaining, LEFT.remaining_retries)
        : new BudgetedRetries(
            new RuntimeNumber(values, `circuit_breakers.${name}.${priority}.retry_budget.budget_percent`, thresholds.retryBudget.percent),
            most(thresholds.retryBudget.least, 'retry_budget.min_retry_concurrency'),
            this.requests,
            this.pending,
            retries,
            stats,
            open.retry,
            remaining,
          );
    const { maxPools } = thresholds;
    this.pools =
      maxPools === undefined
        ? null
        : new Resource(
            most(maxPools, 'max_connection_pools'),
            shared.open(`${key}.pools`),
            stats,
            open.pools,
            remaining,
            LEFT.remaining_cx_pools,
          );
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

type Limits = Pick<Thresholds, 'maxConnections' | 'maxPending' | 'maxRequests' | 'maxRetries'>;

function limitsNow(own: Limits, values: RuntimeValues, prefix: string): Limits {
  return {
    maxConnections: new RuntimeInteger(values, `${prefix}max_connections`, own.maxConnections).read(),
    maxPending: new RuntimeInteger(values, `${prefix}max_pending_requests`, own.maxPending).read(),
    maxRequests: new RuntimeInteger(values, `${prefix}max_requests`, own.maxRequests).read(),
    maxRetries: new RuntimeInteger(values, `${prefix}max_retries`, own.maxRetries).read(),
  };
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
  private readonly values: RuntimeValues;
  private highBreaker: Breaker | null;

  /** `name` is the cluster's; both pairs are [default, high]. */
  constructor(
    name: string,
    thresholds: readonly [Thresholds, Thresholds],
    shared: SharedCounts,
    stats: StatGroup,
    remaining: readonly [StatGroup | null, StatGroup | null],
    values: RuntimeValues = NO_RUNTIME_VALUES,
  ) {
    this.thresholds = thresholds;
    this.name = name;
    this.shared = shared;
    this.stats = stats;
    this.remaining = remaining;
    this.values = values;
    this.default = new Breaker('default', thresholds[0], name, shared, stats, remaining[0], values);
    this.highBreaker = null;
    if (remaining[1] !== null) this.of(true);
  }

  of(high: boolean): Breaker {
    if (!high) return this.default;
    this.highBreaker ??= new Breaker('high', this.thresholds[1], this.name, this.shared, this.stats, this.remaining[1], this.values);
    return this.highBreaker;
  }

  /** What `/clusters` shows: the limits of this moment. */
  limits(priority: 'default' | 'high'): Limits {
    return limitsNow(this.thresholds[priority === 'default' ? 0 : 1], this.values, `circuit_breakers.${this.name}.${priority}.`);
  }

  /** The cluster is gone, and so are its slots. */
  mute(): void {
    this.default.mute();
    this.highBreaker?.mute();
  }
}
