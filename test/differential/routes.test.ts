/** The same routes and the same requests to a real Envoy and to Outrigger: answers, access logs and counters must be the same. */
import t from 'tap';
import { envoyMissing } from '../support/child-proxy.ts';
import { startBackend } from './backend.ts';
import { counterDiffers } from './differences.ts';
import { observe } from './observe.ts';
import { ROUTES } from './routes-corpus.ts';

const missing = envoyMissing();

/** When the last client's FIN arrives is chance. */
const CLOSING = /downstream_cx_(?:http1_)?(?:active|destroy|destroy_remote)$/;

t.setTimeout(120_000);

t.test('Outrigger does with requests what Envoy does', { skip: missing ?? false, jobs: 1, timeout: 120_000 }, async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const wiring = { upstream: backend.port, dead: 1 };
  for (const given of ROUTES) {
    t.test(given.name, async (t) => {
      const [envoy, outrigger] = await Promise.all([observe('envoy', given, wiring), observe('outrigger', given, wiring)]);
      for (const { name } of given.exchanges) t.equal(outrigger.answers.get(name), envoy.answers.get(name), name);
      t.strictSame(outrigger.accessLog, envoy.accessLog, 'access log');
      const compared = [...envoy.stats].filter(([name]) => !CLOSING.test(name));
      const differing = compared.filter(([name, value]) => !counterDiffers(given.name, name) && outrigger.stats.get(name) !== value);
      t.strictSame(
        differing.map(([name]) => `${name}: ${outrigger.stats.get(name) ?? 'absent'}`),
        differing.map(([name, value]) => `${name}: ${value}`),
        'counters',
      );
    });
  }
});
