/** Routes that match, rewrite and edit headers in every way that a configuration can ask for. */
import { bootstrap, type Case, cluster, type Exchange, routes } from './corpus.ts';

const TEMPLATE = 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig';
const TEMPLATE_REWRITE = 'type.googleapis.com/envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig';

function get(path: string, host = 'example.com', ...fields: readonly string[]): Exchange {
  return {
    name: [host, path, ...fields].join(' '),
    request: [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...fields, '', ''].join('%n'),
  };
}

function answer(body: string, match: object): object {
  return { match, direct_response: { status: 200, body: { inline_string: body } } };
}

function template(text: string): object {
  return {
    path_match_policy: {
      name: 'envoy.path.match.uri_template.uri_template_matcher',
      typed_config: { '@type': TEMPLATE, path_template: text },
    },
  };
}

function rewritten(text: string): object {
  return {
    cluster: 'app',
    path_rewrite_policy: {
      name: 'envoy.path.rewrite.uri_template.uri_template_rewriter',
      typed_config: { '@type': TEMPLATE_REWRITE, path_template_rewrite: text },
    },
  };
}

function add(key: string, value: string, extra: object = {}): object {
  return { header: { key, value }, ...extra };
}

const action = (append_action: string): object => ({ append_action });
const pattern = (regex: string, substitution: string): object => ({ pattern: { regex }, substitution });
const query = (name: string, extra: object): object => ({ prefix: '/', query_parameters: [{ name, ...extra }] });
const header = (extra: object): object => ({ prefix: '/', headers: [extra] });

