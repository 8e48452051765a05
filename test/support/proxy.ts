/**
 * The whole proxy in this process, on port 0 everywhere: the real listeners, filters and admin, with the same start and end as
 * `bin/outrigger`. With `concurrency` N ≥ 2 the data path runs in worker threads.
 *
 *     const proxy = await startProxy({ static_resources: { … } });
 *     t.teardown(() => proxy.stop());
 *     await fetch(`http://127.0.0.1:${proxy.port('inbound')}/`);
 *     t.equal(proxy.stat('http.inbound.downstream_rq_2xx'), 1);
 */
import type { AdminView } from '../../src/admin/view.ts';
import { Loggers } from '../../src/base/log.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { type Server, startServer } from '../../src/cli/server.ts';
import { renderProblems } from '../../src/config/excerpt.ts';
import { loadBootstrap } from '../../src/config/load.ts';
import { installed } from '../../src/installed.ts';
import type { ProxyRuntime } from '../../src/runtime/runtime.ts';
import { isUsed } from '../../src/telemetry/description.ts';

const WORKER = new URL('../../src/worker.ts', import.meta.url);

export interface ProxyOptions {
  /** Workers; 1 is inline. */
  readonly concurrency?: number;
  /** More flags, as on the command line. */
  readonly args?: readonly string[];
}

export interface TestProxy {
  /** Real port of each listener, by name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Port of that listener; without a name, of the only one. */
  port(listener?: string): number;
  /** 0 without admin (`admin: {}`). */
  readonly adminPort: number;
  readonly view: AdminView;
  readonly runtime: ProxyRuntime;
  /** A counter or gauge now, summed over the workers; 0 when it does not exist. */
  stat(name: string): number;
  /** Every counter and gauge that was used. */
  stats(): ReadonlyMap<string, number>;
  /** The proxy's own log so far. */
  log(): string;
  /** Called with the reason when the proxy gives up. */
  onFatal: (reason: string) => void;
  /** Closes everything at once; may be called twice. */
  stop(): Promise<void>;
}

/** Starts and waits until it is ready. Rejects with the report when the bootstrap (an object, or YAML) is refused. */
export async function startProxy(bootstrap: object | string, options: ProxyOptions = {}): Promise<TestProxy> {
  const parsed = parseFlags(['--config-yaml', '{}', '--concurrency', String(options.concurrency ?? 1), ...(options.args ?? [])]);
  if ('errors' in parsed) throw new Error(parsed.errors.join('\n'));
  const { flags } = parsed;
  let log = '';
  const sink = {
    write(line: string) {
      log += line;
    },
    reopen() {},
  };
  const text = typeof bootstrap === 'string' ? bootstrap : JSON.stringify({ admin: { address: loopback(0) }, ...bootstrap });
  const loaded = loadBootstrap([{ file: 'bootstrap', text }], { allowUnknownFields: flags.allowUnknownStaticFields });
  if ('problems' in loaded) throw new Error(renderProblems(loaded.problems, loaded.texts));
  const started = await startServer({
    flags,
    bootstrap: loaded.message,
    unknownFields: loaded.unknownFields,
    loggers: new Loggers(flags.logLevel, sink),
    sink,
    installed,
    workerEntry: WORKER,
    onQuit() {},
    onFatal: (reason) => proxy.onFatal(reason),
  });
  if ('problems' in started) {
    throw new Error(
      renderProblems(
        started.problems.map((problem) => loaded.positions.locate(problem)),
        loaded.texts,
      ),
    );
  }
  const server: Server = started;
  await server.runtime.whenReady();
  const listeners = await server.view.listeners();
  const ports = new Map(listeners.map(({ name, addresses }) => [name, portOf(addresses[0] ?? '')]));
  let stopped: Promise<void> | null = null;
  const proxy: TestProxy = {
    ports,
    port(listener) {
      const port = listener === undefined && ports.size === 1 ? [...ports.values()][0] : ports.get(listener ?? '');
      if (port === undefined) throw new Error(`no listener "${listener ?? ''}"; there are ${[...ports.keys()].join(', ')}`);
      return port;
    },
    adminPort: portOf(server.admin ?? ''),
    view: server.view,
    runtime: server.runtime,
    stat: (name) => server.view.stats.value(name) ?? 0,
    stats: () => allStats(server),
    log: () => log,
    onFatal() {},
    stop() {
      stopped ??= server.close();
      return stopped;
    },
  };
  return proxy;
}

/** A bootstrap's address on the loopback interface. */
export function loopback(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

function allStats(server: Server): Map<string, number> {
  const all = new Map<string, number>();
  const add = (name: string, value: number): void => {
    if (isUsed(value)) all.set(name, (all.get(name) ?? 0) + value);
  };
  for (const group of server.view.stats.groups()) {
    const names = [...group.spec.counters, ...group.spec.gauges];
    for (const [slot, name] of names.entries()) add(group.prefix + name, group.value(slot));
    for (const [name, value] of group.dynamics()) add(group.prefix + name, value);
  }
  return all;
}

function portOf(address: string): number {
  return Number(/:(\d+)$/.exec(address)?.[1] ?? 0);
}
