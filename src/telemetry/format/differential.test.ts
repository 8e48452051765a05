/**
 * Every operator that is answered, in text and in JSON, printed by a real Envoy and by us for the same streams. Ids, ports and times
 * of the run are taken from Envoy's own line where they stand alone.
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { envoyMissing, loopback, startChild } from '../../../test/support/child-proxy.ts';
import { headerView, logEntry } from '../../../test/support/log-entry.ts';
import { ipAddress } from '../../base/address.ts';
import { Problems } from '../../base/errors.ts';
import type { LogEntry } from '../access-log.ts';
import { FLAG } from '../response-flags.ts';
import { OPERATORS } from './catalog.ts';
import { compileFormat } from './compile.ts';
import { compileJsonFormat } from './json-format.ts';

/** Operators that need a parameter, with one; others are asked without. */
const PARAMS: Readonly<Record<string, readonly string[]>> = {
  COMMON_DURATION: ['(DS_RX_BEG:never:ms)', '(DS_TX_END:DS_RX_BEG:us)'],
  REQ: ['(X-A)', '(X-NO?X-A)', '(X-NO)', '(X-A):3', '(:METHOD)', '(:AUTHORITY)', '(X-A?)', '(?X-A)', '(X-A):0'],
  REQUEST_HEADER: ['(x-a)'],
  RESP: ['(:STATUS)', '(x-resp)', '(x-no)'],
  RESPONSE_HEADER: ['(x-resp)'],
  TRAILER: ['(x-no)'],
  RESPONSE_TRAILER: ['(x-no)'],
  PATH: ['', '(NQ)', '(WQ:PATH)', '(NQ:ORIG)', '(NQ):2'],
  QUERY_PARAM: ['(q)', '(enc)', '(no)', '(flag)', '(q):1'],
  QUERY_PARAMS: ['', '(ORIG)', '(DECODED)'],
  GRPC_STATUS: ['', '(SNAKE_STRING)', '(NUMBER)'],
  DYNAMIC_METADATA: ['(a.b)', '(a.b:c:d)'],
  METADATA: ['(DYNAMIC:a.b)', '(DYNAMIC)'],
  CLUSTER_METADATA: ['(a.b)', '(a.b:c)'],
  UPSTREAM_METADATA: ['(a.b:c)'],
  FILTER_STATE: ['(a.b)', '(a.b:PLAIN)'],
  UPSTREAM_FILTER_STATE: ['(a.b)', '(a.b:PLAIN)'],
  ENVIRONMENT: ['(HOME)', '(HOME):2', '(NO_SUCH_VARIABLE)'],
  COALESCE: ['({"operators": ["REQUESTED_SERVER_NAME", {"command": "REQ", "param": ":authority"}]})', '({"operators": ["ROUTE_NAME"]}):2'],
  REQUESTED_SERVER_NAME: ['', '(SNI_FIRST)', '(HOST_FIRST:ORIG)', '(HOST_FIRST:HOST)'],
  RESPONSE_CODE_DETAILS: ['', '(ALLOW_WHITESPACES)'],
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: ['', '(16)', '(0)', '(99)'],
  UPSTREAM_HOST_NAME: [''],
};

/** Different in every process or run. */
const VARYING = /DURATION|_TIME|(?<!ENDPOINT)_ID$|UNIQUE|PORT$|_ADDRESS$|_BYTES|UPSTREAM_HOST|_IDS_ATTEMPTED/;

const asked = Object.keys(OPERATORS)
  .filter((name) => !VARYING.test(name) || PARAMS[name] !== undefined)
  .flatMap((name) => (PARAMS[name] ?? ['']).map((param) => `%${name}${param}%`));
const TEXT = asked.map((operator, i) => `${i}=${operator}`).join('\n');
const JSON_FORMAT = Object.fromEntries(
  asked.flatMap((operator, i) => [
    [`k${i}`, operator],
    [`m${i}`, `<${operator}>`],
  ]),
);

interface Stream {
  readonly request: string;
  entry(ports: { readonly listener: number; readonly upstream: number }): LogEntry;
}

const TARGET = '/a/b?q=1%20x&enc=a%22b&flag&q=2';

