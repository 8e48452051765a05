import t from 'tap';
import { TestCluster, type TestClusterOptions } from '../../test/support/upstream-doubles.ts';
import { CLOSE_FLUSH, CLOSE_NO_FLUSH } from '../net/connection.ts';
import { FAILED_LOCAL, FAILED_PENDING, FAILED_REMOTE, FAILED_TIMEOUT, TcpUpstream, type TcpUpstreamUser } from './tcp-upstream.ts';

const NAMES = ['remote', 'timeout', 'local', 'pending'];

/** One upstream connection, and what its user hears. */
class Scene implements TcpUpstreamUser {
  readonly cluster: TestCluster;
  readonly upstream: TcpUpstream;
  readonly heard: string[] = [];

  constructor(options: TestClusterOptions = {}) {
    this.cluster = new TestCluster(options);
    const { state, dispatcher } = this.cluster;
    this.upstream = new TcpUpstream(dispatcher, state, this.cluster.host(), this);
    state.breaker(false).connections.acquire();
    this.upstream.connect(state.settings.transportOptions);
  }

  get host() {
    return this.cluster.connection();
  }

  onUpstreamConnected(): void {
    this.heard.push('connected');
  }

  onUpstreamFailed(_upstream: TcpUpstream, failure: number, reason: string): void {
    this.heard.push(`failed ${NAMES[failure]} ${reason}`.trim());
  }

  onUpstreamData(buffer: Buffer, start: number, end: number): void {
    this.heard.push(buffer.toString('latin1', start, end));
  }

  onUpstreamEnd(): void {
    this.heard.push('end');
  }

  onUpstreamGone(end: number): void {
    this.heard.push(end === 0 ? 'gone by FIN' : 'gone by reset');
  }

  onUpstreamBackedUp(backedUp: boolean): void {
    this.heard.push(backedUp ? 'backed up' : 'drained');
  }

  onUpstreamFlushed(): void {
    this.heard.push('flushed');
  }
}

t.test('a connection counts as pending, then as a request, then not at all', (t) => {
  const scene = new Scene();
  t.match(scene.cluster.counted, { upstream_rq_pending_active: 1, upstream_cx_active: 1, upstream_cx_total: 1 });
  scene.host.connected();
  t.match(scene.cluster.counted, { upstream_rq_active: 1, upstream_rq_total: 1, upstream_cx_active: 1 });
  t.equal(scene.cluster.counted['upstream_rq_pending_active'], undefined);
  t.equal(scene.cluster.host().activeRequests, 1);
  scene.upstream.write(Buffer.from('abc'));
  scene.cluster.dispatcher.settle();
  scene.host.push('defg');
  scene.host.fail();
  t.same(scene.heard, ['connected', 'defg', 'gone by reset']);
  t.same(scene.cluster.counted, {
    upstream_cx_destroy: 1,
    upstream_cx_destroy_remote: 1,
    upstream_cx_destroy_remote_with_active_rq: 1,
    upstream_cx_destroy_with_active_rq: 1,
    upstream_cx_rx_bytes_total: 4,
    upstream_cx_total: 1,
    upstream_cx_tx_bytes_total: 3,
    upstream_rq_pending_total: 1,
    upstream_rq_total: 1,
  });
  t.equal(scene.cluster.host().activeRequests, 0);
  t.end();
});

t.test('why there is no connection is told and counted', (t) => {
  t.same([FAILED_REMOTE, FAILED_TIMEOUT, FAILED_LOCAL, FAILED_PENDING], [0, 1, 2, 3]);
  const refused = new Scene();
  refused.host.fail('delayed connect error: Connection refused');
  t.same(refused.heard, ['failed remote delayed connect error: Connection refused']);
  t.match(refused.cluster.counted, { upstream_cx_connect_fail: 1, upstream_cx_destroy_remote: 1, upstream_rq_pending_failure_eject: 1 });

  const bind = new Scene();
  bind.host.fail('failed to bind to 192.0.2.1:0: Cannot assign requested address');
  t.match(bind.heard, [/^failed local/]);
  t.match(bind.cluster.counted, { bind_errors: 1, upstream_cx_connect_fail: 1, upstream_cx_destroy_local: 1 });

  const late = new Scene();
  late.cluster.dispatcher.advance(5100);
  t.same(late.heard, ['failed timeout']);
  t.match(late.cluster.counted, { upstream_cx_connect_timeout: 1, upstream_cx_connect_fail: 1 });

  const full = new Scene({ thresholds: { maxPending: 0 } });
  t.same(full.heard, ['failed pending']);
  t.match(full.cluster.counted, { upstream_rq_pending_overflow: 1 });
  t.equal(full.cluster.transport.connections.length, 0);
  t.end();
});

t.test('whoever gives up hears no more than that it is gone', (t) => {
  const early = new Scene();
  early.upstream.close(CLOSE_FLUSH);
  t.equal(early.host.closeType, CLOSE_NO_FLUSH, 'there is nothing to flush');
  early.cluster.dispatcher.settle();
  t.same(early.heard, ['flushed']);
  t.match(early.cluster.counted, { upstream_rq_cancelled: 1 });
  t.equal(early.cluster.counted['upstream_cx_connect_fail'], undefined);

  const later = new Scene();
  later.host.connected();
  later.upstream.close(CLOSE_FLUSH);
  later.host.push('too late');
  later.cluster.dispatcher.settle();
  t.same(later.heard, ['connected', 'flushed']);
  t.match(later.cluster.counted, { upstream_cx_destroy_local_with_active_rq: 1 });
  t.end();
});

t.test('who sent the later FIN ended it', (t) => {
  const ours = new Scene();
  ours.host.connected();
  ours.host.pushEnd();
  ours.upstream.end();
  ours.host.fail();
  t.same(ours.heard, ['connected', 'end', 'gone by FIN']);
  t.match(ours.cluster.counted, { upstream_cx_destroy_local: 1 });

  const theirs = new Scene();
  theirs.host.connected();
  theirs.upstream.end();
  theirs.host.pushEnd();
  theirs.host.fail();
  t.match(theirs.cluster.counted, { upstream_cx_destroy_remote: 1 });
  t.end();
});

t.test('the cluster keeps its counters as long as a connection counts there', (t) => {
  const scene = new Scene();
  scene.host.connected();
  scene.cluster.state.close();
  t.equal(scene.cluster.gone, 0);
  scene.host.fail();
  t.equal(scene.cluster.gone, 1);
  t.end();
});

t.test('a full queue towards the host is told', (t) => {
  const scene = new Scene({ settings: { bufferLimit: 10 } });
  scene.host.connected();
  scene.host.stopReading();
  scene.upstream.write(Buffer.alloc(11));
  scene.cluster.dispatcher.settle();
  scene.host.resumeReading();
  t.same(scene.heard, ['connected', 'backed up', 'drained']);
  t.end();
});

t.test('a connection beyond per_host_thresholds fails, the first one never', (t) => {
  const scene = new Scene({ thresholds: { hostConnections: 0 } });
  scene.host.connected();
  t.same(scene.heard, ['connected']);
  const { state, dispatcher } = scene.cluster;
  const second = new TcpUpstream(dispatcher, state, scene.cluster.host(), scene);
  state.breaker(false).connections.acquire();
  second.connect(state.settings.transportOptions);
  t.same(scene.heard, ['connected', 'failed pending']);
  t.match(scene.cluster.counted, { upstream_cx_overflow: 1, upstream_cx_total: 1 });
  scene.host.fail();
  t.equal(scene.cluster.stat('upstream_cx_active'), 0);
  t.end();
});
