import t from 'tap';
import { ipAddress } from '../base/address.ts';
import { ListenerTable, listenersOf, type RedirectTarget } from './listener-table.ts';

class Target implements RedirectTarget {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  takeRedirected(): void {}
}

const found = (table: ListenerTable, ip: string, port: number): string =>
  (table.find(ipAddress(ip, port)) as Target | null)?.name ?? 'nobody';

t.test('the exact address goes before the wildcard of its family and port', (t) => {
  const table = new ListenerTable();
  table.add(ipAddress('0.0.0.0', 443), false, new Target('any'));
  table.add(ipAddress('10.96.0.1', 443), false, new Target('vip'));
  table.add(ipAddress('::', 443), false, new Target('any6'));
  t.equal(found(table, '10.96.0.1', 443), 'vip');
  t.equal(found(table, '10.96.0.2', 443), 'any');
  t.equal(found(table, 'fd00::1', 443), 'any6');
  t.equal(found(table, '10.96.0.1', 80), 'nobody');
  t.equal(table.find({ kind: 'pipe', path: '/x' }), null);
  t.end();
});

t.test('a listener that replaces another keeps the place when the old one goes', (t) => {
  const table = new ListenerTable();
  const [before, after] = [new Target('before'), new Target('after')];
  const address = ipAddress('0.0.0.0', 80);
  table.add(address, false, before);
  table.add(address, false, after);
  table.remove(address, false, before);
  t.equal(found(table, '1.2.3.4', 80), 'after');
  table.remove(address, false, after);
  t.equal(found(table, '1.2.3.4', 80), 'nobody');
  t.end();
});

t.test('a dual-stack listener has the IPv4 connections that no IPv4 listener takes', (t) => {
  const table = new ListenerTable();
  const both = new Target('both');
  table.add(ipAddress('::', 80), true, both);
  t.equal(found(table, '1.2.3.4', 80), 'both');
  table.remove(ipAddress('::', 80), true, both);
  t.equal(found(table, '1.2.3.4', 80), 'nobody');
  table.add(ipAddress('0.0.0.0', 80), false, new Target('v4'));
  table.add(ipAddress('::', 80), true, both);
  t.equal(found(table, '1.2.3.4', 80), 'v4');
  t.equal(found(table, 'fd00::1', 80), 'both');
  table.add(ipAddress('::ffff:10.0.0.1', 80), true, new Target('mapped'));
  t.equal(found(table, '10.0.0.1', 80), 'mapped');
  t.end();
});

t.test('every worker has one table', (t) => {
  const worker = {};
  t.equal(listenersOf(worker), listenersOf(worker));
  t.not(listenersOf(worker), listenersOf({}));
  t.end();
});
