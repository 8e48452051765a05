import t from 'tap';
import { FakeCodec, type FakeStream, TestCluster, type TestClusterOptions } from '../../test/support/upstream-doubles.ts';
import type { ClientCallbacks, ResponseDecoder } from '../http/codec.ts';
import { FAULTS, type Fault } from '../http/faults.ts';
import { Headers } from '../http/headers.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import type { PoolSelector } from './cluster.ts';
import { ClusterState } from './cluster-state.ts';
import type { Host } from './host.ts';
import type { PendingStream, Pool, PoolCallbacks } from './pool/pool.ts';
import { ReplayBuffer } from './replay-buffer.ts';

class Owner implements AttemptOwner {
  requestHeaders = new Headers();
  requestEnded = true;
  requestBody: ReplayBuffer | null = null;
  requestTrailers: Headers | null = null;
  readonly events: string[] = [];
  reason = '';
  onConnected: (() => void) | null = null;

  onAttemptConnected(): void {
    this.events.push('connected');
    this.onConnected?.();
  }
  onAttemptFlushed(): void {
    this.events.push('flushed');
  }
  onAttemptInformational(headers: Headers): void {
    this.events.push(String(headers.status));
  }
  onAttemptHeaders(_attempt: Attempt, headers: Headers, end: boolean): void {
    this.events.push(`${headers.status}${end ? ' end' : ''}`);
  }
  onAttemptData(_attempt: Attempt, data: Buffer, end: boolean): void {
    this.events.push(`${data.toString('latin1')}${end ? ' end' : ''}`);
  }
  onAttemptTrailers(): void {
    this.events.push('trailers');
  }
  onAttemptFailed(_attempt: Attempt, fault: Fault, reason: string): void {
    this.events.push(`failed ${fault.code}`);
    this.reason = reason;
  }
  onAttemptBackedUp(backedUp: boolean): void {
    this.events.push(backedUp ? 'slow' : 'fast');
  }

  /** Keeps body bytes as a router does. */
  keep(text: string, limit = 0): this {
    this.requestBody ??= new ReplayBuffer(limit);
    this.requestBody.add(Buffer.from(text));
    return this;
  }
}

function setUp(owner = new Owner(), options: TestClusterOptions = {}) {
  const bench = new TestCluster(options);
  const start = (): Attempt => {
    const attempt = new Attempt(owner, bench.state, bench.host());
    attempt.start(bench.state.selectors[0]);
    return attempt;
  };
  return { bench, owner, start };
}

/** With the request sent. */
function connected(owner = new Owner()) {
  const { bench, start } = setUp(owner);
  const attempt = start();
  bench.connection().connected();
  return { bench, owner, attempt, stream: bench.codec().last };
}

t.test('a request without a body goes out as soon as there is a connection', (t) => {
  const { bench, owner, start } = setUp();
  const attempt = start();
  t.equal(attempt.waiting, true);
  bench.connection().connected();
  const stream = bench.codec().last;
  t.equal(stream.head, owner.requestHeaders);
  t.equal(stream.ended, true);
  t.equal(attempt.waiting, false);
  t.equal(attempt.streaming, false, 'there is nothing left to send');
  stream.respond(200, 'hello');
  t.same(owner.events, ['connected', 'flushed', '200', 'hello end']);
  t.end();
});

t.test('what came while it waited is sent after the head, in order', (t) => {
  const owner = new Owner();
  owner.requestEnded = false;
  const { bench, start } = setUp(owner);
  const attempt = start();
  owner.keep('one ').keep('two ');
  bench.connection().connected();
  const stream = bench.codec().last;
  t.equal(stream.body, 'one two ');
  t.equal(stream.ended, false);
  attempt.send(Buffer.from('three'), true);
  t.equal(stream.body, 'one two three');
  t.equal(stream.ended, true);
  t.end();
});

t.test('the kept end of a request ends the stream', (t) => {
  for (const trailers of [null, new Headers()]) {
    const owner = new Owner().keep('body');
    owner.requestTrailers = trailers;
    const { stream } = connected(owner);
    t.match(stream, { body: 'body', ended: true, trailers });
  }
  const owner = new Owner();
  owner.requestTrailers = new Headers();
  t.match(connected(owner).stream, { body: '', ended: true, trailers: owner.requestTrailers }, 'trailers without a body');
  t.end();
});

