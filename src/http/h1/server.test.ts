import t from 'tap';
import { FakeConnection } from '../../../test/support/connection.ts';
import { answerOk, type RecordedRequest, RecordingServer, responseHeaders, trailers } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';
import { H1ServerConnection } from './server.ts';
import { type H1ServerSettings, SERVER_DEFAULTS } from './settings.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

function open(answer: ((request: RecordedRequest) => void) | null = null, settings: Partial<H1ServerSettings> = {}) {
  const connection = new FakeConnection();
  const server = new RecordingServer(answer, () => connection.close(0));
  const codec = new H1ServerConnection(connection, server, { ...SERVER_DEFAULTS, ...settings });
  connection.setCallbacks({
    onConnected() {},
    onData: (buffer, start, end) => codec.onData(buffer, start, end),
    onEnd: () => codec.onEnd(),
    onClose: () => codec.onClose(),
    onAboveHighWatermark: () => codec.onAboveHighWatermark(),
    onBelowLowWatermark: () => codec.onBelowLowWatermark(),
  });
  const request = (i = 0) => server.requests[i] as RecordedRequest;
  return { connection, server, codec, request };
}

t.test('pipelined requests are held back, and reading stops, until the response before them is complete', (t) => {
  const { connection, server, request } = open();
  connection.push(`${GET}${GET}POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc`);
  t.equal(server.requests.length, 1);
  t.equal(connection.readDisabled, 1);
  request().encoder.encodeHeaders(responseHeaders(200, 'content-length: 2'), false);
  connection.take();
  t.equal(server.requests.length, 1, 'a head is not a response');
  request().encoder.encodeData(Buffer.from('ok'), true);
  t.equal(server.requests.length, 1, 'the next one starts at the end of the turn');
  connection.take();
  t.equal(server.requests.length, 2);
  t.equal(connection.readDisabled, 1);
  answerOk(request(1));
  connection.take();
  t.equal(server.requests.length, 3);
  t.equal(request(2).body, 'abc');
  t.equal(connection.readDisabled, 0, 'nothing waits any more');
  t.end();
});

t.test('ten thousand pipelined requests that are answered at once neither recurse nor pile up', (t) => {
  const { connection, server } = open(answerOk);
  connection.push(GET.repeat(10_000));
  connection.dispatcher.settle();
  t.equal(server.complete.length, 10_000);
  t.equal(connection.readDisabled, 0);
  t.end();
});

t.test('a client that does not read gets no further requests answered', (t) => {
  const { connection, server } = open((request) => {
    request.encoder.encodeHeaders(responseHeaders(200, 'content-length: 1000'), false);
    request.encoder.encodeData(Buffer.alloc(1000, 'x'), true);
  });
  connection.setBufferLimit(4000);
  connection.stopReading();
  for (let i = 0; i < 100; i++) {
    connection.push(GET);
    connection.dispatcher.settle();
  }
  const answered = server.complete.length;
  t.ok(answered < 8, `${answered} answers fill the buffer`);
  t.equal(connection.readDisabled, 1);
  connection.resumeReading();
  connection.dispatcher.settle();
  t.equal(server.complete.length, 100);
  t.end();
});

t.test('nothing is read behind the first malformed request', (t) => {
  const { connection, server } = open(answerOk);
  connection.setBufferLimit(4000);
  connection.stopReading();
  connection.push(`${GET}${'GET / HTTP/1.1\r\nbad header\r\n\r\n'.repeat(1000)}`);
  connection.push(GET);
  t.equal(server.requests.length, 2);
  t.equal(server.finished, true);
  t.equal(connection.readDisabled, 0);
  t.ok(connection.bufferedBytes < 1000);
  t.end();
});

