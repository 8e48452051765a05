import t from 'tap';
import { InitGate } from './init-manager.ts';

t.test('a gate opens when it is sealed and the last target is done', (t) => {
  let opened = 0;
  const gate = new InitGate('listener a');
  const secret = gate.wait('secret x');
  const routes = gate.wait('routes y');
  secret.done();
  gate.seal(() => opened++);
  t.same(gate.pending, ['routes y']);
  t.equal(opened, 0);
  routes.done();
  t.equal(opened, 1);
  t.equal(gate.open, true);
  routes.done();
  t.equal(opened, 1, 'and only once');
  t.end();
});

t.test('a gate that waits for nothing opens at once', (t) => {
  let opened = 0;
  new InitGate('cluster a').seal(() => opened++);
  t.equal(opened, 1);
  t.end();
});

t.test('targets taken after the gate opened keep nobody waiting', (t) => {
  const gate = new InitGate('cluster a');
  gate.seal(() => {});
  gate.wait('late').done();
  t.same(gate.pending, []);
  t.end();
});

t.test('an abandoned gate never opens', (t) => {
  let opened = 0;
  const gate = new InitGate('listener a');
  const target = gate.wait('routes');
  gate.seal(() => opened++);
  gate.abandon();
  target.done();
  t.equal(opened, 0);
  t.end();
});

t.test('what a resource held is let go once, when the resource is gone, whether it waited or served', (t) => {
  const gate = new InitGate('cluster a');
  const released: string[] = [];
  gate.onDiscard(() => released.push('a'));
  gate.wait('secret');
  gate.abandon();
  t.same(released, [], 'nobody waits any more, and it may still serve');
  gate.onDiscard(() => released.push('b'));
  gate.discard();
  gate.discard();
  t.same(released, ['a', 'b']);
  t.end();
});
