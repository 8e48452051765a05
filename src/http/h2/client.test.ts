import t from 'tap';
import { ACK, ClientEnd, END, END_HEADERS, frame, ok, settings, u32 } from '../../../test/support/h2-wire.ts';
import { FAULTS } from '../faults.ts';

const PING = frame('PING', 0, 0, '8 bytes!');

t.test('an upstream that leaves and then allows no streams at all', (t) => {
  const end = new ClientEnd();
  const first = end.ask();
  const second = end.ask();
  t.same(end.send(frame('GOAWAY', 0, 0, u32(1, 0)), settings(3, 0), PING), ['SETTINGS ACK', 'PING ACK 8 bytes!']);
  t.equal(second.fault, FAULTS.UNPROCESSED);
  t.equal(first.fault, null);
  t.equal(end.codec.available, 0);
  t.same(end.send(frame('GOAWAY', 0, 0, u32(1, 0)), frame('HEADERS', END, 1, ok())), ['GOAWAY 0 NO_ERROR']);
  t.ok(first.complete);
  t.same(end.events, ['goaway 0', 'broken', 'capacity', 'free']);
  t.end();
});

t.test('a request that is given up is cancelled; one whose response is complete ends without an error', (t) => {
  const end = new ClientEnd();
  end.ask().encoder?.reset(FAULTS.LOCAL_RESET);
  t.same(end.take(), ['RST_STREAM 1 CANCEL']);
  const upload = end.ask('POST', false);
  end.send(frame('HEADERS', END, 3, ok()));
  upload.encoder?.reset(FAULTS.LOCAL_RESET);
  t.same(end.take(), ['RST_STREAM 3 NO_ERROR']);
  t.same(end.send(frame('DATA', 0, 1, 'late'), frame('HEADERS', END, 1, ok()), PING), ['PING ACK 8 bytes!']);
  t.equal(end.stat('headers_cb_no_stream'), 1);
  t.same(end.events, ['broken', 'broken']);
  t.ok(end.codec.available > 0);
  t.end();
});

t.test('a connection that was idle for long is asked whether it is there when a request comes', (t) => {
  const end = new ClientEnd({ keepalive: { intervalMs: 0, timeoutMs: 1000, jitterPercent: 0, idleIntervalMs: 5000 } });
  const { dispatcher } = end.connection;
  dispatcher.advance(4000);
  end.codec.newStream({ decodeInformational() {}, decodeHeaders() {}, decodeData() {}, decodeTrailers() {} });
  t.same(end.take(), []);
  dispatcher.advance(2000);
  end.codec.newStream({ decodeInformational() {}, decodeHeaders() {}, decodeData() {}, decodeTrailers() {} });
  const [ping] = end.take();
  t.match(ping, /^PING /);
  end.send(frame('PING', ACK, 0, (ping as string).slice(5)));
  dispatcher.advance(1500);
  t.ok(end.connection.open);
  dispatcher.advance(5000);
  const response = end.ask();
  dispatcher.advance(1100);
  t.notOk(end.connection.open);
  t.equal(response.fault, FAULTS.CONNECTION_TERMINATION);
  t.equal(end.stat('keepalive_timeout'), 1);
  t.end();
});

t.test('when the ids are used up, another connection is needed', (t) => {
  const end = new ClientEnd();
  Object.assign(end.codec, { nextId: 0x7fffffff });
  const last = end.ask();
  t.equal(end.codec.available, 0);
  t.same(end.events, ['goaway 0']);
  end.send(frame('HEADERS', END, 0x7fffffff, ok()));
  t.ok(last.complete);
  t.end();
});

t.test('a connection that closes tells every stream, sent or not, once', (t) => {
  const end = new ClientEnd();
  const sent = end.ask();
  let told = 0;
  end.codec.newStream({ decodeInformational() {}, decodeHeaders() {}, decodeData() {}, decodeTrailers() {} }).setCallbacks({
    onReset: () => {
      told++;
    },
    onAboveHighWatermark() {},
    onBelowLowWatermark() {},
  });
  end.connection.pushEnd();
  end.connection.fail('');
  t.equal(sent.fault, FAULTS.CONNECTION_TERMINATION);
  t.equal(told, 1);
  t.same(end.events, ['goaway 2', 'broken', 'broken']);
  t.end();
});

t.test('by default a malformed response ends the connection, as in Envoy; a body of another length does not', (t) => {
  const end = new ClientEnd({ streamErrorOnInvalidMessage: false });
  const first = end.ask();
  end.ask();
  t.same(end.send(frame('HEADERS', END_HEADERS, 1, ok('content-length: 1')), frame('DATA', 0, 1, 'xy')), ['RST_STREAM 1 PROTOCOL_ERROR']);
  t.equal(first.fault, FAULTS.UPSTREAM_PROTOCOL_ERROR);
  t.ok(end.connection.open);
  t.same(end.send(frame('HEADERS', END, 3, ok('X: y'))), ['GOAWAY 0 PROTOCOL_ERROR']);
  t.equal(end.stat('rx_messaging_error'), 2);
  t.end();
});

t.test('a server may be slow to speak, but has to acknowledge our SETTINGS once it does', (t) => {
  const slow = new ClientEnd({}, null);
  slow.connection.dispatcher.advance(30_000);
  t.ok(slow.connection.open);
  t.same(slow.send(settings()), ['SETTINGS ACK']);
  slow.connection.dispatcher.advance(10_100);
  t.same(slow.take(), ['GOAWAY 0 SETTINGS_TIMEOUT']);
  const good = new ClientEnd();
  good.connection.dispatcher.advance(60_000);
  t.ok(good.connection.open);
  t.end();
});
