import t from 'tap';
import { cluster, Doubles, listener, workerSettings } from '../../test/support/runtime.ts';
import { systemClock } from '../base/clock.ts';
import { Loggers } from '../base/log.ts';
import { MergedStats } from '../telemetry/merged-stats.ts';
import { RESOURCE_TYPES, type Resource, type Worker, type WorkerState } from './contracts.ts';
import { ThreadWorker, WorkerDied } from './thread-worker.ts';
import { WorkerCore } from './worker-core.ts';

/** A worker of either shape, and what it tells. */
interface Shape {
  readonly worker: Worker;
  readonly stats: MergedStats;
  readonly states: WorkerState[];
  readonly log: string[];
}

const ENTRY = new URL('../../test/support/double-thread.ts', import.meta.url);

const shapes: Readonly<Record<string, () => Promise<Shape>>> = {
  'inline worker': async () => {
    const told = { stats: new MergedStats(), states: [] as WorkerState[], log: [] as string[] };
    const doubles = new Doubles();
    const worker = new WorkerCore(workerSettings(), {
      clock: systemClock,
      registry: doubles.registry(),
      rooms: doubles.rooms,
      loggers: new Loggers('info', { write: (line) => told.log.push(line) }),
      events: { onState: (state) => told.states.push(state), onLateFailure() {}, onSecretDemand() {}, onSecretRelease() {} },
    });
    told.stats.attach(worker.stats);
    return { worker, ...told };
  },
  'worker thread': async () => {
    const told = { stats: new MergedStats(), states: [] as WorkerState[], log: [] as string[] };
    const worker = new ThreadWorker(
      ENTRY,
      { ...workerSettings(), logLevel: 'info' },
      {
        onState: (state) => told.states.push(state),
        onLateFailure() {},
        onSecretDemand() {},
        onSecretRelease() {},
        onStats: (descriptions) => told.stats.accept(0, descriptions),
        onLog: (line) => told.log.push(line),
        onDeath() {},
      },
    );
    await worker.ready;
    return { worker, ...told };
  },
};

const set = (...resources: Resource[]) => ({ origin: 'static' as const, set: resources, remove: [] });

for (const [name, start] of Object.entries(shapes)) {
  t.test(name, async (t) => {
    t.test('answers for each resource and knows what it holds', async (t) => {
      const { worker, states } = await start();
      t.teardown(() => worker.close());
      const results = await worker.apply(
        set(listener({ name: 'a', trafficDirection: 1 }), cluster({ name: 'c' }), listener({ name: 'bad' })),
      );
      t.match(results, [{ accepted: true }, { accepted: true }, { accepted: false, problems: [{ code: 'bad_value', path: 'name' }] }]);
      t.match(await worker.listeners(), [{ name: 'a', direction: 'inbound', state: 'active', addresses: ['127.0.0.1:40000'] }]);
      t.match(await worker.clusters(), [{ name: 'c', addedViaApi: false }]);
      t.same(await worker.active(), { connections: 0, streams: 0 });
      t.same(states.at(-1)?.warming, []);
      await worker.apply({ origin: 'static', set: [], remove: [{ type: RESOURCE_TYPES.listener, name: 'a' }] });
      t.match(await worker.listeners(), [{ name: 'a', state: 'draining' }]);
    });

    t.test('tells its stats before it answers', async (t) => {
      const { worker, stats } = await start();
      t.teardown(() => worker.close());
      await worker.apply(set(listener({ name: 'count 1' }), listener({ name: 'count 2' })));
      t.equal(stats.value('double.compiled'), 2);
    });

    t.test('logs through the process, at the level that it is told', async (t) => {
      const { worker, log } = await start();
      t.teardown(() => worker.close());
      await worker.apply(set(listener({ name: 'log 1' })));
      t.match(log, [/\[warning\]\[double\] compiled log 1\n$/]);
      await worker.setLogLevel('double', 'error');
      await worker.apply(set(listener({ name: 'log 2' })));
      t.equal(log.length, 1);
      await worker.setLogLevel(null, 'info');
      await worker.apply(set(listener({ name: 'log 3' })));
      t.equal(log.length, 2);
    });

    t.test('drains, fails health checks, reopens logs and closes', async () => {
      const { worker } = await start();
      await worker.apply(set(listener({ name: 'a' })));
      await worker.drain({ inboundOnly: false, graceful: true });
      await worker.setHealthcheckFailed(true);
      await worker.reopenLogs();
      await worker.close();
    });
  });
}

t.test('a thread that throws is a death with its reason, and its calls end', async (t) => {
  const deaths: string[] = [];
  const worker = new ThreadWorker(ENTRY, workerSettings(), {
    onState() {},
    onLateFailure() {},
    onSecretDemand() {},
    onSecretRelease() {},
    onStats() {},
    onLog() {},
    onDeath: (reason) => deaths.push(reason),
  });
  await worker.ready;
  await t.rejects(worker.apply(set(listener({ name: 'crash' }))), WorkerDied);
  t.match(deaths, [/crashed over crash/]);
  await t.rejects(worker.listeners(), WorkerDied);
  await worker.close();
});

t.test('a thread that cannot start is a death, too', async (t) => {
  const deaths: string[] = [];
  const worker = new ThreadWorker(new URL('./absent.ts', import.meta.url), workerSettings(), {
    onState() {},
    onLateFailure() {},
    onSecretDemand() {},
    onSecretRelease() {},
    onStats() {},
    onLog() {},
    onDeath: (reason) => deaths.push(reason),
  });
  await t.rejects(worker.ready, /absent/);
  t.equal(deaths.length, 1);
});
