import t from 'tap';
import {
  ACK,
  block,
  END,
  END_HEADERS,
  END_STREAM,
  frame,
  get,
  PREFACE,
  post,
  SETTINGS_ACK,
  ServerEnd,
  settings,
  u32,
} from '../../../test/support/h2-wire.ts';
import { answerOk, fieldLines, responseHeaders, trailers } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';
import { UNDERSCORES_DROP, UNDERSCORES_REJECT } from '../h1/settings.ts';

const open = (id: number): Buffer => frame('HEADERS', END_HEADERS, id, post());
const whole = (id: number): Buffer => frame('HEADERS', END, id, get());

t.test('fields are handed on in order, cookies as one', (t) => {
  const end = new ServerEnd();
  end.send(frame('HEADERS', END, 1, get('x-b: 1', 'cookie: a=1', 'x-a: 2', 'cookie: b=2', 'x-b: 3', 'cookie: c=3')));
  t.same(end.requests[0]?.fields, ['x-b: 1', 'cookie: a=1; b=2; c=3', 'x-a: 2', 'x-b: 3']);
  t.end();
});

t.test('the authority wins over Host, and Host is the authority where there is none', (t) => {
  const end = new ServerEnd();
  end.send(frame('HEADERS', END, 1, get('host: b', 'host: c')));
  end.send(frame('HEADERS', END, 3, block(':method: GET', ':scheme: http', ':path: /', 'host: b:80')));
  t.same(
    end.requests.map(({ headers }) => headers?.authority),
    ['a', 'b:80'],
  );
  t.same(end.requests[0]?.fields, []);
  end.send(frame('HEADERS', END, 5, block(':method: GET', ':scheme: http', ':path: /')));
  t.equal(end.requests[2]?.error, FAULTS.MISSING_HOST, 'which the connection manager refuses');
  t.end();
});

t.test('schemes are lower case', (t) => {
  const end = new ServerEnd();
  end.send(frame('HEADERS', END, 1, block(':method: GET', ':scheme: HTTPs', ':path: /', ':authority: a')));
  t.equal(end.requests[0]?.headers?.scheme, 'https');
  t.end();
});

t.test('CONNECT has an authority and nothing else; RFC 8441 looks like an upgrade', (t) => {
  const end = new ServerEnd({ allowConnect: true });
  end.send(frame('HEADERS', END_HEADERS, 1, block(':method: CONNECT', ':authority: a:80')));
  const connect = end.requests[0];
  t.same([connect?.headers?.method, connect?.headers?.authority, connect?.headers?.path], ['CONNECT', 'a:80', '']);
  connect?.encoder.encodeHeaders(responseHeaders(200), false);
  end.send(frame('DATA', 0, 1, 'raw'));
  connect?.encoder.encodeData(Buffer.from('back'), false);
  t.same(end.take(), ['HEADERS 1 :status 200', 'DATA 1 back'].slice(1));
  t.equal(connect?.body, 'raw');
  end.send(
    frame('HEADERS', END_HEADERS, 3, block(':method: CONNECT', ':protocol: websocket', ':scheme: http', ':path: /chat', ':authority: a')),
  );
  const { headers } = end.requests[1] as { headers: { protocol: string; path: string } | null };
  t.same([headers?.protocol, headers?.path], ['websocket', '/chat']);
  t.end();
});

t.test('underscores are dropped or refused as configured', (t) => {
  const drop = new ServerEnd({ underscores: UNDERSCORES_DROP });
  drop.send(frame('HEADERS', END, 1, get('x_a: 1', 'x-b: 2')));
  t.same(drop.requests[0]?.fields, ['x-b: 2']);
  t.equal(drop.stat('dropped_headers_with_underscores'), 1);
  const reject = new ServerEnd({ underscores: UNDERSCORES_REJECT });
  t.same(reject.send(frame('HEADERS', END, 1, get('x_a: 1'))), ['RST_STREAM 1 INTERNAL_ERROR']);
  t.equal(reject.stat('requests_rejected_with_underscores_in_headers'), 1);
  t.equal(reject.requests[0]?.fault, FAULTS.H2_UNEXPECTED_UNDERSCORE);
  t.end();
});

