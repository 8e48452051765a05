/** Both sides against `node:http2`, over sockets. */
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import {
  fieldLines,
  type RecordedRequest,
  RecordedResponse,
  RecordingServer,
  requestHeaders,
  responseHeaders,
  trailers,
} from '../../../test/support/http-messages.ts';
import { accepted, listenTo, realLoop, until } from '../../../test/support/sockets.ts';
import { FakeStats } from '../../../test/support/stats.ts';
import { ipAddress } from '../../base/address.ts';
import { connect } from '../../net/connect.ts';
import type { ConnectionCallbacks } from '../../net/connection.ts';
import type { EventLoop } from '../../net/event-loop.ts';
import type { SocketConnection } from '../../net/socket-connection.ts';
import { READS_STATIC } from '../../net/socket-options.ts';
import { FAULTS } from '../faults.ts';
import { H2ClientConnection } from './client.ts';
import { H2ServerConnection } from './server.ts';
import { H2_CLIENT_DEFAULTS, H2_SERVER_DEFAULTS, type H2ServerSettings } from './settings.ts';
import { H2_STATS } from './stats.ts';

type Codec = H2ServerConnection | H2ClientConnection;

/** Hands a connection's events to a codec that is made when it is known. */
class Feed implements ConnectionCallbacks {
  codec: Codec | null = null;
  private readonly ready: () => void;

  constructor(ready: () => void = () => {}) {
    this.ready = ready;
  }

  onConnected(): void {
    this.ready();
  }

  onData(buffer: Buffer, start: number, end: number): void {
    this.codec?.onData(buffer, start, end);
  }

  onEnd(): void {
    this.codec?.onEnd();
  }

  onClose(): void {
    this.codec?.onClose();
  }

  onAboveHighWatermark(): void {
    this.codec?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    this.codec?.onBelowLowWatermark();
  }
}

// ── our server ────────────────────────────────────────────────────────────────────────────────────────────────────────

class OurServer {
  readonly loop: EventLoop = realLoop();
  readonly requests: RecordedRequest[] = [];
  readonly codecs: H2ServerConnection[] = [];
  readonly sockets: SocketConnection[] = [];
  port = 0;
  close: () => void = () => {};

  async start(answer: ((request: RecordedRequest) => void) | null, change: Partial<H2ServerSettings> = {}): Promise<void> {
    const { server, port } = await listenTo((socket) => {
      const feed = new Feed();
      const connection = accepted(this.loop, socket, READS_STATIC, feed);
      connection.setBufferLimit(1 << 20);
      const callbacks = new RecordingServer(answer, () => connection.close(0));
      const { newStream } = callbacks;
      callbacks.newStream = (encoder) => {
        const request = newStream.call(callbacks, encoder) as RecordedRequest;
        this.requests.push(request);
        return request;
      };
      const codec = new H2ServerConnection(
        connection,
        callbacks,
        { ...H2_SERVER_DEFAULTS, ...change },
        new FakeStats().group('', H2_STATS),
      );
      feed.codec = codec;
      this.codecs.push(codec);
      this.sockets.push(connection);
      connection.start(null);
    });
    this.port = port;
    this.close = () => {
      server.close();
      for (const { socket } of this.sockets) socket.destroy();
      this.loop.close();
    };
  }
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: IncomingHttpHeaders | null;
  readonly informational: IncomingHttpHeaders[];
  readonly rstCode: number;
}

