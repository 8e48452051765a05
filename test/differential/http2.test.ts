/**
 * The same bootstrap and the same exchanges to a real Envoy and to Outrigger, with HTTP/2 on one side or on both: answers, added fields,
 * access-log lines and counters must be the same. Every difference that stays is listed in `http2-differences.ts`.
 */
import t from 'tap';
import { envoyMissing } from '../support/child-proxy.ts';
import { startService } from '../support/http2.ts';
import { answer, CASES } from './http2-corpus.ts';
import { answerDiffers, counterDiffers } from './http2-differences.ts';
import { observe } from './http2-observe.ts';

const missing = envoyMissing();

t.test('Outrigger speaks HTTP/2 as Envoy does', { skip: missing ?? false, jobs: 1 }, async (t) => {
  for (const given of CASES) {
    t.test(given.name, async (t) => {
      const service = await startService(given.up, answer);
      t.teardown(() => service.close());
      const [envoy, outrigger] = await Promise.all([observe('envoy', given, service.port), observe('outrigger', given, service.port)]);
      for (const { name } of given.exchanges) {
        const reason = answerDiffers(given.name, name);
        if (reason !== undefined) t.not(outrigger.answers.get(name), envoy.answers.get(name), `${name}: differs because ${reason}`);
        else t.equal(outrigger.answers.get(name), envoy.answers.get(name), name);
      }
      t.strictSame(outrigger.accessLog, envoy.accessLog, 'access log');
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
