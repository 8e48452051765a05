import t from 'tap';
import { CLOSE_FLUSH, CLOSE_RESET, GATHER_BYTES } from '../../src/net/connection.ts';
import { FakeConnection, RecordingCallbacks } from './connection.ts';
import { FakeDispatcher } from './dispatcher.ts';

function setUp(): { dispatcher: FakeDispatcher; connection: FakeConnection; callbacks: RecordingCallbacks } {
  const dispatcher = new FakeDispatcher();
  const callbacks = new RecordingCallbacks();
  return { dispatcher, connection: new FakeConnection(dispatcher, callbacks), callbacks };
}

t.test('writes of one turn leave together, in order', (t) => {
  const { dispatcher, connection } = setUp();
  connection.writeLatin1('a');
  const out = connection.reserve(2);
  out.write('bc', connection.outAt, 'latin1');
  connection.outAt += 2;
  connection.write(Buffer.from('d'));
  t.equal(connection.sentText, '');
  t.equal(connection.bufferedBytes, 4);
  dispatcher.turn();
  t.equal(connection.sentText, 'abcd');
  t.equal(connection.writes, 1);
  t.equal(connection.bytesSent, 4);
  t.end();
});

t.test('a full gather buffer makes room without losing the order', (t) => {
  const { connection } = setUp();
  for (let i = 0; i < 5; i++) {
    const out = connection.reserve(GATHER_BYTES / 2);
    out.fill(48 + i, connection.outAt, connection.outAt + GATHER_BYTES / 2);
    connection.outAt += GATHER_BYTES / 2;
  }
  t.match(connection.take(), /^0{8192}1{8192}2{8192}3{8192}4{8192}$/);
  t.end();
});

t.test('bytes that are kept beyond the callback turn into poison', (t) => {
  const connection = new FakeConnection();
  let kept: Buffer | null = null;
  connection.setCallbacks({
    onConnected() {},
    onData(buffer, start, end) {
      kept = buffer.subarray(start, end);
    },
    onEnd() {},
    onClose() {},
    onAboveHighWatermark() {},
    onBelowLowWatermark() {},
  });
  connection.push('abc');
  t.same(kept, Buffer.from([0xdd, 0xdd, 0xdd]));
  t.end();
});

t.test('input waits while reading is disabled, and the count must come back to zero', (t) => {
  const { dispatcher, connection, callbacks } = setUp();
  connection.readDisable(true);
  connection.readDisable(true);
  connection.push('x');
  connection.pushEnd();
  connection.readDisable(false);
  dispatcher.settle();
  t.same(callbacks.events, []);
  connection.readDisable(false);
  dispatcher.settle();
  t.same(callbacks.events, ['data:x', 'end']);
  t.end();
});

t.test('a slow peer drives the watermarks once each way', (t) => {
  const { dispatcher, connection, callbacks } = setUp();
  connection.setBufferLimit(100);
  connection.stopReading(10);
  connection.write(Buffer.alloc(60));
  connection.write(Buffer.alloc(60));
  connection.write(Buffer.alloc(60));
  dispatcher.turn();
  t.equal(connection.bufferedBytes, 170);
  t.same(callbacks.events, ['high']);
  connection.resumeReading(100);
  t.same(callbacks.events, ['high']);
  connection.resumeReading(21);
  t.same(callbacks.events, ['high', 'low']);
  t.end();
});

t.test('a local close is reported at the end of the turn, after what was written went out', (t) => {
  const { dispatcher, connection, callbacks } = setUp();
  connection.writeLatin1('bye');
  connection.close(CLOSE_FLUSH);
  connection.writeLatin1('lost');
  t.equal(connection.open, false);
  t.same(callbacks.events, []);
  dispatcher.turn();
  t.same(callbacks.events, ['close:local']);
  t.equal(connection.sentText, 'bye');
  t.equal(connection.ended, true);
  t.end();
});

t.test('a reset drops what was gathered', (t) => {
  const { dispatcher, connection, callbacks } = setUp();
  connection.writeLatin1('lost');
  connection.close(CLOSE_RESET);
  dispatcher.settle();
  t.equal(connection.sentText, '');
  t.same(callbacks.events, ['close:local']);
  t.end();
});

t.test('the clock of the dispatcher fires timers at their time', async (t) => {
  const { Timer } = await import('../../src/net/timer-wheel.ts');
  const dispatcher = new FakeDispatcher();
  const fired: number[] = [];
  const timer = new Timer({ onTimer: () => fired.push(dispatcher.clock.now()) }, 0);
  dispatcher.timers.arm(timer, 1000);
  dispatcher.advance(999);
  t.same(fired, []);
  dispatcher.advance(9);
  t.equal(fired.length, 1);
  t.equal(dispatcher.clock.now(), 1008);
});
