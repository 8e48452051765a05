import t from 'tap';
import { compare } from '../../bench/core/baseline.ts';
import { readOptions, readTarget } from '../../bench/core/options.ts';
import { buildRows, judge, type Measured, paced, type Report, references, type ScenarioReport } from '../../bench/core/report.ts';
import { calmest } from '../../bench/core/series.ts';
import { markdownTable, scenarioTable } from '../../bench/core/table.ts';
import type { Sample, Scenario } from '../../bench/model.ts';
import { SCENARIOS } from '../../bench/scenarios/index.ts';

const NOTHING: Sample = {
  cpuPerRequest: null,
  requestsPerSecond: null,
  mibPerCpuSecond: null,
  p50: null,
  p99: null,
  errors: 0,
  rssMb: null,
  peakRssMb: null,
  startMs: null,
  disturbed: null,
  tool: null,
};

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}

function cpu(opponent: string, ...micros: number[]): Measured {
  return {
    opponent,
    version: '1',
    samples: micros.map((cpuPerRequest) => ({ ...NOTHING, cpuPerRequest, requestsPerSecond: 1e6 / cpuPerRequest })),
  };
}

function reportOf(name: string, measured: readonly Measured[]): ScenarioReport {
  const { bar, title, unit, better, judge: by, probe } = scenario(name);
  return { name, bar, title, unit, better, judge: by, probe, rows: buildRows(scenario(name), measured), skipped: [] };
}

function whole(scenarios: readonly ScenarioReport[]): Report {
  return {
    takenAt: '',
    machine: { cpu: '', cores: 2, memoryGb: 1, kernel: '', node: '', loadBefore: 0 },
    options: {},
    scenarios,
    verdicts: [],
  };
}

t.test('the reference is Envoy, else one native proxy and http-proxy', async (t) => {
  t.same(references(['outrigger', 'nginx', 'envoy', 'http-proxy']), ['envoy']);
  t.same(references(['outrigger', 'nginx', 'haproxy', 'http-proxy']), ['haproxy', 'http-proxy']);
  t.same(references(['outrigger', 'nginx']), ['nginx']);
  t.same(references(['outrigger']), []);
});

t.test('ratios are between the figures that stand for all rounds', async (t) => {
  const rows = buildRows(scenario('h1-plain'), [cpu('outrigger', 14, 12, 13), cpu('envoy', 40, 30), cpu('nginx')]);
  t.same(
    rows.map((row) => [row.opponent, row.figure, row.median, row.ratios['envoy']?.figure]),
    [
      ['outrigger', 12, 13, 0.4],
      ['envoy', 30, 35, 1],
    ],
  );
});

t.test('rounds are also compared one by one, so that a slow spell which hits both leaves the ratio alone', async (t) => {
  const [row] = buildRows(scenario('h1-plain'), [cpu('outrigger', 10, 30, 12), cpu('envoy', 40, 120, 30)]);
  t.same(row?.ratios['envoy'], { figure: 10 / 30, paired: 0.25 });
});

t.test('a bar holds, breaks, or stays unjudged when the other proxy is missing', async (t) => {
  const held = judge(scenario('h1-plain'), buildRows(scenario('h1-plain'), [cpu('outrigger', 15), cpu('envoy', 30), cpu('haproxy', 10)]));
  t.same(
    held.map((verdict) => [verdict.limit.label, verdict.measured, verdict.held]),
    [
      ['hold', 0.5, true],
      ['stretch', 1.5, false],
    ],
  );
  const alone = judge(scenario('h1-plain'), buildRows(scenario('h1-plain'), [cpu('outrigger', 15)]));
  t.same(
    alone.map((verdict) => verdict.held),
    [null, null],
  );
});

t.test('bytes per CPU second hold when they are at least the limit', async (t) => {
  const moved = (opponent: string, mibPerCpuSecond: number): Measured => ({
    opponent,
    version: '1',
    samples: [{ ...NOTHING, mibPerCpuSecond }],
  });
  const rows = buildRows(scenario('h1-body-down'), [moved('outrigger', 3600), moved('envoy', 3000)]);
  t.same(
    judge(scenario('h1-body-down'), rows).map((verdict) => verdict.held),
    [true, false],
  );
});

