import t from 'tap';
import { cluster, listener, resource, TestWorker } from '../../test/support/runtime.ts';
import { RESOURCE_TYPES, type Resource, type ResourceUpdate } from './contracts.ts';

const set = (...resources: Resource[]): ResourceUpdate => ({ origin: 'static', set: resources, remove: [] });
const removal = (name: string): ResourceUpdate => ({ origin: 'static', set: [], remove: [{ type: RESOURCE_TYPES.listener, name }] });

t.test('clusters come before the listeners that use them, whatever the order of the update', async (t) => {
  const worker = new TestWorker();
  const results = await worker.core.apply(set(listener({ name: 'a' }), cluster({ name: 'c' })));
  t.same(worker.take(), ['start c', 'listen a on 0']);
  t.same(
    results.map(({ resource, accepted }) => [resource.name, accepted]),
    [
      ['a', true],
      ['c', true],
    ],
  );
  t.equal(worker.doubles.contexts.get('a')?.clusters.known('c'), true);
});

t.test('a refused resource changes nothing and keeps the reason', async (t) => {
  const worker = new TestWorker();
  await worker.core.apply(set(listener({ name: 'a' }, 1)));
  worker.take();
  const [bad, undecodable, taken] = await worker.core.apply(
    set(listener({ name: 'bad' }), resource(RESOURCE_TYPES.listener, 'a', Uint8Array.of(255)), listener({ name: 'taken' })),
  );
  t.match(bad, { accepted: false, problems: [{ code: 'bad_value', path: 'name' }] });
  t.match(undecodable, { accepted: false, problems: [{ code: 'syntax' }] });
  t.match(taken, { accepted: false, problems: [{ code: 'io' }] });
  t.same(worker.take(), ['listen taken on 0', 'close taken']);
  t.same(
    (await worker.core.listeners()).map(({ name }) => name),
    ['a'],
  );
});

t.test('a changed listener takes over the socket and the old one drains', async (t) => {
  const worker = new TestWorker();
  await worker.core.apply(set(listener({ name: 'a' }, 1)));
  worker.take();
  await worker.core.apply(set(listener({ name: 'a' }, 1)));
  t.same(worker.take(), [], 'the same bytes are no change');
  await worker.core.apply(set(listener({ name: 'a', statPrefix: 'x' }, 1)));
  t.same(worker.take(), ['listen a with the socket of the old one', 'drain a stop']);
  await worker.core.apply(set(listener({ name: 'a' }, 2)));
  t.same(worker.take(), ['listen a on 2', 'drain a stop'], 'another address needs a socket of its own');
  t.equal(worker.states.at(-1)?.drainingListeners, 2);
  t.same(
    (await worker.core.listeners()).map(({ state, addresses }) => [state, addresses[0]]),
    [
      ['active', '127.0.0.1:2'],
      ['draining', '127.0.0.1:1'],
      ['draining', '127.0.0.1:1'],
    ],
  );
  await worker.core.close();
  t.same(worker.take(), ['close a', 'close a', 'close a']);
});

t.test('replaced listeners end while changes follow one another without a pause', async (t) => {
  const worker = new TestWorker();
  t.teardown(() => worker.core.close());
  for (let i = 0; !worker.take().includes('close a'); i++) {
    await worker.core.apply(set(listener({ name: 'a', statPrefix: String(i) }, 1)));
    await new Promise(setImmediate);
  }
  t.pass();
});

t.test('a listener that waits leaves the old one serving until it is ready', async (t) => {
  const worker = new TestWorker();
  await worker.core.apply(set(listener({ name: 'slow' })));
  worker.doubles.release('slow');
  worker.take();
  const [result] = await worker.core.apply(set(listener({ name: 'slow', statPrefix: 'x' })));
  t.equal(result?.accepted, true, 'accepted, and warming');
  t.same(worker.take(), []);
  t.same(worker.states.at(-1)?.warming, [['listener slow', ['release of slow']]]);
  worker.doubles.release('slow');
  t.same(worker.take(), ['listen slow with the socket of the old one', 'drain slow stop']);
  t.same(worker.states.at(-1)?.warming, []);
});

t.test('a version that still warms is given up for the next one', async (t) => {
  const worker = new TestWorker();
  await worker.core.apply(set(listener({ name: 'slow' })));
  const first = worker.doubles.contexts.get('slow');
  await worker.core.apply(set(listener({ name: 'slow', statPrefix: 'x' })));
  t.same(worker.take(), ['close slow']);
  first?.init.wait('late').done();
  t.same(worker.take(), []);
  worker.doubles.release('slow');
  t.same(worker.take(), ['listen slow on 0']);
});

