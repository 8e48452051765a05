/** `npm run bench`: see README.md beside this file, or `npm run bench -- --help`. */
import { lookup } from 'node:dns/promises';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { changeTable, compare } from './core/baseline.ts';
import { buildCage, type Cage, SIDECAR_QUOTA } from './core/cgroup.ts';
import { chooseCores, describeMachine, stepAside } from './core/machine.ts';
import { HELP, type Options, readOptions, readTarget } from './core/options.ts';
import { stopAll } from './core/process.ts';
import { judge, paced, type Report, type ScenarioReport, type Verdict } from './core/report.ts';
import { type Contender, runScenario } from './core/series.ts';
import { renderReport } from './core/table.ts';
import { runMicro } from './micro/run.ts';
import type { Endpoint, Opponent, Scenario } from './model.ts';
import { OPPONENTS } from './opponents/index.ts';
import { outriggerIn } from './opponents/outrigger.ts';
import { SCENARIOS } from './scenarios/index.ts';

const HERE = import.meta.dirname;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function chosenOpponents(options: Options): Opponent[] {
  const all = [...OPPONENTS];
  if (options.against !== null) all.splice(1, 0, outriggerIn(resolve(options.against), 'outrigger-other'));
  const unknown = options.only.find((name) => !all.some((opponent) => opponent.name === name));
  if (unknown !== undefined) throw new Error(`no proxy is called '${unknown}'; there are ${all.map((o) => o.name).join(', ')}`);
  return options.only.length === 0 ? all : all.filter((opponent) => options.only.includes(opponent.name));
}

function chosenScenarios(options: Options): Scenario[] {
  if (options.scenarios.length === 0) return SCENARIOS.filter((scenario) => scenario.onRequest !== true);
  return options.scenarios.map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found === undefined) throw new Error(`no scenario is called '${name}'; there are ${SCENARIOS.map((s) => s.name).join(', ')}`);
    return options.path === null ? found : { ...found, load: { ...found.load, path: options.path } };
  });
}

/** The user's service. A name is resolved here, once, so that every proxy gets the same address. */
async function findTarget(text: string): Promise<Endpoint> {
  const { host, port } = readTarget(text);
  const { address } = await lookup(host, { order: 'ipv4first' });
  return { host: address, port };
}

/** Writes a scenario's bootstrap for the user's service; listens on 15001, admin on 15000. Returns the file. */
function writePreset(scenario: Scenario, options: Options, backend: Endpoint): string {
  const file = join(options.out, `${scenario.name}.json`);
  writeFileSync(
    file,
    `${JSON.stringify(scenario.bootstrap({ listen: 15_001, inner: 15_006, admin: 15_000, backend, certificates: '/etc/certs' }), null, 2)}\n`,
  );
  return file;
}

function printList(options: Options): void {
  say('scenarios');
  for (const s of SCENARIOS)
    say(`  ${s.name.padEnd(14)} ${(s.bar ?? '').padEnd(4)} ${s.title}${s.onRequest === true ? ' (on request)' : ''}`);
  say('proxies');
  for (const opponent of chosenOpponents(options)) {
    const found = opponent.find();
    say(`  ${opponent.name.padEnd(18)} ${found.present ? `${found.version}  ${found.command}` : `missing: ${found.missing}`}`);
  }
}

async function runAll(options: Options, target: Endpoint | null): Promise<number> {
  const scenarios = chosenScenarios(options);
  const found: Contender[] = [];
  for (const opponent of chosenOpponents(options)) {
    const here = opponent.find();
    if (here.present) found.push({ opponent, command: here.command, version: here.version });
    else say(`skipping ${opponent.name}: ${here.missing}`);
  }
  const machine = describeMachine();
  const cores = chooseCores();
  if (cores === null) say('nothing is pinned: this takes two cores and taskset');
  stepAside(cores);
  let cage: Cage | null = null;
  if (options.cgroup) {
    const built = buildCage(`outrigger-bench-${process.pid}`, SIDECAR_QUOTA);
    if (typeof built === 'string') say(`no cgroup: ${built}; running without`);
    else cage = built;
  }
  const reports: ScenarioReport[] = [];
  const verdicts: Verdict[] = [];
  try {
    for (const scenario of scenarios) {
      const able = found.filter((one) => one.opponent.shapes.includes(scenario.shape));
      const { rate } = paced(scenario, reports).load;
      say(`${scenario.name}: ${scenario.title}${rate === undefined ? '' : `, ${rate} requests/s`}`);
      const report = await runScenario(paced(scenario, reports), able, {
        folder: join(options.out, 'run'),
        cores,
        cage,
        options,
        target,
        say,
      });
      reports.push(report);
      // The bars speak of the benchmark's own service and of a whole core.
      if (target === null && cage === null) verdicts.push(...judge(scenario, report.rows));
    }
  } finally {
    cage?.remove();
  }
  const shown = {
    rounds: options.rounds,
    'seconds a window': options.seconds,
    pinned: cores !== null,
    ...(cage === null ? {} : { cgroup: '200m CPU, 256 MiB' }),
    ...(options.target === null ? {} : { target: options.target }),
  };
  return finish(
    {
      takenAt: new Date().toISOString().slice(0, 16).replace('T', ' '),
      machine,
      options: shown,
      scenarios: reports,
      verdicts,
    },
    options,
  );
}

/** Prints and writes the report, compares it with the baseline, and gives the exit code. */
function finish(report: Report, options: Options): number {
  const markdown = renderReport(report);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  // The old file is read first: it may be the one that is about to be replaced.
  const baseline = options.baseline === null ? null : (JSON.parse(readFileSync(options.baseline, 'utf8')) as Report);
  writeFileSync(join(options.out, 'report.md'), markdown);
  writeFileSync(join(options.out, 'results.json'), json);
  if (options.results) {
    writeFileSync(
      join(HERE, 'RESULTS.md'),
      `# Latest results\n\nWritten by \`npm run bench -- --results\`; how to read it is in [README.md](README.md). Quote ratios, not figures.\n\n${markdown}\n${['FINDINGS.md', 'SOAK.md'].map((name) => readFileSync(join(HERE, name), 'utf8')).join('')}`,
    );
    writeFileSync(join(HERE, 'results.json'), json);
  }
  process.stdout.write(`\n${markdown}`);
  if (baseline === null) return 0;
  const changes = compare(baseline, report, options.tolerance);
  const none = 'Nothing to compare: no scenario was taken in the same way in both reports.';
  process.stdout.write(`\n${changes.length === 0 ? none : changeTable(changes, options.tolerance)}\n`);
  return changes.some((change) => change.slowed) ? 1 : 0;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), join(HERE, 'out'));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.words[0] === 'micro') return runMicro(options.words.slice(1));
  if (options.list) {
    printList(options);
    return 0;
  }
  mkdirSync(options.out, { recursive: true });
  const target = options.target === null ? null : await findTarget(options.target);
  if (options.preset !== null && target !== null) {
    for (const scenario of chosenScenarios(options)) {
      const file = writePreset(scenario, options, target);
      say(`wrote ${file}: give it to outrigger or envoy with -c, then ask 127.0.0.1:15001`);
    }
    if (options.writeOnly) return 0;
  }
  return runAll(options, target);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopAll();
    process.exit(130);
  });
}
try {
  process.exitCode = await main();
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
} finally {
  stopAll();
}