t.test('a second attempt sends the same bytes again', (t) => {
  const owner = new Owner().keep('all of ').keep('the body');
  const { bench, start } = setUp(owner);
  start();
  bench.connection().connected();
  const first = bench.codec().last;
  t.equal(first.body, 'all of the body');
  bench.connection().fail();
  t.equal(owner.events.at(-1), 'failed CONNECTION_TERMINATION');
  start();
  bench.connection(1).connected();
  t.equal(bench.codec(1).last.body, 'all of the body');
  bench.codec(1).last.respond(200);
  t.equal(owner.events.at(-1), '200 end');
  t.end();
});

t.test('responses pass with 1xx, data and trailers', (t) => {
  const { owner, stream } = connected();
  const early = new Headers();
  early.status = 103;
  stream.decoder.decodeInformational(early);
  stream.respondHead(200);
  stream.data('x', false);
  stream.trailersEnd(new Headers());
  t.same(owner.events.slice(2), ['103', '200', 'x', 'trailers']);
  t.end();
});

t.test('a pool failure brings fault, reason and host', (t) => {
  const { bench, owner, start } = setUp();
  const attempt = start();
  bench.connection().fail('delayed connect error: Connection refused');
  t.same(owner.events, ['failed CONNECT_FAILURE']);
  t.equal(owner.reason, 'delayed connect error: Connection refused');
  t.equal(attempt.host, bench.host());
  t.equal(attempt.waiting, false);
  const full = setUp(new Owner(), { thresholds: { maxPending: 0 } });
  t.equal(full.start().host, null);
  t.same(full.owner.events, ['failed UPSTREAM_OVERFLOW']);
  t.end();
});

t.test('giving up leaves the queue, or resets the stream, and nothing is heard of it', (t) => {
  const waiting = setUp();
  const attempt = waiting.start();
  attempt.reset(FAULTS.DOWNSTREAM_RESET);
  attempt.reset(FAULTS.DOWNSTREAM_RESET);
  waiting.bench.connection().connected();
  t.same(waiting.owner.events, []);
  t.equal(waiting.bench.stat('upstream_rq_cancelled'), 1);

  const running = connected();
  running.attempt.reset(FAULTS.DOWNSTREAM_RESET);
  t.equal(running.stream.resetWith, FAULTS.DOWNSTREAM_RESET);
  running.stream.decoder.decodeHeaders(new Headers(), false);
  running.bench.dispatcher.turn();
  t.same(running.owner.events, ['connected', 'flushed']);
  t.end();
});

t.test('giving up after both ends resets nothing', (t) => {
  const { attempt, stream } = connected();
  stream.respond(200);
  attempt.reset(FAULTS.LOCAL_RESET);
  t.equal(stream.resetWith, null);
  t.end();
});

t.test('a response before the end of the request can be given up', (t) => {
  const owner = new Owner();
  owner.requestEnded = false;
  const { attempt, stream } = connected(owner);
  stream.respond(413);
  t.equal(owner.events.at(-1), '413 end');
  attempt.reset(FAULTS.LOCAL_RESET);
  t.equal(stream.resetWith, FAULTS.LOCAL_RESET);
  t.end();
});

t.test('protocol errors of the upstream are counted', (t) => {
  const { bench, owner, stream } = connected();
  stream.fail(FAULTS.UPSTREAM_PROTOCOL_ERROR);
  t.equal(owner.events.at(-1), 'failed UPSTREAM_PROTOCOL_ERROR');
  t.equal(bench.stat('upstream_cx_protocol_error'), 1);
  t.end();
});

t.test('a slow upstream is told to the owner, and counted', (t) => {
  const { bench, owner } = connected();
  bench.codec().onAboveHighWatermark();
  bench.codec().onBelowLowWatermark();
  t.same(owner.events.slice(2), ['slow', 'fast']);
  t.match(bench.counted, { upstream_flow_control_backed_up_total: 1, upstream_flow_control_drained_total: 1 });
  t.end();
});

t.test('a slow client stops reading upstream, also from before there was a stream', (t) => {
  const { bench, start } = setUp();
  const attempt = start();
  attempt.readDisable(true);
  attempt.readDisable(true);
  attempt.readDisable(false);
  bench.connection().connected();
  const stream = bench.codec().last;
  t.equal(stream.readDisabled, 1);
  attempt.readDisable(false);
  t.equal(stream.readDisabled, 0);
  t.match(bench.counted, { upstream_flow_control_paused_reading_total: 2, upstream_flow_control_resumed_reading_total: 2 });
  t.end();
});

t.test('a response that is complete leaves reading on for the next request', (t) => {
  const { attempt, stream } = connected();
  stream.respondHead(200);
  attempt.readDisable(true);
  attempt.readDisable(true);
  stream.data('the rest was on its way', true);
  t.equal(stream.readDisabled, 0);
  attempt.readDisable(false);
  attempt.readDisable(false);
  t.equal(stream.readDisabled, 0);
  t.end();
});

