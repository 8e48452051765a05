/** What pools of connections with one stream each must do, whatever is spoken on them; the tests of each protocol run it. */
import type { Test } from 'tap';
import { FAULTS } from '../../src/http/faults.ts';
import { type PoolBench, PoolRequest } from './pool-bench.ts';
import type { TestClusterOptions } from './upstream-doubles.ts';

/** `setUp` makes a pool whose connections carry one stream at a time. */
export function poolSuite(t: Test, setUp: (options?: TestClusterOptions) => PoolBench): void {
  t.test('a connection carries one request at a time', (t) => {
    const bench = setUp();
    bench.startConnected();
    const second = bench.start();
    t.same(second.events, []);
    t.equal(bench.transport.connections.length, 2);
    bench.connection(1).connected();
    t.same(second.events, ['ready']);
    t.equal(bench.host().activeRequests, 2);
    t.equal(bench.stat('upstream_rq_active'), 2);
    t.end();
  });

  t.test('the connection that was used last is used first', (t) => {
    const bench = setUp();
    bench.startConnected();
    bench.startConnected();
    bench.codec(1).last.respond(200);
    bench.codec(0).last.respond(200);
    bench.start();
    t.equal(bench.codec(0).streams.length, 2);
    t.equal(bench.codec(1).streams.length, 1);
    t.end();
  });

  t.test('a connection that becomes free serves the oldest of those that wait, at the end of the turn', (t) => {
    const bench = setUp();
    bench.startConnected();
    const second = bench.start();
    const third = bench.start();
    t.equal(bench.transport.connections.length, 3);
    bench.codec().last.respond(200);
    t.same(second.events, [], 'not while the codec is in the middle of things');
    bench.dispatcher.turn();
    t.same([second.events, third.events], [['ready'], []]);
    bench.connection(1).connected();
    t.same(third.events, ['ready']);
    bench.connection(2).connected();
    t.equal(bench.pool.pendingStreams, 0);
    t.equal(bench.pool.activeConnections, 3, 'the surplus connection stays, idle');
    t.end();
  });

  t.test('a request that comes back because of a failure waits for a new connection', (t) => {
    const bench = setUp();
    const request = new PoolRequest();
    request.onFailure = () => {
      request.onFailure = null;
      request.pending = bench.pool.newStream(request, request);
    };
    bench.start(request);
    bench.connection().fail('delayed connect error: Connection refused');
    t.same(request.events, ['failed CONNECT_FAILURE']);
    t.equal(bench.transport.connections.length, 2);
    bench.connection(1).connected();
    t.same(request.events, ['failed CONNECT_FAILURE', 'ready']);
    t.end();
  });

  t.test('a connection that does not come up in time is a timeout', (t) => {
    const bench = setUp({ settings: { connectTimeoutMs: 250 } });
    const request = bench.start();
    bench.dispatcher.advance(245);
    t.same(request.events, []);
    bench.dispatcher.advance(20);
    t.equal(request.fault, FAULTS.CONNECT_TIMEOUT);
    t.equal(request.reason, '');
    t.match(bench.counted, { upstream_cx_connect_timeout: 1, upstream_cx_connect_fail: 1, upstream_cx_destroy_local: 1 });
    t.end();
  });

  t.test('what fails on this machine is said to be local', (t) => {
    const bench = setUp();
    const request = bench.start();
    bench.connection().fail('failed to bind to 10.0.0.1:0: Cannot assign requested address');
    t.equal(request.fault, FAULTS.LOCAL_CONNECT_FAILURE);
    t.equal(bench.stat('bind_errors'), 1);
    t.end();
  });

  t.test('cancelling leaves the queue and keeps the connection for the next', (t) => {
    const bench = setUp();
    const request = bench.start();
    request.pending?.cancel();
    request.pending?.cancel();
    t.match(bench.counted, { upstream_rq_cancelled: 1, upstream_cx_active: 1 });
    t.equal(bench.pool.pendingStreams, 0);
    bench.connection().connected();
    t.same(request.events, []);
    t.same(bench.start().events, ['ready']);
    t.end();
  });

  t.test('when the queue is full the request is refused, without a host', (t) => {
    const bench = setUp({ thresholds: { maxPending: 1 } });
    bench.start();
    const second = bench.start();
    t.equal(second.fault, FAULTS.UPSTREAM_OVERFLOW);
    t.equal(second.host, null);
    t.match(bench.counted, {
      upstream_rq_pending_overflow: 1,
      upstream_rq_pending_total: 1,
      'circuit_breakers.default.rq_pending_open': 1,
    });
    bench.connection().connected();
    t.equal(bench.stat('circuit_breakers.default.rq_pending_open'), 0);
    t.end();
  });

  t.test('no more requests than max_requests run at once', (t) => {
    const bench = setUp({ thresholds: { maxRequests: 1 } });
    bench.startConnected();
    const second = bench.startConnected();
    t.equal(second.fault, FAULTS.UPSTREAM_OVERFLOW);
    t.equal(second.host, bench.host());
    t.match(bench.counted, { upstream_rq_active_overflow: 1, upstream_rq_total: 1, 'circuit_breakers.default.rq_open': 1 });
    bench.codec().last.respond(200);
    t.same(bench.start().events, ['ready']);
    t.end();
  });

  t.test('no more connections than max_connections, but one for each host', (t) => {
    const bench = setUp({ thresholds: { maxConnections: 1 }, hosts: [{}, {}] });
    const first = bench.startConnected();
    const second = bench.start();
    t.equal(bench.transport.connections.length, 1);
    t.match(bench.counted, { upstream_cx_overflow: 1, 'circuit_breakers.default.cx_open': 1 });
    const elsewhere = new PoolRequest();
    bench.state.pool(bench.host(1), bench.state.selectors[0]).newStream(elsewhere, elsewhere);
    t.equal(bench.transport.connections.length, 2, 'a host without any connection gets one');
    t.equal(bench.stat('upstream_cx_overflow'), 2);
    bench.codec().last.respond(200);
    bench.dispatcher.turn();
    t.same([first.events.at(-1), second.events], ['response 200', ['ready']]);
    bench.connection().fail();
    bench.connection(1).fail();
    t.equal(bench.stat('circuit_breakers.default.cx_open'), 0);
    t.end();
  });

  t.test('who waits gets a new connection when the last one goes away', (t) => {
    const bench = setUp({ thresholds: { maxConnections: 1 } });
    const first = bench.startConnected();
    const second = bench.start();
    bench.connection().fail();
    t.same(first.events, ['ready', 'reset CONNECTION_TERMINATION']);
    t.equal(bench.transport.connections.length, 2);
    bench.connection(1).connected();
    t.same(second.events, ['ready']);
    t.match(bench.counted, {
      upstream_cx_destroy_remote_with_active_rq: 1,
      upstream_cx_destroy_with_active_rq: 1,
      upstream_rq_active: 1,
    });
    t.end();
  });

  t.test('priorities have circuit breakers of their own', (t) => {
    const bench = setUp({ thresholds: { maxPending: 1 } });
    bench.start();
    const high = bench.start(new PoolRequest(), true);
    t.equal(high.fault, null);
    t.equal(bench.start(new PoolRequest(), true).fault, FAULTS.UPSTREAM_OVERFLOW);
    t.match(bench.counted, { 'circuit_breakers.default.rq_pending_open': 1, 'circuit_breakers.high.rq_pending_open': 1 });
    t.end();
  });

  t.test('an idle connection closes after the idle timeout, counted from its last request', (t) => {
    const bench = setUp({ http: { idleTimeoutMs: 1000 } });
    bench.startConnected();
    bench.codec().last.respond(200);
    bench.dispatcher.advance(900);
    bench.start();
    bench.dispatcher.advance(300);
    bench.codec().last.respond(200);
    bench.dispatcher.advance(900);
    t.equal(bench.connection().open, true);
    bench.dispatcher.advance(200);
    t.equal(bench.connection().open, false);
    t.match(bench.counted, { upstream_cx_idle_timeout: 1, upstream_cx_destroy_local: 1 });
    t.equal(bench.pool.activeConnections, 0);
    bench.start();
    t.equal(bench.transport.connections.length, 2);
    t.end();
  });

  t.test('an idle timeout of zero means never', (t) => {
    const bench = setUp({ http: { idleTimeoutMs: 0 } });
    bench.startConnected();
    bench.codec().last.respond(200);
    bench.dispatcher.advance(86_400_000);
    t.equal(bench.connection().open, true);
    t.end();
  });

  t.test('a connection ends after max_requests_per_connection', (t) => {
    const bench = setUp({ http: { maxRequestsPerConnection: 2 } });
    bench.startConnected();
    bench.codec().last.respond(200);
    bench.start();
    t.equal(bench.stat('upstream_cx_max_requests'), 1);
    t.equal(bench.connection().open, true);
    bench.codec().last.respond(200);
    t.equal(bench.connection().open, false);
    bench.start();
    t.equal(bench.transport.connections.length, 2);
    t.end();
  });

  t.test('a connection takes no request after max_connection_duration', (t) => {
    const bench = setUp({ http: { maxConnectionDurationMs: 1000 } });
    const first = bench.startConnected();
    bench.startConnected();
    bench.codec(1).last.respond(200);
    bench.dispatcher.advance(1100);
    t.equal(bench.stat('upstream_cx_max_duration_reached'), 2);
    t.equal(bench.connection(1).open, false, 'the idle one');
    t.equal(bench.connection(0).open, true, 'the busy one finishes');
    bench.codec(0).last.respond(200);
    t.equal(bench.connection(0).open, false);
    t.equal(first.events.at(-1), 'response 200');
    t.end();
  });

  t.test('an upstream that closes an idle connection costs nothing but the connection', (t) => {
    const bench = setUp();
    const first = bench.startConnected();
    bench.codec().last.respond(200);
    bench.connection().pushEnd();
    t.equal(bench.pool.activeConnections, 1, 'until the close is through');
    t.same(bench.start().events, [], 'but it is not handed out');
    bench.dispatcher.turn();
    t.same(first.events, ['ready', 'response 200']);
    t.match(bench.counted, { upstream_cx_destroy_remote: 1 });
    t.notOk('upstream_cx_destroy_with_active_rq' in bench.counted);
    t.end();
  });

  t.test('bytes are counted both ways', (t) => {
    const bench = setUp();
    bench.startConnected();
    bench.connection().write(Buffer.from('12345'));
    bench.dispatcher.turn();
    bench.connection().push('abc');
    bench.codec().last.respond(200);
    t.match(bench.counted, { upstream_cx_rx_bytes_total: 3, upstream_cx_tx_bytes_total: 5 });
    t.end();
  });

  t.test('a drained pool finishes what runs and is gone after it', (t) => {
    const bench = setUp();
    bench.startConnected();
    bench.startConnected();
    bench.codec(1).last.respond(200);
    const { pool } = bench;
    pool.drain();
    t.equal(bench.connection(1).open, false);
    t.equal(bench.host().pools.length, 1);
    bench.codec(0).last.respond(200);
    bench.dispatcher.turn();
    t.same(bench.host().pools, []);
    t.equal(bench.connection(0).open, false);
    t.end();
  });

  t.test('a drained pool still serves those who waited', (t) => {
    const bench = setUp();
    const request = bench.start();
    bench.pool.drain();
    bench.connection().connected();
    t.same(request.events, ['ready']);
    bench.codec().last.respond(200);
    bench.dispatcher.turn();
    t.same(bench.host().pools, []);
    t.end();
  });

  t.test('a drained pool gives up connections that nobody waits for', (t) => {
    const bench = setUp();
    bench.start().pending?.cancel();
    bench.pool.drain();
    bench.dispatcher.turn();
    t.same(bench.host().pools, []);
    t.end();
  });

  t.test('closing a pool ends everything', (t) => {
    const bench = setUp({ thresholds: { maxConnections: 1 } });
    const running = bench.startConnected();
    const waiting = bench.start();
    bench.pool.close();
    t.same(waiting.events, ['failed LOCAL_CONNECT_FAILURE']);
    bench.dispatcher.turn();
    t.same(running.events, ['ready', 'reset CONNECTION_TERMINATION']);
    t.same(bench.host().pools, []);
    t.equal(bench.transport.connections.length, 1);
    t.end();
  });
}
