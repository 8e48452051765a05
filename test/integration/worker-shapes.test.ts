import type { ServerResponse } from 'node:http';
import t from 'tap';
import { ThreadWorker } from '../../src/runtime/thread-worker.ts';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { accepts, get, startBackend } from '../support/http.ts';
import { startProxy } from '../support/proxy.ts';

/** Waits until something holds, one turn of the event loop after the other. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate);
}

for (const concurrency of [1, 2]) {
  const shape = concurrency === 1 ? 'one inline worker' : `${concurrency} worker threads`;

  t.test(`${shape}: requests go through, and are counted once`, async (t) => {
    const backend = await startBackend();
    t.teardown(() => backend.close());
    const proxy = await startProxy(
      { static_resources: { listeners: [httpListener('in', 'app')], clusters: [staticCluster('app', backend.port)] } },
      { concurrency },
    );
    t.teardown(() => proxy.stop());
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => get(proxy.port(), `/${i}`)));
    t.same(
      answers.map(({ status, body }) => [status, body]),
      Array.from({ length: 20 }, (_, i) => [200, `/${i}`]),
    );
    await until(() => proxy.stat('http.in.downstream_rq_active') === 0);
    t.equal(proxy.stat('http.in.downstream_rq_total'), 20);
    t.equal(proxy.stat('http.in.downstream_rq_2xx'), 20);
    t.equal(proxy.stat('cluster.app.upstream_rq_total'), 20);
    t.equal(proxy.stat('server.state'), 0);
    t.equal(proxy.stat('server.concurrency'), concurrency);
    t.equal(proxy.stat('listener_manager.workers_started'), 1);
    t.equal(proxy.stat('listener_manager.listener_create_success'), concurrency);
    t.equal(proxy.stat('cluster_manager.active_clusters'), 1);
    t.equal(proxy.stat('cluster.app.membership_total'), 1, 'what every worker knows is not summed');
    const [cluster] = await proxy.view.clusters();
    t.equal(cluster?.hosts.length, 1);
    t.equal(cluster?.hosts[0]?.counters['rq_total'], 20);
  });

  t.test(`${shape}: 500 requests that run when the drain begins finish`, async (t) => {
    const held: ServerResponse[] = [];
    const backend = await startBackend((request, response) => {
      request.resume();
      held.push(response);
    });
    t.teardown(() => backend.close());
    const proxy = await startProxy(
      {
        static_resources: {
          listeners: [httpListener('in', 'app', { direction: 'INBOUND' }), httpListener('out', 'app', { direction: 'OUTBOUND' })],
          clusters: [staticCluster('app', backend.port)],
        },
      },
      { concurrency },
    );
    t.teardown(() => proxy.stop());
    const inbound = Array.from({ length: 400 }, () => get(proxy.port('in')));
    const outbound = Array.from({ length: 100 }, () => get(proxy.port('out')));
    await until(() => held.length === 500);

    let drained = false;
    const drain = proxy.runtime.drain({ inboundOnly: false, keepOutbound: true, graceful: false }).then(() => {
      drained = true;
    });
    await until(async () => !(await accepts(proxy.port('in'))));
    t.equal(drained, false, 'new inbound connections are refused while old requests run');
    const late = get(proxy.port('out'));
    await until(() => held.length === 501);
    for (const response of held) response.end('done');
    const answers = await Promise.all([...inbound, ...outbound, late]);
    t.equal(answers.filter(({ status, body }) => status === 200 && body === 'done').length, 501);
    t.equal(answers.slice(0, 400).filter(({ headers }) => headers.connection === 'close').length, 400);
    t.equal(answers.slice(400).filter(({ headers }) => headers.connection === 'close').length, 0, 'outbound clients are not sent away');
    await drain;
    t.equal(proxy.stat('http.in.downstream_rq_active'), 0);
  });

  t.test(`${shape}: what is refused is named with its place, and nothing listens`, async (t) => {
    const start = () =>
      startProxy(
        { static_resources: { listeners: [httpListener('in', 'absent')], clusters: [staticCluster('a', 1), staticCluster('a', 2)] } },
        { concurrency },
      );
    await t.rejects(start, /static_resources\.clusters\[1\]\.name\n.*\n.*two clusters are called "a"; rename one/);
  });
}

t.test('a thread that dies loses its connections and is replaced', async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const proxy = await startProxy(
    { static_resources: { listeners: [httpListener('in', 'app')], clusters: [staticCluster('app', backend.port)] } },
    { concurrency: 2 },
  );
  t.teardown(() => proxy.stop());
  const [first] = proxy.runtime.workers;
  if (!(first instanceof ThreadWorker)) throw new Error('no thread');
  for (let i = 0; i < 10; i++) t.equal((await get(proxy.port())).status, 200);
  await first.kill();
  await until(() => proxy.runtime.workers[0] !== first);
  for (let i = 0; i < 10; i++) t.equal((await get(proxy.port())).status, 200);
  t.equal(proxy.stat('server.worker_deaths'), 1);
  t.equal(proxy.stat('http.in.downstream_rq_total'), 20);
  t.match(proxy.log(), /\[critical\]\[main\] worker_0 died/);
  t.match(proxy.log(), /worker_0 serves again/);
});

t.test('three deaths in a minute are more than bad luck', async (t) => {
  const proxy = await startProxy({ static_resources: {} }, { concurrency: 2 });
  t.teardown(() => proxy.stop());
  const fatal = new Promise<string>((resolve) => {
    proxy.onFatal = resolve;
  });
  for (let i = 0; i < 3; i++) {
    const victim = proxy.runtime.workers[i % 2];
    if (!(victim instanceof ThreadWorker)) throw new Error('no thread');
    await victim.kill();
    if (i < 2) await until(() => proxy.runtime.workers[i % 2] !== victim);
  }
  t.match(await fatal, /three workers died within a minute/);
});
