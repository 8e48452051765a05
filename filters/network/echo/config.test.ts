import t from 'tap';
import { compileEcho } from './config.ts';

t.test('every connection has an echo of its own', (t) => {
  const factory = compileEcho();
  t.match(factory, { name: 'envoy.filters.network.echo', terminal: true });
  t.not(factory.create(), factory.create());
  t.end();
});
