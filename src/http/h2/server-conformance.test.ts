/**
 * A row for every rule of RFC 9113 (and of RFC 7541 where it meets a connection) that a server can be held to: what a client sends
 * after its preface and SETTINGS, and the frames that have to come back, exactly.
 */
import t from 'tap';
import { dies, PING, PONG, RESPONSE, type Row, resets, runRows } from '../../../test/support/h2-rows.ts';
import {
  ACK,
  block,
  END,
  END_HEADERS,
  END_STREAM,
  frame,
  get,
  PADDED,
  PREFACE,
  PRIORITY,
  post,
  SETTINGS_ACK,
  ServerEnd,
  settings,
  u32,
} from '../../../test/support/h2-wire.ts';
import { answerOk } from '../../../test/support/http-messages.ts';
import { HpackEncoder } from './hpack/encoder.ts';

const OPEN = frame('HEADERS', END_HEADERS, 1, post());
const WHOLE = frame('HEADERS', END, 1, get());
const BIG = Buffer.alloc(16385);

/** One table for each section. */
const SECTIONS: { readonly [section: string]: readonly Row[] } = {
  '3.4 preface': [
    { rule: 'the client may begin at once', send: [WHOLE], expect: RESPONSE, answer: true },
    { rule: 'SETTINGS are acknowledged', send: [settings()], expect: ['SETTINGS ACK'] },
  ],
  '4.1 frames': [
    { rule: 'unknown types are ignored', send: [frame(0x16, 0, 0, 'ignored'), frame(0xff, 0xff, 1, 'too'), PING], expect: [PONG] },
    { rule: 'unknown flags are ignored', send: [frame('PING', 0x16, 0, '8 bytes!')], expect: [PONG] },
    { rule: 'the reserved bit of the stream is ignored', send: [frame('PING', 0, 0x80000000, '8 bytes!')], expect: [PONG] },
    {
      rule: 'the reserved bit of an increment is ignored',
      send: [frame('WINDOW_UPDATE', 0, 0, u32(0x80000001)), PING],
      expect: [PONG],
    },
  ],
  '4.2 frame size': [
    { rule: 'DATA of 16,384 bytes', send: [OPEN, frame('DATA', END_STREAM, 1, Buffer.alloc(16384)), PING], expect: [PONG] },
    { rule: 'DATA larger than that', send: [OPEN, frame('DATA', 0, 1, BIG)], expect: dies('FRAME_SIZE_ERROR', 1) },
    { rule: 'HEADERS larger than that', send: [frame('HEADERS', END, 1, BIG)], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'unknown frames larger than that', send: [frame(0x16, 0, 0, BIG)], expect: dies('FRAME_SIZE_ERROR') },
  ],
  '4.3 field sections': [
    {
      rule: 'a block that cannot be read',
      send: [frame('HEADERS', END, 1, '\xff\xff\xff\xff\xff\xff')],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    { rule: 'DATA within a block', send: [frame('HEADERS', 0, 1, post()), frame('DATA', 0, 1, 'x')], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'PRIORITY within a block',
      send: [frame('HEADERS', 0, 1, post()), frame('PRIORITY', 0, 1, '12345')],
      expect: dies('PROTOCOL_ERROR'),
    },
    { rule: 'PING within a block', send: [frame('HEADERS', 0, 1, post()), PING], expect: dies('PROTOCOL_ERROR') },
    { rule: 'unknown frames within a block', send: [frame('HEADERS', 0, 1, post()), frame(0x16, 0, 1)], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'HEADERS of another stream within a block',
      send: [frame('HEADERS', 0, 1, post()), frame('HEADERS', END, 3, get())],
      expect: dies('PROTOCOL_ERROR'),
    },
    {
      rule: 'a refused stream leaves the table in step',
      send: [
        frame('HEADERS', END, 1, Buffer.concat([get(), Buffer.from('@\x01X\x01b', 'latin1')])),
        frame('HEADERS', END, 3, '\xbe'),
        PING,
      ],
      expect: [...resets('PROTOCOL_ERROR'), ...resets('PROTOCOL_ERROR', 3), PONG],
    },
  ],
  '5.1 stream states': [
    { rule: 'idle: DATA', send: [frame('DATA', 0, 1, 'x')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: RST_STREAM', send: [frame('RST_STREAM', 0, 1, u32(8))], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: WINDOW_UPDATE', send: [frame('WINDOW_UPDATE', 0, 1, u32(100))], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: CONTINUATION', send: [frame('CONTINUATION', END_HEADERS, 1, get())], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: PRIORITY', send: [frame('PRIORITY', 0, 1, '\0\0\0\0\x10'), PING], expect: [PONG] },
    { rule: 'half-closed (remote): DATA', send: [WHOLE, frame('DATA', 0, 1, 'x')], expect: resets('STREAM_CLOSED') },
    { rule: 'half-closed (remote): HEADERS', send: [WHOLE, WHOLE], expect: resets('STREAM_CLOSED') },
    {
      rule: 'half-closed (remote): CONTINUATION',
      send: [WHOLE, frame('CONTINUATION', END_HEADERS, 1, '')],
      expect: dies('PROTOCOL_ERROR', 1),
    },
    {
      rule: 'half-closed (remote): WINDOW_UPDATE, PRIORITY and RST_STREAM',
      send: [WHOLE, frame('WINDOW_UPDATE', 0, 1, u32(1)), frame('PRIORITY', 0, 1, '\0\0\0\0\x10'), frame('RST_STREAM', 0, 1, u32(8)), PING],
      expect: [PONG],
    },
    { rule: 'closed: DATA', send: [WHOLE, frame('DATA', 0, 1, 'x')], expect: [...RESPONSE, ...dies('STREAM_CLOSED', 1)], answer: true },
    { rule: 'closed: HEADERS', send: [WHOLE, WHOLE], expect: [...RESPONSE, ...dies('STREAM_CLOSED', 1)], answer: true },
    {
      rule: 'closed: CONTINUATION',
      send: [WHOLE, frame('CONTINUATION', END_HEADERS, 1, '')],
      expect: [...RESPONSE, ...dies('PROTOCOL_ERROR', 1)],
      answer: true,
    },
    {
      rule: 'closed: WINDOW_UPDATE, PRIORITY and RST_STREAM',
      send: [WHOLE, frame('WINDOW_UPDATE', 0, 1, u32(1)), frame('PRIORITY', 0, 1, '\0\0\0\0\x10'), frame('RST_STREAM', 0, 1, u32(8)), PING],
      expect: [...RESPONSE, PONG],
      answer: true,
    },
    {
      rule: 'reset by the client: DATA',
      send: [OPEN, frame('RST_STREAM', 0, 1, u32(8)), frame('DATA', 0, 1, 'x'), PING],
      expect: [...resets('STREAM_CLOSED'), PONG],
    },
    {
      rule: 'reset by the client: HEADERS',
      send: [OPEN, frame('RST_STREAM', 0, 1, u32(8)), WHOLE, PING],
      expect: [...resets('STREAM_CLOSED'), PONG],
    },
    {
      rule: 'reset by us: whatever was on its way is ignored',
      send: [
        OPEN,
        frame('WINDOW_UPDATE', 0, 1, u32(0)),
        frame('DATA', 0, 1, 'x'),
        frame('WINDOW_UPDATE', 0, 1, u32(0)),
        frame('HEADERS', END, 1, block('x-trailer: 1')),
        frame('RST_STREAM', 0, 1, u32(8)),
        PING,
      ],
      expect: [...resets('PROTOCOL_ERROR'), PONG],
    },
  ],
  '5.1.1 stream identifiers': [
    { rule: 'even', send: [frame('HEADERS', END, 2, get())], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'smaller than before',
      send: [frame('HEADERS', END, 5, get()), frame('HEADERS', END, 3, get())],
      expect: dies('PROTOCOL_ERROR', 5),
    },
    {
      rule: 'those that were left out are closed',
      send: [frame('HEADERS', END, 5, get()), frame('DATA', 0, 3, 'x')],
      expect: dies('STREAM_CLOSED', 5),
    },
  ],
  '5.1.2 concurrency': [
    {
      rule: 'one stream too many is refused, and its block is read',
      send: [OPEN, frame('HEADERS', END, 3, get()), PING],
      expect: [...resets('REFUSED_STREAM', 3), PONG],
      change: { maxConcurrentStreams: 1 },
    },
    {
      rule: 'a stream that ended makes room',
      send: [WHOLE, frame('HEADERS', END, 3, get())],
      expect: [...RESPONSE, ...RESPONSE.map((line) => line.replace(' 1 ', ' 3 '))],
      change: { maxConcurrentStreams: 1 },
      answer: true,
    },
  ],
  '5.3 priority': [
    {
      rule: 'HEADERS that depend on themselves',
      send: [frame('HEADERS', END | PRIORITY, 1, Buffer.concat([u32(1), Buffer.of(255), get()]))],
      expect: dies('PROTOCOL_ERROR'),
    },
    {
      rule: 'PRIORITY that depends on itself',
      send: [OPEN, frame('PRIORITY', 0, 1, Buffer.concat([u32(1), Buffer.of(255)]))],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'the same on an idle stream',
      send: [frame('PRIORITY', 0, 1, Buffer.concat([u32(1), Buffer.of(255)]))],
      expect: dies('PROTOCOL_ERROR'),
    },
    {
      rule: 'everything else is ignored',
      send: [
        frame('HEADERS', END | PRIORITY, 1, Buffer.concat([u32(0x80000003), Buffer.of(9), get()])),
        frame('PRIORITY', 0, 7, '\0\0\0\x01\x10'),
      ],
      expect: RESPONSE,
      answer: true,
    },
  ],
  '5.5 extensions': [
    { rule: 'unknown settings are ignored', send: [settings(0x99, 1, 0xf000, 7)], expect: ['SETTINGS ACK'] },
    { rule: 'unknown error codes are taken', send: [OPEN, frame('RST_STREAM', 0, 1, u32(0xff)), PING], expect: [PONG] },
  ],
  '6.1 DATA': [
    { rule: 'stream 0', send: [frame('DATA', 0, 0, 'x')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'padding', send: [OPEN, frame('DATA', PADDED | END_STREAM, 1, '\x03hello\0\0\0')], expect: RESPONSE, answer: true },
    { rule: 'padding only', send: [OPEN, frame('DATA', PADDED | END_STREAM, 1, '\x00')], expect: RESPONSE, answer: true },
    { rule: 'padding as long as the payload', send: [OPEN, frame('DATA', PADDED, 1, '\x06hello')], expect: dies('PROTOCOL_ERROR', 1) },
    { rule: 'padding longer than the payload', send: [OPEN, frame('DATA', PADDED, 1, '\xffhello')], expect: dies('PROTOCOL_ERROR', 1) },
    { rule: 'padded without a length', send: [OPEN, frame('DATA', PADDED, 1, '')], expect: dies('FRAME_SIZE_ERROR', 1) },
  ],
  '6.2 HEADERS': [
    { rule: 'stream 0', send: [frame('HEADERS', END, 0, get())], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'padding',
      send: [frame('HEADERS', END | PADDED, 1, Buffer.concat([Buffer.of(4), get(), Buffer.alloc(4)]))],
      expect: RESPONSE,
      answer: true,
    },
    {
      rule: 'padding and priority',
      send: [frame('HEADERS', END | PADDED | PRIORITY, 1, Buffer.concat([Buffer.of(2), u32(0), Buffer.of(7), get(), Buffer.alloc(2)]))],
      expect: RESPONSE,
      answer: true,
    },
    { rule: 'padding longer than the payload', send: [frame('HEADERS', END | PADDED, 1, '\x08hello')], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'padding that leaves no room for the priority',
      send: [frame('HEADERS', END | PADDED | PRIORITY, 1, '\x03\0\0\0\0\x01ab')],
      expect: dies('PROTOCOL_ERROR'),
    },
    { rule: 'padded without a length', send: [frame('HEADERS', END | PADDED, 1, '')], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'a priority without room', send: [frame('HEADERS', END | PRIORITY, 1, 'abcd')], expect: dies('FRAME_SIZE_ERROR') },
  ],
  '6.3 PRIORITY': [
    { rule: 'stream 0', send: [frame('PRIORITY', 0, 0, '\0\0\0\0\x10')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'length', send: [OPEN, frame('PRIORITY', 0, 1, '\0\0\0\0')], expect: dies('FRAME_SIZE_ERROR', 1) },
  ],
  '6.4 RST_STREAM': [
    { rule: 'stream 0', send: [frame('RST_STREAM', 0, 0, u32(8))], expect: dies('PROTOCOL_ERROR') },
    { rule: 'length', send: [OPEN, frame('RST_STREAM', 0, 1, '\0\0\0')], expect: dies('FRAME_SIZE_ERROR', 1) },
  ],
  '6.5 SETTINGS': [
    { rule: 'acknowledgement with a payload', send: [frame('SETTINGS', ACK, 0, '\0\x03\0\0\0\x01')], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'on a stream', send: [frame('SETTINGS', 0, 1, '')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'length', send: [frame('SETTINGS', 0, 0, '\0\x03\0')], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'ENABLE_PUSH of 2', send: [settings(2, 2)], expect: dies('PROTOCOL_ERROR') },
    { rule: 'ENABLE_PUSH of 1', send: [settings(2, 1)], expect: ['SETTINGS ACK'] },
    { rule: 'INITIAL_WINDOW_SIZE of 2^31', send: [settings(4, 0x80000000)], expect: dies('FLOW_CONTROL_ERROR') },
    { rule: 'MAX_FRAME_SIZE of 16,383', send: [settings(5, 16383)], expect: dies('PROTOCOL_ERROR') },
    { rule: 'MAX_FRAME_SIZE of 2^24', send: [settings(5, 1 << 24)], expect: dies('PROTOCOL_ERROR') },
    { rule: 'MAX_FRAME_SIZE of 2^24 - 1', send: [settings(5, 0xffffff)], expect: ['SETTINGS ACK'] },
    { rule: 'an acknowledgement nobody waits for', send: [SETTINGS_ACK, PING], expect: [PONG] },
    {
      rule: 'the last value of several holds',
      send: [settings(4, 100, 4, 1), OPEN, frame('DATA', END_STREAM, 1, 'x')],
      expect: ['SETTINGS ACK', RESPONSE[0] as string, 'DATA 1 o'],
      answer: true,
    },
    { rule: 'ENABLE_CONNECT_PROTOCOL of 2 (RFC 8441)', send: [settings(8, 2)], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'ENABLE_CONNECT_PROTOCOL taken back',
      send: [settings(8, 1), settings(8, 0)],
      expect: ['SETTINGS ACK', ...dies('PROTOCOL_ERROR')],
    },
  ],
  '6.6 PUSH_PROMISE': [
    { rule: 'from a client', send: [OPEN, frame('PUSH_PROMISE', END_HEADERS, 1, u32(2))], expect: dies('PROTOCOL_ERROR', 1) },
  ],
  '6.7 PING': [
    { rule: 'is answered', send: [PING], expect: [PONG] },
    { rule: 'an answer is not', send: [frame('PING', ACK, 0, '8 bytes!')], expect: [] },
    { rule: 'on a stream', send: [frame('PING', 0, 1, '8 bytes!')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'length', send: [frame('PING', 0, 0, '6bytes')], expect: dies('FRAME_SIZE_ERROR') },
  ],
  '6.8 GOAWAY': [
    { rule: 'on a stream', send: [OPEN, frame('GOAWAY', 0, 1, u32(0, 0))], expect: dies('PROTOCOL_ERROR', 1) },
    { rule: 'length', send: [frame('GOAWAY', 0, 0, u32(0))], expect: dies('FRAME_SIZE_ERROR') },
    {
      rule: 'what runs is finished',
      send: [OPEN, frame('GOAWAY', 0, 0, Buffer.concat([u32(0, 0), Buffer.from('why')])), frame('DATA', END_STREAM, 1, 'x')],
      expect: RESPONSE,
      answer: true,
    },
  ],
  '6.9 WINDOW_UPDATE': [
    { rule: 'increment of 0 on the connection', send: [frame('WINDOW_UPDATE', 0, 0, u32(0))], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'increment of 0 on a stream',
      send: [OPEN, frame('WINDOW_UPDATE', 0, 1, u32(0)), PING],
      expect: [...resets('PROTOCOL_ERROR'), PONG],
    },
    { rule: 'length', send: [frame('WINDOW_UPDATE', 0, 0, '\0\0\x01')], expect: dies('FRAME_SIZE_ERROR') },
    {
      rule: 'a connection window above 2^31 - 1',
      send: [frame('WINDOW_UPDATE', 0, 0, u32(0x7fffffff))],
      expect: dies('FLOW_CONTROL_ERROR'),
    },
    {
      rule: 'a stream window above 2^31 - 1',
      send: [OPEN, frame('WINDOW_UPDATE', 0, 1, u32(0x7fffffff)), PING],
      expect: [...resets('FLOW_CONTROL_ERROR'), PONG],
    },
    {
      rule: 'the window of a stream',
      send: [settings(4, 1), OPEN, frame('DATA', END_STREAM, 1, 'x'), frame('WINDOW_UPDATE', 0, 1, u32(1))],
      expect: ['SETTINGS ACK', RESPONSE[0] as string, 'DATA 1 o', 'DATA 1 END k'],
      answer: true,
    },
    {
      rule: 'SETTINGS that open windows',
      send: [settings(4, 0), WHOLE, settings(4, 1), settings(4, 2)],
      expect: ['SETTINGS ACK', RESPONSE[0] as string, 'SETTINGS ACK', 'DATA 1 o', 'SETTINGS ACK', 'DATA 1 END k'],
      answer: true,
    },
    {
      rule: 'SETTINGS that make windows negative',
      send: [settings(4, 1), WHOLE, settings(4, 0), frame('WINDOW_UPDATE', 0, 1, u32(1)), settings(4, 1)],
      expect: ['SETTINGS ACK', RESPONSE[0] as string, 'DATA 1 o', 'SETTINGS ACK', 'SETTINGS ACK', 'DATA 1 END k'],
      answer: true,
    },
    {
      rule: 'SETTINGS that push a window above 2^31 - 1',
      send: [OPEN, frame('WINDOW_UPDATE', 0, 1, u32(0x7fff0000)), settings(4, 0x7fffffff)],
      expect: dies('FLOW_CONTROL_ERROR', 1),
    },
  ],
  '6.10 CONTINUATION': [
    {
      rule: 'as many as it takes',
      send: [
        frame('HEADERS', END_STREAM, 1, get()),
        frame('CONTINUATION', 0, 1, block('x-a: 1')),
        frame('CONTINUATION', END_HEADERS, 1, block('x-b: 1')),
      ],
      expect: RESPONSE,
      answer: true,
    },
    {
      rule: 'of another stream',
      send: [frame('HEADERS', 0, 1, post()), frame('CONTINUATION', END_HEADERS, 3, '')],
      expect: dies('PROTOCOL_ERROR'),
    },
    {
      rule: 'on stream 0',
      send: [frame('HEADERS', 0, 1, post()), frame('CONTINUATION', END_HEADERS, 0, '')],
      expect: dies('PROTOCOL_ERROR'),
    },
    { rule: 'behind END_HEADERS', send: [OPEN, frame('CONTINUATION', END_HEADERS, 1, '')], expect: dies('PROTOCOL_ERROR', 1) },
    {
      rule: 'behind a last CONTINUATION',
      send: [
        frame('HEADERS', 0, 1, post()),
        frame('CONTINUATION', END_HEADERS, 1, block('x-a: 1')),
        frame('CONTINUATION', END_HEADERS, 1, ''),
      ],
      expect: dies('PROTOCOL_ERROR', 1),
    },
    {
      rule: 'behind DATA',
      send: [OPEN, frame('DATA', 0, 1, 'x'), frame('CONTINUATION', END_HEADERS, 1, '')],
      expect: dies('PROTOCOL_ERROR', 1),
    },
  ],
};

for (const [section, rows] of Object.entries(SECTIONS)) {
  t.test(`RFC 9113, ${section}`, (t) => {
    runRows(t, rows);
    t.end();
  });
}

t.test('RFC 9113, 3.4: what is no preface ends the connection', (t) => {
  for (const bytes of ['GET / HTTP/1.1\r\nhost: a\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n', '\x16\x03\x01\x02\0']) {
    const end = new ServerEnd({}, null, null);
    t.same(end.send(Buffer.from(bytes, 'latin1')), ['GOAWAY 0 PROTOCOL_ERROR']);
    t.ok(end.connection.ended);
  }
  for (const first of [PING, WHOLE, SETTINGS_ACK]) {
    const end = new ServerEnd({}, null, null);
    t.same(end.send(PREFACE, first), ['GOAWAY 0 PROTOCOL_ERROR'], 'SETTINGS come first');
  }
  t.end();
});

t.test('RFC 9113, 6.5.2: what we say of ourselves', (t) => {
  t.same(new ServerEnd().greeting, ['SETTINGS 3=1024 4=65536', 'WINDOW_UPDATE 0 983041', 'SETTINGS ACK']);
  const all = {
    maxConcurrentStreams: 7,
    initialStreamWindow: 65535,
    initialConnectionWindow: 65535,
    allowConnect: true,
    hpackTableSize: 0,
  };
  t.same(new ServerEnd(all).greeting, ['SETTINGS 3=7 8=1 1=0', 'SETTINGS ACK']);
  t.end();
});

t.test('RFC 9113, 6.5.3: SETTINGS that nobody acknowledges end the connection after ten seconds', (t) => {
  const end = new ServerEnd({}, null, Buffer.concat([PREFACE, settings()]));
  end.connection.dispatcher.advance(9900);
  t.same(end.take(), []);
  end.connection.dispatcher.advance(200);
  t.same(end.take(), ['GOAWAY 0 SETTINGS_TIMEOUT']);
  const good = new ServerEnd();
  good.connection.dispatcher.advance(60_000);
  t.same(good.take(), []);
  t.end();
});

t.test('RFC 9113, 4.3.1: a smaller table holds once it is acknowledged, and has to be announced', (t) => {
  const hello = Buffer.concat([PREFACE, settings()]);
  const field = Buffer.from('@\x03x-a\x01b', 'latin1');
  const before = new ServerEnd({ hpackTableSize: 0 }, answerOk, hello);
  t.same(before.send(frame('HEADERS', END, 1, Buffer.concat([get(), field]))), RESPONSE, 'the peer did not know');
  t.same(before.send(SETTINGS_ACK, frame('HEADERS', END, 3, get())), ['GOAWAY 3 COMPRESSION_ERROR'], 'now it does');
  const after = new ServerEnd({ hpackTableSize: 0 }, answerOk, Buffer.concat([hello, SETTINGS_ACK]));
  t.same(after.send(frame('HEADERS', END, 1, Buffer.concat([Buffer.of(0x20), get()]))), RESPONSE);
  t.end();
});

t.test('RFC 7541, 4.2: the table of our encoder follows the settings of the client', (t) => {
  const end = new ServerEnd({}, answerOk);
  end.send(settings(1, 0));
  t.same(end.send(WHOLE), RESPONSE, 'the decoder of the test takes the update');
  t.equal(new HpackEncoder().table.limit, 4096);
  t.end();
});

t.test('by default a malformed message ends the connection, as in Envoy', (t) => {
  const end = new ServerEnd({ streamErrorOnInvalidMessage: false });
  t.same(end.send(OPEN, frame('HEADERS', END, 3, get('X: y'))), ['GOAWAY 3 PROTOCOL_ERROR']);
  t.equal(end.stat('rx_messaging_error'), 1);
  t.equal(end.requests[0]?.fault?.details, 'http2.invalid.header.field');
  t.equal(end.requests.length, 2, 'it is logged');
  t.end();
});

t.test('RFC 9113, 6.9.1: more DATA than the windows allow, while nobody takes it', (t) => {
  const piece = frame('DATA', 0, 1, Buffer.alloc(16384));
  const stall = (end: ServerEnd): void => {
    end.send(OPEN);
    end.requests[0]?.encoder.readDisable(true);
  };
  const stream = new ServerEnd({ initialStreamWindow: 16384 });
  stall(stream);
  t.same(stream.send(piece), []);
  t.same(stream.send(frame('DATA', 0, 1, 'x'), PING), ['RST_STREAM 1 FLOW_CONTROL_ERROR', PONG]);
  const connection = new ServerEnd({ initialConnectionWindow: 65535, initialStreamWindow: 1 << 20 });
  stall(connection);
  t.same(connection.send(piece, piece, piece), []);
  t.same(connection.send(piece), ['GOAWAY 1 FLOW_CONTROL_ERROR']);
  t.end();
});
