/** What a connection manager does to requests and answers of HTTP/1.1, asked of a real Envoy and of Outrigger: answers, and what reached the backend, must be the same. */
import t from 'tap';
import { envoyMissing } from '../support/child-proxy.ts';
import { startBackend } from './backend.ts';
import { MANAGER_CASES } from './manager-corpus.ts';
import { type Observed, observeTogether } from './observe.ts';

const missing = envoyMissing();

/** What differs on purpose, by the name of the exchange; each stands in the README. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ['HTTP/1.0/chunked', 'chunked bodies of HTTP/1.0 are refused (RFC 9112 §6.1)'],
  ['headers that a stranger may not set/connection: host', 'nominated pseudo headers are refused, Envoy takes Host away and misses it'],
]);

/** Fields that a response names in `connection` end here (RFC 9110 §7.6.1). */
const withoutHop = (text: string | undefined): string => (text ?? '').replace(/^x-hop: 1\n/im, '');

const portless = (text: string): string => text.replace(/x-forwarded-port: (?!99)\d+/, 'x-forwarded-port: PORT');

t.test('Outrigger treats requests and answers as Envoy does', { skip: missing ?? false, jobs: 1 }, async (t) => {
  const backend = await startBackend();
  t.teardown(() => backend.close());
  const wiring = { upstream: backend.port, dead: 1 };
  const cases = MANAGER_CASES;
  const [theirAnswers, ourAnswers] = await Promise.all([
    observeTogether('envoy', cases, wiring),
    observeTogether('outrigger', cases, wiring),
  ]);
  for (const given of cases) {
    t.test(given.name, (t) => {
      const envoy = theirAnswers.get(given.name) as Observed;
      const outrigger = ourAnswers.get(given.name) as Observed;
      const logs = { envoy: [...envoy.accessLog], outrigger: [...outrigger.accessLog] };
      given.exchanges.forEach(({ name }) => {
        const ours = portless(withoutHop(outrigger.answers.get(name)));
        const theirs = portless(withoutHop(envoy.answers.get(name)));
        const reason = DIFFERENT.get(`${given.name}/${name}`);
        if (reason === undefined) t.equal(ours, theirs, name);
        else t.not(ours, theirs, `${name}: differs because ${reason}`);
      });
      const different = given.exchanges.map(({ name }) => DIFFERENT.has(`${given.name}/${name}`));
      const kept = (lines: readonly string[]): string[] => lines.filter((_, i) => different[i] !== true);
      t.strictSame(kept(logs.outrigger), kept(logs.envoy), 'access log');
      t.end();
    });
  }
});
