import t from 'tap';
import { FAULTS } from '../../../src/http/faults.ts';
import { pinName } from '../../../src/http/header-name.ts';
import { Headers } from '../../../src/http/headers.ts';
import { FLAG } from '../../../src/telemetry/response-flags.ts';
import { grpcConditions, httpConditions } from '../../../src/upstream/retry/conditions.ts';
import { NO_RETRIES, RetryPolicy, type RetrySettings } from '../../../src/upstream/retry/retry-policy.ts';
import { fieldsOf } from '../../../test/support/http-manager.ts';
import { RouterBench, type RouterBenchOptions } from '../../../test/support/router-bench.ts';

interface Options extends RouterBenchOptions {
  readonly on?: string;
  readonly policy?: Partial<RetrySettings>;
}

/** Back-offs of the bench are half of the most: 12, 25, 50 ms. */
const BACK_OFF = 32;

class RetryBench extends RouterBench {
  constructor(options: Options) {
    const on = options.on ?? '5xx';
    const retryPolicy = new RetryPolicy({ ...NO_RETRIES, conditions: httpConditions(on) | grpcConditions(on), ...options.policy });
    super({ ...options, entry: { retryPolicy, ...options.entry } });
    this.start(options.end ?? true);
  }

  /** Lets the back-off pass; the attempt that follows has its connection. */
  again(): void {
    const before = this.cluster.transport.connections.length;
    this.cluster.dispatcher.advance(BACK_OFF);
    if (this.cluster.transport.connections.length > before) this.connect();
  }

  /** Attempts when every timer of a retry has had its time. */
  get attemptsLater(): number {
    this.cluster.dispatcher.advance(30_000);
    return this.info.attempts;
  }
}

function setUp(options: Options = {}): RetryBench {
  return new RetryBench(options);
}

t.test('a response that the policy names is dropped, and the request sent again', (t) => {
  const bench = setUp();
  bench.connect().respond(503, 'no');
  t.same(bench.stream.events, []);
  t.equal(bench.host('rq_error'), 1);
  bench.again();
  t.equal(bench.upstream.head, bench.stream.requestHeaders);
  bench.upstream.respond(200, 'yes');
  t.same(bench.stream.events, ['head 200', 'data yes', 'end']);
  t.equal(bench.info.attempts, 2);
  t.equal(bench.info.flags, 0);
  t.match(bench.cluster.counted, {
    upstream_rq_retry: 1,
    upstream_rq_retry_success: 1,
    upstream_rq_retry_backoff_exponential: 1,
    upstream_rq_completed: 1,
    upstream_rq_total: 2,
  });
  t.equal(bench.attemptsLater, 2);
  t.equal(bench.cluster.stat('circuit_breakers.default.rq_retry_open'), 0);
  t.end();
});

t.test('the last response is the answer when there are no more retries', (t) => {
  const bench = setUp();
  bench.connect().respond(503);
  bench.again();
  bench.upstream.respond(502, 'still');
  t.same(bench.stream.events, ['head 502', 'data still', 'end']);
  t.equal(bench.info.flags, FLAG.UpstreamRetryLimitExceeded);
  t.match(bench.cluster.counted, { upstream_rq_retry: 1, upstream_rq_retry_limit_exceeded: 1 });
  t.end();
});

t.test('a request without a policy is not tried again', (t) => {
  const bench = new RouterBench().start();
  bench.connect().respond(503);
  t.same(bench.stream.events, ['head 503', 'end']);
  t.end();
});

t.test('failures are retried, and the last one says so', (t) => {
  const bench = setUp({ on: 'connect-failure' });
  bench.cluster.connection().fail('delayed connect error: Connection refused');
  t.equal(bench.stream.reply, null);
  bench.cluster.dispatcher.advance(BACK_OFF);
  bench.cluster.connection(1).fail('delayed connect error: Connection refused');
  t.match(bench.stream.reply, {
    status: 503,
    body: 'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure',
    fault: { details: 'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}' },
  });
  t.equal(bench.info.flags, FLAG.UpstreamRetryLimitExceeded);
  t.equal(bench.host('rq_error'), 2);
  t.match(bench.cluster.counted, { upstream_rq_completed: 1 });
  t.end();
});

