/** Runs one case against one proxy and writes down everything a user could see, with what must differ blanked out. */
import { type ChildProxy, startChild } from '../support/child-proxy.ts';
import { parseResponses, rawRequest, responses } from '../support/raw-client.ts';
import type { Case, Exchange } from './corpus.ts';

export interface Observed {
  /** By exchange name: every answer as text. */
  readonly answers: ReadonlyMap<string, string>;
  readonly accessLog: readonly string[];
  /** Counters and gauges of the traffic. */
  readonly stats: ReadonlyMap<string, string>;
}

export interface Wiring {
  readonly upstream: number;
  readonly dead: number;
}

export async function observe(kind: ChildProxy['kind'], given: Case, wiring: Wiring): Promise<Observed> {
  const text = JSON.stringify(given.bootstrap)
    .replaceAll('"%UPSTREAM%"', String(wiring.upstream))
    .replaceAll('"%DEAD%"', String(wiring.dead));
  const proxy = await startChild(kind, JSON.parse(text) as object);
  const answers = new Map<string, string>();
  let stats: ReadonlyMap<string, string> = new Map();
  let accessLog = '';
  try {
    const port = proxy.ports.get('main') ?? 0;
    for (const exchange of given.exchanges) answers.set(exchange.name, await exchangeWith(port, exchange));
    stats = readStats((await proxy.admin('/stats')).body);
  } finally {
    accessLog = (await proxy.stop()).accessLog;
  }
  return {
    answers,
    accessLog: accessLog
      .split('\n')
      .filter((l) => l !== '')
      .map(blank),
    stats,
  };
}

async function exchangeWith(port: number, exchange: Exchange): Promise<string> {
  const count = exchange.answers ?? 1;
  const method = exchange.method ?? 'GET';
  const done = method === 'HEAD' ? (text: string) => text.includes('\r\n\r\n') : responses(count);
  // 1xx answers come before the one that counts.
  const until = (text: string) => done(text) && parseResponses(text, method).filter((r) => r.status >= 200).length >= count;
  const { text, closed } = await rawRequest(port, exchange.request.replaceAll('%n', '\r\n'), {
    until,
    timeoutMs: 5000,
    ...(exchange.splitAt === undefined ? {} : { splitAt: exchange.splitAt }),
  });
  const found = parseResponses(text, method);
  const shown = found.map((r) => [String(r.status), ...r.headers.map(([n, v]) => `${n}: ${v}`).sort(), '', r.body].join('\n'));
  const consumed = found.length === 0 ? text : '';
  return blank([...shown, consumed, closed ? '[closed]' : ''].filter((s) => s !== '').join('\n---\n'));
}

/** Times, ids and ports differ between two runs of one proxy, too. */
export function blank(text: string): string {
  return (
    text
      .replace(/\[\d{4}-\d\d-\d\dT[\d:.]+Z\]/g, '[TIME]')
      .replace(/date: \w{3}, \d\d \w{3} 20\d\d [\d:]+ GMT/g, 'date: DATE')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
      .replace(/x-envoy-upstream-service-time: \d+/g, 'x-envoy-upstream-service-time: N')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      // BYTES_RECEIVED and BYTES_SENT stay, DURATION and the upstream's share go.
      .replace(/("[^"]*" \d+ \d+) \d+ (\d+|-) "/g, '$1 D U "')
  );
}

/** Counters and gauges of listeners, HTTP and clusters; names carry no port. */
function readStats(body: string): Map<string, string> {
  const stats = new Map<string, string>();
  for (const line of body.split('\n')) {
    const match = /^((?:http|cluster|listener)\.[^:]+): (\d+)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    if (/^http\.admin\.|^listener\.admin\./.test(match[1])) continue;
    stats.set(match[1].replace(/127\.0\.0\.1_\d+/, 'ADDRESS'), match[2]);
  }
  return stats;
}
