import { Worker } from 'node:worker_threads';
import t from 'tap';
import { isUsed, type StatsDescription } from './description.ts';
import { sampleCount } from './histogram-summary.ts';
import { MergedStats } from './merged-stats.ts';
import { statSpec } from './stats.ts';
import { createWorkerStats } from './worker-stats.ts';

const CLUSTER = statSpec({
  counters: ['rq_retry', 'rq_total'],
  gauges: ['membership_total', 'rq_active'],
  histograms: ['rq_size', 'rq_time'],
  replicated: ['membership_total'],
});
const { slot, histogram } = CLUSTER;

t.test('a worker counts in its own slots and the merged stats read them', async (t) => {
  const worker = createWorkerStats();
  const merged = new MergedStats();
  merged.attach(worker);
  const group = worker.group('cluster.app.', CLUSTER);
  group.inc(slot.rq_total);
  group.add(slot.rq_total, 4);
  group.inc(slot.rq_active);
  group.inc(slot.rq_active);
  group.dec(slot.rq_active);
  group.set(slot.membership_total, 7);
  t.equal(group.value(slot.rq_total), 5);
  t.equal(merged.value('cluster.app.rq_total'), 5);
  t.equal(merged.value('cluster.app.rq_active'), 1);
  t.equal(merged.value('cluster.app.membership_total'), 7);
  t.equal(merged.value('cluster.app.rq_retry'), 0);
  t.equal(merged.value('cluster.app.nothing'), undefined);
});

t.test('a stat is used once it was written, also with zero', async (t) => {
  const worker = createWorkerStats();
  const merged = new MergedStats();
  merged.attach(worker);
  const group = worker.group('cluster.app.', CLUSTER);
  const used = (at: number) => isUsed(merged.groups()[0]?.value(at) ?? -0);
  t.notOk(used(slot.rq_active));
  t.equal(group.value(slot.rq_active), 0);
  group.inc(slot.rq_active);
  group.dec(slot.rq_active);
  t.ok(used(slot.rq_active));
  group.set(slot.membership_total, -0);
  t.ok(used(slot.membership_total));
  group.add(slot.rq_total, 0);
  t.ok(used(slot.rq_total));
  t.notOk(used(slot.rq_retry));
});

t.test('the same prefix and spec give the same group until every owner released it', async (t) => {
  const worker = createWorkerStats();
  const merged = new MergedStats();
  merged.attach(worker);
  const first = worker.group('cluster.app.', CLUSTER);
  first.inc(slot.rq_total);
  const second = worker.group('cluster.app.', CLUSTER);
  t.equal(second, first);
  t.not(worker.group('cluster.app2.', CLUSTER), first);
  worker.release(first);
  t.equal(merged.value('cluster.app.rq_total'), 1);
  worker.release(second);
  t.equal(merged.value('cluster.app.rq_total'), undefined);
  worker.release(second);
  t.equal(worker.group('cluster.app.', CLUSTER).value(slot.rq_total), 0, 'a new one starts at zero');
});

t.test('a block that was given to another group is not read as the old one', async (t) => {
  const worker = createWorkerStats();
  const merged = new MergedStats();
  merged.accept(0, worker.drainDescriptions());
  const told: StatsDescription[] = [];
  for (let i = 0; i < 50; i++) worker.group(`cluster.old${i}.`, CLUSTER).add(slot.rq_total, 5);
  merged.accept(0, worker.drainDescriptions());
  for (let i = 0; i < 50; i++) {
    const group = worker.group(`cluster.old${i}.`, CLUSTER);
    worker.release(group);
    worker.release(group);
  }
  for (let i = 0; i < 50; i++) worker.group(`cluster.new${i}.`, CLUSTER).add(slot.rq_total, 1000);
  told.push(...worker.drainDescriptions());
  t.equal(merged.value('cluster.old0.rq_total'), 0, 'before the message');
  merged.accept(0, told);
  t.equal(merged.value('cluster.old0.rq_total'), undefined, 'after it');
  t.equal(merged.value('cluster.new0.rq_total'), 1000);
  t.equal(told.filter((d) => d.kind === 'chunk').length, 0, 'memory was used again');
});

t.test('workers are summed; what each of them holds equally is not', async (t) => {
  const merged = new MergedStats();
  for (const [index, requests] of [10, 32].entries()) {
    const worker = createWorkerStats();
    const group = worker.group('cluster.app.', CLUSTER);
    group.add(slot.rq_total, requests);
    group.set(slot.rq_active, index + 1);
    group.set(slot.membership_total, 3);
    group.record(histogram.rq_time, 5);
    group.dynamic('rq_200').inc();
    merged.accept(index, worker.drainDescriptions());
  }
  t.equal(merged.value('cluster.app.rq_total'), 42);
  t.equal(merged.value('cluster.app.rq_active'), 3);
  t.equal(merged.value('cluster.app.membership_total'), 3);
  t.equal(merged.value('cluster.app.rq_200'), 2);
  t.same(merged.groups()[0]?.histogram(histogram.rq_time), { bins: [5], counts: [2] });
});

