import t from 'tap';
import { quotaFiles } from '../../bench/core/cgroup.ts';
import { Histogram } from '../../bench/core/histogram.ts';
import { median, pick, present, short } from '../../bench/core/numbers.ts';
import { parseCore, parseStat, parseStatus } from '../../bench/core/proc.ts';
import { parseWrk } from '../../bench/load/wrk.ts';
import { summarise } from '../../bench/micro/harness.ts';

t.test('CPU is read past a process name with spaces and brackets', async (t) => {
  const line = '77 (a (b) c) S 12 77 77 0 -1 4194304 1 2 3 4 150 50 7 8 20 0 3 0 100 1000 200';
  t.same(parseStat(line), { parent: 12, cpuMicros: 2_000_000 });
  t.equal(parseStat(''), null);
});

t.test('memory is read in bytes, and 0 where the kernel says nothing', async (t) => {
  t.same(parseStatus('Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t    1024 kB\n'), { rssBytes: 1_048_576, peakBytes: 2_097_152 });
  t.same(parseStatus('Name:\tkthread\n'), { rssBytes: 0, peakBytes: 0 });
});

t.test('a core is busy with everything but idle and iowait', async (t) => {
  const text = 'cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 2 3 400 500 4 5 6 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\n';
  t.same(parseCore(text, 0), { busyMicros: 210_000 });
  t.equal(parseCore(text, 7), null);
});

t.test('the middle of an even number of values lies between two of them', async (t) => {
  t.equal(median([4, 1, 3]), 3);
  t.equal(median([4, 1, 3, 2]), 2.5);
  t.ok(Number.isNaN(median([])));
});

t.test('the best value is the lowest or the highest, as the figure asks', async (t) => {
  t.equal(pick([3, 1, 2], 'best', 'lower'), 1);
  t.equal(pick([3, 1, 2], 'best', 'higher'), 3);
  t.equal(pick([3, 1, 2], 'median', 'higher'), 2);
  t.same(present([1, null, Number.NaN, 2]), [1, 2]);
});

t.test('figures are printed with three digits', async (t) => {
  t.same([8.041, 37.26, 411.7, 80_312.4, null, Number.NaN].map(short), ['8.04', '37.3', '412', '80312', '–', '–']);
});

t.test('percentiles of a histogram are within one sixty-fourth of the truth', async (t) => {
  const histogram = new Histogram();
  t.equal(histogram.percentile(0.5), null);
  for (let micros = 1; micros <= 100_000; micros++) histogram.record(micros);
  for (const share of [0.5, 0.99, 1]) {
    const seen = histogram.percentile(share) ?? 0;
    t.ok(Math.abs(seen / (share * 100_000) - 1) <= 1 / 64, `${share}: ${seen}`);
  }
  histogram.record(1e12);
  t.equal(histogram.total, 100_001);
});

t.test('the line that the script of wrk prints is found among the rest', async (t) => {
  const output = 'Running 5s test\n  1 threads\nRESULT {"requests":5000,"errors":2,"micros":5000000,"p50":310,"p99":2200}\n';
  t.same(parseWrk(output), { tool: 'wrk', requests: 5000, errors: 2, seconds: 5, p50: 310, p99: 2200 });
  t.throws(() => parseWrk('unable to connect'), /printed no result/);
});

t.test('both versions of cgroups get the same quota', async (t) => {
  const quota = { milliCpu: 200, memoryBytes: 268_435_456 };
  t.same(
    quotaFiles(2, quota).map(([, file, value]) => `${file}=${value}`),
    ['cpu.max=20000 100000', 'memory.max=268435456'],
  );
  t.same(
    quotaFiles(1, quota).map((entry) => entry.join('/')),
    ['cpu/cpu.cfs_period_us/100000', 'cpu/cpu.cfs_quota_us/20000', 'memory/memory.limit_in_bytes/268435456'],
  );
});

t.test('a micro-benchmark gives the median with an interval around it', async (t) => {
  const timing = summarise(
    'x',
    Array.from({ length: 101 }, (_, i) => i),
  );
  t.equal(timing.median, 50);
  t.equal(timing.best, 0);
  t.ok(timing.low < 50 && timing.low >= 39, `low ${timing.low}`);
  t.ok(timing.high > 50 && timing.high <= 61, `high ${timing.high}`);
});
