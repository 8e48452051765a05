import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Folders that hold servers on Debian but are not in every user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The checkout that this benchmark belongs to. */
export const ROOT = dirname(dirname(import.meta.dirname));

/** Where `install-peers.sh` puts what it cannot install into the system. */
export function peersFolder(): string {
  return process.env['OUTRIGGER_PEERS'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'outrigger', 'peers');
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The full path of a command, or null. */
export function findCommand(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  for (const folder of folders) {
    const path = join(folder, name);
    if (folder !== '' && isExecutable(path)) return path;
  }
  return null;
}

/** What the command prints about itself, both streams; empty when it cannot be run. */
export function ask(command: string, args: readonly string[]): string {
  const run = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
  return `${run.stdout ?? ''}${run.stderr ?? ''}`;
}

/** The version of an npm package that can be imported from here, or null. */
export function packageVersion(name: string): string | null {
  const require = createRequire(join(ROOT, 'package.json'));
  try {
    const manifest: unknown = require(`${name}/package.json`);
    const version = (manifest as { version?: unknown }).version;
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
