import t from 'tap';
import { FakeConnection } from '../../../test/support/connection.ts';
import { RecordedResponse, requestHeaders, trailers } from '../../../test/support/http-messages.ts';
import { FAULTS } from '../faults.ts';
import { Headers } from '../headers.ts';
import { H1ClientConnection } from './client.ts';
import { CLIENT_DEFAULTS, type H1ClientSettings } from './settings.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

function open(settings: Partial<H1ClientSettings> = {}) {
  const connection = new FakeConnection();
  const freed: boolean[] = [];
  const goodbyes: number[] = [];
  const codec = new H1ClientConnection(
    connection,
    { onStreamFree: (client, broken) => freed.push(broken) && client, onGoAway: (client) => goodbyes.push(client.available) },
    { ...CLIENT_DEFAULTS, ...settings },
  );
  connection.setCallbacks({
    onConnected() {},
    onData: (buffer, start, end) => codec.onData(buffer, start, end),
    onEnd: () => codec.onEnd(),
    onClose: () => codec.onClose(),
    onAboveHighWatermark: () => codec.onAboveHighWatermark(),
    onBelowLowWatermark: () => codec.onBelowLowWatermark(),
  });
  const start = () => {
    const response = new RecordedResponse();
    const encoder = codec.newStream(response);
    encoder.setCallbacks(response);
    return { response, encoder };
  };
  return { connection, codec, freed, goodbyes, start };
}

