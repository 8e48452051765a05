import t from 'tap';
import { cluster, listener, PROXY_OPTIONS, TestWorker } from '../../test/support/runtime.ts';
import { FakeClock } from '../base/clock.ts';
import { Loggers } from '../base/log.ts';
import { statSpec } from '../telemetry/stats.ts';
import { RESOURCE_TYPES, type Resource, type ResourceUpdate, type Worker } from './contracts.ts';
import { ProxyRuntime, type StartEvents } from './runtime.ts';
import { WorkerDied } from './thread-worker.ts';

/** Workers of doubles in this thread, which die when they are told to. */
class Bench {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly fatal: string[] = [];
  /** By worker: its successive lives. */
  readonly lives: TestWorker[][] = [];
  readonly #deaths: ((reason: string) => void)[] = [];
  readonly runtime: ProxyRuntime;

  constructor(workers = 1) {
    this.runtime = new ProxyRuntime({
      settings: {
        options: { ...PROXY_OPTIONS, concurrency: workers },
        logLevel: 'off',
        componentLevels: [],
        disabledExtensions: [],
        serve: true,
      },
      workers,
      clock: this.clock,
      loggers: new Loggers('info', { write: (line) => this.log.push(line) }),
      startWorker: ({ index, counts }, events) => this.#start(index, counts, events),
      onFatal: (reason) => this.fatal.push(reason),
    });
  }

  async start(...resources: Resource[]): Promise<this> {
    await this.runtime.start(5000);
    await this.runtime.apply(set(...resources));
    return this;
  }

  die(index: number, reason = 'bad luck'): void {
    this.#deaths[index]?.(reason);
  }

  stat(name: string): number | undefined {
    return this.runtime.stats.value(name);
  }

  async #start(index: number, counts: SharedArrayBuffer, events: StartEvents): Promise<Worker> {
    const worker = new TestWorker({ index, counts });
    this.lives[index] = [...(this.lives[index] ?? []), worker];
    let dead: string | null = null;
    this.#deaths[index] = (reason) => {
      dead = reason;
      events.onDeath(reason);
    };
    worker.core.stats.onPending(() => events.onStats(worker.core.stats.drainDescriptions()));
    worker.onState = (state) => events.onState(state);
    const mortal = new Proxy(worker.core, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          dead === null || key === 'close' ? member.apply(target, args) : Promise.reject(new WorkerDied(dead));
      },
    });
    return mortal;
  }
}

const REQUESTS = statSpec({ counters: ['rq'] });

const set = (...resources: Resource[]): ResourceUpdate => ({ origin: 'static', set: resources, remove: [] });

t.test('the proxy is live when nothing warms any more', async (t) => {
  const bench = new Bench();
  t.equal(bench.runtime.state, 'PRE_INITIALIZING');
  await bench.start(cluster({ name: 'slow' }), listener({ name: 'a' }));
  t.equal(bench.runtime.state, 'PRE_INITIALIZING');
  t.equal(bench.stat('server.state'), 2);
  t.equal(bench.stat('listener_manager.workers_started') ?? 0, 0);
  t.equal(bench.stat('cluster_manager.warming_clusters'), 1);
  t.same(
    bench.runtime.resources().map(({ name, state }) => [name, state]),
    [
      ['slow', 'warming'],
      ['a', 'warming'],
    ],
  );
  const ready = bench.runtime.whenReady();
  bench.lives[0]?.[0]?.doubles.release('slow');
  await ready;
  t.equal(bench.runtime.state, 'LIVE');
  t.equal(bench.stat('server.state'), 0);
  t.equal(bench.stat('listener_manager.workers_started'), 1);
  t.equal(bench.stat('listener_manager.total_listeners_active'), 1);
  t.equal(bench.stat('cluster_manager.active_clusters'), 1);
  await bench.runtime.close();
});

t.test('a proxy that stops before it is ready says so', async (t) => {
  const bench = await new Bench().start(cluster({ name: 'slow' }));
  const ready = bench.runtime.whenReady();
  await bench.runtime.close();
  await t.rejects(ready, /stopped before it was ready/);
});

