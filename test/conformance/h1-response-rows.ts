/** What becomes of bytes that an HTTP/1.1 upstream answers with; see h1-rows.ts. */

export interface H1ResponseRow {
  readonly row: number;
  readonly name: string;
  /** What was asked. */
  readonly method?: 'GET' | 'HEAD' | 'CONNECT';
  /** Upgrade token of the request. */
  readonly upgrade?: string;
  readonly bytes: string;
  /** The upstream sends FIN behind the bytes. */
  readonly fin?: boolean;
  readonly settings?: { readonly enableTrailers?: boolean };
  readonly expect: {
    /** What the client is told: the upstream's status, or 502/503 of a local reply. */
    readonly status: number;
    /** Fault when the response breaks off or never was one. */
    readonly fault?: 'UPSTREAM_PROTOCOL_ERROR' | 'CONNECTION_TERMINATION';
    /** The connection may carry another request. */
    readonly reusable: boolean;
    readonly informational?: readonly number[];
    readonly fields?: readonly string[];
    readonly body?: string;
    readonly trailers?: readonly string[];
  };
}

const PROTOCOL = { status: 502, fault: 'UPSTREAM_PROTOCOL_ERROR', reusable: false } as const;
/** A response that had begun when it broke off. */
const BROKEN = { status: 200, fault: 'UPSTREAM_PROTOCOL_ERROR', reusable: false } as const;
const OK_HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n';

