/** What routes ask of requests beside their path, what they do with them, and what they count. */
import { bootstrap, type Case, cluster, type Exchange, fault, routes } from './corpus.ts';

function get(path: string, host = 'example.com', ...fields: readonly string[]): Exchange {
  return {
    name: [host, path, ...fields].join(' '),
    request: [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...fields, '', ''].join('%n'),
  };
}

function answer(body: string, match: object): object {
  return { name: body, match: { prefix: '/', ...match }, direct_response: { status: 200, body: { inline_string: body } } };
}

const header = (key: string, value: string): object => ({ header: { key, value } });
const TEMPLATE = 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig';
const FILTER_CONFIG = 'type.googleapis.com/envoy.config.route.v3.FilterConfig';
const FAULT = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault';

const abort = (status: number): object => ({ '@type': FAULT, abort: { http_status: status, percentage: { numerator: 100 } } });

/** A cluster of a weight, told apart by a header of the response. */
const weight = (name: string, extra: object = {}): object => ({
  name: 'app',
  weight: 1,
  response_headers_to_add: [header('x-weight', name)],
  ...extra,
});

/** Edits of one level, told apart by its name. */
function edits(level: string, drops: readonly string[]): object {
  const values = [
    header('x-both', level),
    { ...header('x-over', level), append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    { ...header('x-exists', level), append_action: 'OVERWRITE_IF_EXISTS' },
    { ...header('x-absent', level), append_action: 'ADD_IF_ABSENT' },
    { ...header(`x-empty-${level}`, ''), keep_empty_value: true },
    { ...header(`x-${level}`, `%PROTOCOL% ${level}`) },
  ];
  return {
    request_headers_to_add: values,
    request_headers_to_remove: drops,
    response_headers_to_add: values,
    response_headers_to_remove: [...drops, 'x-echo'],
  };
}

export const ROUTES: readonly Case[] = [
  {
    name: 'cookies and certificates',
    bootstrap: bootstrap(
      routes(
        answer('exact', { cookies: [{ name: 'a', string_match: { exact: '1' } }] }),
        answer('not b, but need', {
          cookies: [
            { name: 'b', string_match: { exact: '1' }, invert_match: true },
            { name: 'need', string_match: { exact: '1' } },
          ],
        }),
        answer('quoted', { cookies: [{ name: 'q', string_match: { exact: 'x y' } }] }),
        answer('empty', { cookies: [{ name: 'e', string_match: { exact: '' } }] }),
        answer('case', { cookies: [{ name: 'c', string_match: { prefix: 'AB', ignore_case: true } }] }),
        answer('presented', { tls_context: { presented: true } }),
        answer('validated', { tls_context: { validated: true } }),
        answer('metadata', { dynamic_metadata: [{ filter: 'x', path: [{ key: 'y' }], value: { present_match: true } }] }),
        answer('state', { filter_state: [{ key: 'x', string_match: { safe_regex: { regex: '.*' } } }] }),
        answer('no certificate', { headers: [{ name: 'x-tls' }], tls_context: { presented: false, validated: false } }),
        answer('no metadata', {
          headers: [{ name: 'x-metadata' }],
          dynamic_metadata: [{ filter: 'x', path: [{ key: 'y' }], value: { string_match: { exact: 'z' } }, invert: true }],
        }),
        answer('rest', {}),
      ),
    ),
    exchanges: [
      ...['a=1', 'a=2; a=1', 'a=1; a=2', 'need=1', 'need=1; b=1', 'need=1;b=2', 'q="x y"', 'q=x y', 'e=', 'e=""', 'A=1', ' a = 1'],
      ...['a=1 ; b=2', ';a=1', 'x; a=1', 'c=abc', 'c="ABC', 'a="1', 'a='],
    ]
      .map((cookie) => get('/', 'h', `cookie: ${cookie}`))
      .concat(get('/', 'h', 'cookie: x=0', 'cookie: a=1'), get('/', 'h', 'x-tls: 1'), get('/', 'h', 'x-metadata: 1'), get('/', 'h')),
  },
  {
    name: 'hosts by a header',
    bootstrap: bootstrap({
      route_config: {
        name: 'table',
        vhost_header: 'x-host',
        virtual_hosts: [
          { name: 'a', domains: ['a'], routes: [answer('a', {})] },
          { name: 'suffix', domains: ['*.a'], routes: [answer('suffix', {})] },
          { name: 'rest', domains: ['*'], routes: [answer('rest', {})] },
        ],
      },
    }),
    exchanges: [
      get('/', 'a'),
      get('/', 'b', 'x-host: A'),
      get('/', 'a', 'x-host: b.a'),
      get('/', 'a', 'x-host: zzz'),
      get('/', 'a', 'x-host: b', 'x-host: a'),
      get('/', 'a', 'x-host: '),
    ],
  },
  {
    name: 'a header for a lone host',
    bootstrap: bootstrap({
      route_config: {
        name: 'table',
        vhost_header: 'x-host',
        virtual_hosts: [{ name: 'all', domains: ['*'], routes: [answer('all', {})] }],
      },
    }),
    exchanges: [get('/'), get('/', 'h', 'x-host: a')],
  },
  {
    name: 'path parameters',
    bootstrap: bootstrap({
      route_config: {
        name: 'table',
        ignore_path_parameters_in_path_matching: true,
        virtual_hosts: [
          {
            name: 'all',
            domains: ['*'],
            routes: [
              { match: { path: '/exact' }, route: { cluster: 'app', prefix_rewrite: '/e' } },
              { match: { safe_regex: { regex: '/re/[a-z]+' } }, route: { cluster: 'app', prefix_rewrite: '/r' } },
              { match: { path_separated_prefix: '/sep' }, route: { cluster: 'app', prefix_rewrite: '/s' } },
              { match: { prefix: '/pre/x' }, route: { cluster: 'app', prefix_rewrite: '/p' } },
              { match: { prefix: '/redirect' }, redirect: { prefix_rewrite: '/to' } },
              {
                match: {
                  path_match_policy: {
                    name: 'envoy.path.match.uri_template.uri_template_matcher',
                    typed_config: { '@type': TEMPLATE, path_template: '/t/*' },
                  },
                },
                direct_response: { status: 200, body: { inline_string: 'template' } },
              },
            ],
          },
        ],
      },
    }),
    exchanges: [
      ...[
        '/exact',
        '/exact;x=1',
        '/exact;x?b',
        '/exact?x;y',
        '/exact/;x',
        '/re/ab;c',
        '/re;x/ab',
        '/sep;x/y',
        '/sep/;x',
        '/sep;',
        '/pre/x;a/b',
      ],
      ...['/pre;z/x', '/pre;z/x;y/w', '/pre/x?a;b/c', '/redirect;a/b?c', '/redirect/a;b', '/t/a;b', '/t/a;b/c', '/t;/a', '/;'],
    ].map((path) => get(path)),
  },
  {
    name: 'weights by request',
    bootstrap: bootstrap(
      routes(
        {
          match: { prefix: '/header' },
          route: { weighted_clusters: { header_name: 'x-ticket', clusters: [weight('one'), weight('two')] } },
        },
        {
          match: { prefix: '/name' },
          route: {
            weighted_clusters: { clusters: [{ cluster_header: 'x-cluster', weight: 1, response_headers_to_add: [header('w', '1')] }] },
          },
        },
        {
          match: { prefix: '/hash' },
          route: {
            hash_policy: [{ header: { header_name: 'x-hash' } }],
            weighted_clusters: { use_hash_policy: true, clusters: [weight('only'), weight('never', { weight: 0 })] },
          },
        },
      ),
    ),
    exchanges: [
      ...['0', '1', '2', '3', '18446744073709551614', '18446744073709551615', '007'].map((ticket) =>
        get('/header', 'h', `x-ticket: ${ticket}`),
      ),
      get('/name', 'h', 'x-cluster: app'),
      get('/name', 'h', 'x-cluster: nobody'),
      get('/name'),
      get('/hash', 'h', 'x-hash: a'),
      get('/hash'),
    ],
  },
  {
    name: 'formats in rewrites and redirects',
    bootstrap: bootstrap(
      routes(
        { match: { prefix: '/path' }, route: { cluster: 'app', path_rewrite: '/new/%REQ(x-a)%' } },
        { match: { prefix: '/host' }, route: { cluster: 'app', host_rewrite: '%REQ(x-a)%.example', append_x_forwarded_host: true } },
        { match: { prefix: '/both' }, route: { cluster: 'app', path_rewrite: '%REQ(x-a)%', host_rewrite: '%REQ(x-a)%' } },
        {
          match: { prefix: '/added' },
          route: { cluster: 'app', path_rewrite: '/%REQ(x-added)%', host_rewrite: '%REQ(x-added)%' },
          request_headers_to_add: [header('x-added', 'by.the.route')],
        },
        { match: { prefix: '/redirect' }, redirect: { path_rewrite: '/z/%REQ(x-a)%' } },
        { match: { prefix: '/query' }, redirect: { path_rewrite: '/z?y=%REQ(x-a)%' } },
        { match: { prefix: '/strip' }, redirect: { path_rewrite: '/z/%REQ(x-a)%', strip_query: true, response_code: 'SEE_OTHER' } },
        { match: { prefix: '/nothing' }, redirect: { path_rewrite: '%REQ(x-a)%' } },
      ),
    ),
    exchanges: ['/path?q=1', '/path', '/host', '/both?x', '/added?x', '/redirect?x=1', '/query?x', '/strip?x', '/nothing?x'].flatMap(
      (path) => [get(path, 'old', 'x-a: V'), get(path, 'old')],
    ),
  },
  {
    name: 'redirects',
    bootstrap: bootstrap(
      routes(
        { match: { prefix: '/https' }, redirect: { https_redirect: true } },
        { match: { prefix: '/scheme' }, redirect: { scheme_redirect: 'ftp' } },
        { match: { prefix: '/host' }, redirect: { host_redirect: 'other.example' } },
        { match: { prefix: '/port' }, redirect: { port_redirect: 8443, https_redirect: true } },
        { match: { prefix: '/path' }, redirect: { path_redirect: '/to' } },
        { match: { prefix: '/query' }, redirect: { path_redirect: '/to?a=b', strip_query: true } },
        { match: { prefix: '/prefix' }, redirect: { prefix_rewrite: '/to', strip_query: true } },
        { match: { path: '/exact' }, redirect: { prefix_rewrite: '/to' } },
        { match: { prefix: '/any', case_sensitive: false }, redirect: { prefix_rewrite: '/to' } },
        { match: { prefix: '/relative' }, redirect: { path_redirect: 'to' } },
        { match: { prefix: '/short' }, redirect: { prefix_rewrite: 'to' } },
        { match: { prefix: '/words' }, redirect: { regex_rewrite: { pattern: { regex: '/words' }, substitution: 'to' } } },
        { match: { prefix: '/gone' }, redirect: { regex_rewrite: { pattern: { regex: '.*' }, substitution: '' } } },
        { match: { prefix: '/void' }, redirect: { prefix_rewrite: '' } },
        { match: { prefix: '/mark' }, redirect: { path_redirect: '?x' } },
        { match: { prefix: '/302' }, redirect: { response_code: 'FOUND' } },
        { match: { prefix: '/303' }, redirect: { response_code: 'SEE_OTHER' } },
        { match: { prefix: '/307' }, redirect: { response_code: 'TEMPORARY_REDIRECT' } },
        { match: { prefix: '/308' }, redirect: { response_code: 'PERMANENT_REDIRECT' } },
        { match: { prefix: '/all' }, redirect: { https_redirect: true, host_redirect: 'h', port_redirect: 1, path_redirect: '/p' } },
      ),
    ),
    exchanges: [
      ...[
        '/https?a',
        '/scheme',
        '/host',
        '/port',
        '/path?a',
        '/query?x',
        '/prefix/a?b',
        '/exact?a',
        '/ANY/x',
        '/relative?q',
        '/shorter?q',
        '/words?q',
        '/gone?q',
        '/void/a?q',
        '/mark?q',
        '/302',
        '/303',
        '/307',
        '/308',
        '/all?x',
      ],
    ].flatMap((path) => [get(path, 'h.example'), get(path, 'h.example:80'), get(path, '[::1]:8080')]),
  },
  {
    name: 'direct responses',
    bootstrap: bootstrap(
      routes(
        {
          match: { prefix: '/json' },
          direct_response: {
            status: 200,
            body: { inline_string: 'in' },
            body_format: { json_format: { a: '%LOCAL_REPLY_BODY%', b: '%REQ(:path)%', c: '%RESPONSE_CODE%' } },
          },
        },
        {
          match: { prefix: '/text' },
          direct_response: {
            status: 201,
            body: { inline_string: 'in' },
            body_format: {
              text_format_source: { inline_string: '[%LOCAL_REPLY_BODY%] %REQ(x-a)% %PROTOCOL% %ROUTE_NAME% %RESPONSE_CODE%' },
              content_type: 'text/x',
            },
          },
        },
        {
          match: { prefix: '/nothing' },
          direct_response: { status: 200, body_format: { text_format_source: { inline_string: 'only %REQ(:path)%' } } },
          response_headers_to_add: [{ ...header('content-type', 'a/b'), append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
        },
        {
          match: { prefix: '/bytes' },
          direct_response: { status: 200, body: { inline_bytes: Buffer.from('bytes ü').toString('base64') } },
        },
        { match: { prefix: '/environment' }, direct_response: { status: 200, body: { environment_variable: 'PATH' } } },
        { match: { prefix: '/204' }, direct_response: { status: 204 } },
        { match: { prefix: '/302' }, direct_response: { status: 302 } },
        { match: { prefix: '/599' }, direct_response: { status: 599, body: { inline_string: 'odd' } } },
      ),
    ),
    exchanges: ['/json?x="', '/text', '/nothing', '/bytes', '/environment', '/204', '/302?a', '/599'].flatMap((path) => [
      get(path),
      get(path, 'h', 'x-a: 1'),
    ]),
  },
  {
    name: 'settings of filters at every level',
    bootstrap: bootstrap(
      {
        route_config: {
          name: 'table',
          typed_per_filter_config: { fault: abort(501) },
          virtual_hosts: [
            {
              name: 'own',
              domains: ['own'],
              typed_per_filter_config: { fault: abort(502) },
              routes: [
                { match: { prefix: '/route' }, route: { cluster: 'app' }, typed_per_filter_config: { fault: abort(503) } },
                {
                  match: { prefix: '/weight' },
                  route: { weighted_clusters: { clusters: [weight('w', { typed_per_filter_config: { fault: abort(504) } })] } },
                  typed_per_filter_config: { fault: abort(503) },
                },
                {
                  match: { prefix: '/off' },
                  route: { cluster: 'app' },
                  typed_per_filter_config: { fault: { '@type': FILTER_CONFIG, disabled: true } },
                },
                {
                  match: { prefix: '/wrapped' },
                  route: { cluster: 'app' },
                  typed_per_filter_config: { fault: { '@type': FILTER_CONFIG, config: abort(505) } },
                },
                {
                  match: { prefix: '/optional' },
                  route: { cluster: 'app' },
                  typed_per_filter_config: {
                    unknown: {
                      '@type': FILTER_CONFIG,
                      is_optional: true,
                      config: { '@type': 'type.googleapis.com/google.protobuf.Struct', value: {} },
                    },
                  },
                },
                { match: { prefix: '/' }, route: { cluster: 'app' } },
              ],
            },
            {
              name: 'off',
              domains: ['off'],
              typed_per_filter_config: { fault: { '@type': FILTER_CONFIG, disabled: true } },
              routes: [
                { match: { prefix: '/on' }, route: { cluster: 'app' }, typed_per_filter_config: { fault: abort(506) } },
                { match: { prefix: '/' }, route: { cluster: 'app' } },
              ],
            },
            { name: 'rest', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'app' } }] },
          ],
        },
      },
      undefined,
      [{ ...fault({}), name: 'fault' }],
    ),
    exchanges: [
      ...['/route', '/weight', '/off', '/wrapped', '/optional', '/'].map((path) => get(path, 'own')),
      get('/on', 'off'),
      get('/', 'off'),
      get('/', 'rest'),
    ],
  },
  ...[false, true].map((wins) => ({
    name: `levels of header edits, ${wins ? 'the nearest wins' : 'the farthest wins'}`,
    bootstrap: bootstrap({
      route_config: {
        name: 'table',
        most_specific_header_mutations_wins: wins,
        internal_only_headers: ['x-inside'],
        ...edits('table', ['x-drop-table']),
        virtual_hosts: [
          {
            name: 'all',
            domains: ['*'],
            ...edits('host', ['x-drop-host']),
            include_request_attempt_count: true,
            include_attempt_count_in_response: true,
            include_is_timeout_retry_header: true,
            routes: [
              {
                match: { prefix: '/weights' },
                route: { weighted_clusters: { clusters: [{ name: 'app', weight: 1, ...edits('weight', ['x-drop-weight', 'x-both']) }] } },
                ...edits('route', ['x-drop-route']),
              },
              {
                match: { prefix: '/status' },
                route: { cluster: 'app', retry_policy: { retry_on: '5xx', num_retries: 1 } },
                ...edits('route', ['x-drop-route']),
              },
              { match: { prefix: '/direct' }, direct_response: { status: 200 }, ...edits('route', ['x-drop-route']) },
              { match: { prefix: '/redirect' }, redirect: { host_redirect: 'a' }, ...edits('route', ['x-drop-route']) },
              { match: { prefix: '/' }, route: { cluster: 'app' }, ...edits('route', ['x-drop-route']) },
            ],
          },
        ],
      },
    }),
    exchanges: [
      ...['/', '/weights', '/direct', '/redirect', '/status/500'].flatMap((path) => [
        get(path),
        get(
          path,
          'h',
          'x-both: own',
          'x-over: own',
          'x-exists: own',
          'x-absent: own',
          'x-drop-table: 1',
          'x-drop-host: 1',
          'x-drop-route: 1',
        ),
      ]),
      get('/', 'h', 'x-inside: 1', 'x-forwarded-for: 8.8.8.8'),
      get('/', 'h', 'x-inside: 1', 'x-drop-weight: 1'),
    ],
  })),
  {
    name: 'domains',
    bootstrap: bootstrap({
      route_config: {
        name: 'table',
        virtual_hosts: (
          [
            ['exact', 'www.Example.com', 'port.example:81'],
            ['suffix', '*.example.com'],
            ['longer suffix', '*.b.example.com', '*-x.example.com'],
            ['prefix', 'www.*'],
            ['longer prefix', 'www.exa*'],
            ['ipv6', '[::1]', '[::2]:80'],
            ['rest', '*'],
          ] as const
        ).map(([name, ...domains]) => ({ name, domains, routes: [answer(name, {})] })),
      },
    }),
    exchanges: [
      ...['www.example.com', 'WWW.EXAMPLE.COM', 'www.example.com:80', 'port.example:81', 'port.example', 'a.example.com', '.example.com'],
      ...[
        'a.b.example.com',
        'a-x.example.com',
        '-x.example.com',
        'www.net',
        'www.exam.net',
        'www.',
        'www.exa',
        '[::1]',
        '[::2]:80',
        '[::2]',
        'x',
      ],
    ].map((host) => get('/', host)),
  },
  {
    name: 'counters of routes',
    bootstrap: bootstrap(
      {
        route_config: {
          name: 'table',
          virtual_hosts: [
            {
              name: 'host.one',
              domains: ['*'],
              virtual_clusters: [
                { name: 'errors', headers: [{ name: ':path', string_match: { prefix: '/status/5' } }] },
                { name: 'posts', headers: [{ name: ':method', string_match: { exact: 'POST' } }, { name: 'x-a' }] },
              ],
              routes: [
                {
                  match: { prefix: '/status' },
                  stat_prefix: 'status',
                  route: { cluster: 'app', retry_policy: { retry_on: '5xx', num_retries: 2 } },
                },
                { match: { prefix: '/slow' }, stat_prefix: 'slow', route: { cluster: 'app', timeout: '0.2s' } },
                { match: { prefix: '/dead' }, stat_prefix: 'dead', route: { cluster: 'dead' } },
                { match: { prefix: '/none' }, stat_prefix: 'none', route: { cluster_header: 'x-none' } },
                { match: { prefix: '/empty' }, stat_prefix: 'empty', route: { cluster: 'empty' } },
                { match: { prefix: '/direct' }, stat_prefix: 'direct', direct_response: { status: 200 } },
                { match: { prefix: '/' }, route: { cluster: 'app' } },
              ],
            },
          ],
        },
      },
      [cluster('app', ['%UPSTREAM%']), cluster('dead', ['%DEAD%']), cluster('empty', [])],
    ),
    exchanges: [
      ...['/status/500', '/status/204', '/slow', '/dead', '/none', '/empty', '/direct', '/x', '/die'].map((path) => get(path)),
      { name: 'post', request: 'POST / HTTP/1.1%nhost: h%nx-a: 1%ncontent-length: 1%n%na' },
    ],
  },
];