const STREAMS: readonly Stream[] = [
  {
    request: `POST ${TARGET} HTTP/1.1\r\nhost: ex.com:80\r\nx-a: \xc3\xa9"v\t\\\xff\r\ncontent-length: 3\r\n\r\nabc`,
    entry: ({ listener, upstream }) => ({
      ...logEntry({
        downstream: { localAddress: ipAddress('127.0.0.1', listener), filterChainName: 'fc', listenerName: 'main' },
        info: {
          routeName: 'r\u00e9',
          host: { address: ipAddress('127.0.0.1', upstream), hostname: '' },
          upstreamHost: ipAddress('127.0.0.1', upstream),
          bytesReceived: 3,
          bytesSent: 5,
        },
      }),
      requestHeaders: headerView({
        ':method': 'POST',
        ':authority': 'ex.com:80',
        ':path': TARGET.replace('/a/b', '/rw/a/b'),
        'x-envoy-original-path': TARGET,
        'x-a': '\xc3\xa9"v\t\\\xff',
      }),
      responseHeaders: headerView({ ':status': '200', 'x-resp': 'rv' }),
    }),
  },
  {
    request: 'GET /direct HTTP/1.1\r\nhost: e\r\nx-a: \xe2\x82\xac\r\ncontent-type: application/grpc\r\n\r\n',
    entry: ({ listener }) => ({
      ...logEntry({
        downstream: { localAddress: ipAddress('127.0.0.1', listener), filterChainName: 'fc', listenerName: 'main' },
        info: {
          routeName: '',
          responseCode: 200,
          responseCodeDetails: 'direct_response',
          bytesReceived: 0,
          bytesSent: 0,
          upstreamCluster: '',
          upstreamClusterStatName: '',
          upstreamHost: null,
          upstreamLocalAddress: null,
          upstreamProtocol: '',
          attempts: 0,
        },
      }),
      requestHeaders: headerView({
        ':method': 'GET',
        ':authority': 'e',
        ':path': '/direct',
        'x-a': '\xe2\x82\xac',
        'content-type': 'application/grpc',
      }),
      responseHeaders: headerView({ ':status': '200', 'grpc-status': '7' }),
    }),
  },
  {
    request: 'GET /nowhere HTTP/1.1\r\nhost: e\r\n\r\n',
    entry: ({ listener }) => ({
      ...logEntry({
        downstream: { localAddress: ipAddress('127.0.0.1', listener), filterChainName: 'fc', listenerName: 'main' },
        info: {
          flags: FLAG.NoClusterFound,
          routeName: '',
          responseCode: 503,
          responseCodeDetails: 'cluster_not_found',
          bytesReceived: 0,
          bytesSent: 0,
          upstreamCluster: '',
          upstreamClusterStatName: '',
          upstreamHost: null,
          upstreamLocalAddress: null,
          upstreamProtocol: '',
          attempts: 0,
        },
      }),
      requestHeaders: headerView({ ':method': 'GET', ':authority': 'e', ':path': '/nowhere' }),
      responseHeaders: headerView({ ':status': '503' }),
    }),
  },
];

function bootstrap(upstream: number): object {
  const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
  const log = (file: string, format: object) => ({
    name: file,
    typed_config: { '@type': type('access_loggers.file.v3.FileAccessLog'), path: `%DIR%/${file}`, log_format: format },
  });
  const route = (prefix: string, action: object, name = '') => ({ match: { prefix }, ...(name === '' ? {} : { name }), ...action });
  const manager = {
    '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'i',
    access_log: [
      log('text.log', { text_format_source: { inline_string: `${TEXT}\n--\n` } }),
      log('json.log', { json_format: JSON_FORMAT }),
    ],
    route_config: {
      validate_clusters: false,
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [
            route('/direct', { direct_response: { status: 403 } }),
            route('/nowhere', { route: { cluster: 'missing' } }),
            route('/', { route: { cluster: 'app', prefix_rewrite: '/rw/' } }, 'r\u00e9'),
          ],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router') } }],
  };
  const endpoint = { endpoint: { address: loopback(upstream) } };
  return {
    static_resources: {
      listeners: [
        { name: 'main', address: loopback(0), filter_chains: [{ name: 'fc', filters: [{ name: 'hcm', typed_config: manager }] }] },
      ],
      clusters: [
        {
          name: 'app',
          alt_stat_name: 'app_alt',
          type: 'STATIC',
          load_assignment: { cluster_name: 'app', endpoints: [{ lb_endpoints: [endpoint] }] },
        },
      ],
    },
  };
}

/** Sends bytes and waits for the answer and the end of the connection. */
function exchange(port: number, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(request, 'latin1')));
    socket.once('data', () => socket.end());
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
}

const names = { header: (name: string) => ({ text: name.toLowerCase() }), environment: (name: string) => process.env[name] };
const missing = envoyMissing();

t.test("a line of ours is a line of Envoy's", missing === null ? {} : { skip: missing }, async (t) => {
  t.ok(asked.length > 80, `${asked.length} operators are compared`);
  const backend = createServer((incoming, answer) => incoming.resume().on('end', () => answer.setHeader('x-resp', 'rv').end('hello')));
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const upstream = (backend.address() as AddressInfo).port;
  const envoy = await startChild('envoy', bootstrap(upstream));
  const listener = envoy.ports.get('main') ?? 0;
  let text = '';
  let json = '';
  try {
    for (const { request } of STREAMS) await exchange(listener, request);
    const read = (file: string) => readFileSync(join(envoy.folder, file), 'latin1');
    while (text.split('--\n').length <= STREAMS.length || json.split('\n').length <= STREAMS.length) {
      [text, json] = [read('text.log'), read('json.log')];
      await new Promise(setImmediate);
    }
  } finally {
    await envoy.stop();
    backend.close();
    backend.closeAllConnections();
  }
  const formatter = compileFormat(`${TEXT}\n`, new Problems(), names);
  const jsonFormatter = compileJsonFormat(JSON_FORMAT, new Problems(), names);
  const lines = text.split('--\n');
  const objects = json.split('\n');
  for (const [i, { request, entry }] of STREAMS.entries()) {
    const ours = entry({ listener, upstream });
    const title = request.slice(0, request.indexOf(' HTTP'));
    t.strictSame(formatter?.format(ours).split('\n'), lines[i]?.split('\n'), title);
    t.equal(jsonFormatter?.format(ours), `${objects[i]}\n`, `${title} as JSON`);
  }
  t.match(lines[0], new RegExp(`=${hostname()}\n`));
});