t.test('histograms take memory when something is recorded, by decade', async (t) => {
  const worker = createWorkerStats();
  const group = worker.group('cluster.app.', CLUSTER);
  worker.drainDescriptions();
  group.record(histogram.rq_time, 3);
  group.record(histogram.rq_time, 4.9);
  group.record(histogram.rq_time, 250);
  const told = worker.drainDescriptions();
  t.same(
    told.map((d) => (d.kind === 'bins' ? [d.histogram, d.decade] : d.kind)),
    [
      [histogram.rq_time, 0],
      [histogram.rq_time, 2],
    ],
  );
});

t.test('odd values are recorded as something, and nothing breaks', async (t) => {
  const worker = createWorkerStats();
  const merged = new MergedStats();
  merged.attach(worker);
  const group = worker.group('cluster.app.', CLUSTER);
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 2 ** 53]) group.record(histogram.rq_size, value);
  t.same(merged.groups()[0]?.histogram(histogram.rq_size), { bins: [0, 1289], counts: [2, 3] });
});

t.test('an interval holds what came since the rotation before', async (t) => {
  const worker = createWorkerStats();
  const merged = new MergedStats();
  merged.attach(worker);
  const group = worker.group('cluster.app.', CLUSTER);
  group.record(histogram.rq_time, 1);
  const read = () => {
    const [only] = merged.groups();
    return [
      sampleCount(only?.interval(histogram.rq_time) ?? { bins: [], counts: [] }),
      sampleCount(only?.histogram(histogram.rq_time) ?? { bins: [], counts: [] }),
    ];
  };
  t.same(read(), [0, 1]);
  merged.rotate();
  t.same(read(), [1, 1]);
  group.record(histogram.rq_time, 1);
  group.record(histogram.rq_time, 90);
  t.same(read(), [1, 3]);
  merged.rotate();
  t.same(read(), [2, 3]);
  merged.rotate();
  t.same(read(), [0, 3]);
});

t.test('a worker that died leaves its counts and takes its gauges', async (t) => {
  const merged = new MergedStats();
  const [dead, alive] = [createWorkerStats(), createWorkerStats()];
  for (const [index, worker] of [dead, alive].entries()) {
    const group = worker.group('cluster.app.', CLUSTER);
    group.add(slot.rq_total, 10);
    group.inc(slot.rq_active);
    group.record(histogram.rq_time, 5);
    group.dynamic('rq_200').inc();
    merged.accept(index, worker.drainDescriptions());
  }
  merged.remove(0);
  const successor = createWorkerStats();
  successor.group('cluster.app.', CLUSTER).inc(slot.rq_total);
  merged.accept(0, successor.drainDescriptions());
  t.equal(merged.value('cluster.app.rq_total'), 21);
  t.equal(merged.value('cluster.app.rq_active'), 1);
  t.equal(merged.value('cluster.app.rq_200'), 2);
  t.same(merged.groups()[0]?.histogram(histogram.rq_time), { bins: [5], counts: [2] });
});

t.test('a worker says once that there is something to tell', async (t) => {
  const worker = createWorkerStats();
  let calls = 0;
  worker.onPending(() => calls++);
  const group = worker.group('a.', CLUSTER);
  worker.group('b.', CLUSTER);
  t.equal(calls, 1);
  worker.drainDescriptions();
  group.dynamic('x');
  group.dynamic('x');
  t.equal(calls, 2);
});

t.test('a thousand groups of a hundred slots cost their slots and little more', async (t) => {
  const spec = statSpec({ counters: Array.from({ length: 100 }, (_, i) => `counter_${i}`) });
  const worker = createWorkerStats();
  for (let i = 0; i < 1000; i++) worker.group(`cluster.service-${i}.`, spec);
  let bytes = 0;
  for (const d of worker.drainDescriptions()) if (d.kind === 'chunk') bytes += d.memory.byteLength;
  t.ok(bytes < 900_000, `${bytes} bytes`);
});

t.test('values of a worker thread are read without a message', async (t) => {
  const module = new URL('./worker-stats.ts', import.meta.url).href;
  const specs = new URL('./stats.ts', import.meta.url).href;
  const source = `
    import { parentPort } from 'node:worker_threads';
    const { createWorkerStats } = await import(${JSON.stringify(module)});
    const { statSpec } = await import(${JSON.stringify(specs)});
    const stats = createWorkerStats();
    const group = stats.group('cluster.app.', statSpec({ counters: ['rq_total'] }));
    parentPort.postMessage(stats.drainDescriptions());
    parentPort.on('message', (n) => { group.add(0, n); parentPort.postMessage('done'); });
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const next = () => new Promise<unknown>((resolve) => worker.once('message', resolve));
  const merged = new MergedStats();
  merged.accept(0, (await next()) as StatsDescription[]);
  t.equal(merged.value('cluster.app.rq_total'), 0);
  const done = next();
  worker.postMessage(17);
  await done;
  t.equal(merged.value('cluster.app.rq_total'), 17);
  await worker.terminate();
});
