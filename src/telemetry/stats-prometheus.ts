/**
 * `/stats/prometheus`: Envoy's exposition, byte for byte. Counters, gauges, histograms; within each, metrics in the order of
 * their stat names without tags, and the lines of a metric in the order of the full names.
 */
import { isUsed } from './description.ts';
import type { BinCounts } from './histogram-bins.ts';
import { cumulativeBuckets, disjointBuckets, QUANTILES, quantiles, sampleCount, sampleSum } from './histogram-summary.ts';
import type { MergedGroup, MergedStats, SpecNames } from './merged-stats.ts';
import { formatG, integerText } from './number-text.ts';
import { labelsOf, type MetricName, metricName, type Template, templateOf } from './prometheus-names.ts';
import { boundsOf } from './stats-rules.ts';
import type { StatsSelection } from './stats-selection.ts';

export interface PrometheusForm extends StatsSelection {
  readonly kind: 'counter' | 'gauge' | 'histogram' | null;
  readonly histograms: 'cumulative' | 'disjoint' | 'summary';
}

/** Groups with equal names but for the values of their tags. */
interface Family {
  readonly spec: SpecNames;
  readonly template: Template;
  /** By slot: counters, then gauges. */
  readonly values: readonly MetricName[];
  readonly histograms: readonly MetricName[];
  /** Counters that were named while serving. */
  readonly dynamics: Map<string, MetricName>;
  readonly members: Member[];
}

interface Member {
  readonly group: MergedGroup;
  readonly values: readonly string[];
}

/** What a metric is made of: a slot of every member of a family, or single dynamic counters. */
type Series =
  | { readonly family: Family; readonly slot: number; readonly name: MetricName }
  | { readonly member: Member; readonly stat: string; readonly value: number; readonly name: MetricName };

interface Row {
  readonly member: Member;
  readonly stat: string;
  readonly name: MetricName;
  readonly slot: number;
  readonly value: number;
}

/** Keeps what it worked out about names as long as the groups stay the same. */
export class PrometheusWriter {
  readonly #stats: MergedStats;
  #groups: readonly MergedGroup[] = [];
  #families = new Map<string, Family>();

  constructor(stats: MergedStats) {
    this.#stats = stats;
  }

  *write(form: PrometheusForm): Generator<string> {
    yield* this.#refresh();
    if (form.kind === null || form.kind === 'counter') yield* this.#section('counter', this.#counters(), form, valueText);
    if (form.kind === null || form.kind === 'gauge') yield* this.#section('gauge', this.#slots('gauge'), form, valueText);
    if (form.kind === null || form.kind === 'histogram') {
      const summary = form.histograms === 'summary';
      const buckets = form.histograms === 'disjoint' ? disjointBuckets : cumulativeBuckets;
      const write = (row: Row): string => {
        if (summary) return summaryText(row);
        const bounds = boundsOf(this.#stats.rules, row.stat);
        return histogramText(row, bounds, buckets(row.member.group.histogram(row.slot), bounds));
      };
      yield* this.#section(summary ? 'summary' : 'histogram', this.#slots('histogram'), form, write);
    }
  }

  *#section(type: string, metrics: Map<string, Series[]>, form: PrometheusForm, write: (row: Row) => string): Generator<string> {
    const histogram = type === 'histogram' || type === 'summary';
    for (const key of [...metrics.keys()].sort()) {
      const series = metrics.get(key) as Series[];
      const rows = series.flatMap((one) => rowsOf(one, histogram)).filter((row) => selected(row, form, histogram));
      if (rows.length === 0) continue;
      const lines = series.length > 1 ? merge(rows.sort(byStat)) : rows;
      yield `# TYPE ${series[0]?.name.metric} ${type}\n`;
      let text = '';
      for (const row of lines) text += write(row);
      yield text;
    }
  }

  #counters(): Map<string, Series[]> {
    const metrics = this.#slots('counter');
    for (const family of this.#families.values()) {
      for (const member of family.members) {
        for (const [stat, value] of member.group.dynamics()) {
          let name = family.dynamics.get(stat);
          if (name === undefined) {
            name = metricName(family.template, stat, this.#stats.rules.tags);
            family.dynamics.set(stat, name);
          }
          append(metrics, name.key, { member, stat: member.group.prefix + stat, value, name });
        }
      }
    }
    return metrics;
  }

