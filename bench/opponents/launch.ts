import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cage, caged } from '../core/cgroup.ts';
import { type Cores, pinned } from '../core/machine.ts';
import { freePorts, start } from '../core/process.ts';
import { untilReady } from '../core/ready.ts';
import type { Endpoint, Opponent, Running, Scenario } from '../model.ts';

export type Ground = {
  /** Folder for configuration and logs. */
  readonly folder: string;
  readonly backend: Endpoint;
  readonly cores: Cores | null;
  readonly cage: Cage | null;
  /** Folder of certificates, '' where the scenario needs none. */
  readonly certificates: string;
};

/** Writes the opponent's configuration, starts it on its core and waits until a request comes through. Rejects when none does. */
export async function launch(opponent: Opponent, command: string, scenario: Scenario, ground: Ground): Promise<Running> {
  const folder = join(ground.folder, `${scenario.name}-${opponent.name.replaceAll(/[^\w.-]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const [listen = 0, inner = 0, admin = 0] = await freePorts(3);
  const { backend, certificates } = ground;
  const wiring = { listen, inner, admin, backend, certificates };
  const config = opponent.config(scenario, wiring, folder);
  const file = join(folder, config.name);
  writeFileSync(file, config.text);
  const line = pinned(opponent.command(command, file, wiring, folder), ground.cores === null ? null : String(ground.cores.proxy));
  const job = start(caged(line, ground.cage), join(folder, 'output.log'), folder);
  try {
    const startMs = await untilReady(job, listen, scenario.load.path, {
      protocol: scenario.load.protocol,
      certificates: scenario.load.tls === true ? certificates : undefined,
    });
    return { pid: job.pid, port: listen, startMs, stop: job.stop };
  } catch (error) {
    await job.stop();
    throw error;
  }
}