t.test('the reason of a failure is forgotten when a retry succeeds', (t) => {
  const bench = setUp({ on: 'connect-failure' });
  bench.cluster.connection().fail('delayed connect error: Connection refused');
  bench.again();
  bench.upstream.respond(200);
  t.equal(bench.info.upstreamTransportFailure, '');
  t.end();
});

t.test('a failure that the policy does not name is answered', (t) => {
  const bench = setUp({ on: 'connect-failure,retriable-4xx' });
  bench.connect().fail(FAULTS.CONNECTION_TERMINATION);
  t.match(bench.stream.reply, { fault: FAULTS.CONNECTION_TERMINATION });
  t.equal(bench.attemptsLater, 1);
  t.end();
});

t.test('body and trailers are sent again as a whole', (t) => {
  const bench = setUp({ end: false });
  bench.body('be');
  bench.connect();
  bench.body('fore');
  const trailers = new Headers();
  trailers.add(pinName('x-trailer'), '1');
  bench.filter.decodeTrailers(bench.stream, trailers);
  t.match(bench.upstream, { body: 'before', ended: true, trailers });
  bench.upstream.respond(503);
  bench.again();
  t.match(bench.upstream, { body: 'before', ended: true, trailers });
  bench.upstream.respond(200);
  t.same(bench.stream.events, ['head 200', 'end']);
  t.end();
});

t.test('what comes during the back-off is sent with the next attempt, and after that as it comes', (t) => {
  const bench = setUp({ end: false });
  bench.connect();
  bench.body('a');
  bench.upstream.respond(503);
  bench.body('b');
  bench.again();
  t.equal(bench.upstream.body, 'ab');
  bench.body('c', true);
  t.match(bench.upstream, { body: 'abc', ended: true });
  bench.upstream.respond(200);
  t.equal(bench.info.attempts, 2);
  t.end();
});

t.test('a body beyond the limit is sent once', (t) => {
  const bench = setUp({ end: false, entry: { replayLimit: 4 } });
  bench.connect();
  bench.body('1234');
  t.notOk('retry_or_shadow_abandoned' in bench.cluster.counted);
  bench.body('5', true);
  t.equal(bench.upstream.body, '12345');
  bench.upstream.respond(503);
  t.same(bench.stream.events, ['head 503', 'end']);
  t.match(bench.cluster.counted, { retry_or_shadow_abandoned: 1 });
  t.notOk('upstream_rq_retry' in bench.cluster.counted);
  t.end();
});

t.test('a body that is too long while its request waits for a connection still arrives', (t) => {
  const bench = setUp({ end: false, entry: { replayLimit: 3 } });
  bench.body('abc');
  bench.body('def');
  bench.connect();
  bench.body('ghi', true);
  t.match(bench.upstream, { body: 'abcdefghi', ended: true });
  t.match(bench.cluster.counted, { retry_or_shadow_abandoned: 1 });
  t.end();
});

t.test('a body that is too long between two attempts cannot be sent', (t) => {
  const bench = setUp({ end: false, entry: { replayLimit: 3 } });
  bench.connect();
  bench.body('abc');
  bench.upstream.respond(503);
  bench.body('d');
  t.match(bench.stream.reply, { status: 507, fault: FAULTS.RETRY_BUFFER_FULL });
  t.equal(bench.attemptsLater, 1);
  t.end();
});

t.test('a body that grows too long after a retry gives the circuit breaker its retry back', (t) => {
  const bench = setUp({ end: false, entry: { replayLimit: 3 }, cluster: { thresholds: { maxRetries: 1 } } });
  bench.connect();
  bench.body('abc');
  bench.upstream.respond(503);
  bench.again();
  t.equal(bench.cluster.stat('circuit_breakers.default.rq_retry_open'), 1);
  bench.body('d', true);
  t.equal(bench.cluster.stat('circuit_breakers.default.rq_retry_open'), 0);
  t.equal(bench.upstream.body, 'abcd');
  bench.upstream.respond(503);
  t.same(bench.stream.events, ['head 503', 'end']);
  t.end();
});

t.test('the limit of the stream holds where the route says nothing', (t) => {
  const bench = setUp({ end: false });
  bench.stream.bufferLimit = 4;
  bench.connect();
  bench.body('12345', true);
  t.match(bench.cluster.counted, { retry_or_shadow_abandoned: 1 });
  t.end();
});

