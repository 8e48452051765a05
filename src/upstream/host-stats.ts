/**
 * What is counted for each host: shown by `/clusters` and sent in load reports, but no part of `/stats`. So the slots are this
 * worker's own numbers, and the runtime adds up what several workers report.
 */
import { type AnyStatSpec, type DynamicCounter, type StatGroup, statSpec } from '../telemetry/stats.ts';

export const HOST_STATS = statSpec({
  counters: ['cx_connect_fail', 'cx_total', 'rq_error', 'rq_success', 'rq_timeout', 'rq_total'],
  gauges: ['cx_active', 'rq_active', 'rq_pending_active'],
});

/** Swallows what a host never counts. */
const NO_COUNTER: DynamicCounter = { inc() {} };

/** Slots outside of the stats store, 100 bytes a host. */
export class LocalStats implements StatGroup {
  private readonly slots: number[];

  constructor(spec: AnyStatSpec) {
    this.slots = new Array<number>(spec.counters.length + spec.gauges.length).fill(0);
  }

  inc(slot: number): void {
    (this.slots[slot] as number)++;
  }

  add(slot: number, n: number): void {
    (this.slots[slot] as number) += n;
  }

  dec(slot: number): void {
    (this.slots[slot] as number)--;
  }

  set(slot: number, value: number): void {
    this.slots[slot] = value;
  }

  value(slot: number): number {
    return this.slots[slot] as number;
  }

  record(): void {}

  dynamic(): DynamicCounter {
    return NO_COUNTER;
  }
}
