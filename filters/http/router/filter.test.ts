import t from 'tap';
import { FAULTS } from '../../../src/http/faults.ts';
import { STOP_ITERATION } from '../../../src/http/filter.ts';
import { resolveName } from '../../../src/http/header-name.ts';
import { Headers } from '../../../src/http/headers.ts';
import type { HeaderMutations } from '../../../src/http/route.ts';
import type { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import { fieldsOf } from '../../../test/support/http-manager.ts';
import { RouterBench, type RouterBenchOptions } from '../../../test/support/router-bench.ts';

function add(name: string, value: string): HeaderMutations {
  return { apply: (headers) => headers.add(resolveName(name), value) };
}

const toNewPath = {
  apply(headers: Headers): void {
    headers.path = '/new';
    headers.set(resolveName('x-envoy-original-path'), '/');
  },
};

function setUp(options: RouterBenchOptions = {}): RouterBench {
  return new RouterBench(options).start(options.end ?? true);
}

t.test('a request goes to a host of the cluster and its response comes back', (t) => {
  const bench = setUp();
  const upstream = bench.connect();
  t.equal(upstream.head, bench.stream.requestHeaders);
  t.equal(upstream.ended, true);
  t.same(bench.sent, { 'x-envoy-expected-rq-timeout-ms': '15000' });
  bench.cluster.dispatcher.advance(7);
  upstream.respond(200, 'hello');
  t.same(bench.stream.events, ['head 200', 'data hello', 'end']);
  t.same(fieldsOf(bench.stream.responseHeaders), { 'x-envoy-upstream-service-time': '7' });
  t.equal(bench.count('rq_total'), 1);
  t.match(bench.cluster.counted, { upstream_rq_completed: 1, upstream_rq_total: 1 });
  t.equal(bench.host('rq_success'), 1);
  t.end();
});

t.test('the stream knows whom it was sent to, and when', (t) => {
  const bench = setUp({ cluster: { hosts: [{ hostname: 'one.local' }], settings: { statName: 'other' } } });
  t.equal(bench.stream.info.upstreamHost, bench.cluster.host().address, 'also while it waits');
  bench.cluster.dispatcher.advance(3);
  const upstream = bench.connect();
  t.match(bench.stream.info, {
    upstreamCluster: 'test',
    upstreamClusterStatName: 'other',
    upstreamHostName: 'one.local',
    upstreamLocalAddress: bench.cluster.connection().localAddress,
    upstreamConnectionId: bench.cluster.connection().id,
    upstreamProtocol: 'HTTP/1.1',
    upstreamRequestStart: 3,
    upstreamRequestEnd: 3,
    attempts: 1,
  });
  bench.cluster.dispatcher.advance(4);
  upstream.respondHead(200);
  bench.cluster.dispatcher.advance(5);
  upstream.data('x', true);
  t.match(bench.stream.info, { upstreamResponseStart: 7, upstreamResponseEnd: 12, responseCodeDetails: 'via_upstream', flags: 0 });
  t.end();
});

t.test('a request that matches no route is 404', (t) => {
  const bench = new RouterBench();
  bench.stream.chosen = null;
  bench.start();
  t.equal(bench.stream.reply?.fault, FAULTS.ROUTE_NOT_FOUND);
  t.equal(bench.count('no_route'), 1);
  t.end();
});

t.test('a cluster that does not exist answers as the route says, with its headers', (t) => {
  const bench = setUp({ missing: true, entry: { clusterNotFoundStatus: 404 }, route: { responseMutations: add('x-added', 'yes') } });
  t.match(bench.stream.reply, { status: 404, body: '', fault: FAULTS.CLUSTER_NOT_FOUND });
  t.same(fieldsOf(bench.stream.reply?.headers ?? null), { 'x-added': 'yes' });
  t.equal(bench.count('no_cluster'), 1);
  t.equal(bench.stream.info.attempts, 0);
  t.end();
});

t.test('redirects and direct responses are answered from here', (t) => {
  const redirect = setUp({
    action: { kind: 'redirect', status: 301, location: () => 'https://host/x' },
    route: { responseMutations: add('x-added', 'yes') },
  });
  t.match(redirect.stream.reply, { status: 301, body: '', fault: { details: 'direct_response' } });
  t.same(fieldsOf(redirect.stream.reply?.headers ?? null), { location: 'https://host/x', 'x-added': 'yes' });
  const direct = setUp({ action: { kind: 'direct_response', status: 418, body: 'hey' } });
  t.match(direct.stream.reply, { status: 418, body: 'hey', fault: { details: 'direct_response', flag: 0 } });
  t.equal(redirect.count('rq_direct_response'), 1);
  t.end();
});

t.test('without a healthy host it is 503', (t) => {
  const bench = setUp({ cluster: { hosts: [] } });
  t.equal(bench.stream.reply?.fault, FAULTS.NO_HEALTHY_UPSTREAM);
  t.match(bench.cluster.counted, { upstream_cx_none_healthy: 1, upstream_rq_completed: 1, lb_healthy_panic: 1 });
  t.equal(bench.stream.info.attempts, 1);
  t.equal(bench.stream.info.upstreamHost, null);
  t.end();
});

t.test('an open circuit breaker says so', (t) => {
  const bench = setUp({ cluster: { thresholds: { maxPending: 0 } }, route: { responseMutations: add('x-added', 'yes') } });
  t.equal(bench.stream.reply?.fault, FAULTS.UPSTREAM_OVERFLOW);
  t.same(fieldsOf(bench.stream.reply?.headers ?? null), { 'x-added': 'yes', 'x-envoy-overloaded': 'true' });
  t.equal(bench.stream.info.upstreamHost, null);
  const quiet = setUp({ cluster: { thresholds: { maxPending: 0 } }, router: { suppressEnvoyHeaders: true } });
  t.same(fieldsOf(quiet.stream.reply?.headers ?? null), {});
  t.end();
});

t.test('a refused connection names its reason in details and for the log', (t) => {
  const bench = setUp();
  bench.cluster.connection().fail('delayed connect error: Connection refused');
  t.match(bench.stream.reply, {
    status: 503,
    body: 'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
    fault: { details: 'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}' },
  });
  t.equal(bench.stream.info.upstreamTransportFailure, 'delayed connect error: Connection refused');
  t.equal(bench.stream.info.upstreamHost, bench.cluster.host().address);
  t.equal(bench.host('rq_error'), 1);
  t.equal(bench.cluster.dispatcher.timers.armedCount, 0, 'the route timeout is not left behind');
  t.end();
});

t.test('a connection that ends before the response is 503, and a broken response 502', (t) => {
  const ended = setUp();
  ended.connect();
  ended.cluster.connection().fail();
  t.equal(ended.stream.reply?.fault, FAULTS.CONNECTION_TERMINATION);
  const broken = setUp();
  broken.connect().fail(FAULTS.UPSTREAM_PROTOCOL_ERROR);
  t.match(broken.stream.reply, { status: 502, fault: FAULTS.UPSTREAM_PROTOCOL_ERROR });
  t.match(broken.cluster.counted, { upstream_cx_protocol_error: 1 });
  t.end();
});

t.test("a request that cannot be written to its end is reset, and is nobody's error", (t) => {
  const bench = setUp();
  bench.connect().fail(FAULTS.REQUEST_LENGTH_MISMATCH);
  t.equal(bench.stream.resetWith, FAULTS.REQUEST_LENGTH_MISMATCH);
  t.equal(bench.stream.reply, null);
  t.notOk('upstream_rq_completed' in bench.cluster.counted);
  t.equal(bench.host('rq_error'), 0);
  t.end();
});

t.test('a response that breaks off resets the stream', (t) => {
  const bench = setUp();
  const upstream = bench.connect();
  upstream.respondHead(200);
  upstream.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR);
  t.match(bench.stream.resetWith, { code: 'UPSTREAM_PROTOCOL_ERROR', details: 'upstream_reset_after_response_started{protocol_error}' });
  t.equal(bench.stream.reply, null);
  t.match(bench.cluster.counted, { upstream_rq_completed: 1 }, 'the response was counted when it began');
  t.end();
});

