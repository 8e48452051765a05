/**
 * What a server answers to bytes on an HTTP/1.1 connection: one row per input, the same for the codec alone and for the whole proxy
 * on a socket. `row` is the number in the list of bad inputs that the project holds itself to.
 */

/** Settings that a row needs; everything else has Envoy's default. */
export interface RowSettings {
  readonly acceptHttp10?: boolean;
  readonly defaultHost?: string;
  readonly enableTrailers?: boolean;
  readonly underscores?: 'allow' | 'drop' | 'reject';
  readonly allowChunkedLength?: boolean;
  /** False: `#fragment` is cut off. */
  readonly rejectFragment?: boolean;
}

export interface H1Row {
  readonly row: number;
  readonly name: string;
  /** Latin1: one character is one byte. */
  readonly bytes: string;
  /** The client sends FIN behind the bytes. */
  readonly fin?: boolean;
  readonly settings?: RowSettings;
  readonly expect: {
    /** Final statuses of all responses, in order; empty: the connection ends without one. A list in a list: any of them. */
    readonly statuses: readonly (number | readonly number[])[];
    /** The proxy ends the connection. */
    readonly closes: boolean;
    /** `%RESPONSE_CODE_DETAILS%` of the last response. */
    readonly details?: string;
    /** Requests that reach the upstream *completely*. Of a request whose body breaks off or is malformed, nothing ever ends. */
    readonly upstreamRequests: number;
    /** Of the first of them: what the decoder got. */
    readonly request?: {
      readonly method?: string;
      readonly authority?: string;
      readonly path?: string;
      /** `name: value` in order, without what the proxy adds. */
      readonly fields?: readonly string[];
      readonly body?: string;
      readonly trailers?: readonly string[];
    };
  };
}

const HOST = 'Host: a\r\n';
const OK = { statuses: [200], closes: false, upstreamRequests: 1 } as const;

function bad(details: string, status: number | readonly number[] = 400): H1Row['expect'] {
  return { statuses: [status], closes: true, details, upstreamRequests: 0 };
}

const CODEC = bad('http1.codec_error');

