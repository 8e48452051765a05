/** Reads what the overload manager watches, again and again, and tells how much of what is to be done less. Control plane. */
import type { OverloadShares } from '../base/overload.ts';
import { type StatGroup, type StatsScope, statSpec } from '../telemetry/stats.ts';
import type { Monitor, OverloadPlan, PlannedTrigger } from './overload-plan.ts';

export const MONITOR_STATS = statSpec({ counters: ['failed_updates', 'skipped_updates'], gauges: ['pressure'] });
export const ACTION_STATS = statSpec({ counters: [], gauges: ['active', 'scale_percent'] });

export interface WatchParts {
  readonly plan: OverloadPlan;
  readonly stats: StatsScope;
  /** Bytes of the process; its whole resident set, which is what a limit of a container counts. */
  heap(): number;
  onChange(shares: OverloadShares): void;
}

export class OverloadWatch {
  readonly #parts: WatchParts;
  readonly #monitors: readonly { readonly monitor: Monitor; readonly stats: StatGroup }[];
  readonly #actions: readonly StatGroup[];
  /** By name, 1 at the limit and more beyond it. */
  readonly #pressures = new Map<string, number>();
  #shares = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: WatchParts) {
    const { plan, stats } = parts;
    this.#parts = parts;
    this.#monitors = plan.monitors.map((monitor) => ({ monitor, stats: stats.group(`overload.${monitor.name}.`, MONITOR_STATS) }));
    this.#actions = plan.actions.map(({ name }) => stats.group(`overload.${name}.`, ACTION_STATS));
    for (const group of this.#actions) this.#show(group, 0);
  }

  start(): void {
    if (this.#monitors.length === 0 || this.#timer !== null) return;
    this.look();
    this.#timer = setInterval(() => this.look(), this.#parts.plan.refreshMs);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Reads every monitor once. */
  look(): void {
    for (const { monitor, stats } of this.#monitors) {
      const pressure = this.#parts.heap() / monitor.maxBytes;
      this.#pressures.set(monitor.name, pressure);
      stats.set(MONITOR_STATS.slot.pressure, Math.trunc(pressure * 100));
    }
    const shares = { rejectConnections: 0, stopRequests: 0, disableKeepalive: 0 };
    this.#parts.plan.actions.forEach(({ share, triggers }, i) => {
      const value = Math.max(0, ...triggers.map((trigger) => this.#force(trigger)));
      shares[share] = value;
      this.#show(this.#actions[i] as StatGroup, value);
    });
    const text = JSON.stringify(shares);
    if (text === this.#shares) return;
    this.#shares = text;
    this.#parts.onChange(shares);
  }

  #force({ monitor, from, to }: PlannedTrigger): number {
    const pressure = this.#pressures.get(monitor);
    if (pressure === undefined) return 0;
    if (pressure >= to) return 1;
    return pressure <= from ? 0 : (pressure - from) / (to - from);
  }

  #show(group: StatGroup, share: number): void {
    group.set(ACTION_STATS.slot.active, share >= 1 ? 1 : 0);
    group.set(ACTION_STATS.slot.scale_percent, Math.trunc(share * 100));
  }
}