/** Which route a request takes. */
export const MATCHES: readonly Case[] = [
  {
    name: 'path matchers',
    bootstrap: bootstrap(
      routes(
        answer('exact', { path: '/exact' }),
        answer('separated', { path_separated_prefix: '/sep' }),
        answer('any case', { path_separated_prefix: '/Any', case_sensitive: false }),
        answer('exact case', { path: '/Exact2', case_sensitive: false }),
        answer('regex', { safe_regex: { regex: '/re/([a-z]+)/(\\d{2}|x)' } }),
        answer('dots', { safe_regex: { regex: '/d.*t/.*' } }),
        answer('prefix', { prefix: '/pre' }),
      ),
    ),
    exchanges: [
      ...[
        '/exact',
        '/exact?a',
        '/exact#f',
        '/exact/',
        '/sep',
        '/sep/',
        '/sep/a?b',
        '/sep?b',
        '/separate',
        '/sep#x',
        '/aNY',
        '/ANY/x',
        '/anyx',
      ].map((p) => get(p)),
      ...['/eXACT2', '/re/ab/12', '/re/ab/x?y', '/re/ab/123', '/re//12', '/dot/', '/dt/a?b', '/d/x/t/y', '/prefix', '/pre#x', '/none'].map(
        (p) => get(p),
      ),
    ],
  },
  {
    name: 'path templates',
    bootstrap: bootstrap(
      routes(
        { match: template('/users/{id}'), route: rewritten('/u/id={id}') },
        { match: template('/a/{x=*}/b/{y=**}'), route: rewritten('/{y}/{x}') },
        { match: template('/img/{name}.png'), route: rewritten('/pics/{name}') },
        { match: template('/v/{all=a/*/c}/end'), route: rewritten('/w/{all}') },
        answer('one', template('/one/*')),
        answer('rest', template('/rest/**')),
        answer('suffix', template('/suffix/**.m3u8')),
        answer('plain', template('/plain')),
      ),
    ),
    exchanges: [
      ...[
        '/users/7',
        '/users/7?x=1',
        '/users/',
        '/users/7/',
        '/users/a%20b',
        '/users/a+b',
        '/users/a~b',
        '/users/a@b',
        '/users/a:b',
        "/users/a'b",
      ].map((p) => get(p)),
      ...['/a/1/b/2/3', '/a/1/b/', '/a/1/b', '/a//b/c', '/img/cat.png', '/img/.png', '/img/cat.jpg', '/v/a/b/c/end', '/v/a/c/end'].map(
        (p) => get(p),
      ),
      ...[
        '/one/a',
        '/one/',
        '/one/a/b',
        '/rest/',
        '/rest/a/b',
        '/rest',
        '/suffix/a/b.m3u8',
        '/suffix/.m3u8',
        '/plain',
        '/plain/',
        '/Plain',
      ].map((p) => get(p)),
    ],
  },
  {
    name: 'fractions',
    bootstrap: bootstrap(
      routes(
        answer('never', { prefix: '/', runtime_fraction: { default_value: { numerator: 0 } } }),
        answer('always', { prefix: '/a', runtime_fraction: { default_value: { numerator: 1000000, denominator: 'MILLION' } } }),
        answer('keyed', { prefix: '/k', runtime_fraction: { default_value: { numerator: 100 }, runtime_key: 'no.such.key' } }),
        answer('empty', { prefix: '/e', runtime_fraction: { default_value: {} } }),
        answer('rest', { prefix: '/' }),
      ),
    ),
    exchanges: ['/', '/a', '/k', '/e'].map((p) => get(p)),
  },
  {
    name: 'query parameters',
    bootstrap: bootstrap(
      routes(
        answer('exact', query('exact', { string_match: { exact: 'a b' } })),
        answer('encoded', query('encoded', { string_match: { exact: 'a%20b' } })),
        answer('any case', query('case', { string_match: { prefix: 'AB', ignore_case: true } })),
        answer('regex', query('regex', { string_match: { safe_regex: { regex: '\\d+' } } })),
        answer('contains', query('contains', { string_match: { contains: 'x' } })),
        answer('suffix', query('suffix', { string_match: { suffix: 'z' } })),
        answer('present', query('present', { present_match: true })),
        answer('nothing', query('nothing', {})),
        answer('two', {
          prefix: '/',
          query_parameters: [
            { name: 'a', present_match: true },
            { name: 'b', present_match: true },
          ],
        }),
        answer('no absent', query('absent', { present_match: false })),
        answer('rest', { prefix: '/' }),
      ),
    ),
    exchanges: [
      ...[
        '/?exact=a%20b',
        '/?exact=a+b',
        '/?encoded=a%20b',
        '/?case=aBc',
        '/?case=b',
        '/?regex=12',
        '/?regex=12a',
        '/?contains=axb',
        '/?suffix=xyz',
      ].map((p) => get(p)),
      ...[
        '/?present',
        '/?present=',
        '/?x=1&present=2',
        '/?presents',
        '/?nothing=1',
        '/?a&b',
        '/?a',
        '/?absent',
        '/',
        '/?',
        '/?&&a=1&b',
        '/?a=1&a=2&b=1',
      ].map((p) => get(p)),
      ...['/?regex=a&regex=1', '/?regex=1&regex=a', '/?b&a=1#b', '/?a;b', '/?pre%73ent'].map((p) => get(p)),
    ],
  },
  {
    name: 'header matchers',
    bootstrap: bootstrap(
      routes(
        answer('exact', header({ name: 'x-exact', string_match: { exact: 'a' } })),
        answer('any case', header({ name: 'x-case', string_match: { exact: 'A', ignore_case: true } })),
        answer('suffix', header({ name: 'x-suffix', string_match: { suffix: 'z', ignore_case: true } })),
        answer('contains', header({ name: 'x-contains', string_match: { contains: 'mid' } })),
        answer('regex', header({ name: 'x-regex', string_match: { safe_regex: { regex: 'a+|b' } } })),
        answer('range', header({ name: 'x-range', range_match: { start: -10, end: 10 } })),
        answer('absent', header({ name: 'x-not', present_match: true, invert_match: true })),
        answer('not a', header({ name: 'x-not', string_match: { exact: 'a' }, invert_match: true })),
        answer('empty', header({ name: 'x-empty', string_match: { exact: '' }, treat_missing_header_as_empty: true })),
        answer('rest', { prefix: '/' }),
      ),
    ),
    exchanges: [
      get('/', 'h', 'x-exact: a'),
      get('/', 'h', 'x-exact: A'),
      get('/', 'h', 'x-exact: b', 'x-exact: a'),
      get('/', 'h', 'x-case: a'),
      get('/', 'h', 'x-suffix: AZ'),
      get('/', 'h', 'x-contains: amidb'),
      get('/', 'h', 'x-regex: aaa'),
      get('/', 'h', 'x-regex: aab', 'x-not: 1'),
      get('/', 'h', 'x-range: 9', 'x-not: a'),
      get('/', 'h', 'x-range: -10', 'x-not: a'),
      get('/', 'h', 'x-range: 10', 'x-not: a'),
      get('/', 'h', 'x-range: +1', 'x-not: a'),
      get('/', 'h', 'x-range: 0x1', 'x-not: a'),
      get('/', 'h', 'x-not: a'),
      get('/', 'h', 'x-not: b'),
      get('/', 'h', 'x-not: a', 'x-not: b'),
      get('/', 'h', 'x-not: a', 'x-empty: 1'),
    ],
  },
];