export const H1_RESPONSE_ROWS: readonly H1ResponseRow[] = [
  {
    row: 30,
    name: 'one response',
    bytes: `${OK_HEAD}ok`,
    expect: { status: 200, reusable: true, fields: ['content-length: 2'], body: 'ok' },
  },
  {
    row: 30,
    name: 'two responses for one request',
    bytes: `${OK_HEAD}ok${OK_HEAD}no`,
    expect: { status: 200, reusable: false, body: 'ok' },
  },
  { row: 30, name: 'bytes behind a response', bytes: `${OK_HEAD}okX`, expect: { status: 200, reusable: false, body: 'ok' } },
  { row: 30, name: 'a line end behind a response', bytes: `${OK_HEAD}ok\r\n`, expect: { status: 200, reusable: false, body: 'ok' } },
  {
    row: 30,
    name: 'bytes behind a response without body',
    bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nX',
    expect: { status: 200, reusable: false, body: '' },
  },
  {
    row: 30,
    name: 'bytes behind the last chunk',
    bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nX',
    expect: { status: 200, reusable: false, body: 'ok' },
  },
  {
    row: 31,
    name: 'Content-Length and Transfer-Encoding',
    bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    expect: PROTOCOL,
  },
  {
    row: 31,
    name: 'two Content-Length',
    bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello',
    expect: PROTOCOL,
  },
  ...['gzip', 'chunked, gzip', 'gzip, chunked', 'identity', ',chunked', 'xchunked', ''].map((coding) => ({
    row: 31,
    name: `Transfer-Encoding ${JSON.stringify(coding)}`,
    bytes: `HTTP/1.1 200 OK\r\ntransfer-encoding: ${coding}\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    expect: PROTOCOL,
  })),
  {
    row: 31,
    name: 'HTTP/1.0 chunked',
    bytes: 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    expect: PROTOCOL,
  },
  {
    row: 31,
    name: 'HTTP/1.0 with a length',
    bytes: 'HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello',
    expect: { status: 200, reusable: false, body: 'hello' },
  },
  {
    row: 31,
    name: 'HTTP/1.0 with keep-alive',
    bytes: 'HTTP/1.0 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive\r\n\r\nhello',
    expect: { status: 200, reusable: true, body: 'hello' },
  },
  { row: 31, name: 'a bad chunk', bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n', expect: BROKEN },
  {
    row: 31,
    name: 'FIN instead of the last chunk',
    bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n',
    fin: true,
    expect: { ...BROKEN, body: 'ok' },
  },
  {
    row: 31,
    name: 'FIN before the length is reached',
    bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nok',
    fin: true,
    expect: { ...BROKEN, body: 'ok' },
  },
  {
    row: 31,
    name: 'no length: the body ends with the connection',
    bytes: 'HTTP/1.1 200 OK\r\n\r\nhello',
    fin: true,
    expect: { status: 200, reusable: false, body: 'hello' },
  },
  {
    row: 31,
    name: 'no length and no body',
    bytes: 'HTTP/1.1 200 OK\r\n\r\n',
    fin: true,
    expect: { status: 200, reusable: false, body: '' },
  },
  {
    row: 31,
    name: 'connection: close',
    bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: Close\r\nx-a: b\r\n\r\nhello',
    expect: { status: 200, reusable: false, body: 'hello', fields: ['content-length: 5', 'x-a: b'] },
  },
  {
    row: 31,
    name: 'what is for the next hop only',
    bytes:
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive, x-a\r\nkeep-alive: timeout=5\r\nx-a: b\r\nupgrade: h2\r\nproxy-connection: x\r\nx-c: d\r\n\r\nhello',
    expect: { status: 200, reusable: true, body: 'hello', fields: ['content-length: 5', 'x-c: d'] },
  },
  {
    row: 31,
    name: 'trailers are dropped by default',
    bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n',
    expect: { status: 200, reusable: true, body: 'ok', trailers: [] },
  },
  {
    row: 31,
    name: 'trailers where they are enabled',
    bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n',
    settings: { enableTrailers: true },
    expect: { status: 200, reusable: true, body: 'ok', trailers: ['x-t: 1'] },
  },
  {
    row: 32,
    name: '200 to an Upgrade is a plain response',
    upgrade: 'websocket',
    bytes: `${OK_HEAD}ok`,
    expect: { status: 200, reusable: false, body: 'ok' },
  },
  {
    row: 32,
    name: '101 to an Upgrade',
    upgrade: 'websocket',
    bytes: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\nhello',
    expect: { status: 101, reusable: false, fields: [], body: 'hello' },
  },
  {
    row: 32,
    name: '403 to CONNECT',
    method: 'CONNECT',
    bytes: 'HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno',
    expect: { status: 403, reusable: false, body: 'no' },
  },
  {
    row: 32,
    name: '200 to CONNECT',
    method: 'CONNECT',
    bytes: 'HTTP/1.1 200 OK\r\n\r\nhello',
    expect: { status: 200, reusable: false, body: 'hello' },
  },
  {
    row: 34,
    name: '100, 102, 103 and 103',
    bytes: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nx: y\r\n\r\n${'HTTP/1.1 103 Early Hints\r\nlink: y\r\n\r\n'.repeat(2)}${OK_HEAD}ok`,
    expect: { status: 200, reusable: true, informational: [100, 102, 103, 103], body: 'ok' },
  },
  {
    row: 34,
    name: '101 that nobody asked for',
    bytes: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\nhi',
    expect: PROTOCOL,
  },
  { row: 34, name: '101 to CONNECT', method: 'CONNECT', bytes: 'HTTP/1.1 101 Switching Protocols\r\n\r\nhi', expect: PROTOCOL },
  { row: 34, name: '100 with a length', bytes: `HTTP/1.1 100 Continue\r\ncontent-length: 5\r\n\r\nhello${OK_HEAD}ok`, expect: PROTOCOL },
  { row: 35, name: '204 with a length', bytes: 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello', expect: PROTOCOL },
  {
    row: 35,
    name: '204 with length 0',
    bytes: 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n',
    expect: { status: 204, reusable: true, fields: [], body: '' },
  },
  {
    row: 35,
    name: '204 with Transfer-Encoding',
    bytes: 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    expect: PROTOCOL,
  },
  { row: 35, name: '204 with a body', bytes: 'HTTP/1.1 204 No Content\r\n\r\nhello', expect: { status: 204, reusable: false, body: '' } },
  {
    row: 35,
    name: '304 with a length',
    bytes: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',
    expect: { status: 304, reusable: true, fields: ['content-length: 5'], body: '' },
  },
  {
    row: 35,
    name: '304 with a body',
    bytes: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\nhello',
    expect: { status: 304, reusable: false, body: '' },
  },
  {
    row: 35,
    name: '304 with Transfer-Encoding',
    bytes: 'HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n',
    expect: { status: 304, reusable: true, fields: [], body: '' },
  },
  {
    row: 35,
    name: 'HEAD with a length',
    method: 'HEAD',
    bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n',
    expect: { status: 200, reusable: true, fields: ['content-length: 5'], body: '' },
  },
  {
    row: 35,
    name: 'HEAD with Transfer-Encoding',
    method: 'HEAD',
    bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    expect: { status: 200, reusable: true, body: '' },
  },
  {
    row: 35,
    name: 'HEAD with a body',
    method: 'HEAD',
    bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
    expect: { status: 200, reusable: false, body: '' },
  },
  ...[
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 200OK',
    'ICY 200 OK',
    'http/1.1 200 OK',
    'HTTP/1.1 2x0 OK',
    'HTTP/1.1 +20 OK',
    'HTTP/1.1 200 \x01',
    'HTTP/2.0 200 OK',
    '\r\nHTTP/1.1 200 OK',
    ' HTTP/1.1 200 OK',
    'garbage',
  ].map((line) => ({
    row: 118,
    name: `status line ${JSON.stringify(line)}`,
    bytes: `${line}\r\ncontent-length: 2\r\n\r\nok`,
    expect: PROTOCOL,
  })),
  ...['HTTP/1.1 200', 'HTTP/1.1 200 ', 'HTTP/1.1 200 Any Thing\t\xe9'].map((line) => ({
    row: 118,
    name: `status line ${JSON.stringify(line)} is fine`,
    bytes: `${line}\r\ncontent-length: 2\r\n\r\nok`,
    expect: { status: 200, reusable: true, body: 'ok' },
  })),
  {
    row: 118,
    name: 'a status that nobody knows',
    bytes: 'HTTP/1.1 599 Huh\r\ncontent-length: 0\r\n\r\n',
    expect: { status: 599, reusable: true, body: '' },
  },
  {
    row: 118,
    name: 'a head of 100 KiB',
    bytes: `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\ncontent-length: 2\r\n\r\nok`,
    expect: PROTOCOL,
  },
  { row: 118, name: '101 fields', bytes: `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100)}content-length: 2\r\n\r\nok`, expect: PROTOCOL },
  { row: 118, name: 'bare LF', bytes: 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok', expect: PROTOCOL },
  { row: 118, name: 'line folding', bytes: 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 2\r\n\r\nok', expect: PROTOCOL },
  { row: 118, name: 'a control character', bytes: 'HTTP/1.1 200 OK\r\nx: a\x00\r\ncontent-length: 2\r\n\r\nok', expect: PROTOCOL },
  { row: 118, name: 'a space in a name', bytes: 'HTTP/1.1 200 OK\r\nx y: a\r\ncontent-length: 2\r\n\r\nok', expect: PROTOCOL },
  {
    row: 118,
    name: 'FIN before the head',
    bytes: '',
    fin: true,
    expect: { status: 503, fault: 'CONNECTION_TERMINATION', reusable: false },
  },
  { row: 118, name: 'FIN in the head', bytes: 'HTTP/1.1 200 OK\r\nx: ', fin: true, expect: PROTOCOL },
];
