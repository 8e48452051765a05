/**
 * Every row over a socket, through a whole proxy, to an upstream that counts: the stated answer, nothing malformed behind it, the
 * next request served, every gauge back at zero. In one piece, cut at every position, and byte by byte.
 */
import { createServer, type Socket } from 'node:net';
import t from 'tap';
import { eventually } from '../support/process-facts.ts';
import { startProxy } from '../support/proxy.ts';
import { parseResponses, rawRequest } from '../support/raw-client.ts';
import { H1_ROWS, type H1Row, type RowSettings } from './h1-rows.ts';

/** Byte by byte is for rows that a person could read. */
const SHORT = 600;
/** Longer ones are cut in three. */
const LONG = 4000;

/** Settings that the connection manager offers; `rejectFragment` is a runtime key in Envoy, and not offered. */
function offered(settings: RowSettings): boolean {
  return settings.rejectFragment === undefined;
}

function manager(settings: RowSettings): object {
  return {
    stat_prefix: 'rows',
    http_protocol_options: {
      accept_http_10: settings.acceptHttp10 ?? false,
      default_host_for_http_10: settings.defaultHost ?? '',
      enable_trailers: settings.enableTrailers ?? false,
      allow_chunked_length: settings.allowChunkedLength ?? false,
    },
    ...(settings.underscores === undefined
      ? {}
      : {
          common_http_protocol_options: {
            headers_with_underscores_action: { allow: 'ALLOW', drop: 'DROP_HEADER', reject: 'REJECT_REQUEST' }[settings.underscores],
          },
        }),
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'app' } }] }] },
    http_filters: [
      {
        name: 'router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  };
}

function bootstrap(all: readonly RowSettings[], upstream: number): object {
  return {
    static_resources: {
      listeners: all.map((settings, i) => ({
        name: String(i),
        address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
        filter_chains: [
          {
            filters: [
              {
                name: 'hcm',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                  ...manager(settings),
                },
              },
            ],
          },
        ],
      })),
      clusters: [
        {
          name: 'app',
          load_assignment: {
            cluster_name: 'app',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: upstream } } } }] }],
          },
        },
      ],
    },
  };
}

/** Counts the requests that arrive completely, and answers each of them. */
async function counter(): Promise<{ port: number; complete: () => number; close(): void }> {
  let complete = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = requestEnd(text); end > 0; end = requestEnd(text)) {
        const head = text.startsWith('HEAD ');
        text = text.slice(end);
        complete++;
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n${head ? '' : 'ok'}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    complete: () => complete,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What the proxy sends is well-formed, so this reader may be simple: 0 while the request is incomplete. */
function requestEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const start = head + 4;
  if (/^transfer-encoding: chunked/im.test(text.slice(0, head))) {
    for (let at = start; ; ) {
      const line = text.indexOf('\r\n', at);
      if (line < 0) return 0;
      const size = Number.parseInt(text.slice(at, line), 16);
      if (size > 0) {
        at = line + 2 + size + 2;
        continue;
      }
      const end = text.startsWith('\r\n', line + 2) ? line + 4 : text.indexOf('\r\n\r\n', line + 2) + 4;
      return end <= line || end > text.length || end === 3 ? 0 : end;
    }
  }
  const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= start + length ? start + length : 0;
}

function splits(row: H1Row): (readonly number[])[] {
  const { length } = row.bytes;
  const all: number[][] = [[]];
  if (length < LONG) for (let i = 1; i < length; i++) all.push([i]);
  else if (length > 3) all.push([Math.floor(length / 3), Math.floor((2 * length) / 3)]);
  if (length <= SHORT) all.push(Array.from({ length: length - 1 }, (_, i) => i + 1));
  return all;
}

const GOOD = 'GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

t.test('every row holds over a socket', { timeout: 1_200_000 }, async (t) => {
  const rows = H1_ROWS.filter((row) => offered(row.settings ?? {}));
  const keys = [...new Set(rows.map((row) => JSON.stringify(row.settings ?? {})))];
  const upstream = await counter();
  const proxy = await startProxy(
    bootstrap(
      keys.map((key) => JSON.parse(key) as RowSettings),
      upstream.port,
    ),
  );
  t.teardown(async () => {
    upstream.close();
    await proxy.stop();
  });
  const quiet = () => proxy.stat('http.rows.downstream_rq_active') + proxy.stat('http.rows.downstream_cx_active') === 0;

  const wrong: string[] = [];
  let runs = 0;
  for (const row of rows) {
    const port = proxy.port(String(keys.indexOf(JSON.stringify(row.settings ?? {}))));
    const { statuses, closes, upstreamRequests } = row.expect;
    for (const splitAt of splits(row)) {
      runs++;
      const before = upstream.complete();
      const final = (text: string) => parseResponses(text, row.bytes.startsWith('HEAD') ? 'HEAD' : 'GET').filter((r) => r.status >= 200);
      const answer = await rawRequest(port, row.bytes, {
        splitAt,
        end: row.fin === true,
        timeoutMs: 5000,
        ...(closes ? {} : { until: (text: string) => final(text).length >= statuses.length }),
      });
      const got = final(answer.text).map((r) => r.status);
      const fits =
        got.length === statuses.length && statuses.every((s, i) => (typeof s === 'number' ? s === got[i] : s.includes(got[i] ?? 0)));
      const where = `row ${row.row} ${row.name} [${splitAt.length > 3 ? 'byte by byte' : splitAt.join(',')}]`;
      if (!fits) wrong.push(`${where}: answered ${got.join(',') || 'nothing'}, expected ${statuses.join(',') || 'nothing'}`);
      if (closes && !answer.closed) wrong.push(`${where}: stays open`);
      const reached = upstream.complete() - before;
      if (reached !== upstreamRequests) wrong.push(`${where}: ${reached} requests reached the upstream, expected ${upstreamRequests}`);
    }
    const next = await rawRequest(port, GOOD, { timeoutMs: 5000 });
    if (!next.text.startsWith('HTTP/1.1 200 ')) wrong.push(`row ${row.row} ${row.name}: the next request is not served`);
  }
  t.comment(`${rows.length} rows, ${runs} runs`);
  t.strictSame(wrong, [], `${rows.length} rows in ${runs} runs`);
  t.ok(await eventually(quiet, 10_000), 'no request and no connection is left');
  t.notMatch(proxy.log(), /critical|uncaught/i, 'nothing broke');
});
