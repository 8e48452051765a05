/** Tables of random routes and random requests to a real Envoy and to Outrigger: the same route must be taken, or none by both. */
import t from 'tap';
import { type ChildProxy, envoyMissing, startChild } from '../support/child-proxy.ts';
import { parseResponses, rawRequest, responses } from '../support/raw-client.ts';
import { bootstrap } from './corpus.ts';
import { die, randomRequest, randomTable } from './random-routes.ts';

const TABLES = 6;
const REQUESTS = 400;
/** Requests under way, each on a connection of its own. */
const AT_ONCE = 20;

const NO_ANSWER = { status: 0, body: '', headers: [] as readonly (readonly [string, string])[] };

const missing = envoyMissing();

t.setTimeout(120_000);

async function answers(kind: ChildProxy['kind'], config: object, requests: readonly string[]): Promise<string[]> {
  const proxy = await startChild(kind, config);
  const found: string[] = [];
  try {
    const port = proxy.ports.get('main') ?? 0;
    for (let i = 0; i < requests.length; i += AT_ONCE) {
      const some = requests.slice(i, i + AT_ONCE).map((request) => rawRequest(port, request, { until: responses(1), timeoutMs: 10_000 }));
      for (const { text } of await Promise.all(some)) {
        const [{ status, body, headers } = NO_ANSWER] = parseResponses(text, 'GET');
        // A gRPC request is answered with a status of its own; the message holds the body.
        const message = headers.find(([name]) => name === 'grpc-message')?.[1] ?? '';
        found.push(`${status} ${body}${message}`);
      }
    }
  } finally {
    await proxy.stop();
  }
  return found;
}

t.test(
  'Outrigger takes the route that Envoy takes, whatever the table',
  { skip: missing ?? false, jobs: 1, timeout: 120_000 },
  async (t) => {
    for (let seed = 1; seed <= TABLES; seed++) {
      t.test(`table ${seed}`, async (t) => {
        const roll = die(seed);
        const table = randomTable(roll, 4, 10 + roll(40));
        const requests = Array.from({ length: REQUESTS }, () => randomRequest(roll));
        const config = bootstrap({ route_config: table }, []);
        const [envoy, outrigger] = await Promise.all([answers('envoy', config, requests), answers('outrigger', config, requests)]);
        t.notOk(envoy.includes('0 '), 'every request is answered');
        t.ok(new Set(envoy).size > 10, 'many routes are taken');
        const differing = requests.flatMap((request, i) =>
          envoy[i] === outrigger[i] ? [] : [`${request}: ${envoy[i]}, not ${outrigger[i]}`],
        );
        t.strictSame(differing, []);
        if (differing.length > 0) t.comment(JSON.stringify(table));
      });
    }
  },
);
