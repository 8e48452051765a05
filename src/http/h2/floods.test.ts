import t from 'tap';
import {
  block,
  ClientEnd,
  END,
  END_HEADERS,
  frame,
  get,
  ok,
  PADDED,
  post,
  ServerEnd,
  settings,
  u32,
} from '../../../test/support/h2-wire.ts';
import { responseHeaders } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';

const open = (id: number): Buffer => frame('HEADERS', END_HEADERS, id, post());
const whole = (id: number): Buffer => frame('HEADERS', END, id, get());
const times = (n: number, bytes: (i: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: n }, (_, i) => bytes(i)));
const PING = frame('PING', 0, 0, '8 bytes!');
const PRIORITY = frame('PRIORITY', 0, 1, '\0\0\0\0\x10');

/** Sends until the connection is over; how many times it took. */
function floods(end: ServerEnd, piece: (i: number) => Buffer, most: number): number {
  for (let i = 0; i < most; i++) {
    end.connection.push(piece(i));
    end.connection.dispatcher.settle();
    if (end.callbacks.finished !== null) return i + 1;
  }
  return most + 1;
}

for (const [what, piece, counter, fault] of [
  ['PING', () => PING, 'outbound_control_flood', FAULTS.H2_OUTBOUND_CONTROL_FLOOD],
  ['SETTINGS', () => settings(4, 100), 'outbound_control_flood', FAULTS.H2_OUTBOUND_CONTROL_FLOOD],
  [
    'streams that end in RST_STREAM',
    (i: number) => frame('HEADERS', END, 2 * i + 3, get('X: y')),
    'outbound_control_flood',
    FAULTS.H2_OUTBOUND_CONTROL_FLOOD,
  ],
] as const) {
  t.test(`${what} to a server whose answers nobody reads`, (t) => {
    const end = new ServerEnd({ maxOutboundControlFrames: what.startsWith('streams') ? 100 : 1000 });
    end.send(open(1));
    end.connection.stopReading();
    const took = floods(end, piece, 1200);
    t.ok(took >= (what.startsWith('streams') ? 100 : 1000) && took <= 1100, `${took}`);
    t.equal(end.stat(counter), 1);
    t.equal(end.requests[0]?.fault, fault);
    t.equal(end.stat('streams_active'), 0);
    t.end();
  });
}

t.test('a client that reads may ask as often as it likes', (t) => {
  const end = new ServerEnd();
  for (let i = 0; i < 20; i++) t.equal(end.send(times(3000, () => PING)).length, 3000);
  t.equal(end.callbacks.finished, null);
  t.end();
});

t.test('and one that reads slowly, as long as it keeps up', (t) => {
  const end = new ServerEnd();
  end.send(open(1));
  end.requests[0]?.encoder.encodeHeaders(responseHeaders(200), false);
  end.connection.stopReading(10_000);
  for (let i = 0; i < 500; i++) {
    end.connection.push(times(10, () => PING));
    end.requests[0]?.encoder.encodeData(Buffer.alloc(100), false);
    end.connection.dispatcher.settle();
    // There is always something left to send.
    end.connection.resumeReading(300);
  }
  t.equal(end.callbacks.finished, null);
  t.end();
});

t.test('responses that nobody reads end the connection at the limit of frames', (t) => {
  const end = new ServerEnd({ maxOutboundFrames: 500 }, ({ encoder }) => encoder.encodeHeaders(responseHeaders(404), true));
  end.connection.stopReading();
  const took = floods(end, (i) => whole(2 * i + 1), 700);
  t.ok(took >= 500 && took <= 600, `${took}`);
  t.equal(end.stat('outbound_flood'), 1);
  t.end();
});

t.test('small pieces of a response that nobody reads, too', (t) => {
  const end = new ServerEnd({ maxOutboundFrames: 500 });
  end.send(settings(4, 1 << 20), whole(1));
  end.connection.stopReading();
  end.requests[0]?.encoder.encodeHeaders(responseHeaders(200), false);
  for (let i = 0; i < 700 && end.callbacks.finished === null; i++) {
    end.requests[0]?.encoder.encodeData(Buffer.from('x'), false);
    end.connection.dispatcher.settle();
  }
  t.equal(end.stat('outbound_flood'), 1);
  t.equal(end.requests[0]?.fault, FAULTS.H2_OUTBOUND_FLOOD);
  t.end();
});

