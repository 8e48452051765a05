/** What the kernel says of a process (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Open file descriptors. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Value of one stat in the text of `/stats`; NaN when it is not there. */
export function statValue(stats: string, name: string): number {
  const line = stats.split('\n').find((l) => l.startsWith(`${name}: `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 2));
}

/** Sum of all stats whose name ends so. */
export function statSum(stats: string, suffix: RegExp): number {
  let sum = 0;
  for (const line of stats.split('\n')) {
    const colon = line.indexOf(': ');
    if (suffix.test(line.slice(0, colon))) sum += Number(line.slice(colon + 2));
  }
  return sum;
}

/** Polls (one turn of the event loop between looks) until `holds`, or answers false after `ms`. */
export async function eventually(holds: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() > end) return false;
    await new Promise(setImmediate);
  }
}