t.test('heads over the limits cost their stream, and what they decode to is what counts', (t) => {
  const small = { limits: { maxBytes: 4096, maxCount: 20 } };
  for (const [why, head, details] of [
    ['one large field', get(`x-a: ${'v'.repeat(4000)}`), 'http2.header_list_size_too_large'],
    ['many fields', get(...new Array(20).fill('x: 1')), 'http2.too_many_headers'],
    ['cookie crumbs', get(...new Array(20).fill('cookie: a=1')), 'http2.too_many_headers'],
    ['repeated hosts', get(...new Array(20).fill('host: a')), 'http2.too_many_headers'],
    [
      'a bomb',
      Buffer.concat([get(), Buffer.from(`@\x01a\x7f\xa9\x06${'v'.repeat(936)}`, 'latin1'), Buffer.alloc(10, 0xbe)]),
      'http2.header_list_size_too_large',
    ],
  ] as const) {
    const end = new ServerEnd(small);
    t.same(end.send(frame('HEADERS', END, 1, head)), ['RST_STREAM 1 INTERNAL_ERROR'], why);
    t.equal(end.requests[0]?.fault?.details, details, why);
    t.equal(end.stat(details === 'http2.too_many_headers' ? 'header_overflow' : 'header_list_size_too_large'), 1);
    t.same(end.send(whole(3)), []);
    t.ok(end.requests[1]?.complete, 'the connection goes on');
  }
  const late = new ServerEnd(small);
  late.send(open(1));
  t.same(late.send(frame('HEADERS', END, 1, block(...new Array(30).fill('x: 1')))), ['RST_STREAM 1 INTERNAL_ERROR'], 'trailers');
  t.equal(late.requests[0]?.fault, FAULTS.H2_TOO_MANY_HEADERS);
  t.end();
});

t.test('a block without end is cut off where the limit is, and kept no further', (t) => {
  const end = new ServerEnd({ limits: { maxBytes: 30_000, maxCount: 100 } });
  end.send(frame('HEADERS', END_STREAM, 1, get()));
  const more = frame('CONTINUATION', 0, 1, block(`x-a: ${'v'.repeat(9000)}`));
  t.same(end.send(more, more, more), []);
  t.ok(end.codec.readingHead);
  t.same(end.send(more), ['GOAWAY 1 ENHANCE_YOUR_CALM']);
  t.equal(end.stat('header_list_size_too_large'), 1);
  t.notOk(end.codec.readingHead);
  t.equal(end.requests[0]?.fault, FAULTS.H2_HEADERS_TOO_LARGE, 'it is logged');
  t.end();
});

t.test('a head that does not come to its end in time is answered, and its rest is ignored', (t) => {
  const end = new ServerEnd();
  t.notOk(end.codec.readingHead);
  end.send(frame('HEADERS', END_STREAM, 1, get()));
  t.ok(end.codec.readingHead);
  end.codec.abandonHead(FAULTS.REQUEST_HEADER_TIMEOUT);
  end.codec.abandonHead(FAULTS.REQUEST_HEADER_TIMEOUT);
  t.same(end.take(), ['HEADERS 1 :status 408, content-length: 22', 'DATA 1 END request header timeout', 'RST_STREAM 1 NO_ERROR']);
  t.notOk(end.codec.readingHead);
  t.same(end.send(frame('CONTINUATION', END_HEADERS, 1, block('x-a: 1')), frame('PING', 0, 0, '8 bytes!')), ['PING ACK 8 bytes!']);
  t.equal(end.requests.length, 1);
  t.end();
});

t.test('an answer before the end of the request stops the client without an error', (t) => {
  const end = new ServerEnd();
  end.send(open(1));
  end.requests[0]?.encoder.encodeHeaders(responseHeaders(413), true);
  t.same(end.take(), ['HEADERS 1 END :status 413', 'RST_STREAM 1 NO_ERROR']);
  t.same(end.send(frame('DATA', 0, 1, 'late'), frame('HEADERS', END, 1, block('x-t: 1')), frame('PING', 0, 0, '8 bytes!')), [
    'PING ACK 8 bytes!',
  ]);
  t.equal(end.requests[0]?.body, '');
  t.equal(end.requests[0]?.fault, null);
  t.end();
});

t.test('how a response breaks off tells whose fault it was', (t) => {
  for (const [fault, code] of [
    [FAULTS.LOCAL_RESET, 'INTERNAL_ERROR'],
    [FAULTS.CONNECTION_TERMINATION, 'INTERNAL_ERROR'],
    [FAULTS.REFUSED_STREAM, 'REFUSED_STREAM'],
    [FAULTS.H2_INVALID_MESSAGE, 'PROTOCOL_ERROR'],
  ] as const) {
    const end = new ServerEnd();
    end.send(whole(1));
    end.requests[0]?.encoder.reset(fault);
    t.same(end.take(), [`RST_STREAM 1 ${code}`]);
    t.equal(end.stat('tx_reset'), 1);
  }
  t.end();
});

t.test('trailers without fields are an end like any other', (t) => {
  const end = new ServerEnd();
  end.send(whole(1));
  end.requests[0]?.encoder.encodeHeaders(responseHeaders(200), false);
  end.requests[0]?.encoder.encodeTrailers(trailers());
  t.same(end.take(), ['HEADERS 1 :status 200', 'DATA 1 END']);
  t.end();
});

t.test('large heads are written in several frames', (t) => {
  const end = new ServerEnd();
  end.send(whole(1));
  const long = 'v'.repeat(15_000);
  end.requests[0]?.encoder.encodeHeaders(responseHeaders(200, `x-a: ${long}`, `x-b: ${long}`), true);
  t.same(end.take(), ['HEADERS 1 END …', 'CONTINUATION 1']);
  t.end();
});

