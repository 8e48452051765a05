import t from 'tap';
import { TestCluster } from '../../test/support/upstream-doubles.ts';
import { pinName } from '../http/header-name.ts';
import { Headers } from '../http/headers.ts';
import type { GrpcCall, GrpcResult } from './cluster-client.ts';
import { PooledClient } from './pooled-client.ts';

function setUp(protocol: 'h1' | 'h2' = 'h2') {
  const bench = new TestCluster({ http: { protocol } });
  const clusters = {
    handle: (name: string) => ({ name, current: name === 'test' ? bench.state : null }),
    known: () => true,
  };
  return { bench, client: new PooledClient(clusters, bench.dispatcher) };
}

const CALL: GrpcCall = { path: '/a.B/C', message: Buffer.from('ask'), metadata: [['X-Meta', 'one']], timeoutMs: 1500 };

function frame(message: string, flag = 0): string {
  return String.fromCharCode(flag, 0, 0, 0, message.length) + message;
}

function fields(pairs: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(pairs)) headers.set(pinName(name), value);
  return headers;
}

/** The result of a call that is answered so. */
function answered(body: string, trailers: Readonly<Record<string, string>>, http = 200): Promise<GrpcResult> {
  const { bench, client } = setUp();
  const result = client.grpc('test', CALL);
  bench.connection().connected();
  const stream = bench.codec().last;
  stream.respondHead(http);
  stream.data(body, false);
  stream.trailersEnd(fields(trailers));
  return result;
}

t.test('a call is a POST with one message', async (t) => {
  const { bench, client } = setUp();
  const result = client.grpc('test', CALL);
  bench.connection().connected();
  const stream = bench.codec().last;
  t.match(stream, { ended: true, body: frame('ask'), head: { method: 'POST', path: '/a.B/C', authority: 'test', scheme: 'http' } });
  const sent = ['content-type', 'te', 'grpc-timeout', 'x-meta'].map((name) => stream.head?.get(pinName(name)));
  t.same(sent, ['application/grpc', 'trailers', '1500m', 'one']);
  stream.respondHead(200);
  stream.data(frame('answer'), false);
  stream.trailersEnd(fields({ 'grpc-status': '0' }));
  const answer = await result;
  t.equal(answer.ok && Buffer.from(answer.message).toString(), 'answer');
});

t.test('a status that is not OK is told with its message', async (t) => {
  t.same(await answered('', { 'grpc-status': '5', 'grpc-message': 'no %C3%A4pple 100%' }), { ok: false, status: 5, text: 'no äpple 100%' });
  const { bench, client } = setUp();
  const result = client.grpc('test', CALL);
  bench.connection().connected();
  bench.codec().last.respond(200, '', fields({ 'grpc-status': '16', 'grpc-message': 'who' }));
  t.same(await result, { ok: false, status: 16, text: 'who' }, 'trailers only');
});

t.test('what is no answer is an error', async (t) => {
  t.match(await answered('', { 'grpc-status': '0' }), { ok: false, status: 13 });
  t.match(await answered(`${frame('a')}${frame('b')}`, { 'grpc-status': '0' }), { ok: false, status: 13 });
  t.match(await answered(frame('zip', 1), { 'grpc-status': '0' }), { ok: false, status: 12 });
  t.match(await answered(frame('a'), {}), { ok: false, status: 2 });
  t.match(await answered(frame('a'), { 'grpc-status': 'x' }), { ok: false, status: 2 });
  t.match(await answered('', {}, 503), { ok: false, status: 14, text: 'HTTP status 503' });
});

t.test('failures of the transport have a status', async (t) => {
  const { bench, client } = setUp();
  const refused = client.grpc('test', CALL);
  bench.connection().fail('delayed connect error: Connection refused');
  t.same(await refused, { ok: false, status: 14, text: 'delayed connect error: Connection refused' });
  const late = client.grpc('test', CALL);
  bench.dispatcher.advance(1600);
  t.match(await late, { ok: false, status: 4 });
  t.match(await client.grpc('other', CALL), { ok: false, status: 14, text: 'cluster_not_found' });
  t.match(await setUp('h1').client.grpc('test', CALL), { ok: false, status: 12, text: /http2_protocol_options/ });
});
