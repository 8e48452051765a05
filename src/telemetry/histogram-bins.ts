/**
 * The bins of a histogram: log-linear with two significant decimal digits, as the library behind Envoy's histograms has them
 * (openhistogram). Values are non-negative integers (ms, bytes); fractions are cut off as Envoy's `recordValue(uint64)` does.
 *
 * Decade 0 has a bin for each of 0 … 9; decade d ≥ 1 has 90 bins of width 10^(d-1) from 10^d on.
 */

/** Values of 10^13 and more fall into the last bin. */
export const DECADES = 13;

const POWERS: readonly number[] = Array.from({ length: DECADES + 1 }, (_, i) => 10 ** i);

/** Bins of a decade. */
export function binsOf(decade: number): number {
  return decade === 0 ? 10 : 90;
}

/** Decade of a non-negative integer. */
export function decadeOf(value: number): number {
  let decade = 0;
  while (decade < DECADES - 1 && value >= (POWERS[decade + 1] as number)) decade++;
  return decade;
}

/** Index of a value within its decade. */
export function binOf(value: number, decade: number): number {
  if (decade === 0) return value;
  const bin = Math.floor(value / (POWERS[decade - 1] as number)) - 10;
  return bin < 90 ? bin : 89;
}

/** A histogram as it is read: bins with something in them, ascending. A bin is numbered `100 * decade + index`. */
export interface BinCounts {
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

export const NO_BINS: BinCounts = { bins: [], counts: [] };

export function mergeBins(a: BinCounts, b: BinCounts): BinCounts {
  if (a.bins.length === 0) return b;
  if (b.bins.length === 0) return a;
  const bins: number[] = [];
  const counts: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.bins.length || j < b.bins.length) {
    const left = a.bins[i] ?? Number.POSITIVE_INFINITY;
    const right = b.bins[j] ?? Number.POSITIVE_INFINITY;
    let count = 0;
    if (left <= right) count += a.counts[i++] as number;
    if (right <= left) count += b.counts[j++] as number;
    bins.push(Math.min(left, right));
    counts.push(count);
  }
  return { bins, counts };
}

/** What `now` has more than `before`. */
export function subtractBins(now: BinCounts, before: BinCounts): BinCounts {
  const bins: number[] = [];
  const counts: number[] = [];
  let j = 0;
  for (let i = 0; i < now.bins.length; i++) {
    const bin = now.bins[i] as number;
    while (j < before.bins.length && (before.bins[j] as number) < bin) j++;
    const count = (now.counts[i] as number) - (before.bins[j] === bin ? (before.counts[j] as number) : 0);
    if (count <= 0) continue;
    bins.push(bin);
    counts.push(count);
  }
  return bins.length === 0 ? NO_BINS : { bins, counts };
}
