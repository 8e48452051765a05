/** What RFC 9113 §8 says of messages, and RFC 7541 of their blocks: a row for every rule, with the frames that come back from a server. */
import t from 'tap';
import { dies, RESPONSE, type Row, resets, runRows } from '../../../test/support/h2-rows.ts';
import { block, END, END_HEADERS, END_STREAM, frame, get, post } from '../../../test/support/h2-wire.ts';

const OPEN = frame('HEADERS', END_HEADERS, 1, post());

const SECTIONS: { readonly [section: string]: readonly Row[] } = {
  '8.1 messages': [
    { rule: 'trailers', send: [OPEN, frame('DATA', 0, 1, 'x'), frame('HEADERS', END, 1, block('x-t: 1'))], expect: RESPONSE, answer: true },
    {
      rule: 'trailers that do not end the stream',
      send: [OPEN, frame('HEADERS', END_HEADERS, 1, block('x-t: 1'))],
      expect: resets('PROTOCOL_ERROR'),
    },
    { rule: 'pseudo headers in trailers', send: [OPEN, frame('HEADERS', END, 1, block(':method: GET'))], expect: resets('PROTOCOL_ERROR') },
    {
      rule: 'content-length above the body',
      send: [frame('HEADERS', END_HEADERS, 1, post('content-length: 2')), frame('DATA', END_STREAM, 1, 'x')],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'content-length above several frames',
      send: [frame('HEADERS', END_HEADERS, 1, post('content-length: 3')), frame('DATA', 0, 1, 'x'), frame('DATA', END_STREAM, 1, 'x')],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'content-length below the body',
      send: [frame('HEADERS', END_HEADERS, 1, post('content-length: 1')), frame('DATA', END_STREAM, 1, 'xy')],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'content-length above the body before trailers',
      send: [frame('HEADERS', END_HEADERS, 1, post('content-length: 1')), frame('HEADERS', END, 1, block('x-t: 1'))],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'content-length without a body',
      send: [frame('HEADERS', END, 1, post('content-length: 1'))],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'content-length of 0 without a body',
      send: [frame('HEADERS', END, 1, post('content-length: 0'))],
      expect: RESPONSE,
      answer: true,
    },
    {
      rule: 'content-length that fits',
      send: [frame('HEADERS', END_HEADERS, 1, post('content-length: 2')), frame('DATA', 0, 1, 'x'), frame('DATA', END_STREAM, 1, 'y')],
      expect: RESPONSE,
      answer: true,
    },
    ...['+1', '1, 1', '0x1', '', '01', '-1', '1.0', '99999999999999999'].map((value) => ({
      rule: `content-length of "${value}"`,
      send: [frame('HEADERS', END_HEADERS, 1, post(`content-length: ${value}`))],
      expect: resets('PROTOCOL_ERROR'),
    })),
    {
      rule: 'two content-lengths',
      send: [frame('HEADERS', END_HEADERS, 1, post('content-length: 1', 'content-length: 1'))],
      expect: resets('PROTOCOL_ERROR'),
    },
  ],
  '8.2 fields': [
    ...['X-A: 1', 'x a: 1', 'x\xe9: 1', ': 1', 'x-a: \x00', 'x-a: a\rb', 'x-a: a\nb', 'x-a: \x7f', 'x-a:  b', 'x-a: b ', 'x-a: b\t'].map(
      (line) => ({
        rule: `the field ${JSON.stringify(line)}`,
        send: [frame('HEADERS', END, 1, get(line))],
        expect: resets('PROTOCOL_ERROR'),
      }),
    ),
    ...[
      'connection: close',
      'connection: keep-alive',
      'keep-alive: 5',
      'proxy-connection: close',
      'transfer-encoding: chunked',
      'upgrade: x',
      'te: gzip',
      'te: trailers, gzip',
    ].map((line) => ({
      rule: `the field "${line}"`,
      send: [frame('HEADERS', END, 1, get(line))],
      expect: resets('PROTOCOL_ERROR'),
    })),
    { rule: 'te: trailers', send: [frame('HEADERS', END, 1, get('te: trailers'))], expect: RESPONSE, answer: true },
    { rule: 'the same in trailers', send: [OPEN, frame('HEADERS', END, 1, block('connection: close'))], expect: resets('PROTOCOL_ERROR') },
  ],
  '8.3 pseudo headers': [
    {
      rule: 'behind a field',
      send: [frame('HEADERS', END, 1, block(':method: GET', ':scheme: http', 'x-a: 1', ':path: /', ':authority: a'))],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'unknown',
      send: [frame('HEADERS', END, 1, block(':method: GET', ':scheme: http', ':path: /', ':test: 1'))],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'of a response',
      send: [frame('HEADERS', END, 1, block(':status: 200', ':method: GET', ':scheme: http', ':path: /'))],
      expect: resets('PROTOCOL_ERROR'),
    },
    ...[':method: GET', ':scheme: http', ':path: /'].map((line) => ({
      rule: `without ${line.slice(0, line.indexOf(':', 1))}`,
      send: [
        frame('HEADERS', END, 1, block(...[':method: GET', ':scheme: http', ':path: /', ':authority: a'].filter((each) => each !== line))),
      ],
      expect: resets('PROTOCOL_ERROR'),
    })),
    ...[':method: GET', ':scheme: http', ':path: /', ':authority: a'].map((line) => ({
      rule: `twice ${line.slice(0, line.indexOf(':', 1))}`,
      send: [frame('HEADERS', END, 1, block(':method: GET', ':scheme: http', ':path: /', ':authority: a', line))],
      expect: resets('PROTOCOL_ERROR'),
    })),
    ...['', 'a', '*', 'http://a/', '/a b', '/\x01', '/\xe9', '/a\tb'].map((path) => ({
      rule: `:path ${JSON.stringify(path)}`,
      send: [frame('HEADERS', END, 1, block(':method: GET', ':scheme: http', `:path: ${path}`, ':authority: a'))],
      expect: resets('PROTOCOL_ERROR'),
    })),
    {
      rule: ':path * of OPTIONS',
      send: [frame('HEADERS', END, 1, block(':method: OPTIONS', ':scheme: http', ':path: *', ':authority: a'))],
      expect: RESPONSE,
      answer: true,
    },
    ...['', 'G T', 'GET / HTTP/1.1\r\nx: y', 'G\xc4T', '(GET)'].map((method) => ({
      rule: `:method ${JSON.stringify(method)}`,
      send: [frame('HEADERS', END, 1, block(`:method: ${method}`, ':scheme: http', ':path: /', ':authority: a'))],
      expect: resets('PROTOCOL_ERROR'),
    })),
    ...['', 'http://localhost/?', '1http', 'ht tp', 'http:'].map((scheme) => ({
      rule: `:scheme ${JSON.stringify(scheme)}`,
      send: [frame('HEADERS', END, 1, block(':method: GET', `:scheme: ${scheme}`, ':path: /', ':authority: a'))],
      expect: resets('PROTOCOL_ERROR'),
    })),
    ...['user@host', 'a/b', 'a b', 'a,b', 'a?b', 'a#b'].map((authority) => ({
      rule: `:authority "${authority}"`,
      send: [frame('HEADERS', END, 1, block(':method: GET', ':scheme: http', ':path: /', `:authority: ${authority}`))],
      expect: resets('PROTOCOL_ERROR'),
    })),
    {
      rule: 'several Hosts and no authority',
      send: [frame('HEADERS', END, 1, block(':method: GET', ':scheme: http', ':path: /', 'host: a', 'host: b'))],
      expect: resets('PROTOCOL_ERROR'),
    },
  ],
  '8.5 CONNECT': [
    {
      rule: 'with :path and :scheme',
      send: [frame('HEADERS', END_HEADERS, 1, block(':method: CONNECT', ':scheme: http', ':path: /', ':authority: a:80'))],
      expect: resets('PROTOCOL_ERROR'),
    },
    { rule: 'without :authority', send: [frame('HEADERS', END_HEADERS, 1, block(':method: CONNECT'))], expect: resets('PROTOCOL_ERROR') },
    {
      rule: 'RFC 8441 when it is not allowed',
      send: [
        frame('HEADERS', END_HEADERS, 1, block(':method: CONNECT', ':protocol: websocket', ':scheme: http', ':path: /', ':authority: a')),
      ],
      expect: resets('PROTOCOL_ERROR'),
    },
    {
      rule: 'RFC 8441 without :path',
      send: [frame('HEADERS', END_HEADERS, 1, block(':method: CONNECT', ':protocol: websocket', ':scheme: http', ':authority: a'))],
      expect: resets('PROTOCOL_ERROR'),
      change: { allowConnect: true },
    },
    {
      rule: ':protocol of another method',
      send: [frame('HEADERS', END_HEADERS, 1, block(':method: GET', ':protocol: websocket', ':scheme: http', ':path: /', ':authority: a'))],
      expect: resets('PROTOCOL_ERROR'),
      change: { allowConnect: true },
    },
  ],
  'RFC 7541': [
    {
      rule: '2.3.3 an index behind the tables',
      send: [frame('HEADERS', END, 1, Buffer.concat([get(), Buffer.of(0xc6)]))],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    {
      rule: '4.2 a size update at the end of a block',
      send: [frame('HEADERS', END, 1, Buffer.concat([get(), Buffer.of(0x20)]))],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    {
      rule: '5.2 padding that is no padding',
      send: [frame('HEADERS', END, 1, Buffer.concat([get(), Buffer.from('\0\x01a\x81\x18', 'latin1')]))],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    {
      rule: '5.2 padding longer than seven bits',
      send: [frame('HEADERS', END, 1, Buffer.concat([get(), Buffer.from('\0\x01a\x82\x1f\xff', 'latin1')]))],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    {
      rule: '5.2 the end-of-string symbol',
      send: [frame('HEADERS', END, 1, Buffer.concat([get(), Buffer.from('\0\x01a\x84\xff\xff\xff\xff', 'latin1')]))],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    {
      rule: '6.1 index 0',
      send: [frame('HEADERS', END, 1, Buffer.concat([get(), Buffer.of(0x80)]))],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    {
      rule: '6.3 a size update above the limit',
      send: [frame('HEADERS', END, 1, Buffer.concat([Buffer.from('\x3f\xe2\x1f', 'latin1'), get()]))],
      expect: dies('COMPRESSION_ERROR', 1),
    },
    { rule: 'trailers that cannot be read', send: [OPEN, frame('HEADERS', END, 1, '\x80')], expect: dies('COMPRESSION_ERROR', 1) },
  ],
};

for (const [section, rows] of Object.entries(SECTIONS)) {
  t.test(`RFC 9113, ${section}`, (t) => {
    runRows(t, rows);
    t.end();
  });
}
