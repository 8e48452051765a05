/**
 * In-process micro-benchmarks, for what costs less than a microsecond. A case is a function that does its work `times` times and returns
 * something that depends on all of it, so that no compiler can leave it out.
 */

export type Case = { readonly name: string; readonly run: (times: number) => unknown };

export type Micro = { readonly name: string; readonly cases: readonly Case[] };

export type Timing = {
  readonly name: string;
  /** Nanoseconds of one operation. */
  readonly median: number;
  readonly best: number;
  /** A 95 % interval of the median. */
  readonly low: number;
  readonly high: number;
  readonly samples: number;
};

export type Effort = { readonly samples: number; readonly sampleMs: number; readonly warmMs: number };

export const FULL: Effort = { samples: 200, sampleMs: 2, warmMs: 300 };

let sink: unknown;

function timed(one: Case, times: number): number {
  const before = process.hrtime.bigint();
  sink = one.run(times);
  return Number(process.hrtime.bigint() - before);
}

/** Runs the case until it is warm and returns how many times fill one sample. */
function calibrate(one: Case, effort: Effort): number {
  const until = performance.now() + effort.warmMs;
  let times = 1;
  let took = timed(one, times);
  while (performance.now() < until || took < effort.sampleMs * 5e5) {
    if (took < effort.sampleMs * 5e5) times *= 2;
    took = timed(one, times);
  }
  return Math.max(1, Math.round((times * effort.sampleMs * 1e6) / took));
}

/** Median and its distribution-free 95 % interval: the order statistics at n/2 ∓ 0.98 √n. */
export function summarise(name: string, nanos: readonly number[]): Timing {
  const sorted = [...nanos].sort((a, b) => a - b);
  const at = (rank: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? Number.NaN;
  const half = (sorted.length - 1) / 2;
  const reach = 0.98 * Math.sqrt(sorted.length);
  return {
    name,
    median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2,
    best: at(0),
    low: at(Math.floor(half - reach)),
    high: at(Math.ceil(half + reach)),
    samples: sorted.length,
  };
}

/** Warms every case, then samples them in turn. Cases of one file share the process, as code in the proxy does. */
export function measure(micro: Micro, effort: Effort): Timing[] {
  const prepared = micro.cases.map((one) => ({ one, times: calibrate(one, effort), nanos: [] as number[] }));
  for (let sample = 0; sample < effort.samples; sample++) {
    for (const entry of prepared) entry.nanos.push(timed(entry.one, entry.times) / entry.times);
  }
  return prepared.map((entry) => summarise(entry.one.name, entry.nanos));
}

/** What the last sample returned; reading it keeps the work alive. */
export function lastResult(): unknown {
  return sink;
}
