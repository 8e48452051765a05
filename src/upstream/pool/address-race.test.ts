import t from 'tap';
import { PoolBench } from '../../../test/support/pool-bench.ts';
import type { TestClusterOptions } from '../../../test/support/upstream-doubles.ts';
import { type Address, ipAddress } from '../../base/address.ts';
import { FAULTS } from '../../http/faults.ts';
import { TcpUpstream, type TcpUpstreamUser } from '../tcp-upstream.ts';

const V4 = ipAddress('10.0.0.1', 80);
const V6 = ipAddress('fd00::1', 80);
const OTHER = ipAddress('10.0.0.2', 80);

function setUp(addresses: readonly [Address, ...Address[]] = [V6, V4], options: TestClusterOptions = {}): PoolBench {
  const [address, ...additionalAddresses] = addresses;
  return new PoolBench({ hosts: [{ address, additionalAddresses }], ...options });
}

/** Where connections went so far. */
const asked = ({ transport }: PoolBench) => transport.connections.map(({ remoteAddress }) => remoteAddress);

t.test('the second address is tried when the first one did not answer within 300 ms, and whoever is first is used', (t) => {
  const bench = setUp();
  const request = bench.start();
  t.same(asked(bench), [V6]);
  bench.dispatcher.advance(290);
  t.same(asked(bench), [V6]);
  bench.dispatcher.advance(20);
  t.same(asked(bench), [V6, V4]);
  bench.connection(1).connected();
  t.same(request.events, ['ready']);
  t.equal(bench.connection(0).closeType, 1, 'the other attempt is given up');
  bench.dispatcher.turn();
  bench.codec().last.respond(200);
  t.same(request.events, ['ready', 'response 200']);
  t.equal(bench.codec().connection, bench.connection(1));
  t.match(bench.counted, { upstream_cx_total: 2, upstream_cx_active: 1, upstream_rq_total: 1 });
  t.equal(bench.stat('upstream_cx_destroy'), 0);
  t.end();
});

t.test('a slow first address may still win', (t) => {
  const bench = setUp();
  const request = bench.start();
  bench.dispatcher.advance(310);
  bench.connection(0).connected();
  t.same(request.events, ['ready']);
  t.equal(bench.connection(1).closeType, 1);
  bench.dispatcher.advance(1000);
  t.equal(bench.transport.connections.length, 2);
  t.end();
});

t.test('an address that refuses is followed by the next one at once', (t) => {
  const bench = setUp([V6, V4, OTHER]);
  const request = bench.start();
  bench.connection(0).fail('delayed connect error: Connection refused');
  t.same(asked(bench), [V6, V4]);
  bench.connection(1).fail('delayed connect error: Connection refused');
  t.same(asked(bench), [V6, V4, OTHER]);
  t.same(request.events, []);
  bench.connection(2).connected();
  t.same(request.events, ['ready']);
  t.equal(bench.stat('upstream_cx_connect_fail'), 0);
  t.end();
});

t.test('when all have failed the last one says why', (t) => {
  const bench = setUp();
  const request = bench.start();
  bench.dispatcher.advance(310);
  bench.connection(1).fail('the second');
  t.same(request.events, []);
  bench.connection(0).fail('the first');
  t.equal(request.fault, FAULTS.CONNECT_FAILURE);
  t.equal(request.reason, 'the first');
  t.match(bench.counted, { upstream_cx_connect_fail: 1, upstream_cx_destroy: 1, upstream_cx_total: 2 });
  t.equal(bench.stat('upstream_cx_active'), 0);
  t.end();
});

t.test('the connect timeout holds for all attempts together', (t) => {
  const bench = setUp([V6, V4, OTHER], { settings: { connectTimeoutMs: 500 } });
  const request = bench.start();
  bench.dispatcher.advance(520);
  t.same(asked(bench), [V6, V4]);
  t.equal(request.fault, FAULTS.CONNECT_TIMEOUT);
  bench.dispatcher.advance(1000);
  t.same(asked(bench), [V6, V4], 'nothing is tried after it');
  t.match(bench.counted, { upstream_cx_connect_timeout: 1, upstream_cx_connect_fail: 1 });
  t.end();
});

t.test('a race that is given up ends with its attempts', (t) => {
  const bench = setUp();
  bench.start();
  bench.dispatcher.advance(310);
  bench.pool.close();
  t.same([bench.connection(0).closeType, bench.connection(1).closeType], [1, 1]);
  bench.dispatcher.turn();
  t.equal(bench.stat('upstream_cx_active'), 0);
  t.equal(bench.pool.activeConnections, 0);
  t.end();
});

t.test('every attempt has the source of its family', (t) => {
  const v4 = { sourceAddress: ipAddress('10.9.9.9', 0), opener: null };
  const v6 = { sourceAddress: ipAddress('fd00::9', 0), opener: null };
  const transportOptions = { alpn: null, serverName: '', ...v4, sources: { v4, v6 } };
  const bench = setUp([V6, V4], { settings: { transportOptions } });
  bench.start();
  bench.dispatcher.advance(310);
  t.same(
    bench.transport.options.map(({ sourceAddress }) => sourceAddress),
    [v6.sourceAddress, v4.sourceAddress],
  );
  t.end();
});

class TcpUser implements TcpUpstreamUser {
  readonly events: string[] = [];
  onUpstreamConnected(): void {
    this.events.push('connected');
  }
  onUpstreamFailed(_upstream: TcpUpstream, failure: number, reason: string): void {
    this.events.push(`failed ${failure} ${reason}`);
  }
  onUpstreamData(buffer: Buffer, start: number, end: number): void {
    this.events.push(buffer.toString('latin1', start, end));
  }
  onUpstreamEnd(): void {}
  onUpstreamGone(): void {}
  onUpstreamBackedUp(): void {}
  onUpstreamFlushed(): void {
    this.events.push('flushed');
  }
}

function tcp(bench: PoolBench): { user: TcpUser; upstream: TcpUpstream } {
  const user = new TcpUser();
  const upstream = new TcpUpstream(bench.dispatcher, bench.state, bench.host(), user);
  bench.state.breaker(false).connections.tryAcquire();
  upstream.connect(bench.state.settings.transportOptions);
  return { user, upstream };
}

t.test('bytes of a TCP connection go to the address that answered', (t) => {
  const bench = setUp();
  const { user, upstream } = tcp(bench);
  bench.connection(0).fail('delayed connect error: Connection refused');
  bench.connection(1).connected();
  bench.connection(1).push('hello');
  upstream.write(Buffer.from('hi'));
  bench.dispatcher.turn();
  t.same(user.events, ['connected', 'hello']);
  t.equal(String(bench.connection(1).sent), 'hi');
  t.end();
});

t.test('a TCP connection that is not wanted any more ends its attempts', (t) => {
  const bench = setUp();
  const { user, upstream } = tcp(bench);
  bench.dispatcher.advance(310);
  upstream.close(0);
  bench.dispatcher.turn();
  t.same(user.events, ['flushed']);
  t.equal(bench.stat('upstream_cx_active'), 0);
  t.end();
});
