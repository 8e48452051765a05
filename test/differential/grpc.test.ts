/**
 * Retries, timeouts and gRPC, the same to a real Envoy and to Outrigger: answers, access-log lines and counters must be the same. Every
 * difference that stays is listed here with its reason.
 */
import t from 'tap';
import { envoyMissing } from '../support/child-proxy.ts';
import { startService } from '../support/http2.ts';
import { answer, CASES } from './grpc-corpus.ts';
import { counterDiffers } from './http2-differences.ts';
import { observe } from './http2-observe.ts';

/** `case/exchange` → reason. */
const ANSWERS: ReadonlyMap<string, string> = new Map([]);

/** [case, counters]: an HTTP/1.1 body and its end are one event here and two in Envoy, which refuses the body before it has seen the end. */
const COUNTERS: readonly (readonly [string, RegExp])[] = [['grpc_web, h1 → h2', /downstream_rq_(?:response_before_rq_complete|rx_reset)$/]];

function differs(name: string, counter: string): boolean {
  return counterDiffers(name, counter) || COUNTERS.some(([of, which]) => of === name && which.test(counter));
}

const missing = envoyMissing();

t.test('Outrigger retries, times and translates gRPC as Envoy does', { skip: missing ?? false, jobs: 1 }, async (t) => {
  for (const given of CASES) {
    t.test(given.name, async (t) => {
      const service = await startService(given.up, answer);
      t.teardown(() => service.close());
      const [envoy, outrigger] = await Promise.all([observe('envoy', given, service.port), observe('outrigger', given, service.port)]);
      for (const { name } of given.exchanges) {
        const reason = ANSWERS.get(`${given.name}/${name}`);
        if (reason !== undefined) t.not(outrigger.answers.get(name), envoy.answers.get(name), `${name}: differs because ${reason}`);
        else t.equal(outrigger.answers.get(name), envoy.answers.get(name), name);
      }
      t.strictSame(outrigger.accessLog, envoy.accessLog, 'access log');
      const differing = [...envoy.stats].filter(([name, value]) => !differs(given.name, name) && outrigger.stats.get(name) !== value);
      t.strictSame(
        differing.map(([name]) => `${name}: ${outrigger.stats.get(name) ?? 'absent'}`),
        differing.map(([name, value]) => `${name}: ${value}`),
        'counters',
      );
    });
  }
});
