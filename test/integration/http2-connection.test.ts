/** What becomes of an HTTP/2 connection as a whole: draining, limits, time, many streams of which some are slow. */
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { frame } from '../../bench/backend/http2.ts';
import { httpListener } from '../support/bootstrap.ts';
import { type Handler, type Http2Client, openHttp2, startService } from '../support/http2.ts';
import { clusterOf } from '../support/http2-bootstrap.ts';
import { eventually } from '../support/process-facts.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, RawH2, type ReceivedFrame, requestBlock } from '../support/raw-h2.ts';

const answers: Handler = (request, response) => {
  if (request.url === '/wait') request.on('end', () => response.end('late')).resume();
  else response.end('ok');
};

async function setUp(t: Test, manager: object = {}, listen: object = {}): Promise<{ proxy: TestProxy; client: Http2Client }> {
  const service = await startService('h1', answers);
  const options = { codec_type: 'AUTO', drain_timeout: '0.1s', ...manager };
  const proxy = await startProxy({
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    static_resources: {
      listeners: [{ ...httpListener('in', 'app', { manager: options }), ...listen }],
      clusters: [clusterOf('h1', 'app', service.port)],
    },
  });
  const client = await openHttp2(proxy.port());
  t.teardown(async () => {
    client.close();
    service.close();
    await proxy.stop();
  });
  return { proxy, client };
}

/** Last stream ids of the GOAWAYs, until the connection is closed. */
async function goodbyes(client: Http2Client): Promise<number[]> {
  const ids: number[] = [];
  client.session.on('goaway', (_code, lastId) => ids.push(lastId));
  await once(client.session, 'close');
  return ids;
}

const LAST = 2 ** 31 - 1;
const isGoAway = (frame: ReceivedFrame): boolean => frame.type === GOAWAY;
const lastId = (frame: ReceivedFrame | null): number => frame?.payload.readUInt32BE(0) ?? -1;

t.test('a proxy that drains says so twice, and finishes what runs', async (t) => {
  const { proxy } = await setUp(t);
  const raw = await RawH2.open(proxy.port());
  t.teardown(() => raw.close());
  raw.headers(1, requestBlock('/wait'), END_HEADERS);
  await eventually(() => proxy.stat('cluster.app.upstream_rq_active') === 1, 5000);
  await fetch(`http://127.0.0.1:${proxy.adminPort}/drain_listeners?graceful&skip_exit`, { method: 'POST' });
  t.equal(lastId(await raw.frame(isGoAway)), LAST);
  // What was on its way is still served.
  raw.headers(3);
  t.ok(await raw.frame((frame) => frame.type === HEADERS && frame.stream === 3));
  t.equal(lastId(await raw.frame((frame) => isGoAway(frame) && lastId(frame) !== LAST)), 3);
  raw.headers(5);
  raw.send(frame(DATA, END_STREAM, 1, Buffer.from('x')));
  await raw.end();
  t.equal(
    raw.frames
      .filter((frame) => frame.stream === 1 && frame.type === DATA)
      .at(-1)
      ?.payload.toString(),
    'late',
  );
  t.notOk(raw.frames.some((frame) => frame.stream === 5));
  t.equal(proxy.stat('http.in.downstream_cx_drain_close'), 1);
  t.equal(proxy.stat('http.in.downstream_rq_total'), 2);
});

t.test('max_requests_per_connection ends with a GOAWAY, and the last request is answered', async (t) => {
  const { proxy, client } = await setUp(t, { common_http_protocol_options: { max_requests_per_connection: 3 } });
  const end = goodbyes(client);
  const replies = await Promise.all([client.exchange(), client.exchange(), client.exchange()]);
  t.same(
    replies.map((reply) => [reply.status, reply.headers['connection']]),
    [
      [200, undefined],
      [200, undefined],
      [200, undefined],
    ],
  );
  t.equal((await end)[0], LAST);
  t.equal(proxy.stat('http.in.downstream_cx_max_requests_reached'), 1);
});

t.test('an idle connection is told and closed', async (t) => {
  const { proxy, client } = await setUp(t, { common_http_protocol_options: { idle_timeout: '0.1s' } });
  await client.exchange();
  t.equal((await goodbyes(client))[0], LAST);
  t.equal(proxy.stat('http.in.downstream_cx_idle_timeout'), 1);
});

t.test('a connection that lasts too long is told, whatever runs on it', async (t) => {
  const { proxy, client } = await setUp(t, { common_http_protocol_options: { max_connection_duration: '0.1s' } });
  const stream = client.stream({ method: 'POST', path: '/wait', body: Buffer.alloc(0) });
  const [, lastId] = await once(client.session, 'goaway');
  t.equal(lastId, LAST);
  stream.end();
  stream.setEncoding('utf8');
  t.same(await stream.toArray(), ['late']);
  await once(client.session, 'close');
  t.equal(proxy.stat('http.in.downstream_cx_max_duration_reached'), 1);
});

t.test('timeouts of one stream are nothing to the others', async (t) => {
  const { proxy, client } = await setUp(t, { request_timeout: '0.2s' });
  const slow = client.stream({ method: 'POST', path: '/wait', body: Buffer.alloc(0) });
  const [head] = await once(slow, 'response');
  t.equal(head[':status'], 408);
  t.equal((await client.exchange()).status, 200);
  t.equal(proxy.stat('http.in.downstream_rq_timeout'), 1);
  t.equal(proxy.stat('http.in.downstream_cx_active'), 1);
});

t.test('requests that are taken back at once end the connection, and only that', async (t) => {
  const { proxy, client } = await setUp(t);
  const closed = new Promise((done) => client.session.on('close', done));
  const open = (): boolean => !client.session.closed && !client.session.destroyed;
  for (let i = 0; i < 1000 && open(); i++) {
    const stream = client.stream({ method: 'POST', path: '/wait', body: Buffer.alloc(0) });
    stream.on('error', () => {});
    stream.close(8);
    await new Promise(setImmediate);
  }
  await closed;
  t.equal(proxy.stat('http.in.downstream_rq_too_many_premature_resets'), 1);
  t.ok(await eventually(() => proxy.stat('http.in.downstream_cx_active') === 0, 5000));
  t.equal(proxy.stat('http.in.downstream_rq_active'), 0);
  const other = await openHttp2(proxy.port());
  t.teardown(() => other.close());
  t.equal((await other.exchange()).status, 200);
});
