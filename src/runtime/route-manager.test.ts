import t from 'tap';
import { create, type Init, toBinary } from '../api/index.ts';
import type { RouteTable } from '../http/route.ts';
import { RESOURCE_TYPES, type Resource } from './contracts.ts';
import { InitGate } from './init-manager.ts';
import { RouteManager } from './route-manager.ts';

const table = (name: string, version: string, init: Init<'envoy.config.route.v3.RouteConfiguration'> = {}): Resource => ({
  type: RESOURCE_TYPES.routes,
  name,
  version,
  bytes: toBinary(create(RESOURCE_TYPES.routes, { name, ...init })),
});

/** Compiles to a table that says what it was compiled for; virtual hosts are refused. */
function manager() {
  const compiled: string[] = [];
  const routes = new RouteManager((message, version, filterNames, problems) => {
    compiled.push(`${message.name} ${version} for ${filterNames.join('+')}`);
    if (message.virtualHosts.length > 0) problems.at('virtual_hosts').add('bad_value', 'no');
    return { name: message.name, version } as RouteTable;
  });
  return { routes, compiled };
}

t.test('who subscribes before the table is there waits for it', (t) => {
  const { routes } = manager();
  const gate = new InitGate('listener a');
  const holder = routes.subscribe('r', ['router'], gate);
  let open = false;
  gate.seal(() => {
    open = true;
  });
  t.same(gate.pending, ['routes r']);
  t.equal(holder.current, null);
  t.same(routes.set(table('r', '1')), []);
  t.equal(open, true);
  t.equal(holder.current?.version, '1');
  t.end();
});

t.test('who comes later gets the table at once', (t) => {
  const { routes } = manager();
  routes.set(table('r', '1'));
  const gate = new InitGate('listener a');
  t.equal(routes.subscribe('r', [], gate).current?.version, '1');
  t.same(gate.pending, []);
  t.end();
});

t.test('a table is compiled once for each chain of filters', (t) => {
  const { routes, compiled } = manager();
  const gate = new InitGate('listener a');
  const a = routes.subscribe('r', ['router'], gate);
  const b = routes.subscribe('r', ['router'], gate);
  const c = routes.subscribe('r', ['fault', 'router'], gate);
  routes.set(table('r', '1'));
  t.equal(a, b);
  t.not(a, c);
  t.same(compiled, ['r 1 for router', 'r 1 for fault+router']);
  t.end();
});

t.test('a refused table leaves the old one in place, a removed one too', (t) => {
  const { routes } = manager();
  const holder = routes.subscribe('r', [], new InitGate('listener a'));
  routes.set(table('r', '1'));
  t.match(routes.set(table('r', '2', { virtualHosts: [{ name: 'x' }] })), [{ path: 'virtual_hosts' }]);
  t.equal(holder.current?.version, '1');
  routes.remove('r');
  t.equal(holder.current?.version, '1');
  t.end();
});
