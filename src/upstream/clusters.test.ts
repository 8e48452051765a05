import t from 'tap';
import { TestCluster } from '../../test/support/upstream-doubles.ts';
import { Clusters } from './clusters.ts';
import type { ClusterInstance } from './instances.ts';

function instanceOf(name: string): { instance: ClusterInstance; closed: () => number } {
  const { state } = new TestCluster({ name });
  let closed = 0;
  return {
    closed: () => closed,
    instance: {
      cluster: state,
      start() {},
      updateEndpoints() {},
      close() {
        closed++;
      },
      status: () => ({ name, observabilityName: name, addedViaApi: false, thresholds: [], hosts: [] }),
    },
  };
}

t.test('a handle follows its cluster as it comes, is exchanged and goes', (t) => {
  const clusters = new Clusters();
  const handle = clusters.handle('a');
  t.equal(handle.current, null);
  t.equal(clusters.known('a'), false);
  const first = instanceOf('a');
  clusters.set(first.instance);
  t.equal(handle.current, first.instance.cluster);
  t.equal(clusters.handle('a'), handle);
  t.equal(clusters.known('a'), true);
  const second = instanceOf('a');
  clusters.set(second.instance);
  t.equal(handle.current, second.instance.cluster);
  t.equal(first.closed(), 1, 'the one before drains');
  t.same(clusters.all(), [second.instance]);
  t.equal(clusters.remove('a'), true);
  t.equal(second.closed(), 1);
  t.equal(handle.current, null);
  t.equal(clusters.remove('a'), false);
  t.same(clusters.all(), []);
  clusters.set(instanceOf('a').instance);
  t.ok(handle.current, 'a route that still stands sees it come back');
  t.end();
});

t.test('names that nobody keeps are forgotten', async (t) => {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const clusters = new Clusters();
  const kept = clusters.handle('kept');
  for (let i = 0; i < 1000; i++) clusters.handle(`client/${i}`);
  t.equal(clusters.named, 1001);
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  for (let i = 0; i < 100 && clusters.named > 1; i++) {
    collect();
    await turn();
  }
  t.equal(clusters.named, 1);
  t.equal(clusters.handle('kept'), kept);
});
