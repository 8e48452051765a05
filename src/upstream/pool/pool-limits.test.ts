import t from 'tap';
import { PoolBench, PoolRequest } from '../../../test/support/pool-bench.ts';
import type { TestClusterOptions } from '../../../test/support/upstream-doubles.ts';
import { ipAddress } from '../../base/address.ts';
import { FAULTS } from '../../http/faults.ts';
import { H2_CLIENT_DEFAULTS } from '../../http/h2/settings.ts';
import type { PoolSelector } from '../cluster.ts';
import { HEALTH } from '../host.ts';

function setUp(options: TestClusterOptions = {}): PoolBench {
  return new PoolBench(options);
}

/** A request through the pool of this selector, to the i-th host. */
function startWith(bench: PoolBench, selector: PoolSelector, host = 0): PoolRequest {
  const request = new PoolRequest();
  request.pending = bench.state.pool(bench.host(host), selector).newStream(request, request);
  return request;
}

const client = (bench: PoolBench, id: number): PoolSelector =>
  bench.state.selectors[0].forClient({ id, remote: ipAddress('10.0.0.1', id), local: ipAddress('10.0.0.2', 80) });

t.test('no more connections to one host than per_host_thresholds say, but one in any case', (t) => {
  const bench = setUp({ hosts: [{}, {}], thresholds: { hostConnections: 2 } });
  const [selector] = bench.state.selectors;
  for (let i = 0; i < 4; i++) startWith(bench, selector);
  t.equal(bench.transport.connections.length, 2);
  t.equal(bench.stat('upstream_cx_overflow'), 2);
  startWith(bench, selector, 1);
  t.equal(bench.transport.connections.length, 3, 'another host has a limit of its own');
  t.equal(bench.stat('circuit_breakers.default.cx_open'), 0, 'the cluster as a whole is not full');
  bench.connection(0).connected();
  bench.codec(0).last.respond(200);
  bench.dispatcher.turn();
  t.equal(bench.codec(0).streams.length, 2, 'who waits is served in turn');
  const none = setUp({ thresholds: { hostConnections: 0 } });
  none.start();
  t.equal(none.transport.connections.length, 1);
  t.end();
});

t.test('no more pools than max_connection_pools: nobody to go to', (t) => {
  const bench = setUp({ hosts: [{}, {}], thresholds: { maxPools: 1 } });
  const [selector] = bench.state.selectors;
  startWith(bench, selector);
  t.equal(bench.stat('circuit_breakers.default.cx_pool_open'), 1);
  const refused = startWith(bench, selector, 1);
  t.equal(refused.fault, FAULTS.NO_HEALTHY_UPSTREAM);
  t.equal(refused.host, null);
  t.equal(bench.stat('upstream_cx_pool_overflow'), 1);
  t.equal(bench.stat('upstream_rq_pending_overflow'), 0);
  bench.connection(0).connected();
  bench.codec(0).last.respond(200);
  t.equal(startWith(bench, selector, 1).fault, FAULTS.NO_HEALTHY_UPSTREAM, 'the pool of another host is left alone, idle or not');
  bench.connection(0).pushEnd();
  bench.dispatcher.turn();
  t.equal(bench.stat('circuit_breakers.default.cx_pool_open'), 0, 'a pool goes with its last connection');
  t.same(startWith(bench, selector, 1).events, []);
  t.equal(bench.transport.connections.length, 2);
  t.end();
});

t.test('a pool to the same host that has nothing to do makes room', (t) => {
  const bench = setUp({ thresholds: { maxPools: 1 }, settings: { poolPerDownstream: true } });
  startWith(bench, client(bench, 1));
  t.equal(startWith(bench, client(bench, 2)).fault, FAULTS.NO_HEALTHY_UPSTREAM);
  bench.connection(0).connected();
  bench.codec(0).last.respond(200);
  const second = startWith(bench, client(bench, 2));
  t.equal(second.fault, null);
  t.equal(bench.connection(0).open, false, 'its idle connection closes');
  bench.connection(1).connected();
  t.same(second.events, ['ready']);
  t.equal(bench.stat('upstream_cx_pool_overflow'), 1);
  t.end();
});

