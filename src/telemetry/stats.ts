/**
 * Counters, gauges and histograms (contract 17).
 *
 * A room declares what it counts in one sorted literal (`statSpec`), gets slot numbers as constants, and counts with
 * `group.inc(SLOT)`: an add in a typed array, 1-4 ns. Names and tags are put together when a group is made (config time)
 * or read (scrape); nothing builds a name while serving.
 *
 * Every worker owns its slots (one writer, no atomics) in shared memory; the main thread sums them when it is scraped.
 * worker-stats.ts holds the slots of one thread, merged-stats.ts reads them all.
 */

export interface StatSpec<C extends string, G extends string, H extends string> {
  readonly counters: readonly C[];
  readonly gauges: readonly G[];
  readonly histograms: readonly H[];
  /** Slot of each counter (first) and gauge (after the counters). */
  readonly slot: { readonly [K in C | G]: number };
  /** Index of each histogram. */
  readonly histogram: { readonly [K in H]: number };
  /**
   * Counters and gauges that every worker holds equally (membership, limits, updates): several workers are merged by the maximum
   * and not by the sum.
   */
  readonly replicated: readonly (C | G)[];
}

/** Declares the stats of a room. Order is the slot order; keep the literals sorted. */
export function statSpec<const C extends string = never, const G extends string = never, const H extends string = never>(names: {
  readonly counters?: readonly C[];
  readonly gauges?: readonly G[];
  readonly histograms?: readonly H[];
  readonly replicated?: readonly NoInfer<C | G>[];
}): StatSpec<C, G, H> {
  const counters = names.counters ?? [];
  const gauges = names.gauges ?? [];
  const histograms = names.histograms ?? [];
  const slot = Object.fromEntries([...counters, ...gauges].map((name, i) => [name, i])) as { [K in C | G]: number };
  const histogram = Object.fromEntries(histograms.map((name, i) => [name, i])) as { [K in H]: number };
  return { counters, gauges, histograms, slot, histogram, replicated: names.replicated ?? [] };
}

export type AnyStatSpec = StatSpec<string, string, string>;

/** A name with the parts that become Prometheus labels, e.g. `cluster.app.` with `envoy.cluster_name` = `app`. */
export interface StatTag {
  readonly name: string;
  readonly value: string;
}

/** The slots of one spec under one prefix, e.g. everything `cluster.app.` counts. */
export interface StatGroup {
  inc(slot: number): void;
  add(slot: number, n: number): void;
  /** Gauges only. */
  dec(slot: number): void;
  set(slot: number, value: number): void;
  /** This worker's value. */
  value(slot: number): number;
  /** Records one observation; units are the histogram's own (ms, bytes). Memory is taken at the first record. */
  record(histogram: number, value: number): void;
  /**
   * A counter whose name is only known while serving, from a small closed set (`upstream_rq_` + status code). Made on first
   * use, kept for the life of the group.
   */
  dynamic(name: string): DynamicCounter;
}

export interface DynamicCounter {
  inc(): void;
}

export interface StatsScope {
  /** `prefix` ends in a dot. The same prefix and spec give the same group while it is alive (a reloaded cluster keeps counting). */
  group(prefix: string, spec: AnyStatSpec, tags?: readonly StatTag[]): StatGroup;
  /** Drops a group when its owner is gone for good. */
  release(group: StatGroup): void;
}

/**
 * A count shared by all workers of the proxy (circuit breakers, rate-limit tokens): per proxy, not per worker.
 * Backed by `Atomics` on shared memory; with one worker it is the same code on private memory.
 */
export interface SharedCount {
  /** Adds one unless that would exceed `limit`; false when it would. */
  tryAcquire(limit: number): boolean;
  release(): void;
  readonly value: number;
}

export interface SharedCounts {
  /** The same key names the same count in every worker. */
  open(key: string): SharedCount;
}
