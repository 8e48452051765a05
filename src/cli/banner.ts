/** What a person sees when the proxy is ready. */
import type { Message } from '../api/index.ts';
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
}

export function banner(facts: BannerFacts): string {
  const summaries = summarize(facts.bootstrap);
  const rows: (readonly [label: string, where: string, leadsTo: string])[] = [];
  let example: string | null = null;
  for (const { name, addresses, direction } of facts.listeners) {
    const summary = summaries.find((each) => each.name === name);
    for (const address of addresses) {
      const url = `${summary?.scheme ?? 'tcp'}://${reachable(address)}`;
      rows.push([label(name, direction), url, leadsTo(summary, facts.clusters)]);
      if (summary?.scheme === 'http' && (example === null || direction === 'outbound')) {
        example ??= curl(url, summary.host);
        if (direction === 'outbound') example = curl(url, summary.host);
      }
    }
  }
  if (facts.admin !== null) rows.push(['admin', `http://${reachable(facts.admin)}`, '']);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column as 0 | 1].length)));
  const table = rows.map(([name, where, target]) =>
    `  ${name.padEnd(widths[0] ?? 0)}  ${where.padEnd(widths[1] ?? 0)}${target === '' ? '' : `  -> ${target}`}`.trimEnd(),
  );
  const workers = facts.workers === 1 ? '1 worker' : `${facts.workers} workers`;
  return [
    `${NAME} ${VERSION} (Node ${facts.nodeVersion}, ${workers})`,
    ...table,
    `  ready in ${Math.round(facts.readyMs)} ms; Ctrl-C drains and ends`,
    ...(example === null ? [] : ['', `  try it:  ${example}`]),
    '',
  ].join('\n');
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

function curl(url: string, host: string): string {
  return host === '' ? `curl ${url}/` : `curl -H 'host: ${host}' ${url}/`;
}
