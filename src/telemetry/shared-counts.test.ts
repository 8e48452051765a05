import { Worker } from 'node:worker_threads';
import t from 'tap';
import { createSharedCounts, SharedCountTable, sharedCountsMemory } from './shared-counts.ts';

t.test('a count refuses what would exceed its limit', async (t) => {
  const count = createSharedCounts().open('cluster.app.default.requests');
  t.equal(count.tryAcquire(2), true);
  t.equal(count.tryAcquire(2), true);
  t.equal(count.tryAcquire(2), false);
  t.equal(count.value, 2);
  count.release();
  t.equal(count.value, 1);
  t.equal(count.tryAcquire(2), true);
  t.equal(count.tryAcquire(4294967295), true, 'the largest limit of the API is a limit that is never met');
});

t.test('a limit of zero lets nothing through', async (t) => {
  t.equal(createSharedCounts().open('a').tryAcquire(0), false);
});

t.test('one key is one count, in one table and in another over the same memory', async (t) => {
  const memory = sharedCountsMemory(2);
  const a = new SharedCountTable(memory, 0);
  const b = new SharedCountTable(memory, 1);
  t.equal(a.open('x'), a.open('x'));
  a.open('x').tryAcquire(10);
  b.open('x').tryAcquire(10);
  b.open('y').tryAcquire(10);
  t.equal(a.open('x').value, 2);
  t.equal(a.open('y').value, 1);
});

t.test('thousands of keys keep their own counts', async (t) => {
  const memory = sharedCountsMemory(1);
  const writer = new SharedCountTable(memory, 0);
  for (let i = 0; i < 8000; i++) for (let n = 0; n <= i % 3; n++) writer.open(`outbound|80||service-${i}.default.svc`).tryAcquire(10);
  const reader = new SharedCountTable(memory, 0);
  let wrong = 0;
  for (let i = 0; i < 8000; i++) if (reader.open(`outbound|80||service-${i}.default.svc`).value !== (i % 3) + 1) wrong++;
  t.equal(wrong, 0);
});

t.test('a full table still gives working counts', async (t) => {
  const table = new SharedCountTable(sharedCountsMemory(1), 0);
  const long = 'k'.repeat(1 << 20);
  for (let i = 0; i < 5; i++) {
    const count = table.open(`${long}${i}`);
    t.equal(count.tryAcquire(1), true);
    t.equal(count.tryAcquire(1), false);
    t.equal(table.open(`${long}${i}`), count);
  }
  t.equal(table.open('short').tryAcquire(1), true);
});

t.test('what a dead worker held is given back, what others hold is not', async (t) => {
  const memory = sharedCountsMemory(2);
  const dead = new SharedCountTable(memory, 1);
  const alive = new SharedCountTable(memory, 0);
  for (let i = 0; i < 5; i++) dead.open('x').tryAcquire(10);
  dead.open('x').release();
  alive.open('x').tryAcquire(10);
  alive.reclaim(1);
  t.equal(alive.open('x').value, 1);
  alive.reclaim(1);
  t.equal(alive.open('x').value, 1);
});

t.test('worker threads that race for keys and counts agree on both', async (t) => {
  const WORKERS = 4;
  const KEYS = 300;
  const LIMIT = 50;
  const memory = sharedCountsMemory(WORKERS);
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const module = new URL('./shared-counts.ts', import.meta.url).href;
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { SharedCountTable } = await import(workerData.module);
    const table = new SharedCountTable(workerData.memory, workerData.worker);
    parentPort.postMessage('ready');
    Atomics.wait(workerData.gate, 0, 0);
    let acquired = 0, kept = 0;
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < ${KEYS}; i++) {
        const count = table.open('key-' + (i * 7 + workerData.worker * 13) % ${KEYS});
        if (!count.tryAcquire(${LIMIT})) continue;
        acquired++;
        if (round % 2 === 0) kept++;
        else count.release();
      }
    }
    parentPort.postMessage({ acquired, kept });
  `;
  const workers = Array.from(
    { length: WORKERS },
    (_, worker) =>
      new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData: { module, memory, worker, gate } }),
  );
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  const results = workers.map((worker) => new Promise<{ kept: number }>((resolve) => worker.once('message', resolve)));
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  const kept = (await Promise.all(results)).reduce((sum, result) => sum + result.kept, 0);
  const table = new SharedCountTable(memory, 0);
  let total = 0;
  let above = 0;
  for (let i = 0; i < KEYS; i++) {
    const { value } = table.open(`key-${i}`);
    total += value;
    if (value > LIMIT) above++;
  }
  t.equal(above, 0, 'no count is above its limit');
  t.equal(total, kept, 'every worker found the same counts');
  t.ok(total > KEYS, 'and they counted');
  await Promise.all(workers.map((worker) => worker.terminate()));
});
