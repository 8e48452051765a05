/** `bin/outrigger` as a child: its texts, its exit code, and the moment when it is ready. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line to its end. */
export async function runToEnd(...args: readonly string[]): Promise<Finished> {
  return runWith({}, ...args);
}

/** The same with variables over those of this process. */
export async function runWith(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Finished> {
  const command = new Command(args, environment);
  const code = await command.exit;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

export class Command {
  readonly process: ChildProcess;
  /** Null when a signal ended it. */
  readonly exit: Promise<number | null>;
  stdout = '';
  stderr = '';
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    // Whoever runs the tests in colour does not want it in what they compare.
    const env = { ...process.env, FORCE_COLOR: '0', ...environment };
    const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      for (const each of this.#waiting) each();
    });
    this.exit = once(child, 'close').then(([code]) => code as number | null);
  }

  /** Resolves when stderr holds such a text, or the process ends. */
  async says(text: RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!text.test(this.stderr)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      void this.exit.then(() => resolve());
      look();
    });
  }
}

export interface Ready {
  readonly pid: number;
  readonly admin: string | null;
  readonly listeners: Readonly<Record<string, readonly string[]>>;
  readonly ready_ms: number;
}

export interface Served {
  readonly command: Command;
  readonly ready: Ready;
  readonly folder: string;
  /** Real port of a listener. */
  port(listener: string): number;
}

/** A folder that is gone after the test, with these files in it. */
export function folderWith(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Serves a bootstrap until the test is over. `%DIR%` in it is a folder of its own. */
export async function serve(t: Test, bootstrap: object, ...args: readonly string[]): Promise<Served> {
  const folder = folderWith(t, {});
  writeFileSync(join(folder, 'envoy.json'), JSON.stringify(bootstrap).replaceAll('%DIR%', folder));
  return start(t, folder, '-c', join(folder, 'envoy.json'), ...args.map((arg) => arg.replaceAll('%DIR%', folder)));
}

/** Starts a proxy that is ready, and ends with the test. `folder`: where it says so. */
export async function start(t: Test, folder: string, ...args: readonly string[]): Promise<Served> {
  const readyFile = join(folder, 'ready.json');
  const watcher = watch(folder);
  const command = new Command(['--ready-file', readyFile, ...args]);
  t.teardown(async () => {
    command.process.kill('SIGKILL');
    await command.exit;
  });
  const ended = command.exit.then((code): never => {
    throw new Error(`ended with ${code} before it was ready:\n${command.stderr}`);
  });
  ended.catch(() => {});
  let ready: Ready | null = null;
  while (ready === null) {
    ready = readReady(readyFile);
    if (ready === null) await Promise.race([ended, once(watcher, 'change')]);
  }
  watcher.close();
  const { listeners } = ready;
  return { command, ready, folder, port: (name) => Number(listeners[name]?.[0]?.split(':').at(-1)) };
}

function readReady(file: string): Ready | null {
  try {
    const text = readFileSync(file, 'utf8');
    return text.endsWith('\n') ? (JSON.parse(text) as Ready) : null;
  } catch {
    return null;
  }
}
