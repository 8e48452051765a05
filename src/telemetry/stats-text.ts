/** `/stats` as text and as JSON, in Envoy's forms. Generators: the admin writes a piece at a time and lets traffic run in between. */
import type { BinCounts } from './histogram-bins.ts';
import { binLeft, binWidth, cumulativeBuckets, disjointBuckets, QUANTILES, quantiles } from './histogram-summary.ts';
import type { MergedStats } from './merged-stats.ts';
import { formatChars, formatG, formatShortest, integerText } from './number-text.ts';
import { type NamedHistogram, type StatKind, type StatsSelection, walkHistograms, walkValues } from './stats-selection.ts';

/** How `/stats` tells a histogram (`histogram_buckets=`). */
export type HistogramForm = 'summary' | 'cumulative' | 'disjoint' | 'detailed';

export interface StatsForm extends StatsSelection {
  /** Null: all. */
  readonly kind: StatKind | 'histogram' | null;
  readonly histograms: HistogramForm;
}

/** `name: value` lines, then histograms. */
export function* statsText(stats: MergedStats, form: StatsForm): Generator<string> {
  if (form.kind !== 'histogram') {
    for (const values of walkValues(stats, form, form.kind)) {
      let text = '';
      for (const { name, value } of values) text += `${name}: ${integerText(value)}\n`;
      yield text;
    }
  }
  if (form.kind !== null && form.kind !== 'histogram') return;
  for (const histogram of walkHistograms(stats, form)) yield histogramText(histogram, form.histograms);
}

function histogramText({ name, bounds, cumulative, interval }: NamedHistogram, form: HistogramForm): string {
  if (cumulative.bins.length === 0) return `${name}: No recorded values\n`;
  if (form === 'summary') return `${name}: ${summary(interval, cumulative)}\n`;
  if (form === 'detailed') {
    return `${name}:\n  totals=${binsText(cumulative)}\n  intervals=${binsText(interval)}\n  summary=${summary(interval, cumulative)}\n`;
  }
  const buckets = form === 'cumulative' ? cumulativeBuckets : disjointBuckets;
  const now = buckets(interval, bounds);
  const all = buckets(cumulative, bounds);
  return `${name}: ${bounds.map((bound, i) => `B${formatG(bound, 6)}(${now[i]},${all[i]})`).join(' ')}\n`;
}

function summary(interval: BinCounts, cumulative: BinCounts): string {
  const now = quantiles(interval);
  const all = quantiles(cumulative);
  return QUANTILES.map((q, i) => `P${formatG(100 * q, 6)}(${formatShortest(now[i] as number)},${formatShortest(all[i] as number)})`).join(
    ' ',
  );
}

function binsText(counts: BinCounts): string {
  return counts.bins.map((bin, i) => `${formatG(binLeft(bin), 15)},${formatG(binWidth(bin), 15)}:${counts.counts[i]}`).join(', ');
}

/** `{"stats":[…]}`; the histograms are the last element. */
export function* statsJson(stats: MergedStats, form: StatsForm): Generator<string> {
  yield '{"stats":[';
  let separator = '';
  if (form.kind !== 'histogram') {
    for (const values of walkValues(stats, form, form.kind)) {
      let text = '';
      for (const { name, value } of values) {
        text += `${separator}{"name":${JSON.stringify(name)},"value":${integerText(value)}}`;
        separator = ',';
      }
      yield text;
    }
  }
  if (form.kind === null || form.kind === 'histogram') yield* histogramsJson(walkHistograms(stats, form), form.histograms, separator);
  yield ']}';
}

function* histogramsJson(histograms: Iterable<NamedHistogram>, form: HistogramForm, separator: string): Generator<string> {
  const open = `${separator}{"histograms":${JSON_OPEN[form]}`;
  let before = open;
  for (const histogram of histograms) {
    yield before + histogramJson(histogram, form);
    before = ',';
  }
  if (before !== open) yield form === 'summary' || form === 'detailed' ? ']}}' : ']}';
}

const PERCENTILES = `[${QUANTILES.map((q) => formatG(100 * q, 6)).join(',')}]`;

const JSON_OPEN: Readonly<Record<HistogramForm, string>> = {
  summary: `{"supported_quantiles":${PERCENTILES},"computed_quantiles":[`,
  detailed: `{"supported_percentiles":${PERCENTILES},"details":[`,
  cumulative: '[',
  disjoint: '[',
};

function histogramJson({ name, bounds, cumulative, interval }: NamedHistogram, form: HistogramForm): string {
  const head = `{"name":${JSON.stringify(name)}`;
  if (form === 'summary') return `${head},"values":${quantilesJson(interval, cumulative)}}`;
  if (form === 'detailed') {
    return `${head},"totals":${binsJson(cumulative)},"intervals":${binsJson(interval)},"percentiles":${quantilesJson(interval, cumulative)}}`;
  }
  const buckets = form === 'cumulative' ? cumulativeBuckets : disjointBuckets;
  const now = buckets(interval, bounds);
  const all = buckets(cumulative, bounds);
  const rows = bounds.map((bound, i) => `{"upper_bound":${formatChars(bound)},"interval":${now[i]},"cumulative":${all[i]}}`);
  return `${head},"buckets":[${rows.join(',')}]}`;
}

function quantilesJson(interval: BinCounts, cumulative: BinCounts): string {
  const now = quantiles(interval);
  const all = quantiles(cumulative);
  return `[${now.map((value, i) => `{"cumulative":${numberJson(all[i] as number)},"interval":${numberJson(value)}}`).join(',')}]`;
}

function binsJson(counts: BinCounts): string {
  const rows = counts.bins.map(
    (bin, i) => `{"lower_bound":${formatChars(binLeft(bin))},"width":${formatChars(binWidth(bin))},"count":${counts.counts[i]}}`,
  );
  return `[${rows.join(',')}]`;
}

function numberJson(value: number): string {
  return Number.isNaN(value) ? 'null' : formatChars(value);
}