t.test('a limit may be a distance from the other proxy', async (t) => {
  const p99 = (opponent: string, value: number): Measured => ({ opponent, version: '1', samples: [{ ...NOTHING, p99: value }] });
  const [hold] = judge(scenario('h1-p99'), buildRows(scenario('h1-p99'), [p99('outrigger', 2900), p99('envoy', 2000)]));
  t.equal(hold?.measured, 900);
  t.equal(hold?.held, true);
});

t.test('a paced scenario runs at a share of the lowest throughput of those it names', async (t) => {
  const earlier = reportOf('h1-plain', [cpu('outrigger', 10), cpu('envoy', 50), cpu('http-proxy', 500)]);
  t.equal(paced(scenario('h1-p99'), [earlier]).load.rate, 10_000);
  t.equal(paced(scenario('h1-p99'), []).load.rate, scenario('h1-p99').load.rate);
});

t.test('a slowed bar is found by its ratio, whatever the machine', async (t) => {
  const before = whole([reportOf('h1-plain', [cpu('outrigger', 12), cpu('envoy', 30)])]);
  const faster = whole([reportOf('h1-plain', [cpu('outrigger', 6.1), cpu('envoy', 15)])]);
  const slower = whole([reportOf('h1-plain', [cpu('outrigger', 12), cpu('envoy', 25)])]);
  t.same(
    compare(before, faster, 0.1).map((change) => change.slowed),
    [false],
  );
  t.same(
    compare(before, slower, 0.1).map((change) => change.slowed),
    [true],
  );
  t.same(
    compare(before, slower, 0.25).map((change) => change.slowed),
    [false],
  );
});

t.test('figures against different references are not compared', async (t) => {
  const before = whole([reportOf('h1-plain', [cpu('outrigger', 12), cpu('envoy', 30)])]);
  t.same(compare(before, whole([reportOf('h1-plain', [cpu('outrigger', 30), cpu('nginx', 10)])]), 0.1), []);
});

t.test('a disturbed window is taken again and the calmest kept', async (t) => {
  const windows = [0.5, 0.2, 0.3, 0.05];
  let taken = 0;
  const take = async (): Promise<Sample> => ({ ...NOTHING, disturbed: windows[taken++] ?? 0 });
  t.equal((await calmest(take, 2)).disturbed, 0.2);
  t.equal(taken, 3);
  t.equal((await calmest(take, 2)).disturbed, 0.05);
  t.equal(taken, 4);
});

t.test('a table lines up and names its reference', async (t) => {
  t.equal(markdownTable(['a', 'b'], [['long one', '1']]), '| a        |   b |\n|----------|----:|\n| long one |   1 |');
  const text = scenarioTable({
    ...reportOf('h1-plain', [cpu('outrigger', 12), cpu('envoy', 30)]),
    skipped: [{ opponent: 'nginx', why: 'failed' }],
  });
  t.match(text, /^### P1 · h1-plain/);
  t.match(text, /÷ envoy/);
  t.match(text, /outrigger 1 +\| +12\.0 \| +12\.0 \| +0\.40/);
  t.match(text, /Left out: nginx \(failed\)/);
});

t.test('a command line is read, and refused with one line that says why', async (t) => {
  const options = readOptions(['--only', 'envoy, outrigger', '--rounds', '7', '--quick', '--tolerance', '5'], 'out');
  t.same([options.only, options.rounds, options.seconds, options.tolerance], [['envoy', 'outrigger'], 7, 2, 0.05]);
  t.throws(() => readOptions(['--rounds', 'many'], 'out'), /--rounds takes a number above 0/);
  t.throws(() => readOptions(['--load', 'siege'], 'out'), /--load takes wrk or autocannon/);
  t.throws(() => readOptions(['--preset', 'h1-plain'], 'out'), /--preset needs --target/);
});

t.test('a target is a host and a port', async (t) => {
  t.same(readTarget('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
  t.same(readTarget('[::1]:80'), { host: '::1', port: 80 });
  for (const bad of ['localhost', 'a:b:1', 'x:0', 'x:70000']) t.throws(() => readTarget(bad), /takes host:port/, bad);
});
