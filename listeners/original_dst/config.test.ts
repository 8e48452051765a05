import t from 'tap';
import { create } from '../../src/api/index.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { compileOriginalDst } from './config.ts';
import { originalDst } from './index.ts';

const MESSAGE = 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst';

t.test('it has the name and the message of Envoy', (t) => {
  t.match(originalDst, { kind: 'listener_filter', name: 'envoy.filters.listener.original_dst', message: MESSAGE });
  t.end();
});

t.test('one filter serves all connections', { skip: process.platform === 'linux' ? false : 'Linux only' }, (t) => {
  const context = new FakeContext();
  const factory = compileOriginalDst(create(MESSAGE), context as never);
  t.same(context.complaints, []);
  t.equal(factory?.name, 'envoy.filters.listener.original_dst');
  t.equal(factory?.create(), factory?.create());
  t.end();
});
