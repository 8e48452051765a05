/** Runs one case of HTTP/2 against one proxy, every exchange on a client connection of its own. */
import { type ChildProxy, startChild } from '../support/child-proxy.ts';
import { type Exchange, exchange, type Version } from '../support/http2.ts';
import { eventually, statValue } from '../support/process-facts.ts';
import type { Case } from './http2-corpus.ts';
import { blank, type Observed } from './observe.ts';

export async function observe(kind: ChildProxy['kind'], given: Case, upstream: number): Promise<Observed> {
  const text = JSON.stringify(given.bootstrap).replaceAll('"%UPSTREAM%"', String(upstream));
  const proxy = await startChild(kind, JSON.parse(text) as object);
  const answers = new Map<string, string>();
  let stats: ReadonlyMap<string, string> = new Map();
  let accessLog = '';
  try {
    const port = proxy.ports.get('main') ?? 0;
    for (const each of given.exchanges) answers.set(each.name, await answerTo(given.down, port, each));
    // The last connection may be on its way out.
    await eventually(async () => statValue((await proxy.admin('/stats')).body, 'http.ingress.downstream_cx_active') === 0, 2000);
    stats = readStats((await proxy.admin('/stats')).body);
  } finally {
    accessLog = (await proxy.stop()).accessLog;
  }
  const lines = accessLog.split('\n').filter((line) => line !== '');
  return { answers, accessLog: lines.map(blank), stats };
}

async function answerTo(version: Version, port: number, given: Exchange): Promise<string> {
  try {
    const { status, headers, body, trailers, informational } = await exchange(version, port, {
      ...given,
      headers: { ...(version === 'h1' ? { host: 'example.com' } : { ':authority': 'example.com' }), ...given.headers },
    });
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const tail = Object.entries(trailers).map(([name, value]) => `trailer ${name}: ${value}`);
    return blank([...informational, status, ...fields.sort(), '', body.toString('latin1'), ...tail].join('\n'));
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Counters and gauges of the traffic, by name without ports. */
function readStats(body: string): Map<string, string> {
  const stats = new Map<string, string>();
  for (const line of body.split('\n')) {
    const match = /^((?:http2?|cluster|listener)\.[^:]+): (\d+)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined || /^(?:http|listener)\.admin\./.test(match[1])) continue;
    stats.set(match[1].replace(/127\.0\.0\.1_\d+/, 'ADDRESS'), match[2]);
  }
  return stats;
}
