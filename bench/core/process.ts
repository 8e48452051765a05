import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';

/** Process groups to end when the benchmark is interrupted. */
const alive = new Set<ChildProcess>();

export type Job = {
  readonly pid: number;
  /** performance.now() right before the spawn. */
  readonly startedAt: number;
  readonly exited: () => boolean;
  /** The last lines that it printed. */
  readonly tail: () => string;
  /** Ends the process and all that it started, at once. */
  readonly stop: () => Promise<void>;
};

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** Ends everything that was started here. */
export function stopAll(): void {
  for (const child of alive) endGroup(child);
}

/** Starts a command in a process group of its own, its output in `log`. */
export function start(command: readonly string[], log: string, cwd: string, env: NodeJS.ProcessEnv = process.env): Job {
  const [file = '', ...args] = command;
  const out = openSync(log, 'w');
  const startedAt = performance.now();
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  alive.add(child);
  child.on('error', () => alive.delete(child));
  child.on('exit', () => alive.delete(child));
  return {
    pid: child.pid ?? -1,
    startedAt,
    exited: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    tail: () => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-12).join('\n'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const gone = once(child, 'exit');
      endGroup(child);
      await gone;
    },
  };
}

/** Runs a command to its end and returns what it wrote to standard output; rejects with its error output when it fails. */
export async function collect(command: readonly string[], cwd: string): Promise<string> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  alive.delete(child);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${err.trim() || out.trim()}`);
  return out;
}

/** A port of 127.0.0.1 that was free a moment ago, and one each for the asked number. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
