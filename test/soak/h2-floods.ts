/**
 * What HTTP/2 clients can do to exhaust a proxy, one after the other against the built one: each ends as it should, is counted, moves
 * memory by a bounded amount, and leaves a well-behaved client on another connection its latency (p99 within twice its quiet value, or 5 ms
 * more). The proxy has a core of its own; service, client and flooder are processes on the others, the flooder yields to the other two.
 * What the proxy itself has to do with a delay is how long the turns of its event loop are, in CPU; and what Envoy leaves the same client
 * under the same floods is said beside it, where Envoy is there.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { ask } from '../../bench/core/find.ts';
import { chooseCores, pinned } from '../../bench/core/machine.ts';
import { freePorts } from '../../bench/core/process.ts';
import type { LoadPlan, LoadResult } from '../../bench/model.ts';
import { bootstrap, cluster, routes, TO_APP } from '../differential/corpus.ts';
import { type ChildProxy, envoyMissing, startChild } from '../support/child-proxy.ts';
import { eventually, residentBytes, statSum } from '../support/process-facts.ts';
import { FLOODS, type Flood } from './h2/floods.ts';
import type { Turns } from './h2/turns.ts';

const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 3);
/** Before requests count: connections stand, and code is compiled. */
const SETTLE = 0.5;
/** Other work on the machine only ever adds to a delay: a window that misses is taken again, with a quiet one before it. */
const ATTEMPTS = 3;

const VICTIM: LoadPlan = {
  protocol: 'h2',
  method: 'GET',
  path: '/',
  connections: 2,
  streams: 10,
  bodyBytes: 0,
  replyBytes: 1024,
  rate: 300,
  settleSeconds: SETTLE,
};

const OPTIONS = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
};

const cores = chooseCores();
const here = (path: string): string => join(import.meta.dirname, path);
const aside = (...command: string[]): readonly string[] => pinned(command, cores === null ? null : cores.rest);

/** In the session of the test: the kernel weighs sessions before it looks at priorities. */
async function output(command: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command[0] as string, command.slice(1));
  return stdout;
}

const folder = mkdtempSync(join(tmpdir(), 'floods-'));
const turnsFile = join(folder, 'turns.json');
process.env['OUTRIGGER_NODE_OPTIONS'] = `--import ${here('h2/turns.ts')}`;
process.env['TURNS_FILE'] = turnsFile;

/** The turns of the proxy since it was last asked. */
async function turns(pid: number): Promise<Turns> {
  rmSync(turnsFile, { force: true });
  process.kill(pid, 'SIGUSR2');
  let read: Turns | null = null;
  await eventually(() => {
    try {
      read = existsSync(turnsFile) ? (JSON.parse(readFileSync(turnsFile, 'utf8')) as Turns) : null;
    } catch {
      // Not written to the end.
    }
    return read !== null;
  }, 5000);
  return read ?? { count: 0, p50: 0, p99: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY };
}

/** The p99 of the other client in µs, and its errors. */
async function victim(port: number): Promise<{ readonly p99: number; readonly errors: number }> {
  const client = here('../../bench/load/h2.ts');
  const text = await output(aside(process.execPath, client, JSON.stringify(VICTIM), String(port), String(SECONDS + SETTLE)));
  const { p99, errors } = JSON.parse(text) as LoadResult;
  return { p99: p99 ?? Number.POSITIVE_INFINITY, errors };
}

/** Connections that one flood made. */
async function flood(one: Flood, port: number): Promise<number> {
  const flooder = aside('nice', '-n', '19', process.execPath, here('h2/flooder.ts'), one.name, String(port), String(SECONDS + SETTLE));
  return (JSON.parse(await output(flooder)) as { connections: number }).connections;
}

async function start(kind: 'envoy' | 'built', backend: number): Promise<ChildProxy> {
  const proxy = await startChild(kind, bootstrap(routes(TO_APP), [cluster('app', [backend], OPTIONS)]));
  if (cores !== null) ask('taskset', ['-a', '-cp', String(cores.proxy), String(proxy.process.pid)]);
  return proxy;
}

const ms = (micros: number): string => (micros / 1000).toFixed(1);

t.test('floods', { timeout: 900_000 }, async (t) => {
  const [backend = 0] = await freePorts(1);
  const service = aside(process.execPath, here('../../bench/backend/main.ts'), 'h2', '1024', String(backend));
  const server = spawn(service[0] as string, service.slice(1), { stdio: 'inherit' });
  const proxy = await start('built', backend);
  const envoy = envoyMissing() === null ? await start('envoy', backend) : null;
  t.teardown(async () => {
    await proxy.stop();
    await envoy?.stop();
    server.kill();
    rmSync(folder, { recursive: true });
  });
  const port = proxy.ports.get('main') ?? 0;
  const pid = proxy.process.pid ?? 0;
  const stats = async () => (await proxy.admin('/stats')).body;
  await victim(port);

  for (const one of FLOODS) {
    await t.test(one.name, async (t) => {
      const before = one.counter === null ? 0 : statSum(await stats(), one.counter);
      const memory = residentBytes(pid);
      let near = false;
      for (let attempt = 1; attempt <= ATTEMPTS && !near; attempt++) {
        const quiet = await victim(port);
        await turns(pid);
        const [seen, connections] = await Promise.all([victim(port), flood(one, port)]);
        const taken = await turns(pid);
        near = seen.p99 <= Math.max(2 * quiet.p99, quiet.p99 + 5000);
        const more = Math.round((residentBytes(pid) - memory) / 1e6);
        t.comment(`p99 ${ms(seen.p99)} ms, in quiet ${ms(quiet.p99)} ms; ${connections} connections, rss ${more} MB more`);
        t.comment(`CPU of ${taken.count} turns: p50 ${ms(taken.p50)} ms, p99 ${ms(taken.p99)} ms, most ${ms(taken.most)} ms`);
        t.ok(taken.p99 <= 5000, 'turns of the event loop stay short');
        t.equal(seen.errors, 0, 'the other client has no errors');
        if (one.survives !== true) t.ok(connections > 1, 'the connection was closed');
      }
      t.ok(near, 'the p99 of the other client stays near its quiet value');
      if (one.counter !== null) t.ok(statSum(await stats(), one.counter) > before, `${one.counter} counts`);
      t.ok(residentBytes(pid) - memory < 60e6, 'memory stays bounded');
      const idle = async () => statSum(await stats(), /(?:downstream_rq|upstream_rq)_active$/) === 0;
      t.ok(await eventually(idle, 10_000), 'nothing is left running');
      if (envoy === null) return;
      const behind = envoy.ports.get('main') ?? 0;
      const [seen, connections] = await Promise.all([victim(behind), flood(one, behind)]);
      t.comment(`Envoy: p99 ${ms(seen.p99)} ms, ${seen.errors} errors; ${connections} connections`);
    });
  }
});