t.test('the route timeout answers 504 and gives the attempt up', (t) => {
  const bench = setUp({ entry: { timeoutMs: 300 } });
  const upstream = bench.connect();
  bench.cluster.dispatcher.advance(320);
  t.match(bench.stream.reply, { status: 504, body: 'upstream request timeout', fault: FAULTS.UPSTREAM_TIMEOUT });
  t.equal(upstream.resetWith, FAULTS.LOCAL_RESET);
  t.match(bench.cluster.counted, { upstream_rq_timeout: 1, upstream_rq_completed: 1 });
  t.equal(bench.host('rq_timeout'), 1);
  t.equal(bench.host('rq_error'), 1);
  t.end();
});

t.test('it covers waiting for a connection, and the whole response', (t) => {
  const waiting = setUp({ entry: { timeoutMs: 300 } });
  waiting.cluster.dispatcher.advance(320);
  t.equal(waiting.stream.reply?.status, 504);
  t.match(waiting.cluster.counted, { upstream_rq_cancelled: 1, upstream_rq_timeout: 1 });
  const late = setUp({ entry: { timeoutMs: 300 } });
  late.connect().respondHead(200);
  late.cluster.dispatcher.advance(320);
  t.equal(late.stream.resetWith, FAULTS.UPSTREAM_TIMEOUT);
  t.match(late.cluster.counted, { upstream_rq_timeout: 1 });
  t.end();
});

