/** The same clusters and the same requests to a real Envoy and to Outrigger: answers, log lines and counters must be the same. */
import t from 'tap';
import { envoyMissing } from '../support/child-proxy.ts';
import { startBackend } from './backend.ts';
import { counterDiffers, logDiffers } from './differences.ts';
import { observe } from './observe.ts';
import { UPSTREAMS } from './upstream-corpus.ts';

const missing = envoyMissing();

t.test('Outrigger reaches hosts as Envoy does', { skip: missing ?? false, jobs: 1 }, async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const wiring = { upstream: backend.port, dead: 1 };
  for (const given of UPSTREAMS) {
    t.test(given.name, async (t) => {
      const [envoy, outrigger] = await Promise.all([observe('envoy', given, wiring), observe('outrigger', given, wiring)]);
      for (const { name } of given.exchanges) t.equal(outrigger.answers.get(name), envoy.answers.get(name), name);
      const lines = (accessLog: readonly string[]) => accessLog.filter((line) => !logDiffers(given.name, line));
      t.strictSame(lines(outrigger.accessLog), lines(envoy.accessLog), 'access log');
      // What clients and listeners count is held elsewhere.
      const differing = [...envoy.stats].filter(
        ([name, value]) => name.startsWith('cluster.') && !counterDiffers(given.name, name) && outrigger.stats.get(name) !== value,
      );
      t.strictSame(
        differing.map(([name]) => `${name}: ${outrigger.stats.get(name) ?? 'absent'}`),
        differing.map(([name, value]) => `${name}: ${value}`),
        'counters',
      );
    });
  }
});
