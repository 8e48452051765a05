/** What is told about a histogram, computed from its bins as the library behind Envoy's (openhistogram) does. */
import type { BinCounts } from './histogram-bins.ts';

/** As Envoy lists them in `/stats`. */
export const QUANTILES: readonly number[] = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1];

/** Upper bounds of Envoy's default buckets. */
export const BUCKETS: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000,
];

/** Lowest value of a bin. Divided first and multiplied then, as the library does: the last bit shows in what is printed. */
export function binLeft(bin: number): number {
  const decade = Math.floor(bin / 100);
  const index = bin % 100;
  return decade === 0 ? index : ((index + 10) / 10) * 10 ** decade;
}

/** The bin of zero has none. */
export function binWidth(bin: number): number {
  const decade = Math.floor(bin / 100);
  return bin === 0 ? 0 : 10 ** decade / 10;
}

export function sampleCount(counts: BinCounts): number {
  let total = 0;
  for (const count of counts.counts) total += count;
  return total;
}

/** Approximate: each sample counts as the point of its bin that keeps the relative error smallest. */
export function sampleSum(counts: BinCounts): number {
  let sum = 0;
  for (let i = 0; i < counts.bins.length; i++) {
    const bottom = binLeft(counts.bins[i] as number);
    const width = binWidth(counts.bins[i] as number);
    if (bottom > 0) sum += (bottom + width * (bottom / (bottom + (bottom + width)))) * (counts.counts[i] as number);
  }
  return sum;
}

/** Values at QUANTILES; NaN without samples. The n-th of k samples in a bin is taken to lie at n/(k+1) of its width. */
export function quantiles(counts: BinCounts): number[] {
  const total = sampleCount(counts);
  if (total === 0) return QUANTILES.map(() => Number.NaN);
  let at = 0;
  let before = 0;
  return QUANTILES.map((q) => {
    const rank = Math.max(1, Math.ceil(total * q));
    while (at < counts.bins.length - 1 && before + (counts.counts[at] as number) < rank) before += counts.counts[at++] as number;
    const bin = counts.bins[at] as number;
    return binLeft(bin) + ((rank - before) / ((counts.counts[at] as number) + 1)) * binWidth(bin);
  });
}

/** Samples at or below each bound. */
export function cumulativeBuckets(counts: BinCounts, bounds: readonly number[] = BUCKETS): number[] {
  let at = 0;
  let total = 0;
  return bounds.map((bound) => {
    while (at < counts.bins.length && binLeft(counts.bins[at] as number) <= bound) total += counts.counts[at++] as number;
    return total;
  });
}

export function disjointBuckets(counts: BinCounts, bounds: readonly number[] = BUCKETS): number[] {
  return cumulativeBuckets(counts, bounds).map((total, i, all) => total - (i === 0 ? 0 : (all[i - 1] as number)));
}
