/**
 * The rules of RFC 9113 from the other side: what a server sends in answer to `GET /` on stream 1 (and `POST /`, still open, on
 * stream 3), and the frames that have to come back, exactly.
 */
import t from 'tap';
import {
  ACK,
  block,
  ClientEnd,
  END,
  END_HEADERS,
  END_STREAM,
  frame,
  ok,
  PADDED,
  PRIORITY,
  SETTINGS_ACK,
  settings,
  u32,
} from '../../../test/support/h2-wire.ts';
import { fieldLines, RecordedResponse, requestHeaders } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';

interface Row {
  readonly rule: string;
  readonly send: readonly Uint8Array[];
  readonly expect: readonly string[];
  /** What became of the response on stream 1; nothing when not told. */
  readonly response?: 'complete' | 'open' | keyof typeof FAULTS;
}

const HEAD = frame('HEADERS', END_HEADERS, 1, ok());
const WHOLE = frame('HEADERS', END, 1, ok());
const PING = frame('PING', 0, 0, '8 bytes!');
const PONG = 'PING ACK 8 bytes!';
const BIG = Buffer.alloc(16385);

const dies = (code: string): string[] => [`GOAWAY 0 ${code}`];
const resets = (code: string): string[] => [`RST_STREAM 1 ${code}`, PONG];
const FAILED = 'UPSTREAM_PROTOCOL_ERROR';

