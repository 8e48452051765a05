import t from 'tap';
import { ManagerFixture } from '../../../test/support/http-manager.ts';
import { ConnectionManagerFactory } from './filter.ts';

// What a connection manager does is tested in src/http/conn-manager.

t.test('every connection gets a manager of its own, with the same settings', (t) => {
  const { settings } = new ManagerFixture().manager;
  const factory = new ConnectionManagerFactory(settings);
  const a = factory.create();
  const b = factory.create();
  t.not(a, b);
  t.match(a, { settings });
  t.match(b, { settings });
  t.equal(factory.terminal, true);
  t.end();
});
