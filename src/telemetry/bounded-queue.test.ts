import t from 'tap';
import { BoundedQueue } from './bounded-queue.ts';
import { statSpec } from './stats.ts';
import { createWorkerStats } from './worker-stats.ts';

const SINK = statSpec({ counters: ['dropped', 'sent'] });

function queue(capacity: number) {
  const stats = createWorkerStats().group('sink.', SINK);
  return { queue: new BoundedQueue<number>(capacity, stats, SINK.slot.dropped), dropped: () => stats.value(SINK.slot.dropped) };
}

t.test('entries leave in the order in which they came, round and round', async (t) => {
  const { queue: q, dropped } = queue(3);
  for (let i = 0; i < 10; i++) {
    t.equal(q.push(i), true);
    if (i > 0) t.equal(q.shift(), i - 1);
  }
  t.equal(q.shift(), 9);
  t.equal(q.shift(), undefined);
  t.equal(dropped(), 0);
});

t.test('what finds no room is dropped and counted, what is there stays', async (t) => {
  const { queue: q, dropped } = queue(2);
  for (let i = 0; i < 5; i++) q.push(i);
  t.equal(dropped(), 3);
  t.equal(q.size, 2);
  t.same(q.take(10), [0, 1]);
  t.equal(q.push(7), true);
});

t.test('a batch has at most what was asked for', async (t) => {
  const { queue: q } = queue(5);
  for (let i = 0; i < 5; i++) q.push(i);
  t.same(q.take(2), [0, 1]);
  t.same(q.take(0), []);
  t.same(q.take(2), [2, 3]);
  t.equal(q.size, 1);
});

t.test('what is cleared counts as dropped', async (t) => {
  const { queue: q, dropped } = queue(4);
  q.push(1);
  q.push(2);
  q.clear();
  t.equal(dropped(), 2);
  t.equal(q.size, 0);
  t.equal(q.push(3), true);
  t.equal(q.shift(), 3);
});