/** What a route makes of it. */
export const CHANGES: readonly Case[] = [
  {
    name: 'rewrites',
    bootstrap: bootstrap(
      routes(
        { match: { prefix: '/regex' }, route: { cluster: 'app', regex_rewrite: pattern('/regex/([^/]+)/(.*)', '/\\2/\\1') } },
        { match: { prefix: '/every' }, route: { cluster: 'app', regex_rewrite: pattern('a', 'bb') } },
        { match: { prefix: '/empty' }, route: { cluster: 'app', regex_rewrite: pattern('x*', '-') } },
        { match: { prefix: '/slash' }, route: { cluster: 'app', regex_rewrite: pattern('^/slash', '/\\\\\\0') } },
        { match: { prefix: '/gone' }, route: { cluster: 'app', regex_rewrite: pattern('.*', '') } },
        { match: { prefix: '/host' }, route: { cluster: 'app', host_rewrite_path_regex: pattern('^/host/(.+)/.+$', '\\1.example') } },
        { match: { prefix: '/fwd' }, route: { cluster: 'app', host_rewrite_literal: 'new', append_x_forwarded_host: true } },
        { match: { prefix: '/header' }, route: { cluster: 'app', host_rewrite_header: 'x-host', append_x_forwarded_host: true } },
        { match: { prefix: '/auto' }, route: { cluster: 'named', auto_host_rewrite: true, append_x_forwarded_host: true } },
        { match: { prefix: '/autonone' }, route: { cluster: 'app', auto_host_rewrite: true } },
        { match: { prefix: '/redirect' }, redirect: { regex_rewrite: pattern('^/redirect/(.*)$', '/to/\\1') } },
        {
          match: { prefix: '/weights' },
          route: {
            weighted_clusters: { clusters: [{ name: 'app', weight: 1, host_rewrite_literal: 'weight' }] },
            host_rewrite_literal: 'route',
            append_x_forwarded_host: true,
            regex_rewrite: pattern('weights', 'w'),
          },
        },
        { match: { prefix: '/prefix' }, route: { cluster: 'app', prefix_rewrite: '/p' } },
      ),
      [
        cluster('app', ['%UPSTREAM%']),
        {
          name: 'named',
          connect_timeout: '1s',
          load_assignment: {
            cluster_name: 'named',
            endpoints: [
              {
                lb_endpoints: [
                  { endpoint: { hostname: 'its.name', address: { socket_address: { address: '127.0.0.1', port_value: '%UPSTREAM%' } } } },
                ],
              },
            ],
          },
        },
      ],
    ),
    exchanges: [
      ...[
        '/regex/a/b/c?d=e',
        '/regex/a',
        '/every/abca?a=a',
        '/empty/xx/y',
        '/slash/a',
        '/gone/a?b',
        '/host/a.b/c?d',
        '/host',
        '/host/x/y#z',
      ].map((p) => get(p)),
      get('/fwd', 'old:81'),
      get('/fwd', 'old', 'x-forwarded-host: first'),
      get('/fwd', 'old', 'x-forwarded-host: first,old'),
      get('/fwd', 'old', 'x-forwarded-host: first, old'),
      get('/fwd', 'old', 'x-forwarded-host: a', 'x-forwarded-host: b'),
      get('/header', 'old', 'x-host: wanted'),
      get('/header', 'old'),
      get('/auto', 'old'),
      get('/autonone', 'old'),
      ...['/redirect/a?b=c', '/redirect', '/weights', '/prefix/a', '/prefix', '/prefixes'].map((p) => get(p)),
    ],
  },
  {
    name: 'header formats',
    bootstrap: bootstrap(
      {
        route_config: {
          name: 'table',
          request_headers_to_add: [add('x-table', '%REQ(x-in)% at the table')],
          response_headers_to_add: [add('x-table', 'table %RESP(x-echo)%'), add('x-code', '%RESPONSE_CODE%')],
          virtual_hosts: [
            {
              name: 'all',
              domains: ['*'],
              request_headers_to_add: [add('x-route', '%ROUTE_NAME%'), add('x-proto', '%PROTOCOL%')],
              response_headers_to_add: [add('x-path', '%REQ(:PATH)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%')],
              routes: [
                {
                  name: 'named',
                  match: { prefix: '/named' },
                  route: { cluster: 'app', prefix_rewrite: '/' },
                  request_headers_to_add: [
                    add('x-path', '%REQ(:PATH):3%'),
                    add('x-both', 'a%%b %REQ(:METHOD)%/%REQ(none)%.'),
                    add('x-none', '%REQ(none)%'),
                    add('x-none-kept', '%REQ(none)%', { keep_empty_value: true }),
                    add('x-flags', '%RESPONSE_FLAGS%'),
                    add('x-cluster', '%UPSTREAM_CLUSTER%'),
                    add('x-in', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'),
                    add('x-meta', '%DYNAMIC_METADATA(a:b)%'),
                    add('x-host', '%UPSTREAM_HOST%'),
                    add('x-old-meta', '%DYNAMIC_METADATA(["a","b"])%'),
                    add('x-state', '%PER_REQUEST_STATE(a.b)%'),
                    add('x-long', '%REQ(x-in)%%REQ(x-in):1%'),
                  ],
                  response_headers_to_add: [
                    add('x-echo', '%RESPONSE_FLAGS%'),
                    add('x-detail', '%RESPONSE_CODE_DETAILS%'),
                    add('x-upstream', '%UPSTREAM_CLUSTER% %UPSTREAM_HOST%'),
                  ],
                },
                { match: { prefix: '/direct' }, direct_response: { status: 201 }, response_headers_to_add: [add('x-in', '%REQ(x-in)%')] },
                { match: { prefix: '/redirect' }, redirect: { host_redirect: 'a' }, response_headers_to_add: [add('x-in', '%REQ(x-in)%')] },
                { match: { prefix: '/dead' }, route: { cluster: 'dead' }, response_headers_to_add: [add('x-in', '%REQ(x-in)%')] },
                {
                  match: { prefix: '/weights' },
                  route: {
                    weighted_clusters: {
                      clusters: [
                        {
                          name: 'app',
                          weight: 1,
                          request_headers_to_add: [add('x-w', '%REQ(x-in)%')],
                          response_headers_to_add: [add('x-w', '%PROTOCOL%')],
                        },
                      ],
                    },
                  },
                },
              ],
            },
          ],
        },
      },
      [cluster('app', ['%UPSTREAM%']), cluster('dead', [])],
    ),
    exchanges: [
      get('/named/x', 'h', 'x-in: 1'),
      get('/named', 'h'),
      get('/direct', 'h', 'x-in: 1'),
      get('/redirect', 'h', 'x-in: 1'),
      get('/dead', 'h', 'x-in: 1'),
      get('/weights', 'h', 'x-in: 1'),
      get('/nowhere', 'h', 'x-in: 1'),
    ],
  },
  {
    name: 'append actions',
    bootstrap: bootstrap(
      routes({
        match: { prefix: '/' },
        route: { cluster: 'app' },
        request_headers_to_remove: ['x-removed'],
        request_headers_to_add: [
          add('x-append', '1'),
          add('x-append', '2'),
          add('x-over', '1'),
          add('x-over', '2', action('OVERWRITE_IF_EXISTS_OR_ADD')),
          add('x-over-twice', '1', action('OVERWRITE_IF_EXISTS_OR_ADD')),
          add('x-over-twice', '2', action('OVERWRITE_IF_EXISTS_OR_ADD')),
          add('x-absent', '1', action('ADD_IF_ABSENT')),
          add('x-absent', '2', action('ADD_IF_ABSENT')),
          add('x-exists', '1', action('OVERWRITE_IF_EXISTS')),
          add('x-removed', '1', action('OVERWRITE_IF_EXISTS')),
          add('x-old', '1', { append: false }),
          add('x-older', '1', { append: true }),
          add('x-copy', '%REQ(x-append)%'),
          add('x-after', '%REQ(x-absent)%'),
          add('user-agent', 'agent'),
          add('cookie', 'c=d'),
          add('x-forwarded-host', 'f'),
        ],
        response_headers_to_remove: ['x-echo'],
        response_headers_to_add: [
          add('content-type', 'a', action('OVERWRITE_IF_EXISTS')),
          add('server', 'mine', action('ADD_IF_ABSENT')),
          add('x-new', 'n', action('OVERWRITE_IF_EXISTS')),
          add('set-cookie', 'a'),
          add('set-cookie', 'b'),
          add('content-type', 'b'),
        ],
      }),
    ),
    exchanges: [
      get('/', 'h'),
      get(
        '/',
        'h',
        'x-append: 0',
        'x-over: 0',
        'x-over: 00',
        'x-over-twice: 0',
        'x-absent: 0',
        'x-exists: 0',
        'x-removed: 0',
        'x-old: 0',
        'x-older: 0',
      ),
      get('/', 'h', 'user-agent: u', 'cookie: a=b', 'x-forwarded-host: e'),
    ],
  },
  {
    name: 'tables',
    bootstrap: bootstrap({
      route_config: {
        name: 'table',
        ignore_port_in_host_matching: true,
        max_direct_response_body_size_bytes: 5000,
        validate_clusters: false,
        virtual_hosts: [
          {
            name: 'tls',
            domains: ['tls.example'],
            require_tls: 'ALL',
            routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
          },
          {
            name: 'outside',
            domains: ['outside.example'],
            require_tls: 'EXTERNAL_ONLY',
            routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
          },
          {
            name: 'rest',
            domains: ['rest.example'],
            routes: [
              answer('x'.repeat(5000), { path: '/long' }),
              { match: { path: '/header' }, route: { cluster_header: 'x-cluster', cluster_not_found_response_code: 'NOT_FOUND' } },
              { match: { path: '/header503' }, route: { cluster_header: 'x-cluster' } },
              { match: { path: '/500' }, route: { cluster: 'none', cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR' } },
              { match: { path: '/none' }, route: { cluster: 'none' } },
            ],
          },
        ],
      },
    }),
    exchanges: [
      get('/a?b=c', 'tls.example'),
      get('/', 'tls.example:80'),
      get('/', 'tls.example:8080'),
      get('/', 'tls.example', 'x-forwarded-proto: https'),
      get('/', 'outside.example'),
      get('/', 'outside.example', 'x-forwarded-for: 8.8.8.8'),
      get('/', 'outside.example', 'x-forwarded-for: 10.0.0.1'),
      get('/long', 'rest.example:1'),
      get('/header', 'rest.example', 'x-cluster: app'),
      get('/header', 'rest.example', 'x-cluster: no'),
      get('/header', 'rest.example'),
      get('/header503', 'rest.example'),
      get('/500', 'rest.example'),
      get('/none', 'rest.example'),
    ],
  },
];