async function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: Buffer | null = null,
  last: OutgoingHttpHeaders | null = null,
): Promise<Answer> {
  const stream: ClientHttp2Stream = session.request(headers, { endStream: body === null && last === null, waitForTrailers: last !== null });
  const informational: IncomingHttpHeaders[] = [];
  let received: IncomingHttpHeaders = {};
  let trailing: IncomingHttpHeaders | null = null;
  let text = '';
  stream.on('headers', (each) => informational.push(each));
  stream.on('response', (each) => {
    received = each;
  });
  stream.on('trailers', (each) => {
    trailing = each;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(last ?? {}));
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  stream.on('error', () => {});
  if (body !== null || last !== null) stream.end(body ?? Buffer.alloc(0));
  await new Promise<void>((resolve) => stream.on('close', () => resolve()));
  return { headers: received, body: text, trailers: trailing, informational, rstCode: stream.rstCode };
}

t.test('our server and the client of Node', async (t) => {
  const server = new OurServer();
  await server.start((request) => {
    const { encoder } = request;
    const { path, method } = request.headers as { path: string; method: string };
    if (path === '/hints') encoder.encodeInformational(responseHeaders(103, 'link: </a>'));
    if (path === '/cancel') return;
    if (path === '/reset') {
      encoder.encodeHeaders(responseHeaders(200), false);
      encoder.encodeData(Buffer.from('half'), false);
      encoder.reset(FAULTS.LOCAL_RESET);
      return;
    }
    const answer = Buffer.from(path === '/echo' ? request.body : `${method} ${path}`, 'latin1');
    encoder.encodeHeaders(responseHeaders(200, `content-length: ${answer.length}`, 'x-answer: yes'), false);
    const withTrailers = request.trailers !== null;
    encoder.encodeData(answer, !withTrailers);
    if (withTrailers) encoder.encodeTrailers(trailers(...fieldLines(request.trailers as never)));
  });
  const session = connectHttp2(`http://127.0.0.1:${server.port}`);
  t.teardown(() => {
    session.destroy();
    server.close();
  });

  const simple = await ask(session, { ':path': '/a', 'x-many': ['1', '2'], cookie: ['a=1', 'b=2'] });
  t.equal(simple.headers[':status'], 200);
  t.equal(simple.headers['x-answer'], 'yes');
  t.equal(simple.body, 'GET /a');
  t.same(server.requests[0]?.fields, ['x-many: 1', 'x-many: 2', 'cookie: a=1; b=2']);

  const head = await ask(session, { ':path': '/a', ':method': 'HEAD' });
  t.equal(head.headers['content-length'], '7');
  t.equal(head.body, '');

  const hints = await ask(session, { ':path': '/hints' });
  t.equal(hints.informational[0]?.[':status'], 103);
  t.equal(hints.body, 'GET /hints');

  const large = Buffer.alloc(3_000_000, 'abcdefghij');
  const echo = await ask(session, { ':path': '/echo', ':method': 'POST' }, large, { 'x-checksum': '1' });
  t.ok(echo.body === large.toString('latin1'));
  t.equal(echo.trailers?.['x-checksum'], '1');

  const reset = await ask(session, { ':path': '/reset' });
  t.equal(reset.rstCode, constants.NGHTTP2_INTERNAL_ERROR);
  t.equal(reset.body, 'half');

  const many = await Promise.all(Array.from({ length: 300 }, (_, i) => ask(session, { ':path': `/${i}`, 'x-n': `${i}` })));
  t.same(
    many.map(({ body }) => body),
    Array.from({ length: 300 }, (_, i) => `GET /${i}`),
  );

  const long = 'v'.repeat(20_000);
  t.equal((await ask(session, { ':path': '/long', 'x-long': long })).body, 'GET /long', 'CONTINUATION');
  t.same(server.requests.at(-1)?.fields, [`x-long: ${long}`]);

  const rtt = await new Promise<number>((resolve, reject) => session.ping((error, ms) => (error === null ? resolve(ms) : reject(error))));
  t.ok(rtt >= 0);

  const waiting = session.request({ ':path': '/cancel', ':method': 'POST' });
  waiting.on('error', () => {});
  await until(() => server.requests.at(-1)?.headers?.path === '/cancel', 'the request');
  waiting.close(constants.NGHTTP2_CANCEL);
  await until(() => server.requests.at(-1)?.fault !== null, 'the reset');
  t.equal(server.requests.at(-1)?.fault, FAULTS.DOWNSTREAM_REMOTE_RESET);

  server.codecs[0]?.drain();
  await once(session, 'goaway');
  session.close();
  await until(() => server.codecs[0]?.activeStreams === 0, 'the end');
});

// ── our client ────────────────────────────────────────────────────────────────────────────────────────────────────────

async function nodeServer(
  handler: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): Promise<{ server: Http2Server; port: number }> {
  const server = createServer({ settings: { maxConcurrentStreams: 200 } });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    handler(stream as ServerHttp2Stream, headers);
  });
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