  #slots(kind: 'counter' | 'gauge' | 'histogram'): Map<string, Series[]> {
    const metrics = new Map<string, Series[]>();
    for (const family of this.#families.values()) {
      const counters = family.spec.counters.length;
      const names = kind === 'histogram' ? family.histograms : family.values;
      const from = kind === 'gauge' ? counters : 0;
      const to = kind === 'counter' ? counters : names.length;
      for (let slot = from; slot < to; slot++) {
        const name = names[slot] as MetricName;
        append(metrics, name.key, { family, slot, name });
      }
    }
    return metrics;
  }

  /** Gives way after each family that is new: patterns of `stats_tags` take microseconds for each name. */
  *#refresh(): Generator<string> {
    const groups = this.#stats.groups();
    if (groups === this.#groups) return;
    const families = new Map<string, Family>();
    for (const group of groups) {
      const template = templateOf(group, this.#stats.rules.alike);
      const key = `${group.spec.id} ${template.text}`;
      let family = families.get(key);
      if (family === undefined) {
        const known = this.#families.get(key);
        if (known === undefined) yield '';
        family = known === undefined ? this.#family(group.spec, template) : { ...known, members: [] };
        families.set(key, family);
      }
      family.members.push({ group, values: template.values });
    }
    this.#families = families;
    this.#groups = groups;
  }

  #family(spec: SpecNames, template: Template): Family {
    const named = (name: string): MetricName => metricName(template, name, this.#stats.rules.tags);
    const values = [...spec.counters, ...spec.gauges].map(named);
    return { spec, template, values, histograms: spec.histograms.map(named), dynamics: new Map(), members: [] };
  }
}

function append(metrics: Map<string, Series[]>, key: string, series: Series): void {
  const all = metrics.get(key);
  if (all === undefined) metrics.set(key, [series]);
  else all.push(series);
}

function rowsOf(series: Series, histogram: boolean): Row[] {
  const { name } = series;
  if ('member' in series) return [{ member: series.member, stat: series.stat, name, slot: -1, value: series.value }];
  const { family, slot } = series;
  const { counters, gauges, histograms } = family.spec;
  const stat = histogram ? histograms[slot] : slot < counters.length ? counters[slot] : gauges[slot - counters.length];
  const rows: Row[] = [];
  for (const member of family.members) {
    if (histogram ? member.group.hidesHistogram(slot) : member.group.hides(slot)) continue;
    rows.push({ member, stat: member.group.prefix + stat, name, slot, value: histogram ? 0 : member.group.value(slot) });
  }
  return rows;
}

function selected(row: Row, { usedOnly, matches }: StatsSelection, histogram: boolean): boolean {
  if (matches !== null && !matches(row.stat)) return false;
  if (!usedOnly) return true;
  return histogram ? row.member.group.histogram(row.slot).bins.length > 0 : isUsed(row.value);
}

function byStat(a: Row, b: Row): number {
  return a.stat < b.stat ? -1 : a.stat > b.stat ? 1 : 0;
}

/** Two groups may count under one name. */
function merge(sorted: readonly Row[]): Row[] {
  const merged: Row[] = [];
  for (const row of sorted) {
    const last = merged.at(-1);
    if (last?.stat === row.stat) merged[merged.length - 1] = { ...last, value: last.value + row.value };
    else merged.push(row);
  }
  return merged;
}

function valueText(row: Row): string {
  return `${row.name.metric}{${labelsOf(row.name, row.member.values)}} ${integerText(row.value)}\n`;
}

function histogramText(row: Row, bounds: readonly number[], buckets: readonly number[]): string {
  const { metric } = row.name;
  const labels = labelsOf(row.name, row.member.values);
  const before = labels === '' ? '' : `${labels},`;
  const counts = row.member.group.histogram(row.slot);
  let text = '';
  for (let i = 0; i < bounds.length; i++) text += `${metric}_bucket{${before}le="${formatG(bounds[i] as number, 32)}"} ${buckets[i]}\n`;
  const total = sampleCount(counts);
  return `${text}${metric}_bucket{${before}le="+Inf"} ${total}\n${sumAndCount(metric, labels, counts)}`;
}

function summaryText(row: Row): string {
  const { metric } = row.name;
  const labels = labelsOf(row.name, row.member.values);
  const before = labels === '' ? '' : `${labels},`;
  const counts = row.member.group.interval(row.slot);
  const values = quantiles(counts);
  let text = '';
  for (let i = 0; i < QUANTILES.length; i++) text += `${metric}{${before}quantile="${QUANTILES[i]}"} ${formatG(values[i] as number, 32)}\n`;
  return text + sumAndCount(metric, labels, counts);
}

function sumAndCount(metric: string, labels: string, counts: BinCounts): string {
  return `${metric}_sum{${labels}} ${formatG(sampleSum(counts), 32)}\n${metric}_count{${labels}} ${sampleCount(counts)}\n`;
}
