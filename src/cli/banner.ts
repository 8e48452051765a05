/** What a person sees when the proxy is ready. */
import type { Message } from '../api/index.ts';
import { type Paint, PLAIN } from '../base/paint.ts';
import { NAME, VERSION } from '../base/version.ts';
import type { ClusterStatus, ListenerStatus } from '../upstream/instances.ts';
import { type Destination, type ListenerSummary, summarize } from './destinations.ts';

export interface BannerFacts {
  readonly bootstrap: Message<'envoy.config.bootstrap.v3.Bootstrap'>;
  readonly listeners: readonly ListenerStatus[];
  readonly clusters: readonly ClusterStatus[];
  /** `127.0.0.1:15000`, null without admin. */
  readonly admin: string | null;
  readonly workers: number;
  readonly nodeVersion: string;
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyMs: number;
  /** The program that is run beside, '' without one. */
  readonly runs?: string;
  /** The file that is watched, '' for none. */
  readonly watches?: string;
  /** Plain unless given. */
  readonly paint?: Paint;
}

export function banner(facts: BannerFacts): string {
  const { paint = PLAIN } = facts;
  const summaries = summarize(facts.bootstrap);
  const rows: (readonly [label: string, url: string, leadsTo: string])[] = [];
  const tries: Try[] = [];
  for (const { name, addresses, direction } of facts.listeners) {
    const summary = summaries.find((each) => each.name === name);
    for (const address of addresses) {
      const url = `${summary?.scheme ?? 'tcp'}://${reachable(address)}`;
      rows.push([label(name, direction), url, leadsTo(summary, facts.clusters)]);
      if (summary?.scheme === 'http') tries.push({ url, summary });
    }
  }
  if (facts.admin !== null) rows.push(['admin', `http://${reachable(facts.admin)}`, '']);
  // What an application of this sidecar would call.
  const best = tries.find(({ summary }) => summary.direction === 'outbound') ?? tries[0];
  return [
    `${paint.strong(`${NAME} ${VERSION}`)} (Node ${facts.nodeVersion}, ${facts.workers === 1 ? '1 worker' : `${facts.workers} workers`})`,
    ...table(rows, paint),
    `  ready in ${Math.round(facts.readyMs)} ms; ${facts.watches ? `watches ${facts.watches}; ` : ''}${facts.runs ? `runs ${facts.runs}` : 'Ctrl-C drains and ends'}`,
    ...(facts.runs || best === undefined ? [] : ['', ...invitation(best, paint)]),
    '',
    '',
  ].join('\n');
}

interface Try {
  readonly url: string;
  readonly summary: ListenerSummary;
}

function table(rows: readonly (readonly [string, string, string])[], paint: Paint): string[] {
  const first = Math.max(0, ...rows.map(([text]) => text.length));
  const second = Math.max(0, ...rows.map(([, text]) => text.length));
  return rows.map(([name, url, target]) => {
    const arrow = target === '' ? '' : `  -> ${target}`;
    return `  ${name.padEnd(first)}  ${paint.link(url)}${' '.repeat(second - url.length)}${arrow}`.trimEnd();
  });
}

/** Several requests show what a weighted choice does; curl counts them up itself. */
function invitation({ url, summary }: Try, paint: Paint): string[] {
  const host = summary.host === '' ? '' : `-H 'host: ${summary.host}' `;
  const once = `curl ${host}${url}/`;
  if (!summary.leadsTo.some(({ percent }) => percent !== null)) return [`  try it:  ${paint.good(once)}`];
  return [`  try it:         ${paint.good(once)}`, `  several times:  ${paint.good(`curl -s ${host}'${url}/[1-20]'`)}`];
}

/** A name that says the direction already is not followed by it. */
function label(name: string, direction: ListenerStatus['direction']): string {
  return direction === 'unspecified' || name.includes(direction) ? name : `${name} (${direction})`;
}

function leadsTo(summary: ListenerSummary | undefined, clusters: readonly ClusterStatus[]): string {
  return (summary?.leadsTo ?? []).map((destination) => describe(destination, clusters)).join(', ');
}

function describe({ cluster, percent }: Destination, clusters: readonly ClusterStatus[]): string {
  const hosts = clusters.find(({ name }) => name === cluster)?.hosts ?? [];
  const [first] = hosts;
  const where = first === undefined ? 'no host' : hosts.length === 1 ? first.address : `${hosts.length} hosts`;
  return `${cluster}${percent === null ? '' : ` ${percent} %`} (${where})`;
}

/** An address that a client on this machine can use: the wildcard is no destination. */
function reachable(address: string): string {
  return address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:');
}