t.test('framing of requests', (t) => {
  const upgrade = requestHeaders('GET', 'a', '/', 'x-a: b');
  upgrade.protocol = 'websocket';
  const connect = new Headers();
  connect.method = 'CONNECT';
  connect.authority = 'b:443';
  const cases: { name: string; headers: Headers; body?: string | null; open?: boolean; sent: string }[] = [
    { name: 'GET', headers: requestHeaders('GET', 'a:80', '/x?y', 'x-a: b'), sent: 'GET /x?y HTTP/1.1\r\nhost: a:80\r\nx-a: b\r\n\r\n' },
    { name: 'DELETE', headers: requestHeaders('DELETE', 'a', '/'), sent: 'DELETE / HTTP/1.1\r\nhost: a\r\n\r\n' },
    {
      name: 'POST without a body',
      headers: requestHeaders('POST', 'a', '/'),
      sent: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n',
    },
    {
      name: 'a length',
      headers: requestHeaders('POST', 'a', '/', 'content-length: 5'),
      body: 'hello',
      sent: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello',
    },
    {
      name: 'no length',
      headers: requestHeaders('GET', 'a', '/'),
      body: 'hello',
      sent: 'GET / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    },
    {
      name: 'fields of the connection',
      headers: requestHeaders(
        'GET',
        'a',
        '/',
        'connection: x-a',
        'host: evil',
        'keep-alive: 1',
        'transfer-encoding: chunked',
        'upgrade: x',
        'te: trailers',
        'x-a: b',
      ),
      sent: 'GET / HTTP/1.1\r\nhost: a\r\nte: trailers\r\nx-a: b\r\n\r\n',
    },
    { name: 'OPTIONS *', headers: requestHeaders('OPTIONS', 'a', '*'), sent: 'OPTIONS * HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n' },
    {
      name: 'an upgrade',
      headers: upgrade,
      open: true,
      sent: 'GET / HTTP/1.1\r\nhost: a\r\nx-a: b\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n',
    },
    { name: 'CONNECT', headers: connect, open: true, sent: 'CONNECT b:443 HTTP/1.1\r\nhost: b:443\r\n\r\n' },
  ];
  for (const { name, headers, body = null, open: stays = false, sent } of cases) {
    const { connection, start } = open();
    const { encoder } = start();
    encoder.encodeHeaders(headers, body === null && !stays);
    if (body !== null) encoder.encodeData(Buffer.from(body), true);
    t.equal(connection.take(), sent, name);
  }
  t.end();
});

t.test('trailers are sent where they are enabled', (t) => {
  for (const enableTrailers of [true, false]) {
    const { connection, start } = open({ enableTrailers });
    const { encoder } = start();
    encoder.encodeHeaders(requestHeaders('POST', 'a', '/'), false);
    encoder.encodeTrailers(trailers('x-t: 1'));
    t.equal(
      connection.take(),
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${enableTrailers ? 'x-t: 1\r\n' : ''}\r\n`,
    );
  }
  t.end();
});

t.test('bytes while nothing is asked end the connection', (t) => {
  const { connection, codec, goodbyes, freed } = open();
  connection.push(OK);
  t.notOk(connection.open);
  t.equal(codec.available, 0);
  t.same(goodbyes, [0]);
  t.same(freed, []);
  t.end();
});

t.test('bytes between newStream and the request mean that the request was not looked at', (t) => {
  const { connection, start } = open();
  const { response, encoder } = start();
  connection.push(OK);
  t.equal(response.fault, FAULTS.CONNECTION_TERMINATION);
  t.equal(response.headers, null);
  encoder.encodeHeaders(requestHeaders('GET', 'a', '/'), true);
  t.equal(connection.take(), '');
  t.end();
});

t.test('a stream that was given up before it wrote anything leaves the connection as good as new', (t) => {
  const { codec, freed, start } = open();
  start().encoder.reset(FAULTS.LOCAL_RESET);
  t.same(freed, [true]);
  t.equal(codec.available, 1);
  t.end();
});

t.test('a response that is complete before its request ends the connection', (t) => {
  const { connection, codec, freed, goodbyes, start } = open();
  const { response, encoder } = start();
  encoder.encodeHeaders(requestHeaders('POST', 'a', '/', 'content-length: 10'), false);
  encoder.encodeData(Buffer.from('half'), false);
  connection.push(OK);
  t.ok(response.complete);
  t.same(freed, [false]);
  t.same(goodbyes, [0]);
  t.equal(codec.available, 0);
  encoder.encodeData(Buffer.from('late'), false);
  t.notOk(connection.open);
  t.end();
});

t.test('a request that is longer or shorter than it said ends the connection', (t) => {
  for (const body of ['hello!', 'hell']) {
    const { connection, freed, start } = open();
    const { response, encoder } = start();
    encoder.encodeHeaders(requestHeaders('POST', 'a', '/', 'content-length: 5'), false);
    encoder.encodeData(Buffer.from(body), true);
    t.equal(response.fault, FAULTS.REQUEST_LENGTH_MISMATCH);
    t.notOk(connection.open);
    t.same(freed, [true]);
  }
  t.end();
});

t.test('a body until close that the connection cuts off is no whole response', (t) => {
  const { connection, start } = open();
  const { response, encoder } = start();
  encoder.encodeHeaders(requestHeaders('GET', 'a', '/'), true);
  connection.push('HTTP/1.1 200 OK\r\n\r\nhalf');
  connection.fail('Connection reset by peer');
  t.equal(response.body, 'half');
  t.notOk(response.complete);
  t.equal(response.fault, FAULTS.CONNECTION_TERMINATION);
  t.end();
});

t.test('whoever resets from within a callback is not called again', (t) => {
  for (const bytes of [
    OK,
    'HTTP/1.1 200 OK\r\n\r\nbody',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx: y\r\n\r\n',
  ]) {
    const { connection, codec, freed } = open({ enableTrailers: true });
    let calls = 0;
    const encoder = codec.newStream({
      decodeInformational() {},
      decodeHeaders() {
        calls++;
        encoder.reset(FAULTS.LOCAL_RESET);
      },
      decodeData: () => calls++,
      decodeTrailers: () => calls++,
    });
    encoder.encodeHeaders(requestHeaders('GET', 'a', '/'), true);
    connection.push(bytes);
    t.equal(calls, 1);
    t.same(freed, [true]);
    t.notOk(connection.open);
  }
  t.end();
});

t.test('tunnels', (t) => {
  const headers = requestHeaders('GET', 'a', '/');
  headers.protocol = 'websocket';

  t.test('what is written before the 101 waits for it', (t) => {
    const { connection, start } = open();
    const { response, encoder } = start();
    encoder.encodeHeaders(headers, false);
    connection.take();
    encoder.encodeData(Buffer.from('EARLY'), false);
    t.equal(connection.take(), '');
    t.equal(response.above, 1);
    connection.push('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nhi');
    t.equal(response.headers?.status, 101);
    t.equal(response.headers?.protocol, 'websocket');
    t.equal(response.body, 'hi');
    t.equal(response.below, 1);
    t.equal(connection.take(), 'EARLY');
    encoder.encodeData(Buffer.from('more'), true);
    t.equal(connection.take(), 'more');
    t.ok(connection.ended);
    connection.push('last');
    connection.pushEnd();
    t.equal(response.body, 'hilast');
    t.ok(response.complete);
    t.end();
  });

  t.test('no more than 64 KiB wait', (t) => {
    const { connection, start } = open();
    const { response, encoder } = start();
    encoder.encodeHeaders(headers, false);
    for (let i = 0; i < 9; i++) encoder.encodeData(Buffer.alloc(8192), false);
    t.ok(response.fault);
    t.notOk(connection.open);
    t.end();
  });

  t.test('what waits is dropped when the answer is no', (t) => {
    const { connection, start } = open();
    const { response, encoder } = start();
    encoder.encodeHeaders(headers, false);
    connection.take();
    encoder.encodeData(Buffer.from('GET /evil HTTP/1.1\r\n\r\n'), false);
    connection.push(OK);
    t.equal(response.body, 'ok');
    t.ok(response.complete);
    t.equal(connection.take(), '');
    t.notOk(connection.open);
    t.end();
  });
  t.end();
});

t.test('a connection that has to go tells so once', (t) => {
  const { connection, codec, goodbyes, freed, start } = open();
  const { encoder } = start();
  encoder.encodeHeaders(requestHeaders('GET', 'a', '/'), true);
  codec.drain();
  t.same(goodbyes, []);
  connection.push(OK);
  t.same(goodbyes, [0]);
  connection.dispatcher.settle();
  codec.drain();
  codec.close();
  t.same(goodbyes, [0]);
  t.same(freed, [false]);
  t.end();
});