t.test('managers count what Envoy counts', async (t) => {
  const bench = await new Bench().start(listener({ name: 'a' }, 1), listener({ name: 'b' }), cluster({ name: 'c' }));
  await bench.runtime.apply(set(listener({ name: 'a' }, 1)));
  await bench.runtime.apply(set(listener({ name: 'a' }, 2), listener({ name: 'taken' }), cluster({ name: 'bad' })));
  await bench.runtime.apply({ origin: 'static', set: [], remove: [{ type: RESOURCE_TYPES.listener, name: 'b' }] });
  t.equal(bench.stat('listener_manager.listener_added'), 2);
  t.equal(bench.stat('listener_manager.listener_modified'), 1);
  t.equal(bench.stat('listener_manager.listener_removed'), 1);
  t.equal(bench.stat('listener_manager.listener_create_success'), 3);
  t.equal(bench.stat('listener_manager.listener_create_failure'), 1);
  t.equal(bench.stat('listener_manager.total_listeners_active'), 1);
  t.equal(bench.stat('cluster_manager.cluster_added'), 1);
  await bench.runtime.close();
});

t.test('a name that stands twice in one update is refused the second time', async (t) => {
  const bench = new Bench();
  await bench.runtime.start(5000);
  const results = await bench.runtime.apply(set(cluster({ name: 'c' }), cluster({ name: 'c', altStatName: 'x' }), listener({ name: 'c' })));
  t.match(results, [
    { accepted: true },
    { accepted: false, problems: [{ code: 'duplicate', path: 'name', message: 'two clusters are called "c"' }] },
    { accepted: true },
  ]);
  await bench.runtime.close();
});

t.test('what one of several workers refuses is taken back from all', async (t) => {
  const bench = await new Bench(2).start(listener({ name: 'a' }, 1));
  const second = bench.lives[1]?.[0];
  if (second === undefined) throw new Error('no second worker');
  second.doubles.refuse = true;
  const results = await bench.runtime.apply(set(listener({ name: 'a' }, 2), listener({ name: 'b' }, 3)));
  t.match(results, [{ accepted: false }, { accepted: false }]);
  t.same(
    (await bench.runtime.listeners()).filter(({ state }) => state === 'active').map(({ name, addresses }) => [name, addresses[0]]),
    [['a', '127.0.0.1:1']],
  );
  t.same(
    bench.runtime.resources().map(({ name }) => name),
    ['a'],
  );
  await bench.runtime.close();
});

t.test('all workers listen on the port that the kernel gave to the first', async (t) => {
  const bench = await new Bench(3).start(listener({ name: 'a' }, 0));
  t.same(
    bench.lives.map(([life]) => life?.take()),
    [['listen a on 0'], ['listen a on 40000'], ['listen a on 40000']],
  );
  await bench.runtime.close();
});

t.test('a worker that dies is replaced by one that knows everything', async (t) => {
  const bench = await new Bench(2).start(listener({ name: 'a' }, 7), cluster({ name: 'c' }));
  for (const [life] of bench.lives) life?.core.stats.group('http.x.', REQUESTS).inc(REQUESTS.slot.rq);
  bench.die(1);
  const [answer] = await bench.runtime.apply(set(listener({ name: 'b' }, 8)));
  t.equal(answer?.accepted, true);
  t.same(bench.lives[1]?.[1]?.take(), ['start c', 'listen a on 7', 'listen b on 8']);
  t.equal(bench.stat('server.worker_deaths'), 1);
  t.equal(bench.stat('http.x.rq'), 2, 'what it had counted stays');
  t.match(bench.log.join(''), /\[critical\]\[main\] worker_1 died, its connections are lost: bad luck/);
  t.same(bench.fatal, []);
  await bench.runtime.close();
});

t.test('three deaths within a minute end the process, slower ones do not', async (t) => {
  const bench = await new Bench(2).start();
  for (let i = 0; i < 4; i++) {
    bench.die(i % 2, `reason ${i}`);
    await bench.runtime.apply(set());
    bench.clock.advance(31_000);
  }
  t.same(bench.fatal, []);
  bench.clock.advance(60_000);
  for (let i = 0; i < 3; i++) {
    bench.die(0, `reason ${i}`);
    if (i < 2) await bench.runtime.apply(set());
  }
  t.same(bench.fatal, ['three workers died within a minute, the last one of: reason 2']);
  t.equal(bench.lives[0]?.length, 5);
  await bench.runtime.close();
});
