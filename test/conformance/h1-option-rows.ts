/** Fields that concern one connection only. */
import { bad, get, type H1Row, HOST, OK, repeat } from './h1-row.ts';

export const OPTION_ROWS: readonly H1Row[] = [
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
