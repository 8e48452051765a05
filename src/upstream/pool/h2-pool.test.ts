import t from 'tap';
import { noCharges, PoolBench, type PoolRequest, randomNumbers } from '../../../test/support/pool-bench.ts';
import { poolSuite } from '../../../test/support/pool-suite.ts';
import type { TestClusterOptions } from '../../../test/support/upstream-doubles.ts';
import { LEFT_ASKED, LEFT_BROKEN } from '../../http/codec.ts';
import { FAULTS } from '../../http/faults.ts';
import { H2_CLIENT_DEFAULTS } from '../../http/h2/settings.ts';
import type { TlsInfo } from '../../telemetry/stream-info.ts';

function setUp(options: TestClusterOptions = {}, maxConcurrentStreams = 1024): PoolBench {
  const h2 = { ...H2_CLIENT_DEFAULTS, maxConcurrentStreams };
  return new PoolBench({ ...options, http: { protocol: 'h2', h2, ...options.http } });
}

/** As many requests, all of them new. */
function start(bench: PoolBench, n: number): PoolRequest[] {
  return Array.from({ length: n }, () => bench.start());
}

function ready(requests: readonly PoolRequest[]): number {
  return requests.filter((request) => request.events[0] === 'ready').length;
}

poolSuite(t, (options) => setUp(options, 1));

t.test('requests that wait for one connection share it', (t) => {
  const bench = setUp();
  const requests = start(bench, 20);
  t.equal(bench.transport.connections.length, 1);
  t.equal(bench.pool.pendingStreams, 20);
  bench.connection().connected();
  t.equal(ready(requests), 20);
  t.equal(bench.codec().activeStreams, 20);
  t.equal(ready(start(bench, 5)), 5, 'and so do those that come later');
  for (const stream of bench.codec().streams) stream.respond(200);
  t.same(bench.counted, {
    upstream_cx_active: 1,
    upstream_cx_http2_total: 1,
    upstream_cx_total: 1,
    upstream_rq_pending_total: 20,
    upstream_rq_total: 25,
  });
  t.equal(bench.host().activeRequests, 0);
  t.end();
});

t.test('another connection is opened when max_concurrent_streams are running', (t) => {
  const bench = setUp({}, 3);
  const requests = start(bench, 7);
  t.equal(bench.transport.connections.length, 3, 'as many as seven requests need');
  bench.connection(0).connected();
  bench.connection(1).connected();
  bench.connection(2).connected();
  t.equal(ready(requests), 7);
  t.same(
    [0, 1, 2].map((i) => bench.codec(i).activeStreams),
    [3, 3, 1],
  );
  const more = start(bench, 3);
  t.equal(ready(more), 2);
  t.equal(bench.transport.connections.length, 4);
  t.end();
});

t.test('a stream that ends makes room for the oldest of those that wait, at the end of the turn', (t) => {
  const bench = setUp({ thresholds: { maxConnections: 1 } }, 2);
  const requests = start(bench, 2);
  bench.connection().connected();
  const [third, fourth] = start(bench, 2);
  t.equal(bench.transport.connections.length, 1);
  t.equal(bench.stat('upstream_cx_overflow'), 2);
  bench.codec().streams[1]?.respond(200);
  t.same(third?.events, [], 'not while the codec is in the middle of things');
  bench.dispatcher.turn();
  t.same([third?.events, fourth?.events], [['ready'], []]);
  bench.codec().streams[0]?.respond(200);
  bench.dispatcher.turn();
  t.same(fourth?.events, ['ready']);
  t.equal(requests[0]?.events.at(-1), 'response 200');
  t.end();
});

t.test('the peer’s limit holds from its SETTINGS on, and is expected of the next connections', (t) => {
  const bench = setUp();
  const first = start(bench, 1);
  bench.connection().connected();
  bench.codec().allow(2);
  t.equal(ready(first), 1);
  const more = start(bench, 4);
  t.equal(ready(more), 1);
  t.equal(bench.transport.connections.length, 3, 'two for the three that wait');
  bench.connection(1).connected();
  t.equal(ready(more), 3, 'not more than the peer took elsewhere, although it has not said so here');
  bench.codec(1).allow(100);
  bench.dispatcher.turn();
  t.equal(ready(more), 4, 'it takes more now');
  t.end();
});

