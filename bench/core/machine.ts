import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { ask, findCommand } from './find.ts';

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  /** The load average of the minute before the run: above 0.2 somebody else was at work. */
  readonly loadBefore: number;
};

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Which core the proxy gets and which ones the load generator, the backend and this process share. */
export type Cores = { readonly proxy: number; readonly rest: string };

/** Null when the machine has one core or no `taskset`: then nothing is pinned. */
export function chooseCores(): Cores | null {
  if (availableParallelism() < 2 || findCommand('taskset') === null) return null;
  const count = cpus().length;
  return { proxy: 0, rest: count === 2 ? '1' : `1-${count - 1}` };
}

/** Moves this process, all of its threads, off the core of the proxy. */
export function stepAside(cores: Cores | null): void {
  if (cores !== null) ask('taskset', ['-a', '-cp', cores.rest, String(process.pid)]);
}

/** The command, pinned to the given cores. */
export function pinned(command: readonly string[], cores: string | null): readonly string[] {
  return cores === null ? command : ['taskset', '-c', cores, ...command];
}
