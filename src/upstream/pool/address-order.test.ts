import t from 'tap';
import { type Address, ipAddress } from '../../base/address.ts';
import { type AddressOrder, inTurns } from './address-order.ts';

const address = (ip: string): Address => (ip.startsWith('/') ? { kind: 'pipe', path: ip } : ipAddress(ip, 80));
const order = (ips: readonly string[], how: AddressOrder | null = null) =>
  inTurns(ips.map(address), how).map((each) => (each.kind === 'ip' ? each.ip : each.path));

t.test('families take turns, beginning with that of the first address', (t) => {
  t.same(order(['::1', '::2', '10.0.0.1', '10.0.0.2']), ['::1', '10.0.0.1', '::2', '10.0.0.2']);
  t.same(order(['10.0.0.1', '10.0.0.2', '10.0.0.3', '::1']), ['10.0.0.1', '::1', '10.0.0.2', '10.0.0.3']);
  t.same(order(['10.0.0.2', '10.0.0.1']), ['10.0.0.2', '10.0.0.1']);
  t.end();
});

t.test('one family may go first, and take several turns at once', (t) => {
  const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '::1', '::2', '::3', '::4'];
  t.same(order(ips, { first: 6, count: 1 }), ['::1', '10.0.0.1', '::2', '10.0.0.2', '::3', '10.0.0.3', '::4']);
  t.same(order(ips, { first: 6, count: 3 }), ['::1', '::2', '::3', '10.0.0.1', '::4', '10.0.0.2', '10.0.0.3']);
  t.same(order(ips, { first: 0, count: 2 }), ['10.0.0.1', '10.0.0.2', '::1', '10.0.0.3', '::2', '::3', '::4']);
  t.same(order(['10.0.0.1', '10.0.0.2'], { first: 6, count: 2 }), ['10.0.0.1', '10.0.0.2'], 'there is none of it');
  t.end();
});

t.test('a pipe is a family of its own', (t) => {
  t.same(order(['10.0.0.1', '10.0.0.2', '/tmp/x']), ['10.0.0.1', '/tmp/x', '10.0.0.2']);
  t.end();
});
