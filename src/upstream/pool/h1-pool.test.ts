import t from 'tap';
import { noCharges, PoolBench, type PoolRequest, randomNumbers } from '../../../test/support/pool-bench.ts';
import { poolSuite } from '../../../test/support/pool-suite.ts';
import type { TestClusterOptions } from '../../../test/support/upstream-doubles.ts';
import { LEFT_ASKED, LEFT_SURPLUS } from '../../http/codec.ts';
import { FAULTS } from '../../http/faults.ts';

function setUp(options: TestClusterOptions = {}): PoolBench {
  return new PoolBench(options);
}

poolSuite(t, setUp);

t.test('a request waits for its connection, the next one takes the idle one at once', (t) => {
  const bench = setUp();
  const first = bench.start();
  t.ok(first.pending);
  t.same(first.events, []);
  t.equal(bench.stat('upstream_rq_pending_active'), 1);
  bench.dispatcher.advance(3);
  bench.connection().connected();
  t.same(first.events, ['ready']);
  t.equal(first.host, bench.host());
  bench.codec().last.respond(200);
  const second = bench.start();
  t.equal(second.pending, null);
  t.same(second.events, ['ready']);
  bench.codec().last.respond(200);
  t.equal(bench.transport.connections.length, 1);
  t.same(bench.counted, {
    upstream_cx_active: 1,
    upstream_cx_http1_total: 1,
    upstream_cx_total: 1,
    upstream_rq_pending_total: 1,
    upstream_rq_total: 2,
  });
  t.equal(bench.host().activeRequests, 0);
  t.end();
});

t.test('a refused connection fails everybody who waits, with the text of the transport', (t) => {
  const bench = setUp();
  const requests = [bench.start(), bench.start()];
  bench.connection().fail('delayed connect error: Connection refused');
  for (const request of requests) {
    t.equal(request.fault, FAULTS.CONNECT_FAILURE);
    t.equal(request.reason, 'delayed connect error: Connection refused');
    t.equal(request.host, bench.host());
  }
  bench.connection(1).fail('delayed connect error: Connection refused');
  t.same(bench.counted, {
    upstream_cx_connect_fail: 2,
    upstream_cx_destroy: 2,
    upstream_cx_destroy_remote: 2,
    upstream_cx_http1_total: 2,
    upstream_cx_total: 2,
    upstream_rq_pending_failure_eject: 2,
    upstream_rq_pending_total: 2,
  });
  t.equal(bench.pool.activeConnections, 0);
  t.end();
});

t.test('an upstream that says close is not asked again', (t) => {
  const bench = setUp();
  bench.startConnected();
  bench.codec().goAway(LEFT_ASKED);
  t.equal(bench.connection().open, true);
  bench.codec().last.respond(200);
  t.equal(bench.connection().open, false);
  t.match(bench.counted, { upstream_cx_close_notify: 1 });
  t.notOk('upstream_cx_destroy_with_active_rq' in bench.counted);
  t.end();
});

t.test('surplus bytes between requests end the connection', (t) => {
  const bench = setUp();
  bench.startConnected();
  bench.codec().last.respond(200);
  bench.codec().goAway(LEFT_SURPLUS);
  t.equal(bench.connection().open, false);
  t.match(bench.counted, { upstream_cx_protocol_error: 1 });
  bench.start();
  t.equal(bench.transport.connections.length, 2);
  t.end();
});

t.test('a request that is given up takes its connection with it', (t) => {
  const bench = setUp();
  const request = bench.startConnected();
  request.encoder?.reset(FAULTS.DOWNSTREAM_RESET);
  t.equal(bench.host().activeRequests, 0);
  bench.dispatcher.turn();
  t.match(bench.counted, {
    upstream_cx_destroy_local: 1,
    upstream_cx_destroy_local_with_active_rq: 1,
    upstream_cx_destroy_with_active_rq: 1,
  });
  t.notOk('upstream_rq_active' in bench.counted);
  t.end();
});

t.test('a thousand requests in and out leave no charge behind', (t) => {
  const bench = setUp({ thresholds: { maxConnections: 5, maxPending: 50, maxRequests: 4 } });
  const open: PoolRequest[] = [];
  const random = randomNumbers(1);
  for (let i = 0; i < 1000; i++) {
    open.push(bench.start());
    const connection = bench.transport.connections[random(bench.transport.connections.length)];
    if (connection?.open) {
      const what = random(6);
      const codec = bench.codecs.all.find((each) => each.connection === connection);
      if (codec === undefined) what < 4 ? connection.connected() : connection.fail('delayed connect error: Connection refused');
      else if (what === 0) connection.fail();
      else if (codec.activeStreams > 0) what === 1 ? codec.last.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR) : codec.last.respond(200);
    }
    if (random(3) === 0) open[random(open.length)]?.pending?.cancel();
    bench.dispatcher.turn();
  }
  noCharges(t, bench, 5);
  t.end();
});
