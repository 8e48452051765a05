/** Retries, timeouts and gRPC for the differential tests: bootstraps, exchanges, and the service behind. */
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Exchange, Handler, ServiceResponse, Version } from '../support/http2.ts';
import { protocolOptions } from '../support/http2-bootstrap.ts';
import { bootstrap, cluster } from './corpus.ts';
import type { Case } from './http2-corpus.ts';

const HTTP = 'type.googleapis.com/envoy.extensions.filters.http';

/** A gRPC message. */
function message(text: string): Buffer {
  const bytes = Buffer.alloc(5 + text.length);
  bytes.writeUInt32BE(text.length, 1);
  bytes.latin1Write(text, 5);
  return bytes;
}

function breakOff(response: ServiceResponse, code: number): void {
  if ('stream' in response) (response.stream as ServerHttp2Stream).close(code);
  else (response.socket as Socket).destroy();
}

/**
 * `/do/a,b,c`: what it does with the first, second and third attempt, and with all after that: a status, `reset`, `refuse`, `hang`,
 * `grpc-N` (a call that ends with this status) or `head-N` (its status alone).
 */
export const answer: Handler = (request, response) => {
  const steps = /^\/(?:[a-z.A-Z]+\/)?do\/([^?]*)/.exec(request.url ?? '')?.[1]?.split(',') ?? ['200'];
  const attempt = Number(request.headers['x-envoy-attempt-count'] ?? '1');
  const step = steps[Math.min(attempt, steps.length) - 1] ?? '200';
  const [kind = '', code = ''] = step.split('-');
  let bytes = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  if (kind === 'hang') return;
  if (kind === 'reset' || kind === 'refuse') {
    breakOff(response, kind === 'reset' ? 2 : 7);
    return;
  }
  request.on('end', () => {
    for (const [name, value] of new URL(request.url ?? '/', 'http://a').searchParams) response.setHeader(name, value);
    if (kind === 'grpc') {
      response.setHeader('content-type', 'application/grpc');
      response.setHeader('trailer', 'grpc-status');
      response.write(message('one'));
      response.write(message('three'));
      response.addTrailers({ 'grpc-status': code });
      response.end();
      return;
    }
    if (kind === 'head') {
      response.setHeader('content-type', 'application/grpc');
      response.setHeader('grpc-status', code);
      response.end();
      return;
    }
    response.statusCode = Number(step);
    const told = ['grpc-timeout', 'content-type', 'te', 'x-envoy-retry-on', 'x-envoy-max-retries'].map(
      (name) => `${name}=${String(request.headers[name] ?? '')}`,
    );
    response.end(`attempt ${attempt}, ${bytes} bytes, ${told.join(' ')}\n`);
  });
};

const BACK_OFF = { retry_back_off: { base_interval: '0.001s' } };