t.test('listeners of the first configuration wait for its clusters', async (t) => {
  const worker = new TestWorker();
  await worker.core.apply(set(cluster({ name: 'slow cluster' }), listener({ name: 'a' })));
  t.same(worker.take(), ['start slow cluster']);
  t.same(worker.states.at(-1)?.warming, [
    ['cluster slow cluster', ['release of slow cluster']],
    ['listener a', ['clusters']],
  ]);
  worker.doubles.release('slow cluster');
  t.same(worker.take(), ['listen a on 0']);
  await worker.core.apply(set(cluster({ name: 'slow second' }), listener({ name: 'b' })));
  t.same(worker.take(), ['start slow second', 'listen b on 0'], 'and later ones do not');
});

t.test('what binds too late to be refused is reported', async (t) => {
  const worker = new TestWorker();
  const [result] = await worker.core.apply(set(cluster({ name: 'slow' }), listener({ name: 'taken' })));
  t.equal(result?.accepted, true);
  worker.doubles.release('slow');
  t.same(worker.late, ['taken: address already in use']);
  t.same(await worker.core.listeners(), []);
  t.same(worker.states.at(-1)?.warming, []);
});

t.test('two listeners do not share an address', async (t) => {
  const worker = new TestWorker();
  const results = await worker.core.apply(
    set(listener({ name: 'a' }, 7), listener({ name: 'b' }, 7), listener({ name: 'c' }), listener({ name: 'd' })),
  );
  t.same(
    results.map(({ accepted }) => accepted),
    [true, false, true, true],
  );
  t.match(results[1], { problems: [{ code: 'duplicate', path: 'address' }] });
});

t.test('a removed listener drains and leaves its address to another one in the same update', async (t) => {
  const worker = new TestWorker();
  await worker.core.apply(set(listener({ name: 'a' }, 7)));
  worker.take();
  const [result] = await worker.core.apply({ ...removal('a'), set: [listener({ name: 'b' }, 7)] });
  t.equal(result?.accepted, true);
  t.same(worker.take(), ['drain a stop', 'listen b on 7']);
});

t.test('a door changes and removes only what is its own', async (t) => {
  const worker = new TestWorker();
  await worker.core.apply(set(listener({ name: 'a' }, 7), cluster({ name: 'c' })));
  worker.take();
  const [result] = await worker.core.apply({ ...removal('a'), origin: 'xds', set: [listener({ name: 'a' }, 8)] });
  t.equal(result?.accepted, true, 'Envoy ignores it, too');
  await worker.core.apply({ origin: 'xds', set: [], remove: [{ type: RESOURCE_TYPES.cluster, name: 'c' }] });
  t.same(worker.take(), []);
});

t.test('a drain reaches the listeners that it means', async (t) => {
  const worker = new TestWorker();
  const directions = { in: 1, out: 2, plain: 0 } as const;
  await worker.core.apply(set(...Object.entries(directions).map(([name, trafficDirection]) => listener({ name, trafficDirection }))));
  const draining = () => Object.keys(directions).filter((name) => worker.doubles.contexts.get(name)?.draining);
  worker.take();
  await worker.core.drain({ inboundOnly: true, graceful: true });
  t.same(worker.take(), ['drain in']);
  t.same(draining(), ['in']);
  await worker.core.drain({ inboundOnly: false, keepOutbound: true, graceful: false });
  t.same(worker.take(), ['drain in stop', 'drain plain stop']);
  t.same(draining(), ['in', 'plain']);
  await worker.core.setHealthcheckFailed(true);
  t.same(draining(), ['in', 'out', 'plain']);
  await worker.core.setHealthcheckFailed(false);
  t.same(draining(), ['in', 'plain']);
});

t.test('a worker that only validates compiles everything and starts nothing', async (t) => {
  const worker = new TestWorker({ serve: false });
  const results = await worker.core.apply(set(cluster({ name: 'slow c' }), listener({ name: 'a' }), listener({ name: 'bad' })));
  t.same(
    results.map(({ accepted }) => accepted),
    [true, true, false],
  );
  t.same(worker.take(), []);
  t.same(worker.states.at(-1)?.warming, []);
});

t.test('updates are applied one after the other', async (t) => {
  const worker = new TestWorker();
  const [, second] = await Promise.all([
    worker.core.apply(set(listener({ name: 'a' }, 1))),
    worker.core.apply({ ...removal('a'), set: [] }),
  ]);
  t.same(second, []);
  t.same(worker.take(), ['listen a on 1', 'drain a stop']);
});
