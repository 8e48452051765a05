/**
 * Every thread's stats as one: what the admin, the stats sinks and tests read. Lives on the main thread.
 *
 *     worker ── drainDescriptions() ──(message, or directly)──▶ accept(worker, …)      layout, once
 *     worker ── slots ══════════════════(shared memory)═══════▶ counter(i), bins(h)    values, when read
 *
 * One inline worker goes the same way: `attach` drains it before each reading.
 */
import { isUsed, type StatsDescription, UNUSED } from './description.ts';
import { type BinCounts, binsOf, DECADES, mergeBins, NO_BINS, subtractBins } from './histogram-bins.ts';
import type { StatTag } from './stats.ts';
import { DEFAULT_STATS_RULES, type StatsRules } from './stats-rules.ts';
import type { WorkerStats } from './worker-stats.ts';

/** Names of a spec; equal specs of several workers are one object. */
export interface SpecNames {
  readonly id: number;
  readonly counters: readonly string[];
  readonly gauges: readonly string[];
  readonly histograms: readonly string[];
  readonly replicated: ReadonlySet<number>;
}

interface SharedBlock {
  readonly slots: Float64Array;
  readonly base: number;
}

/** What one worker holds of a group. */
class Part {
  readonly source: Source;
  readonly owner: number;
  readonly block: SharedBlock;
  dynamics: Map<string, SharedBlock> | null = null;
  bins: Map<number, SharedBlock> | null = null;

  constructor(source: Source, owner: number, block: SharedBlock) {
    this.source = source;
    this.owner = owner;
    this.block = block;
  }

  /** False when the block was given to another group and the message that says so is still under way. */
  owns(block: SharedBlock): boolean {
    return block.slots[block.base - 1] === this.owner;
  }

  read(block: SharedBlock, at: number): number {
    return this.owns(block) ? (block.slots[block.base + at] as number) : UNUSED;
  }
}

class Source {
  readonly chunks: Float64Array[] = [];
  readonly specs: SpecNames[] = [];
  readonly groups = new Map<number, MergedGroup>();

  block(chunk: number, base: number): SharedBlock {
    const slots = this.chunks[chunk];
    if (slots === undefined) throw new Error(`stats: chunk ${chunk} was not described`);
    return { slots, base };
  }
}

/** Bins at the last rotation and what came in the interval before it. */
interface Interval {
  readonly before: BinCounts;
  readonly last: BinCounts;
}

/** One group over all workers. */
export class MergedGroup {
  readonly prefix: string;
  readonly spec: SpecNames;
  readonly tags: readonly StatTag[];
  /** @internal */
  parts: Part[] = [];
  #intervals: Map<number, Interval> | null = null;
  /** What workers that died had counted. */
  #retired: Float64Array | null = null;
  #retiredDynamics: Map<string, number> | null = null;
  #retiredBins: Map<number, BinCounts> | null = null;
  /** By slot, then by histogram: 1 for what the configuration rejects; null: nothing is. */
  readonly #hidden: Uint8Array | null;
  readonly #rejects: StatsRules['rejects'];

  constructor(prefix: string, spec: SpecNames, tags: readonly StatTag[], rejects: StatsRules['rejects'] = null) {
    this.prefix = prefix;
    this.spec = spec;
    this.tags = tags;
    this.#rejects = rejects;
    this.#hidden =
      rejects === null
        ? null
        : Uint8Array.from([...spec.counters, ...spec.gauges, ...spec.histograms], (name) => (rejects(prefix + name) ? 1 : 0));
  }

  /** A counter or gauge that is counted and not told (`stats_matcher`). */
  hides(slot: number): boolean {
    return this.#hidden !== null && this.#hidden[slot] === 1;
  }

  hidesHistogram(histogram: number): boolean {
    return this.#hidden !== null && this.#hidden[this.spec.counters.length + this.spec.gauges.length + histogram] === 1;
  }

  /** Counter or gauge by slot; UNUSED (-0) when no worker ever wrote it. */
  value(slot: number): number {
    const replicated = this.spec.replicated.has(slot);
    let value = this.#retired === null || replicated ? UNUSED : (this.#retired[slot] as number);
    for (const part of this.parts) {
      const mine = part.read(part.block, slot);
      if (!replicated) value += mine;
      else if (isUsed(mine)) value = isUsed(value) ? Math.max(value, mine) : mine;
    }
    return value;
  }

