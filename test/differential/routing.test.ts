/** The same matchers and the same requests to a real Envoy and to Outrigger: answers, and what reached the backend, must be the same. */
import t from 'tap';
import { envoyMissing } from '../support/child-proxy.ts';
import { startBackend } from './backend.ts';
import { observe } from './observe.ts';
import { MATCHES } from './routing-corpus.ts';

const missing = envoyMissing();

t.test('Outrigger chooses the route that Envoy chooses', { skip: missing ?? false, jobs: 1 }, async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const wiring = { upstream: backend.port, dead: 1 };
  for (const given of MATCHES) {
    t.test(given.name, async (t) => {
      const [envoy, outrigger] = await Promise.all([observe('envoy', given, wiring), observe('outrigger', given, wiring)]);
      for (const { name } of given.exchanges) t.equal(outrigger.answers.get(name), envoy.answers.get(name), name);
      t.strictSame(outrigger.accessLog, envoy.accessLog, 'access log');
    });
  }
});
