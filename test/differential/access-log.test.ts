/** Access logs of whole proxies, a real Envoy and Outrigger: what each operator says of real traffic over HTTP/1.1 and TCP, and what filters let through. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { OPERATORS } from '../../src/telemetry/format/catalog.ts';
import { type ChildProxy, envoyMissing, loopback, startChild } from '../support/child-proxy.ts';

/** Operators with parameters; the others are asked as they are. */
const PARAMS: Readonly<Record<string, readonly string[]>> = {
  COALESCE: ['({"operators": ["REQUESTED_SERVER_NAME", {"command": "REQ", "param": ":authority"}]})'],
  COMMON_DURATION: ['(US_HS_END:US_TX_BEG:ms)', '(nobody:DS_TX_END:us)'],
  DYNAMIC_METADATA: ['(a)'],
  ENVIRONMENT: ['(HOME)'],
  FILTER_STATE: ['(a)'],
  UPSTREAM_FILTER_STATE: ['(a)'],
  CLUSTER_METADATA: ['(ns)', '(ns:k)'],
  UPSTREAM_METADATA: ['(ns:o:l)', '(no)'],
  METADATA: ['ROUTE', 'VIRTUAL_HOST', 'CLUSTER', 'UPSTREAM_HOST', 'LISTENER', 'LISTENER_FILTER_CHAIN', 'DYNAMIC'].flatMap((kind) => [
    `(${kind}:ns)`,
    `(${kind}:ns:o:i)`,
  ]),
  QUERY_PARAM: ['(q)'],
  REQ: ['(x-a)', '(no?:path)', '(:authority):2'],
  REQUEST_HEADER: ['(x-envoy-expected-rq-timeout-ms)'],
  RESP: ['(server)', '(x-b)'],
  RESPONSE_HEADER: ['(content-length?x-b)'],
  RESPONSE_TRAILER: ['(x)'],
  TRAILER: ['(x)'],
};

/** Of the run and not of the stream. Durations are compared in `present`. */
const VARYING = /_TIME|_ID$|_IDS_|UNIQUE|(?<!COMMON_)DURATION/;
const present = [
  'DURATION',
  'REQUEST_DURATION',
  'REQUEST_TX_DURATION',
  'RESPONSE_DURATION',
  'RESPONSE_TX_DURATION',
  'UPSTREAM_CONNECTION_POOL_READY_DURATION',
  'DOWNSTREAM_HANDSHAKE_DURATION',
  'COMMON_DURATION(DS_CX_BEG:DS_CX_END:us)',
  'COMMON_DURATION(US_CX_BEG:US_CX_END:us)',
  'COMMON_DURATION(US_RX_BODY_BEG:US_RX_END:us)',
  'UPSTREAM_CONNECTION_IDS_ATTEMPTED',
  'STREAM_ID',
];
const asked = Object.keys(OPERATORS)
  .filter((name) => !VARYING.test(name))
  .flatMap((name) => (PARAMS[name] ?? ['']).map((param) => name + param));

const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
const metadata = (of: string) => ({ filter_metadata: { ns: { k: of, o: { i: 1.5, b: true, l: [1, 'a'] } } } });

function log(file: string, format: object, filter?: object): object {
  const typed_config = { '@type': type('access_loggers.file.v3.FileAccessLog'), path: `%DIR%/${file}`, log_format: format };
  return { name: file, typed_config, ...(filter === undefined ? {} : { filter }) };
}

/** Envoy tells the virtual host of a request that no route of it matches. */
const UNKNOWN: Readonly<Record<string, RegExp>> = { 'GET /nowhere': /VIRTUAL_HOST/ };

const JSON_FORMAT = Object.fromEntries([...asked, ...present.map((name) => `${name}`)].map((operator) => [operator, `%${operator}%`]));
const TEXT_FORMAT = `${asked.map((operator) => `${operator}=%${operator}%`).join('\n')}\n--\n`;
const both = (name: string) => [
  log(`${name}.json`, { json_format: JSON_FORMAT }),
  log(`${name}.omit`, { json_format: JSON_FORMAT, omit_empty_values: true }),
  log(`${name}.text`, { text_format_source: { inline_string: TEXT_FORMAT } }),
];