t.test('priorities have limits of their own', (t) => {
  const bench = setUp({ thresholds: { maxPools: 1, hostConnections: 1 } });
  startWith(bench, bench.state.selectors[0]);
  t.same(startWith(bench, bench.state.selectors[1]).events, []);
  t.same([bench.stat('circuit_breakers.default.cx_pool_open'), bench.stat('circuit_breakers.high.cx_pool_open')], [1, 1]);
  t.end();
});

t.test('every client has connections of its own where the cluster says so', (t) => {
  const bench = setUp({ settings: { poolPerDownstream: true } });
  t.equal(bench.host().perDownstream, true);
  startWith(bench, client(bench, 1));
  bench.connection(0).connected();
  bench.codec(0).last.respond(200);
  startWith(bench, client(bench, 1));
  t.equal(bench.transport.connections.length, 1, 'the same client, the same connection');
  bench.codec(0).last.respond(200);
  startWith(bench, client(bench, 2));
  t.equal(bench.transport.connections.length, 2);
  t.equal(setUp().host().perDownstream, false);
  t.end();
});

t.test('a change of the hosts drains everybody where the cluster says so', (t) => {
  for (const drainOnChange of [true, false]) {
    const bench = setUp({ settings: { drainOnChange } });
    bench.startConnected();
    bench.codec(0).last.respond(200);
    const [host] = bench.state.hostSets[0]?.hosts ?? [];
    if (host === undefined) throw new Error('no host');
    const kept = { address: host.address, hostname: '', locality: host.locality, priority: 0, weight: 1, health: 0, metadata: new Map() };
    const spec = { hosts: [kept], priorities: 1, overprovisioning: 140, weightedHealth: false };
    bench.state.setEndpoints(spec);
    t.equal(bench.connection(0).open, true, 'nothing changed');
    bench.state.setEndpoints({ ...spec, hosts: [kept, { ...kept, address: ipAddress('10.0.0.9', 1) }] });
    t.equal(bench.connection(0).open, !drainOnChange);
  }
  t.end();
});

t.test('connections are opened in advance where the cluster wants them', (t) => {
  const bench = setUp({ settings: { preconnectRatio: 2 } });
  bench.start();
  t.equal(bench.transport.connections.length, 2);
  bench.connection(0).connected();
  bench.connection(1).connected();
  t.same(bench.start().events, ['ready'], 'the one that was opened in advance');
  t.equal(bench.transport.connections.length, 4, 'two run: four');
  t.same([bench.stat('upstream_rq_pending_total'), bench.stat('upstream_cx_overflow')], [1, 0]);
  bench.codec(0).last.respond(200);
  bench.start();
  t.equal(bench.transport.connections.length, 4, 'one ended, one began');
  t.end();
});

t.test('no more than three at a time, and as far as the circuit breakers let it', (t) => {
  const many = setUp({ settings: { preconnectRatio: 3 } });
  many.start();
  t.equal(many.transport.connections.length, 3);
  many.start();
  t.equal(many.transport.connections.length, 6);
  const few = setUp({ settings: { preconnectRatio: 3 }, thresholds: { maxConnections: 2 } });
  few.start();
  t.equal(few.transport.connections.length, 2);
  t.equal(few.stat('upstream_cx_overflow'), 1);
  t.end();
});

t.test('a host that is not healthy gets no connections in advance', (t) => {
  const bench = setUp({ settings: { preconnectRatio: 3 }, hosts: [{ health: HEALTH.failedEdsHealth }] });
  bench.start();
  t.equal(bench.transport.connections.length, 1);
  t.end();
});

t.test('connections of HTTP/2 that have room are enough', (t) => {
  const h2 = { ...H2_CLIENT_DEFAULTS, maxConcurrentStreams: 4 };
  const bench = setUp({ settings: { preconnectRatio: 2 }, http: { protocol: 'h2', h2 } });
  bench.start();
  bench.connection(0).connected();
  for (let i = 0; i < 2; i++) bench.start();
  t.equal(bench.transport.connections.length, 2, 'three run, and six want room: four and four');
  t.end();
});