t.test('attempts are counted in the request and in the response', (t) => {
  const virtualHost = { name: 'v', includeAttemptCount: true, includeAttemptCountInResponse: true, includeTimeoutRetry: true };
  const bench = setUp({ route: { virtualHost } });
  t.match(fieldsOf(bench.stream.requestHeaders), { 'x-envoy-attempt-count': '1' });
  t.notOk('x-envoy-is-timeout-retry' in fieldsOf(bench.stream.requestHeaders));
  bench.connect().respond(503);
  bench.again();
  t.match(bench.sent, { 'x-envoy-attempt-count': '2', 'x-envoy-is-timeout-retry': 'false' });
  bench.upstream.respond(200);
  t.match(fieldsOf(bench.stream.responseHeaders), { 'x-envoy-attempt-count': '2' });
  t.end();
});

t.test('the upstream is told how much of the time is left', (t) => {
  const bench = setUp({ entry: { timeoutMs: 1000 } });
  bench.connect();
  bench.cluster.dispatcher.advance(400);
  bench.upstream.respond(503);
  bench.again();
  const left = Number(bench.sent['x-envoy-expected-rq-timeout-ms']);
  t.ok(left <= 600 && left >= 550, String(left));
  t.end();
});

t.test("the route's timeout holds for all attempts and the waits between them", (t) => {
  const bench = setUp({ entry: { timeoutMs: 100 }, policy: { retries: 9 } });
  bench.connect();
  bench.cluster.dispatcher.advance(96);
  bench.upstream.respond(503);
  bench.cluster.dispatcher.advance(10);
  t.match(bench.stream.reply, { status: 504, fault: FAULTS.UPSTREAM_TIMEOUT });
  bench.cluster.dispatcher.advance(1000);
  t.equal(bench.cluster.transport.connections.length, 1, 'nothing is tried after it');
  t.notOk('upstream_rq_timeout' in bench.cluster.counted, 'no attempt ran');
  t.end();
});

t.test('an attempt that takes too long is given up and retried', (t) => {
  const bench = setUp({
    policy: { perTryTimeoutMs: 100 },
    route: { virtualHost: { name: 'v', includeAttemptCount: false, includeTimeoutRetry: true } },
  });
  const first = bench.connect();
  t.match(bench.sent, { 'x-envoy-expected-rq-timeout-ms': '100' });
  bench.cluster.dispatcher.advance(110);
  t.equal(first.resetWith, FAULTS.LOCAL_RESET);
  t.equal(bench.stream.reply, null);
  bench.again();
  t.match(bench.sent, { 'x-envoy-is-timeout-retry': 'true' });
  bench.cluster.dispatcher.advance(110);
  t.match(bench.stream.reply, { status: 504, body: 'upstream request timeout', fault: { details: 'upstream_per_try_timeout' } });
  t.equal(bench.info.flags, FLAG.UpstreamRetryLimitExceeded);
  t.match(bench.cluster.counted, { upstream_rq_per_try_timeout: 2, upstream_rq_retry: 1 });
  t.equal(bench.host('rq_timeout'), 2);
  t.equal(bench.cluster.dispatcher.timers.armedCount, 0);
  t.end();
});

t.test('the time of an attempt begins when a host has the whole request, and ends with the head of the response', (t) => {
  const bench = setUp({ policy: { perTryTimeoutMs: 100 }, end: false });
  bench.cluster.dispatcher.advance(200);
  bench.connect();
  bench.cluster.dispatcher.advance(200);
  bench.body('x', true);
  bench.cluster.dispatcher.advance(50);
  bench.upstream.respondHead(200);
  bench.cluster.dispatcher.advance(200);
  t.same(bench.stream.events, ['head 200']);
  t.end();
});

t.test('silence ends an attempt, before its response and in it', (t) => {
  const policy = { perTryIdleMs: 100 };
  const before = setUp({ policy });
  before.connect();
  before.cluster.dispatcher.advance(110);
  t.match(before.cluster.counted, { upstream_rq_per_try_idle_timeout: 1, upstream_rq_retry: 1 });
  const within = setUp({ policy });
  within.connect().respondHead(200);
  within.cluster.dispatcher.advance(90);
  within.upstream.data('x', false);
  within.cluster.dispatcher.advance(90);
  t.equal(within.stream.resetWith, null);
  within.cluster.dispatcher.advance(20);
  t.match(within.stream.resetWith, { details: 'upstream_per_try_idle_timeout' });
  t.end();
});

