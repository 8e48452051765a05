/** "Did you mean": the nearest known word, when it is near enough to be what was meant. */

/** Optimal string alignment distance; Infinity when it exceeds `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row[j] = cost;
    }
    before = previous;
    previous = row;
  }
  const result = previous[b.length] ?? 0;
  return result > limit ? Number.POSITIVE_INFINITY : result;
}

/** The nearest of `known`, or undefined when none is within a third of the word's length (at least 2). */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestCost = Math.max(2, Math.floor(word.length / 3));
  let partial: string | undefined;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    if (other === lower) return candidate;
    const cost = distance(lower, other, bestCost);
    if (cost < bestCost || (cost === bestCost && best === undefined)) {
      best = candidate;
      bestCost = cost;
    }
    if (word.length >= 4 && partial === undefined && (other.startsWith(`${lower}_`) || other.endsWith(`_${lower}`))) partial = candidate;
  }
  return best ?? partial;
}

/** `did you mean "port_value"?`, or undefined. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const guess = nearest(word, known);
  return guess === undefined ? undefined : `did you mean "${guess}"?`;
}
