/**
 * What the differential tests send: bootstraps that both proxies take as they are, and requests against them. `%UPSTREAM%`
 * in a bootstrap is the port of the echo backend, `%DEAD%` a port where nothing listens.
 */

export interface Exchange {
  readonly name: string;
  /** latin1; `%n` is a line end. */
  readonly request: string;
  /** Method, where it decides how the answer is read. */
  readonly method?: string;
  /** Answers expected on the connection (pipelining, 1xx not counted); 1 by default, 0: only the close. */
  readonly answers?: number;
  /** Pieces to send separately. */
  readonly splitAt?: readonly number[];
  /** Names and reason of the answer matter as they are written. */
  readonly spelled?: boolean;
}

export interface Case {
  readonly name: string;
  readonly bootstrap: object;
  readonly exchanges: readonly Exchange[];
}

const ISTIO_FORMAT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n';

export function accessLog(format = ISTIO_FORMAT): object {
  return {
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
      path: '%DIR%/access.log',
      log_format: { text_format_source: { inline_string: format } },
    },
  };
}

export function cluster(name: string, ports: readonly (string | number)[], extra: object = {}): object {
  return {
    name,
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [
        { lb_endpoints: ports.map((port) => ({ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } })) },
      ],
    },
    ...extra,
  };
}

const ROUTER = {
  name: 'envoy.filters.http.router',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
};

export function fault(config: object): object {
  return {
    name: 'envoy.filters.http.fault',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault', ...config },
  };
}

export function listener(name: string, manager: object, filters: readonly object[] = []): object {
  return {
    name,
    address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              stat_prefix: 'ingress',
              access_log: [accessLog()],
              http_filters: [...filters, ROUTER],
              ...manager,
            },
          },
        ],
      },
    ],
  };
}

export function bootstrap(
  manager: object,
  clusters: readonly object[] = [cluster('app', ['%UPSTREAM%'])],
  filters: readonly object[] = [],
): object {
  return { static_resources: { listeners: [listener('main', manager, filters)], clusters } };
}

export function routes(...list: readonly object[]): object {
  return { route_config: { name: 'local', virtual_hosts: [{ name: 'all', domains: ['*'], routes: list }] } };
}

export const TO_APP = { match: { prefix: '/' }, route: { cluster: 'app' } };

const GET = 'GET / HTTP/1.1%nHost: example.com%n%n';

