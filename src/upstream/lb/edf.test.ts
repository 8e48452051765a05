import t from 'tap';
import { EdfSchedule } from './edf.ts';

function picks(weights: number[], count: number): number[] {
  const schedule = new EdfSchedule(weights);
  return Array.from({ length: count }, () => {
    const entry = schedule.first;
    schedule.defer(weights[entry] as number);
    return entry;
  });
}

t.test('entries come up in proportion to their weights, spread and not in runs', (t) => {
  t.same(picks([4, 1], 10), [0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
  t.same(picks([2, 1, 1], 4).sort(), [0, 0, 1, 2]);
  t.end();
});

t.test('equal weights take turns in their order', (t) => {
  t.same(picks([5, 5, 5], 7), [0, 1, 2, 0, 1, 2, 0]);
  t.end();
});

t.test('a thousand entries of mixed weights each get their share', (t) => {
  const weights = Array.from({ length: 1000 }, (_, i) => 1 + (i % 7));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const count = new Array<number>(1000).fill(0);
  for (const entry of picks(weights, total * 3)) count[entry] = (count[entry] as number) + 1;
  for (const [i, weight] of weights.entries()) {
    if (Math.abs((count[i] as number) - 3 * weight) > 1) t.fail(`entry ${i} of weight ${weight} came ${count[i]} times`);
  }
  t.end();
});

t.test('one entry is always first', (t) => {
  t.same(picks([4], 3), [0, 0, 0]);
  t.end();
});