t.test('our client and the server of Node', async (t) => {
  const received: IncomingHttpHeaders[] = [];
  const { server, port } = await nodeServer((stream, headers) => {
    received.push(headers);
    const path = headers[':path'] ?? '';
    if (path === '/refused') stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else if (path === '/hints') {
      stream.additionalHeaders({ ':status': 103, link: '</a>' });
      stream.respond({ ':status': 200 }, { endStream: true });
    } else if (path === '/echo') {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.pipe(stream);
    } else if (path === '/never') {
      stream.respond({ ':status': 200 });
    } else {
      stream.respond({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] });
      stream.end(`${headers[':method']} ${path}`);
    }
  });
  const loop = realLoop();
  const events: string[] = [];
  let capacity = 0;
  const feed = new Feed();
  const connection = connect(loop, ipAddress('127.0.0.1', port), { sourceAddress: null, keepAlive: null }, feed);
  connection.setBufferLimit(1 << 20);
  const pool = {
    onStreamFree: (_: unknown, broken: boolean) => events.push(broken ? 'broken' : 'free'),
    onGoAway: () => events.push('goaway'),
    onCapacity: (codec: H2ClientConnection) => {
      capacity = codec.available;
    },
  };
  const codec = new H2ClientConnection(connection, pool as never, H2_CLIENT_DEFAULTS, new FakeStats().group('', H2_STATS));
  feed.codec = codec;
  t.teardown(() => {
    connection.socket.destroy();
    server.close();
    loop.close();
  });
  const send = (method: string, path: string, end: boolean, ...lines: string[]): RecordedResponse => {
    const response = new RecordedResponse();
    const encoder = codec.newStream(response);
    encoder.setCallbacks(response);
    response.encoder = encoder;
    encoder.encodeHeaders(requestHeaders(method, 'host:80', path, ...lines), end);
    return response;
  };

  const simple = send('GET', '/a', true, 'x-one: 1', 'x-two: \xe9');
  await until(() => simple.complete, 'the answer');
  t.equal(simple.body, 'GET /a');
  t.same(
    simple.fields.filter((line) => line.startsWith('set-cookie')),
    ['set-cookie: a=1', 'set-cookie: b=2'],
  );
  t.equal(received[0]?.[':authority'], 'host:80');
  t.equal(received[0]?.['x-one'], '1');
  t.equal(capacity, 199, 'of 200, one runs');

  const hints = send('GET', '/hints', true);
  await until(() => hints.complete, 'the answer');
  t.equal(hints.informational[0]?.status, 103);

  const echo = send('POST', '/echo', false);
  const piece = Buffer.alloc(100_000, 'abcdefghij');
  for (let i = 0; i < 30; i++) echo.encoder?.encodeData(piece, i === 29);
  await until(() => echo.complete, 'the echo');
  t.ok(echo.body === piece.toString('latin1').repeat(30));
  t.same(echo.trailers && fieldLines(echo.trailers), ['grpc-status: 0']);

  const refused = send('GET', '/refused', true);
  await until(() => refused.fault !== null, 'the refusal');
  t.equal(refused.fault, FAULTS.REFUSED_STREAM);

  const many = Array.from({ length: 190 }, (_, i) => send('GET', `/${i}`, true, `x-n: ${i}`));
  t.equal(codec.available, 10);
  await until(() => many.every(({ complete }) => complete), 'all answers');
  t.same(
    many.map(({ body }) => body),
    many.map((_, i) => `GET /${i}`),
  );
  t.equal(codec.activeStreams, 0);

  const slow = send('POST', '/echo', false);
  slow.encoder?.readDisable(true);
  for (let i = 0; i < 3; i++) slow.encoder?.encodeData(piece, i === 2);
  await until(() => slow.headers !== null, 'the head');
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  t.equal(slow.body, '');
  slow.encoder?.readDisable(false);
  await until(() => slow.complete, 'the rest');
  t.equal(slow.body.length, 300_000);

  const never = send('GET', '/never', true);
  await until(() => never.headers !== null, 'the head');
  codec.drain();
  t.equal(codec.available, 0);
  never.encoder?.reset(FAULTS.LOCAL_RESET);
  await until(() => !connection.open, 'the end');
  t.equal(events.filter((event) => event === 'goaway').length, 1);
});

// ── HPACK ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** From a seed: names and values of all kinds, some of them again and again. */
function randomLines(seed: number): string[] {
  let state = seed;
  const below = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * n);
  };
  const visible = () => String.fromCharCode(0x21 + below(94));
  return Array.from({ length: 1 + below(12) }, (_, i) => {
    const repeats = below(2) === 0;
    const name = repeats ? `x-name-${below(8)}` : `x-${i}-${seed}`;
    const length = repeats ? 1 : below(8) === 0 ? 300 : 1 + below(40);
    let value = '';
    for (let n = 0; n < length; n++) value += n > 0 && n < length - 1 && below(6) === 0 ? ' ' : visible();
    return `${name}: ${repeats ? `value ${below(5)}` : value}`;
  });
}

/** As Node shows fields: those of one name joined. */
function joined(lines: readonly string[]): { [name: string]: string } {
  const fields: { [name: string]: string } = {};
  for (const line of lines) {
    const colon = line.indexOf(': ');
    const name = line.slice(0, colon);
    fields[name] = fields[name] === undefined ? line.slice(colon + 2) : `${fields[name]}, ${line.slice(colon + 2)}`;
  }
  return fields;
}

t.test('random header blocks mean the same to us and to Node, both ways', async (t) => {
  const server = new OurServer();
  await server.start((request) => request.encoder.encodeHeaders(responseHeaders(200, ...request.fields), true), {
    limits: { maxBytes: 1 << 20, maxCount: 1000 },
  });
  const session = connectHttp2(`http://127.0.0.1:${server.port}`);
  t.teardown(() => {
    session.destroy();
    server.close();
  });
  let wrong = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const fields = joined(randomLines(seed));
    const { headers } = await ask(session, { ':path': '/', ...fields });
    const received = joined(server.requests.at(-1)?.fields ?? []);
    for (const [name, value] of Object.entries(fields)) if (received[name] !== value || headers[name] !== value) wrong++;
  }
  t.equal(wrong, 0);
});
