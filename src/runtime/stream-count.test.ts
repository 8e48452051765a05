import t from 'tap';
import { statSpec } from '../telemetry/stats.ts';
import { createWorkerStats } from '../telemetry/worker-stats.ts';
import { StreamCount } from './stream-count.ts';

const manager = statSpec({ counters: ['downstream_rq_total'], gauges: ['downstream_rq_active'] });
const tcp = statSpec({ counters: ['downstream_cx_total'], gauges: ['downstream_cx_active'] });

t.test('requests of connection managers and connections of the TCP proxy are streams', (t) => {
  const count = new StreamCount(createWorkerStats());
  const http = count.group('http.in.', manager);
  const opaque = count.group('tcp.db.', tcp);
  const listener = count.group('listener.a.', tcp);
  http.inc(manager.slot.downstream_rq_active);
  http.inc(manager.slot.downstream_rq_active);
  opaque.inc(tcp.slot.downstream_cx_active);
  listener.inc(tcp.slot.downstream_cx_active);
  t.equal(count.active, 3);
  http.dec(manager.slot.downstream_rq_active);
  t.equal(count.active, 2);
  t.end();
});

t.test('a group that two listeners share counts once, and until both let go of it', (t) => {
  const count = new StreamCount(createWorkerStats());
  const group = count.group('http.in.', manager);
  t.equal(count.group('http.in.', manager), group);
  group.inc(manager.slot.downstream_rq_active);
  t.equal(count.active, 1);
  count.release(group);
  t.equal(count.active, 1);
  count.release(group);
  t.equal(count.active, 0);
  t.end();
});
