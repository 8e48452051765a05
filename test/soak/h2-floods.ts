/**
 * What HTTP/2 clients can do to exhaust a proxy, one after the other against the built one: each ends as it should, is counted, moves
 * memory by a bounded amount, and leaves a well-behaved client on another connection its latency (p99 within twice its quiet value, or 5 ms more).
 */
import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { serveHttp2 } from '../../bench/backend/http2.ts';
import type { LoadPlan, LoadResult } from '../../bench/model.ts';
import { bootstrap, cluster, routes, TO_APP } from '../differential/corpus.ts';
import { startChild } from '../support/child-proxy.ts';
import { eventually, residentBytes, statSum } from '../support/process-facts.ts';
import * as h2 from '../support/raw-h2.ts';
import { frame, literal, number32, RawH2, requestBlock, settingsPayload } from '../support/raw-h2.ts';

const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 3);
const NOTHING = Buffer.alloc(0);

const VICTIM: LoadPlan = {
  protocol: 'h2',
  method: 'GET',
  path: '/',
  connections: 2,
  streams: 10,
  bodyBytes: 0,
  replyBytes: 1024,
  rate: 300,
};

const OPTIONS = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
};

interface Flood {
  readonly name: string;
  readonly settings?: readonly (readonly [number, number])[];
  /** Sends one batch, the nth on this connection. */
  readonly batch: (client: RawH2, n: number) => void;
  /** Does not read. */
  readonly deaf?: boolean;
  /** Counters of which one must have moved; null where nothing is counted. */
  readonly counter: RegExp | null;
  /** The connection survives: what is sent is legal. */
  readonly survives?: boolean;
}

const repeat = (n: number, one: (i: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: n }, (_, i) => one(i)));
/** The nth request's stream of a connection, hundred requests a batch. */
const id = (n: number, i: number): number => 1 + 2 * (100 * n + i);
const HEAD = h2.END_STREAM | h2.END_HEADERS;