t.test('framing of responses', (t) => {
  const cases: { name: string; line?: string; status?: number; fields?: string[]; body?: string | null; end?: boolean; sent: string }[] = [
    { name: 'no body', fields: ['x-a: b'], body: null, sent: 'HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 0\r\n\r\n' },
    { name: 'length', fields: ['content-length: 5'], body: 'hello', sent: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello' },
    { name: 'no length', body: 'hello', sent: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n' },
    { name: 'empty body', body: '', sent: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n' },
    { name: '204', status: 204, fields: ['content-length: 0'], body: null, sent: 'HTTP/1.1 204 No Content\r\n\r\n' },
    { name: '304', status: 304, body: null, sent: 'HTTP/1.1 304 Not Modified\r\n\r\n' },
    {
      name: '304 with a length',
      status: 304,
      fields: ['content-length: 5'],
      body: null,
      sent: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',
    },
    {
      name: 'HEAD',
      line: 'HEAD / HTTP/1.1',
      fields: ['content-length: 5'],
      body: 'hello',
      sent: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n',
    },
    {
      name: 'HEAD without a length',
      line: 'HEAD / HTTP/1.1',
      body: 'hello',
      sent: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    },
    { name: 'unknown status', status: 299, body: null, sent: 'HTTP/1.1 299 Unknown\r\ncontent-length: 0\r\n\r\n' },
    {
      name: 'fields of the connection',
      fields: ['connection: x-y', 'keep-alive: 5', 'proxy-connection: x', 'transfer-encoding: gzip', 'upgrade: x', 'x-y: z'],
      body: null,
      sent: 'HTTP/1.1 200 OK\r\nx-y: z\r\ncontent-length: 0\r\n\r\n',
    },
    {
      name: 'an order to close',
      fields: ['connection: close', 'x-y: z'],
      body: null,
      sent: 'HTTP/1.1 200 OK\r\nx-y: z\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
    },
    {
      name: 'HTTP/1.0',
      line: 'GET / HTTP/1.0',
      fields: ['content-length: 5'],
      body: 'hello',
      sent: 'HTTP/1.0 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello',
    },
    {
      name: 'HTTP/1.0, no length',
      line: 'GET / HTTP/1.0\r\nConnection: keep-alive',
      body: 'hello',
      sent: 'HTTP/1.0 200 OK\r\nconnection: close\r\n\r\nhello',
    },
    {
      name: 'HTTP/1.0, kept alive',
      line: 'GET / HTTP/1.0\r\nConnection: keep-alive',
      fields: ['content-length: 5'],
      body: 'hello',
      sent: 'HTTP/1.0 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive\r\n\r\nhello',
    },
  ];
  for (const { name, line = 'GET / HTTP/1.1', status = 200, fields = [], body = null, sent } of cases) {
    const { connection } = open(
      ({ encoder }) => {
        encoder.encodeHeaders(responseHeaders(status, ...fields), body === null);
        if (body !== null) encoder.encodeData(Buffer.from(body), true);
      },
      { acceptHttp10: true },
    );
    connection.push(`${line}\r\nHost: a\r\n\r\n`);
    t.equal(connection.take(), sent, name);
    t.equal(connection.open, !sent.includes('connection: close'), name);
  }
  t.end();
});

t.test('large heads and large chunks are written whole', (t) => {
  const { connection, request } = open();
  connection.push(GET);
  const fields = Array.from({ length: 50 }, (_, i) => `x-${i}: ${'v'.repeat(1000)}`);
  request().encoder.encodeHeaders(responseHeaders(200, ...fields), false);
  for (const size of [1, 15, 16, 255, 256, 4096, 4097, 70_000]) request().encoder.encodeData(Buffer.alloc(size, 'x'), false);
  request().encoder.encodeTrailers(trailers());
  const sent = connection.take();
  t.ok(sent.includes(`\r\nx-49: ${'v'.repeat(1000)}\r\ntransfer-encoding: chunked\r\n\r\n`));
  const chunks = [1, 15, 16, 255, 256, 4096, 4097, 70_000].map((size) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`).join('');
  t.ok(sent.endsWith(`\r\n\r\n${chunks}0\r\n\r\n`));
  t.end();
});

t.test('informational responses are not for HTTP/1.0', (t) => {
  const { connection, request } = open(null, { acceptHttp10: true });
  connection.push('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
  request().encoder.encodeInformational(responseHeaders(103));
  t.equal(connection.take(), '');
  t.end();
});

t.test('a response that is longer or shorter than it said ends the connection', (t) => {
  for (const [body, sent] of [
    ['hello!', ''],
    ['hell', 'hell'],
  ] as const) {
    const { connection, server, request } = open();
    connection.push(GET);
    request().encoder.encodeHeaders(responseHeaders(200, 'content-length: 5'), false);
    request().encoder.encodeData(Buffer.from(body), true);
    t.equal(connection.take(), `HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n${sent}`);
    t.equal(request().fault, FAULTS.RESPONSE_LENGTH_MISMATCH);
    t.equal(server.finished, false);
  }
  t.end();
});

t.test('a response without a length that breaks off towards HTTP/1.0 is cut with RST, so that nobody takes it for whole', (t) => {
  const { connection, request } = open(null, { acceptHttp10: true });
  connection.push('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
  request().encoder.encodeHeaders(responseHeaders(200), false);
  request().encoder.encodeData(Buffer.from('half'), false);
  request().encoder.reset(FAULTS.CONNECTION_TERMINATION);
  t.equal(connection.closeType, 2);
  t.end();
});

t.test('a response to a request that has not ended says close, and the rest of the request is dropped', (t) => {
  const { connection, server, request } = open();
  connection.push('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello');
  request().encoder.encodeHeaders(responseHeaders(413), true);
  t.equal(connection.take(), 'HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  t.equal(server.finished, true, 'the client may still be sending');
  t.equal(request().body, 'hello');
  t.end();
});

t.test('a client that goes away resets its request', (t) => {
  for (const leave of ['pushEnd', 'fail'] as const) {
    const { connection, server, request } = open();
    connection.push(GET);
    connection[leave]();
    t.equal(request().fault, FAULTS.DOWNSTREAM_RESET);
    t.equal(server.finished, leave === 'pushEnd' ? false : null);
    request().encoder.encodeHeaders(responseHeaders(200), true);
    t.equal(connection.take(), '');
  }
  t.end();
});

t.test('a client that goes away in a head is told for the log, without a request', (t) => {
  const { connection, server, request, codec } = open();
  connection.push('GET / HT');
  t.ok(codec.readingHead);
  connection.pushEnd();
  t.equal(request().error, FAULTS.DOWNSTREAM_RESET);
  t.equal(request().headers, null);
  t.equal(server.finished, false);
  t.equal(connection.take(), '');
  t.end();
});

t.test('an idle client that goes away leaves nothing to say', (t) => {
  const { connection, server } = open(answerOk);
  connection.push(GET);
  connection.take();
  connection.pushEnd();
  t.equal(server.requests.length, 1);
  t.equal(server.finished, false);
  t.end();
});

t.test('a head that takes too long is given up', (t) => {
  const { connection, server, request, codec } = open();
  codec.abandonHead(FAULTS.REQUEST_TIMEOUT);
  t.equal(server.requests.length, 0, 'none is being read');
  connection.push('GET / HTTP/1.1\r\nHo');
  codec.abandonHead(FAULTS.REQUEST_TIMEOUT);
  t.equal(request().error, FAULTS.REQUEST_TIMEOUT);
  t.match(connection.take(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
  connection.push('st: a\r\n\r\n');
  t.equal(server.requests.length, 1);
  t.end();
});

t.test('a connection that drains', (t) => {
  t.test('says close with its next response', (t) => {
    const { connection, server, codec } = open(answerOk);
    codec.drain();
    t.equal(server.finished, null, 'a request may be on its way');
    connection.push(GET);
    t.match(connection.take(), /\r\nconnection: close\r\n\r\nok$/);
    t.equal(server.finished, false);
    t.end();
  });
  t.test('ends with a response that had begun', (t) => {
    const { connection, server, codec, request } = open();
    connection.push(GET);
    request().encoder.encodeHeaders(responseHeaders(200, 'content-length: 2'), false);
    codec.drain();
    request().encoder.encodeData(Buffer.from('ok'), true);
    t.equal(server.finished, false);
    connection.take();
    t.end();
  });
  t.test('does not answer what was pipelined', (t) => {
    const { connection, server, codec, request } = open();
    connection.push(GET + GET);
    codec.drain();
    answerOk(request());
    connection.take();
    t.equal(server.requests.length, 1);
    t.equal(server.finished, true);
    t.end();
  });
  t.end();
});

const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n';

t.test('tunnels', (t) => {
  const granted = responseHeaders(101, 'sec-websocket-accept: y');
  granted.protocol = 'websocket';

  t.test('an upgrade is a request that does not end; early bytes wait for the 101', (t) => {
    const { connection, request } = open();
    connection.push(`${UPGRADE}EARLY`);
    t.equal(request().headers?.protocol, 'websocket');
    t.same(request().fields, ['sec-websocket-key: x']);
    t.notOk(request().complete);
    connection.dispatcher.settle();
    t.equal(request().body, '');
    t.equal(connection.readDisabled, 1);
    request().encoder.encodeHeaders(granted, false);
    t.equal(
      connection.take(),
      'HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: y\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n',
    );
    t.equal(request().body, 'EARLY');
    connection.push('more');
    t.equal(request().body, 'EARLYmore');
    request().encoder.encodeData(Buffer.from('raw'), false);
    t.equal(connection.take(), 'raw');
    connection.pushEnd();
    t.ok(request().complete);
    t.equal(request().fault, null);
    request().encoder.encodeData(Buffer.from('last'), true);
    t.equal(connection.take(), 'last');
    t.notOk(connection.open);
    t.end();
  });

  t.test('a refused upgrade is a plain response, and not a byte behind it is looked at', (t) => {
    const { connection, server, request } = open();
    connection.push(`${UPGRADE}GET /evil HTTP/1.1\r\nHost: e\r\n\r\n`);
    answerOk(request());
    t.equal(connection.take(), 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
    t.equal(server.requests.length, 1);
    t.equal(request().body, '');
    t.equal(server.finished, true);
    t.end();
  });

  t.test('the body of a request for an upgrade is a body', (t) => {
    const { connection, request } = open();
    connection.push('POST /exec HTTP/1.1\r\nHost: a\r\nUpgrade: tcp\r\nConnection: upgrade\r\nContent-Length: 4\r\n\r\nbodyEARLY');
    t.equal(request().body, 'body');
    t.notOk(request().complete);
    request().encoder.encodeHeaders(granted, false);
    connection.dispatcher.settle();
    t.equal(request().body, 'bodyEARLY');
    t.end();
  });

  t.test('CONNECT, granted with a 200 that has no framing', (t) => {
    const { connection, request } = open();
    connection.push('CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\nEARLY');
    t.equal(request().headers?.authority, 'b:443');
    t.equal(request().headers?.path, '');
    t.equal(request().body, '');
    request().encoder.encodeHeaders(responseHeaders(200, 'content-length: 5'), false);
    t.equal(connection.take(), 'HTTP/1.1 200 OK\r\n\r\n');
    t.equal(request().body, 'EARLY');
    t.end();
  });

  t.test('what is to be ignored was not asked for', (t) => {
    const { connection, request } = open(null, { ignoredUpgrades: [{ test: (token: string) => token.startsWith('TLS/') }] });
    const upgrade = (value: string) => `GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: ${value}\r\n\r\n`;
    connection.push(upgrade('TLS/1.2, TLS/1.0'));
    t.equal(request().headers?.protocol, '');
    t.ok(request().complete);
    request().encoder.encodeHeaders(responseHeaders(200), true);
    connection.push(upgrade('TLS/1.2, websocket'));
    t.equal(request(1).headers?.protocol, 'websocket');
    t.end();
  });

  t.test('the client ends its side first: the other goes on', (t) => {
    const { connection, request } = open();
    connection.push('CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n');
    request().encoder.encodeHeaders(responseHeaders(200), false);
    connection.push('ping');
    connection.pushEnd();
    t.equal(request().body, 'ping');
    t.ok(request().complete);
    request().encoder.encodeData(Buffer.from('pong'), false);
    request().encoder.encodeData(Buffer.from('bye'), true);
    t.equal(connection.take(), 'HTTP/1.1 200 OK\r\n\r\npongbye');
    t.end();
  });

  t.test('a tunnel says nothing of a connection that drains', (t) => {
    const { connection, codec, request } = open();
    codec.drain();
    connection.push('CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n');
    request().encoder.encodeHeaders(responseHeaders(200), false);
    t.equal(connection.take(), 'HTTP/1.1 200 OK\r\n\r\n');
    t.end();
  });

  t.test('CONNECT, refused', (t) => {
    const { connection, request } = open();
    connection.push('CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\nEARLY');
    request().encoder.encodeHeaders(responseHeaders(403), true);
    t.equal(connection.take(), 'HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    t.equal(request().body, '');
    t.end();
  });
  t.end();
});

t.test('small chunks that come together are handed on together', (t) => {
  const { connection, request } = open();
  connection.push('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  connection.push(Array.from({ length: 1000 }, (_, i) => `1\r\n${i % 10}\r\n`).join(''));
  t.equal(request().body.length, 1000);
  t.equal(request().pieces, 1);
  connection.push(`3\r\nabc\r\n1388\r\n${'x'.repeat(5000)}\r\n0\r\n\r\n`);
  t.equal(request().body.length, 6003);
  t.equal(request().pieces, 3);
  t.end();
});