t.test('room on a connection whose peer has not spoken yet is waited for', (t) => {
  const bench = setUp({}, 50);
  start(bench, 1);
  bench.connection().connected();
  // The codec is more careful than our own limit until SETTINGS come.
  bench.codec().limit = 10;
  const waiting = start(bench, 12);
  t.equal(ready(waiting), 9);
  t.equal(bench.transport.connections.length, 1);
  bench.codec().allow(50);
  bench.dispatcher.turn();
  t.equal(ready(waiting), 12);
  t.equal(bench.transport.connections.length, 1);
  t.end();
});

t.test('waiting is over when the peer takes less than was hoped for', (t) => {
  const bench = setUp({}, 50);
  start(bench, 1);
  bench.connection().connected();
  bench.codec().limit = 10;
  const waiting = start(bench, 12);
  bench.codec().allow(10);
  bench.dispatcher.turn();
  t.equal(bench.transport.connections.length, 2);
  bench.connection(1).connected();
  t.equal(ready(waiting), 12);
  t.end();
});

t.test('a limit below what runs lets those finish, and nothing new in', (t) => {
  const bench = setUp({ thresholds: { maxConnections: 1 } });
  start(bench, 3);
  bench.connection().connected();
  bench.codec().allow(1);
  const waiting = bench.start();
  t.same(waiting.events, []);
  bench.codec().streams[0]?.respond(200);
  bench.codec().streams[1]?.respond(200);
  bench.dispatcher.turn();
  t.same(waiting.events, []);
  bench.codec().streams[2]?.respond(200);
  bench.dispatcher.turn();
  t.same(waiting.events, ['ready']);
  t.end();
});

t.test('a peer that takes nothing for a while is waited for', (t) => {
  const bench = setUp({ thresholds: { maxConnections: 1 } });
  start(bench, 1);
  bench.connection().connected();
  bench.codec().last.respond(200);
  bench.codec().allow(0);
  const waiting = bench.start();
  t.same(waiting.events, []);
  bench.codec().allow(1);
  bench.dispatcher.turn();
  t.same(waiting.events, ['ready']);
  t.end();
});

t.test('a broken stream does not cost the connection', (t) => {
  const bench = setUp();
  const [first, second] = start(bench, 2);
  bench.connection().connected();
  bench.codec().streams[0]?.fail(FAULTS.CONNECTION_TERMINATION);
  t.equal(first?.events.at(-1), 'reset CONNECTION_TERMINATION');
  second?.encoder?.reset(FAULTS.LOCAL_RESET);
  t.equal(bench.codec().activeStreams, 0);
  t.same(bench.start().events, ['ready']);
  t.equal(bench.transport.connections.length, 1);
  bench.codec().last.respond(200);
  bench.connection().fail();
  t.notOk('upstream_cx_destroy_with_active_rq' in bench.counted);
  t.end();
});

t.test('GOAWAY: what runs finishes, what comes goes elsewhere', (t) => {
  const bench = setUp();
  const requests = start(bench, 2);
  bench.connection().connected();
  bench.codec().goAway(LEFT_ASKED);
  t.equal(bench.stat('upstream_cx_close_notify'), 1);
  const next = bench.start();
  t.equal(bench.transport.connections.length, 2);
  bench.connection(1).connected();
  t.same(next.events, ['ready']);
  bench.codec(0).streams[0]?.respond(200);
  t.equal(bench.connection(0).open, true);
  bench.codec(0).streams[1]?.respond(200);
  t.equal(bench.connection(0).open, false);
  for (const request of requests) t.equal(request.events.at(-1), 'response 200');
  t.notOk('upstream_cx_destroy_with_active_rq' in bench.counted);
  t.end();
});

