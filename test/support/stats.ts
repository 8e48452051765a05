import type { AnyStatSpec, DynamicCounter, SharedCount, SharedCounts, StatGroup, StatsScope } from '../../src/telemetry/stats.ts';

/** Stats that tests read by their full names. */
export class FakeStats implements StatsScope {
  readonly values = new Map<string, number>();
  /** What was recorded, in order, by full name. */
  readonly records = new Map<string, number[]>();
  /** Prefixes of groups that were released as often as they were taken. */
  readonly released: string[] = [];
  readonly #groups = new Map<string, FakeGroup>();

  group(prefix: string, spec: AnyStatSpec): StatGroup {
    let group = this.#groups.get(prefix);
    if (group === undefined || group.spec !== spec) {
      group = new FakeGroup(this, prefix, spec);
      this.#groups.set(prefix, group);
      for (const name of [...spec.counters, ...spec.gauges]) this.values.set(prefix + name, 0);
    }
    group.users++;
    return group;
  }

  release(group: StatGroup): void {
    if (!(group instanceof FakeGroup) || group.users === 0) throw new Error('released more often than taken');
    if (--group.users > 0) return;
    this.released.push(group.prefix);
    this.#groups.delete(group.prefix);
  }

  /** 0 for a counter that nobody made. */
  value(name: string): number {
    return this.values.get(name) ?? 0;
  }

  /** Everything that is not zero. */
  get counted(): { [name: string]: number } {
    return Object.fromEntries([...this.values].filter(([, value]) => value !== 0).sort());
  }
}

class FakeGroup implements StatGroup {
  readonly stats: FakeStats;
  readonly prefix: string;
  readonly spec: AnyStatSpec;
  users = 0;

  constructor(stats: FakeStats, prefix: string, spec: AnyStatSpec) {
    this.stats = stats;
    this.prefix = prefix;
    this.spec = spec;
  }

  #name(slot: number): string {
    const name = [...this.spec.counters, ...this.spec.gauges][slot];
    if (name === undefined) throw new RangeError(`${this.prefix} has no slot ${slot}`);
    return this.prefix + name;
  }

  inc(slot: number): void {
    this.add(slot, 1);
  }

  add(slot: number, n: number): void {
    if (this.users === 0) throw new Error(`${this.#name(slot)} is counted after it was released`);
    this.stats.values.set(this.#name(slot), this.value(slot) + n);
  }

  dec(slot: number): void {
    if (slot < this.spec.counters.length) throw new Error(`${this.#name(slot)} is a counter`);
    this.add(slot, -1);
  }

  set(slot: number, value: number): void {
    this.stats.values.set(this.#name(slot), value);
  }

  value(slot: number): number {
    return this.stats.values.get(this.#name(slot)) ?? 0;
  }

  record(histogram: number, value: number): void {
    const name = this.prefix + (this.spec.histograms[histogram] ?? '?');
    const list = this.stats.records.get(name) ?? [];
    list.push(value);
    this.stats.records.set(name, list);
  }

  dynamic(name: string): DynamicCounter {
    const full = this.prefix + name;
    return { inc: () => void this.stats.values.set(full, (this.stats.values.get(full) ?? 0) + 1) };
  }
}

/** Shared counts of one process. */
export class FakeCounts implements SharedCounts {
  readonly #counts = new Map<string, FakeCount>();

  open(key: string): FakeCount {
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = new FakeCount();
      this.#counts.set(key, count);
    }
    return count;
  }
}

class FakeCount implements SharedCount {
  value = 0;

  tryAcquire(limit: number): boolean {
    if (this.value >= limit) return false;
    this.value++;
    return true;
  }

  release(): void {
    if (--this.value < 0) throw new Error('released more often than acquired');
  }
}
