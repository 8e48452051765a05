import { short } from './numbers.ts';
import type { Report } from './report.ts';
import { SUBJECT } from './report.ts';
import { markdownTable } from './table.ts';

export type Change = {
  readonly scenario: string;
  /** What the figures are relative to, or null where they are absolute. */
  readonly against: string | null;
  readonly before: number;
  readonly now: number;
  /** Share by which it got worse, below 0 when it got better. */
  readonly worse: number;
  readonly slowed: boolean;
};

function figure(report: Report, scenario: string): { against: string | null; value: number; tool: string } | null {
  const found = report.scenarios.find((one) => one.name === scenario);
  const row = found?.rows.find((one) => one.opponent === SUBJECT);
  if (row === undefined || found === undefined) return null;
  // Memory and start are limits in MB and ms; CPU moves with the machine, so there only ratios of one run are compared.
  if (found.probe !== 'load') return { against: null, value: row.figure, tool: '' };
  const [first] = Object.entries(row.ratios);
  if (first === undefined) return null;
  // Another load generator moves the figures of slow and fast proxies by different shares.
  const tool = row.samples[0]?.tool ?? '';
  return { against: first[0], value: first[1].figure, tool };
}

/** Compares Outrigger in every scenario that both reports took in the same way, ratio with ratio. `tolerance` is a share: 0.1 lets a bar slow by 10 %. */
export function compare(before: Report, now: Report, tolerance: number): Change[] {
  if (before.options['cgroup'] !== now.options['cgroup'] || before.options['target'] !== now.options['target']) return [];
  return now.scenarios.flatMap((scenario) => {
    const old = figure(before, scenario.name);
    const current = figure(now, scenario.name);
    if (old === null || current === null || old.against !== current.against || old.tool !== current.tool) return [];
    const worse = scenario.better === 'lower' ? current.value / old.value - 1 : old.value / current.value - 1;
    return [{ scenario: scenario.name, against: current.against, before: old.value, now: current.value, worse, slowed: worse > tolerance }];
  });
}

export function changeTable(changes: readonly Change[], tolerance: number): string {
  const rows = changes.map((change) => [
    change.scenario + (change.against === null ? '' : ` ÷ ${change.against}`),
    short(change.before),
    short(change.now),
    `${change.worse > 0 ? '+' : ''}${(change.worse * 100).toFixed(1)} %`,
    change.slowed ? '**slowed**' : 'ok',
  ]);
  return markdownTable(['against the baseline', 'before', 'now', 'worse by', `within ${Math.round(tolerance * 100)} %`], rows);
}
