/** Sub-buckets for each power of two: an error of at most 1/64. */
const SUB_BITS = 6;
const SUB = 1 << SUB_BITS;

/** Counts of durations in µs, log-linear, up to 2^31 µs. */
export class Histogram {
  readonly counts = new Float64Array((32 - SUB_BITS) * SUB + SUB);
  total = 0;

  record(micros: number): void {
    const value = micros < 0 ? 0 : micros > 0x7fffffff ? 0x7fffffff : Math.round(micros);
    this.total++;
    const index = bucketOf(value);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
  }

  /** The duration in µs that `share` (0 to 1) of all durations do not exceed; null when nothing was recorded. */
  percentile(share: number): number | null {
    if (this.total === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.total));
    for (let index = 0; index < this.counts.length; index++) {
      left -= this.counts[index] ?? 0;
      if (left <= 0) return lowestOf(index);
    }
    return null;
  }
}

function bucketOf(value: number): number {
  if (value < SUB) return value;
  const shift = 31 - Math.clz32(value) - SUB_BITS;
  return (shift << SUB_BITS) + (value >>> shift);
}

function lowestOf(index: number): number {
  if (index < SUB) return index;
  const shift = (index >> SUB_BITS) - 1;
  return (index - (shift << SUB_BITS)) * 2 ** shift;
}