function post(fields: string, body = ''): string {
  return `POST /x HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
}

function get(fields: string, line = 'GET / HTTP/1.1'): string {
  return `${line}\r\n${fields}\r\n`;
}

function chunked(body: string): string {
  return post('Transfer-Encoding: chunked\r\n', body);
}

function repeat(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('');
}

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

const framing: H1Row[] = [
  {
    row: 1,
    name: 'Content-Length and Transfer-Encoding',
    bytes: post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    expect: bad('http1.content_length_and_chunked_not_allowed'),
  },
  {
    row: 1,
    name: 'Transfer-Encoding and Content-Length, in capitals',
    bytes: post('TRANSFER-ENCODING: CHUNKED\r\nCONTENT-LENGTH: 5\r\n', '0\r\n\r\n'),
    expect: bad('http1.content_length_and_chunked_not_allowed'),
  },
  {
    row: 1,
    name: 'both, where that is allowed: chunked wins',
    bytes: post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '2\r\nhi\r\n0\r\n\r\n'),
    settings: { allowChunkedLength: true },
    expect: { ...OK, request: { fields: [], body: 'hi' } },
  },
  { row: 2, name: 'two different Content-Length', bytes: post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello'), expect: CODEC },
  { row: 3, name: 'a list of lengths', bytes: post('Content-Length: 3,2\r\n', 'hello'), expect: CODEC },
  { row: 4, name: 'a list of equal lengths', bytes: post('Content-Length: 5, 5\r\n', 'hello'), expect: CODEC },
  { row: 4, name: 'two equal Content-Length', bytes: post('Content-Length: 5\r\nContent-Length: 5\r\n', 'hello'), expect: CODEC },
  ...['-1', '+5', '0x10', '1 0', '10a2', '1_0', '', '18446744073709551616', '9007199254740993', '0005', '5.', '5e0', '٥'].map((length) => ({
    row: 5,
    name: `Content-Length ${quoted(length)}`,
    bytes: post(`Content-Length: ${Buffer.from(length, 'utf8').toString('latin1')}\r\n`, 'hello'),
    expect: CODEC,
  })),
  {
    row: 5,
    name: 'Content-Length with spaces around it',
    bytes: post('Content-Length: \t 5 \t\r\n', 'hello'),
    expect: { ...OK, request: { body: 'hello' } },
  },
  ...['gzip', 'identity', 'chunked, gzip', 'gzip, chunked', 'identity,chunked', 'deflate'].map((coding) => ({
    row: 6,
    name: `Transfer-Encoding ${quoted(coding)}`,
    bytes: post(`Transfer-Encoding: ${coding}\r\n`, '0\r\n\r\n'),
    expect: bad('http1.invalid_transfer_encoding', [400, 501]),
  })),
  ...['chunkedchunked', 'xchunked', ',chunked', 'chunked,', '', 'chunked, chunked', 'chunked;q=1', '"chunked"', 'chun ked', 'cow'].map(
    (coding) => ({
      row: 7,
      name: `Transfer-Encoding ${quoted(coding)}`,
      bytes: post(`Transfer-Encoding: ${coding}\r\n`, '0\r\n\r\n'),
      expect: bad('http1.invalid_transfer_encoding'),
    }),
  ),
  {
    row: 7,
    name: 'Transfer-Encoding: chunked twice',
    bytes: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    expect: bad('http1.invalid_transfer_encoding'),
  },
  {
    row: 7,
    name: 'Transfer-Encoding in any case',
    bytes: post('transfer-encoding:  ChunKed \r\n', '2\r\nhi\r\n0\r\n\r\n'),
    expect: { ...OK, request: { body: 'hi', fields: [] } },
  },
  {
    row: 8,
    name: 'Transfer-Encoding with a space before the colon',
    bytes: post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'),
    expect: CODEC,
  },
  ...['\x00', '\x01', '\x08', '\x0b', '\x0c', '\x1f', '\x7f'].flatMap((byte) => [
    {
      row: 8,
      name: `Transfer-Encoding with ${quoted(byte)} before the value`,
      bytes: post(`Transfer-Encoding:${byte}chunked\r\n`, '0\r\n\r\n'),
      expect: bad('http1.invalid_characters'),
    },
    {
      row: 8,
      name: `Transfer-Encoding with ${quoted(byte)} behind the value`,
      bytes: post(`Transfer-Encoding: chunked${byte}\r\n`, '0\r\n\r\n'),
      expect: bad('http1.invalid_characters'),
    },
  ]),
  ...['\tchunked', 'chunked\t', ' chunked \t', '\xa0chunked', 'chunked\x85'].map((value) => ({
    row: 8,
    name: `Transfer-Encoding:${quoted(value)}`,
    bytes: post(`Transfer-Encoding:${value}\r\n`, '0\r\n\r\n'),
    expect: bad('http1.invalid_transfer_encoding'),
  })),
  {
    row: 9,
    name: 'Content_Length where underscores are refused',
    bytes: post('Content_Length: 5\r\n', 'hello'),
    settings: { underscores: 'reject' },
    expect: bad('http1.unexpected_underscore'),
  },
  {
    row: 9,
    name: 'Transfer_Encoding where underscores are refused',
    bytes: post('Transfer_Encoding: chunked\r\n', '0\r\n\r\n'),
    settings: { underscores: 'reject' },
    expect: bad('http1.unexpected_underscore'),
  },
  {
    row: 9,
    name: 'Content_Length where underscores are dropped frames nothing',
    bytes: post('Content_Length: 5\r\n', ''),
    settings: { underscores: 'drop' },
    expect: { ...OK, request: { fields: [], body: '' } },
  },
  {
    row: 9,
    name: 'Content_Length where underscores are allowed frames nothing: the body is the next request',
    bytes: post('Content_Length: 5\r\n', 'hello\r\n\r\n'),
    expect: {
      statuses: [200, 400],
      closes: true,
      upstreamRequests: 1,
      details: 'http1.codec_error',
      request: { fields: ['content_length: 5'], body: '' },
    },
  },
  {
    row: 10,
    name: 'Transfer-Encoding on HTTP/1.0',
    bytes: `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    settings: { acceptHttp10: true },
    expect: bad('http1.invalid_transfer_encoding'),
  },
  {
    row: 11,
    name: 'Transfer-Encoding on CONNECT',
    bytes: 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    expect: bad('http1.transfer_encoding_not_allowed'),
  },
  {
    row: 11,
    name: 'Content-Length on CONNECT',
    bytes: 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello',
    expect: bad('http1.body_disallowed'),
  },
  ...[
    'X-A: b\r\n c\r\n',
    'X-A: b\r\n\tc\r\n',
    'X-A:\r\n b\r\n',
    'Content-Length:\r\n 5\r\n',
    'Transfer-Encoding:\r\n chunked\r\n',
    'Transfer-Encoding: chunked\r\n , gzip\r\n',
  ].map((field) => ({
    row: 12,
    name: `line folding ${quoted(field)}`,
    bytes: post(field, '0\r\n\r\n'),
    expect: { statuses: [400], closes: true, upstreamRequests: 0 },
  })),
  { row: 13, name: 'bare LF everywhere', bytes: 'GET / HTTP/1.1\nHost: a\n\n', expect: CODEC },
  { row: 13, name: 'bare LF behind the request line', bytes: 'GET / HTTP/1.1\nHost: a\r\n\r\n', expect: CODEC },
  { row: 13, name: 'bare LF behind a field', bytes: 'GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n', expect: CODEC },
  { row: 13, name: 'bare LF at the end of the head', bytes: 'GET / HTTP/1.1\r\nHost: a\r\n\n', expect: CODEC },
  { row: 14, name: 'bare CR in a value', bytes: get(`${HOST}X-A: b\rc\r\n`), expect: CODEC },
  { row: 14, name: 'bare CR behind the request line', bytes: `GET / HTTP/1.1\r${HOST}\r\n`, expect: CODEC },
  { row: 14, name: 'two CR before the LF', bytes: `GET / HTTP/1.1\r\n${HOST}X: y\r\r\n\r\n`, expect: CODEC },
  { row: 14, name: 'a line that begins with CR', bytes: `GET / HTTP/1.1\r\n${HOST}\rX: y\r\n\r\n`, expect: CODEC },
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0b, 0x0c, 0x0e, 0x0f, 0x10, 0x1a, 0x1b, 0x1f, 0x7f].map((byte) => ({
    row: 15,
    name: `byte ${byte} in a value`,
    bytes: get(`${HOST}X-A: b${String.fromCharCode(byte)}c\r\n`),
    expect: bad('http1.invalid_characters'),
  })),
  ...[9, 0x20, 0x7e, 0x80, 0xff].map((byte) => ({
    row: 15,
    name: `byte ${byte} in a value is fine`,
    bytes: get(`${HOST}X-A: b${String.fromCharCode(byte)}c\r\n`),
    expect: { ...OK, request: { fields: [`x-a: b${String.fromCharCode(byte)}c`] } },
  })),
  ...['X A', 'X\tA', 'X[A', 'X@A', 'X(A', 'X/A', 'X"A', 'X{A', 'X\xe9', ''].map((field) => ({
    row: 16,
    name: `field name ${quoted(field)}`,
    bytes: get(`${HOST}${field}: v\r\n`),
    expect: CODEC,
  })),
  { row: 16, name: 'a line without a colon', bytes: get(`${HOST}nocolon\r\n`), expect: CODEC },
  {
    row: 16,
    name: 'every character that a token may have',
    bytes: get(`${HOST}X!#$%&'*+-.^_\`|~9: v\r\n`),
    expect: { ...OK, request: { fields: ["x!#$%&'*+-.^_`|~9: v"] } },
  },
  { row: 17, name: 'a space before the colon', bytes: get(`${HOST}X-A : v\r\n`), expect: CODEC },
  { row: 17, name: 'white space before the first field', bytes: `GET / HTTP/1.1\r\n ${HOST}\r\n`, expect: CODEC },
  {
    row: 18,
    name: 'white space around values',
    bytes: 'GET / HTTP/1.1\r\nHost: \t host \t\r\nX-A:\t b c \r\nX-B:\r\n\r\n',
    expect: { ...OK, request: { authority: 'host', fields: ['x-a: b c', 'x-b: '] } },
  },
];

