import t from 'tap';
import type { FilterStream, HttpFilter } from '../../../src/http/filter.ts';
import { pinName } from '../../../src/http/header-name.ts';
import { Headers } from '../../../src/http/headers.ts';
import { fieldsOf, ManagerFixture, requestHead, responseHead } from '../../../test/support/http-manager.ts';
import { TestCluster } from '../../../test/support/upstream-doubles.ts';
import { MethodTable } from '../../common/grpc/method-stats.ts';
import { GrpcWebFactory } from './filter.ts';

const GRPC = { 'content-type': 'application/grpc' };

function message(text: string): string {
  const bytes = Buffer.alloc(5 + text.length);
  bytes.writeUInt32BE(text.length, 1);
  bytes.latin1Write(text, 5);
  return bytes.toString('latin1');
}

function setUp() {
  const cluster = new TestCluster();
  const factory = new GrpcWebFactory('web', new MethodTable('grpc-web'));
  const manager = new ManagerFixture({
    filters: [['web', (): HttpFilter => factory.create()]],
    route: {
      name: 'r',
      virtualHost: { name: 'v', includeAttemptCount: false },
      action: {
        kind: 'route',
        pickCluster: () => ({ name: 'test', current: cluster.state }),
        clusterNotFoundStatus: 503,
        timeoutMs: 0,
        idleTimeoutMs: -1,
        rewrite: null,
        retryPolicy: null,
        hash: null,
      },
      filterSettings: [null, null],
      requestMutations: null,
      responseMutations: null,
      decorator: null,
      metadata: null,
    },
  });
  return { cluster, manager };
}

function request(type: string, accept = '') {
  const bench = setUp();
  const fields: Record<string, string> = { 'content-type': type, 'content-length': '99' };
  if (accept !== '') fields['accept'] = accept;
  const exchange = bench.manager.request(requestHead('/a.B/C', fields, 'POST'), false);
  const terminal = bench.manager.last;
  return { ...bench, exchange, terminal, stream: terminal.stream as FilterStream };
}

function trailers(fields: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) headers.add(pinName(name), value);
  return headers;
}

t.test('a request becomes one of gRPC', (t) => {
  for (const type of ['', '+proto', '-text', '-text+proto']) {
    const { stream } = request(`application/grpc-web${type}`);
    t.match(fieldsOf(stream.requestHeaders), { ...GRPC, te: 'trailers', 'grpc-accept-encoding': 'identity' });
    t.notOk('content-length' in fieldsOf(stream.requestHeaders), 'of another body');
  }
  t.end();
});

t.test('other requests pass as they are', (t) => {
  for (const type of ['application/grpc', 'application/grpc-web+json', 'application/grpc-web; charset=utf-8', 'text/plain']) {
    const { exchange, terminal, stream } = request(type);
    exchange.data('AAAA', true);
    t.same(terminal.events.slice(1), ['data AAAA', 'end']);
    terminal.respond(200, 'body', GRPC);
    t.equal(exchange.body, 'body');
    t.match(fieldsOf(exchange.head), GRPC);
    t.match(fieldsOf(stream.requestHeaders), { 'content-length': '99' });
  }
  t.end();
});

