/** 100,000 connections that are cut off at every stage of a request leak no descriptor and leave every gauge at its start. */
import { connect } from 'node:net';
import t from 'tap';
import { startBackend } from '../differential/backend.ts';
import { bootstrap, cluster, routes, TO_APP } from '../differential/corpus.ts';
import { startChild } from '../support/child-proxy.ts';
import { eventually, openFiles, residentBytes, statSum } from '../support/process-facts.ts';
import { rawRequest, responses } from '../support/raw-client.ts';

const CYCLES = Number(process.env['SOAK_CYCLES'] ?? 100_000);
const PARALLEL = 64;

const REQUEST = 'POST /p HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n0123456789';
/** Bytes sent before the RST: nothing, inside the line, inside the head, whole head, inside the body, everything. */
const STAGES = [0, 7, 30, 50, 55, REQUEST.length];

function abortAt(port: number, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.on('connect', () => {
      if (bytes === 0) socket.resetAndDestroy();
      else socket.write(REQUEST.slice(0, bytes), () => socket.resetAndDestroy());
    });
  });
}

/** Lines of `after` that are not in `before`. */
function movedLines(before: string, after: string): string {
  const known = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !known.has(line))
    .join('\n');
}

t.test(`${CYCLES} connect/abort cycles`, { timeout: 1_200_000 }, async (t) => {
  const backend = await startBackend();
  // Longer than the kernel waits before it sends a SYN again (1 s): a storm overflows the backend's accept queue, and a connection
  // whose SYN was dropped may be what the request after it waits for.
  const app = cluster('app', [backend.port], { connect_timeout: '10s' });
  const config = JSON.stringify(bootstrap(routes(TO_APP), [app]));
  const proxy = await startChild('built', JSON.parse(config) as object);
  t.teardown(async () => {
    backend.close();
    await proxy.stop();
  });
  const port = proxy.ports.get('main') ?? 0;
  const pid = proxy.process.pid ?? 0;
  const quiet = async () => statSum((await proxy.admin('/stats')).body, /(?:downstream_cx|downstream_rq|upstream_rq)_active$/) === 0;
  const GOOD = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';

  await Promise.all(Array.from({ length: PARALLEL }, (_, i) => abortAt(port, STAGES[i % STAGES.length] ?? 0)));
  t.ok(await eventually(quiet, 10_000), 'quiet after the warm-up');
  // Idle connections to the upstream stay for the next request: they are counted, not leaked.
  const pooled = async () => statSum((await proxy.admin('/stats')).body, /^cluster\.app\.upstream_cx_active$/);
  const unpooled = async () => openFiles(pid) - (await pooled());
  const fds = await unpooled();

  let started = 0;
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      while (started < CYCLES) {
        const n = started++;
        await abortAt(port, STAGES[n % STAGES.length] ?? 0);
      }
    }),
  );

  t.ok(await eventually(quiet, 30_000), 'every gauge is back at 0');
  t.ok(
    await eventually(async () => (await unpooled()) === fds, 30_000),
    `descriptors are back at ${fds} and the pooled ones (now ${await unpooled()})`,
  );
  const before = (await proxy.admin('/stats?usedonly')).body;
  const answer = await rawRequest(port, GOOD, { until: responses(1) });
  if (!t.match(answer.text, /^HTTP\/1.1 200 /, 'the next request works', { answer })) {
    t.comment(`stats that moved:\n${movedLines(before, (await proxy.admin('/stats?usedonly')).body)}`);
  }
  t.comment(`rss after: ${Math.round(residentBytes(pid) / 1e6)} MB`);
});
