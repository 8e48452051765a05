import t from 'tap';
import { create } from '../../../../src/api/index.ts';
import type { Host } from '../../../../src/upstream/host.ts';
import { FakeContext } from '../../../../test/support/factory-context.ts';
import { TestCluster } from '../../../../test/support/upstream-doubles.ts';
import definition from './index.ts';

t.test('hosts of earlier attempts are rejected, others are not', (t) => {
  const cluster = new TestCluster({ hosts: [{}, {}] });
  const predicate = definition.compile(create(definition.message), new FakeContext());
  const [one, two] = [cluster.host(0), cluster.host(1)] as [Host, Host];
  t.equal(predicate?.rejects(one, []), false);
  t.equal(predicate?.rejects(one, [two]), false);
  t.equal(predicate?.rejects(one, [two, one]), true);
  t.end();
});