t.test('the timeout begins when the request is complete, and 0 means none', (t) => {
  const bench = setUp({ entry: { timeoutMs: 300 }, end: false });
  const upstream = bench.connect();
  bench.cluster.dispatcher.advance(1000);
  t.equal(bench.stream.reply, null);
  bench.body('x', true);
  bench.cluster.dispatcher.advance(200);
  upstream.respond(200);
  t.same(bench.stream.events, ['head 200', 'end']);
  t.match(fieldsOf(bench.stream.responseHeaders), { 'x-envoy-upstream-service-time': '200' });
  const never = setUp({ entry: { timeoutMs: 0 } });
  never.connect();
  never.cluster.dispatcher.advance(3_000_000);
  t.equal(never.stream.reply, null);
  t.same(never.sent, {});
  t.end();
});

t.test('a timeout that the request brings is honoured and removed', (t) => {
  const fields = { 'x-envoy-upstream-rq-timeout-ms': '100', 'x-envoy-upstream-rq-per-try-timeout-ms': '50' };
  const bench = setUp({ fields });
  bench.connect();
  t.same(bench.sent, { 'x-envoy-expected-rq-timeout-ms': '50' });
  bench.cluster.dispatcher.advance(60);
  t.match(bench.stream.reply, { status: 504, fault: FAULTS.PER_TRY_TIMEOUT });
  const longer = setUp({ fields: { ...fields, 'x-envoy-upstream-rq-per-try-timeout-ms': '100' } });
  longer.connect();
  t.same(longer.sent, { 'x-envoy-expected-rq-timeout-ms': '100' });
  longer.cluster.dispatcher.advance(120);
  t.match(longer.stream.reply, { status: 504, fault: FAULTS.UPSTREAM_TIMEOUT }, 'an attempt cannot take longer than everything');
  const junk = setUp({ fields: { 'x-envoy-upstream-rq-timeout-ms': '1s' } });
  junk.connect();
  t.same(junk.sent, { 'x-envoy-expected-rq-timeout-ms': '15000' });
  const unlimited = setUp({ fields: { 'x-envoy-upstream-rq-timeout-ms': '0' } });
  unlimited.connect();
  t.same(unlimited.sent, {});
  t.end();
});

