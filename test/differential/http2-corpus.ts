/** What the differential tests of HTTP/2 send, in each of the combinations of protocols, and the service behind that answers. */
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Exchange, Handler, ServiceRequest, ServiceResponse, Version } from '../support/http2.ts';
import { protocolOptions } from '../support/http2-bootstrap.ts';
import { bootstrap, cluster, routes } from './corpus.ts';

export interface Case {
  readonly name: string;
  readonly down: Version;
  readonly up: Version;
  readonly bootstrap: object;
  readonly exchanges: readonly (Exchange & { readonly name: string })[];
}

/** HTTP/2: ends the stream with this code. HTTP/1.1: ends the connection. */
function breakOff(response: ServiceResponse, code: number): void {
  if ('stream' in response) (response.stream as ServerHttp2Stream).close(code);
  else (response.socket as Socket).destroy();
}

function endConnection(response: ServiceResponse): void {
  if ('stream' in response) (response.stream as ServerHttp2Stream).session?.destroy();
  else (response.socket as Socket).destroy();
}

/** Without a length: a client that has the announced bytes may leave before the stream's end has come. */
function reply(response: ServiceResponse, status: number, headers: Readonly<Record<string, string>> = {}, body = ''): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body !== '') response.write(Buffer.from(body));
  response.end();
}

const SCRIPT: Readonly<Record<string, (request: ServiceRequest, response: ServiceResponse) => void>> = {
  '/status/204': (_request, response) => reply(response, 204),
  '/status/304': (_request, response) => reply(response, 304, { etag: '"a"' }),
  '/status/500': (_request, response) => reply(response, 500, {}, 'oops'),
  '/unknown-length': (_request, response) => {
    response.write(Buffer.from('piece'));
    response.end(' by piece');
  },
  '/trailers': (_request, response) => {
    response.setHeader('trailer', 'x-t');
    response.write(Buffer.from('body'));
    response.addTrailers({ 'x-t': '1' });
    response.end();
  },
  '/trailers-only': (_request, response) => {
    response.setHeader('grpc-status', '5');
    response.setHeader('content-type', 'application/grpc');
    response.end();
  },
  '/fields': (_request, response) => {
    response.setHeader('server', 'backend');
    response.setHeader('date', 'Thu, 01 Jan 1970 00:00:00 GMT');
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.setHeader('x-envoy-internal', 'true');
    response.end('fields');
  },
  '/early-answer': (_request, response) => reply(response, 413, {}, 'too much'),
  '/break': (_request, response) => breakOff(response, 2),
  '/refuse': (_request, response) => breakOff(response, 7),
  '/cancel': (_request, response) => breakOff(response, 8),
  '/break-inside': (_request, response) => {
    response.statusCode = 200;
    response.write(Buffer.from('only this'));
    setImmediate(() => breakOff(response, 2));
  },
  '/die': (_request, response) => endConnection(response),
  '/die-inside': (_request, response) => {
    response.statusCode = 200;
    response.write(Buffer.from('only this'));
    setImmediate(() => endConnection(response));
  },
};

