/**
 * A whole proxy as a child process, Envoy or Outrigger: the same bootstrap, port 0 everywhere, real ports read back from the
 * admin. For tests that compare the two, or that need a process of its own (signals, exit codes).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envoyOpponent from '../../bench/opponents/envoy.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ChildProxy {
  /** `built`: what `npm run build` left, as `bin/outrigger` starts it; figures of memory and time mean this one. */
  readonly kind: 'envoy' | 'outrigger' | 'built';
  readonly process: ChildProcess;
  readonly adminPort: number;
  /** Real port of each listener, by listener name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Folder of this proxy: `%DIR%` in the bootstrap. Removed by `stop`. */
  readonly folder: string;
  /** What it wrote to stderr so far. */
  log(): string;
  admin(path: string, method?: string): Promise<{ status: number; body: string }>;
  /** SIGTERM, and the end of the process. */
  stop(): Promise<Ended>;
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** Content of `%DIR%/access.log`. */
  readonly accessLog: string;
}

/** Reason why Envoy cannot be run here, or null. */
export function envoyMissing(): string | null {
  const found = envoyOpponent.find();
  return found.present ? null : found.missing;
}

/** Starts a proxy; rejects with its log when it ends before it is ready. `%DIR%` in the bootstrap is the proxy's own folder. */
export async function startChild(kind: ChildProxy['kind'], bootstrap: object, args: readonly string[] = []): Promise<ChildProxy> {
  const folder = mkdtempSync(join(tmpdir(), `${kind}-`));
  const config = join(folder, 'bootstrap.json');
  const adminFile = join(folder, 'admin.txt');
  writeFileSync(config, JSON.stringify({ admin: { address: loopback(0) }, ...bootstrap }).replaceAll('%DIR%', folder));
  const flags = [
    '-c',
    config,
    '--admin-address-path',
    adminFile,
    ...(args.includes('--concurrency') ? [] : ['--concurrency', '1']),
    ...args,
  ];
  const found = kind === 'envoy' ? envoyOpponent.find() : null;
  if (found !== null && !found.present) throw new Error(found.missing);
  const flush = ['-l', 'warning', '--file-flush-interval-msec', '20'];
  const child =
    found !== null
      ? spawn(found.command, [...flags, ...flush, '--disable-hot-restart'])
      : kind === 'built'
        ? spawn(join(ROOT, 'bin/outrigger'), [...flags, ...flush])
        : spawn(process.execPath, [join(ROOT, 'src/main.ts'), ...flags, ...flush]);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const failed = ended.then((code): never => {
    throw new Error(`${kind} ended with ${code} before it was ready:\n${stderr}`);
  });
  const adminPort = await Promise.race([failed, adminPortIn(adminFile, ended)]);
  const admin = (path: string, method = 'GET') => request(adminPort, path, method);
  await Promise.race([failed, untilReady(admin)]);
  failed.catch(() => {});
  const listeners = JSON.parse((await admin('/listeners?format=json')).body) as Listeners;
  const ports = new Map((listeners.listener_statuses ?? []).map((l) => [l.name, l.local_address.socket_address.port_value]));
  return {
    kind,
    process: child,
    adminPort,
    ports,
    folder,
    log: () => stderr,
    admin,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const code = await ended;
      const log = join(folder, 'access.log');
      const accessLog = existsSync(log) ? readFileSync(log, 'utf8') : '';
      rmSync(folder, { recursive: true, force: true });
      return { code, accessLog };
    },
  };
}

interface Listeners {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: { readonly socket_address: { readonly port_value: number } };
  }[];
}

export function loopback(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

/** Resolves when the proxy has written its admin address; 0 when it ended without. */
async function adminPortIn(file: string, ended: Promise<unknown>): Promise<number> {
  const read = () => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return Number(/:(\d+)\s*$/.exec(text)?.[1] ?? 0);
  };
  const watcher = watch(join(file, '..'));
  try {
    for (;;) {
      const port = read();
      if (port !== 0) return port;
      const over = await Promise.race([once(watcher, 'change').then(() => false), ended.then(() => true)]);
      if (over) return 0;
    }
  } finally {
    watcher.close();
  }
}

async function untilReady(admin: ChildProxy['admin']): Promise<void> {
  for (;;) {
    const { status } = await admin('/ready').catch(() => ({ status: 0 }));
    if (status === 200) return;
    await new Promise(setImmediate);
  }
}

function request(port: number, path: string, method: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = get({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject);
  });
}
