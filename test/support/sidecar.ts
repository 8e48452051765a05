/** A pod with an application and a proxy, Envoy or Outrigger, in a namespace with Istio's rules. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import envoyOpponent from '../../bench/opponents/envoy.ts';
import { type SidecarOptions, sidecarBootstrap } from './istio-config.ts';
import { APP_UID, type Pod, PROXY_UID } from './netns.ts';
import type { IssuedCertificate } from './pki.ts';
import type { Answer, AppOptions, Call } from './pod-app.ts';

const APP = new URL('./pod-app.ts', import.meta.url).pathname;
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
export const ADMIN_PORT = 15000;

/** The application of a pod. */
export class PodApp {
  readonly process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #ids = 0;

  private constructor(child: ChildProcess) {
    this.process = child;
    child.on('message', ({ id, answer }: { id: number; answer: Answer }) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    });
    child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the application ended (${code ?? signal})`));
      this.#waiting.clear();
    });
  }

  /** Resolves when its servers listen. */
  static async start(pod: Pod, options: AppOptions, uid = APP_UID): Promise<PodApp> {
    const child = pod.spawn(uid, process.execPath, [APP, JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const app = new PodApp(child);
    await app.#answer(0);
    return app;
  }

  call(call: Call): Promise<Answer> {
    const id = ++this.#ids;
    this.process.send({ id, call });
    return this.#answer(id);
  }

  #answer(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }
}

export class Sidecar {
  readonly process: ChildProcess;
  readonly #app: PodApp;
  #log = '';

  private constructor(child: ChildProcess, app: PodApp) {
    this.process = child;
    this.#app = app;
    const keep = (chunk: Buffer): void => {
      this.#log += chunk.toString();
    };
    child.stderr?.on('data', keep);
    child.stdout?.on('data', keep);
  }

  /** Resolves when it is ready. `folder` holds its files and must be readable for everybody. */
  static async start(
    kind: 'envoy' | 'outrigger',
    pod: Pod,
    app: PodApp,
    folder: string,
    options: Omit<SidecarOptions, 'certificateFile' | 'keyFile' | 'rootsFile' | 'adminPort'>,
    identity: IssuedCertificate,
    roots: string,
  ): Promise<Sidecar> {
    const file = (name: string, text: string): string => {
      const path = join(folder, `${pod.namespace}-${name}`);
      writeFileSync(path, text, { mode: 0o600 });
      spawnSync('chown', [`${PROXY_UID}:${PROXY_UID}`, path]);
      return path;
    };
    const certificateFile = file('cert.pem', identity.certificate);
    const keyFile = file('key.pem', identity.key);
    const rootsFile = file('roots.pem', roots);
    const bootstrap = sidecarBootstrap({ ...options, certificateFile, keyFile, rootsFile, adminPort: ADMIN_PORT });
    const flags = [
      '-c',
      file('bootstrap.json', JSON.stringify(bootstrap, null, 1)),
      '--concurrency',
      '1',
      '-l',
      kind === 'envoy' ? 'error' : 'warning',
    ];
    const child = spawnProxy(kind, pod, flags);
    const sidecar = new Sidecar(child, app);
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('exit', (code, signal) => reject(new Error(`${kind} ended (${code ?? signal}):\n${sidecar.log.slice(0, 20_000)}`)));
    });
    await Promise.race([app.call({ op: 'ready', port: ADMIN_PORT }), failed]);
    failed.catch(() => {});
    return sidecar;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get log(): string {
    return this.#log;
  }

  /** A page of its admin, asked by the application of the pod. */
  async admin(path: string): Promise<string> {
    const { body, error } = await this.#app.call({ op: 'http', host: '127.0.0.1', port: ADMIN_PORT, path });
    if (error !== undefined) throw new Error(error);
    return body ?? '';
  }

  /** Sum of the counters and gauges whose names end like this. */
  async stat(pattern: RegExp): Promise<number> {
    const text = await this.admin('/stats');
    let sum = 0;
    for (const line of text.split('\n')) {
      const [, name = '', value = '0'] = /^(.*): (\d+)$/.exec(line) ?? [];
      if (name !== '' && pattern.test(name)) sum += Number(value);
    }
    return sum;
  }

  /** CPU time so far, user and system: clock ticks are 10 ms on Linux. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Open descriptors. */
  descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }
}

function spawnProxy(kind: 'envoy' | 'outrigger', pod: Pod, flags: readonly string[]): ChildProcess {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  if (kind === 'outrigger') return pod.spawn(PROXY_UID, process.execPath, [MAIN, ...flags], { stdio: [...stdio] });
  const found = envoyOpponent.find();
  if (!found.present) throw new Error(found.missing);
  return pod.spawn(PROXY_UID, found.command, [...flags, '--disable-hot-restart'], { stdio: [...stdio] });
}
