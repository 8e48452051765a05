import type { PrometheusForm } from '../telemetry/stats-prometheus.ts';
import type { StatsSelection } from '../telemetry/stats-selection.ts';
import { type HistogramForm, type StatsForm, statsJson, statsText } from '../telemetry/stats-text.ts';
import { nameFilter } from './name-filter.ts';
import {
  type AdminContext,
  type AdminParam,
  type AdminRequest,
  type AdminRoute,
  JSON_TYPE,
  page,
  type Reply,
  TEXT,
  text,
} from './route.ts';

const FILTERS: readonly AdminParam[] = [
  { name: 'usedonly', help: 'Only include stats that have been written by system since restart', oneOf: [] },
  { name: 'filter', help: 'Regular expression (Google re2) for filtering stats' },
  { name: 'invert_filter', help: 'Invert the filter regex', oneOf: [] },
];

const KINDS: Readonly<Record<string, StatsForm['kind'] | 'none'>> = {
  '': null,
  All: null,
  Counters: 'counter',
  Gauges: 'gauge',
  Histograms: 'histogram',
  // There are none.
  TextReadouts: 'none',
};

const HISTOGRAMS: Readonly<Record<string, HistogramForm | 'native'>> = {
  '': 'summary',
  none: 'summary',
  summary: 'summary',
  cumulative: 'cumulative',
  disjoint: 'disjoint',
  detailed: 'detailed',
  prometheusnative: 'native',
};

const BAD_HISTOGRAMS = 'usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n';

async function statsPage(request: AdminRequest, context: AdminContext): Promise<Reply> {
  const { params } = request;
  const format = params.get('format') ?? '';
  if (format === 'prometheus') return prometheusPage(request, context);
  if (!['', 'text', 'json'].includes(format)) return text('usage: /stats?format=(json|prometheus|text)\n\n', 400);
  const kind = param(KINDS, params, 'type');
  if (kind === undefined) return text('invalid &type= param', 400);
  const histograms = param(HISTOGRAMS, params, 'histogram_buckets');
  if (histograms === undefined) return text(BAD_HISTOGRAMS, 400);
  if (histograms === 'native') return text('Invalid histogram_buckets type for non prometheus stats type', 400);
  const hidden = params.get('hidden') ?? '';
  if (!['', 'include', 'only', 'exclude'].includes(hidden)) return text('usage: /stats?hidden=(include|only|exclude)\n\n', 400);
  const selection = await selectionOf(params);
  if ('error' in selection) return text(`Invalid re2 regex: ${selection.error}`, 400);
  // No stat is hidden here.
  if (kind === 'none' || hidden === 'only') return format === 'json' ? { status: 200, type: JSON_TYPE, body: '{"stats":[]}' } : text('');
  const form: StatsForm = { ...selection, kind, histograms };
  const { stats } = context.view;
  return format === 'json' ? { status: 200, type: JSON_TYPE, body: statsJson(stats, form) } : text(statsText(stats, form));
}

async function prometheusPage({ params }: AdminRequest, context: AdminContext): Promise<Reply> {
  if (param(KINDS, params, 'type') === undefined) return text('invalid &type= param', 400);
  const histograms = params.get('histogram_buckets') ? param(HISTOGRAMS, params, 'histogram_buckets') : 'cumulative';
  if (histograms === undefined) return text(BAD_HISTOGRAMS, 400);
  if (histograms === 'native') return text('unsupported prometheusnative histogram type when not using protobuf exposition format', 400);
  if (histograms !== 'cumulative' && histograms !== 'summary') return text('unsupported prometheus histogram bucket mode', 400);
  const selection = await selectionOf(params);
  if ('error' in selection) return text(`Invalid re2 regex: ${selection.error}`, 400);
  // Reading `stats` brings the gauges that are worked out when somebody looks.
  void context.view.stats;
  return { status: 200, type: TEXT, body: exposition({ ...selection, kind: null, histograms }, context) };
}

/** Envoy's metrics, then those of this process; a filter speaks of Envoy's names alone. */
async function* exposition(form: PrometheusForm, context: AdminContext): AsyncGenerator<string> {
  yield* context.prometheus.write(form);
  if (form.matches === null) yield await context.processMetrics();
}

async function selectionOf(params: URLSearchParams): Promise<StatsSelection | { readonly error: string }> {
  const usedOnly = params.has('usedonly');
  const pattern = params.get('filter') ?? '';
  if (pattern === '') return { usedOnly, matches: null };
  const filter = await nameFilter(pattern);
  if (typeof filter !== 'function') return filter;
  return { usedOnly, matches: params.has('invert_filter') ? (name) => !filter(name) : filter };
}

function param<T>(table: Readonly<Record<string, T>>, params: URLSearchParams, name: string): T | undefined {
  const value = params.get(name) ?? '';
  return Object.hasOwn(table, value) ? table[value] : undefined;
}

export const stats: AdminRoute = {
  ...page('/stats', 'print server stats', statsPage, [
    ...FILTERS,
    { name: 'format', help: 'Format to use', oneOf: ['text', 'json', 'prometheus'] },
    { name: 'type', help: 'Stat types to include.', oneOf: ['All', 'Counters', 'Histograms', 'Gauges', 'TextReadouts'] },
    { name: 'histogram_buckets', help: 'Histogram bucket display mode', oneOf: ['cumulative', 'disjoint', 'detailed', 'summary'] },
    { name: 'hidden', help: 'Whether to include hidden stats', oneOf: ['include', 'only', 'exclude'] },
  ]),
  open: true,
};

export const statsPrometheus: AdminRoute = {
  ...page('/stats/prometheus', 'print server stats in prometheus format', prometheusPage, [
    ...FILTERS,
    { name: 'histogram_buckets', help: 'Histogram bucket display mode', oneOf: ['cumulative', 'summary'] },
  ]),
  open: true,
};