t.test('the expected timeout of the proxy before is respected where configured', (t) => {
  const bench = setUp({ fields: { 'x-envoy-expected-rq-timeout-ms': '70' }, router: { respectExpectedTimeout: true } });
  bench.connect();
  t.same(bench.sent, { 'x-envoy-expected-rq-timeout-ms': '70' });
  bench.cluster.dispatcher.advance(90);
  t.equal(bench.stream.reply?.status, 504);
  t.end();
});

t.test('routes add, rewrite and count attempts on the way up, and add on the way back', (t) => {
  const bench = setUp({
    entry: { rewrite: toNewPath },
    route: {
      virtualHost: { name: 'v', includeAttemptCount: true, includeAttemptCountInResponse: true },
      requestMutations: add('x-up', '1'),
      responseMutations: add('x-down', '2'),
    },
  });
  const upstream = bench.connect();
  t.equal(upstream.head?.path, '/new');
  t.same(bench.sent, {
    'x-envoy-expected-rq-timeout-ms': '15000',
    'x-envoy-attempt-count': '1',
    'x-up': '1',
    'x-envoy-original-path': '/',
  });
  upstream.respond(200);
  t.same(fieldsOf(bench.stream.responseHeaders), { 'x-envoy-upstream-service-time': '0', 'x-down': '2', 'x-envoy-attempt-count': '1' });
  const refused = setUp({ route: { virtualHost: { name: 'v', includeAttemptCount: false, includeAttemptCountInResponse: true } } });
  refused.cluster.connection().fail('x');
  t.same(fieldsOf(refused.stream.reply?.headers ?? null), { 'x-envoy-attempt-count': '1' });
  t.end();
});

t.test('suppressed Envoy headers are not added, and those of others stay', (t) => {
  const rewrite = {
    apply: (headers: Headers, _info: StreamInfo, tell: boolean) => {
      if (tell) headers.set(resolveName('x-envoy-original-path'), '/mine');
    },
  };
  const bench = setUp({ router: { suppressEnvoyHeaders: true }, entry: { rewrite } });
  const upstream = bench.connect();
  t.same(bench.sent, {});
  upstream.respond(200);
  t.same(fieldsOf(bench.stream.responseHeaders), {});
  const before = setUp({ router: { suppressEnvoyHeaders: true }, entry: { rewrite }, fields: { 'x-envoy-original-path': '/theirs' } });
  before.connect();
  t.same(before.sent, { 'x-envoy-original-path': '/theirs' });
  t.end();
});

t.test('the authority becomes the name of the chosen host, where it has one', (t) => {
  const to = (hostname: string, entry: object, router: object = {}) => {
    const bench = new RouterBench({ entry: { autoHost: true, ...entry }, router });
    Object.assign(bench.cluster.host(), { hostname });
    bench.stream.requestHeaders.authority = 'old';
    const upstream = bench.start().connect();
    const { 'x-envoy-original-host': original, 'x-forwarded-host': forwarded } = bench.sent;
    return [upstream.head?.authority, original, forwarded];
  };
  t.same(to('its.name', {}), ['its.name', 'old', undefined]);
  t.same(to('its.name', { appendForwardedHost: true }), ['its.name', 'old', 'old']);
  t.same(to('its.name', {}, { suppressEnvoyHeaders: true }), ['its.name', undefined, undefined]);
  t.same(to('', {}), ['old', undefined, undefined]);
  t.same(to('its.name', { autoHost: false }), ['old', undefined, undefined]);
  t.end();
});

t.test('the service time of the proxy behind is replaced', (t) => {
  const bench = setUp();
  const fields = new Headers();
  fields.add(resolveName('x-envoy-upstream-service-time'), '99');
  const upstream = bench.connect();
  bench.cluster.dispatcher.advance(300);
  upstream.respond(200, '', fields);
  t.same(fieldsOf(bench.stream.responseHeaders), { 'x-envoy-upstream-service-time': '300' });
  t.end();
});

