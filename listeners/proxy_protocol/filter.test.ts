import type { Socket } from 'node:net';
import t from 'tap';
import { formatAddress, ipAddress } from '../../src/base/address.ts';
import {
  AcceptedConnection,
  LISTENER_CLOSE,
  LISTENER_CONTINUE,
  LISTENER_NEED_DATA,
  type ListenerStatus,
} from '../../src/net/listener-filter.ts';
import { proxyHeader, proxyHeaderV2 } from '../../test/support/accept-probes.ts';
import { FakeStats } from '../../test/support/stats.ts';
import { ProxyProtocolFactory } from './filter.ts';
import type { ProxyRules } from './header.ts';
import { LEGACY_STATS, PROXY_STATS, VERSION_STATS } from './stats.ts';

class Rig {
  readonly stats = new FakeStats();
  readonly accepted = new AcceptedConnection({} as Socket, ipAddress('127.0.0.1', 80), ipAddress('127.0.0.1', 4711));
  readonly factory: ProxyProtocolFactory;
  consumed = 0;

  constructor(rules: Partial<ProxyRules> = {}) {
    const { stats } = this;
    this.factory = new ProxyProtocolFactory({
      rules: { optional: false, v1: true, v2: true, ...rules },
      stats: stats.group('p.', PROXY_STATS),
      v1Stats: stats.group('p.v1.', VERSION_STATS),
      v2Stats: stats.group('p.v2.', VERSION_STATS),
      legacyStats: stats.group('', LEGACY_STATS),
    });
  }

  /** Byte by byte; the status after the last byte that was looked at. */
  look(bytes: Buffer | string): ListenerStatus {
    const all = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    const filter = this.factory.create();
    let status = filter.onAccept(this.accepted);
    for (let length = 1; length <= all.length && status === LISTENER_NEED_DATA; length++) {
      if (length > filter.maxPeekBytes) t.fail('it waits for more than it asks for');
      status = filter.onPeek(this.accepted, all.subarray(0, length));
    }
    this.consumed = filter.consumed;
    return status;
  }

  get ends(): string {
    const { localAddress, remoteAddress, directRemoteAddress, localAddressRestored } = this.accepted;
    return `${formatAddress(remoteAddress)} ${formatAddress(localAddress)} ${formatAddress(directRemoteAddress)} ${localAddressRestored}`;
  }
}

const UNCHANGED = '127.0.0.1:4711 127.0.0.1:80 127.0.0.1:4711 false';

t.test('addresses of both versions are restored, and the header goes no further', (t) => {
  for (const [header, ends, count] of [
    ['PROXY TCP4 10.0.0.1 10.0.0.2 1000 2000\r\n', '10.0.0.1:1000 10.0.0.2:2000 127.0.0.1:4711 true', 'p.v1.found'],
    ['PROXY TCP6 fd00::1 fd00:0:0::2 1000 2000\r\n', '[fd00::1]:1000 [fd00::2]:2000 127.0.0.1:4711 true', 'p.v1.found'],
    [proxyHeader('10.0.0.1:1000', '10.0.0.2:2000'), '10.0.0.1:1000 10.0.0.2:2000 127.0.0.1:4711 true', 'p.v2.found'],
    [
      proxyHeader('fd00::1:1000', 'fd00::2:2000', Buffer.from([4, 0, 1, 0])),
      '[fd00::1]:1000 [fd00::2]:2000 127.0.0.1:4711 true',
      'p.v2.found',
    ],
  ] as const) {
    const rig = new Rig();
    t.equal(rig.look(Buffer.concat([Buffer.from(header as string, 'latin1'), Buffer.from('GET')])), LISTENER_CONTINUE);
    t.equal(rig.ends, ends);
    t.equal(rig.consumed, header.length);
    t.same(rig.stats.counted, { [count]: 1 });
  }
  t.end();
});

t.test('a destination that is the address anyway restores nothing', (t) => {
  const rig = new Rig();
  t.equal(rig.look('PROXY TCP4 10.0.0.1 127.0.0.1 1000 80\r\n'), LISTENER_CONTINUE);
  t.equal(rig.ends, '10.0.0.1:1000 127.0.0.1:80 127.0.0.1:4711 false');
  t.end();
});

t.test("headers may say that the connection's own addresses count", (t) => {
  for (const header of ['PROXY UNKNOWN\r\n', 'PROXY UNKNOWN a b\r\n', proxyHeaderV2(0x20, 0x11, Buffer.from('anything'))]) {
    const rig = new Rig();
    t.equal(rig.look(header), LISTENER_CONTINUE);
    t.equal(rig.ends, UNCHANGED);
    t.equal(rig.consumed, header.length);
  }
  t.end();
});

t.test('broken headers are closed and counted by version', (t) => {
  for (const [header, count] of [
    ['PROXY TCP4 10.0.0.1\r\n', 'p.v1.error'],
    ['PROXY TCP4 10.0.0.1 255.255.255.255 1 2\r\n', 'p.v1.error'],
    [proxyHeaderV2(0x21, 0x31, Buffer.alloc(216)), 'p.v2.error'],
    [proxyHeader('10.0.0.1:1', '10.0.0.2:2', Buffer.from([1, 0, 9])), 'p.v2.error'],
    ['GET / HTTP/1.1 and more', 'p.not_found_disallowed'],
    [`PROXY UNKNOWN ${'x'.repeat(200)}`, 'p.not_found_disallowed'],
  ] as const) {
    const rig = new Rig();
    t.equal(rig.look(header as string), LISTENER_CLOSE, JSON.stringify(header.toString('latin1')));
    t.equal(rig.ends, UNCHANGED);
    t.same(rig.stats.counted, { [count]: 1, downstream_cx_proxy_proto_error: 1 });
  }
  t.end();
});

t.test('headers may be missing where that is allowed, versions may be forbidden', (t) => {
  const optional = new Rig({ optional: true });
  t.equal(optional.look('GET'), LISTENER_CONTINUE);
  t.equal(optional.consumed, 0);
  t.same(optional.stats.counted, { 'p.not_found_allowed': 1 });
  const only2 = new Rig({ v1: false });
  t.equal(only2.look('PROXY UNKNOWN\r\n'), LISTENER_CLOSE);
  t.same(only2.stats.counted, { 'p.v1.found': 1, 'p.v1.disallowed': 1 });
  const only1 = new Rig({ v2: false });
  t.equal(only1.look(proxyHeader('10.0.0.1:1', '10.0.0.2:2')), LISTENER_CLOSE);
  t.same(only1.stats.counted, { 'p.v2.found': 1, 'p.v2.disallowed': 1 });
  const passes = new Rig({ v1: false, optional: true });
  t.equal(passes.look('PROXY UNKNOWN\r\n'), LISTENER_CONTINUE, 'a forbidden version is no header where none is needed');
  t.equal(passes.consumed, 0);
  t.end();
});

t.test('a long header is waited for as a whole, and no longer', (t) => {
  const rig = new Rig();
  const long = proxyHeader('10.0.0.1:1', '10.0.0.2:2', Buffer.concat([Buffer.from([0xea, 0x40, 0]), Buffer.alloc(0x4000)]));
  t.equal(rig.look(Buffer.concat([long, Buffer.from('rest')])), LISTENER_CONTINUE);
  t.equal(rig.consumed, long.length);
  t.end();
});
