/**
 * Rows 32, 33, 34, 46 and 98 of the bad inputs over a socket: what asks for a tunnel, in one piece and cut at every position. The upstream
 * notes what it got before it granted anything.
 */
import { createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { httpListener, staticCluster } from '../support/bootstrap.ts';
import { eventually } from '../support/process-facts.ts';
import { startProxy } from '../support/proxy.ts';
import { rawRequest } from '../support/raw-client.ts';

/** `101` and `200` grant, `plain` refuses with a 200 and a body, `surplus` with another response behind it. */
type Mode = '101' | '200' | 'plain' | 'surplus' | 'unsolicited';

interface Row {
  readonly row: number;
  readonly name: string;
  readonly bytes: string;
  readonly upstream: Mode;
  /** What the client gets, but for `date`. */
  readonly answer: RegExp;
  /** What the upstream gets: heads, and bytes after the grant, which it sends back. */
  readonly heads: number;
  readonly tunnelled: string;
  readonly closes: boolean;
}

const HEAD = 'GET /x HTTP/1.1\r\nhost: a\r\n';
const WEBSOCKET = `${HEAD}connection: Upgrade\r\nupgrade: websocket\r\n\r\n`;
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n';

const ROWS: readonly Row[] = [
  {
    row: 32,
    name: 'a 200 to an upgrade opens nothing',
    bytes: WEBSOCKET + SMUGGLED,
    upstream: 'plain',
    answer: /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*connection: close\r\n\r\nplain$/,
    heads: 1,
    tunnelled: '',
    closes: true,
  },
  {
    row: 30,
    name: 'a second response behind it goes nowhere',
    bytes: WEBSOCKET,
    upstream: 'surplus',
    answer: /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*\r\nplain$/,
    heads: 1,
    tunnelled: '',
    closes: true,
  },
  {
    row: 33,
    name: 'bytes behind the head wait for the 101',
    bytes: WEBSOCKET + SMUGGLED,
    upstream: '101',
    answer: /^HTTP\/1\.1 101 Switching Protocols\r\n(?:.+\r\n)*\r\nGET \/smuggled HTTP\/1\.1\r\nhost: a\r\n\r\n$/,
    heads: 1,
    tunnelled: SMUGGLED,
    closes: false,
  },
  {
    row: 33,
    name: 'bytes behind a CONNECT wait for the 200',
    bytes: `CONNECT b:443 HTTP/1.1\r\nhost: b:443\r\n\r\n${SMUGGLED}`,
    upstream: '200',
    answer:
      /^HTTP\/1\.1 200 OK\r\n(?:(?!content-length|transfer-encoding|connection).+\r\n)*\r\nGET \/smuggled HTTP\/1\.1\r\nhost: a\r\n\r\n$/,
    heads: 1,
    tunnelled: SMUGGLED,
    closes: false,
  },
  {
    row: 33,
    name: 'a CONNECT that is refused',
    bytes: `CONNECT b:443 HTTP/1.1\r\nhost: b:443\r\n\r\n${SMUGGLED}`,
    upstream: '101',
    answer: /^HTTP\/1\.1 502 Bad Gateway\r\n/,
    heads: 1,
    tunnelled: '',
    closes: true,
  },
  {
    row: 34,
    name: 'a 101 that nobody asked for',
    bytes: `${HEAD}\r\n`,
    upstream: 'unsolicited',
    answer: /^HTTP\/1\.1 502 Bad Gateway\r\n/,
    heads: 1,
    tunnelled: '',
    closes: false,
  },
  ...['CONNECT / HTTP/1.1\r\nhost: a\r\n\r\n', 'CONNECT a HTTP/1.1\r\nhost: a\r\n\r\n', 'CONNECT HTTP/1.1\r\nhost: a\r\n\r\n'].map(
    (bytes) => ({
      row: 46,
      name: bytes.slice(0, bytes.indexOf('\r')),
      bytes: bytes + SMUGGLED,
      upstream: '200' as const,
      answer: /^HTTP\/1\.1 400 Bad Request\r\n/,
      heads: 0,
      tunnelled: '',
      closes: true,
    }),
  ),
  {
    row: 46,
    name: 'an upgrade that is not configured',
    bytes: `${HEAD}connection: Upgrade\r\nupgrade: other\r\n\r\n${SMUGGLED}`,
    upstream: '101',
    answer: /^HTTP\/1\.1 403 Forbidden\r\n(?:.+\r\n)*connection: close\r\n/,
    heads: 0,
    tunnelled: '',
    closes: true,
  },
  {
    row: 11,
    name: 'a chunked upgrade',
    bytes: `${HEAD}connection: Upgrade\r\nupgrade: websocket\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    upstream: '101',
    answer: /^HTTP\/1\.1 400 Bad Request\r\n/,
    heads: 0,
    tunnelled: '',
    closes: true,
  },
  {
    row: 98,
    name: 'h2c is no upgrade',
    bytes: `${HEAD}connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n`,
    upstream: 'plain',
    answer: /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*\r\nplain$/,
    heads: 1,
    tunnelled: '',
    closes: false,
  },
];

const ANSWERS: Readonly<Record<Mode, string>> = {
  '101': 'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
  '200': 'HTTP/1.1 200 OK\r\n\r\n',
  plain: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nplain',
  surplus: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nplainHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil',
  unsolicited: 'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
};

class Upstream {
  mode: Mode = '101';
  heads = 0;
  /** Came before anything was granted. */
  early = '';
  tunnelled = '';
  readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.serve(socket));

  async listen(): Promise<number> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  expect(mode: Mode): void {
    this.mode = mode;
    this.heads = 0;
    this.early = '';
    this.tunnelled = '';
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(socket: Socket): void {
    const { mode } = this;
    let head = '';
    let granted = false;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (granted) {
        this.tunnelled += text;
        socket.write(chunk);
        return;
      }
      head += text;
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.heads++;
      this.early += head.slice(end + 4);
      head = '';
      // Whoever sends too early gets the time to do it.
      setImmediate(() =>
        setImmediate(() => {
          granted = mode === '101' || mode === '200';
          socket.write(ANSWERS[mode]);
        }),
      );
    });
  }
}

async function setUp(t: Test) {
  const upstream = new Upstream();
  const port = await upstream.listen();
  const manager = { upgrade_configs: [{ upgrade_type: 'websocket' }, { upgrade_type: 'CONNECT' }] };
  const routes = [
    { match: { connect_matcher: {} }, route: { cluster: 'app' } },
    { match: { prefix: '/' }, route: { cluster: 'app' } },
  ];
  const proxy = await startProxy({
    static_resources: { listeners: [httpListener('in', 'app', { manager, routes })], clusters: [staticCluster('app', port)] },
  });
  t.teardown(async () => {
    upstream.close();
    await proxy.stop();
  });
  return { upstream, proxy };
}

t.test('every row holds, wherever it is cut', { timeout: 300_000 }, async (t) => {
  const { upstream, proxy } = await setUp(t);
  const wrong: string[] = [];
  let runs = 0;
  for (const row of ROWS) {
    const cuts = [[], ...Array.from({ length: row.bytes.length - 1 }, (_, i) => [i + 1])];
    for (const splitAt of cuts) {
      runs++;
      upstream.expect(row.upstream);
      const where = `row ${row.row} ${row.name} [${splitAt}]`;
      const answer = await rawRequest(proxy.port(), row.bytes, {
        splitAt,
        timeoutMs: 5000,
        ...(row.closes ? {} : { until: (text) => row.answer.test(text) }),
      });
      if (!row.answer.test(answer.text)) wrong.push(`${where}: ${JSON.stringify(answer.text)}`);
      if (row.closes && !answer.closed) wrong.push(`${where}: stays open`);
      if (upstream.early !== '') wrong.push(`${where}: early ${JSON.stringify(upstream.early)}`);
      if (upstream.tunnelled !== row.tunnelled) wrong.push(`${where}: tunnelled ${JSON.stringify(upstream.tunnelled)}`);
      if (upstream.heads !== row.heads) wrong.push(`${where}: ${upstream.heads} heads`);
    }
  }
  t.comment(`${runs} runs`);
  t.strictSame(wrong, []);
  const quiet = () =>
    proxy.stat('http.in.downstream_rq_active') +
      proxy.stat('http.in.downstream_cx_upgrades_active') +
      proxy.stat('cluster.app.upstream_rq_active') ===
    0;
  t.ok(await eventually(quiet, 10_000), 'nothing is left');
  t.notMatch(proxy.log(), /critical|uncaught/i, 'nothing broke');
});
