import type { Sample } from '../model.ts';
import { DISTURBED } from './measure.ts';
import { median, present, short } from './numbers.ts';
import type { Report, Row, ScenarioReport, Verdict } from './report.ts';

/** A Markdown table; the first column is text, the others are aligned as numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (column === 0 ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function middle(row: Row, field: (sample: Sample) => number | null): number | null {
  const values = present(row.samples.map(field));
  return values.length === 0 ? null : median(values);
}

function disturbed(row: Row): boolean {
  return row.samples.some((sample) => (sample.disturbed ?? 0) > DISTURBED);
}

/** One scenario: a heading, its table, and who did not take part. */
export function scenarioTable(scenario: ScenarioReport): string {
  const against = Object.keys(scenario.rows[0]?.ratios ?? {});
  const head = [
    'proxy',
    scenario.unit,
    scenario.judge === 'best' ? 'median' : 'best',
    ...against.flatMap((name) => [`÷ ${name}`, 'by round']),
  ];
  const loaded = scenario.probe === 'load';
  head.push(...(loaded ? ['requests/s', 'p50 µs', 'p99 µs'] : []), 'RSS MB', 'peak MB', ...(loaded ? ['errors'] : []));
  const body = scenario.rows.map((row) => [
    `${row.opponent} ${row.version}${disturbed(row) ? ' *' : ''}`,
    short(row.figure),
    short(scenario.judge === 'best' ? row.median : row.best),
    ...against.flatMap((name) => [row.ratios[name]?.figure ?? null, row.ratios[name]?.paired ?? null].map(short)),
    ...(loaded ? [middle(row, (s) => s.requestsPerSecond), middle(row, (s) => s.p50), middle(row, (s) => s.p99)].map(short) : []),
    short(middle(row, (s) => s.rssMb)),
    short(middle(row, (s) => s.peakRssMb)),
    ...(loaded ? [String(row.samples.reduce((sum, sample) => sum + sample.errors, 0))] : []),
  ]);
  const rounds = Math.max(0, ...scenario.rows.map((row) => row.samples.length));
  const tool = scenario.rows[0]?.samples[0]?.tool;
  const notes = [
    `${scenario.judge === 'best' ? 'Best' : 'Median'} of ${rounds} interleaved rounds${tool == null ? '' : `, load from ${tool}`}.`,
  ];
  if (scenario.rows.some(disturbed)) notes.push('`*`: in some round others used more than a tenth of the core of the proxy.');
  if (scenario.skipped.length > 0) notes.push(`Left out: ${scenario.skipped.map((skip) => `${skip.opponent} (${skip.why})`).join(', ')}.`);
  const title = `### ${scenario.bar === null ? '' : `${scenario.bar} · `}${scenario.name}: ${scenario.title}`;
  return [title, '', body.length === 0 ? 'Nobody took part.' : markdownTable(head, body), '', notes.join(' ')].join('\n');
}

function verdictWord(verdict: Verdict): string {
  if (verdict.held === null) return 'not judged';
  return verdict.held ? 'yes' : '**no**';
}

/** Bars, what was measured, and whether they hold. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => {
    const sign = verdict.better === 'lower' ? '≤' : '≥';
    const by = verdict.limit.distance === true ? 'above' : '×';
    const against = verdict.limit.against === null ? '' : ` ${by} ${verdict.limit.against}`;
    return [
      `${verdict.bar} ${verdict.scenario}`,
      `${verdict.limit.label} ${sign} ${verdict.limit.limit}${against}`,
      short(verdict.measured),
      verdictWord(verdict),
    ];
  });
  return markdownTable(['bar', 'limit', 'measured', 'held'], rows);
}

/** The whole report as Markdown. */
export function renderReport(report: Report): string {
  const { machine } = report;
  const options = Object.entries(report.options)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const where = `Taken ${report.takenAt} on ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Linux ${machine.kernel}, Node ${machine.node}; ${options}; load average before it ${machine.loadBefore.toFixed(1)}.`;
  const parts = [where, ...report.scenarios.map(scenarioTable)];
  if (report.verdicts.length > 0) parts.push('### Bars', verdictTable(report.verdicts));
  return `${parts.join('\n\n')}\n`;
}