t.test('GOAWAY on an idle connection ends it', (t) => {
  const bench = setUp();
  bench.startConnected();
  bench.codec().last.respond(200);
  bench.codec().goAway(LEFT_ASKED);
  t.equal(bench.connection().open, false);
  t.equal(bench.stat('upstream_cx_close_notify'), 1);
  t.end();
});

t.test('who waits for room moves on when the connection goes away', (t) => {
  const bench = setUp({ thresholds: { maxConnections: 1 } }, 1);
  const [first, second] = start(bench, 2);
  bench.connection().connected();
  t.same(second?.events, []);
  bench.connection().fail();
  t.same(first?.events, ['ready', 'reset CONNECTION_TERMINATION']);
  t.equal(bench.transport.connections.length, 2);
  bench.connection(1).connected();
  t.same(second?.events, ['ready']);
  t.match(bench.counted, { upstream_cx_destroy_with_active_rq: 1, upstream_cx_destroy_remote_with_active_rq: 1 });
  t.end();
});

t.test('a connection that breaks the protocol had requests', (t) => {
  const bench = setUp();
  start(bench, 1);
  bench.connection().connected();
  bench.codec().goAway(LEFT_BROKEN);
  bench.connection().close(1);
  bench.codec().last.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR);
  bench.dispatcher.turn();
  t.match(bench.counted, { upstream_cx_destroy_local: 1, upstream_cx_destroy_local_with_active_rq: 1 });
  t.end();
});

t.test('a refused connection fails everybody who waits, with one connection lost', (t) => {
  const bench = setUp();
  const requests = start(bench, 3);
  bench.connection().fail('delayed connect error: Connection refused');
  for (const request of requests) t.equal(request.fault, FAULTS.CONNECT_FAILURE);
  t.same(bench.counted, {
    upstream_cx_connect_fail: 1,
    upstream_cx_destroy: 1,
    upstream_cx_destroy_remote: 1,
    upstream_cx_http2_total: 1,
    upstream_cx_total: 1,
    upstream_rq_pending_failure_eject: 3,
    upstream_rq_pending_total: 3,
  });
  t.end();
});

t.test('cancelling leaves the queue and keeps the connection for the next', (t) => {
  const bench = setUp();
  const [first, second] = start(bench, 2);
  first?.pending?.cancel();
  bench.connection().connected();
  t.same([first?.events, second?.events], [[], ['ready']]);
  t.match(bench.counted, { upstream_rq_cancelled: 1 });
  t.end();
});

t.test('a connection ends after max_requests_per_connection, and nobody waits for more of it', (t) => {
  const bench = setUp({ http: { maxRequestsPerConnection: 2 } });
  const requests = start(bench, 3);
  t.equal(bench.transport.connections.length, 2);
  bench.connection(0).connected();
  t.equal(ready(requests), 2);
  t.equal(bench.stat('upstream_cx_max_requests'), 1);
  bench.connection(1).connected();
  t.equal(ready(requests), 3);
  for (const stream of bench.codec(0).streams) stream.respond(200);
  t.equal(bench.connection(0).open, false);
  t.equal(bench.connection(1).open, true);
  t.end();
});

t.test('an idle connection closes after the idle timeout, counted from its last stream', (t) => {
  const bench = setUp({ http: { idleTimeoutMs: 1000 } });
  start(bench, 2);
  bench.connection().connected();
  bench.codec().streams[0]?.respond(200);
  bench.dispatcher.advance(1500);
  t.equal(bench.connection().open, true, 'a stream is running');
  bench.codec().streams[1]?.respond(200);
  bench.dispatcher.advance(900);
  t.equal(bench.connection().open, true);
  bench.dispatcher.advance(200);
  t.equal(bench.connection().open, false);
  t.match(bench.counted, { upstream_cx_idle_timeout: 1, upstream_cx_destroy_local: 1 });
  t.end();
});

