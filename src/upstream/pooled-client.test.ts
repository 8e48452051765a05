import t from 'tap';
import { TestCluster, type TestClusterOptions } from '../../test/support/upstream-doubles.ts';
import { FAULTS } from '../http/faults.ts';
import { Headers } from '../http/headers.ts';
import type { ClusterRequest } from './cluster-client.ts';
import { PooledClient } from './pooled-client.ts';

function setUp(options: TestClusterOptions = {}) {
  const bench = new TestCluster(options);
  const clusters = {
    handle: (name: string) => ({ name, current: name === 'test' ? bench.state : null }),
    known: () => true,
  };
  return { bench, client: new PooledClient(clusters, bench.dispatcher) };
}

function request(more: Partial<ClusterRequest> = {}): ClusterRequest {
  const headers = new Headers();
  headers.method = 'GET';
  headers.path = '/check';
  headers.authority = 'auth';
  return { headers, body: null, timeoutMs: 1000, maxResponseBytes: 100, ...more };
}

t.test('a call goes over a pool of the cluster and answers with the whole response', async (t) => {
  const { bench, client } = setUp();
  const answer = client.request('test', request({ body: Buffer.from('body') }));
  bench.connection().connected();
  const stream = bench.codec().last;
  t.match(stream, { body: 'body', ended: true, head: { path: '/check', scheme: 'http' } });
  stream.respondHead(200);
  stream.data('hel', false);
  stream.data('lo', true);
  const response = await answer;
  t.match(response, { ok: true, headers: { status: 200 }, trailers: null });
  t.equal(response.ok && response.body.toString(), 'hello');
  t.match(bench.counted, { upstream_rq_completed: 1, upstream_rq_total: 1 });
  t.equal(bench.dispatcher.timers.armedCount, 1, 'the idle timeout of the connection, and no other');
});

t.test('failures are values', async (t) => {
  const { bench, client } = setUp();
  t.match(await client.request('other', request()), { ok: false, fault: FAULTS.CLUSTER_NOT_FOUND });
  const refused = client.request('test', request());
  bench.connection().fail('delayed connect error: Connection refused');
  t.match(await refused, { ok: false, fault: FAULTS.CONNECT_FAILURE, reason: 'delayed connect error: Connection refused' });
  t.match(await setUp({ hosts: [] }).client.request('test', request()), { ok: false, fault: FAULTS.NO_HEALTHY_UPSTREAM });
});

t.test('the timeout covers the whole exchange', async (t) => {
  const { bench, client } = setUp();
  const answer = client.request('test', request({ timeoutMs: 50 }));
  bench.connection().connected();
  bench.codec().last.respondHead(200);
  bench.dispatcher.advance(100);
  t.match(await answer, { ok: false, fault: FAULTS.UPSTREAM_TIMEOUT });
  t.equal(bench.codec().last.resetWith, FAULTS.LOCAL_RESET);
  const waiting = client.request('test', request({ timeoutMs: 50 }));
  bench.dispatcher.advance(100);
  t.match(await waiting, { ok: false, fault: FAULTS.UPSTREAM_TIMEOUT });
  t.equal(bench.stat('upstream_rq_timeout'), 1);
});

t.test('more body than was asked for is a failure', async (t) => {
  const { bench, client } = setUp();
  const answer = client.request('test', request({ maxResponseBytes: 3 }));
  bench.connection().connected();
  bench.codec().last.respondHead(200);
  bench.codec().last.data('four', false);
  t.match(await answer, { ok: false, reason: 'the response has more than 3 bytes' });
  t.equal(bench.codec().last.resetWith, FAULTS.LOCAL_RESET);
});

t.test('trailers come along', async (t) => {
  const { bench, client } = setUp();
  const answer = client.request('test', request());
  bench.connection().connected();
  bench.codec().last.respondHead(200);
  const trailers = new Headers();
  bench.codec().last.trailersEnd(trailers);
  t.match(await answer, { ok: true, trailers });
});

t.test('gRPC is refused clearly', async (t) => {
  const { client } = setUp();
  t.match(await client.grpc('test', { path: '/a.B/C', message: new Uint8Array(), metadata: [], timeoutMs: 1 }), { ok: false, status: 12 });
});
