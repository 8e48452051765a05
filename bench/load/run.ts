import { join } from 'node:path';
import { findCommand, packageVersion } from '../core/find.ts';
import { pinned } from '../core/machine.ts';
import { collect } from '../core/process.ts';
import type { LoadPlan, LoadResult } from '../model.ts';

export type LoadChoice = 'auto' | 'wrk' | 'autocannon';

/** Sends the plan's requests to the port for so many seconds, from the given cores. Rejects when no tool can. */
export async function runLoad(
  plan: LoadPlan,
  port: number,
  seconds: number,
  cores: string | null,
  folder: string,
  choice: LoadChoice,
  certificates = '',
): Promise<LoadResult> {
  const child = async (file: string): Promise<LoadResult> => {
    const command = [process.execPath, join(import.meta.dirname, file), JSON.stringify(plan), String(port), String(seconds), certificates];
    return JSON.parse(await collect(pinned(command, cores), folder)) as LoadResult;
  };
  if (plan.protocol === 'h2') return child('h2.ts');
  if (plan.tls === true) return child('h1-tls.ts');
  if (plan.rate !== undefined) return child('h1-open.ts');
  const wrk = choice === 'autocannon' ? null : findCommand('wrk');
  if (wrk !== null) {
    const { runWrk } = await import('./wrk.ts');
    return runWrk(wrk, plan, port, seconds, cores, folder);
  }
  if (choice === 'wrk') throw new Error('wrk is not installed (bench/install-peers.sh installs it)');
  if (packageVersion('autocannon') === null)
    throw new Error('neither wrk nor autocannon is installed: run npm ci, or bench/install-peers.sh');
  return child('autocannon.ts');
}
