/**
 * The interop client and server of gRPC for Go, built once into the user's cache. What they test is described in grpc's
 * doc/interop-test-descriptions.md; the client ends with 0 when its case passed.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MODULE = 'google.golang.org/grpc';
const VERSION = 'v1.76.0';
const run = promisify(execFile);

export interface Programs {
  readonly client: string;
  readonly server: string;
}

/** The programs, or why there are none. The first call on a machine builds them, which takes a minute or two. */
export async function grpcGo(): Promise<Programs | string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'outrigger');
  const folder = join(cache, `grpc-interop-${VERSION.slice(1)}`);
  const programs = { client: join(folder, 'client'), server: join(folder, 'server') };
  if (existsSync(programs.client) && existsSync(programs.server)) return programs;
  try {
    await run('go', ['version']);
  } catch {
    return 'Go is not installed, so the interop programs of gRPC cannot be built';
  }
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'build-'));
  try {
    writeFileSync(join(work, 'go.mod'), 'module interop\n\ngo 1.24\n');
    const env = { ...process.env, GOFLAGS: '-mod=mod' };
    const go = (...args: string[]) => run('go', args, { cwd: work, env, maxBuffer: 1 << 24 });
    await go('get', `${MODULE}@${VERSION}`);
    await go('build', '-o', 'client', `${MODULE}/interop/client`);
    await go('build', '-o', 'server', `${MODULE}/interop/server`);
    mkdirSync(folder, { recursive: true });
    for (const name of ['client', 'server']) renameSync(join(work, name), join(folder, name));
    return programs;
  } catch (error) {
    return `the interop programs of gRPC were not built: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export interface InteropServer {
  readonly port: number;
  readonly process: ChildProcess;
  stop(): void;
}

export async function startServer(programs: Programs): Promise<InteropServer> {
  const env = { ...process.env, GRPC_GO_LOG_SEVERITY_LEVEL: 'info' };
  const child = spawn(programs.server, ['-port', '0'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await new Promise<number>((resolve, reject) => {
    let log = '';
    child.on('exit', (code) => reject(new Error(`the interop server ended with ${code}: ${log}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      if (log.length > 100_000) return;
      log += chunk.toString();
      const found = /listening on \S*:(\d+)/.exec(log);
      if (found !== null) resolve(Number(found[1]));
    });
  });
  return { port, process: child, stop: () => void child.kill('SIGKILL') };
}

export interface Outcome {
  readonly passed: boolean;
  /** What the client wrote. */
  readonly log: string;
}

/** Runs one case against a port of the loopback interface, for at most so many milliseconds. */
export async function runCase(
  programs: Programs,
  name: string,
  port: number,
  flags: readonly string[] = [],
  timeout = 120_000,
): Promise<Outcome> {
  const args = ['-server_host', '127.0.0.1', '-server_port', String(port), '-test_case', name, ...flags];
  const env = { ...process.env, GRPC_GO_LOG_SEVERITY_LEVEL: 'error' };
  try {
    const { stdout, stderr } = await run(programs.client, args, { env, timeout, maxBuffer: 1 << 26 });
    return { passed: true, log: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    return { passed: false, log: `${stdout}${stderr}` || message };
  }
}