const SECTIONS: { readonly [section: string]: readonly Row[] } = {
  '4 frames': [
    { rule: 'unknown types are ignored', send: [frame(0x16, 0, 0, 'ignored'), WHOLE, PING], expect: [PONG], response: 'complete' },
    { rule: 'unknown flags are ignored', send: [frame('HEADERS', 0xd2 | END, 1, ok())], expect: [], response: 'complete' },
    { rule: 'reserved bits are ignored', send: [frame('PING', 0, 0x80000000, '8 bytes!')], expect: [PONG], response: 'open' },
    {
      rule: 'DATA of 16,384 bytes',
      send: [HEAD, frame('DATA', END_STREAM, 1, BIG.subarray(1)), PING],
      expect: [PONG],
      response: 'complete',
    },
    { rule: 'DATA larger than that', send: [HEAD, frame('DATA', 0, 1, BIG)], expect: dies('FRAME_SIZE_ERROR'), response: FAILED },
    { rule: 'HEADERS larger than that', send: [frame('HEADERS', END, 1, BIG)], expect: dies('FRAME_SIZE_ERROR'), response: FAILED },
    { rule: 'a block that cannot be read', send: [frame('HEADERS', END, 1, '\x80')], expect: dies('COMPRESSION_ERROR'), response: FAILED },
    {
      rule: 'another frame within a block',
      send: [frame('HEADERS', 0, 1, ok()), PING],
      expect: dies('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'HEADERS of another stream within a block',
      send: [frame('HEADERS', 0, 1, ok()), frame('HEADERS', END, 3, ok())],
      expect: dies('PROTOCOL_ERROR'),
      response: FAILED,
    },
  ],
  '5.1 stream states': [
    { rule: 'idle: DATA', send: [frame('DATA', 0, 5, 'x')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: HEADERS', send: [frame('HEADERS', END, 5, ok())], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: RST_STREAM', send: [frame('RST_STREAM', 0, 5, u32(8))], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: WINDOW_UPDATE', send: [frame('WINDOW_UPDATE', 0, 5, u32(1))], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: CONTINUATION', send: [frame('CONTINUATION', END_HEADERS, 5, ok())], expect: dies('PROTOCOL_ERROR') },
    { rule: 'idle: PRIORITY', send: [frame('PRIORITY', 0, 5, '\0\0\0\0\x10'), PING], expect: [PONG] },
    { rule: 'streams of servers are never opened', send: [frame('HEADERS', END, 2, ok())], expect: dies('PROTOCOL_ERROR') },
    { rule: 'closed: DATA', send: [WHOLE, frame('DATA', 0, 1, 'x')], expect: dies('STREAM_CLOSED'), response: 'complete' },
    { rule: 'closed: HEADERS', send: [WHOLE, WHOLE], expect: dies('STREAM_CLOSED'), response: 'complete' },
    {
      rule: 'closed: CONTINUATION',
      send: [WHOLE, frame('CONTINUATION', END_HEADERS, 1, '')],
      expect: dies('PROTOCOL_ERROR'),
      response: 'complete',
    },
    {
      rule: 'closed: WINDOW_UPDATE, PRIORITY and RST_STREAM',
      send: [WHOLE, frame('WINDOW_UPDATE', 0, 1, u32(1)), frame('PRIORITY', 0, 1, '\0\0\0\0\x10'), frame('RST_STREAM', 0, 1, u32(0)), PING],
      expect: [PONG],
      response: 'complete',
    },
    {
      rule: 'ended by the server while the request goes on: DATA',
      send: [frame('HEADERS', END, 3, ok()), frame('DATA', 0, 3, 'x'), PING],
      expect: ['RST_STREAM 3 STREAM_CLOSED', PONG],
    },
    {
      rule: 'ended by the server while the request goes on: HEADERS',
      send: [frame('HEADERS', END, 3, ok()), frame('HEADERS', END, 3, ok()), PING],
      expect: ['RST_STREAM 3 STREAM_CLOSED', PONG],
    },
    {
      rule: 'reset by the server: DATA and HEADERS',
      send: [frame('RST_STREAM', 0, 1, u32(8)), frame('DATA', 0, 1, 'x'), frame('HEADERS', END, 1, ok()), PING],
      expect: ['RST_STREAM 1 STREAM_CLOSED', PONG],
      response: 'UPSTREAM_REMOTE_RESET',
    },
  ],
  '5.4 and 8.7 resets': [
    { rule: 'not processed', send: [frame('RST_STREAM', 0, 1, u32(7))], expect: [], response: 'REFUSED_STREAM' },
    { rule: 'cancelled', send: [frame('RST_STREAM', 0, 1, u32(8))], expect: [], response: 'UPSTREAM_REMOTE_RESET' },
    { rule: 'an internal error', send: [HEAD, frame('RST_STREAM', 0, 1, u32(2))], expect: [], response: 'UPSTREAM_REMOTE_RESET' },
    { rule: 'a protocol error', send: [frame('RST_STREAM', 0, 1, u32(1))], expect: [], response: FAILED },
    { rule: 'refused when it had begun', send: [HEAD, frame('RST_STREAM', 0, 1, u32(7))], expect: [], response: 'UPSTREAM_REMOTE_RESET' },
    { rule: 'a code that nobody knows', send: [frame('RST_STREAM', 0, 1, u32(0xff))], expect: [], response: 'UPSTREAM_REMOTE_RESET' },
  ],
  '6.1 to 6.4': [
    { rule: 'DATA on stream 0', send: [frame('DATA', 0, 0, 'x')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'DATA with padding', send: [HEAD, frame('DATA', PADDED | END_STREAM, 1, '\x03hello\0\0\0')], expect: [], response: 'complete' },
    {
      rule: 'DATA with too much padding',
      send: [HEAD, frame('DATA', PADDED, 1, '\x06hello')],
      expect: dies('PROTOCOL_ERROR'),
      response: FAILED,
    },
    { rule: 'HEADERS on stream 0', send: [frame('HEADERS', END, 0, ok())], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'HEADERS with padding and priority',
      send: [frame('HEADERS', END | PADDED | PRIORITY, 1, Buffer.concat([Buffer.of(2), u32(0), Buffer.of(7), ok(), Buffer.alloc(2)]))],
      expect: [],
      response: 'complete',
    },
    { rule: 'HEADERS with too much padding', send: [frame('HEADERS', END | PADDED, 1, '\x08hello')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'PRIORITY on stream 0', send: [frame('PRIORITY', 0, 0, '\0\0\0\0\x10')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'PRIORITY of another length', send: [frame('PRIORITY', 0, 1, '\0\0\0\0')], expect: dies('FRAME_SIZE_ERROR') },
    {
      rule: 'PRIORITY that depends on itself',
      send: [frame('PRIORITY', 0, 1, Buffer.concat([u32(1), Buffer.of(1)])), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    { rule: 'RST_STREAM on stream 0', send: [frame('RST_STREAM', 0, 0, u32(8))], expect: dies('PROTOCOL_ERROR') },
    { rule: 'RST_STREAM of another length', send: [frame('RST_STREAM', 0, 1, '\0\0\0')], expect: dies('FRAME_SIZE_ERROR') },
  ],
  '6.5 SETTINGS': [
    { rule: 'acknowledgement with a payload', send: [frame('SETTINGS', ACK, 0, '\0\x03\0\0\0\x01')], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'on a stream', send: [frame('SETTINGS', 0, 1, '')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'length', send: [frame('SETTINGS', 0, 0, '\0\x03\0')], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'a server does not say ENABLE_PUSH of 1', send: [settings(2, 1)], expect: dies('PROTOCOL_ERROR') },
    { rule: 'ENABLE_PUSH of 0', send: [settings(2, 0)], expect: ['SETTINGS ACK'] },
    { rule: 'INITIAL_WINDOW_SIZE of 2^31', send: [settings(4, 0x80000000)], expect: dies('FLOW_CONTROL_ERROR') },
    { rule: 'MAX_FRAME_SIZE of 16,383', send: [settings(5, 16383)], expect: dies('PROTOCOL_ERROR') },
    { rule: 'MAX_FRAME_SIZE of 2^24', send: [settings(5, 1 << 24)], expect: dies('PROTOCOL_ERROR') },
    { rule: 'unknown ones', send: [settings(0x99, 1)], expect: ['SETTINGS ACK'] },
  ],
  '6.6 PUSH_PROMISE': [
    {
      rule: 'we said that nobody may',
      send: [frame('PUSH_PROMISE', END_HEADERS, 1, Buffer.concat([u32(2), ok()]))],
      expect: dies('PROTOCOL_ERROR'),
      response: FAILED,
    },
  ],
  '6.7 PING, 6.8 GOAWAY': [
    { rule: 'PING is answered', send: [PING], expect: [PONG] },
    { rule: 'an answer is not', send: [frame('PING', ACK, 0, '8 bytes!')], expect: [] },
    { rule: 'PING on a stream', send: [frame('PING', 0, 1, '8 bytes!')], expect: dies('PROTOCOL_ERROR') },
    { rule: 'PING of another length', send: [frame('PING', 0, 0, '6bytes')], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'GOAWAY on a stream', send: [frame('GOAWAY', 0, 1, u32(0, 0))], expect: dies('PROTOCOL_ERROR') },
    { rule: 'GOAWAY of another length', send: [frame('GOAWAY', 0, 0, u32(0))], expect: dies('FRAME_SIZE_ERROR') },
    { rule: 'GOAWAY before everything', send: [frame('GOAWAY', 0, 0, u32(0, 0))], expect: dies('NO_ERROR'), response: 'UNPROCESSED' },
    { rule: 'GOAWAY behind everything', send: [frame('GOAWAY', 0, 0, u32(0x7fffffff, 0)), PING], expect: [PONG], response: 'open' },
    { rule: 'GOAWAY in between', send: [frame('GOAWAY', 0, 0, u32(1, 11)), WHOLE], expect: dies('NO_ERROR'), response: 'complete' },
  ],
  '6.9 WINDOW_UPDATE': [
    { rule: 'increment of 0 on the connection', send: [frame('WINDOW_UPDATE', 0, 0, u32(0))], expect: dies('PROTOCOL_ERROR') },
    {
      rule: 'increment of 0 on a stream',
      send: [frame('WINDOW_UPDATE', 0, 1, u32(0)), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    { rule: 'length', send: [frame('WINDOW_UPDATE', 0, 0, '\0\0\x01')], expect: dies('FRAME_SIZE_ERROR') },
    {
      rule: 'a connection window above 2^31 - 1',
      send: [frame('WINDOW_UPDATE', 0, 0, u32(0x7fffffff))],
      expect: dies('FLOW_CONTROL_ERROR'),
    },
    {
      rule: 'a stream window above 2^31 - 1',
      send: [frame('WINDOW_UPDATE', 0, 1, u32(0x7fffffff)), PING],
      expect: resets('FLOW_CONTROL_ERROR'),
      response: FAILED,
    },
  ],
  '6.10 CONTINUATION': [
    {
      rule: 'as many as it takes',
      send: [
        frame('HEADERS', END_STREAM, 1, ok()),
        frame('CONTINUATION', 0, 1, block('x-a: 1')),
        frame('CONTINUATION', END_HEADERS, 1, block('x-b: 1')),
      ],
      expect: [],
      response: 'complete',
    },
    {
      rule: 'of another stream',
      send: [frame('HEADERS', 0, 1, ok()), frame('CONTINUATION', END_HEADERS, 3, '')],
      expect: dies('PROTOCOL_ERROR'),
    },
    {
      rule: 'on stream 0',
      send: [frame('HEADERS', 0, 1, ok()), frame('CONTINUATION', END_HEADERS, 0, '')],
      expect: dies('PROTOCOL_ERROR'),
    },
    { rule: 'behind END_HEADERS', send: [HEAD, frame('CONTINUATION', END_HEADERS, 1, '')], expect: dies('PROTOCOL_ERROR') },
  ],
  '8.1 messages': [
    { rule: 'DATA before the head', send: [frame('DATA', END_STREAM, 1, 'x'), PING], expect: resets('PROTOCOL_ERROR'), response: FAILED },
    {
      rule: 'trailers',
      send: [HEAD, frame('DATA', 0, 1, 'x'), frame('HEADERS', END, 1, block('x-t: 1')), PING],
      expect: [PONG],
      response: 'complete',
    },
    {
      rule: 'trailers that do not end the stream',
      send: [HEAD, frame('HEADERS', END_HEADERS, 1, block('x-t: 1')), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'pseudo headers in trailers',
      send: [HEAD, frame('HEADERS', END, 1, ok()), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'interim responses',
      send: [frame('HEADERS', END_HEADERS, 1, block(':status: 100')), frame('HEADERS', END_HEADERS, 1, block(':status: 103')), WHOLE],
      expect: [],
      response: 'complete',
    },
    {
      rule: 'an interim response that ends the stream',
      send: [frame('HEADERS', END, 1, block(':status: 100')), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'DATA behind an interim response',
      send: [frame('HEADERS', END_HEADERS, 1, block(':status: 100')), frame('DATA', 0, 1, 'x'), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: '101',
      send: [frame('HEADERS', END_HEADERS, 1, block(':status: 101')), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'content-length above the body',
      send: [frame('HEADERS', END_HEADERS, 1, ok('content-length: 2')), frame('DATA', END_STREAM, 1, 'x'), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'content-length below the body',
      send: [frame('HEADERS', END_HEADERS, 1, ok('content-length: 1')), frame('DATA', 0, 1, 'xy'), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'content-length without a body',
      send: [frame('HEADERS', END, 1, ok('content-length: 1')), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'content-length of what would have been',
      send: [frame('HEADERS', END, 1, block(':status: 304', 'content-length: 5'))],
      expect: [],
      response: 'complete',
    },
    {
      rule: 'a body of 304',
      send: [frame('HEADERS', END_HEADERS, 1, block(':status: 304')), frame('DATA', END_STREAM, 1, 'x'), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    {
      rule: 'a 204 without END_STREAM at once',
      send: [frame('HEADERS', END_HEADERS, 1, block(':status: 204')), frame('DATA', END_STREAM, 1, '')],
      expect: [],
      response: 'complete',
    },
    {
      rule: 'two content-lengths',
      send: [frame('HEADERS', END_HEADERS, 1, ok('content-length: 1', 'content-length: 1')), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
  ],
  '8.2 and 8.3 fields': [
    ...[
      'X-A: 1',
      'x a: 1',
      'x-a: \x00',
      'x-a: a\nb',
      'x-a:  b',
      'connection: close',
      'keep-alive: 5',
      'proxy-connection: close',
      'transfer-encoding: chunked',
      'upgrade: x',
      ':method: GET',
      ':status: 200',
      ':test: 1',
    ].map((line) => ({
      rule: `the field ${JSON.stringify(line)}`,
      send: [frame('HEADERS', END, 1, ok(line)), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED as 'UPSTREAM_PROTOCOL_ERROR',
    })),
    ...['', '20', '2000', '099', 'abc', '+20'].map((status) => ({
      rule: `:status "${status}"`,
      send: [frame('HEADERS', END, 1, block(`:status: ${status}`)), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED as 'UPSTREAM_PROTOCOL_ERROR',
    })),
    { rule: 'no :status', send: [frame('HEADERS', END, 1, block('x-a: 1')), PING], expect: resets('PROTOCOL_ERROR'), response: FAILED },
    {
      rule: ':status behind a field',
      send: [frame('HEADERS', END, 1, block('x-a: 1', ':status: 200')), PING],
      expect: resets('PROTOCOL_ERROR'),
      response: FAILED,
    },
    { rule: 'an unknown status', send: [frame('HEADERS', END, 1, block(':status: 999'))], expect: [], response: 'complete' },
  ],
};

for (const [section, rows] of Object.entries(SECTIONS)) {
  t.test(`RFC 9113, ${section}`, (t) => {
    for (const { rule, send, expect, response } of rows) {
      for (const bytewise of [false, true]) {
        const end = new ClientEnd();
        const first = end.ask();
        const second = end.ask('POST', false);
        if (bytewise) end.connection.pushBytewise(Buffer.concat(send));
        t.same(bytewise ? end.take() : end.send(...send), expect, bytewise ? `${rule}, byte by byte` : rule);
        if (response === 'complete') t.ok(first.complete, `${rule}: complete`);
        else if (response === 'open') t.equal(first.fault, null, `${rule}: open`);
        else if (response !== undefined) t.equal(first.fault?.code, response, `${rule}: the fault`);
        const died = expect.at(-1)?.startsWith('GOAWAY') === true;
        t.equal(end.connection.open, !died, `${rule}: the connection`);
        t.equal(end.codec.available > 0, !died && !end.events.includes('goaway 0'), `${rule}: room for more`);
        if (!died) end.connection.fail('');
        else t.ok(second.fault, `${rule}: the other stream`);
        t.equal(end.codec.activeStreams, 0);
        t.equal(end.events.filter((event) => event === 'free' || event === 'broken').length, 2, `${rule}: each stream is freed once`);
        t.equal(end.stat('streams_active'), 0);
      }
    }
    t.end();
  });
}

t.test('RFC 9113, 3.4: preface and SETTINGS', (t) => {
  const end = new ClientEnd({}, null);
  t.same(end.greeting, ['SETTINGS 2=0 4=65536', 'WINDOW_UPDATE 0 983041']);
  t.equal(end.codec.available, 100, 'until the server has said how many it takes');
  t.same(end.send(PING), ['GOAWAY 0 PROTOCOL_ERROR'], 'SETTINGS come first');
  const http1 = new ClientEnd({}, null);
  t.same(http1.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), ['GOAWAY 0 FRAME_SIZE_ERROR']);
  t.notOk(http1.connection.open);
  t.end();
});

t.test('RFC 9113, 6.5.2: the server says how many streams it takes', (t) => {
  const end = new ClientEnd({}, Buffer.concat([settings(3, 2), SETTINGS_ACK]));
  t.equal(end.codec.available, 2);
  end.ask();
  end.ask();
  t.equal(end.codec.available, 0);
  end.send(settings(3, 1));
  t.same(end.events, ['capacity']);
  t.equal(end.codec.available, -1);
  end.send(WHOLE);
  t.equal(end.codec.available, 0);
  end.send(settings(3, 5), settings(4, 1));
  t.same(end.events, ['capacity', 'free', 'capacity']);
  t.equal(end.codec.available, 4);
  t.equal(new ClientEnd({ maxConcurrentStreams: 3 }).codec.available, 3);
  t.end();
});

t.test('a response that is complete stays whole when the server does not want the rest of the request', (t) => {
  const end = new ClientEnd();
  const response = end.ask('POST', false);
  end.send(frame('HEADERS', END_HEADERS, 1, ok()), frame('DATA', END_STREAM, 1, 'done'));
  t.ok(response.complete);
  t.same(end.events, []);
  end.send(frame('RST_STREAM', 0, 1, u32(0)));
  t.equal(response.fault, null);
  t.same(end.events, ['free']);
  response.encoder?.encodeData(Buffer.from('late'), true);
  t.same(end.take(), []);
  t.end();
});

t.test('the same while somebody has stopped the response', (t) => {
  const end = new ClientEnd();
  const response = end.ask('POST', false);
  response.encoder?.readDisable(true);
  end.send(
    frame('HEADERS', END_HEADERS, 1, ok()),
    frame('DATA', 0, 1, 'do'),
    frame('DATA', 0, 1, 'ne'),
    frame('HEADERS', END, 1, block('x-t: 1')),
  );
  end.send(frame('RST_STREAM', 0, 1, u32(0)));
  t.equal(response.body, '');
  t.same(end.events, []);
  response.encoder?.readDisable(false);
  end.take();
  t.equal(response.body, 'done');
  t.same(response.trailers && fieldLines(response.trailers), ['x-t: 1']);
  t.same(end.events, ['free']);
  t.end();
});

t.test('ids are given in the order of HEADERS, and a stream that was never sent leaves no trace', (t) => {
  const end = new ClientEnd();
  const first = end.codec.newStream({ decodeInformational() {}, decodeHeaders() {}, decodeData() {}, decodeTrailers() {} });
  t.equal(end.codec.activeStreams, 1);
  first.encodeData(Buffer.from('before the head'), false);
  end.ask();
  first.reset(FAULTS.LOCAL_RESET);
  t.same(end.take(), []);
  t.equal(end.codec.activeStreams, 1);
  t.same(end.events, ['broken']);
  end.send(WHOLE);
  t.same(end.events, ['broken', 'free']);
  t.end();
});

t.test('streams that have not been sent when the server leaves were not processed', (t) => {
  const end = new ClientEnd();
  end.codec.newStream({ decodeInformational() {}, decodeHeaders() {}, decodeData() {}, decodeTrailers() {} }).setCallbacks({
    onReset: (fault) => t.equal(fault, FAULTS.UNPROCESSED),
    onAboveHighWatermark() {},
    onBelowLowWatermark() {},
  });
  t.same(end.send(frame('GOAWAY', 0, 0, u32(0x7fffffff, 0))), ['GOAWAY 0 NO_ERROR']);
  t.same(end.events, ['goaway 0', 'broken']);
  t.end();
});

t.test('RFC 8441: an upgrade goes to servers that take it', (t) => {
  const ask = (end: ClientEnd) => {
    const headers = requestHeaders('GET', 'a', '/chat');
    headers.protocol = 'websocket';
    const response = new RecordedResponse();
    const encoder = end.codec.newStream(response);
    encoder.setCallbacks(response);
    encoder.encodeHeaders(headers, false);
    return response;
  };
  const without = new ClientEnd();
  t.equal(ask(without).fault, FAULTS.UPSTREAM_PROTOCOL_ERROR);
  t.same(without.take(), []);
  t.same(without.events, ['broken']);
  for (const end of [new ClientEnd({}, Buffer.concat([settings(8, 1), SETTINGS_ACK])), new ClientEnd({}, null)]) {
    t.equal(ask(end).fault, null);
    t.match(end.take(), [/^HEADERS 1/]);
  }
  t.end();
});
