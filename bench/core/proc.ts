import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU in ticks of 1/100 s for user space, whatever the kernel's own HZ (proc(5), USER_HZ). */
const MICROS_PER_TICK = 10_000;

export type ProcStat = { readonly parent: number; readonly cpuMicros: number };

/** Reads one `/proc/<pid>/stat` line: fields 4 (ppid), 14 (utime), 15 (stime) of proc(5). The name may hold spaces and brackets. */
export function parseStat(line: string): ProcStat | null {
  const end = line.lastIndexOf(')');
  if (end < 0) return null;
  const fields = line.slice(end + 2).split(' ');
  const parent = Number(fields[1]);
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(parent) && Number.isFinite(ticks) ? { parent, cpuMicros: ticks * MICROS_PER_TICK } : null;
}

export type Memory = { readonly rssBytes: number; readonly peakBytes: number };

/** Reads VmRSS and VmHWM out of `/proc/<pid>/status`. */
export function parseStatus(text: string): Memory {
  const kb = (name: string): number => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text);
    return match?.[1] === undefined ? 0 : Number(match[1]) * 1024;
  };
  return { rssBytes: kb('VmRSS'), peakBytes: kb('VmHWM') };
}

export type CoreTimes = { readonly busyMicros: number };

/** Reads the line of one core out of `/proc/stat`: everything but idle and iowait is busy. */
export function parseCore(text: string, core: number): CoreTimes | null {
  const line = text.split('\n').find((l) => l.startsWith(`cpu${core} `));
  if (line === undefined) return null;
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const busy = ticks.reduce((sum, value, index) => (index === 3 || index === 4 ? sum : sum + value), 0);
  return { busyMicros: busy * MICROS_PER_TICK };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** A process and everything that it started, by following parents. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const stat = parseStat(read(`/proc/${pid}/stat`) ?? '');
    if (stat === null) continue;
    const list = children.get(stat.parent);
    if (list === undefined) children.set(stat.parent, [pid]);
    else list.push(pid);
  }
  const tree = [root];
  for (let i = 0; i < tree.length; i++) tree.push(...(children.get(tree[i] ?? -1) ?? []));
  return tree;
}

/** µs of CPU that the tree has used since it started, all threads, ended ones included. */
export function treeCpuMicros(root: number): number {
  let total = 0;
  for (const pid of processTree(root)) total += parseStat(read(`/proc/${pid}/stat`) ?? '')?.cpuMicros ?? 0;
  return total;
}

/** Memory of the tree. Pages that two processes share are counted twice. */
export function treeMemory(root: number): Memory {
  let rssBytes = 0;
  let peakBytes = 0;
  for (const pid of processTree(root)) {
    const memory = parseStatus(read(`/proc/${pid}/status`) ?? '');
    rssBytes += memory.rssBytes;
    peakBytes += memory.peakBytes;
  }
  return { rssBytes, peakBytes };
}

/** µs that one core was busy since boot, or null where `/proc/stat` does not list it. */
export function coreBusyMicros(core: number): number | null {
  return parseCore(read('/proc/stat') ?? '', core)?.busyMicros ?? null;
}