export const CASES: readonly Case[] = [
  {
    name: 'plain routing',
    bootstrap: bootstrap(routes(TO_APP)),
    exchanges: [
      { name: 'a GET', request: GET },
      {
        name: 'a GET with many headers',
        request:
          'GET /a/b?c=d HTTP/1.1%nHost: Example.com:8080%nUser-Agent: curl/8%nAccept: */*%nX-Custom: One%nX-Custom: Two%nCookie: a=b; c=d%n%n',
      },
      { name: 'a POST with a body', request: 'POST /p HTTP/1.1%nHost: a%nContent-Length: 5%nContent-Type: text/plain%n%nhello' },
      { name: 'a chunked POST', request: 'POST /p HTTP/1.1%nHost: a%nTransfer-Encoding: chunked%n%n5%nhello%n0%n%n' },
      {
        name: 'chunked with extension and trailers',
        request: 'POST /p HTTP/1.1%nHost: a%nTransfer-Encoding: chunked%n%n5;a=b%nhello%n0%nX-T: 1%n%n',
      },
      { name: 'HEAD', request: 'HEAD / HTTP/1.1%nHost: a%n%n', method: 'HEAD' },
      { name: 'OPTIONS *', request: 'OPTIONS * HTTP/1.1%nHost: a%n%n' },
      { name: 'absolute form', request: 'GET http://b.example/x?y HTTP/1.1%nHost: a%n%n' },
      { name: 'absolute form without path', request: 'GET http://b.example HTTP/1.1%nHost: a%n%n' },
      { name: 'connection: close', request: 'GET / HTTP/1.1%nHost: a%nConnection: close%n%n' },
      {
        name: 'connection: keep-alive with nominated header',
        request: 'GET / HTTP/1.1%nHost: a%nConnection: keep-alive, x-hop%nX-Hop: 1%nKeep-Alive: 5%n%n',
      },
      { name: 'te: trailers', request: 'GET / HTTP/1.1%nHost: a%nTE: trailers%nConnection: te%n%n' },
      { name: 'pipelining', request: `${GET}GET /second HTTP/1.1%nHost: b%n%nGET /third HTTP/1.1%nHost: c%n%n`, answers: 3 },
      {
        name: 'forwarded headers',
        request:
          'GET / HTTP/1.1%nHost: a%nX-Forwarded-For: 1.2.3.4%nX-Forwarded-Proto: https%nX-Request-Id: abc%nX-Envoy-Internal: true%nX-Envoy-Upstream-Rq-Timeout-Ms: 5000%n%n',
      },
      { name: 'expect: 100-continue', request: 'POST / HTTP/1.1%nHost: a%nExpect: 100-continue%nContent-Length: 2%n%nhi' },
      { name: 'status 204', request: 'GET /status/204 HTTP/1.1%nHost: a%n%n' },
      { name: 'status 304', request: 'GET /status/304 HTTP/1.1%nHost: a%n%n' },
      { name: 'status 500', request: 'GET /status/500 HTTP/1.1%nHost: a%n%n' },
      { name: 'chunked response', request: 'GET /chunked HTTP/1.1%nHost: a%n%n' },
      { name: 'response until close', request: 'GET /until-close HTTP/1.1%nHost: a%n%n' },
      { name: 'response with hop headers', request: 'GET /hop HTTP/1.1%nHost: a%n%n' },
      { name: '103 before 200', request: 'GET /early HTTP/1.1%nHost: a%n%n' },
      { name: 'upstream closes before a response', request: 'GET /die HTTP/1.1%nHost: a%n%n' },
      { name: 'upstream closes inside a response', request: 'GET /die-inside HTTP/1.1%nHost: a%n%n' },
      { name: 'upstream sends garbage', request: 'GET /garbage HTTP/1.1%nHost: a%n%n' },
      { name: 'upstream sends CL and TE', request: 'GET /cl-te HTTP/1.1%nHost: a%n%n' },
      { name: 'split everywhere', request: 'POST /p HTTP/1.1%nHost: a%nContent-Length: 5%n%nhello', splitAt: [1, 3, 17, 19, 30, 45, 50] },
    ],
  },
  {
    name: 'bad requests',
    bootstrap: bootstrap(routes(TO_APP)),
    exchanges: [
      { name: 'no host', request: 'GET / HTTP/1.1%n%n' },
      { name: 'HTTP/1.0', request: 'GET / HTTP/1.0%nHost: a%n%n' },
      { name: 'CL and TE', request: 'POST / HTTP/1.1%nHost: a%nContent-Length: 5%nTransfer-Encoding: chunked%n%n0%n%n' },
      { name: 'two content-lengths', request: 'POST / HTTP/1.1%nHost: a%nContent-Length: 5%nContent-Length: 6%n%nhello' },
      { name: 'unknown transfer-encoding', request: 'POST / HTTP/1.1%nHost: a%nTransfer-Encoding: gzip%n%n' },
      { name: 'space before colon', request: 'GET / HTTP/1.1%nHost : a%n%n' },
      { name: 'NUL in value', request: 'GET / HTTP/1.1%nHost: a%nX: a\x00b%n%n' },
      { name: 'garbage', request: 'hello world this is no http%n%n' },
      { name: 'lower-case version', request: 'GET / http/1.1%nHost: a%n%n' },
      { name: 'too large head', request: `GET / HTTP/1.1%nHost: a%nX: ${'a'.repeat(70_000)}%n%n` },
      { name: 'too many headers', request: `GET / HTTP/1.1%nHost: a%n${'X: a%n'.repeat(120)}%n` },
      { name: 'CONNECT', request: 'CONNECT a:80 HTTP/1.1%nHost: a:80%n%n' },
      { name: 'good then bad', request: `${GET}GET /%n%n`, answers: 2 },
    ],
  },
  {
    name: 'matching',
    bootstrap: bootstrap({
      route_config: {
        name: 'local',
        virtual_hosts: [
          {
            name: 'exact',
            domains: ['exact.example', 'exact.example:81'],
            routes: [
              { name: 'one', match: { path: '/one' }, direct_response: { status: 200, body: { inline_string: 'one' } } },
              {
                name: 'insensitive',
                match: { prefix: '/CaSe', case_sensitive: false },
                direct_response: { status: 201, body: { inline_string: 'case' } },
              },
              {
                name: 'header',
                match: { prefix: '/', headers: [{ name: 'x-v', string_match: { exact: 'canary' } }] },
                direct_response: { status: 202 },
              },
              {
                name: 'inverted',
                match: { prefix: '/inv', headers: [{ name: 'x-v', present_match: true, invert_match: true }] },
                direct_response: { status: 203, body: { inline_string: 'inv' } },
              },
              {
                name: 'regex',
                match: { safe_regex: { regex: '/r/[0-9]+' } },
                direct_response: { status: 418, body: { inline_string: 're' } },
              },
            ],
          },
          {
            name: 'suffix',
            domains: ['*.example'],
            routes: [{ match: { prefix: '/' }, direct_response: { status: 210, body: { inline_string: 'suffix' } } }],
          },
          {
            name: 'prefix',
            domains: ['pre.*'],
            routes: [{ match: { prefix: '/' }, direct_response: { status: 211, body: { inline_string: 'prefix' } } }],
          },
          {
            name: 'rest',
            domains: ['*'],
            routes: [
              { match: { prefix: '/rewrite/' }, route: { cluster: 'app', prefix_rewrite: '/new/', host_rewrite_literal: 'other.example' } },
              { match: { prefix: '/none' }, route: { cluster: 'missing' } },
              { match: { prefix: '/redirect' }, redirect: { host_redirect: 'there.example', path_redirect: '/x' } },
              { match: { prefix: '/https' }, redirect: { https_redirect: true, response_code: 'PERMANENT_REDIRECT' } },
              {
                match: { prefix: '/headers' },
                route: { cluster: 'app' },
                request_headers_to_add: [
                  { header: { key: 'x-a', value: '1' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
                  { header: { key: 'x-b', value: '2' } },
                ],
                request_headers_to_remove: ['x-gone'],
                response_headers_to_add: [{ header: { key: 'x-r', value: '3' } }],
                response_headers_to_remove: ['x-echo'],
              },
              { match: { prefix: '/app' }, route: { cluster: 'app' } },
            ],
          },
        ],
        validate_clusters: false,
      },
    }),
    exchanges: [
      ...['/one', '/one?q=1', '/one/', '/case/x', '/other', '/inv', '/r/12', '/r/x'].map((path) => ({
        name: `exact.example ${path}`,
        request: `GET ${path} HTTP/1.1%nHost: exact.example%n%n`,
      })),
      { name: 'a header match', request: 'GET /zzz HTTP/1.1%nHost: exact.example%nX-V: canary%n%n' },
      { name: 'host in capitals', request: 'GET /one HTTP/1.1%nHost: EXACT.example%n%n' },
      { name: 'host with port', request: 'GET /one HTTP/1.1%nHost: exact.example:81%n%n' },
      { name: 'suffix', request: 'GET /one HTTP/1.1%nHost: a.b.example%n%n' },
      { name: 'prefix', request: 'GET /one HTTP/1.1%nHost: pre.net%n%n' },
      ...['/rewrite/a?b', '/none', '/redirect', '/https/x?y', '/headers', '/app/x', '/nowhere'].map((path) => ({
        name: `rest ${path}`,
        request: `GET ${path} HTTP/1.1%nHost: elsewhere%nX-Gone: 1%nX-A: 0%nX-B: 0%n%n`,
      })),
      {
        name: 'gRPC without a route',
        request: 'POST /nowhere HTTP/1.1%nHost: elsewhere%nContent-Type: application/grpc%nContent-Length: 0%n%n',
      },
    ],
  },
  {
    name: 'failures',
    bootstrap: bootstrap(
      routes(
        { match: { prefix: '/dead' }, route: { cluster: 'dead' } },
        { match: { prefix: '/empty' }, route: { cluster: 'empty' } },
        { match: { prefix: '/slow' }, route: { cluster: 'app', timeout: '0.1s' } },
        { match: { prefix: '/full' }, route: { cluster: 'full' } },
        TO_APP,
      ),
      [
        cluster('app', ['%UPSTREAM%']),
        cluster('dead', ['%DEAD%']),
        cluster('empty', []),
        cluster('full', ['%UPSTREAM%'], { circuit_breakers: { thresholds: [{ max_requests: 0 }] } }),
      ],
    ),
    exchanges: [
      { name: 'nothing listens', request: 'GET /dead HTTP/1.1%nHost: a%n%n' },
      { name: 'no hosts', request: 'GET /empty HTTP/1.1%nHost: a%n%n' },
      { name: 'too slow', request: 'GET /slow HTTP/1.1%nHost: a%n%n' },
      { name: 'over the limit', request: 'GET /full HTTP/1.1%nHost: a%n%n' },
      { name: 'gRPC, nothing listens', request: 'POST /dead HTTP/1.1%nHost: a%nContent-Type: application/grpc%nContent-Length: 0%n%n' },
      { name: 'HEAD, no hosts', request: 'HEAD /empty HTTP/1.1%nHost: a%n%n', method: 'HEAD' },
    ],
  },
  {
    name: 'faults',
    bootstrap: bootstrap(
      routes(
        {
          match: { prefix: '/abort' },
          route: { cluster: 'app' },
          typed_per_filter_config: {
            'envoy.filters.http.fault': {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
              abort: { http_status: 418, percentage: { numerator: 100 } },
            },
          },
        },
        TO_APP,
      ),
      [cluster('app', ['%UPSTREAM%'])],
      [fault({ delay: { fixed_delay: '0.02s', percentage: { numerator: 100 } } })],
    ),
    exchanges: [
      { name: 'delayed', request: GET },
      { name: 'aborted by the route', request: 'GET /abort HTTP/1.1%nHost: a%n%n' },
      { name: 'a gRPC request aborted', request: 'POST /abort HTTP/1.1%nHost: a%nContent-Type: application/grpc%nContent-Length: 0%n%n' },
    ],
  },
  {
    name: 'an edge proxy',
    bootstrap: bootstrap({
      use_remote_address: true,
      server_name: 'edge',
      always_set_request_id_in_response: true,
      via: 'edge',
      ...routes(TO_APP),
    }),
    exchanges: [
      { name: 'a GET', request: GET },
      {
        name: 'spoofed headers',
        request:
          'GET / HTTP/1.1%nHost: a%nX-Forwarded-For: 10.0.0.1%nX-Request-Id: mine%nX-Envoy-Internal: true%nX-Envoy-Retry-On: 5xx%nX-Envoy-Upstream-Rq-Timeout-Ms: 1%nX-Envoy-Original-Path: /x%nX-Forwarded-Proto: https%n%n',
      },
    ],
  },
];
