import t from 'tap';
import type { FakeConnection } from '../../test/support/connection.ts';
import { TestCluster, type TestClusterOptions } from '../../test/support/upstream-doubles.ts';
import { FAULTS, type Fault } from '../http/faults.ts';
import { Headers } from '../http/headers.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import { ReplayBuffer } from './replay-buffer.ts';

class Owner implements AttemptOwner {
  requestHeaders = new Headers();
  requestEnded = false;
  requestBody: ReplayBuffer | null = null;
  requestTrailers: Headers | null = null;
  readonly events: string[] = [];

  onAttemptConnected(attempt: Attempt): void {
    this.events.push(`connected ${attempt.client?.protocol}`);
  }
  onAttemptFlushed(): void {
    this.events.push('flushed');
  }
  onAttemptInformational(): void {}
  onAttemptHeaders(_attempt: Attempt, headers: Headers, end: boolean): void {
    this.events.push(`${headers.status}${end ? ' end' : ''}`);
  }
  onAttemptData(_attempt: Attempt, data: Buffer, end: boolean): void {
    this.events.push(`${data.toString('latin1')}${end ? ' end' : ''}`);
  }
  onAttemptTrailers(): void {}
  onAttemptFailed(_attempt: Attempt, fault: Fault): void {
    this.events.push(`failed ${fault.code}`);
  }
  onAttemptBackedUp(backedUp: boolean): void {
    this.events.push(backedUp ? 'slow' : 'fast');
  }
}

function setUp(options: TestClusterOptions = {}) {
  const bench = new TestCluster(options);
  const owner = new Owner();
  const attempt = new Attempt(owner, bench.state, bench.host());
  const start = (): FakeConnection => {
    attempt.startTunnel(bench.dispatcher);
    return bench.transport.connections.at(-1) as FakeConnection;
  };
  return { bench, owner, attempt, start };
}

t.test('a connection that stands is a 200, and its bytes are the response', (t) => {
  const { bench, owner, attempt, start } = setUp();
  owner.requestBody = new ReplayBuffer(0);
  owner.requestBody.add(Buffer.from('early'));
  const connection = start();
  t.ok(attempt.waiting);
  t.same(owner.events, []);
  connection.connected();
  t.same(owner.events, ['connected ', 'flushed']);
  bench.dispatcher.settle();
  t.same(owner.events.splice(0), ['connected ', 'flushed', '200']);
  attempt.send(Buffer.from(' more'), false);
  t.equal(connection.take(), 'early more');
  connection.push('answer');
  t.same(owner.events.splice(0), ['answer']);
  attempt.send(Buffer.alloc(0), true);
  connection.push('last');
  connection.pushEnd();
  t.same(owner.events, ['last', ' end']);
  t.end();
});

t.test('a host that speaks at once is not heard before the 200', (t) => {
  const { owner, start } = setUp();
  const connection = start();
  connection.connected();
  connection.push('welcome');
  t.same(owner.events, ['connected ', 'flushed', '200', 'welcome']);
  t.end();
});

t.test('a host that says nothing and goes has answered all the same', (t) => {
  const { owner, start } = setUp();
  const connection = start();
  connection.connected();
  connection.pushEnd();
  t.same(owner.events, ['connected ', 'flushed', '200', ' end']);
  t.end();
});

t.test('what keeps the connection from standing is a failure like any other', (t) => {
  const refused = setUp();
  refused.start().fail('connect ECONNREFUSED');
  t.same(refused.owner.events, ['failed CONNECT_FAILURE']);
  const late = setUp();
  late.start();
  late.bench.dispatcher.advance(60_000);
  t.same(late.owner.events, ['failed CONNECT_TIMEOUT']);
  const full = setUp();
  const { connections } = full.bench.state.breaker(false);
  while (connections.tryAcquire());
  full.attempt.startTunnel(full.bench.dispatcher);
  t.same(full.owner.events, ['failed UPSTREAM_OVERFLOW']);
  t.equal(full.bench.transport.connections.length, 0);
  t.end();
});

t.test('a connection that dies resets the stream', (t) => {
  const { bench, owner, start } = setUp();
  const connection = start();
  connection.connected();
  bench.dispatcher.settle();
  connection.fail('read ECONNRESET');
  t.equal(owner.events.at(-1), 'failed CONNECTION_TERMINATION');
  t.end();
});

t.test('a client that goes ends the connection, also while it is being opened', (t) => {
  const opened = setUp();
  const connection = opened.start();
  connection.connected();
  opened.bench.dispatcher.settle();
  opened.attempt.readDisable(true);
  t.equal(connection.readDisabled, 1);
  opened.attempt.reset(FAULTS.DOWNSTREAM_RESET);
  t.equal(connection.open, false);
  t.equal(connection.readDisabled, 0);
  const waiting = setUp();
  const never = waiting.start();
  waiting.attempt.reset(FAULTS.DOWNSTREAM_RESET);
  t.equal(never.open, false);
  waiting.bench.dispatcher.settle();
  t.same(waiting.owner.events, []);
  t.end();
});

t.test('a slow host stops the client', (t) => {
  const { bench, owner, attempt, start } = setUp();
  const connection = start();
  connection.connected();
  bench.dispatcher.settle();
  connection.setBufferLimit(10);
  connection.stopReading();
  attempt.send(Buffer.alloc(100), false);
  connection.flush();
  t.equal(owner.events.at(-1), 'slow');
  connection.resumeReading();
  t.equal(owner.events.at(-1), 'fast');
  t.end();
});
