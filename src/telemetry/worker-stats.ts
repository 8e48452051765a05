/**
 * The slots of one thread: the implementation of `StatsScope`. The main thread reads the memory without asking
 * (merged-stats.ts); what it has to know of the layout is told once, by `drainDescriptions`.
 */
import { isUsed, type StatsDescription } from './description.ts';
import { binOf, binsOf, DECADES, decadeOf } from './histogram-bins.ts';
import { type Block, SlotMemory } from './slot-memory.ts';
import type { AnyStatSpec, DynamicCounter, StatGroup, StatsScope, StatTag } from './stats.ts';

class SlotCounter implements DynamicCounter {
  readonly block: Block;
  readonly slots: Float64Array;
  readonly at: number;

  constructor(block: Block) {
    this.block = block;
    this.slots = block.slots;
    this.at = block.base;
  }

  inc(): void {
    (this.slots[this.at] as number)++;
  }
}

class SlotGroup implements StatGroup {
  readonly slots: Float64Array;
  readonly base: number;
  readonly block: Block;
  readonly owner: WorkerStats;
  readonly spec: AnyStatSpec;
  readonly id: number;
  readonly key: string;
  /** `histogram * DECADES + decade` → bins; null until the first record. */
  bins: (Block | undefined)[] | null;
  counters: Map<string, SlotCounter> | null;
  users: number;

  constructor(owner: WorkerStats, spec: AnyStatSpec, id: number, key: string, block: Block) {
    this.slots = block.slots;
    this.base = block.base;
    this.block = block;
    this.owner = owner;
    this.spec = spec;
    this.id = id;
    this.key = key;
    this.bins = null;
    this.counters = null;
    this.users = 1;
  }

  inc(slot: number): void {
    (this.slots[this.base + slot] as number)++;
  }

  add(slot: number, n: number): void {
    (this.slots[this.base + slot] as number) += n;
  }

  dec(slot: number): void {
    (this.slots[this.base + slot] as number)--;
  }

  set(slot: number, value: number): void {
    // A zero of either sign is a value; only memory that nobody wrote is UNUSED.
    this.slots[this.base + slot] = value + 0;
  }

  value(slot: number): number {
    return (this.slots[this.base + slot] as number) + 0;
  }

  record(histogram: number, value: number): void {
    const whole = value >= 1 ? Math.floor(value) : 0;
    const decade = decadeOf(whole);
    const bins = this.bins?.[histogram * DECADES + decade] ?? this.owner.takeBins(this, histogram, decade);
    (bins.slots[bins.base + binOf(whole, decade)] as number)++;
  }

  dynamic(name: string): DynamicCounter {
    return this.counters?.get(name) ?? this.owner.takeCounter(this, name);
  }
}

export class WorkerStats implements StatsScope {
  #pending: StatsDescription[] = [];
  readonly #memory = new SlotMemory((memory) => this.#tell({ kind: 'chunk', memory }));
  readonly #specs = new Map<AnyStatSpec, number>();
  readonly #groups = new Map<string, SlotGroup>();
  #lastId = 0;
  #onPending: (() => void) | null = null;

  group(prefix: string, spec: AnyStatSpec, tags: readonly StatTag[] = []): StatGroup {
    const specNumber = this.#numberOf(spec);
    const key = `${specNumber} ${prefix}`;
    const known = this.#groups.get(key);
    if (known !== undefined) {
      known.users++;
      return known;
    }
    const id = ++this.#lastId;
    const block = this.#memory.take(spec.counters.length + spec.gauges.length, id);
    const group = new SlotGroup(this, spec, id, key, block);
    this.#groups.set(key, group);
    this.#tell({ kind: 'group', group: id, spec: specNumber, prefix, tags, chunk: block.chunk, base: block.base });
    return group;
  }

  release(group: StatGroup): void {
    if (!(group instanceof SlotGroup) || group.owner !== this || group.users === 0) return;
    if (--group.users > 0) return;
    this.#groups.delete(group.key);
    this.#tell({ kind: 'release', group: group.id });
    this.#memory.give(group.block);
    for (const bins of group.bins ?? []) if (bins !== undefined) this.#memory.give(bins);
    for (const counter of group.counters?.values() ?? []) this.#memory.give(counter.block);
  }

  /** Counters that were written go back to 0; gauges and histograms stay. */
  resetCounters(): void {
    for (const { slots, base, spec, counters } of this.#groups.values()) {
      for (let at = base; at < base + spec.counters.length; at++) if (isUsed(slots[at] as number)) slots[at] = 0;
      for (const counter of counters?.values() ?? []) if (isUsed(counter.slots[counter.at] as number)) counter.slots[counter.at] = 0;
    }
  }

  /** What is new since the last call, in order; to be given to `MergedStats.accept` as it is, or posted to another thread first. */
  drainDescriptions(): readonly StatsDescription[] {
    const pending = this.#pending;
    if (pending.length > 0) this.#pending = [];
    return pending;
  }

  /**
   * `listener` is called when there is something to drain, once until the next drain; groups and histograms appear while serving too, so it
   * should post at the end of the turn and not at once.
   */
  onPending(listener: (() => void) | null): void {
    this.#onPending = listener;
    if (this.#pending.length > 0) listener?.();
  }

  /** @internal */
  takeBins(group: SlotGroup, histogram: number, decade: number): Block {
    const block = this.#memory.take(binsOf(decade), group.id);
    group.bins ??= [];
    group.bins[histogram * DECADES + decade] = block;
    this.#tell({ kind: 'bins', group: group.id, histogram, decade, chunk: block.chunk, base: block.base });
    return block;
  }

  /** @internal */
  takeCounter(group: SlotGroup, name: string): DynamicCounter {
    const counter = new SlotCounter(this.#memory.take(1, group.id));
    group.counters ??= new Map();
    group.counters.set(name, counter);
    this.#tell({ kind: 'dynamic', group: group.id, name, chunk: counter.block.chunk, base: counter.block.base });
    return counter;
  }

  #numberOf(spec: AnyStatSpec): number {
    let number = this.#specs.get(spec);
    if (number === undefined) {
      number = this.#specs.size;
      this.#specs.set(spec, number);
      const { counters, gauges, histograms, replicated } = spec;
      this.#tell({ kind: 'spec', counters, gauges, histograms, replicated });
    }
    return number;
  }

  #tell(description: StatsDescription): void {
    const first = this.#pending.length === 0;
    this.#pending.push(description);
    if (first) this.#onPending?.();
  }
}

/** The stats of one thread: one for each worker, one for the main thread (`server.`, `cluster_manager.` …). */
export function createWorkerStats(): WorkerStats {
  return new WorkerStats();
}
