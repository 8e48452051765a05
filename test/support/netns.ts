/**
 * Pods on one machine: network namespaces on a bridge, each with its own addresses, and Istio's iptables rules in those that have a
 * proxy. Needs root and Linux; `podsMissing` says what is not there.
 *
 *     const network = new PodNetwork(['a', 'b']);
 *     network.pod('a').redirect();                      // Istio's rules
 *     network.pod('a').spawn(1337, 'envoy', ['-c', …]);
 *     network.close();                                  // ends the processes and takes everything away
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getuid } from 'node:process';

/** User and group of the proxy in Istio's rules. */
export const PROXY_UID = 1337;
/** Anybody else. */
export const APP_UID = 1000;

const RULES = new URL('../../examples/two-pods/istio.rules', import.meta.url);
const PROGRAMS = ['ip', 'iptables-restore', 'ip6tables-restore', 'setpriv', 'ss'];

let found: string | null | undefined;

/** Why no pods can be made here, or null. The kernel is asked with rules of the kinds that are needed. */
export function podsMissing(): string | null {
  found ??= lookForPods();
  return found === '' ? null : found;
}

function lookForPods(): string {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (getuid?.() !== 0) return 'network namespaces and iptables need root';
  for (const program of PROGRAMS) {
    if (spawnSync(program, ['--version']).error !== undefined)
      return `${program} is not installed (packages iproute2, iptables, util-linux)`;
  }
  if (spawnSync('setpriv', [...asUser(PROXY_UID), process.execPath, import.meta.filename, 'nothing']).status !== 0) {
    return `user ${PROXY_UID} may not read this checkout, or run the node of it`;
  }
  const name = `outrigger-${process.pid}-probe`;
  try {
    run('ip', ['netns', 'add', name]);
    const pod = new Pod(name, 1);
    pod.exec('ip', ['link', 'set', 'lo', 'up']);
    pod.redirect();
    return '';
  } catch (error) {
    return `this kernel cannot do it: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
}

export class PodNetwork {
  readonly #pods = new Map<string, Pod>();
  readonly #bridge: string;

  /** Each pod can reach every other one; any other address is routed to nowhere, so that rules can redirect it. */
  constructor(names: readonly string[]) {
    const prefix = `outrigger-${process.pid}`;
    removeAbandoned();
    this.#bridge = `${prefix}-bridge`;
    this.#remove(names.map((name) => `${prefix}-${name}`));
    run('ip', ['netns', 'add', this.#bridge]);
    process.once('exit', this.#abandon);
    const bridge = new Pod(this.#bridge, 0);
    bridge.exec('ip', ['link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0']);
    bridge.exec('ip', ['link', 'set', 'br0', 'up']);
    names.forEach((name, i) => {
      const pod = new Pod(`${prefix}-${name}`, 10 + i);
      this.#pods.set(name, pod);
      run('ip', ['netns', 'add', pod.namespace]);
      bridge.exec('ip', ['link', 'add', `port${i}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pod.namespace]);
      bridge.exec('ip', ['link', 'set', `port${i}`, 'master', 'br0', 'up']);
      pod.exec('ip', ['link', 'set', 'lo', 'up']);
      pod.exec('ip', ['addr', 'add', `${pod.ip4}/24`, 'dev', 'eth0']);
      pod.exec('ip', ['addr', 'add', `${pod.ip6}/64`, 'dev', 'eth0', 'nodad']);
      pod.exec('ip', ['link', 'set', 'eth0', 'up']);
      pod.exec('ip', ['route', 'add', 'default', 'dev', 'eth0']);
      pod.exec('ip', ['-6', 'route', 'add', 'default', 'dev', 'eth0']);
    });
  }

  pod(name: string): Pod {
    const pod = this.#pods.get(name);
    if (pod === undefined) throw new Error(`no pod ${name}`);
    return pod;
  }

  /** A test that is given up leaves no namespaces behind. */
  readonly #abandon = (): void => {
    for (const pod of this.#pods.values()) pod.kill();
    this.#remove([...this.#pods.values()].map((pod) => pod.namespace));
  };

  async close(): Promise<void> {
    process.off('exit', this.#abandon);
    for (const pod of this.#pods.values()) await pod.end();
    this.#remove([...this.#pods.values()].map((pod) => pod.namespace));
  }

  #remove(namespaces: readonly string[]): void {
    for (const name of [this.#bridge, ...namespaces]) spawnSync('ip', ['netns', 'del', name]);
  }
}

/** What a process left behind that was killed. */
function removeAbandoned(): void {
  for (const name of readdirSync('/run/netns')) {
    const pid = /^outrigger-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    for (const left of run('ip', ['netns', 'pids', name]).split('\n')) if (left !== '') process.kill(Number(left), 'SIGKILL');
    spawnSync('ip', ['netns', 'del', name]);
  }
}

export class Pod {
  readonly namespace: string;
  readonly ip4: string;
  readonly ip6: string;
  readonly #children = new Set<ChildProcess>();

  constructor(namespace: string, number: number) {
    this.namespace = namespace;
    this.ip4 = `10.244.0.${number}`;
    this.ip6 = `fd00:244::${number}`;
  }

  /** Istio's rules, both families. */
  redirect(): void {
    const rules = readFileSync(RULES, 'utf8');
    this.exec('iptables-restore', ['--noflush'], rules);
    this.exec('ip6tables-restore', ['--noflush'], rules.replaceAll('127.0.0.1/32', '::1/128').replaceAll('127.0.0.6/32', '::6/128'));
    // What 127.0.0.6 is without asking.
    this.exec('ip', ['-6', 'addr', 'add', '::6/128', 'dev', 'lo']);
  }

  /** Runs a program as root to its end; throws when it fails. Answers what it wrote. */
  exec(program: string, args: readonly string[], input = ''): string {
    return run('ip', ['netns', 'exec', this.namespace, program, ...args], input);
  }

  /** Starts a program as that user; `end` of the network ends it. */
  spawn(uid: number, program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.namespace, 'setpriv', ...asUser(uid), program, ...args], options);
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** TCP sockets in that state (`established`, `listening` …) that belong to this process. */
  sockets(state: string, pid: number): number {
    const lines = this.exec('ss', ['-Htnp', 'state', state]).split('\n');
    return lines.filter((line) => line.includes(`pid=${pid},`)).length;
  }

  kill(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    const children = [...this.#children];
    this.kill();
    await Promise.all(children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null)));
  }
}

function asUser(uid: number): string[] {
  return [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

function run(program: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}
