import t from 'tap';
import { type BinCounts, binOf, binsOf, DECADES, decadeOf, mergeBins, NO_BINS, subtractBins } from './histogram-bins.ts';
import { binLeft, binWidth, cumulativeBuckets, disjointBuckets, quantiles, sampleCount, sampleSum } from './histogram-summary.ts';

/** As a worker records and the main thread reads. */
function recorded(values: readonly number[]): BinCounts {
  let counts = NO_BINS;
  for (const value of values) {
    const decade = decadeOf(value);
    counts = mergeBins(counts, { bins: [decade * 100 + binOf(value, decade)], counts: [1] });
  }
  return counts;
}

t.test('a value lies in its bin, and a bin in its decade', async (t) => {
  for (let value = 0; value < 20000; value = value < 200 ? value + 1 : Math.floor(value * 1.07)) {
    const decade = decadeOf(value);
    const index = binOf(value, decade);
    if (index < 0 || index >= binsOf(decade)) t.fail(`${value} is in bin ${index} of decade ${decade}`);
    const left = binLeft(decade * 100 + index);
    const width = Math.max(1, binWidth(decade * 100 + index));
    if (Math.round(left) > value || Math.round(left + width) <= value) t.fail(`${value} is not in [${left}, ${left + width})`);
  }
  t.equal(decadeOf(Number.MAX_SAFE_INTEGER), DECADES - 1);
  t.equal(binOf(Number.MAX_SAFE_INTEGER, DECADES - 1), 89, 'what is too large for the bins falls into the last');
});

t.test('quantiles, sum and buckets are those of Envoy 1.40 for the same values', async (t) => {
  // Bodies of these sizes were sent through Envoy, and its `upstream_rq_body_size` read.
  const counts = recorded([0, 0, 1, 5, 9, 10, 11, 55, 99, 100, 123, 999, 1000, 12345]);
  t.same(quantiles(counts), [0, 5.05, 11.5, 125, 1050, 12500, 12500, 12500, 12500, 12500]);
  t.equal(sampleCount(counts), 14);
  t.equal(sampleSum(counts), 14944.25010878627);
  t.same(cumulativeBuckets(counts), [2, 3, 4, 6, 7, 7, 10, 11, 11, 13, 13, 13, 13, 14, 14, 14, 14, 14, 14]);
  t.same(disjointBuckets(counts), [2, 1, 1, 2, 1, 0, 3, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  t.equal(binLeft(201), 110.00000000000001, 'with the rounding of its bins');
});

t.test('several samples of one bin spread over its width', async (t) => {
  t.same(quantiles(recorded([5, 5, 5])).slice(0, 3), [5.025, 5.025, 5.05]);
});

t.test('nothing recorded has no quantiles and empty buckets', async (t) => {
  t.ok(quantiles(NO_BINS).every(Number.isNaN));
  t.equal(sampleSum(NO_BINS), 0);
  t.equal(cumulativeBuckets(NO_BINS).at(-1), 0);
});

t.test('an interval is the difference of two readings', async (t) => {
  const before = recorded([1, 1, 50]);
  const now = mergeBins(before, recorded([1, 7, 900]));
  t.same(subtractBins(now, before), recorded([1, 7, 900]));
  t.equal(subtractBins(now, now), NO_BINS);
  t.same(subtractBins(now, NO_BINS), now);
});