t.test('a retry goes to another host where the policy says so', (t) => {
  const predicates = [{ rejects: (host: object, tried: readonly object[]) => tried.includes(host) }];
  const hosts = [{ weight: 1 }, { weight: 1 }, { weight: 1 }];
  const bench = setUp({ cluster: { hosts }, policy: { predicates, repicks: 5, retries: 2 } });
  const used = [bench.info.upstreamHost];
  for (let i = 0; i < 2; i++) {
    bench.connect().respond(503);
    bench.cluster.dispatcher.advance(BACK_OFF);
    used.push(bench.info.upstreamHost);
  }
  t.equal(new Set(used).size, 3);
  t.end();
});

t.test('a retry that finds no host is 503', (t) => {
  const bench = setUp();
  bench.connect().respond(503);
  bench.cluster.state.setEndpoints({ hosts: [], priorities: 1, overprovisioning: 140, weightedHealth: false });
  bench.cluster.dispatcher.advance(BACK_OFF);
  t.equal(bench.stream.reply?.fault, FAULTS.NO_HEALTHY_UPSTREAM);
  t.equal(bench.info.attempts, 2);
  t.equal(bench.cluster.dispatcher.timers.armedCount, 0);
  t.end();
});

t.test('an open retry circuit breaker lets the response through, with a flag', (t) => {
  const bench = setUp({ cluster: { thresholds: { maxRetries: 0 } } });
  bench.connect().respond(503);
  t.same(bench.stream.events, ['head 503', 'end']);
  t.equal(bench.info.flags, FLAG.UpstreamOverflow);
  t.match(bench.cluster.counted, { upstream_rq_retry_overflow: 1 });
  t.end();
});

t.test('nothing is retried once the client has had an interim answer', (t) => {
  const bench = setUp();
  const hints = new Headers();
  hints.status = 103;
  bench.connect().decoder.decodeInformational(hints);
  bench.upstream.respond(503);
  t.same(bench.stream.events, ['1xx 103', 'head 503', 'end']);
  t.end();
});

t.test('a client that leaves takes its retry along', (t) => {
  const bench = setUp({ cluster: { thresholds: { maxRetries: 1 } } });
  bench.connect().respond(503);
  t.equal(bench.cluster.stat('circuit_breakers.default.rq_retry_open'), 1);
  bench.filter.onDestroy(bench.stream);
  t.equal(bench.cluster.stat('circuit_breakers.default.rq_retry_open'), 0);
  t.equal(bench.attemptsLater, 1);
  t.end();
});

t.test('a slow client slows the attempt that follows too', (t) => {
  const bench = setUp();
  bench.connect().respond(503);
  bench.filter.onDownstreamAboveHighWatermark();
  bench.again();
  t.equal(bench.upstream.readDisabled, 1);
  bench.filter.onDownstreamBelowLowWatermark();
  t.equal(bench.upstream.readDisabled, 0);
  t.end();
});