const compared = (op: string, value: number) => ({ comparison: { op, value: { default_value: value, runtime_key: 'k' } } });
const FILTERS: Readonly<Record<string, object>> = {
  'status_code EQ': { status_code_filter: compared('EQ', 200) },
  'status_code NE': { status_code_filter: compared('NE', 200) },
  'status_code GE': { status_code_filter: compared('GE', 500) },
  'duration LE': { duration_filter: compared('LE', 100_000) },
  'duration GE': { duration_filter: compared('GE', 100_000) },
  not_health_check: { not_health_check_filter: {} },
  'runtime 100': { runtime_filter: { runtime_key: 'x', percent_sampled: { numerator: 100 } } },
  'runtime 0': { runtime_filter: { runtime_key: 'x' } },
  and: { and_filter: { filters: [{ status_code_filter: compared('GE', 400) }, { status_code_filter: compared('LE', 499) }] } },
  or: { or_filter: { filters: [{ status_code_filter: compared('EQ', 403) }, { response_flag_filter: { flags: ['UF'] } }] } },
  header: { header_filter: { header: { name: 'x-a', string_match: { prefix: 'b' } } } },
  'any flag': { response_flag_filter: {} },
  flags: { response_flag_filter: { flags: ['NR', 'NC'] } },
  grpc_status: { grpc_status_filter: { statuses: ['UNAVAILABLE'] } },
  'grpc_status excluded': { grpc_status_filter: { statuses: ['UNAVAILABLE'], exclude: true } },
  metadata: { metadata_filter: { matcher: { filter: 'a', path: [{ key: 'b' }], value: { present_match: true } } } },
  'metadata that is needed': {
    metadata_filter: { matcher: { filter: 'a', path: [{ key: 'b' }], value: { present_match: true } }, match_if_key_not_found: false },
  },
  log_type: { log_type_filter: { types: ['DownstreamEnd'] } },
  'log_type excluded': { log_type_filter: { types: ['DownstreamEnd'], exclude: true } },
};

function bootstrap(upstream: number): object {
  const route = (prefix: string, action: object) => ({
    match: { prefix },
    name: `r-${prefix.slice(1)}`,
    metadata: metadata(prefix),
    ...action,
  });
  const retry = { retry_on: 'connect-failure', num_retries: 2 };
  const manager = {
    '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'i',
    access_log: [
      ...both('http'),
      ...Object.entries(FILTERS).map(([name, filter]) =>
        log(`${name}.filtered`, { text_format_source: { inline_string: '%REQ(:path)%\n' } }, filter),
      ),
    ],
    route_config: {
      validate_clusters: false,
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          metadata: metadata('vh'),
          virtual_clusters: [{ name: 'dead letters', headers: [{ name: ':path', string_match: { prefix: '/dead' } }] }],
          routes: [
            route('/direct', { direct_response: { status: 403, body: { inline_string: 'no' } } }),
            route('/dead', { route: { cluster: 'dead', retry_policy: retry } }),
            route('/missing', { route: { cluster: 'missing' } }),
            route('/empty', { route: { cluster: 'empty' } }),
            route('/a', { route: { cluster: 'app', timeout: '0.2s' } }),
          ],
        },
      ],
    },
    // The upstream's time has as many digits as it likes.
    http_filters: [{ name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router'), suppress_envoy_headers: true } }],
  };
  const tcp = (cluster: string, more: object = {}) => ({
    name: 'tcp',
    typed_config: { '@type': type('filters.network.tcp_proxy.v3.TcpProxy'), stat_prefix: 't', cluster, access_log: both('tcp'), ...more },
  });
  const listener = (name: string, filter: object) => ({
    name,
    address: loopback(0),
    metadata: metadata(`listener ${name}`),
    filter_chains: [{ name: `chain ${name}`, metadata: metadata('chain'), filters: [filter] }],
  });
  const cluster = (name: string, ports: readonly number[]) => ({
    name,
    alt_stat_name: `${name}_alt`,
    type: 'STATIC',
    metadata: metadata(name),
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: ports.map((port) => ({
            metadata: metadata('host'),
            endpoint: { hostname: 'h.example:1', address: loopback(port) },
          })),
        },
      ],
    },
  });
  return {
    static_resources: {
      listeners: [
        listener('main', { name: 'hcm', typed_config: manager }),
        listener('tcp', tcp('app')),
        listener('tcp-dead', tcp('dead', { max_connect_attempts: 3 })),
        listener('tcp-empty', tcp('empty')),
      ],
      clusters: [cluster('app', [upstream]), cluster('dead', [1]), cluster('empty', [])],
    },
  };
}

/** Answers, or ends as the path asks. */
function serve(socket: Socket): void {
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const text = chunk.toString('latin1');
    if (text.includes('/a/rst')) socket.resetAndDestroy();
    else if (text.includes('/a/fin')) socket.end();
    else if (text.includes('/a/chunked'))
      socket.write('HTTP/1.1 200 OK\r\nx-b: c\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
    else if (!text.includes('/a/slow')) socket.write('HTTP/1.1 200 OK\r\nx-b: c\r\ncontent-length: 5\r\n\r\nhello');
  });
}

interface Exchange {
  readonly to: string;
  readonly send: string;
  /** Who ends it; default: the client, when there was an answer. */
  readonly how?: 'wait' | 'reset';
}