t.test('PRIORITY: 100 for each stream and for the connection', (t) => {
  const end = new ServerEnd();
  end.send(open(1));
  end.send(times(200, () => PRIORITY));
  t.equal(end.callbacks.finished, null);
  t.same(end.send(PRIORITY), ['GOAWAY 1 ENHANCE_YOUR_CALM']);
  t.equal(end.stat('inbound_priority_frames_flood'), 1);
  t.equal(end.requests[0]?.fault?.details, 'http2.inbound_priority_frames_flood');
  t.end();
});

t.test('WINDOW_UPDATE: five, two for each stream and twenty for each DATA frame', (t) => {
  const end = new ServerEnd();
  end.send(whole(1), settings(4, 1000));
  end.requests[0]?.encoder.encodeHeaders(responseHeaders(200), false);
  end.requests[0]?.encoder.encodeData(Buffer.from('x'), false);
  const update = frame('WINDOW_UPDATE', 0, 1, u32(1));
  end.send(times(27, () => update));
  t.equal(end.callbacks.finished, null);
  end.take();
  t.same(end.send(update), ['GOAWAY 1 ENHANCE_YOUR_CALM']);
  t.equal(end.stat('inbound_window_update_frames_flood'), 1);
  t.end();
});

for (const [what, first, empty] of [
  ['DATA', open(1), frame('DATA', 0, 1, '')],
  ['padded DATA', open(1), frame('DATA', PADDED, 1, '\x02\0\0')],
  ['CONTINUATION', frame('HEADERS', 0, 1, post()), frame('CONTINUATION', 0, 1, '')],
] as const) {
  t.test(`empty frames of ${what}: the second in a row is one too many`, (t) => {
    const end = new ServerEnd();
    t.same(end.send(first, empty), []);
    t.same(end.send(empty), [`GOAWAY ${what === 'CONTINUATION' ? 0 : 1} ENHANCE_YOUR_CALM`]);
    t.equal(end.stat('inbound_empty_frames_flood'), 1);
    t.end();
  });
}

t.test('empty frames with something in between are none', (t) => {
  const end = new ServerEnd();
  end.send(open(1));
  t.same(end.send(times(100, (i) => frame('DATA', 0, 1, i % 2 === 0 ? '' : 'x'))), []);
  t.end();
});

t.test('SETTINGS with thousands of entries', (t) => {
  const end = new ServerEnd();
  t.same(end.send(settings(...new Array(2 * 2700).fill(1))), ['GOAWAY 0 ENHANCE_YOUR_CALM']);
  t.end();
});

t.test('a table size that goes up and down is only a number', (t) => {
  const end = new ServerEnd({}, ({ encoder }) => encoder.encodeHeaders(responseHeaders(200, 'x-a: 1'), true));
  end.send(whole(1));
  end.send(settings(...Array.from({ length: 16 }, (_, i) => [1, i % 2 === 0 ? 0 : 4096]).flat()));
  t.same(end.send(whole(3)), ['HEADERS 3 END :status 200, x-a: 1']);
  t.end();
});

t.test('a block that stands for a thousand times as much is not read to its end', (t) => {
  for (const block of [
    Buffer.concat([get(), Buffer.from(`@\x01a\x7f\xa9\x06${'v'.repeat(936)}`, 'latin1'), Buffer.alloc(8000, 0xbe)]),
    get(...new Array(1500).fill('cookie: a=b')),
    get(...new Array(1500).fill('host: a')),
  ]) {
    const end = new ServerEnd();
    t.same(
      end
        .send(whole(1), frame('HEADERS', 0, 3, block.subarray(0, 16_000)), frame('CONTINUATION', END_HEADERS, 3, block.subarray(16_000)))
        .at(-1),
      'GOAWAY 3 ENHANCE_YOUR_CALM',
    );
    t.equal(end.requests[1]?.fault, FAULTS.H2_HEADERS_TOO_LARGE);
  }
  t.end();
});

