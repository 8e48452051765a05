import t from 'tap';
import { hostSpec, TestCluster } from '../../test/support/upstream-doubles.ts';
import { ipAddress } from '../base/address.ts';
import type { ClientConnection, RequestEncoder, ResponseDecoder } from '../http/codec.ts';
import { Headers } from '../http/headers.ts';
import { PoolSelector } from './cluster.ts';
import type { EndpointsSpec, HostSpec } from './compile-endpoints.ts';
import { HEALTH } from './host.ts';
import type { PoolCallbacks } from './pool/pool.ts';

const a = hostSpec({ address: ipAddress('10.0.0.1', 80) });
const b = hostSpec({ address: ipAddress('10.0.0.2', 80) });
const c = hostSpec({ address: ipAddress('10.0.0.3', 80) });

function endpoints(hosts: readonly HostSpec[], priorities = 1): EndpointsSpec {
  return { hosts, priorities, overprovisioning: 140, weightedHealth: false };
}

const DECODER: ResponseDecoder = { decodeInformational() {}, decodeHeaders() {}, decodeData() {}, decodeTrailers() {} };
const CALLBACKS: PoolCallbacks = {
  onPoolReady(encoder: RequestEncoder, _client: ClientConnection) {
    encoder.encodeHeaders(new Headers(), true);
  },
  onPoolFailure() {},
};

t.test('hosts whose address stays keep their pools, counts and load', (t) => {
  const cluster = new TestCluster({ hosts: [a, b] });
  const { state } = cluster;
  const [first, second] = state.hostSets[0]?.hosts ?? [];
  if (first === undefined || second === undefined) throw new Error('two hosts');
  const pool = state.pool(first, state.selectors[0]);
  pool.newStream(DECODER, CALLBACKS);
  cluster.connection().connected();
  state.setEndpoints(endpoints([{ ...a, weight: 7, health: HEALTH.degradedEdsHealth }, c]));
  t.equal(state.hostSets[0]?.hosts[0], first);
  t.match(first, { weight: 7, health: HEALTH.degradedEdsHealth, activeRequests: 1 });
  t.equal(state.pool(first, state.selectors[0]), pool);
  t.equal(cluster.connection().open, true);
  t.notOk(state.hostSets[0]?.hosts.includes(second));
  t.end();
});

t.test('an update swaps picker and sets, a stream may go on with those it has', (t) => {
  const cluster = new TestCluster({ hosts: [a] });
  const { picker, hostSets } = cluster.state;
  cluster.state.setEndpoints(endpoints([b]));
  t.not(cluster.state.picker, picker);
  t.not(cluster.state.hostSets, hostSets);
  t.equal(hostSets[0]?.hosts[0]?.key, '10.0.0.1:80');
  t.end();
});

t.test('pools of a removed host finish what runs', (t) => {
  const cluster = new TestCluster({ hosts: [a] });
  const host = cluster.host();
  cluster.state.pool(host, cluster.state.selectors[0]).newStream(DECODER, CALLBACKS);
  cluster.connection().connected();
  cluster.state.setEndpoints(endpoints([]));
  t.equal(cluster.connection().open, true);
  cluster.codec().last.respond(200);
  t.equal(cluster.connection().open, false);
  cluster.dispatcher.turn();
  t.same(host.pools, []);
  t.end();
});

t.test('members are counted by health', (t) => {
  const cluster = new TestCluster({
    hosts: [a, { ...b, health: HEALTH.edsStatusDraining }, { ...c, health: HEALTH.degradedEdsHealth }, { health: HEALTH.failedEdsHealth }],
  });
  const members = (): number[] => ['change', 'total', 'healthy', 'degraded', 'excluded'].map((name) => cluster.stat(`membership_${name}`));
  t.same(members(), [1, 4, 1, 1, 1]);
  cluster.state.setEndpoints(endpoints([a, b]));
  t.same(members(), [2, 2, 2, 0, 0]);
  cluster.state.setEndpoints(endpoints([{ ...a, weight: 3 }, b]));
  t.equal(cluster.stat('membership_change'), 2, 'the same members with other weights are no change');
  cluster.state.setEndpoints(endpoints([a, { ...b, priority: 1 }], 2));
  t.equal(cluster.stat('membership_change'), 4, 'a move concerns both priorities');
  cluster.state.setEndpoints(endpoints([]));
  t.same(members(), [6, 0, 0, 0, 0]);
  t.end();
});

t.test('an address that is named twice is two hosts, as in Envoy', (t) => {
  const cluster = new TestCluster({ hosts: [a, a] });
  const [first, second] = cluster.state.hostSets[0]?.hosts ?? [];
  t.not(first, second);
  cluster.state.setEndpoints(endpoints([a, a, b]));
  t.same(cluster.state.hostSets[0]?.hosts.slice(0, 2), [first, second]);
  t.end();
});

t.test('pools are told apart by priority and by what the transport socket says', (t) => {
  const cluster = new TestCluster();
  const { state } = cluster;
  const host = cluster.host();
  const pool = state.pool(host, state.selectors[0]);
  t.equal(state.pool(host, state.selectors[0]), pool);
  t.not(state.pool(host, state.selectors[1]), pool);
  const alike = new PoolSelector('h1', false, { alpn: null, serverName: 'same key', sourceAddress: null });
  t.equal(state.pool(host, alike), pool, 'another selector with an equal key');
  t.equal(host.pools.length, 2);
  t.end();
});

t.test('a closed cluster is gone when its last connection is', (t) => {
  const cluster = new TestCluster({ hosts: [a, b] });
  const { state } = cluster;
  state.pool(cluster.host(1), state.selectors[0]);
  state.pool(cluster.host(0), state.selectors[0]).newStream(DECODER, CALLBACKS);
  cluster.connection().connected();
  state.close();
  t.equal(cluster.gone, 0);
  cluster.codec().last.respond(200);
  cluster.dispatcher.turn();
  t.equal(cluster.gone, 1);
  state.close();
  t.equal(cluster.gone, 1);
  t.end();
});

t.test('a stream that still holds a closed cluster is served, and leaves nothing', (t) => {
  const cluster = new TestCluster();
  const { state } = cluster;
  state.close();
  t.equal(cluster.gone, 1);
  const late = state.pool(cluster.host(), state.selectors[0]);
  late.newStream(DECODER, CALLBACKS);
  cluster.connection().connected();
  cluster.codec().last.respond(200);
  cluster.dispatcher.turn();
  t.equal(cluster.connection().open, false);
  t.same(cluster.host().pools, []);
  t.end();
});
