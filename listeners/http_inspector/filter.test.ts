import type { Socket } from 'node:net';
import t from 'tap';
import { ipAddress } from '../../src/base/address.ts';
import {
  AcceptedConnection,
  LISTENER_CLOSE,
  LISTENER_CONTINUE,
  LISTENER_NEED_DATA,
  type ListenerStatus,
} from '../../src/net/listener-filter.ts';
import { FakeStats } from '../../test/support/stats.ts';
import { HttpInspectorFactory } from './filter.ts';
import { HTTP_INSPECTOR_STATS } from './stats.ts';

interface Seen {
  readonly status: ListenerStatus;
  readonly protocols: readonly string[];
  readonly counted: object;
}

function look(text: string, transportProtocol = ''): Seen {
  const stats = new FakeStats();
  const accepted = new AcceptedConnection({} as Socket, ipAddress('10.0.0.1', 80), ipAddress('10.0.0.2', 1));
  accepted.transportProtocol = transportProtocol;
  const filter = new HttpInspectorFactory(stats.group('http_inspector.', HTTP_INSPECTOR_STATS)).create();
  let status = filter.onAccept(accepted);
  if (status === LISTENER_NEED_DATA) status = filter.onPeek(accepted, Buffer.from(text, 'latin1'));
  return { status, protocols: accepted.applicationProtocols, counted: stats.counted };
}

t.test('request lines and the preface of HTTP/2 are found', (t) => {
  t.same(look('GET / HTTP/1.1\r\n'), { status: LISTENER_CONTINUE, protocols: ['http/1.1'], counted: { 'http_inspector.http11_found': 1 } });
  t.same(look('GET / HTTP/1.0\r\n'), { status: LISTENER_CONTINUE, protocols: ['http/1.0'], counted: { 'http_inspector.http10_found': 1 } });
  t.match(look('GET /\n').protocols, ['http/1.0'], 'HTTP/0.9');
  t.same(look('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxyz'), {
    status: LISTENER_CONTINUE,
    protocols: ['h2c'],
    counted: { 'http_inspector.http2_found': 1 },
  });
  t.match(look('PURGE http://host:1/x?y HTTP/1.1\r\n').protocols, ['http/1.1'], 'any method');
  t.match(look('CONNECT host:443 HTTP/1.1\r\n').protocols, ['http/1.1']);
  t.end();
});

t.test('anything else is left alone', (t) => {
  for (const text of [
    '\r\n',
    'SSH-2.0-x\r\n',
    'GET / FTP/1.1\r\n',
    'GET path HTTP/1.1\r\n',
    'G(T / HTTP/1.1\r\n',
    '\x00\x01\n',
    'PRI x HTTP/2.0\r\n',
  ]) {
    t.same(look(text), { status: LISTENER_CONTINUE, protocols: [], counted: { 'http_inspector.http_not_found': 1 } }, JSON.stringify(text));
  }
  t.end();
});

t.test('the line has to come to its end', (t) => {
  const line = 'GET /path HTTP/1.1\r\n';
  for (let length = 1; length < line.length; length++) t.equal(look(line.slice(0, length)).status, LISTENER_NEED_DATA);
  for (let length = 1; length < 24; length++) t.equal(look('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'.slice(0, length)).status, LISTENER_NEED_DATA);
  t.equal(look('x'.repeat(65_535)).status, LISTENER_NEED_DATA);
  t.same(look('x'.repeat(65_536)), { status: LISTENER_CLOSE, protocols: [], counted: { 'http_inspector.read_error': 1 } });
  t.equal(look(`GET /${'x'.repeat(70_000)} HTTP/1.1\r\n`).status, LISTENER_CLOSE, 'however much was read at once');
  t.end();
});

t.test('it does not look into TLS', (t) => {
  t.same(look('GET / HTTP/1.1\r\n', 'tls'), { status: LISTENER_CONTINUE, protocols: [], counted: {} });
  t.match(look('GET / HTTP/1.1\r\n', 'raw_buffer').protocols, ['http/1.1']);
  t.end();
});
