import t from 'tap';
import { create } from '../../../src/api/index.ts';
import { FilterContext } from '../../../src/upstream/http-filter-context.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import grpcWeb from './index.ts';

t.test('the message is empty, and every request has a filter of its own', (t) => {
  const base = new FakeContext();
  const factory = grpcWeb.compile(create(grpcWeb.message), new FilterContext(base, 'http.in.', 'web', base.problems));
  t.match(factory, { name: 'web', terminal: false });
  t.not(factory?.create(), factory?.create());
  t.same(base.problems.list, []);
  t.end();
});