t.test('a drain takes what is on its way, then names the last stream', (t) => {
  const end = new ServerEnd({ drainMs: 5000 });
  end.send(open(1));
  end.codec.drain();
  end.codec.drain();
  t.same(end.take(), ['GOAWAY 2147483647 NO_ERROR']);
  end.send(open(3));
  t.equal(end.requests.length, 2);
  end.connection.dispatcher.advance(5100);
  t.same(end.take(), ['GOAWAY 3 NO_ERROR']);
  t.same(end.send(whole(5), frame('DATA', END_STREAM, 1, '')), [], 'what comes later is not looked at');
  t.equal(end.requests.length, 2);
  answerOk(end.requests[0] as never);
  end.take();
  t.equal(end.callbacks.finished, null);
  end.send(frame('RST_STREAM', 0, 3, u32(8)));
  t.equal(end.callbacks.finished, false);
  t.equal(end.stat('goaway_sent'), 2);
  t.end();
});

t.test('a drain without streams waits for its time all the same', (t) => {
  const end = new ServerEnd({ drainMs: 1000 }, answerOk);
  end.codec.drain();
  t.equal(end.callbacks.finished, null);
  t.equal(end.send(whole(1)).length, 3);
  end.connection.dispatcher.advance(1100);
  t.same(end.take(), ['GOAWAY 1 NO_ERROR']);
  t.equal(end.callbacks.finished, false);
  t.end();
});

t.test('a client that says goodbye is answered as before', (t) => {
  const end = new ServerEnd({}, answerOk);
  t.equal(end.send(frame('GOAWAY', 0, 0, u32(0, 0)), whole(1)).length, 2);
  t.equal(end.callbacks.finished, null);
  t.end();
});

t.test('a client that closes has its requests reset', (t) => {
  const end = new ServerEnd();
  end.send(whole(1), open(3));
  end.connection.pushEnd();
  t.same(
    end.requests.map(({ fault }) => fault),
    [FAULTS.DOWNSTREAM_RESET, FAULTS.DOWNSTREAM_RESET],
  );
  t.equal(end.callbacks.finished, false);
  t.end();
});

t.test('resets of the client have a name', (t) => {
  const end = new ServerEnd();
  end.send(whole(1), whole(3), frame('RST_STREAM', 0, 1, u32(8)), frame('RST_STREAM', 0, 3, u32(7)));
  t.same(
    end.requests.map(({ fault }) => fault?.details),
    ['http2.remote_reset', 'http2.remote_refuse'],
  );
  t.equal(end.stat('rx_reset'), 2);
  t.end();
});

t.test('keepalive: a PING now and then, and the end when nobody answers', (t) => {
  const keepalive = { intervalMs: 10_000, timeoutMs: 2000, jitterPercent: 0, idleIntervalMs: 0 };
  const end = new ServerEnd({ keepalive });
  const { dispatcher } = end.connection;
  dispatcher.advance(10_100);
  const [ping] = end.take();
  t.match(ping, /^PING /);
  end.send(frame('PING', ACK, 0, (ping as string).slice(5)));
  dispatcher.advance(9000);
  t.same(end.take(), []);
  dispatcher.advance(1200);
  t.match(end.take()[0], /^PING /);
  dispatcher.advance(1000);
  end.send(frame('PING', 0, 0, '8 bytes!'));
  dispatcher.advance(1500);
  t.ok(end.connection.open, 'whoever sends is alive');
  dispatcher.advance(1000);
  t.notOk(end.connection.open);
  t.equal(end.stat('keepalive_timeout'), 1);
  t.end();
});

t.test('SETTINGS of the client may come together with its requests, before it has seen ours', (t) => {
  const end = new ServerEnd({}, answerOk, Buffer.concat([PREFACE, settings(3, 100), whole(1), SETTINGS_ACK]));
  t.same(end.greeting.slice(2), ['SETTINGS ACK', 'HEADERS 1 :status 200, content-length: 2', 'DATA 1 END ok']);
  t.end();
});

t.test('204 has no content-length', (t) => {
  const end = new ServerEnd();
  end.send(whole(1));
  end.requests[0]?.encoder.encodeHeaders(responseHeaders(204, 'content-length: 0', 'x-a: 1'), true);
  t.same(end.take(), ['HEADERS 1 END :status 204, x-a: 1']);
  t.end();
});

t.test('trailers that would change the message are dropped', (t) => {
  const end = new ServerEnd();
  end.send(open(1), frame('HEADERS', END, 1, block('content-length: 5', 'host: b', 'x-t: 1')));
  const received = end.requests[0]?.trailers;
  t.same(received && fieldLines(received), ['x-t: 1']);
  t.equal(end.stat('trailers'), 1);
  t.end();
});
