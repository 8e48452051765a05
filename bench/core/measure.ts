import type { LoadResult, Running, Sample, Scenario } from '../model.ts';
import type { Cores } from './machine.ts';
import { coreBusyMicros, treeCpuMicros, treeMemory } from './proc.ts';
import { pause } from './process.ts';

/** Sends the scenario's load for so many seconds. */
export type Load = (seconds: number) => Promise<LoadResult>;

export type Windows = {
  /** Seconds of load before the first window, so that JIT compilers have settled. */
  readonly warm: number;
  /** Seconds of each measured window. */
  readonly seconds: number;
  /** Seconds between the end of the load and the look at memory. */
  readonly settle: number;
};

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

/** Share of the proxy's core in others' hands above which a window is doubtful. */
export const DISTURBED = 0.1;

const MB = 1e6;
const MIB = 1024 * 1024;

/** CPU from before the load generator starts until it has ended, over the requests that it completed. */
export async function measureLoad(scenario: Scenario, running: Running, load: Load, seconds: number, cores: Cores | null): Promise<Sample> {
  const cpuBefore = treeCpuMicros(running.pid);
  const busyBefore = cores === null ? null : coreBusyMicros(cores.proxy);
  const startedAt = performance.now();
  const result = await load(seconds);
  const wall = (performance.now() - startedAt) * 1000;
  const cpu = treeCpuMicros(running.pid) - cpuBefore;
  const busyAfter = cores === null ? null : coreBusyMicros(cores.proxy);
  const memory = treeMemory(running.pid);
  const moved = result.requests * (scenario.load.bodyBytes + scenario.load.replyBytes);
  return {
    ...NOTHING,
    cpuPerRequest: result.requests > 0 ? cpu / result.requests : null,
    requestsPerSecond: result.requests / result.seconds,
    mibPerCpuSecond: cpu > 0 ? moved / MIB / (cpu / 1e6) : null,
    p50: result.p50,
    p99: result.p99,
    errors: result.errors,
    rssMb: memory.rssBytes / MB,
    peakRssMb: memory.peakBytes / MB,
    disturbed: busyBefore === null || busyAfter === null ? null : Math.max(0, (busyAfter - busyBefore - cpu) / wall),
    tool: result.tool,
  };
}

/** Load for the window, silence for `settle`, then memory. */
export async function measureMemory(
  scenario: Scenario,
  running: Running,
  load: Load,
  windows: Windows,
  cores: Cores | null,
): Promise<Sample> {
  const loaded = await measureLoad(scenario, running, load, windows.warm + windows.seconds, cores);
  await pause(windows.settle * 1000);
  const memory = treeMemory(running.pid);
  return {
    ...NOTHING,
    rssMb: memory.rssBytes / MB,
    peakRssMb: memory.peakBytes / MB,
    startMs: running.startMs,
    errors: loaded.errors,
    tool: loaded.tool,
  };
}

/** What the start that has just happened took, and what it left in memory. */
export function measureStart(running: Running): Sample {
  const memory = treeMemory(running.pid);
  return { ...NOTHING, startMs: running.startMs, rssMb: memory.rssBytes / MB, peakRssMb: memory.peakBytes / MB };
}
