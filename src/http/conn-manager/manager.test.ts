import t from 'tap';
import { fieldsOf, ManagerFixture, requestHead, responseHead } from '../../../test/support/http-manager.ts';
import { CLOSE_NO_FLUSH } from '../../net/connection.ts';
import type { LogEntry } from '../../telemetry/access-log.ts';
import { logTypeName } from '../../telemetry/log-type.ts';
import { FAULTS } from '../faults.ts';
import { pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { RouteEntry } from '../route.ts';

const FROM = pinName('x-from');

const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT';

t.test('a response gets date and server, and loses what is of a connection', (t) => {
  const fixture = new ManagerFixture();
  const exchange = fixture.request();
  fixture.last.respond(200, 'x', {
    server: 'mine',
    connection: 'keep-alive, x-foo',
    'keep-alive': '5',
    'transfer-encoding': 'chunked',
    upgrade: 'h2c',
    'x-foo': '1',
  });
  t.same(fieldsOf(exchange.head), { server: 'envoy', 'x-foo': '1', date: DATE });
  const second = fixture.request();
  fixture.last.respond(200, '', { date: 'theirs' });
  t.same(fieldsOf(second.head), { date: 'theirs', server: 'envoy' });
  t.end();
});

t.test('server can be passed through or only filled in; via and the request id can be told', (t) => {
  const through = new ManagerFixture({ settings: { server: null } });
  const a = through.request();
  through.last.respond(200, '', { server: 'mine' });
  t.equal(fieldsOf(a.head)['server'], 'mine');
  const filled = new ManagerFixture({ settings: { serverIfAbsent: true, via: 'v1', requestIdInResponse: true } });
  const b = filled.request(requestHead('/', { 'x-request-id': 'mine' }));
  filled.last.respond(200, '', { server: 'mine', via: 'up' });
  t.same(fieldsOf(b.head), { server: 'mine', via: 'up, v1', date: DATE, 'x-request-id': 'mine' });
  const c = filled.request();
  filled.last.respond();
  t.equal(fieldsOf(c.head)['server'], 'envoy');
  t.end();
});

t.test('everything is counted under Envoy’s names', (t) => {
  const fixture = new ManagerFixture();
  fixture.connection.push('12345');
  for (const status of [200, 302, 404, 503]) {
    fixture.request();
    fixture.advance(20);
    fixture.last.respond(status);
  }
  fixture.connection.bytesSent = 77;
  fixture.connection.fail();
  t.same(fixture.stats.counted, {
    'http.in.downstream_cx_destroy': 1,
    'http.in.downstream_cx_destroy_remote': 1,
    'http.in.downstream_cx_http1_total': 1,
    'http.in.downstream_cx_rx_bytes_total': 5,
    'http.in.downstream_cx_total': 1,
    'http.in.downstream_cx_tx_bytes_total': 77,
    'http.in.downstream_rq_2xx': 1,
    'http.in.downstream_rq_3xx': 1,
    'http.in.downstream_rq_4xx': 1,
    'http.in.downstream_rq_5xx': 1,
    'http.in.downstream_rq_completed': 4,
    'http.in.downstream_rq_http1_total': 4,
    'http.in.downstream_rq_total': 4,
    'listener.l.http.in.downstream_rq_2xx': 1,
    'listener.l.http.in.downstream_rq_3xx': 1,
    'listener.l.http.in.downstream_rq_4xx': 1,
    'listener.l.http.in.downstream_rq_5xx': 1,
    'listener.l.http.in.downstream_rq_completed': 4,
  });
  t.same(fixture.stats.records.get('http.in.downstream_rq_time'), [20, 20, 20, 20]);
  t.same(fixture.stats.records.get('http.in.downstream_cx_length_ms'), [80]);
  t.end();
});

t.test('a stream tells its whole story to the access log, once', (t) => {
  const fixture = new ManagerFixture();
  fixture.advance(5);
  const exchange = fixture.request(requestHead('/p', { 'x-request-id': 'id' }), false);
  fixture.advance(10);
  exchange.data('12345', true);
  fixture.advance(10);
  fixture.last.stream?.encodeHeaders(responseHead(200), false);
  fixture.advance(10);
  exchange.wireBytesReceived = 100;
  exchange.wireBytesSent = 200;
  fixture.last.stream?.encodeData(Buffer.from('123'), true);
  t.equal(fixture.logged.length, 1);
  t.match(fixture.logged[0]?.info, {
    protocol: 'HTTP/1.1',
    start: 5,
    requestComplete: 15,
    responseStart: 25,
    end: 35,
    bytesReceived: 5,
    bytesSent: 3,
    wireBytesReceived: 100,
    wireBytesSent: 200,
    responseCode: 200,
    requestId: 'id',
    flags: 0,
  });
  t.end();
});

t.test('a client that goes away resets its streams', (t) => {
  const fixture = new ManagerFixture();
  fixture.request(requestHead(), false);
  fixture.connection.pushEnd();
  fixture.connection.dispatcher.settle();
  t.equal(fixture.connection.closed, true);
  t.same(fixture.last.events, ['head /', 'destroy']);
  t.match(fixture.logged[0]?.info, { responseCode: 0, responseCodeDetails: 'downstream_remote_disconnect', flags: 1 << 14 });
  t.match(fixture.stats.counted, {
    'http.in.downstream_cx_destroy_remote': 1,
    'http.in.downstream_cx_destroy_active_rq': 1,
    'http.in.downstream_cx_destroy_remote_active_rq': 1,
    'http.in.downstream_rq_rx_reset': 1,
  });
  t.equal(fixture.count('downstream_cx_active'), 0);
  t.equal(fixture.count('downstream_rq_active'), 0);
  t.equal(fixture.connection.dispatcher.timers.armedCount, 0);
  t.end();
});

t.test('local replies: plain, HEAD, empty, gRPC', (t) => {
  const answer = (method: string, fields: Readonly<Record<string, string>>, status: number, body: string) => {
    const fixture = new ManagerFixture();
    const exchange = fixture.request(requestHead('/', fields, method));
    fixture.last.stream?.sendLocalReply(status, body, FAULTS.DIRECT_RESPONSE);
    return [exchange.head?.status, fieldsOf(exchange.head), exchange.body];
  };
  const base = { date: DATE, server: 'envoy' };
  t.same(answer('GET', {}, 200, 'hé'), [200, { 'content-length': '3', 'content-type': 'text/plain', ...base }, 'h\xc3\xa9']);
  t.same(answer('HEAD', {}, 200, 'hello\n'), [200, { 'content-length': '6', 'content-type': 'text/plain', ...base }, '']);
  t.same(answer('GET', {}, 404, ''), [404, base, '']);
  const grpc = { 'content-type': 'application/grpc' };
  t.same(answer('POST', grpc, 404, ''), [200, { ...grpc, 'grpc-status': '12', ...base }, '']);
  t.same(answer('POST', grpc, 429, 'a\nb'), [200, { ...grpc, 'grpc-status': '14', 'grpc-message': 'a%0Ab', ...base }, '']);
  t.end();
});

t.test('the route’s response headers go on local replies, and the caller’s where it brings some', (t) => {
  const action: RouteEntry = {
    kind: 'route',
    pickCluster: () => ({ name: 'c', current: {} }),
    clusterNotFoundStatus: 503,
    timeoutMs: 0,
    idleTimeoutMs: -1,
    rewrite: null,
    retryPolicy: null,
    hash: null,
  };
  const route = {
    name: 'r',
    virtualHost: { name: 'v', includeAttemptCount: false },
    action,
    filterSettings: [null],
    requestMutations: null,
    responseMutations: { apply: (headers: Headers) => headers.add(FROM, 'route') },
    decorator: null,
    metadata: null,
  };
  const fixture = new ManagerFixture({ route });
  const first = fixture.request();
  fixture.last.stream?.sendFault(FAULTS.UPSTREAM_TIMEOUT);
  t.equal(fieldsOf(first.head)['x-from'], 'route');
  const second = fixture.request();
  fixture.last.stream?.sendFault(FAULTS.UPSTREAM_TIMEOUT, { apply: (headers) => headers.add(FROM, 'caller') });
  t.equal(fieldsOf(second.head)['x-from'], 'caller');
  t.match(fixture.logged[0]?.info, { routeName: 'r', virtualHostName: 'v', upstreamCluster: 'c', responseCode: 504 });
  t.end();
});

t.test('a 400 closes the connection, other refusals do not', (t) => {
  const fixture = new ManagerFixture();
  fixture.request();
  fixture.last.stream?.sendLocalReply(403, '', FAULTS.UPGRADE_FAILED);
  t.equal(fixture.codec?.drained, false);
  fixture.request();
  fixture.last.stream?.sendLocalReply(400, '', FAULTS.DIRECT_RESPONSE);
  t.equal(fixture.codec?.drained, true);
  t.end();
});

t.test('stream_error_on_invalid_http_message keeps the connection after a 400', (t) => {
  for (const keepAfterInvalid of [false, true]) {
    const fixture = new ManagerFixture({ settings: { keepAfterInvalid } });
    t.equal(fixture.request(requestHead('/', {}, 'GET', '')).head?.status, 400);
    t.equal(fixture.codec?.drained, !keepAfterInvalid);
  }
  const broken = new ManagerFixture({ settings: { keepAfterInvalid: true } });
  broken.request().decoder?.onCodecError(FAULTS.BAD_MESSAGE);
  t.equal(broken.codec?.drained, true);
  t.end();
});

t.test('requests that no filter may see are answered at once', (t) => {
  const refused = (headers: ReturnType<typeof requestHead>) => {
    const fixture = new ManagerFixture();
    const exchange = fixture.request(headers);
    t.equal(fixture.last.stream, null);
    const { info } = fixture.logged[0] ?? {};
    return [exchange.head?.status, exchange.body, info?.responseCodeDetails, info?.flags];
  };
  t.same(refused(requestHead('/', {}, 'GET', '')), [400, '', 'missing_host_header', 0]);
  t.same(refused(requestHead('*')), [404, '', 'absolute_path_rejected', 0]);
  t.same(refused(requestHead('/a#b')), [400, '', 'path_normalization_failed', 0]);
  t.end();
});

t.test('expect: 100-continue is answered here unless it is the upstream’s business', (t) => {
  const fixture = new ManagerFixture();
  const exchange = fixture.request(requestHead('/', { expect: '100-Continue' }), false);
  t.same(exchange.events, ['100']);
  t.notOk('expect' in fieldsOf(fixture.last.stream?.requestHeaders ?? null));
  t.equal(fixture.count('downstream_rq_1xx'), 1);
  const through = new ManagerFixture({ settings: { proxy100Continue: true } });
  t.same(through.request(requestHead('/', { expect: '100-continue' }), false).events, []);
  t.ok('expect' in fieldsOf(through.last.stream?.requestHeaders ?? null));
  t.end();
});

t.test('a broken message is answered and logged, or resets what has begun', (t) => {
  const fixture = new ManagerFixture();
  fixture.connection.push('x');
  const early = fixture.codec?.earlyError(FAULTS.BAD_MESSAGE);
  t.equal(early?.head?.status, 400);
  t.equal(early?.body, 'Bad Request');
  t.equal(fixture.count('downstream_cx_protocol_error'), 1);
  t.match(fixture.logged[0]?.info, { responseCodeDetails: 'http1.codec_error', flags: 1 << 18, requestComplete: -1 });

  const second = new ManagerFixture();
  const exchange = second.request(requestHead(), false);
  second.last.stream?.encodeHeaders(responseHead(200), false);
  exchange.decoder?.onCodecError(FAULTS.BAD_MESSAGE);
  t.same(exchange.events, ['head 200', 'reset BAD_MESSAGE']);
  t.end();
});

t.test('request_timeout runs until the request is complete', (t) => {
  const fixture = new ManagerFixture({ timeouts: { request: 300 } });
  const done = fixture.request();
  fixture.advance(400);
  t.same(done.events, []);
  const late = fixture.request(requestHead(), false);
  late.data('x');
  fixture.advance(400);
  t.equal(late.head?.status, 408);
  t.equal(late.body, 'request timeout');
  t.equal(fixture.count('downstream_rq_timeout'), 1);
  t.equal(fixture.logged.at(-1)?.info.responseCodeDetails, 'request_overall_timeout');
  t.end();
});

t.test('request_headers_timeout gives up on a head that does not come', (t) => {
  const fixture = new ManagerFixture({ timeouts: { requestHeaders: 300 } });
  fixture.connection.push('partial');
  fixture.advance(200);
  fixture.connection.push('partial');
  fixture.advance(200);
  const [exchange] = fixture.codec?.exchanges ?? [];
  t.equal(exchange?.head?.status, 408);
  t.equal(exchange?.body, 'request header timeout');
  t.equal(fixture.count('downstream_rq_header_timeout'), 1);
  const patient = new ManagerFixture({ timeouts: { requestHeaders: 300 } });
  patient.connection.push('partial');
  patient.advance(200);
  patient.connection.push('done');
  patient.advance(400);
  t.same(patient.codec?.exchanges, []);
  t.end();
});

t.test('a stream without progress ends: 408 while the request is incomplete, else 504', (t) => {
  const fixture = new ManagerFixture({ timeouts: { streamIdle: 1000 } });
  const upload = fixture.request(requestHead(), false);
  for (let i = 0; i < 5; i++) {
    fixture.advance(900);
    upload.data('x');
  }
  t.same(upload.events, []);
  fixture.advance(1100);
  t.equal(upload.head?.status, 408);
  t.equal(upload.body, 'stream timeout');
  t.equal(fixture.logged[0]?.info.flags, 1 << 16);
  const waiting = new ManagerFixture({ timeouts: { streamIdle: 1000 } });
  const exchange = waiting.request();
  waiting.advance(1100);
  t.equal(exchange.head?.status, 504);
  t.equal(waiting.count('downstream_rq_idle_timeout'), 1);
  const begun = new ManagerFixture({ timeouts: { streamIdle: 1000 } });
  const second = begun.request();
  begun.last.stream?.encodeHeaders(responseHead(200), false);
  begun.advance(1100);
  t.same(second.events, ['head 200', 'reset STREAM_IDLE_TIMEOUT']);
  t.end();
});

t.test('a route may set its own end to streams, and a gRPC request its own', (t) => {
  const action = {
    kind: 'route' as const,
    pickCluster: () => ({ name: 'c', current: null }),
    clusterNotFoundStatus: 503,
    timeoutMs: 0,
    idleTimeoutMs: -1,
    rewrite: null,
    retryPolicy: null,
    hash: null,
    maxStream: { durationMs: 0, grpcMaxMs: 0, grpcOffsetMs: 0 },
  };
  const route = {
    name: 'r',
    virtualHost: { name: 'v', includeAttemptCount: false },
    action,
    filterSettings: [null],
    requestMutations: null,
    responseMutations: null,
    decorator: null,
    metadata: null,
  };
  const fixture = new ManagerFixture({ timeouts: { maxStreamDuration: 100 }, route });
  const free = fixture.request();
  fixture.advance(1000);
  t.equal(free.head, null, '0 lifts the limit of the connection manager');
  const grpc = fixture.request(requestHead('/', { 'content-type': 'application/grpc', 'grpc-timeout': '200m' }));
  t.match(fieldsOf(fixture.last.stream?.requestHeaders ?? null), { 'grpc-timeout': '200m' });
  fixture.advance(190);
  t.equal(grpc.head, null);
  fixture.advance(20);
  t.match(fieldsOf(grpc.head), { 'grpc-status': '4', 'grpc-message': 'downstream duration timeout' });
  t.end();
});

t.test('max_stream_duration ends a stream however busy it is', (t) => {
  const fixture = new ManagerFixture({ timeouts: { maxStreamDuration: 300 } });
  const exchange = fixture.request();
  fixture.advance(400);
  t.equal(exchange.head?.status, 504);
  t.equal(exchange.body, 'downstream duration timeout');
  const grpc = fixture.request(requestHead('/', { 'content-type': 'application/grpc' }));
  fixture.advance(400);
  t.equal(fieldsOf(grpc.head)['grpc-status'], '4');
  t.equal(fixture.count('downstream_rq_max_duration_reached'), 2);
  t.end();
});

t.test('an idle connection drains: its next request is its last, without one it closes', (t) => {
  const fixture = new ManagerFixture({ timeouts: { connectionIdle: 60_000, drain: 5000 } });
  for (let i = 0; i < 3; i++) {
    fixture.advance(50_000);
    fixture.request();
    fixture.last.respond();
  }
  fixture.advance(59_000);
  t.equal(fixture.count('downstream_cx_idle_timeout'), 0);
  fixture.advance(2000);
  t.equal(fixture.count('downstream_cx_idle_timeout'), 1);
  t.equal(fixture.connection.open, true);
  fixture.advance(5100);
  t.equal(fixture.connection.closed, true);
  t.equal(fixture.count('downstream_cx_destroy_local'), 1);

  const silent = new ManagerFixture({ timeouts: { connectionIdle: 1000 } });
  silent.advance(1100);
  t.equal(silent.connection.closed, true, 'a connection that never said anything closes at once');
  t.end();
});

t.test('draining says goodbye with the next response', (t) => {
  const fixture = new ManagerFixture();
  fixture.request();
  fixture.life.draining = true;
  fixture.manager.onDrain();
  fixture.last.respond();
  t.equal(fixture.codec?.drained, true);
  t.equal(fixture.count('downstream_cx_drain_close'), 1);
  fixture.connection.dispatcher.settle();
  t.equal(fixture.connection.closed, true);

  const idle = new ManagerFixture({ timeouts: { drain: 5000 } });
  idle.request();
  idle.last.respond();
  idle.manager.onDrain();
  idle.advance(4900);
  t.equal(idle.connection.open, true, 'an idle connection gets the drain time');
  idle.advance(200);
  t.equal(idle.connection.closed, true);
  t.end();
});

t.test('a connection ends after so many requests, or so long', (t) => {
  const fixture = new ManagerFixture({ settings: { maxRequests: 2 } });
  fixture.request();
  fixture.last.respond();
  t.equal(fixture.codec?.drained, false);
  fixture.request();
  fixture.last.respond();
  t.equal(fixture.codec?.drained, true);
  t.equal(fixture.count('downstream_cx_max_requests_reached'), 1);

  const old = new ManagerFixture({ timeouts: { maxConnectionDuration: 1000, drain: 200 } });
  old.request();
  old.advance(1500);
  old.last.respond();
  old.connection.dispatcher.settle();
  t.equal(old.count('downstream_cx_max_duration_reached'), 1);
  t.equal(old.connection.closed, true);
  t.end();
});

t.test('a connection that ends softly says so with the answer to the request after', (t) => {
  const fixture = new ManagerFixture({ timeouts: { maxConnectionDuration: 1000, drain: 200 }, settings: { safeMaxDuration: true } });
  fixture.request();
  fixture.advance(1500);
  t.equal(fixture.count('downstream_cx_http1_soft_drain'), 1);
  fixture.last.respond();
  t.equal(fixture.codec?.drained, false);
  fixture.advance(1000);
  t.equal(fixture.connection.closed, false, 'nothing is closed under a request that may be on its way');
  fixture.request();
  fixture.last.respond();
  t.equal(fixture.codec?.drained, true);
  fixture.connection.close(CLOSE_NO_FLUSH);
  fixture.connection.dispatcher.settle();
  t.equal(fixture.count('downstream_cx_http1_soft_drain'), 0);
  t.end();
});

t.test('jitter makes connections last longer by a share of their time', (t) => {
  const fixture = new ManagerFixture({ timeouts: { maxConnectionDuration: 1000, maxConnectionJitter: 1, drain: 100, drainJitter: 1 } });
  fixture.request();
  fixture.last.respond();
  fixture.advance(990);
  t.equal(fixture.count('downstream_cx_max_duration_reached'), 0);
  fixture.advance(1030);
  t.equal(fixture.count('downstream_cx_max_duration_reached'), 1);
  fixture.advance(230);
  t.equal(fixture.connection.closed, true);
  t.end();
});

t.test('logs are written when a request comes, and every now and then until it ends', (t) => {
  const types: string[] = [];
  const log = (entry: LogEntry) => void types.push(`${logTypeName(entry)} ${entry.info.responseCode} ${entry.info.end >= 0}`);
  const accessLogs = [{ log, flush() {} }];
  const fixture = new ManagerFixture({ timeouts: { logEvery: 100 }, settings: { accessLogs, logRequests: true, logTunnels: true } });
  fixture.request();
  fixture.advance(250);
  fixture.last.respond();
  fixture.advance(500);
  t.same(types, ['DownstreamStart 0 true', 'DownstreamPeriodic 0 true', 'DownstreamPeriodic 0 true', 'DownstreamEnd 200 true']);
  t.end();
});

t.test('after an early answer the peer gets its time to close', (t) => {
  const fixture = new ManagerFixture();
  fixture.request(requestHead(), false);
  fixture.last.respond(200);
  fixture.connection.dispatcher.settle();
  t.equal(fixture.connection.ended, true, 'our side is closed');
  t.equal(fixture.connection.open, true);
  fixture.connection.push('what is on its way');
  t.equal(fixture.codec?.input, '.', 'nothing more is read');
  fixture.advance(1100);
  t.equal(fixture.connection.closed, true);
  t.equal(fixture.count('downstream_cx_delayed_close_timeout'), 1);

  const polite = new ManagerFixture();
  polite.request(requestHead(), false);
  polite.last.respond(200);
  polite.connection.pushEnd();
  polite.connection.dispatcher.settle();
  t.equal(polite.connection.closed, true);
  t.equal(polite.count('downstream_cx_delayed_close_timeout'), 0);

  const hasty = new ManagerFixture({ timeouts: { delayedClose: 0 } });
  hasty.request(requestHead(), false);
  hasty.last.respond(200);
  hasty.connection.dispatcher.settle();
  t.equal(hasty.connection.closed, true);
  t.end();
});

t.test('a slow client pauses the terminal filter', (t) => {
  const fixture = new ManagerFixture();
  fixture.request();
  fixture.manager.onAboveHighWatermark();
  fixture.manager.onBelowLowWatermark();
  t.same(fixture.last.events, ['head /', 'end', 'high', 'low']);
  t.end();
});

t.test('nothing is armed and nothing is counted after the end', (t) => {
  const fixture = new ManagerFixture({ timeouts: { request: 1000, maxStreamDuration: 1000, maxConnectionDuration: 1000 } });
  const exchange = fixture.request(requestHead(), false);
  fixture.connection.fail('ECONNRESET');
  const counted = fixture.stats.counted;
  exchange.data('late', true);
  fixture.last.stream?.encodeHeaders(responseHead(200), true);
  fixture.last.stream?.sendFault(FAULTS.UPSTREAM_TIMEOUT);
  fixture.last.stream?.continueDecoding();
  fixture.advance(10_000);
  t.same(fixture.stats.counted, counted);
  t.equal(fixture.logged.length, 1);
  t.equal(fixture.connection.dispatcher.timers.armedCount, 0);
  t.end();
});
