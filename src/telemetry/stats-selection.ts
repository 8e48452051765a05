/** Which stats to print, and walking them in the order of `/stats`. */
import { isUsed } from './description.ts';
import type { BinCounts } from './histogram-bins.ts';
import type { MergedGroup, MergedStats } from './merged-stats.ts';
import { boundsOf } from './stats-rules.ts';

export interface StatsSelection {
  /** Leaves out what was never written. */
  readonly usedOnly: boolean;
  /** By full name; null takes all. */
  readonly matches: ((name: string) => boolean) | null;
}

export const EVERYTHING: StatsSelection = { usedOnly: false, matches: null };

export type StatKind = 'counter' | 'gauge';

export interface NamedValue {
  readonly name: string;
  readonly value: number;
}

export interface NamedHistogram {
  readonly name: string;
  /** Of its buckets. */
  readonly bounds: readonly number[];
  readonly cumulative: BinCounts;
  readonly interval: BinCounts;
}

/** Counters and gauges by name in byte order, a piece at a time. A name that stands in several groups is summed. */
export function* walkValues(stats: MergedStats, selection: StatsSelection, kind: StatKind | null): Generator<readonly NamedValue[]> {
  for (const run of runs(stats.groups())) {
    const found: NamedValue[] = [];
    for (const group of run) collectValues(group, selection, kind, found);
    if (found.length > 0) yield merge(found.sort(byName));
  }
}

/** Histograms by name in byte order. */
export function* walkHistograms(stats: MergedStats, selection: StatsSelection): Generator<NamedHistogram> {
  for (const run of runs(stats.groups())) {
    const found: NamedHistogram[] = [];
    for (const group of run) {
      for (let h = 0; h < group.spec.histograms.length; h++) {
        if (group.hidesHistogram(h)) continue;
        const name = group.prefix + group.spec.histograms[h];
        if (selection.matches !== null && !selection.matches(name)) continue;
        const cumulative = group.histogram(h);
        if (selection.usedOnly && cumulative.bins.length === 0) continue;
        found.push({ name, bounds: boundsOf(stats.rules, name), cumulative, interval: group.interval(h) });
      }
    }
    yield* found.sort(byName);
  }
}

/**
 * Groups whose prefixes start with that of the first. Between two runs no names interleave, so sorting within a run sorts
 * everything, and a scrape can pause between runs.
 */
function* runs(groups: readonly MergedGroup[]): Generator<readonly MergedGroup[]> {
  let start = 0;
  while (start < groups.length) {
    const root = (groups[start] as MergedGroup).prefix;
    let end = start + 1;
    while (end < groups.length && (groups[end] as MergedGroup).prefix.startsWith(root)) end++;
    yield groups.slice(start, end);
    start = end;
  }
}

function collectValues(group: MergedGroup, { usedOnly, matches }: StatsSelection, kind: StatKind | null, into: NamedValue[]): void {
  const { counters, gauges } = group.spec;
  const take = (name: string, value: number): void => {
    if (usedOnly && !isUsed(value)) return;
    if (matches === null || matches(name)) into.push({ name, value: value + 0 });
  };
  if (kind !== 'gauge') {
    for (let i = 0; i < counters.length; i++) if (!group.hides(i)) take(group.prefix + counters[i], group.value(i));
    for (const [name, value] of group.dynamics()) take(group.prefix + name, value);
  }
  if (kind !== 'counter') {
    for (let i = 0; i < gauges.length; i++) {
      if (!group.hides(counters.length + i)) take(group.prefix + gauges[i], group.value(counters.length + i));
    }
  }
}

function merge(sorted: NamedValue[]): NamedValue[] {
  const merged: NamedValue[] = [];
  for (const entry of sorted) {
    const last = merged.at(-1);
    if (last?.name === entry.name) merged[merged.length - 1] = { name: entry.name, value: last.value + entry.value };
    else merged.push(entry);
  }
  return merged;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