t.test('an owner that gives up when told of the connection sends no head', (t) => {
  const owner = new Owner();
  const { bench, start } = setUp(owner);
  const attempt = start();
  owner.onConnected = () => attempt.reset(FAULTS.DOWNSTREAM_RESET);
  bench.connection().connected();
  t.equal(bench.codec().last.head, null);
  t.same(owner.events, ['connected']);
  t.end();
});

/** A pool as HTTP/2 will have it: all streams on one connection. Nothing above it may notice. */
class SharedConnectionPool implements Pool, ClientCallbacks {
  readonly key = 'h2';
  readonly selector: PoolSelector;
  readonly host: Host;
  readonly codec: FakeCodec;
  readonly activeConnections = 1;
  readonly pendingStreams = 0;
  readonly busy = false;

  constructor(bench: TestCluster, host: Host, selector: PoolSelector) {
    this.host = host;
    this.selector = selector;
    bench.transport.connect(bench.dispatcher, host.address, selector.options, {
      onConnected() {},
      onData() {},
      onEnd() {},
      onClose() {},
      onAboveHighWatermark() {},
      onBelowLowWatermark() {},
    });
    this.codec = new FakeCodec(bench.connection(), this, 100);
  }

  newStream(decoder: ResponseDecoder, callbacks: PoolCallbacks): PendingStream | null {
    this.host.activeRequests++;
    callbacks.onPoolReady(this.codec.newStream(decoder), this.codec, this.host);
    return null;
  }

  onStreamFree(): void {
    this.host.activeRequests--;
  }
  onGoAway(): void {}
  drain(): void {}
  close(): void {}
}

t.test('attempts run alike over a pool that shares one connection', (t) => {
  const bench = new TestCluster();
  const selector = bench.state.selectors[0];
  const pool = new SharedConnectionPool(bench, bench.host(), selector);
  bench.host().pools.push(pool);
  t.ok(bench.state instanceof ClusterState);
  const owners = [new Owner(), new Owner().keep('b'), new Owner()];
  const attempts = owners.map((owner) => new Attempt(owner, bench.state, bench.host()));
  for (const attempt of attempts) attempt.start(selector);
  t.equal(bench.host().activeRequests, 3);
  t.equal(bench.transport.connections.length, 1);
  const [one, two, three] = pool.codec.streams as [FakeStream, FakeStream, FakeStream];
  three.respond(200);
  two.fail(FAULTS.CONNECTION_TERMINATION);
  one.respond(201, 'x');
  t.same(
    owners.map((owner) => owner.events.slice(2)),
    [['201', 'x end'], ['failed CONNECTION_TERMINATION'], ['200 end']],
  );
  t.equal(bench.host().activeRequests, 0);
  t.end();
});

t.test('a stream that takes longer than max_stream_duration is given up', (t) => {
  for (const [requestEnded, code] of [
    [true, 'UPSTREAM_MAX_DURATION'],
    [false, 'UPSTREAM_MAX_DURATION_EARLY'],
  ] as const) {
    const { bench, owner, start } = setUp(new Owner(), { http: { maxStreamMs: 500 } });
    owner.requestEnded = requestEnded;
    start();
    bench.dispatcher.advance(1000);
    t.same(owner.events, [], 'the wait for a connection does not count');
    bench.connection().connected();
    bench.codec().last.respondHead(200);
    bench.dispatcher.advance(490);
    t.same(owner.events, ['connected', 'flushed', '200']);
    bench.dispatcher.advance(20);
    t.same(owner.events.slice(3), [`failed ${code}`]);
    t.equal(bench.codec().last.resetWith, FAULTS.LOCAL_RESET);
    t.equal(bench.stat('upstream_rq_max_duration_reached'), 1);
  }
  t.end();
});

t.test('a stream that ends, breaks or is given up has no limit any more', (t) => {
  const after: readonly ((attempt: Attempt, stream: FakeStream) => void)[] = [
    (_, stream) => stream.respond(200),
    (_, stream) => stream.fail(FAULTS.UPSTREAM_REMOTE_RESET),
    (attempt) => attempt.reset(FAULTS.LOCAL_RESET),
  ];
  for (const end of after) {
    const { bench, owner, start } = setUp(new Owner(), { http: { maxStreamMs: 500 } });
    const attempt = start();
    bench.connection().connected();
    end(attempt, bench.codec().last);
    const events = owner.events.slice();
    bench.dispatcher.advance(1000);
    t.same(owner.events, events);
    t.equal(bench.stat('upstream_rq_max_duration_reached'), 0);
  }
  t.end();
});