t.test('a body that comes before the connection is kept, sent and then streamed', (t) => {
  const bench = setUp({ end: false });
  bench.body('one ');
  bench.body('two ');
  const upstream = bench.connect();
  t.equal(upstream.body, 'one two ');
  bench.body('three', true);
  t.equal(upstream.body, 'one two three');
  t.equal(upstream.ended, true);
  t.equal(bench.stream.readDisabled, 0);
  t.end();
});

t.test('a whole request may wait', (t) => {
  const bench = setUp({ end: false });
  bench.body('body');
  const trailers = new Headers();
  t.equal(bench.filter.decodeTrailers(bench.stream, trailers), STOP_ITERATION);
  const upstream = bench.connect();
  t.match(upstream, { body: 'body', ended: true, trailers });
  t.equal(bench.stream.info.upstreamRequestEnd, 0);
  t.end();
});

t.test('trailers of a streamed request follow it', (t) => {
  const bench = setUp({ end: false });
  const upstream = bench.connect();
  bench.body('x');
  const trailers = new Headers();
  bench.filter.decodeTrailers(bench.stream, trailers);
  t.match(upstream, { body: 'x', ended: true, trailers });
  t.end();
});

t.test('what waits is bounded: the client is not read on until it is sent', (t) => {
  const bench = new RouterBench();
  bench.stream.bufferLimit = 8;
  bench.start(false);
  bench.body('12345');
  t.equal(bench.stream.readDisabled, 0);
  bench.body('678');
  t.equal(bench.stream.readDisabled, 1);
  bench.connect();
  t.equal(bench.stream.readDisabled, 0);
  const failed = new RouterBench();
  failed.stream.bufferLimit = 1;
  failed.start(false).body('xx');
  failed.cluster.connection().fail('x');
  t.equal(failed.stream.readDisabled, 0, 'also when nothing comes of it');
  t.end();
});

t.test('a slow upstream stops the client, a slow client the upstream', (t) => {
  const bench = setUp({ end: false });
  const upstream = bench.connect();
  bench.cluster.codec().onAboveHighWatermark();
  t.equal(bench.stream.readDisabled, 1);
  bench.cluster.codec().onBelowLowWatermark();
  t.equal(bench.stream.readDisabled, 0);
  bench.filter.onDownstreamAboveHighWatermark();
  t.equal(upstream.readDisabled, 1);
  bench.filter.onDownstreamBelowLowWatermark();
  t.equal(upstream.readDisabled, 0);
  bench.cluster.codec().onAboveHighWatermark();
  upstream.respond(200);
  t.equal(bench.stream.readDisabled, 0, 'an attempt that is over holds nobody back');
  t.end();
});

t.test('a client that goes away ends the attempt, or the wait', (t) => {
  const running = setUp();
  const upstream = running.connect();
  running.filter.onDestroy(running.stream);
  t.equal(upstream.resetWith, FAULTS.DOWNSTREAM_RESET);
  t.notOk('upstream_rq_completed' in running.cluster.counted);
  const waiting = setUp();
  waiting.filter.onDestroy(waiting.stream);
  t.match(waiting.cluster.counted, { upstream_rq_cancelled: 1 });
  waiting.cluster.dispatcher.advance(4000);
  t.same(waiting.stream.events, []);
  const done = setUp();
  const finished = done.connect();
  finished.respond(200);
  done.filter.onDestroy(done.stream);
  t.equal(finished.resetWith, null);
  t.end();
});

t.test('a response before the end of the request ends the request', (t) => {
  const bench = setUp({ end: false });
  const upstream = bench.connect();
  upstream.respond(413);
  t.same(bench.stream.events, ['head 413', 'end']);
  t.equal(upstream.resetWith, FAULTS.LOCAL_RESET);
  t.same(fieldsOf(bench.stream.responseHeaders), {}, 'there is no service time yet');
  bench.body('late', true);
  t.equal(upstream.body, '');
  t.end();
});

