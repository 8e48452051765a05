import type { Limit, Sample, Scenario } from '../model.ts';
import type { Machine } from './machine.ts';
import { median, pick, present } from './numbers.ts';

/** Two answers to the same question; where they lie far apart the machine was not quiet. */
export type Ratio = {
  /** Figure over figure. */
  readonly figure: number;
  /** The median of the ratios of single rounds, in which both ran within seconds of each other. */
  readonly paired: number;
};

/** One opponent in one scenario, all rounds. */
export type Row = {
  readonly opponent: string;
  readonly version: string;
  readonly samples: readonly Sample[];
  /** The figure that stands for all rounds, and the other one. */
  readonly figure: number;
  readonly best: number;
  readonly median: number;
  /** Against each reference, by its name. */
  readonly ratios: Readonly<Record<string, Ratio>>;
};

export type Skip = { readonly opponent: string; readonly why: string };

export type ScenarioReport = {
  readonly name: string;
  readonly bar: string | null;
  readonly title: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly judge: 'best' | 'median';
  readonly probe: Scenario['probe'];
  readonly rows: readonly Row[];
  readonly skipped: readonly Skip[];
};

export type Verdict = {
  readonly bar: string;
  readonly scenario: string;
  readonly limit: Limit;
  readonly better: 'lower' | 'higher';
  /** Outrigger's figure, or its ratio where the limit is one; null when one of the two is missing. */
  readonly measured: number | null;
  /** Null when it could not be judged. */
  readonly held: boolean | null;
};

export type Report = {
  readonly takenAt: string;
  readonly machine: Machine;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly scenarios: readonly ScenarioReport[];
  readonly verdicts: readonly Verdict[];
};

export const SUBJECT = 'outrigger';

/** Whom the others are compared with: Envoy, or without Envoy one native proxy and http-proxy. */
export function references(present: readonly string[]): string[] {
  if (present.includes('envoy')) return ['envoy'];
  const native = ['haproxy', 'nginx'].find((name) => present.includes(name));
  return [...(native === undefined ? [] : [native]), ...(present.includes('http-proxy') ? ['http-proxy'] : [])];
}

export type Measured = { readonly opponent: string; readonly version: string; readonly samples: readonly Sample[] };

function pairedRatio(scenario: Scenario, samples: readonly Sample[], reference: readonly Sample[]): number {
  const ratios = samples.map((sample, round) => {
    const other = reference[round];
    const below = other === undefined ? null : scenario.value(other);
    const above = scenario.value(sample);
    return above === null || below === null ? null : above / below;
  });
  return median(present(ratios));
}

/** Turns samples into rows: one figure each, and ratios between figures of the same run. Rows without a figure are left out. */
export function buildRows(scenario: Scenario, measured: readonly Measured[]): Row[] {
  const rows = measured.flatMap((one) => {
    const values = present(one.samples.map(scenario.value));
    if (values.length === 0) return [];
    const best = pick(values, 'best', scenario.better);
    return [{ ...one, figure: pick(values, scenario.judge, scenario.better), best, median: median(values), ratios: {} }];
  });
  const against = references(rows.map((row) => row.opponent));
  return rows.map((row) => {
    const ratios: Record<string, Ratio> = {};
    for (const name of against) {
      const reference = rows.find((other) => other.opponent === name);
      if (reference !== undefined)
        ratios[name] = { figure: row.figure / reference.figure, paired: pairedRatio(scenario, row.samples, reference.samples) };
    }
    return { ...row, ratios };
  });
}

function relate(limit: Limit, figure: number, other: number | undefined): number {
  if (other === undefined) return figure;
  return limit.distance === true ? figure - other : figure / other;
}

/**
 * The load of a scenario that runs at a share of what an earlier one reached; as it stands when that one has not run.
 * The throughput of a proxy is the median of its rounds.
 */
export function paced(scenario: Scenario, earlier: readonly ScenarioReport[]): Scenario {
  const from = scenario.rateFrom;
  if (from === undefined) return scenario;
  const rows = earlier.find((report) => report.name === from.scenario)?.rows.filter((row) => from.among.includes(row.opponent)) ?? [];
  const reached = rows.map((row) => median(present(row.samples.map((sample) => sample.requestsPerSecond))));
  if (reached.length === 0) return scenario;
  const rate = Math.floor(from.share * Math.min(...reached));
  return { ...scenario, title: `${scenario.title} (${rate}/s)`, load: { ...scenario.load, rate } };
}

/** Holds the limits of a scenario against its rows. */
export function judge(scenario: Scenario, rows: readonly Row[]): Verdict[] {
  const subject = rows.find((row) => row.opponent === SUBJECT);
  return scenario.limits.map((limit) => {
    const other = limit.against === null ? undefined : rows.find((row) => row.opponent === limit.against);
    const known = subject !== undefined && (limit.against === null || other !== undefined);
    const measured = known ? relate(limit, subject.figure, other?.figure) : null;
    const held = measured === null ? null : scenario.better === 'lower' ? measured <= limit.limit : measured >= limit.limit;
    return { bar: scenario.bar ?? scenario.name, scenario: scenario.name, limit, better: scenario.better, measured, held };
  });
}