t.test('a request asks for retries itself, and the upstream does not hear of it', (t) => {
  const bench = setUp({ on: '', fields: { 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': '2' } });
  bench.connect().respond(503);
  bench.again();
  t.same(Object.keys(bench.sent), ['x-envoy-expected-rq-timeout-ms']);
  bench.upstream.respond(503);
  bench.again();
  bench.upstream.respond(200);
  t.equal(bench.info.attempts, 3);
  t.end();
});

t.test('a gRPC status in the head of a response is retried', (t) => {
  const bench = setUp({ on: 'unavailable', fields: { 'content-type': 'application/grpc' } });
  const status = new Headers();
  status.add(pinName('grpc-status'), '14');
  bench.connect().respond(200, '', status);
  t.same(bench.stream.events, []);
  bench.again();
  bench.upstream.respond(200, 'x');
  t.equal(bench.info.attempts, 2);
  t.end();
});

t.test('the timeout of a gRPC request stands in for that of the route, up to the cap', (t) => {
  const timeout = (asked: string, maxGrpcTimeoutMs: number, grpcTimeoutOffsetMs = 0, type = 'application/grpc') => {
    const fields: Record<string, string> = { 'content-type': type };
    if (asked !== '') fields['grpc-timeout'] = asked;
    const bench = new RouterBench({ fields, entry: { timeoutMs: 1000, maxGrpcTimeoutMs, grpcTimeoutOffsetMs } }).start();
    bench.connect();
    const { 'x-envoy-expected-rq-timeout-ms': expected, 'grpc-timeout': told } = bench.sent;
    return [expected, told];
  };
  t.same(timeout('5S', 0), ['5000', '5000m'], '0 is no cap');
  t.same(timeout('', 0), [undefined, undefined]);
  t.same(timeout('0S', 0), [undefined, '0S']);
  t.same(timeout('5S', 2000), ['2000', '2000m']);
  t.same(timeout('', 2000), ['2000', '2000m']);
  t.same(timeout('1S', 2000, 100), ['900', '900m']);
  t.same(timeout('50m', 2000, 100), ['50', '50m'], 'an offset that would leave nothing is not taken off');
  t.same(timeout('50m', 2000, 0, 'text/plain'), ['1000', '50m'], 'other requests have their own');
  t.same(timeout('5S', -1), ['1000', '5S'], 'the header is not looked at without a cap');
  t.end();
});

t.test('a timeout is answered with 204 where the request wants that', (t) => {
  const bench = new RouterBench({ entry: { timeoutMs: 100 }, fields: { 'x-envoy-upstream-rq-timeout-alt-response': '1' } }).start();
  bench.connect();
  t.same(Object.keys(bench.sent), ['x-envoy-expected-rq-timeout-ms']);
  bench.cluster.dispatcher.advance(120);
  t.match(bench.stream.reply, { status: 204, body: '', fault: FAULTS.UPSTREAM_TIMEOUT });
  t.end();
});

t.test('what no upstream has looked at goes to another connection, asked for or not', (t) => {
  const bench = new RouterBench({ cluster: { thresholds: { maxRetries: 0 } } }).start();
  bench.connect().fail(FAULTS.UNPROCESSED);
  t.equal(bench.stream.reply, null, 'no circuit breaker is asked');
  bench.cluster.dispatcher.advance(BACK_OFF);
  bench.connect().respond(200);
  t.same(bench.stream.events, ['head 200', 'end']);
  t.equal(bench.info.attempts, 2);
  const refused = new RouterBench().start();
  refused.connect().fail(FAULTS.REFUSED_STREAM);
  t.equal(refused.stream.reply?.fault, FAULTS.REFUSED_STREAM, 'one stream alone is refused for a reason');
  const narrow = setUp({ on: 'retriable-4xx', end: false });
  narrow.connect();
  narrow.body('x', true);
  narrow.upstream.fail(FAULTS.UNPROCESSED);
  narrow.again();
  t.equal(narrow.upstream.body, 'x', 'a body that is kept goes along');
  const body = new RouterBench().start(false);
  body.connect();
  body.body('gone', true);
  body.upstream.fail(FAULTS.UNPROCESSED);
  t.equal(body.stream.reply?.fault, FAULTS.UNPROCESSED, 'one that is gone cannot be sent again');
  t.end();
});

t.test('an upstream that never looks at anything is given up', (t) => {
  const bench = new RouterBench().start();
  for (let i = 0; i < 4; i++) {
    bench.connect().fail(FAULTS.UNPROCESSED);
    bench.cluster.dispatcher.advance(BACK_OFF);
  }
  t.match(bench.stream.reply, { status: 503 });
  t.equal(bench.info.flags, FLAG.UpstreamRetryLimitExceeded);
  t.equal(bench.info.attempts, 4);
  t.end();
});

t.test('a client that was stopped for a slow upstream is read on while its retry waits', (t) => {
  const bench = setUp({ end: false });
  bench.connect().callbacks?.onAboveHighWatermark();
  bench.body('a');
  t.equal(bench.stream.readDisabled, 1);
  bench.upstream.respond(503);
  t.equal(bench.stream.readDisabled, 0);
  bench.body('b', true);
  bench.again();
  t.match(bench.upstream, { body: 'ab', ended: true });
  t.end();
});