const bodies: H1Row[] = [
  ...[
    '0x5',
    '+5',
    '-1',
    ' 5',
    '5_0',
    '',
    'g',
    '12345678901234567',
    '00000000000000005',
    '10000000000000000',
    'ffffffffffffffff',
    '20000000000000',
  ].map((size) => ({
    row: 19,
    name: `chunk size ${quoted(size)}`,
    bytes: chunked(`${size}\r\nhello\r\n0\r\n\r\n`),
    expect: CODEC,
  })),
  ...['5', '05', '0000000000000005', '5 ', '5;a', '5;a=b', '5;a="b"', '5;a="b\\"c;"', '5;a=b;c', '5 ; a = b', '5;a=b ', '5\t;a'].map(
    (size) => ({
      row: 20,
      name: `chunk line ${quoted(size)}`,
      bytes: chunked(`${size}\r\nhello\r\n0\r\n\r\n`),
      expect: { ...OK, request: { body: 'hello', fields: [] } },
    }),
  ),
  ...['5;', '5;=b', '5;a=', '5;a="b', '5;a=b"c"', '5;a b', '5;a\x01=b', '5;a="\x01"', '5;a="b\\\r\n', '5;;a', '5 5', '5,a', '5;a\rb'].map(
    (size) => ({
      row: 20,
      name: `chunk line ${quoted(size)}`,
      bytes: chunked(`${size}\r\nhello\r\n0\r\n\r\n`),
      expect: CODEC,
    }),
  ),
  { row: 20, name: 'bare LF behind a chunk size', bytes: chunked('5\nhello\r\n0\r\n\r\n'), expect: CODEC },
  { row: 20, name: 'bare LF behind an extension', bytes: chunked('5;a\nhello\r\n0\r\n\r\n'), expect: CODEC },
  { row: 20, name: '17 KiB of extensions in one line', bytes: chunked(`5;a=${'b'.repeat(17000)}\r\nhello\r\n0\r\n\r\n`), expect: CODEC },
  {
    row: 20,
    name: '17 KiB of extensions in many lines',
    bytes: chunked(`${repeat(170, () => `1;${'b'.repeat(99)}\r\nx\r\n`)}0\r\n\r\n`),
    expect: CODEC,
  },
  { row: 21, name: 'more data than the chunk size', bytes: chunked('5\r\nhelloX\r\n0\r\n\r\n'), expect: CODEC },
  { row: 21, name: 'less data than the chunk size', bytes: chunked('6\r\nhello\r\n0\r\n\r\n'), expect: CODEC },
  { row: 21, name: 'no CRLF behind the data', bytes: chunked('5\r\nhello0\r\n\r\n'), expect: CODEC },
  { row: 21, name: 'LF behind the data', bytes: chunked('5\r\nhello\n0\r\n\r\n'), expect: CODEC },
  {
    row: 22,
    name: 'FIN instead of the last chunk',
    bytes: chunked('5\r\nhello\r\n'),
    fin: true,
    expect: { statuses: [], closes: true, upstreamRequests: 0 },
  },
  {
    row: 22,
    name: 'FIN before the length is reached',
    bytes: post('Content-Length: 50\r\n', 'hello'),
    fin: true,
    expect: { statuses: [], closes: true, upstreamRequests: 0 },
  },
  {
    row: 22,
    name: 'FIN in the head',
    bytes: 'GET / HTTP/1.1\r\nHo',
    fin: true,
    expect: { statuses: [], closes: true, upstreamRequests: 0 },
  },
  {
    row: 22,
    name: 'FIN in the trailers',
    bytes: chunked('5\r\nhello\r\n0\r\nx-a: b\r\n'),
    fin: true,
    expect: { statuses: [], closes: true, upstreamRequests: 0 },
  },
  {
    row: 23,
    name: 'chunks of one byte',
    bytes: chunked(`${repeat(300, (i) => `1\r\n${i % 10}\r\n`)}0\r\n\r\n`),
    expect: { ...OK, request: { body: repeat(300, (i) => String(i % 10)) } },
  },
  {
    row: 24,
    name: 'trailers are dropped by default',
    bytes: chunked('5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n'),
    expect: { ...OK, request: { fields: [], body: 'hello', trailers: [] } },
  },
  {
    row: 24,
    name: 'trailers where they are enabled',
    bytes: chunked('5\r\nhello\r\n0\r\nX-T: 1\r\nx-u:2\r\n\r\n'),
    settings: { enableTrailers: true },
    expect: { ...OK, request: { fields: [], body: 'hello', trailers: ['x-t: 1', 'x-u: 2'] } },
  },
  ...[
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Host: b',
    'Authorization: x',
    'Content-Type: x',
    'Cookie: a=b',
    'Connection: x-t',
    'TE: trailers',
    'Trailer: x',
    'Upgrade: x',
  ].map((field) => ({
    row: 24,
    name: `${field} among the trailers`,
    bytes: chunked(`5\r\nhello\r\n0\r\n${field}\r\nX-T: 1\r\n\r\n`),
    settings: { enableTrailers: true },
    expect: { ...OK, request: { fields: [], body: 'hello', trailers: ['x-t: 1'] } },
  })),
  ...[
    ['bad name: x', 'http1.codec_error'],
    ['nocolon', 'http1.codec_error'],
    [':path: /x', 'http1.codec_error'],
    ['X-A: b\x01c', 'http1.invalid_characters'],
    ['X-A: b\r\n c', 'http1.codec_error'],
    ['X-A: b\n', 'http1.codec_error'],
  ].flatMap(([line, details]) =>
    [true, false].map((enableTrailers) => ({
      row: 24,
      name: `trailer line ${quoted(line as string)}, trailers ${enableTrailers ? 'on' : 'off'}`,
      bytes: chunked(`5\r\nhello\r\n0\r\n${line}\r\n\r\n`),
      settings: { enableTrailers },
      expect: bad(details as string),
    })),
  ),
  ...[true, false].flatMap((enableTrailers) => [
    {
      row: 25,
      name: `150 trailers, trailers ${enableTrailers ? 'on' : 'off'}`,
      bytes: chunked(`5\r\nhello\r\n0\r\n${repeat(150, (i) => `x-${i}: 1\r\n`)}\r\n`),
      settings: { enableTrailers },
      expect: bad('http1.too_many_headers', 431),
    },
    {
      row: 25,
      name: `66 KiB of trailers, trailers ${enableTrailers ? 'on' : 'off'}`,
      bytes: chunked(`5\r\nhello\r\n0\r\nx: ${'y'.repeat(66000)}\r\n\r\n`),
      settings: { enableTrailers },
      expect: bad('http1.headers_too_large', 431),
    },
  ]),
  ...['GET', 'HEAD', 'OPTIONS', 'DELETE'].map((method) => ({
    row: 26,
    name: `${method} with a request as its body`,
    bytes: `${method} / HTTP/1.1\r\n${HOST}Content-Length: 34\r\n\r\nGET /smug HTTP/1.1\r\nHost: evil\r\n\r\n`,
    expect: { ...OK, request: { method, path: '/', fields: ['content-length: 34'], body: 'GET /smug HTTP/1.1\r\nHost: evil\r\n\r\n' } },
  })),
  {
    row: 26,
    name: 'GET with a chunked body',
    bytes: `GET / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    expect: { ...OK, request: { method: 'GET', body: 'abc' } },
  },
  {
    row: 27,
    name: 'a good, a bad and a good request in a row',
    bytes: `${get(HOST, 'GET /1 HTTP/1.1')}${get(`${HOST}bad name: x\r\n`, 'GET /2 HTTP/1.1')}${get(HOST, 'GET /3 HTTP/1.1')}`,
    expect: { statuses: [200, 400], closes: true, details: 'http1.codec_error', upstreamRequests: 1, request: { path: '/1' } },
  },
  {
    row: 27,
    name: 'three good requests in a row',
    bytes: `${get(HOST, 'GET /1 HTTP/1.1')}${post('Content-Length: 5\r\n', 'hello')}${chunked('2\r\nhi\r\n0\r\n\r\n')}`,
    expect: { statuses: [200, 200, 200], closes: false, upstreamRequests: 3 },
  },
  { row: 28, name: 'malformed requests in a row', bytes: repeat(50, () => get(`${HOST}bad name: x\r\n`)), expect: CODEC },
  {
    row: 29,
    name: 'an expectation that nobody knows is passed on',
    bytes: post('Content-Length: 5\r\nExpect: foo\r\n', 'hello'),
    expect: { ...OK, request: { fields: ['content-length: 5', 'expect: foo'], body: 'hello' } },
  },
];

const lines: H1Row[] = [
  { row: 36, name: 'HTTP/1.0', bytes: get(HOST, 'GET / HTTP/1.0'), expect: bad('low_version', 426) },
  {
    row: 36,
    name: 'HTTP/1.0 where it is accepted',
    bytes: get(HOST, 'GET / HTTP/1.0'),
    settings: { acceptHttp10: true },
    expect: { statuses: [200], closes: true, upstreamRequests: 1 },
  },
  {
    row: 36,
    name: 'HTTP/1.0 with keep-alive where it is accepted',
    bytes: get(`${HOST}Connection: keep-alive\r\n`, 'GET / HTTP/1.0'),
    settings: { acceptHttp10: true },
    expect: OK,
  },
  {
    row: 36,
    name: 'HTTP/1.0 without Host where there is a default',
    bytes: get('', 'GET / HTTP/1.0'),
    settings: { acceptHttp10: true, defaultHost: 'def.host' },
    expect: { statuses: [200], closes: true, upstreamRequests: 1, request: { authority: 'def.host' } },
  },
  {
    row: 36,
    name: 'HTTP/1.0 without Host',
    bytes: get('', 'GET / HTTP/1.0'),
    settings: { acceptHttp10: true },
    expect: bad('missing_host_header'),
  },
  ...['GET / HTTP/9.9', 'GET / HTTP/1.2', 'GET / HTTP/2.0', 'GET / HTTP/0.9'].map((line) => ({
    row: 37,
    name: quoted(line),
    bytes: get(HOST, line),
    expect: bad('http1.unsupported_version', [400, 505]),
  })),
  ...[
    'GET /',
    'GET / HTTP/1',
    'GET / http/1.1',
    'GET / HTTP/01.1',
    'GET / HTTP/1.1x',
    'GET / HTTP/1.10',
    'GET / HTTPS/1.1',
    'GET / HTTP /1.1',
    'GET / HTTP/1,1',
    'GET',
  ].map((line) => ({
    row: 37,
    name: quoted(line),
    bytes: get(HOST, line),
    expect: CODEC,
  })),
  { row: 38, name: 'no Host', bytes: get(''), expect: bad('missing_host_header') },
  { row: 38, name: 'no Host, absolute form', bytes: get('', 'GET http://a/ HTTP/1.1'), expect: bad('missing_host_header') },
  ...['Host: a\r\nHost: a\r\n', 'Host: a\r\nHost: b\r\n', 'Host: a\r\nHost:\r\n', 'Host: a, b\r\n', 'Host: a,b\r\n'].map((field) => ({
    row: 39,
    name: quoted(field),
    bytes: get(field),
    expect: bad('http.invalid_authority'),
  })),
  ...['user@evil', 'user:pass@h', '@a'].map((host) => ({
    row: 40,
    name: `Host: ${host}`,
    bytes: get(`Host: ${host}\r\n`),
    expect: bad('http.invalid_authority'),
  })),
  ...[
    'a/path',
    '/a',
    'a b',
    '[::1',
    '::1',
    'a]',
    '[a]',
    '[::1]x',
    'a:99999',
    'a:65536',
    'a:abc',
    'a:',
    'a:8 0',
    ':80',
    'a:80:80',
    '',
    'a?b',
    'a#b',
    'a"b',
    'a\\b',
    'a<b',
    '\xe9',
    'a\xff',
  ].map((host) => ({ row: 41, name: `Host: ${quoted(host)}`, bytes: get(`Host: ${host}\r\n`), expect: bad('http.invalid_authority') })),
  ...['\x00', '\x01', '\x7f'].map((byte) => ({
    row: 41,
    name: `Host with ${quoted(byte)}`,
    bytes: get(`Host: a${byte}\r\n`),
    expect: bad('http1.invalid_characters'),
  })),
  ...[
    'a',
    'a:80',
    'a:65535',
    'a.',
    'a.:8080',
    '[::1]',
    '[::1]:80',
    '[fe80::1%25eth0]',
    '127.0.0.1',
    'a_b',
    'a%41',
    "a!$&'()*+;=b",
    'xn--bcher-kva.example',
  ].map((host) => ({
    row: 41,
    name: `Host: ${host} is fine`,
    bytes: get(`Host: ${host}\r\n`),
    expect: { ...OK, request: { authority: host } },
  })),
  ...[
    ['http://abs/x?y', 'abs', '/x?y'],
    ['HTTP://abs/x', 'abs', '/x'],
    ['http://abs', 'abs', '/'],
    ['http://abs?x', 'abs', '/?x'],
    ['http://abs:8080/p', 'abs:8080', '/p'],
    ['http://[::1]:80/x', '[::1]:80', '/x'],
    ['//abs/x', 'a', '//abs/x'],
  ].map(([target, authority, path]) => ({
    row: 42,
    name: `target ${target}`,
    bytes: get(HOST, `GET ${target} HTTP/1.1`),
    expect: { ...OK, request: { authority: authority as string, path: path as string } },
  })),
  ...['https://abs/x', 'ftp://abs/', 'http_ssh://abs/', 'h1ttp://abs/x', 'http+unix://a/'].map((target) => ({
    row: 43,
    name: `target ${target} over plain text`,
    bytes: get(HOST, `GET ${target} HTTP/1.1`),
    expect: bad('http1.invalid_scheme'),
  })),
  ...[
    'http://abs:1000000/',
    'http://abs:0/',
    'http://',
    'http:///x',
    'http://u@abs/',
    'http://u:p@abs/',
    'http://a,b/',
    'http://[::1/',
  ].map((target) => ({
    row: 44,
    name: `target ${target}`,
    bytes: get(HOST, `GET ${target} HTTP/1.1`),
    expect: bad('http1.invalid_url'),
  })),
  ...['www.x.com', 'admin', 'haproxy.org:80', '?x', 'http:/abs/', '.', '..', '\\x', '%2f'].map((target) => ({
    row: 44,
    name: `target ${target}`,
    bytes: get(HOST, `GET ${target} HTTP/1.1`),
    expect: CODEC,
  })),
  { row: 45, name: 'GET *', bytes: get(HOST, 'GET * HTTP/1.1'), expect: bad('http1.invalid_url') },
  { row: 45, name: 'OPTIONS */test', bytes: get(HOST, 'OPTIONS */test HTTP/1.1'), expect: CODEC },
  ...['a', '/', 'a:', '*', ':80', 'a:80/x', 'http://a/', 'a:99999', 'u@a:80', ''].map((target) => ({
    row: 46,
    name: `CONNECT ${quoted(target)}`,
    bytes: `CONNECT ${target} HTTP/1.1\r\nHost: a:80\r\n\r\n`,
    expect: bad('http1.invalid_url'),
  })),
  ...['get', 'Get', 'FOO', '', 'G\xe9T', 'M-SEARCH', '!x', 'GET,', 'X'.repeat(100), 'PRI'].map((method) => ({
    row: 47,
    name: `method ${quoted(method)}`,
    bytes: get(HOST, `${method} / HTTP/1.1`),
    expect: CODEC,
  })),
  ...['G\x01T', 'GET\x00', '\x16\x03\x01'].map((method) => ({
    row: 47,
    name: `method ${quoted(method)}`,
    bytes: get(HOST, `${method} / HTTP/1.1`),
    expect: bad('http1.invalid_characters'),
  })),
  {
    row: 47,
    name: 'a method of 100 KiB',
    bytes: get(HOST, `${'X'.repeat(100_000)} / HTTP/1.1`),
    expect: bad('http1.headers_too_large', 431),
  },
  ...['PATCH', 'PROPFIND', 'PURGE', 'MSEARCH'].map((method) => ({
    row: 47,
    name: `method ${method}`,
    bytes: get(HOST, `${method} / HTTP/1.1`),
    expect: { ...OK, request: { method } },
  })),
  ...[
    ' GET / HTTP/1.1',
    'GET  / HTTP/1.1',
    'GET /  HTTP/1.1',
    'GET\t/ HTTP/1.1',
    'GET /\tHTTP/1.1',
    'GET / HTTP/1.1 ',
    'GET / HTTP/1.1\t',
    'GET  HTTP/1.1',
    'GET HTTP/1.1',
    'GET / x HTTP/1.1',
    'GE T / HTTP/1.1',
  ].map((line) => ({ row: 48, name: quoted(line), bytes: get(HOST, line), expect: CODEC })),
  { row: 48, name: 'empty lines before the request are ignored', bytes: `\r\n\r\n${get(HOST)}`, expect: OK },
  { row: 48, name: 'a bare LF before the request is not', bytes: `\n${get(HOST)}`, expect: CODEC },
  {
    row: 49,
    name: 'a target of 95 KiB',
    bytes: get(HOST, `GET /${'x'.repeat(95_000)} HTTP/1.1`),
    expect: bad('http1.headers_too_large', 431),
  },
  { row: 50, name: 'a field of 95 KiB', bytes: get(`${HOST}x: ${'y'.repeat(95_000)}\r\n`), expect: bad('http1.headers_too_large', 431) },
  {
    row: 50,
    name: 'a field of 95 KiB that never ends',
    bytes: `GET / HTTP/1.1\r\n${HOST}x: ${'y'.repeat(95_000)}`,
    expect: bad('http1.headers_too_large', 431),
  },
  { row: 50, name: '100 fields', bytes: get(`${HOST}${repeat(99, (i) => `x-${i}: 1\r\n`)}`), expect: OK },
  { row: 50, name: '101 fields', bytes: get(`${HOST}${repeat(100, (i) => `x-${i}: 1\r\n`)}`), expect: bad('http1.too_many_headers', 431) },
  { row: 51, name: '10,000 tiny fields', bytes: get(`${HOST}${'a:b\r\n'.repeat(10_000)}`), expect: bad('http1.too_many_headers', 431) },
  ...['/\xe9', '/a\xff', '/%\x80'].map((target) => ({
    row: 52,
    name: `target ${quoted(target)}`,
    bytes: get(HOST, `GET ${target} HTTP/1.1`),
    expect: CODEC,
  })),
  ...['/a\x01', '/a\x7f', '/\x00'].map((target) => ({
    row: 52,
    name: `target ${quoted(target)}`,
    bytes: get(HOST, `GET ${target} HTTP/1.1`),
    expect: bad('http1.invalid_characters'),
  })),
  { row: 53, name: 'a fragment', bytes: get(HOST, 'GET /user#x HTTP/1.1'), expect: bad('path_normalization_failed') },
  { row: 53, name: 'a fragment behind a query', bytes: get(HOST, 'GET /user?a#x HTTP/1.1'), expect: bad('path_normalization_failed') },
  {
    row: 53,
    name: 'a fragment where it is cut off',
    bytes: get(HOST, 'GET /user?a#x#y HTTP/1.1'),
    settings: { rejectFragment: false },
    expect: { ...OK, request: { path: '/user?a' } },
  },
];

const options: H1Row[] = [
  {
    row: 98,
    name: 'Upgrade: h2c is ignored',
    bytes: get(`${HOST}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n`),
    expect: { ...OK, request: { fields: [] } },
  },
  {
    row: 98,
    name: 'Upgrade that Connection does not name is ignored',
    bytes: get(`${HOST}Upgrade: websocket\r\n`),
    expect: { ...OK, request: { fields: [] } },
  },
  ...['x-forwarded-for', 'x-forwarded-host', 'X-Forwarded-Proto', ':path', 'host', 'close, x-forwarded-for'].map((option) => ({
    row: 106,
    name: `Connection: ${option}`,
    bytes: get(`${HOST}Connection: ${option}\r\nX-Forwarded-For: 1.2.3.4\r\n`),
    expect: bad('http1.connection_header_rejected'),
  })),
  {
    row: 107,
    name: 'nominated fields are gone before anybody sees them',
    bytes: get(`${HOST}X-Role: r\r\nConnection: x-role, Authorization ,cookie\r\nAuthorization: z\r\nCookie: q\r\nX-Foo: 1\r\n`),
    expect: { ...OK, request: { fields: ['x-foo: 1'] } },
  },
  {
    row: 107,
    name: 'two Connection fields',
    bytes: get(`${HOST}Connection: x-foo\r\nConnection: close\r\nX-Foo: 1\r\nX-Bar: 2\r\n`),
    expect: { statuses: [200], closes: true, upstreamRequests: 1, request: { fields: ['x-bar: 2'] } },
  },
  {
    row: 107,
    name: 'Keep-Alive and Proxy-Connection stay here',
    bytes: get(`${HOST}Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n`),
    expect: { ...OK, request: { fields: [] } },
  },
  {
    row: 107,
    name: 'Connection: close',
    bytes: get(`${HOST}Connection: close\r\n`),
    expect: { statuses: [200], closes: true, upstreamRequests: 1 },
  },
  {
    row: 107,
    name: 'Proxy-Connection: close',
    bytes: get(`${HOST}Proxy-Connection: close\r\n`),
    expect: { statuses: [200], closes: true, upstreamRequests: 1 },
  },
  { row: 108, name: '9 connection options', bytes: get(`${HOST}Connection: a,b,c,d,e,f,g,h,i\r\n`), expect: OK },
  {
    row: 108,
    name: '10 connection options',
    bytes: get(`${HOST}Connection: a,b,c,d,e,f,g,h,i,j\r\n`),
    expect: bad('http1.connection_header_rejected'),
  },
  {
    row: 108,
    name: '10 connection options in 10 fields',
    bytes: get(`${HOST}${repeat(10, () => 'Connection: keep-alive\r\n')}`),
    expect: bad('http1.connection_header_rejected'),
  },
  {
    row: 108,
    name: 'a Connection field of commas',
    bytes: get(`${HOST}Connection: ${','.repeat(1000)}\r\n`),
    expect: bad('http1.connection_header_rejected'),
  },
  {
    row: 108,
    name: 'TE of 256 bytes',
    bytes: get(`${HOST}Connection: TE\r\nTE: ${'x'.repeat(256)}\r\n`),
    expect: bad('http1.connection_header_rejected'),
  },
  {
    row: 108,
    name: 'TE keeps trailers',
    bytes: get(`${HOST}Connection: TE\r\nTE: gzip;q=0.5, Trailers\r\n`),
    expect: { ...OK, request: { fields: ['te: trailers'] } },
  },
  { row: 108, name: 'TE without trailers is dropped', bytes: get(`${HOST}TE: gzip\r\n`), expect: { ...OK, request: { fields: [] } } },
];

export const H1_ROWS: readonly H1Row[] = [...framing, ...bodies, ...lines, ...options];