const FLOODS: readonly Flood[] = [
  {
    name: 'rapid reset',
    batch: (client, n) =>
      client.send(
        repeat(100, (i) =>
          Buffer.concat([frame(h2.HEADERS, HEAD, id(n, i), requestBlock()), frame(h2.RST_STREAM, 0, id(n, i), number32(8))]),
        ),
      ),
    counter: /downstream_rq_too_many_premature_resets$/,
  },
  {
    name: 'made-you-reset: window updates of nothing',
    batch: (client, n) =>
      client.send(
        repeat(100, (i) =>
          Buffer.concat([frame(h2.HEADERS, h2.END_HEADERS, id(n, i), requestBlock()), frame(h2.WINDOW_UPDATE, 0, id(n, i), number32(0))]),
        ),
      ),
    counter: /premature_resets$|rx_messaging_error$|downstream_cx_protocol_error$/,
  },
  {
    name: 'CONTINUATION without an end',
    batch: (client, n) => {
      if (n === 0) client.headers(1, requestBlock(), h2.END_STREAM);
      client.send(
        repeat(20, () => frame(h2.CONTINUATION, 0, 1, Buffer.concat(Array.from({ length: 30 }, () => literal('x-a', 'b'.repeat(100)))))),
      );
    },
    counter: /header_overflow$|protocol_error$|rx_messaging_error$/,
  },
  {
    name: 'HPACK bomb',
    batch: (client, n) => {
      // One field of 4,000 bytes into the table, then thousands of references to it.
      const big = Buffer.concat([Buffer.from([0x40, 3]), Buffer.from('x-a'), Buffer.from([0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 'a')]);
      client.headers(1 + 2 * n, Buffer.concat([requestBlock(), n === 0 ? big : NOTHING, Buffer.alloc(8000, 0xbe)]));
    },
    counter: /header_overflow$|rx_messaging_error$|tx_reset$|protocol_error$/,
  },
  {
    name: '10,000 cookie crumbs',
    batch: (client, n) => client.headers(1 + 2 * n, Buffer.concat([requestBlock(), repeat(1500, () => literal('cookie', 'a=b'))])),
    counter: /header_overflow$|tx_reset$|protocol_error$/,
  },
  {
    name: 'PING, deaf',
    deaf: true,
    batch: (client) => client.send(repeat(500, () => frame(h2.PING, 0, 0, Buffer.alloc(8)))),
    counter: /outbound_control_flood$/,
  },
  {
    name: 'SETTINGS, deaf',
    deaf: true,
    batch: (client) => client.send(repeat(500, () => frame(h2.SETTINGS, 0, 0, NOTHING))),
    counter: /outbound_control_flood$/,
  },
  {
    name: 'SETTINGS of 2,000 entries that toggle the table',
    batch: (client) =>
      client.send(frame(h2.SETTINGS, 0, 0, settingsPayload(Array.from({ length: 2000 }, (_, i) => [1, i % 2 === 0 ? 0 : 4096] as const)))),
    counter: null,
    survives: true,
  },
  {
    name: 'PRIORITY',
    batch: (client) => client.send(repeat(500, (i) => frame(h2.PRIORITY, 0, 1 + 2 * i, Buffer.from([0, 0, 0, 0, 1])))),
    counter: /inbound_priority_frames_flood$/,
  },
  {
    name: 'WINDOW_UPDATE',
    batch: (client) => client.send(repeat(500, () => frame(h2.WINDOW_UPDATE, 0, 0, number32(1)))),
    counter: /inbound_window_update_frames_flood$/,
  },
  {
    name: 'empty DATA',
    batch: (client, n) => {
      if (n === 0) client.headers(1, requestBlock('/'), h2.END_HEADERS);
      client.send(repeat(100, () => frame(h2.DATA, 0, 1, NOTHING)));
    },
    counter: /inbound_empty_frames_flood$/,
  },
  {
    name: 'a window that never opens',
    settings: [[4, 0]],
    batch: (client, n) => {
      if (n < 5) client.send(repeat(100, (i) => frame(h2.HEADERS, HEAD, id(n, i), requestBlock())));
    },
    counter: null,
    survives: true,
  },
  {
    name: 'answers that nobody reads',
    deaf: true,
    batch: (client, n) => client.send(repeat(100, (i) => frame(h2.HEADERS, HEAD, id(n, i), requestBlock()))),
    counter: null,
    survives: true,
  },
];

async function victim(port: number, seconds: number): Promise<LoadResult> {
  const client = join(import.meta.dirname, '../../bench/load/h2.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [client, JSON.stringify(VICTIM), String(port), String(seconds)]);
  return JSON.parse(stdout) as LoadResult;
}

t.test('floods', { timeout: 600_000 }, async (t) => {
  const server = await serveHttp2(1024, false, 0);
  const backend = (server.address() as AddressInfo).port;
  const proxy = await startChild('built', bootstrap(routes(TO_APP), [cluster('app', [backend], OPTIONS)]));
  t.teardown(async () => {
    await proxy.stop();
    server.close();
  });
  const port = proxy.ports.get('main') ?? 0;
  const pid = proxy.process.pid ?? 0;
  const stats = async () => (await proxy.admin('/stats')).body;
  await victim(port, 1);
  const quiet = (await victim(port, SECONDS)).p99 ?? 0;
  t.comment(`p99 in quiet: ${(quiet / 1000).toFixed(2)} ms`);

  for (const flood of FLOODS) {
    await t.test(flood.name, async (t) => {
      const before = flood.counter === null ? 0 : statSum(await stats(), flood.counter);
      const memory = residentBytes(pid);
      const until = performance.now() + SECONDS * 1000;
      let connections = 0;
      const attack = async (): Promise<void> => {
        while (performance.now() < until) {
          const client = await RawH2.open(port, { settings: flood.settings ?? [], paused: flood.deaf === true });
          connections++;
          // A flood that waits for a peer that takes nothing more ends with the window.
          const alarm = setTimeout(() => client.close(), Math.max(0, until - performance.now()));
          for (let n = 0; !client.closed && performance.now() < until; n++) {
            flood.batch(client, n);
            await client.drained();
            await new Promise<void>((resolve) => void setImmediate(resolve));
            // A deaf client learns of the end only by reading.
            if (flood.deaf === true && n % 50 === 49) client.socket.resume().pause();
          }
          clearTimeout(alarm);
          client.close();
          // Whoever was thrown out comes back ten times a second.
          await new Promise<void>((resolve) => void setTimeout(resolve, 100));
        }
      };
      const [seen] = await Promise.all([victim(port, SECONDS), attack()]);
      const p99 = seen.p99 ?? 0;
      t.comment(
        `${connections} connections, p99 ${(p99 / 1000).toFixed(2)} ms, rss ${Math.round((residentBytes(pid) - memory) / 1e6)} MB more`,
      );
      t.equal(seen.errors, 0, 'the other client has no errors');
      t.ok(p99 <= Math.max(2 * quiet, quiet + 5000), `its p99 of ${p99} µs stays near ${quiet} µs`);
      if (flood.survives !== true) t.ok(connections > 1, 'the connection was closed');
      if (flood.counter !== null) t.ok(statSum(await stats(), flood.counter) > before, `${flood.counter} counts`);
      t.ok(residentBytes(pid) - memory < 60e6, 'memory stays bounded');
      const idle = async () => statSum(await stats(), /(?:downstream_rq|upstream_rq)_active$/) === 0;
      t.ok(await eventually(idle, 10_000), 'nothing is left running');
    });
  }
});
