import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BASE = '/sys/fs/cgroup';

/** A share of one core in thousandths, and bytes of memory. */
export type Quota = { readonly milliCpu: number; readonly memoryBytes: number };

/** What Istio's sidecars are often given: 200m of CPU, 256 MiB. */
export const SIDECAR_QUOTA: Quota = { milliCpu: 200, memoryBytes: 256 * 1024 * 1024 };

export type Cage = {
  /** The files that a process writes its own pid into to step in. */
  readonly doors: readonly string[];
  readonly remove: () => void;
};

/** The files to write for a quota in either version of cgroups, folder by folder. Periods of 100 ms, the kernel's default. */
export function quotaFiles(version: 1 | 2, quota: Quota): readonly (readonly [controller: string, file: string, value: string])[] {
  const micros = String(quota.milliCpu * 100);
  const bytes = String(quota.memoryBytes);
  if (version === 2)
    return [
      ['', 'cpu.max', `${micros} 100000`],
      ['', 'memory.max', bytes],
    ];
  return [
    ['cpu', 'cpu.cfs_period_us', '100000'],
    ['cpu', 'cpu.cfs_quota_us', micros],
    ['memory', 'memory.limit_in_bytes', bytes],
  ];
}

function detect(): 1 | 2 | null {
  if (existsSync(join(BASE, 'cgroup.controllers'))) {
    const controllers = readFileSync(join(BASE, 'cgroup.controllers'), 'latin1').split(/\s+/);
    return controllers.includes('cpu') && controllers.includes('memory') ? 2 : null;
  }
  return existsSync(join(BASE, 'cpu', 'cpu.cfs_quota_us')) || existsSync(join(BASE, 'cpu', 'tasks')) ? 1 : null;
}

/** Makes a cgroup with the quota, or says why it cannot. */
export function buildCage(name: string, quota: Quota): Cage | string {
  if (process.getuid?.() !== 0) return 'only root can make a cgroup';
  const version = detect();
  if (version === null) return 'no cgroup with cpu and memory controllers is mounted';
  const folders = version === 2 ? [join(BASE, name)] : [join(BASE, 'cpu', name), join(BASE, 'memory', name)];
  try {
    if (version === 2) writeFileSync(join(BASE, 'cgroup.subtree_control'), '+cpu +memory');
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    for (const [controller, file, value] of quotaFiles(version, quota)) writeFileSync(join(BASE, controller, name, file), value);
  } catch (error) {
    return `the cgroup cannot be made: ${error instanceof Error ? error.message : String(error)}`;
  }
  return {
    doors: folders.map((folder) => join(folder, 'cgroup.procs')),
    remove() {
      for (const folder of folders) {
        try {
          rmdirSync(folder);
        } catch {
          // A process that is still ending keeps the folder busy; an empty cgroup left behind costs nothing.
        }
      }
    },
  };
}

/** The command, started from inside the cgroup. */
export function caged(command: readonly string[], cage: Cage | null): readonly string[] {
  if (cage === null) return command;
  const enter = cage.doors.map((door) => `echo $$ > '${door}'`).join(' && ');
  return ['/bin/sh', '-c', `${enter} && exec "$@"`, 'sh', ...command];
}
