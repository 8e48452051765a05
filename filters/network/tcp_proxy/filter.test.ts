import t from 'tap';
import { ipAddress } from '../../../src/base/address.ts';
import { CLOSE_FLUSH, CLOSE_NO_FLUSH, CLOSE_RESET, CLOSED_LOCAL } from '../../../src/net/connection.ts';
import { NetworkFilterChain } from '../../../src/net/filter-chain.ts';
import type { LogEntry } from '../../../src/telemetry/access-log.ts';
import { logTypeName } from '../../../src/telemetry/log-type.ts';
import { FLAG } from '../../../src/telemetry/response-flags.ts';
import type { StatGroup } from '../../../src/telemetry/stats.ts';
import { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import { FakeConnection } from '../../../test/support/connection.ts';
import { TestCluster, type TestClusterOptions } from '../../../test/support/upstream-doubles.ts';
import { TcpProxyFactory } from './filter.ts';
import { TCP_STATS, type TcpProxyOptions, TcpProxySettings } from './settings.ts';

/** A client's connection through the filter to a cluster in memory. */
class Scene {
  readonly cluster: TestCluster;
  readonly client: FakeConnection;
  readonly chain: NetworkFilterChain;
  readonly stats: StatGroup;
  readonly settings: TcpProxySettings;
  readonly logged: LogEntry[] = [];

  constructor(options: Partial<TcpProxyOptions> = {}, cluster: TestClusterOptions = {}) {
    this.cluster = new TestCluster(cluster);
    const { dispatcher, stats } = this.cluster;
    this.client = new FakeConnection(dispatcher);
    this.client.setBufferLimit(1000);
    this.stats = stats.group('tcp.p.', TCP_STATS);
    this.settings = new TcpProxySettings(
      {
        targets: [{ cluster: { name: 'test', current: this.cluster.state }, upTo: 1 }],
        idleTimeoutMs: 60_000,
        maxDurationMs: 0,
        jitter: 0,
        maxConnectAttempts: 1,
        backoff: null,
        afterData: false,
        maxEarlyBytes: -1,
        hashSource: false,
        life: null,
        logStart: false,
        logConnected: false,
        logEveryMs: 0,
        accessLogs: [{ log: (entry) => void this.logged.push(entry), flush() {} }],
        ...options,
      },
      this.stats,
      () => 0.5,
    );
    const address = ipAddress('127.0.0.1', 80);
    const info = new StreamInfo(
      {
        connectionId: 1,
        localAddress: address,
        directRemoteAddress: address,
        tls: null,
        serverName: '',
        listenerName: 'l',
        filterChainName: '',
      },
      0,
      0,
    );
    this.chain = new NetworkFilterChain(this.client, info, [new TcpProxyFactory(this.settings)], 0, { onChainClose() {} });
    this.client.setCallbacks(this.chain);
    this.chain.begin();
  }

  host(i = 0): FakeConnection {
    return this.cluster.connection(i);
  }

  count(name: keyof typeof TCP_STATS.slot): number {
    return this.stats.value(TCP_STATS.slot[name]);
  }

  /** Of the last pick. */
  get hash(): number {
    return this.settings.pick.hash;
  }

  get flags(): number {
    return this.logged[0]?.info.flags ?? -1;
  }
}

t.test('nothing is read from the client before there is somebody to take it', (t) => {
  const scene = new Scene();
  scene.client.push('early');
  t.equal(scene.client.readDisabled, 1);
  scene.host().connected();
  scene.cluster.dispatcher.settle();
  t.equal(scene.host().sentText, 'early');
  t.equal(scene.client.readDisabled, 0);
  scene.host().push('answer');
  t.equal(scene.client.take(), 'answer');
  t.equal(scene.count('downstream_cx_rx_bytes_total'), 5);
  t.end();
});

t.test('each side waits for the other when it is slow', (t) => {
  const scene = new Scene();
  const host = scene.host();
  host.connected();
  scene.client.stopReading();
  host.push('x'.repeat(1001));
  scene.cluster.dispatcher.settle();
  t.equal(host.readDisabled, 1);
  scene.client.resumeReading();
  t.equal(host.readDisabled, 0);
  t.equal(scene.cluster.stat('upstream_flow_control_paused_reading_total'), 1);
  t.equal(scene.cluster.stat('upstream_flow_control_resumed_reading_total'), 1);

  host.stopReading();
  scene.client.push('y'.repeat(2 << 20));
  t.equal(scene.client.readDisabled, 1);
  scene.cluster.dispatcher.settle();
  host.resumeReading();
  t.equal(scene.client.readDisabled, 0);
  t.equal(scene.count('downstream_flow_control_paused_reading_total'), 1);
  t.equal(scene.count('downstream_flow_control_resumed_reading_total'), 1);
  t.end();
});

t.test('bytes in either direction put the idle timeout off', (t) => {
  const scene = new Scene({ idleTimeoutMs: 1000 });
  const { dispatcher } = scene.cluster;
  dispatcher.advance(5000);
  t.equal(scene.client.open, false, 'the connect timeout is another one');

  const other = new Scene({ idleTimeoutMs: 1000 });
  other.host().connected();
  other.cluster.dispatcher.advance(900);
  other.client.push('x');
  other.cluster.dispatcher.advance(900);
  other.host().push('x');
  other.cluster.dispatcher.advance(900);
  t.equal(other.client.open, true);
  other.cluster.dispatcher.advance(200);
  t.equal(other.client.closeType, CLOSE_NO_FLUSH);
  t.equal(other.host().closeType, CLOSE_NO_FLUSH);
  t.equal(other.count('idle_timeout'), 1);
  t.same(other.cluster.counted.upstream_cx_destroy_local, 1);
  t.end();
});

t.test('a connect timeout counts as a failure to connect', (t) => {
  const scene = new Scene();
  scene.cluster.dispatcher.advance(5100);
  t.equal(scene.flags, FLAG.UpstreamConnectionFailure | FLAG.UpstreamRetryLimitExceeded);
  t.match(scene.cluster.counted, { upstream_cx_connect_timeout: 1, upstream_cx_connect_fail: 1, upstream_cx_destroy_local: 1 });
  t.equal(scene.cluster.counted.upstream_cx_active, undefined);
  t.end();
});

t.test('further attempts may go to other hosts', (t) => {
  const scene = new Scene({ maxConnectAttempts: 2 }, { hosts: [{}, { address: ipAddress('10.0.0.9', 1) }] });
  scene.host().fail('refused');
  t.equal(scene.cluster.transport.connections.length, 2);
  scene.host(1).connected();
  scene.client.push('x');
  scene.cluster.dispatcher.settle();
  t.equal(scene.host(1).sentText, 'x');
  scene.client.fail();
  scene.cluster.dispatcher.settle();
  t.equal(scene.flags, FLAG.UpstreamConnectionFailure);
  t.end();
});

t.test('a reset goes on to the other side', (t) => {
  const scene = new Scene();
  scene.host().connected();
  scene.client.fail();
  t.equal(scene.host().closeType, CLOSE_RESET);
  scene.cluster.dispatcher.settle();
  t.equal(scene.flags, 0);

  const other = new Scene();
  other.host().connected();
  other.host().fail();
  t.equal(other.client.closeType, CLOSE_RESET);
  other.cluster.dispatcher.settle();
  t.equal(other.flags, FLAG.UpstreamRemoteReset);
  t.end();
});

t.test('a client that is gone after its FIN does not take back what it sent', (t) => {
  const scene = new Scene();
  const host = scene.host();
  host.connected();
  host.stopReading();
  scene.client.push('last words');
  scene.client.pushEnd();
  scene.cluster.dispatcher.settle();
  scene.client.fail();
  t.equal(host.closeType, CLOSE_FLUSH);
  t.equal(scene.count('upstream_flush_active'), 1);
  t.equal(scene.count('upstream_flush_total'), 1);
  host.resumeReading();
  scene.cluster.dispatcher.settle();
  t.equal(host.sentText, 'last words');
  t.equal(scene.count('upstream_flush_active'), 0);
  t.end();
});

t.test('a connection that the host ended first still takes what the client sends last', (t) => {
  const scene = new Scene();
  const host = scene.host();
  host.connected();
  host.pushEnd();
  t.equal(scene.client.ended, true);
  host.stopReading();
  scene.client.push('last words');
  scene.client.pushEnd();
  scene.cluster.dispatcher.settle();
  // Both FINs have passed: the socket of the client is gone, and ours was the first.
  scene.chain.onClose(CLOSED_LOCAL);
  t.equal(host.closeType, CLOSE_FLUSH);
  host.resumeReading();
  scene.cluster.dispatcher.settle();
  t.equal(host.sentText, 'last words');
  t.end();
});

t.test('a client that leaves while the connection is being made cancels it', (t) => {
  const scene = new Scene();
  scene.client.fail();
  t.equal(scene.host().closeType, CLOSE_NO_FLUSH);
  scene.cluster.dispatcher.settle();
  t.match(scene.cluster.counted, { upstream_rq_cancelled: 1, upstream_cx_destroy_local: 1 });
  t.equal(scene.cluster.counted.upstream_cx_connect_fail, undefined);
  t.equal(scene.cluster.counted.upstream_rq_pending_active, undefined);
  t.equal(scene.logged.length, 1);
  t.end();
});

t.test('a client may end before the connection is made', (t) => {
  const scene = new Scene();
  scene.client.push('all');
  scene.client.pushEnd();
  scene.host().connected();
  scene.cluster.dispatcher.settle();
  t.equal(scene.host().sentText, 'all');
  t.equal(scene.host().ended, true);
  t.end();
});

t.test('without a cluster, a host or room the client is sent away with the reason in the log', (t) => {
  const nowhere = new Scene({ targets: [{ cluster: { name: 'x', current: null }, upTo: 1 }] });
  nowhere.cluster.dispatcher.settle();
  t.equal(nowhere.flags, FLAG.NoClusterFound);
  t.equal(nowhere.count('downstream_cx_no_route'), 1);

  const empty = new Scene({}, { hosts: [] });
  empty.cluster.dispatcher.settle();
  t.equal(empty.flags, FLAG.NoHealthyUpstream);

  const full = new Scene({}, { thresholds: { maxConnections: 0 } });
  full.cluster.dispatcher.settle();
  t.equal(full.flags, FLAG.UpstreamOverflow);
  t.equal(full.cluster.stat('upstream_cx_overflow'), 1);
  t.end();
});

t.test('a connection ends after its longest duration, busy or not', (t) => {
  const scene = new Scene({ maxDurationMs: 100 });
  scene.host().connected();
  scene.cluster.dispatcher.advance(150);
  t.equal(scene.client.closeType, CLOSE_NO_FLUSH);
  t.equal(scene.flags, FLAG.DurationTimeout);
  t.equal(scene.count('max_downstream_connection_duration'), 1);
  t.end();
});

t.test('a host is looked for when the client has begun, and gets what it sent so far', (t) => {
  const scene = new Scene({ afterData: true, maxEarlyBytes: 4 });
  t.equal(scene.cluster.transport.connections.length, 0);
  scene.client.push('abc');
  t.equal(scene.cluster.transport.connections.length, 1);
  t.equal(scene.client.readDisabled, 0);
  scene.client.push('def');
  t.equal(scene.client.readDisabled, 1, 'more than may be kept');
  scene.host().connected();
  scene.cluster.dispatcher.settle();
  t.equal(scene.host().sentText, 'abcdef');
  t.equal(scene.client.readDisabled, 0);
  t.equal(scene.count('early_data_received_count_total'), 2);
  t.end();
});

t.test('a client that says nothing is idle, too', (t) => {
  const scene = new Scene({ afterData: true, maxEarlyBytes: 4, idleTimeoutMs: 100 });
  scene.cluster.dispatcher.advance(150);
  t.equal(scene.client.closeType, CLOSE_NO_FLUSH);
  t.equal(scene.count('idle_timeout'), 1);
  t.end();
});

t.test('between attempts there is a pause, and a client that leaves then is forgotten', (t) => {
  const options = { maxConnectAttempts: 3, backoff: { baseMs: 100, maxMs: 150 } };
  const scene = new Scene(options);
  scene.host().fail('refused');
  t.equal(scene.cluster.transport.connections.length, 1);
  scene.cluster.dispatcher.advance(60);
  t.equal(scene.cluster.transport.connections.length, 2, 'half of 100 ms');
  scene.host(1).fail('refused');
  scene.cluster.dispatcher.advance(60);
  t.equal(scene.cluster.transport.connections.length, 2);
  scene.cluster.dispatcher.advance(30);
  t.equal(scene.cluster.transport.connections.length, 3, 'half of 150 ms');
  scene.host(2).fail('refused');
  t.equal(scene.client.closeType, CLOSE_NO_FLUSH);

  const left = new Scene(options);
  left.host().fail('refused');
  left.client.fail();
  left.cluster.dispatcher.settle();
  left.cluster.dispatcher.advance(500);
  t.equal(left.cluster.transport.connections.length, 1);
  t.equal(left.cluster.dispatcher.timers.armedCount, 0);
  t.end();
});

t.test('logs are written at every moment that was asked for', (t) => {
  const types: string[] = [];
  const accessLogs = [{ log: (entry: LogEntry) => void types.push(logTypeName(entry)), flush() {} }];
  const scene = new Scene({ accessLogs, logStart: true, logConnected: true, logEveryMs: 100 });
  t.same(types, ['TcpConnectionStart']);
  scene.host().connected();
  scene.cluster.dispatcher.advance(250);
  scene.client.fail();
  scene.cluster.dispatcher.settle();
  scene.cluster.dispatcher.advance(500);
  t.same(types, ['TcpConnectionStart', 'TcpUpstreamConnected', 'TcpPeriodic', 'TcpPeriodic', 'TcpConnectionEnd']);
  t.end();
});

t.test('a connection of a draining listener ends with the next bytes', (t) => {
  const life = { draining: false };
  const scene = new Scene({ life });
  scene.host().connected();
  scene.client.push('a');
  t.equal(scene.client.open, true);
  life.draining = true;
  t.equal(scene.client.open, true);
  scene.client.push('b');
  scene.cluster.dispatcher.settle();
  t.equal(scene.host().sentText, 'ab');
  t.equal(scene.client.open, false);
  t.equal(scene.count('downstream_cx_drain_close'), 1);
  t.end();
});

t.test('who balances by hash gets one of the client’s address', (t) => {
  const hashes: number[] = [];
  for (const hashSource of [true, true, false]) {
    const scene = new Scene({ hashSource }, {});
    hashes.push(scene.hash);
  }
  t.equal(hashes[0], hashes[1]);
  t.ok((hashes[0] ?? -1) >= 0);
  t.equal(hashes[2], -1);
  t.end();
});
