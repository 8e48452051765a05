/** The middle of the values; the mean of the two middle ones when their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** The value that stands for all rounds of a scenario. NaN for none. */
export function pick(values: readonly number[], judge: 'best' | 'median', better: 'lower' | 'higher'): number {
  if (values.length === 0) return Number.NaN;
  if (judge === 'median') return median(values);
  return better === 'lower' ? Math.min(...values) : Math.max(...values);
}

/** The values that are numbers. */
export function present(values: readonly (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}

/** Three significant digits, no exponent: `8.04`, `37.3`, `412`, `80300`. A dash for no value. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}