const request = (line: string, ...fields: readonly string[]) =>
  `${line} HTTP/1.1\r\nhost: ex.com\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;

const EXCHANGES: readonly Exchange[] = [
  { to: 'main', send: `${request('POST /a?q=r', 'x-a: bcd', 'content-length: 3')}abc` },
  { to: 'main', send: request('GET /direct') },
  { to: 'main', send: request('GET /dead') },
  { to: 'main', send: request('GET /missing') },
  { to: 'main', send: request('GET /nowhere') },
  { to: 'main', send: request('GET /empty') },
  { to: 'main', send: `${request('POST /a/chunked', 'transfer-encoding: chunked')}3\r\nabc\r\n0\r\n\r\n` },
  { to: 'main', send: request('GET /a/rst') },
  { to: 'main', send: request('GET /a/fin') },
  { to: 'main', send: request('GET /a/slow') },
  { to: 'main', send: request('GET /a', 'content-type: application/grpc') },
  { to: 'tcp', send: request('GET /a') },
  { to: 'tcp', send: request('GET /a'), how: 'reset' },
  { to: 'tcp', send: request('GET /a/rst'), how: 'wait' },
  { to: 'tcp', send: request('GET /a/fin'), how: 'wait' },
  { to: 'tcp-dead', send: 'x', how: 'wait' },
  { to: 'tcp-empty', send: 'x', how: 'wait' },
];

function exchange(port: number, { send, how }: Exchange): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(send, 'latin1')));
    socket.on('error', () => {});
    socket.on('data', () => {
      if (how === undefined) socket.end();
      else if (how === 'reset') socket.resetAndDestroy();
    });
    socket.once('close', () => resolve());
  });
}

interface Logged {
  readonly objects: readonly Record<string, unknown>[];
  readonly omitted: readonly string[][];
  readonly text: readonly string[][];
  readonly filtered: Readonly<Record<string, readonly string[]>>;
}

async function logged(kind: ChildProxy['kind'], upstream: number): Promise<Logged> {
  const proxy = await startChild(kind, bootstrap(upstream));
  const read = (file: string): string => {
    try {
      return readFileSync(join(proxy.folder, file), 'utf8');
    } catch {
      return '';
    }
  };
  const lines = (file: string) => read(file).split('\n').slice(0, -1);
  try {
    // One after the other, so that lines come in the same order.
    for (const [i, each] of EXCHANGES.entries()) {
      await exchange(proxy.ports.get(each.to) ?? 0, each);
      while (lines('http.json').length + lines('tcp.json').length <= i) await new Promise(setImmediate);
    }
    const all = () => [...lines('http.omit'), ...lines('tcp.omit')];
    const texts = () => [...read('http.text').split('--\n').slice(0, -1), ...read('tcp.text').split('--\n').slice(0, -1)];
    while (all().length < EXCHANGES.length || texts().length < EXCHANGES.length || lines('log_type.filtered').length < 11)
      await new Promise(setImmediate);
    const ports = [...proxy.ports].map(([name, port]): [string, string] => [String(port), `<${name}>`]);
    const blank = (text: string) =>
      [...ports, [String(upstream), '<upstream>'] as const]
        .reduce((rest, [port, name]) => rest.replaceAll(port, name), text)
        .replace(/127\.0\.0\.1:\d{4,5}/g, '<client>')
        .replace(/(_PORT"?[:=])\d{4,5}/g, '$1<port>');
    const plain = ([name, value]: [string, unknown]): [string, unknown] => {
      if (typeof value === 'string') return [name, blank(value)];
      return [name, typeof value === 'number' && name.endsWith('_PORT') ? blank(`${name}=${value}`) : value];
    };
    const json = [...lines('http.json'), ...lines('tcp.json')];
    return {
      objects: json.map((line) => Object.fromEntries(Object.entries(JSON.parse(line) as object).map(plain))),
      omitted: all().map((line) => Object.keys(JSON.parse(line) as object)),
      text: texts().map((text) => blank(text).split('\n')),
      filtered: Object.fromEntries(Object.keys(FILTERS).map((name) => [name, lines(`${name}.filtered`)])),
    };
  } finally {
    await proxy.stop();
  }
}

const missing = envoyMissing();

t.test('access logs say of traffic what those of Envoy say', { skip: missing ?? false }, async (t) => {
  t.ok(asked.length > 130, `${asked.length} operators are compared`);
  const backend: Server = createServer({ allowHalfOpen: false }, serve);
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  t.teardown(() => backend.close());
  const { port } = backend.address() as AddressInfo;
  const [envoy, ours] = await Promise.all([logged('envoy', port), logged('outrigger', port)]);
  for (const [i, { to, send }] of EXCHANGES.entries()) {
    const line = send.split(' HTTP')[0] ?? '';
    const title = `${to}: ${line}`;
    const known = (name: string) => UNKNOWN[line]?.test(name) !== true;
    const there = (object: Record<string, unknown> | undefined) =>
      Object.fromEntries(present.map((name) => [name, object?.[name] !== null]));
    const rest = (object: Record<string, unknown> | undefined) =>
      Object.entries(object ?? {}).filter(([name]) => !present.includes(name) && known(name));
    t.strictSame(rest(ours.objects[i]), rest(envoy.objects[i]), title);
    t.strictSame(there(ours.objects[i]), there(envoy.objects[i]), `${title}: times`);
    t.strictSame(ours.text[i]?.filter(known), envoy.text[i]?.filter(known), `${title}: text`);
    t.strictSame(ours.omitted[i]?.filter(known), envoy.omitted[i]?.filter(known), `${title}: what is left out`);
  }
  for (const name of Object.keys(FILTERS)) t.strictSame(ours.filtered[name], envoy.filtered[name], name);
});