t.test('rapid reset: the connection ends when most of its streams were taken back', (t) => {
  const end = new ServerEnd();
  const took = floods(end, (i) => Buffer.concat([open(2 * i + 1), frame('RST_STREAM', 0, 2 * i + 1, u32(8))]), 10_000);
  t.equal(took, 250);
  t.equal(end.take().at(-1), 'GOAWAY 499 ENHANCE_YOUR_CALM');
  t.equal(end.requests.length, 250);
  t.end();
});

t.test('made you reset: the same when the client has us do it', (t) => {
  for (const trick of [
    (id: number) => frame('WINDOW_UPDATE', 0, id, u32(0)),
    (id: number) => frame('WINDOW_UPDATE', 0, id, u32(0x7fffffff)),
    (id: number) => frame('HEADERS', END_HEADERS, id, block('x: y')),
    (id: number) => frame('PRIORITY', 0, id, Buffer.concat([u32(id), Buffer.of(1)])),
  ]) {
    const end = new ServerEnd();
    t.equal(
      floods(end, (i) => Buffer.concat([open(2 * i + 1), trick(2 * i + 1)]), 10_000),
      250,
    );
  }
  const malformed = new ServerEnd();
  t.equal(
    floods(malformed, (i) => frame('HEADERS', END, 2 * i + 1, get('X: y')), 10_000),
    250,
    'malformed requests',
  );
  const refused = new ServerEnd({ maxConcurrentStreams: 1 });
  refused.send(open(1));
  t.equal(
    floods(refused, (i) => whole(2 * i + 3), 10_000),
    250,
    'more streams than allowed',
  );
  t.end();
});

t.test('resets of streams that were answered, or lived a while, are no attack', (t) => {
  const answered = new ServerEnd({}, null);
  for (let i = 0; i < 600; i++) {
    answered.send(open(2 * i + 1));
    answered.requests[i]?.encoder.encodeHeaders(responseHeaders(200), false);
    answered.send(frame('RST_STREAM', 0, 2 * i + 1, u32(8)));
  }
  t.equal(answered.callbacks.finished, null);
  const old = new ServerEnd();
  for (let i = 0; i < 600; i++) {
    old.send(open(2 * i + 1));
    if (i % 100 === 99) {
      old.connection.dispatcher.advance(1500);
      for (let j = i - 99; j <= i; j++) old.send(frame('RST_STREAM', 0, 2 * j + 1, u32(8)));
    }
  }
  t.equal(old.callbacks.finished, null);
  t.end();
});

t.test('a few early resets among many good requests are no attack', (t) => {
  const end = new ServerEnd({}, ({ encoder }) => encoder.encodeHeaders(responseHeaders(200), true));
  for (let i = 0; i < 2000; i++) {
    const id = 2 * i + 1;
    end.connection.dispatcher.settle();
    end.connection.push(i % 3 === 0 ? Buffer.concat([open(id), frame('RST_STREAM', 0, id, u32(8))]) : whole(id));
    if (end.callbacks.finished !== null) break;
  }
  t.equal(end.callbacks.finished, null);
  t.end();
});

t.test('clients are flooded no more than servers', (t) => {
  const pings = new ClientEnd();
  const response = pings.ask();
  pings.connection.stopReading();
  for (let i = 0; i < 1200 && pings.connection.open; i++) pings.connection.push(PING);
  t.notOk(pings.connection.open);
  t.equal(pings.stat('outbound_control_flood'), 1);
  t.equal(response.fault, FAULTS.UPSTREAM_PROTOCOL_ERROR);
  const empty = new ClientEnd();
  empty.ask();
  empty.send(frame('HEADERS', END_HEADERS, 1, ok()));
  t.same(empty.send(times(3, () => frame('DATA', 0, 1, ''))), ['GOAWAY 0 ENHANCE_YOUR_CALM']);
  const block60 = new ClientEnd();
  block60.ask();
  block60.send(frame('HEADERS', 0, 1, ok()));
  const more = frame('CONTINUATION', 0, 1, block(`x: ${'v'.repeat(16_000)}`));
  t.same(block60.send(times(6, () => more)), ['GOAWAY 0 ENHANCE_YOUR_CALM']);
  t.equal(block60.stat('header_list_size_too_large'), 1);
  t.end();
});