  /** Counters that were named while serving. */
  dynamics(): ReadonlyMap<string, number> {
    const values = new Map(this.#retiredDynamics ?? []);
    for (const part of this.parts) {
      for (const [name, block] of part.dynamics ?? []) {
        if (this.#rejects?.(this.prefix + name) !== true) values.set(name, (values.get(name) ?? UNUSED) + part.read(block, 0));
      }
    }
    return values;
  }

  /** Everything recorded since the start. */
  histogram(histogram: number): BinCounts {
    let counts = this.#retiredBins?.get(histogram) ?? NO_BINS;
    for (const part of this.parts) if (part.bins !== null) counts = mergeBins(counts, readBins(part, histogram));
    return counts;
  }

  /** What was recorded in the last full interval. */
  interval(histogram: number): BinCounts {
    return this.#intervals?.get(histogram)?.last ?? NO_BINS;
  }

  /** @internal */
  rotate(): void {
    if (this.#retiredBins === null && this.#intervals === null && !this.parts.some((part) => part.bins !== null)) return;
    this.#intervals ??= new Map();
    for (let h = 0; h < this.spec.histograms.length; h++) {
      const now = this.histogram(h);
      const before = this.#intervals.get(h)?.before ?? NO_BINS;
      if (now.bins.length > 0) this.#intervals.set(h, { before: now, last: subtractBins(now, before) });
    }
  }

  /** @internal Forgets what dead workers had counted. */
  resetCounters(): void {
    const { length } = this.spec.counters;
    if (this.#retired !== null) for (let i = 0; i < length; i++) if (isUsed(this.#retired[i] as number)) this.#retired[i] = 0;
    for (const name of this.#retiredDynamics?.keys() ?? []) this.#retiredDynamics?.set(name, 0);
  }

  /** @internal Keeps what a dead worker had counted, so that no counter runs backwards. */
  retire(part: Part): void {
    this.parts = this.parts.filter((other) => other !== part);
    const { counters, gauges, histograms } = this.spec;
    this.#retired ??= new Float64Array(counters.length + gauges.length).fill(UNUSED);
    for (let i = 0; i < counters.length; i++) this.#retired[i] = (this.#retired[i] as number) + part.read(part.block, i);
    for (const [name, block] of part.dynamics ?? []) {
      this.#retiredDynamics ??= new Map();
      this.#retiredDynamics.set(name, (this.#retiredDynamics.get(name) ?? UNUSED) + part.read(block, 0));
    }
    if (part.bins === null) return;
    this.#retiredBins ??= new Map();
    for (let h = 0; h < histograms.length; h++) {
      this.#retiredBins.set(h, mergeBins(this.#retiredBins.get(h) ?? NO_BINS, readBins(part, h)));
    }
  }
}

function readBins(part: Part, histogram: number): BinCounts {
  const bins: number[] = [];
  const counts: number[] = [];
  for (let decade = 0; decade < DECADES; decade++) {
    const block = part.bins?.get(histogram * DECADES + decade);
    if (block === undefined || !part.owns(block)) continue;
    for (let i = 0; i < binsOf(decade); i++) {
      const count = block.slots[block.base + i] as number;
      if (count === 0) continue;
      bins.push(decade * 100 + i);
      counts.push(count);
    }
  }
  return bins.length === 0 ? NO_BINS : { bins, counts };
}

export class MergedStats {
  readonly rules: StatsRules;
  readonly #sources = new Map<number | WorkerStats, Source>();
  readonly #locals: WorkerStats[] = [];
  readonly #specs = new Map<string, SpecNames>();
  readonly #groups = new Map<string, MergedGroup>();
  #sorted: readonly MergedGroup[] | null = null;

  constructor(rules: StatsRules = DEFAULT_STATS_RULES) {
    this.rules = rules;
  }

  /** Takes what a worker's `drainDescriptions` gave, in order. */
  accept(worker: number, descriptions: readonly StatsDescription[]): void {
    this.#take(worker, descriptions);
  }

  /** Stats of this thread (the main thread's own, an inline worker's): read directly from now on. */
  attach(stats: WorkerStats): void {
    if (!this.#locals.includes(stats)) this.#locals.push(stats);
  }

  /** A worker is gone: its gauges leave, what it counted stays. */
  remove(worker: number): void {
    const source = this.#sources.get(worker);
    if (source === undefined) return;
    this.#sources.delete(worker);
    for (const group of new Set(source.groups.values())) {
      for (const part of group.parts) if (part.source === source) group.retire(part);
      this.#dropIfEmpty(group);
    }
  }

  /** What workers count that are gone goes back to 0; those that live have their own `resetCounters`. */
  resetCounters(): void {
    for (const group of this.groups()) group.resetCounters();
  }

  /** Ends an interval of the histograms; Envoy does it with every flush, 5 s apart unless the bootstrap says otherwise. */
  rotate(): void {
    this.#drain();
    for (const group of this.#groups.values()) group.rotate();
  }

  /** By prefix in byte order. The same array until a group comes or goes. */
  groups(): readonly MergedGroup[] {
    this.#drain();
    this.#sorted ??= [...this.#groups.values()].sort((a, b) => (a.prefix < b.prefix ? -1 : a.prefix > b.prefix ? 1 : 0));
    return this.#sorted;
  }

  /** A counter or gauge by its full name; undefined when there is none. For tests and single facts, not for scraping. */
  value(name: string): number | undefined {
    let value: number | undefined;
    for (const group of this.groups()) {
      if (!name.startsWith(group.prefix)) continue;
      const rest = name.slice(group.prefix.length);
      const counter = group.spec.counters.indexOf(rest);
      const gauge = group.spec.gauges.indexOf(rest);
      const slot = counter >= 0 ? counter : gauge >= 0 ? group.spec.counters.length + gauge : -1;
      const found = slot >= 0 ? group.value(slot) : group.dynamics().get(rest);
      if (found !== undefined) value = (value ?? 0) + found;
    }
    return value;
  }

  #drain(): void {
    for (const stats of this.#locals) this.#take(stats, stats.drainDescriptions());
  }

  #take(from: number | WorkerStats, descriptions: readonly StatsDescription[]): void {
    if (descriptions.length === 0) return;
    let source = this.#sources.get(from);
    if (source === undefined) {
      source = new Source();
      this.#sources.set(from, source);
    }
    for (const description of descriptions) this.#apply(source, description);
  }

  #apply(source: Source, d: StatsDescription): void {
    if (d.kind === 'chunk') {
      source.chunks.push(new Float64Array(d.memory));
    } else if (d.kind === 'spec') {
      source.specs.push(this.#spec(d.counters, d.gauges, d.histograms, d.replicated));
    } else if (d.kind === 'group') {
      const spec = source.specs[d.spec];
      if (spec === undefined) throw new Error(`stats: spec ${d.spec} was not described`);
      const group = this.#group(d.prefix, spec, d.tags);
      group.parts.push(new Part(source, d.group, source.block(d.chunk, d.base)));
      source.groups.set(d.group, group);
    } else {
      const group = source.groups.get(d.group);
      const part = group?.parts.find((p) => p.source === source && p.owner === d.group);
      if (group === undefined || part === undefined) return;
      if (d.kind === 'dynamic') {
        part.dynamics ??= new Map();
        part.dynamics.set(d.name, source.block(d.chunk, d.base));
      } else if (d.kind === 'bins') {
        part.bins ??= new Map();
        part.bins.set(d.histogram * DECADES + d.decade, source.block(d.chunk, d.base));
      } else {
        source.groups.delete(d.group);
        group.parts = group.parts.filter((p) => p !== part);
        this.#dropIfEmpty(group);
      }
    }
  }

  #spec(counters: readonly string[], gauges: readonly string[], histograms: readonly string[], replicated: readonly string[]): SpecNames {
    const key = [counters, gauges, histograms].map((names) => names.join(' ')).join('|');
    let spec = this.#specs.get(key);
    if (spec === undefined) {
      const slots = [...counters, ...gauges];
      const id = this.#specs.size;
      spec = { id, counters, gauges, histograms, replicated: new Set(replicated.map((name) => slots.indexOf(name))) };
      this.#specs.set(key, spec);
    }
    return spec;
  }

  #group(prefix: string, spec: SpecNames, tags: readonly StatTag[]): MergedGroup {
    const key = `${spec.id} ${prefix}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = new MergedGroup(prefix, spec, tags, this.rules.rejects);
      this.#groups.set(key, group);
      this.#sorted = null;
    }
    return group;
  }

  #dropIfEmpty(group: MergedGroup): void {
    if (group.parts.length > 0) return;
    if (this.#groups.delete(`${group.spec.id} ${group.prefix}`)) this.#sorted = null;
  }
}
