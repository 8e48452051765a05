/**
 * Metric names and labels of stat names, worked out once for all groups that differ only in a tag value.
 *
 * A thousand clusters have a hundred names each, and finding the tags of a name costs microseconds. So the value of the tag in a
 * group's prefix is replaced by a placeholder, the rules run on `cluster.\u0001.upstream_rq_total` once, and each group puts its
 * own value in.
 */
import type { MergedGroup } from './merged-stats.ts';
import { ADDRESS_PATTERN, extractTags, type TagRule } from './tag-rules.ts';

/** A metric name, and the labels with placeholders (`\u0001` the first value, `\u0002` the second …). */
export interface MetricName {
  /** As Envoy sorts it: without prefix, not sanitised. */
  readonly key: string;
  readonly metric: string;
  /** `envoy_cluster_name="` … `"`, split where values go in: texts[0] values[at[0]] texts[1] … */
  readonly texts: readonly string[];
  readonly at: readonly number[];
}

/** Prefixes whose second part is a tag by the built-in rules, unless some other rule looks at it. */
const HEAD = new RegExp(`^(?:(cluster|http|tcp|vhost)\\.([^.]+)|(listener)\\.(${ADDRESS_PATTERN}|[^.]+))\\.`);
const SPECIAL: ReadonlySet<string> = new Set(['admin', 'policy', 'versions', 'rbac', 'http_local_rate_limit']);

export interface Template {
  readonly text: string;
  /** Escaped for a label. */
  readonly values: readonly string[];
}

/** `alike`: only the built-in rules look at names, so that the place of the tag is known. */
export function templateOf(group: MergedGroup, alike: boolean): Template {
  const head = alike ? HEAD.exec(group.prefix) : null;
  const value = head?.[2] ?? head?.[4];
  if (!head || value === undefined || SPECIAL.has(value)) return { text: group.prefix, values: [] };
  return { text: `${head[1] ?? head[3]}.\u0001.${group.prefix.slice(head[0].length)}`, values: [escapeLabel(value)] };
}

/** The metric of one stat name under a template. */
export function metricName(template: Template, name: string, rules: readonly TagRule[]): MetricName {
  const tagged = extractTags(template.text + name, rules);
  const key = tagged.name;
  const labels = tagged.tags.map((tag) => `${sanitize(tag.name)}="${escapeLabel(tag.value)}"`);
  const texts: string[] = [];
  const at: number[] = [];
  let rest = labels.join(',');
  for (let found = rest.search(PLACEHOLDER); found >= 0; found = rest.search(PLACEHOLDER)) {
    texts.push(rest.slice(0, found));
    at.push(rest.charCodeAt(found) - 1);
    rest = rest.slice(found + 1);
  }
  texts.push(rest);
  return { key, metric: `envoy_${sanitize(key)}`, texts, at };
}

/** The labels of a group, without braces. */
export function labelsOf(name: MetricName, values: readonly string[]): string {
  let text = name.texts[0] as string;
  for (let i = 0; i < name.at.length; i++) text += (values[name.at[i] as number] as string) + name.texts[i + 1];
  return text;
}

const PLACEHOLDER = /[\u0001-\u0008]/;

/** Prometheus: `[a-zA-Z0-9_]`, anything else becomes an underscore. */
function sanitize(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/gu, '_');
}

/** Text exposition format: backslash, newline and double quote. */
function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
}
