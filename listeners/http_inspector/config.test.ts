import t from 'tap';
import { create } from '../../src/api/index.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { compileHttpInspector } from './config.ts';
import { httpInspector } from './index.ts';

const MESSAGE = 'envoy.extensions.filters.listener.http_inspector.v3.HttpInspector';

t.test('it has the name and the message of Envoy, and no settings', (t) => {
  t.match(httpInspector, { kind: 'listener_filter', name: 'envoy.filters.listener.http_inspector', message: MESSAGE });
  const context = new FakeContext();
  const factory = compileHttpInspector(create(MESSAGE), context as never);
  t.same(context.complaints, []);
  t.equal(factory?.name, 'envoy.filters.listener.http_inspector');
  t.equal(factory?.create(), factory?.create(), 'one filter serves all connections');
  t.end();
});
