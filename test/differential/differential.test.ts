/**
 * The same bootstrap and the same bytes to a real Envoy and to Outrigger: answers, added headers, access-log lines and
 * counters must be the same. Every difference that stays is listed in `differences.ts` with its reason (and in the README).
 */
import t from 'tap';
import { envoyMissing } from '../support/child-proxy.ts';
import { startBackend } from './backend.ts';
import { CASES } from './corpus.ts';
import { answerDiffers, counterDiffers, logDiffers } from './differences.ts';
import { type Observed, observe, type Wiring } from './observe.ts';

const missing = envoyMissing();

t.test('Outrigger answers as Envoy does', { skip: missing ?? false, jobs: 1 }, async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const wiring: Wiring = { upstream: backend.port, dead: 1 };
  for (const given of CASES) {
    t.test(given.name, async (t) => {
      const envoy = await observe('envoy', given, wiring);
      const outrigger = await observe('outrigger', given, wiring);
      for (const { name } of given.exchanges) {
        const reason = answerDiffers(given.name, name);
        if (reason !== undefined) t.not(outrigger.answers.get(name), envoy.answers.get(name), `${name}: differs because ${reason}`);
        else t.equal(outrigger.answers.get(name), envoy.answers.get(name), name);
      }
      t.strictSame(logLines(given.name, outrigger), logLines(given.name, envoy), 'access log');
      const differing = [...envoy.stats].filter(
        ([name, value]) => !counterDiffers(given.name, name) && outrigger.stats.get(name) !== value,
      );
      t.strictSame(
        differing.map(([name]) => `${name}: ${outrigger.stats.get(name) ?? 'absent'}`),
        differing.map(([name, value]) => `${name}: ${value}`),
        'counters',
      );
    });
  }
});

function logLines(name: string, observed: Observed): string[] {
  return observed.accessLog.filter((line) => !logDiffers(name, line));
}
