import t, { type Test } from 'tap';
import { cluster, listener, PROXY_OPTIONS, TestWorker } from '../../test/support/runtime.ts';
import type { AdminView } from '../admin/view.ts';
import { FakeClock } from '../base/clock.ts';
import { Loggers } from '../base/log.ts';
import { RESOURCE_TYPES } from './contracts.ts';
import { ProxyRuntime } from './runtime.ts';
import { RuntimeView } from './view.ts';

async function started(t: Test, drainMs = 600_000) {
  const clock = new FakeClock();
  const loggers = new Loggers('info', { write() {} });
  const worker = new TestWorker();
  const told = { quit: 0, reopened: 0 };
  const runtime = new ProxyRuntime({
    settings: { options: PROXY_OPTIONS, logLevel: 'off', componentLevels: [], disabledExtensions: [], serve: true },
    workers: 1,
    clock,
    loggers,
    startWorker: async (_, events) => {
      worker.onState = (state) => events.onState(state);
      events.onLocalStats(worker.core.stats);
      return worker.core;
    },
    onFatal() {},
  });
  const view: AdminView = new RuntimeView(runtime, loggers, drainMs, {
    node: null,
    commandLine: {},
    bootstrap: null,
    quit: () => told.quit++,
    reopenLog: () => told.reopened++,
  });
  await runtime.start(5000);
  t.teardown(() => runtime.close());
  const set = [cluster({ name: 'c' }), listener({ name: 'in', trafficDirection: 1 }), listener({ name: 'out', trafficDirection: 2 })];
  await runtime.apply({ origin: 'static', set, remove: [] });
  worker.take();
  return { view, worker, clock, told };
}

/** Waits until the worker was asked for so many things, and takes them. */
async function asked(worker: TestWorker, n: number): Promise<string[]> {
  while (worker.doubles.events.length < n) await new Promise(setImmediate);
  return worker.take();
}

t.test('gauges that nobody counts are of the moment in which they are read', async (t) => {
  const { view, clock } = await started(t);
  clock.advance(12_345);
  t.equal(view.stats.value('server.uptime'), 12);
  t.ok((view.stats.value('server.memory_allocated') ?? 0) > 1_000_000);
  t.equal(view.stats.value('server.total_connections'), 0);
});

t.test('what was applied is dumped as it came', async (t) => {
  const { view } = await started(t);
  t.match(view.resources(), [
    { type: RESOURCE_TYPES.cluster, name: 'c', origin: 'static', state: 'active', version: '' },
    { type: RESOURCE_TYPES.listener, name: 'in' },
    { type: RESOURCE_TYPES.listener, name: 'out' },
  ]);
  t.equal(view.versionOf(RESOURCE_TYPES.cluster), '');
});

t.test('a drain at once stops the listeners and keeps the process and its state', async (t) => {
  const { view, worker } = await started(t);
  view.drainListeners({ inboundOnly: true, graceful: false, skipExit: false });
  t.same(await asked(worker, 1), ['drain in stop']);
  t.equal(view.state, 'LIVE');
  t.equal(view.stats.value('listener_manager.listener_stopped'), 1);
});

t.test('a graceful drain goes on accepting for the drain time, once', async (t) => {
  const { view, worker } = await started(t, 1);
  view.drainListeners({ inboundOnly: false, graceful: true, skipExit: false });
  view.drainListeners({ inboundOnly: false, graceful: true, skipExit: false });
  // The timer alone keeps no process alive.
  const stay = setInterval(() => {}, 1000);
  t.same(await asked(worker, 4), ['drain in', 'drain out', 'drain in stop', 'drain out stop']);
  clearInterval(stay);
});

t.test('a failed health check is DRAINING until it is taken back', async (t) => {
  const { view, worker } = await started(t);
  view.setHealthcheckFailed(true);
  t.equal(view.state, 'DRAINING');
  t.equal(view.stats.value('server.state'), 1);
  t.equal(worker.doubles.contexts.get('out')?.draining, true);
  view.setHealthcheckFailed(false);
  t.equal(view.state, 'LIVE');
  t.equal(worker.doubles.contexts.get('out')?.draining, false);
});

t.test('levels of components change by name, unknown ones are refused', async (t) => {
  const { view } = await started(t);
  t.equal(view.setLogLevel('nothing', 'debug'), false);
  t.equal(view.setLogLevel('main', 'debug'), true);
  t.same(
    view.logLevels().find(([name]) => name === 'main'),
    ['main', 'debug'],
  );
  view.setLogLevel(null, 'error');
  t.ok(view.logLevels().every(([, level]) => level === 'error'));
});

t.test('quitting and opening logs again are the business of the process', async (t) => {
  const { view, told } = await started(t);
  view.quit();
  view.reopenLogs();
  t.same(told, { quit: 1, reopened: 1 });
});