t.test('a response head over the limits costs its stream', (t) => {
  const end = new ClientEnd({ limits: { maxBytes: 1000, maxCount: 10 } });
  const response = end.ask();
  t.same(end.send(frame('HEADERS', END, 1, ok(`x: ${'v'.repeat(1000)}`))), ['RST_STREAM 1 INTERNAL_ERROR']);
  t.equal(response.fault, FAULTS.UPSTREAM_PROTOCOL_ERROR);
  t.equal(end.stat('header_overflow'), 1);
  t.ok(end.connection.open);
  t.end();
});

t.test('what one connection brings is done a little at a time, and nothing of it is lost', (t) => {
  const end = new ServerEnd();
  end.connection.push(times(5000, (i) => frame('PING', 0, 0, String(i).padEnd(8))));
  t.equal(end.connection.readDisabled, 1, 'nothing more is read meanwhile');
  const { dispatcher } = end.connection;
  dispatcher.turn();
  end.connection.push(PING);
  const answers = end.take();
  t.equal(answers.length, 5001);
  t.equal(answers[4999], 'PING ACK 4999    ');
  t.equal(end.connection.readDisabled, 0);
  const busy = new ServerEnd();
  busy.connection.push(times(700, (i) => whole(2 * i + 1)));
  t.equal(busy.requests.length, 64);
  busy.connection.dispatcher.turn();
  t.equal(busy.requests.length, 128);
  busy.take();
  t.equal(busy.requests.length, 700);
  t.end();
});

t.test('reads of one turn share its budget, and the next turn has a new one', (t) => {
  const end = new ServerEnd();
  const twenty = (n: number): Buffer => times(20, (i) => whole(2 * (20 * n + i) + 1));
  for (let n = 0; n < 5; n++) end.connection.push(twenty(n));
  t.equal(end.requests.length, 64, 'of a hundred in five reads');
  end.connection.dispatcher.settle();
  t.equal(end.requests.length, 100);
  t.equal(end.connection.readDisabled, 0);
  end.connection.push(twenty(5));
  end.connection.push(twenty(6));
  t.equal(end.requests.length, 140);
  for (let n = 7; n < 15; n++) {
    end.connection.push(twenty(n));
    end.connection.dispatcher.turn();
    t.equal(end.requests.length, 20 * n + 20, 'who sends little in each turn is never held up');
  }
  t.end();
});

t.test('a connection that ends with input held back lets go of it', (t) => {
  const end = new ServerEnd();
  end.connection.push(Buffer.concat([times(2000, () => PING), times(100, () => frame('PING', 0, 0, 'short'))]));
  end.take();
  t.ok(end.connection.ended);
  t.equal(end.connection.readDisabled, 0);
  const closed = new ServerEnd();
  closed.connection.push(times(5000, () => PING));
  closed.connection.fail('');
  closed.connection.dispatcher.settle();
  t.equal(closed.codec.activeStreams, 0);
  t.end();
});

t.test('frames that the kernel has not taken are in the gauges until it has, or the connection is over', (t) => {
  const flood = (end: ServerEnd): void => {
    end.connection.stopReading();
    for (let i = 0; i < 4; i++) end.send(times(100, () => PING));
  };
  const gauges = (end: ServerEnd): number[] => [end.stat('outbound_frames_active'), end.stat('outbound_control_frames_active')];
  const end = new ServerEnd();
  end.send(times(100, () => PING));
  t.same(gauges(end), [0, 0], 'what leaves with the turn does not wait');
  flood(end);
  const [frames = 0, control] = gauges(end);
  t.ok(frames > 200 && frames <= 400, `${frames}`);
  t.equal(control, frames);
  end.connection.resumeReading();
  end.connection.dispatcher.advance(1000);
  t.same(gauges(end), [0, 0]);
  flood(end);
  t.ok(end.stat('outbound_frames_active') > 200);
  end.connection.fail('');
  t.same(gauges(end), [0, 0]);
  t.equal(end.connection.dispatcher.timers.armedCount, 0);
  t.end();
});
