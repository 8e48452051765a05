/** What counting costs through the stats store, and what a scrape of a thousand clusters costs. */
import { MergedStats } from '../../src/telemetry/merged-stats.ts';
import { createSharedCounts } from '../../src/telemetry/shared-counts.ts';
import { statSpec } from '../../src/telemetry/stats.ts';
import { PrometheusWriter } from '../../src/telemetry/stats-prometheus.ts';
import { EVERYTHING } from '../../src/telemetry/stats-selection.ts';
import { statsText } from '../../src/telemetry/stats-text.ts';
import { createWorkerStats } from '../../src/telemetry/worker-stats.ts';
import type { Micro } from './harness.ts';

const spec = statSpec({
  counters: Array.from({ length: 90 }, (_, i) => `upstream_counter_${i}`),
  gauges: Array.from({ length: 10 }, (_, i) => `upstream_gauge_${i}`),
  histograms: ['upstream_rq_time'],
});
const worker = createWorkerStats();
const groups = Array.from({ length: 1000 }, (_, i) => worker.group(`cluster.service-${i}.`, spec));
const [first] = groups;
const merged = new MergedStats();
merged.attach(worker);
const prometheus = new PrometheusWriter(merged);
const breaker = createSharedCounts().open('cluster.app.default.requests');

export default {
  name: 'stats store',
  cases: [
    {
      name: 'inc of one group',
      run(times) {
        for (let i = 0; i < times; i++) first?.inc(i & 63);
        return first?.value(0);
      },
    },
    {
      name: 'inc of a thousand groups',
      run(times) {
        for (let i = 0; i < times; i++) groups[i % 1000]?.inc(i & 63);
        return first?.value(0);
      },
    },
    {
      name: 'histogram record',
      run(times) {
        for (let i = 0; i < times; i++) first?.record(0, i & 1023);
        return merged.groups()[0]?.histogram(0);
      },
    },
    {
      name: 'counter named while serving',
      run(times) {
        for (let i = 0; i < times; i++) first?.dynamic('upstream_rq_200').inc();
        return first?.value(0);
      },
    },
    {
      name: 'shared count, acquire and release',
      run(times) {
        for (let i = 0; i < times; i++) if (breaker.tryAcquire(1024)) breaker.release();
        return breaker.value;
      },
    },
    {
      name: 'scrape of 1,000 clusters, text',
      run(times) {
        let bytes = 0;
        for (let i = 0; i < times; i++)
          for (const text of statsText(merged, { ...EVERYTHING, kind: null, histograms: 'summary' })) bytes += text.length;
        return bytes;
      },
    },
    {
      name: 'scrape of 1,000 clusters, Prometheus',
      run(times) {
        let bytes = 0;
        for (let i = 0; i < times; i++)
          for (const text of prometheus.write({ ...EVERYTHING, kind: null, histograms: 'cumulative' })) bytes += text.length;
        return bytes;
      },
    },
  ],
} satisfies Micro;
