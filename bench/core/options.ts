import { parseArgs } from 'node:util';
import type { LoadChoice } from '../load/run.ts';

export type Options = {
  readonly scenarios: readonly string[];
  readonly only: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warm: number;
  readonly settle: number;
  /** How often a disturbed window is taken again. */
  readonly retakes: number;
  readonly load: LoadChoice;
  readonly cgroup: boolean;
  readonly baseline: string | null;
  readonly tolerance: number;
  readonly preset: string | null;
  readonly target: string | null;
  readonly path: string | null;
  readonly writeOnly: boolean;
  readonly against: string | null;
  readonly out: string;
  readonly results: boolean;
  readonly list: boolean;
  readonly help: boolean;
  /** `micro` and what follows it. */
  readonly words: readonly string[];
};

export const HELP = `npm run bench -- [options]           every scenario, every proxy that this machine has
npm run bench -- micro [name]       in-process micro-benchmarks

  --list              scenarios and proxies, and what is missing here
  --scenario a,b      only these scenarios (also those that run on request alone)
  --only a,b          only these proxies; the reference for ratios has to be among them
  --rounds N          interleaved rounds (5)
  --duration S        seconds of each measured window (4)
  --quick             2 rounds of 2 s, 3 s of silence before memory is read: a first look, nothing to quote
  --load TOOL         wrk or autocannon; by default wrk where it is installed
  --cgroup            the proxies run in a cgroup of 200m CPU and 256 MiB (root)
  --against DIR       a second checkout of Outrigger, built, in the same rounds
  --baseline FILE     compare with an earlier results.json; exit 1 when a bar slowed by more than the tolerance
  --tolerance PCT     that tolerance in per cent (10)
  --preset NAME       a scenario's configuration for your own service; needs --target
  --target HOST:PORT  your service; replies may have any size
  --path /PATH        what to ask it for (/)
  --write-only        write the preset's configuration and stop
  --out DIR           where report.md, results.json and logs go (bench/out)
  --results           also write bench/RESULTS.md and bench/results.json
`;

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function number(name: string, value: string | undefined, standard: number): number {
  if (value === undefined) return standard;
  const parsed = Number(value);
  if (!Number.isFinite(parsed) || parsed <= 0) throw new Error(`--${name} takes a number above 0, not '${value}'`);
  return parsed;
}

/** Reads the command line. Throws an Error with one line for the user when it cannot. */
export function readOptions(args: readonly string[], outFolder: string): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      scenario: text,
      only: text,
      rounds: text,
      duration: text,
      load: text,
      baseline: text,
      tolerance: text,
      preset: text,
      target: text,
      path: text,
      against: text,
      out: text,
      quick: flag,
      cgroup: flag,
      'write-only': flag,
      results: flag,
      list: flag,
      help: flag,
    },
  });
  const load = values.load ?? 'auto';
  if (load !== 'auto' && load !== 'wrk' && load !== 'autocannon') throw new Error(`--load takes wrk or autocannon, not '${load}'`);
  if (values.preset !== undefined && values.target === undefined)
    throw new Error('--preset needs --target HOST:PORT, the service to stand in front of');
  return {
    scenarios: values.preset === undefined ? list(values.scenario) : [values.preset],
    only: list(values.only),
    rounds: Math.ceil(number('rounds', values.rounds, values.quick ? 2 : 5)),
    seconds: Math.ceil(number('duration', values.duration, values.quick ? 2 : 4)),
    warm: values.quick ? 2 : 4,
    settle: values.quick ? 3 : 10,
    retakes: values.quick ? 0 : 3,
    load,
    cgroup: values.cgroup,
    baseline: values.baseline ?? null,
    tolerance: number('tolerance', values.tolerance, 10) / 100,
    preset: values.preset ?? null,
    target: values.target ?? null,
    path: values.path ?? (values.target === undefined ? null : '/'),
    writeOnly: values['write-only'],
    against: values.against ?? null,
    out: values.out ?? outFolder,
    results: values.results,
    list: values.list,
    help: values.help,
    words: positionals,
  };
}

/** `host:port` or `[v6]:port`. Throws an Error for the user when it is neither. */
export function readTarget(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535) throw new Error(`--target takes host:port, not '${text}'`);
  return { host, port };
}
