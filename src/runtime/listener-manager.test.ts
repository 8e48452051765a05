import t from 'tap';
import { listener, TestWorker } from '../../test/support/runtime.ts';
import type { Resource } from './contracts.ts';

async function refusalsOf(worker: TestWorker, ...set: Resource[]): Promise<string[]> {
  const answers = await worker.core.apply({ origin: 'static', set, remove: [] });
  return answers.flatMap((answer) =>
    answer.accepted ? [] : answer.problems.map(({ path, message }) => `${answer.resource.name}: ${path}: ${message}`),
  );
}

t.test('two listeners cannot have one address, whether they bind or not', async (t) => {
  const worker = new TestWorker();
  t.teardown(() => worker.core.close());
  t.same(await refusalsOf(worker, listener({ name: 'a' }, 80), listener({ name: 'virtual', bindToPort: false }, 90)), []);
  t.same(await refusalsOf(worker, listener({ name: 'b' }, 80)), ['b: address: listener "a" has the same address']);
  t.same(await refusalsOf(worker, listener({ name: 'c', bindToPort: false }, 80)), ['c: address: listener "a" has the same address']);
  t.same(await refusalsOf(worker, listener({ name: 'd', bindToPort: false }, 90)), ['d: address: listener "virtual" has the same address']);
  t.same(await refusalsOf(worker, listener({ name: 'e' }, 90)), ['e: address: listener "virtual" has the same address']);
  t.same(await refusalsOf(worker, listener({ name: 'a', bindToPort: false }, 80)), [], 'its own address does not count');
});

t.test('port 0 is another port for everybody who binds', async (t) => {
  const worker = new TestWorker();
  t.teardown(() => worker.core.close());
  t.same(await refusalsOf(worker, listener({ name: 'a' }), listener({ name: 'b' })), []);
  t.same(await refusalsOf(worker, listener({ name: 'c', bindToPort: false })), ['c: address: listener "a" has the same address']);
});

t.test('a listener may take the address of one that goes in the same update', async (t) => {
  const worker = new TestWorker();
  t.teardown(() => worker.core.close());
  await refusalsOf(worker, listener({ name: 'a' }, 80));
  const remove = [{ type: 'envoy.config.listener.v3.Listener', name: 'a' }] as const;
  const answers = await worker.core.apply({ origin: 'static', set: [listener({ name: 'b' }, 80)], remove });
  t.match(answers, [{ accepted: true }]);
});
