import t from 'tap';
import { RESOURCE_TYPES } from './contracts.ts';
import { type Applied, Snapshot } from './snapshot.ts';

const applied = (name: string, version: string): Applied => ({
  resource: { type: RESOURCE_TYPES.cluster, name, version, bytes: new Uint8Array() },
  origin: 'static',
  at: 0,
});
const versions = (snapshot: Snapshot) =>
  snapshot.all.map(({ active, warming }) => [active?.resource.version ?? null, warming?.resource.version ?? null]);

t.test('a new version stands beside the old one until it is warm', (t) => {
  const first = Snapshot.EMPTY.with([applied('a', '1')]).settle(() => false);
  const second = first.with([applied('a', '2')]);
  t.same(versions(second), [['1', '2']]);
  t.same(versions(second.settle(() => true)), [['1', '2']]);
  t.same(versions(second.settle(() => false)), [['2', null]]);
  t.same(versions(second.withoutWarming(RESOURCE_TYPES.cluster, 'a')), [['1', null]]);
  t.same(versions(first), [['1', null]], 'and an older snapshot stays as it was');
  t.end();
});

t.test('the newest versions are what a new worker gets, in the order in which names came', (t) => {
  const snapshot = Snapshot.EMPTY.with([applied('a', '1')])
    .with([applied('b', '1')])
    .settle(() => false)
    .with([applied('a', '2')]);
  t.same(
    snapshot.latest.map(({ resource }) => `${resource.name}${resource.version}`),
    ['a2', 'b1'],
  );
  t.equal(snapshot.count(RESOURCE_TYPES.cluster, 'active'), 2);
  t.equal(snapshot.count(RESOURCE_TYPES.cluster, 'warming'), 1);
  t.end();
});

t.test('what failed before it ever served leaves nothing behind', (t) => {
  t.same(versions(Snapshot.EMPTY.with([applied('a', '1')]).withoutWarming(RESOURCE_TYPES.cluster, 'a')), []);
  t.same(versions(Snapshot.EMPTY.with([applied('a', '1')]).without(RESOURCE_TYPES.cluster, 'a')), []);
  t.equal(Snapshot.EMPTY.without(RESOURCE_TYPES.cluster, 'a'), Snapshot.EMPTY);
  t.end();
});
