import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runLoad } from '../load/run.ts';
import type { Endpoint, Opponent, Running, Sample, Scenario } from '../model.ts';
import { type Ground, launch } from '../opponents/launch.ts';
import { makeCertificates } from './certificates.ts';
import type { Cage } from './cgroup.ts';
import { type Cores, pinned } from './machine.ts';
import { DISTURBED, type Load, measureLoad, measureMemory, measureStart } from './measure.ts';
import type { Options } from './options.ts';
import { freePorts, type Job, pause, start } from './process.ts';
import { untilReady } from './ready.ts';
import { buildRows, type ScenarioReport, type Skip } from './report.ts';

/** An opponent that is here, with the command that was found. */
export type Contender = { readonly opponent: Opponent; readonly command: string; readonly version: string };

export type Setting = {
  readonly folder: string;
  readonly cores: Cores | null;
  readonly cage: Cage | null;
  readonly options: Options;
  /** The user's own service, or null for the benchmark's. */
  readonly target: Endpoint | null;
  readonly say: (line: string) => void;
};

const BACKEND = join(import.meta.dirname, '..', 'backend', 'main.ts');

async function startBackend(scenario: Scenario, setting: Setting, certificates: string): Promise<{ endpoint: Endpoint; job: Job | null }> {
  if (setting.target !== null) return { endpoint: setting.target, job: null };
  const [port = 0] = await freePorts(1);
  const kind = scenario.service ?? scenario.load.protocol;
  const sizes = [String(scenario.load.replyBytes), String(port), String(scenario.messageBytes ?? 0)];
  const command = [process.execPath, BACKEND, kind, ...sizes, certificates];
  const job = start(pinned(command, setting.cores?.rest ?? null), join(setting.folder, `${scenario.name}-backend.log`), setting.folder);
  const secure = kind === 'h1-tls';
  await untilReady(job, port, '/', { protocol: kind === 'h1' || secure ? 'h1' : 'h2', certificates: secure ? certificates : undefined });
  return { endpoint: { host: '127.0.0.1', port }, job };
}

/** Takes a window again, at most `retakes` times, while others disturb it; gives the least disturbed one. */
export async function calmest(take: () => Promise<Sample>, retakes: number): Promise<Sample> {
  let best = await take();
  for (let again = 0; again < retakes && (best.disturbed ?? 0) > DISTURBED; again++) {
    const next = await take();
    if ((next.disturbed ?? 0) < (best.disturbed ?? 0)) best = next;
  }
  return best;
}

/** Runs one scenario: every contender in turn, round after round, so that what disturbs the machine disturbs all of them. */
export async function runScenario(scenario: Scenario, contenders: readonly Contender[], setting: Setting): Promise<ScenarioReport> {
  const { options, say } = setting;
  mkdirSync(setting.folder, { recursive: true });
  const certificates = scenario.certificates === true ? makeCertificates(join(setting.folder, 'certificates')) : '';
  const backend = await startBackend(scenario, setting, certificates);
  const ground: Ground = { folder: setting.folder, backend: backend.endpoint, cores: setting.cores, cage: setting.cage, certificates };
  const rounds = scenario.rounds?.(options.rounds) ?? options.rounds;
  const samples = new Map<string, Sample[]>();
  const skipped: Skip[] = [];
  const running = new Map<string, Running>();
  const loadOn =
    (port: number): Load =>
    (seconds) =>
      runLoad(scenario.load, port, seconds, setting.cores?.rest ?? null, setting.folder, options.load, certificates);

  /** One opponent's turn in one round. */
  const turn = async (contender: Contender): Promise<Sample> => {
    const { name } = contender.opponent;
    const kept = running.get(name);
    const proxy = kept ?? (await launch(contender.opponent, contender.command, scenario, ground));
    running.set(name, proxy);
    const load = loadOn(proxy.port);
    if (scenario.probe === 'load') {
      // It keeps running from round to round; only the first window has cold code before it.
      if (kept === undefined) await load(options.warm);
      return calmest(() => measureLoad(scenario, proxy, load, options.seconds, setting.cores), options.retakes);
    }
    const sample = scenario.probe === 'start' ? measureStart(proxy) : await measureMemory(scenario, proxy, load, options, setting.cores);
    running.delete(name);
    await proxy.stop();
    return sample;
  };

  try {
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        const { name } = contender.opponent;
        if (skipped.some((skip) => skip.opponent === name)) continue;
        try {
          const sample = await turn(contender);
          say(
            `  ${round + 1}/${rounds} ${name}: ${scenario.value(sample)?.toFixed(2) ?? '–'} ${scenario.unit}${sample.errors > 0 ? `, ${sample.errors} errors` : ''}`,
          );
          samples.set(name, [...(samples.get(name) ?? []), sample]);
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          say(`  ${name} failed: ${why}`);
          skipped.push({ opponent: name, why: `failed: ${why.split('\n').slice(0, 2).join(' ')}` });
          await running.get(name)?.stop();
        }
      }
    }
  } finally {
    for (const proxy of running.values()) await proxy.stop();
    await backend.job?.stop();
    await pause(100);
  }
  const { name, bar, title, unit, better, judge, probe } = scenario;
  const measured = contenders.map(({ opponent, version }) => ({
    opponent: opponent.name,
    version,
    samples: samples.get(opponent.name) ?? [],
  }));
  return { name, bar, title, unit, better, judge, probe, rows: buildRows(scenario, measured), skipped };
}