t.test('messages pass as they are, and trailers follow them in the body', (t) => {
  const { exchange, terminal, stream } = request('application/grpc-web');
  exchange.data(message('hi'), true);
  t.same(terminal.events.slice(1), [`data ${message('hi')}`, 'end']);
  stream.encodeHeaders(responseHead(200, { ...GRPC, 'content-length': '7' }), false);
  stream.encodeData(Buffer.from(message('ho'), 'latin1'), false);
  t.equal(exchange.body, message('ho'), 'at once');
  stream.encodeTrailers(trailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
  t.equal(exchange.body, `${message('ho')}\x80\0\0\0\x22grpc-status:0\r\ngrpc-message:fine\r\n`);
  t.equal(exchange.trailers, null);
  t.ok(exchange.over);
  t.match(fieldsOf(exchange.head), { 'content-type': 'application/grpc-web+proto' });
  t.notOk('content-length' in fieldsOf(exchange.head));
  t.end();
});

t.test('text is decoded on the way up and encoded on the way back', (t) => {
  const { exchange, terminal, stream } = request('application/grpc-web-text', 'application/grpc-web-text');
  const text = Buffer.from(message('hello'), 'latin1').toString('base64');
  exchange.data(text.slice(0, 3));
  exchange.data(text.slice(3, 9));
  exchange.data(text.slice(9), true);
  t.equal(
    terminal.events
      .slice(1)
      .filter((event) => event.startsWith('data'))
      .map((event) => event.slice(5))
      .join(''),
    message('hello'),
  );
  t.equal(terminal.events.at(-1), 'end');
  stream.encodeHeaders(responseHead(200, GRPC), false);
  stream.encodeData(Buffer.from(message('ho'), 'latin1'), false);
  t.equal(exchange.body, Buffer.from(message('ho'), 'latin1').toString('base64'));
  stream.encodeTrailers(trailers({ 'grpc-status': '0' }));
  const end = Buffer.from('\x80\0\0\0\x0fgrpc-status:0\r\n', 'latin1').toString('base64');
  t.equal(exchange.body, `${Buffer.from(message('ho'), 'latin1').toString('base64')}${end}`);
  t.match(fieldsOf(exchange.head), { 'content-type': 'application/grpc-web-text+proto' });
  t.end();
});

t.test('a text request may want a binary answer', (t) => {
  const { exchange, stream } = request('application/grpc-web-text');
  exchange.finish();
  stream.encodeHeaders(responseHead(200, GRPC), false);
  stream.encodeData(Buffer.from(message('ho'), 'latin1'), false);
  t.equal(exchange.body, message('ho'));
  t.match(fieldsOf(exchange.head), { 'content-type': 'application/grpc-web+proto' });
  t.end();
});

t.test('text that is no base64 is 400', (t) => {
  for (const body of ['****', 'AAAAA']) {
    const { exchange, manager } = request('application/grpc-web-text', 'application/grpc-web-text');
    exchange.data(body, true);
    t.match(exchange.head, { status: 400 });
    t.match(fieldsOf(exchange.head), {
      'content-type': 'application/grpc-web-text+proto',
      'grpc-status': '13',
      'grpc-message': 'Bad gRPC-web request, invalid base64 data.',
      'content-length': '0',
    });
    const details = body === '****' ? 'grpc_base_64_decode_failed' : 'grpc_base_64_decode_failed_bad_size';
    t.equal(manager.logged[0]?.info.responseCodeDetails, details);
  }
  t.end();
});

t.test('a response without messages keeps its status in the head', (t) => {
  const { exchange, terminal } = request('application/grpc-web-text', 'application/grpc-web-text');
  exchange.finish();
  terminal.respond(200, '', { ...GRPC, 'grpc-status': '5' });
  t.match(fieldsOf(exchange.head), { 'content-type': 'application/grpc-web-text+proto', 'grpc-status': '5' });
  t.equal(exchange.body, '');
  t.end();
});

t.test('an answer that is not gRPC becomes a message', (t) => {
  const { exchange, stream } = request('application/grpc-web+proto');
  exchange.finish();
  stream.encodeHeaders(responseHead(404, { 'content-type': 'text/html', 'content-length': '9' }), false);
  t.equal(exchange.head, null);
  stream.encodeData(Buffer.from('not '), false);
  stream.encodeData(Buffer.from('here\n'), true);
  t.match(exchange.head, { status: 404 });
  t.match(fieldsOf(exchange.head), {
    'content-type': 'application/grpc-web+proto',
    'grpc-status': '12',
    'grpc-message': 'not here%0A',
    'content-length': '0',
  });
  t.equal(exchange.body, '');
  t.ok(exchange.over);
  t.end();
});

t.test('so does one without a body, or with trailers, and only so much of a long one', (t) => {
  const bare = request('application/grpc-web');
  bare.exchange.finish();
  bare.terminal.respond(503);
  t.match(fieldsOf(bare.exchange.head), { 'grpc-status': '14' });
  t.notOk('grpc-message' in fieldsOf(bare.exchange.head));
  const long = request('application/grpc-web');
  long.exchange.finish();
  long.stream.encodeHeaders(responseHead(500), false);
  for (let i = 0; i < 3; i++) long.stream.encodeData(Buffer.alloc(10_000, 0x61), false);
  long.stream.encodeTrailers(trailers({ x: '1' }));
  t.equal(fieldsOf(long.exchange.head)['grpc-message']?.length, 16_384);
  t.ok(long.exchange.over);
  t.end();
});

t.test('calls are counted under grpc-web', (t) => {
  const { exchange, stream, cluster } = request('application/grpc-web');
  exchange.finish();
  stream.encodeHeaders(responseHead(200, GRPC), false);
  stream.encodeTrailers(trailers({ 'grpc-status': '7' }));
  const counted = cluster.dynamic;
  t.same(counted, { 'grpc-web.a.B.C.7': 1, 'grpc-web.a.B.C.failure': 1, 'grpc-web.a.B.C.total': 1 });
  t.end();
});
