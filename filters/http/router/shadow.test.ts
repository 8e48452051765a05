import t from 'tap';
import { FAULTS } from '../../../src/http/faults.ts';
import { pinName } from '../../../src/http/header-name.ts';
import { Headers } from '../../../src/http/headers.ts';
import type { ClusterHandle, RequestMirror } from '../../../src/http/route.ts';
import { fieldsOf } from '../../../test/support/http-manager.ts';
import { RouterBench, type RouterBenchOptions } from '../../../test/support/router-bench.ts';
import { type FakeStream, TestCluster, type TestClusterOptions } from '../../../test/support/upstream-doubles.ts';

interface Setting extends RouterBenchOptions {
  readonly mirror?: TestClusterOptions;
  readonly limit?: number;
}

/** A router whose requests are copied to a second cluster. */
class MirrorBench extends RouterBench {
  readonly mirror: TestCluster;

  constructor(options: Setting = {}) {
    const mirror = new TestCluster({ name: 'mirror', ...options.mirror });
    const handle: ClusterHandle = { name: 'mirror', current: mirror.state };
    const policy: RequestMirror = {
      pickCluster: () => handle,
      change: (headers) => {
        headers.authority += '-shadow';
      },
    };
    super({ ...options, entry: { mirrors: [policy], replayLimit: options.limit ?? -1, ...options.entry } });
    this.mirror = mirror;
  }

  /** The copy, as the mirror's connection got it. */
  get copy(): FakeStream {
    return this.mirror.codec().last;
  }

  connectMirror(): FakeStream {
    this.mirror.connection().connected();
    return this.copy;
  }

  internal(status: number): number | undefined {
    return this.mirror.dynamic[`internal.upstream_rq_${status}`];
  }
}

t.test('a request goes to the mirror as well, and its answer goes nowhere', (t) => {
  const bench = new MirrorBench({ fields: { a: 'b', 'x-forwarded-for': '1.2.3.4' } });
  bench.stream.requestHeaders.authority = 'host';
  bench.start();
  const upstream = bench.connect();
  const copy = bench.connectMirror();
  t.equal(upstream.head?.authority, 'host');
  t.equal(copy.head?.authority, 'host-shadow');
  t.match(fieldsOf(copy.head), { a: 'b', 'x-envoy-internal': 'true', 'x-forwarded-for': /^1\.2\.3\.4,[\d.]+$/ });
  t.same(fieldsOf(upstream.head)['x-forwarded-for'], '1.2.3.4', 'the original is not touched');
  copy.respond(500, 'nobody reads this');
  t.equal(bench.stream.responseHeaders, null);
  upstream.respond(200);
  t.equal(bench.stream.responseHeaders?.status, 200);
  t.equal(bench.internal(500), 1);
  t.equal(bench.mirror.stat('upstream_rq_active'), 0);
  t.end();
});

t.test('the answer of the mirror may come after the stream is over', (t) => {
  const bench = new MirrorBench().start();
  bench.connect().respond(200);
  bench.filter.onDestroy(bench.stream);
  const copy = bench.connectMirror();
  t.equal(copy.resetWith, null);
  copy.respond(204);
  t.equal(bench.internal(204), 1);
  t.end();
});

t.test('bodies and trailers are copied as they come, whoever is ready first', (t) => {
  for (const first of ['upstream', 'mirror'] as const) {
    const bench = new MirrorBench().start(false);
    if (first === 'upstream') bench.connect();
    else bench.connectMirror();
    bench.body('one ');
    bench.body('two ');
    const copy = first === 'upstream' ? bench.connectMirror() : bench.copy;
    if (first === 'mirror') bench.connect();
    bench.body('three');
    t.equal(copy.body, 'one two three');
    t.equal(bench.upstream.body, 'one two three');
    const trailers = new Headers();
    trailers.add(pinName('x-end'), '1');
    bench.filter.decodeTrailers(bench.stream, trailers);
    t.same(fieldsOf(copy.trailers), { 'x-end': '1' });
    t.equal(copy.ended, true);
  }
  t.end();
});

