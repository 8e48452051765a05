/** Runs one case against one proxy and writes down everything a user could see, with what must differ blanked out. */
import { type ChildProxy, startChild } from '../support/child-proxy.ts';
import { eventually, statValue } from '../support/process-facts.ts';
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
    // The last connection may be on its way out.
    await eventually(async () => statValue((await proxy.admin('/stats')).body, 'http.ingress.downstream_cx_active') === 0, 2000);
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

/** What came back, as text. */
export async function exchangeWith(port: number, exchange: Exchange): Promise<string> {
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
  if (exchange.spelled === true) return blank(spelled(text));
  const shown = found.map((r) => [String(r.status), ...r.headers.map(([n, v]) => `${n}: ${v}`).sort(), '', r.body].join('\n'));
  const consumed = found.length === 0 ? text : '';
  return blank([...shown, consumed, closed ? '[closed]' : ''].filter((s) => s !== '').join('\n---\n'));
}

/** The first head as it came, its lines sorted, and what follows it. */
function spelled(text: string): string {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  return [line, ...fields.sort(), '', rest.join('\n\n')].join('\n');
}

/** Times, ids and ports differ between two runs of one proxy, too. */
export function blank(text: string): string {
  return (
    text
      .replace(/\[\d{4}-\d\d-\d\dT[\d:.]+Z\]/g, '[TIME]')
      .replace(/(date): \w{3}, \d\d \w{3} 20\d\d [\d:]+ GMT/gi, '$1: DATE')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
      .replace(/(x-envoy-upstream-service-time): \d+/gi, '$1: N')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      // BYTES_RECEIVED and BYTES_SENT stay, DURATION and the upstream's share go.
      .replace(/("[^"]*" \d+ \d+) \d+ (\d+|-) "/g, '$1 D U "')
  );
}

/** All cases in one proxy, each with a listener and clusters of its own: answers and log lines by name of the case. */
export async function observeTogether(
  kind: ChildProxy['kind'],
  cases: readonly Case[],
  wiring: Wiring,
): Promise<ReadonlyMap<string, Observed>> {
  const listeners: object[] = [];
  const clusters: object[] = [];
  let others: object = {};
  cases.forEach(({ bootstrap }, i) => {
    const text = JSON.stringify(bootstrap)
      .replaceAll('"%UPSTREAM%"', String(wiring.upstream))
      .replaceAll('"%DEAD%"', String(wiring.dead))
      .replaceAll('"text_format_source":{"inline_string":"', `"text_format_source":{"inline_string":"#${i} `)
      .replaceAll('"name":"main"', `"name":"main-${i}"`)
      .replaceAll(/"(cluster|cluster_name)":"(\w+)"/g, `"$1":"$2-${i}"`)
      .replaceAll(/"name":"(\w+)","connect_timeout"/g, `"name":"$1-${i}","connect_timeout"`);
    const { static_resources, ...rest } = JSON.parse(text) as { static_resources: { listeners: object[]; clusters: object[] } };
    listeners.push(...static_resources.listeners);
    clusters.push(...static_resources.clusters);
    others = { ...others, ...rest };
  });
  const proxy = await startChild(kind, { ...others, static_resources: { listeners, clusters } });
  const answers: Map<string, string>[] = cases.map(() => new Map());
  let lines: string[] = [];
  try {
    for (const [i, { exchanges }] of cases.entries()) {
      const port = proxy.ports.get(`main-${i}`) ?? 0;
      for (const exchange of exchanges) answers[i]?.set(exchange.name, await exchangeWith(port, exchange));
    }
  } finally {
    lines = (await proxy.stop()).accessLog.split('\n');
  }
  const stats = new Map<string, string>();
  return new Map(
    cases.map(({ name }, i) => {
      const accessLog = lines.filter((line) => line.startsWith(`#${i} `)).map((line) => blank(line.slice(line.indexOf(' ') + 1)));
      return [name, { answers: answers[i] ?? new Map(), accessLog, stats }];
    }),
  );
}

/** Counters and gauges of listeners, HTTP and clusters; names carry no port. */
function readStats(body: string): Map<string, string> {
  const stats = new Map<string, string>();
  for (const line of body.split('\n')) {
    const match = /^((?:http|cluster|listener|vhost)\.[^:]+): (\d+)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    if (/^http\.admin\.|^listener\.admin\./.test(match[1])) continue;
    stats.set(match[1].replace(/127\.0\.0\.1_\d+/, 'ADDRESS'), match[2]);
  }
  return stats;
}