t.test('1xx and trailers pass', (t) => {
  const bench = setUp();
  const upstream = bench.connect();
  const early = new Headers();
  early.status = 103;
  upstream.decoder.decodeInformational(early);
  upstream.respondHead(200);
  upstream.data('x', false);
  upstream.trailersEnd(new Headers());
  t.same(bench.stream.events, ['1xx 103', 'head 200', 'data x', 'trailers', 'end']);
  t.end();
});

t.test('internal requests are counted apart, and nothing without dynamic stats', (t) => {
  const codes = (bench: RouterBench): string[] => {
    const names: string[] = [];
    const group = bench.cluster.state.stats as unknown as { counters: Map<string, unknown> | null };
    for (const name of group.counters?.keys() ?? []) names.push(name);
    return names.filter((name) => name.endsWith('_200'));
  };
  const internal = setUp({ fields: { 'x-envoy-internal': 'true' } });
  internal.connect().respond(200);
  t.same(codes(internal), ['upstream_rq_200', 'internal.upstream_rq_200']);
  const external = setUp();
  external.connect().respond(200);
  t.same(codes(external), ['upstream_rq_200', 'external.upstream_rq_200']);
  const quiet = setUp({ router: { dynamicStats: false } });
  quiet.connect().respond(200);
  t.same(codes(quiet), []);
  t.notOk('upstream_rq_completed' in quiet.cluster.counted);
  t.end();
});

t.test('5xx are errors of the host, everything else is a success', (t) => {
  for (const [status, success, error] of [
    [200, 1, 0],
    [404, 1, 0],
    [500, 0, 1],
    [503, 0, 1],
  ] as const) {
    const bench = setUp();
    bench.connect().respond(status);
    t.same([bench.host('rq_success'), bench.host('rq_error')], [success, error], String(status));
  }
  t.end();
});

t.test('of gRPC responses the status in the trailers counts', (t) => {
  const grpc = (): RouterBench => setUp({ fields: { 'content-type': 'application/grpc' } });
  const trailersOf = (status: string): Headers => {
    const trailers = new Headers();
    trailers.add(resolveName('grpc-status'), status);
    return trailers;
  };
  const results = (bench: RouterBench): number[] => [bench.host('rq_success'), bench.host('rq_error')];
  const good = grpc();
  const upstream = good.connect();
  upstream.respondHead(200);
  t.same(results(good), [0, 0]);
  upstream.trailersEnd(trailersOf('5'));
  t.same(results(good), [1, 0], 'NOT_FOUND is no fault of the host');
  const bad = grpc();
  const second = bad.connect();
  second.respondHead(200);
  second.trailersEnd(trailersOf('14'));
  t.same(results(bad), [0, 1]);
  const only = grpc();
  only.connect().respond(200, '', trailersOf('0'));
  t.same(results(only), [1, 0], 'trailers-only');
  const none = grpc();
  none.connect().respond(200, 'no trailers');
  t.same(results(none), [0, 1]);
  const cut = grpc();
  const third = cut.connect();
  third.respondHead(200);
  third.fail(FAULTS.CONNECTION_TERMINATION);
  t.same(results(cut), [0, 1]);
  t.equal(cut.count('rq_reset_after_downstream_response_started'), 1);
  t.end();
});

t.test('the priority of the route chooses the circuit breaker', (t) => {
  const bench = setUp({ entry: { highPriority: true } });
  bench.cluster.connection().connected();
  t.ok(bench.cluster.host().pools[0]?.selector.high);
  t.end();
});

t.test('the hash of the route reaches the balancer, and picks do not follow the choice of the cluster', (t) => {
  const seen: number[] = [];
  const bench = new RouterBench({ entry: { hash: { hash: () => 77 } } });
  bench.cluster.state.picker = {
    pick: (context) => {
      seen.push(context.hash, context.random);
      return bench.cluster.host();
    },
  };
  bench.start();
  t.equal(seen[0], 77);
  t.type(seen[1], 'number');
  t.end();
});