/** Attempts are counted for the service, which keeps nothing in mind. Everybody is trusted. */
function manager(routes: readonly object[], virtualHost: object = {}, filters: readonly object[] = []): object {
  const host = {
    name: 'all',
    domains: ['*'],
    include_request_attempt_count: true,
    include_attempt_count_in_response: true,
    ...virtualHost,
  };
  return {
    use_remote_address: true,
    internal_address_config: { cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
    http_filters: [...filters, { name: 'router', typed_config: { '@type': `${HTTP}.router.v3.Router` } }],
    route_config: { name: 'local', virtual_hosts: [{ ...host, routes }] },
  };
}

function upstream(version: Version): readonly object[] {
  const options = version === 'h1' ? { http_protocol_options: { enable_trailers: true } } : { http2_protocol_options: {} };
  return [
    cluster('app', ['%UPSTREAM%'], protocolOptions({ explicit_http_config: options })),
    cluster('dead', [1], protocolOptions({ explicit_http_config: options })),
  ];
}

function retries(version: Version): Case {
  const to = (path: string, policy: object, more: object = {}): object => ({
    match: { prefix: '/', headers: [{ name: 'x-route', string_match: { exact: path } }] },
    route: { cluster: 'app', retry_policy: { ...BACK_OFF, ...policy } },
    ...more,
  });
  const on = (route: string, steps: string, extra: Partial<Exchange> = {}) => ({
    name: `${route}: ${steps}${extra.body ? `, ${extra.body.length} bytes` : ''}`,
    path: `/do/${steps}`,
    ...extra,
    headers: { 'x-route': route, ...extra.headers },
  });
  const asking = (name: string, steps: string, headers: Readonly<Record<string, string>>, query = '') => ({
    name: `asked by headers: ${name}`,
    path: `/do/${steps}${query}`,
    headers: { 'x-route': 'none', ...headers },
  });
  const routes = [
    to('none', {}),
    to('one', { retry_on: '5xx' }),
    to('codes', { retry_on: 'retriable-status-codes', retriable_status_codes: [404, 418], num_retries: 3 }),
    to('gateway', { retry_on: 'gateway-error,retriable-4xx' }),
    to('reset', { retry_on: 'reset' }),
    to('before', { retry_on: 'reset-before-request' }),
    to('refused', { retry_on: 'refused-stream' }),
    to('headers', { retry_on: 'retriable-headers', retriable_headers: [{ name: 'x-again', present_match: true }] }),
    to('some', { retry_on: '5xx', retriable_request_headers: [{ name: 'x-safe', present_match: true }] }),
    to('time', { retry_on: '5xx', per_try_timeout: '0.1s' }),
    to('small', { retry_on: '5xx' }, { per_request_buffer_limit_bytes: 1000 }),
    { match: { prefix: '/dead' }, route: { cluster: 'dead' } },
    { match: { prefix: '/' }, route: { cluster: 'app' } },
  ];
  const host = { retry_policy: { retry_on: '5xx,connect-failure', num_retries: 2, ...BACK_OFF } };
  return {
    name: `retries, ${version}`,
    down: version,
    up: version,
    bootstrap: bootstrap(manager(routes, host), upstream(version)),
    exchanges: [
      { name: 'of the virtual host', path: '/do/503,503,200' },
      { name: 'of the virtual host, used up', path: '/do/503' },
      { name: 'nobody there', path: '/dead' },
      on('none', '503,200'),
      on('one', '503,200'),
      on('one', '500,503,200'),
      on('one', 'reset,200'),
      on('one', 'reset'),
      on('one', '503,200', { body: Buffer.alloc(3000, 'a') }),
      on('small', '503,200', { body: Buffer.alloc(1000, 'a') }),
      on('small', '503,200', { body: Buffer.alloc(1001, 'a') }),
      on('codes', '404,418,404,200'),
      on('codes', '503,200'),
      on('gateway', '502,200'),
      on('gateway', '500,200'),
      on('gateway', '409,200'),
      on('reset', 'reset,200'),
      on('reset', '503,200'),
      on('before', 'reset,200'),
      on('refused', 'refuse,200'),
      on('refused', 'reset,200'),
      { ...on('headers', '200'), path: '/do/200?x-again=1' },
      on('some', '503,200'),
      on('some', '503,200', { headers: { 'x-safe': '1' } }),
      on('time', 'hang,200'),
      on('time', 'hang'),
      asking('5xx', '503,200', { 'x-envoy-retry-on': '5xx,nonsense' }),
      asking('with a number', '503,503,503,200', { 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': '3' }),
      asking('codes', '418,200', { 'x-envoy-retry-on': 'retriable-status-codes', 'x-envoy-retriable-status-codes': '404, 418' }),
      asking('names', '200', { 'x-envoy-retry-on': 'retriable-headers', 'x-envoy-retriable-header-names': 'x-b, X-Again' }, '?x-again=1'),
      asking('another rate limit', '503,200', { 'x-envoy-retry-on': '5xx' }, '?x-envoy-ratelimited=1'),
      asking('rate limits', '200', { 'x-envoy-retry-on': 'envoy-ratelimited' }, '?x-envoy-ratelimited=1'),
      asking('time', 'hang,200', { 'x-envoy-retry-on': 'reset', 'x-envoy-upstream-rq-per-try-timeout-ms': '100' }),
      asking('204 for a timeout', 'hang', {
        'x-envoy-upstream-rq-timeout-ms': '100',
        'x-envoy-upstream-rq-timeout-alt-response': '1',
      }),
      { name: 'a GET afterwards', path: '/' },
    ],
  };
}

const GRPC = { 'content-type': 'application/grpc', te: 'trailers' };

function grpcRetries(): Case {
  const policy = { retry_on: 'cancelled,deadline-exceeded,internal,resource-exhausted,unavailable', ...BACK_OFF };
  const call = (steps: string) => ({ name: steps, path: `/do/${steps}`, body: message('x'), headers: GRPC });
  return {
    name: 'retries of gRPC',
    down: 'h2',
    up: 'h2',
    bootstrap: bootstrap(manager([{ match: { prefix: '/' }, route: { cluster: 'app', retry_policy: policy } }]), upstream('h2')),
    exchanges: ['head-1', 'head-4', 'head-8', 'head-13', 'head-14', 'head-5', 'head-14,grpc-0', 'grpc-14', '503', 'head-0'].map(call),
  };
}

function grpcTimes(): Case {
  const route = (prefix: string, fields: object): object => ({ match: { prefix }, route: { cluster: 'app', timeout: '10s', ...fields } });
  const call = (path: string, timeout: string) => ({
    name: `${path}, grpc-timeout ${timeout || 'none'}`,
    path,
    body: message('x'),
    headers: timeout === '' ? GRPC : { ...GRPC, 'grpc-timeout': timeout },
  });
  const asked = ['', '5S', '1S', '6000001u', '123456789m', 'soon'];
  return {
    name: 'timeouts of gRPC',
    down: 'h2',
    up: 'h2',
    bootstrap: bootstrap(
      manager([
        route('/open', { max_stream_duration: { max_stream_duration: '0s', grpc_timeout_header_max: '0s' } }),
        route('/capped', {
          max_stream_duration: { max_stream_duration: '20s', grpc_timeout_header_max: '3s', grpc_timeout_header_offset: '0.2s' },
        }),
        route('/old', { max_grpc_timeout: '0s' }),
        route('/older', { max_grpc_timeout: '2s', grpc_timeout_offset: '0.1s' }),
        route('/', {}),
      ]),
      upstream('h2'),
    ),
    exchanges: [
      ...['/open/do/200', '/capped/do/200', '/old/do/200', '/older/do/200', '/do/200'].flatMap((path) =>
        asked.map((text) => call(path, text)),
      ),
      { name: 'the same without gRPC', path: '/capped/do/200', headers: { 'grpc-timeout': '5S' } },
      call('/open/do/hang', '100m'),
      call('/old/do/hang', '100m'),
    ],
  };
}

function grpcStats(name: string, settings: object): Case {
  const filter = { name: 'stats', typed_config: { '@type': `${HTTP}.grpc_stats.v3.FilterConfig`, ...settings } };
  const call = (path: string, headers: Readonly<Record<string, string>> = GRPC) => ({
    name: `${path} ${headers['content-type'] ?? ''}`,
    path,
    body: Buffer.concat([message('a'), message('bcd')]),
    headers,
  });
  return {
    name: `grpc_stats, ${name}`,
    down: 'h2',
    up: 'h2',
    bootstrap: bootstrap(manager([{ match: { prefix: '/' }, route: { cluster: 'app' } }], {}, [filter]), upstream('h2')),
    exchanges: [
      call('/a.B/do/grpc-0'),
      call('/a.B/do/grpc-14'),
      call('/a.B/do'),
      call('/do/head-5'),
      call('/do/503'),
      call('/do/grpc-77'),
      call('/do/grpc-0', { 'content-type': 'text/plain' }),
      call('/one'),
    ],
  };
}

function grpcWeb(down: Version): Case {
  const filter = { name: 'web', typed_config: { '@type': `${HTTP}.grpc_web.v3.GrpcWeb` } };
  const text = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('base64'));
  const binary = { 'content-type': 'application/grpc-web+proto' };
  const words = { 'content-type': 'application/grpc-web-text', accept: 'application/grpc-web-text' };
  const bytes = (step: string, headers: Readonly<Record<string, string>> = binary) => ({
    name: `${headers['content-type']}: ${step}`,
    path: `/do/${step}`,
    body: message('hello'),
    headers,
  });
  const inText = (step: string, body = text(message('hello'))) => ({
    name: `text: ${step}, ${body.length} letters`,
    path: `/do/${step}`,
    body,
    headers: words,
  });
  return {
    name: `grpc_web, ${down} → h2`,
    down,
    up: 'h2',
    bootstrap: bootstrap(manager([{ match: { prefix: '/' }, route: { cluster: 'app' } }], {}, [filter]), upstream('h2')),
    exchanges: [
      bytes('grpc-0'),
      bytes('grpc-0', { 'content-type': 'application/grpc-web' }),
      bytes('grpc-0', { 'content-type': 'application/grpc-web+json' }),
      bytes('head-5'),
      bytes('404'),
      bytes('200'),
      inText('grpc-0'),
      inText('head-5'),
      inText('503'),
      inText('grpc-0', Buffer.from('****')),
      inText('grpc-0', Buffer.from('AAAAA')),
      {
        name: 'text up, bytes down',
        path: '/do/grpc-0',
        body: text(message('x')),
        headers: { 'content-type': 'application/grpc-web-text' },
      },
    ],
  };
}

export const CASES: readonly Case[] = [
  retries('h1'),
  retries('h2'),
  grpcRetries(),
  grpcTimes(),
  grpcStats('all methods as one', {}),
  grpcStats('each method', { stats_for_all_methods: true }),
  grpcStats('some methods', { individual_method_stats_allowlist: { services: [{ name: 'do', method_names: ['grpc-0', 'head-5'] }] } }),
  grpcWeb('h1'),
  grpcWeb('h2'),
];