t.test('what a slow mirror does not take waits, and the original does not', (t) => {
  const bench = new MirrorBench({ limit: 10 }).start(false);
  bench.connect();
  const copy = bench.connectMirror();
  copy.callbacks?.onAboveHighWatermark();
  bench.body('12345');
  bench.body('', true);
  t.equal(bench.upstream.body, '12345');
  t.equal(bench.upstream.ended, true);
  t.equal(bench.stream.readDisabled, 0);
  t.equal(copy.body, '');
  copy.callbacks?.onBelowLowWatermark();
  t.equal(copy.body, '12345');
  t.equal(copy.ended, true);
  t.end();
});

t.test('an end without bytes is not forgotten either', (t) => {
  const bench = new MirrorBench().start(false);
  bench.connect();
  const copy = bench.connectMirror();
  copy.callbacks?.onAboveHighWatermark();
  bench.body('', true);
  t.equal(copy.ended, false);
  copy.callbacks?.onBelowLowWatermark();
  t.equal(copy.ended, true);
  t.end();
});

t.test('a copy that would need too much memory is given up and counted', (t) => {
  const bench = new MirrorBench({ limit: 8 }).start(false);
  bench.connect();
  const copy = bench.connectMirror();
  copy.callbacks?.onAboveHighWatermark();
  bench.body('12345');
  bench.body('67890');
  bench.body('more', true);
  t.equal(copy.resetWith, FAULTS.LOCAL_RESET);
  t.equal(bench.mirror.stat('retry_or_shadow_abandoned'), 1);
  t.equal(bench.upstream.body, '1234567890more');
  bench.upstream.respond(200);
  t.equal(bench.stream.responseHeaders?.status, 200);
  t.end();
});

t.test('a copy whose request is cut off is cut off too', (t) => {
  const bench = new MirrorBench().start(false);
  bench.connect();
  const copy = bench.connectMirror();
  bench.body('half');
  bench.filter.onDestroy(bench.stream);
  t.equal(copy.resetWith, FAULTS.LOCAL_RESET);
  t.end();
});

t.test('a mirror has as much time as the upstream', (t) => {
  const bench = new MirrorBench({ entry: { timeoutMs: 100 } }).start();
  bench.connect().respond(200);
  const copy = bench.connectMirror();
  bench.cluster.dispatcher.advance(200);
  t.equal(copy.resetWith, FAULTS.LOCAL_RESET);
  t.equal(bench.mirror.stat('upstream_rq_timeout'), 1);
  t.equal(bench.internal(504), 1);
  t.end();
});

t.test('a mirror that cannot be reached, has no hosts or no room counts failures and nothing else', (t) => {
  const refused = new MirrorBench().start();
  refused.mirror.connection().fail('refused');
  t.equal(refused.internal(503), 1);
  const empty = new MirrorBench({ mirror: { hosts: [] } }).start();
  t.equal(empty.internal(503), 1);
  t.equal(empty.mirror.stat('upstream_cx_none_healthy'), 1);
  const full = new MirrorBench({ mirror: { thresholds: { maxPending: 0 } } }).start();
  t.equal(full.internal(503), 1);
  t.equal(full.mirror.stat('upstream_rq_pending_overflow'), 1);
  for (const bench of [refused, empty, full]) {
    t.equal(bench.stream.reply, null);
    bench.connect().respond(200);
    t.equal(bench.stream.responseHeaders?.status, 200);
  }
  t.end();
});

t.test('without a host for the original nothing is copied, nor are CONNECT and upgrades', (t) => {
  const lost = new MirrorBench({ cluster: { hosts: [] } }).start();
  t.equal(lost.mirror.transport.connections.length, 0);
  const connect = new MirrorBench();
  connect.stream.requestHeaders.method = 'CONNECT';
  connect.start(false);
  t.equal(connect.mirror.transport.connections.length, 0);
  const upgrade = new MirrorBench();
  upgrade.stream.requestHeaders.protocol = 'websocket';
  upgrade.start(false);
  t.equal(upgrade.mirror.transport.connections.length, 0);
  t.end();
});
