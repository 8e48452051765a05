import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chooseCores, pinned } from '../core/machine.ts';

const SUFFIX = '.bench.ts';

/** Runs the files whose names contain one of the words, each in a process of its own. Returns the exit code. */
export function runMicro(words: readonly string[]): number {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(SUFFIX))
    .sort();
  const chosen = words.length === 0 ? files : files.filter((file) => words.some((word) => file.includes(word)));
  if (chosen.length === 0) {
    process.stderr.write(`no micro-benchmark matches; there are ${files.map((file) => file.slice(0, -SUFFIX.length)).join(', ')}\n`);
    return 2;
  }
  const cores = chooseCores();
  let code = 0;
  for (const file of chosen) {
    const [command = '', ...args] = pinned(
      [process.execPath, join(import.meta.dirname, 'child.ts'), join(import.meta.dirname, file)],
      cores === null ? null : String(cores.proxy),
    );
    if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) code = 1;
  }
  return code;
}