/** Says what it got, in an order that does not depend on the sender's. */
export const answer: Handler = (request, response) => {
  const script = SCRIPT[(request.url ?? '').split('?')[0] ?? ''];
  if (script !== undefined) {
    request.resume();
    request.on('error', () => {});
    script(request, response);
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const head = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
    const tail = Object.entries(request.trailers).map(([name, value]) => `trailer ${name}: ${String(value)}`);
    const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`, ...head.sort(), Buffer.concat(chunks), ...tail];
    response.setHeader('content-type', 'text/plain');
    response.end(lines.join('\n'));
  });
};

const EXCHANGES: Case['exchanges'] = [
  { name: 'a GET', path: '/' },
  {
    name: 'a GET with a query and fields',
    path: '/a/b?c=d',
    headers: { 'user-agent': 'curl/8', accept: '*/*', 'x-custom': 'One', cookie: 'a=b; c=d' },
  },
  { name: 'forwarded fields', headers: { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', 'x-request-id': 'abc' } },
  {
    name: 'a POST with a length',
    path: '/p',
    body: Buffer.from('hello'),
    headers: { 'content-length': '5', 'content-type': 'text/plain' },
  },
  { name: 'a POST with an empty body', path: '/p', method: 'POST', headers: { 'content-length': '0' } },
  { name: 'a POST with trailers', path: '/p', body: Buffer.from('hello'), trailers: { 'x-t': '1' }, headers: { te: 'trailers' } },
  { name: 'HEAD', method: 'HEAD', path: '/' },
  { name: 'DELETE', method: 'DELETE', path: '/x' },
  { name: 'OPTIONS *', method: 'OPTIONS', path: '*' },
  { name: 'status 204', path: '/status/204' },
  { name: 'status 304', path: '/status/304' },
  { name: 'status 500', path: '/status/500' },
  { name: 'a response of unknown length', path: '/unknown-length' },
  { name: 'a response with trailers', path: '/trailers', headers: { te: 'trailers' } },
  {
    name: 'gRPC with trailers only',
    path: '/trailers-only',
    method: 'POST',
    headers: { 'content-type': 'application/grpc', te: 'trailers' },
  },
  { name: 'a response with fields of the proxy', path: '/fields' },
  { name: 'upstream breaks before the response', path: '/break' },
  { name: 'upstream refuses the stream', path: '/refuse' },
  { name: 'upstream cancels', path: '/cancel' },
  { name: 'upstream breaks inside the response', path: '/break-inside' },
  { name: 'upstream ends the connection before the response', path: '/die' },
  { name: 'upstream ends the connection inside the response', path: '/die-inside' },
  { name: 'a GET afterwards', path: '/' },
  { name: 'no route', path: '/', headers: { 'x-none': '1' } },
];

const ROUTES = [
  { match: { prefix: '/', headers: [{ name: 'x-none', present_match: true }] }, redirect: { path_redirect: '/there' } },
  { match: { prefix: '/' }, route: { cluster: 'app' } },
];

function combination(down: Version, up: Version): Case {
  const options = up === 'h1' ? { http_protocol_options: { enable_trailers: true } } : { http2_protocol_options: {} };
  return {
    name: `${down} → ${up}`,
    down,
    up,
    bootstrap: bootstrap({ ...routes(...ROUTES), http_protocol_options: { enable_trailers: true }, proxy_100_continue: true }, [
      cluster('app', ['%UPSTREAM%'], protocolOptions({ explicit_http_config: options })),
    ]),
    exchanges: EXCHANGES,
  };
}

/** What a connection manager refuses, or asks of its codec. */
function limits(): Case {
  const manager = {
    ...routes(...ROUTES),
    max_request_headers_kb: 2,
    common_http_protocol_options: { max_headers_count: 20, headers_with_underscores_action: 'REJECT_REQUEST' },
  };
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x-${i}`, 'a']));
  return {
    name: 'limits of requests',
    down: 'h2',
    up: 'h1',
    bootstrap: bootstrap(manager),
    exchanges: [
      { name: 'a GET', path: '/' },
      { name: 'a head that is too large', headers: { 'x-large': 'a'.repeat(4000) } },
      { name: 'too many fields', headers: many },
      { name: 'an underscore', headers: { x_y: '1' } },
      { name: 'expect: 100-continue', path: '/p', body: Buffer.from('hi'), headers: { expect: '100-continue', 'content-length': '2' } },
      { name: 'a GET afterwards', path: '/' },
    ],
  };
}

/** The same through a cluster where nobody is. */
function nobody(): Case {
  return {
    name: 'an upstream that is not there',
    down: 'h1',
    up: 'h2',
    bootstrap: bootstrap(routes(...ROUTES), [cluster('app', [1], { http2_protocol_options: {} })]),
    exchanges: [
      { name: 'a GET', path: '/' },
      { name: 'a POST', path: '/', body: Buffer.from('hello') },
    ],
  };
}

/** A cluster that follows the client. */
function following(down: Version): Case {
  return {
    name: `use_downstream_protocol_config, ${down}`,
    down,
    up: down,
    bootstrap: bootstrap(routes(...ROUTES), [
      cluster('app', ['%UPSTREAM%'], protocolOptions({ use_downstream_protocol_config: { http2_protocol_options: {} } })),
    ]),
    exchanges: [
      { name: 'a GET', path: '/' },
      { name: 'a POST', path: '/', body: Buffer.from('hello') },
    ],
  };
}

/** Refused streams go again, and a connection ends after three requests. */
function retrying(): Case {
  const retry = { retry_policy: { retry_on: 'refused-stream,reset', num_retries: 2, retry_back_off: { base_interval: '0.001s' } } };
  return {
    name: 'retries and max_requests_per_connection',
    down: 'h2',
    up: 'h2',
    bootstrap: bootstrap(routes({ match: { prefix: '/' }, route: { cluster: 'app', ...retry } }), [
      cluster(
        'app',
        ['%UPSTREAM%'],
        protocolOptions({
          explicit_http_config: { http2_protocol_options: {} },
          common_http_protocol_options: { max_requests_per_connection: 3 },
        }),
      ),
    ]),
    exchanges: [
      { name: 'a GET', path: '/' },
      { name: 'refused every time', path: '/refuse' },
      { name: 'broken every time', path: '/break' },
      { name: 'broken inside the response', path: '/break-inside' },
      { name: 'dead every time', path: '/die' },
      { name: 'a GET afterwards', path: '/' },
    ],
  };
}

export const CASES: readonly Case[] = [
  combination('h1', 'h2'),
  combination('h2', 'h1'),
  combination('h2', 'h2'),
  limits(),
  nobody(),
  following('h1'),
  following('h2'),
  retrying(),
];