t.test('a drained pool finishes what runs and is gone after it', (t) => {
  const bench = setUp();
  const requests = start(bench, 2);
  bench.connection().connected();
  bench.pool.drain();
  t.equal(bench.codec().draining, true);
  bench.codec().streams[0]?.respond(200);
  bench.dispatcher.turn();
  t.equal(bench.host().pools.length, 1);
  bench.codec().streams[1]?.respond(200);
  bench.dispatcher.turn();
  t.same(bench.host().pools, []);
  t.equal(requests[1]?.events.at(-1), 'response 200');
  t.end();
});

t.test('with auto_config the handshake decides, and until one did every request asks for a connection', (t) => {
  const bench = setUp({ http: { protocol: 'auto' } });
  const tls = (alpn: string): TlsInfo => ({
    version: 'TLSv1.3',
    cipher: '',
    alpn,
    sni: '',
    sessionId: '',
    peer: null,
    local: null,
    peerValidated: false,
  });
  const requests = start(bench, 3);
  t.equal(bench.transport.connections.length, 3);
  t.same(bench.transport.options[0]?.alpnFallback, ['h2', 'http/1.1']);
  bench.connection(0).tls = tls('h2');
  bench.connection(0).connected();
  t.equal(ready(requests), 3);
  t.equal(bench.codec(0).protocol, 'HTTP/2');
  bench.connection(1).tls = tls('http/1.1');
  bench.connection(1).connected();
  t.equal(bench.codec(1).protocol, 'HTTP/1.1');
  bench.connection(2).connected();
  t.equal(bench.codec(2).protocol, 'HTTP/1.1', 'no ALPN');
  t.match(bench.counted, { upstream_cx_http1_total: 2, upstream_cx_http2_total: 1, upstream_cx_total: 3 });
  t.end();
});

t.test('the downstream protocol chooses the pool where the cluster says so', (t) => {
  const bench = setUp({ http: { protocol: 'h1', useDownstream: true } });
  const { state } = bench;
  const host = bench.host();
  t.equal(state.selector(false, 'HTTP/2').protocol, 'h2');
  t.equal(state.selector(true, 'HTTP/1.0').protocol, 'h1');
  t.equal(state.selector(false, 'HTTP/1.1'), state.selectors[0]);
  t.not(state.pool(host, state.selector(false, 'HTTP/1.1')), state.pool(host, state.selector(false, 'HTTP/2')));
  const fixed = setUp().state;
  t.equal(fixed.selector(false, 'HTTP/1.1'), fixed.selectors[0]);
  t.equal(fixed.selector(true, 'HTTP/2').protocol, 'h2');
  t.same(fixed.selectors[0].options.alpnFallback, ['h2']);
  t.end();
});

t.test('a thousand requests in and out leave no charge behind', (t) => {
  const bench = setUp({ thresholds: { maxConnections: 4, maxPending: 30, maxRequests: 40 } }, 5);
  const open: PoolRequest[] = [];
  const random = randomNumbers(7);
  for (let i = 0; i < 1000; i++) {
    open.push(bench.start());
    const connection = bench.transport.connections[bench.transport.connections.length - 1 - random(4)];
    if (connection?.open) {
      const what = random(12);
      const codec = bench.codecs.all.find((each) => each.connection === connection);
      if (codec === undefined) what < 10 ? connection.connected() : connection.fail('delayed connect error: Connection refused');
      else if (what === 0) connection.fail();
      else if (what === 1) codec.goAway(LEFT_ASKED);
      else if (what === 2) codec.allow(random(6));
      else {
        const stream = codec.streams.filter((each) => each.resetWith === null)[random(codec.streams.length)];
        if (what < 5) stream?.reset(FAULTS.LOCAL_RESET);
        else if (stream !== undefined) codec.free(stream, false);
      }
    }
    if (random(5) === 0) open[random(open.length)]?.pending?.cancel();
    bench.dispatcher.turn();
  }
  noCharges(t, bench, 4);
  t.end();
});
