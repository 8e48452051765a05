/** What a connection manager does to the requests and answers of HTTP/1.1: addresses, ids, cases of names, versions, hop-by-hop fields. */
import { bootstrap, type Case, cluster, type Exchange, routes, TO_APP } from './corpus.ts';

const type = (name: string, fields: object = {}): object => ({ '@type': `type.googleapis.com/${name}`, ...fields });
const get = (name: string, fields = '', path = '/'): Exchange => ({
  name,
  request: `GET ${path} HTTP/1.1%nHost: a%n${fields}%n`,
});

const detection = (name: 'custom_header' | 'xff', fields: object): object => ({
  name: `envoy.http.original_ip_detection.${name}`,
  typed_config: type(
    `envoy.extensions.http.original_ip_detection.${name}.v3.${name === 'xff' ? 'XffConfig' : 'CustomHeaderConfig'}`,
    fields,
  ),
});

const early = (...mutations: readonly object[]): object => ({
  name: 'envoy.http.early_header_mutation.header_mutation',
  typed_config: type('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', { mutations }),
});

const uuid = (fields: object): object => ({
  typed_config: type('envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', fields),
});

const preserve = (fields: object = {}): object => ({
  stateful_formatter: {
    name: 'preserve_case',
    typed_config: type('envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig', fields),
  },
});

/** A cluster that speaks HTTP/1.1 in its own way. */
const http1 = (name: string, http_protocol_options: object): object =>
  cluster(name, ['%UPSTREAM%'], {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': type('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
        explicit_http_config: { http_protocol_options },
      }),
    },
  });

const formatted = (header_key_format: object): object => http1('app', { header_key_format });

const to = (name: string, action: object = {}): object => ({ match: { prefix: `/${name}` }, route: { cluster: name, ...action } });

/** One route for every way to fail. */
const FAILING = {
  route_config: {
    name: 'local',
    validate_clusters: false,
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routes: [
          to('dead'),
          to('empty'),
          { match: { prefix: '/slow' }, route: { cluster: 'app', timeout: '0.1s' } },
          { match: { prefix: '/local' }, direct_response: { status: 503, body: { inline_string: 'no' } } },
          { match: { safe_regex: { regex: '/(die|die-inside|garbage|app)' } }, route: { cluster: 'app' } },
          to('full'),
          to('missing'),
        ],
      },
    ],
  },
};

const INTERNAL = {
  cidr_ranges: [
    { address_prefix: '10.0.0.0', prefix_len: 8 },
    { address_prefix: '127.0.0.0', prefix_len: 8 },
    { address_prefix: 'fd00::', prefix_len: 8 },
  ],
};

const ADDRESSES = (fields: readonly string[]): Exchange[] =>
  fields.map((field) =>
    get(
      field === '' ? 'nothing' : field,
      field === ''
        ? ''
        : field
            .split(' | ')
            .map((line) => `${line}%n`)
            .join(''),
    ),
  );

const LOCAL = { match: { prefix: '/local' }, direct_response: { status: 200, body: { inline_string: 'local' } } };

/** Of an answer whose spelling matters. */
const spelled = (exchanges: readonly Exchange[]): Exchange[] => exchanges.map((exchange) => ({ ...exchange, spelled: true }));

export const MANAGER_CASES: readonly Case[] = [
  {
    name: 'the address in a header of its own',
    bootstrap: bootstrap({
      original_ip_detection_extensions: [
        detection('custom_header', {
          header_name: 'X-Real-Ip',
          allow_extension_to_set_address_as_trusted: true,
          reject_with_status: { code: 'Forbidden' },
        }),
      ],
      internal_address_config: INTERNAL,
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES([
      '',
      'X-Real-Ip: 1.2.3.4',
      'X-Real-Ip: 10.1.2.3',
      'X-Real-Ip: fd00::1',
      'X-Real-Ip: 1.2.3.4:80',
      'X-Real-Ip: me',
      'X-Real-Ip: 10.1.2.3 | X-Forwarded-For: 9.9.9.9',
      'X-Real-Ip: 10.1.2.3 | X-Real-Ip: 10.1.2.4',
      'X-Real-Ip:',
    ]),
  },
  {
    name: 'the address in a header of its own, not trusted',
    bootstrap: bootstrap({
      original_ip_detection_extensions: [detection('custom_header', { header_name: 'x-real-ip', reject_with_status: { code: 'OK' } })],
      internal_address_config: INTERNAL,
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES(['', 'X-Real-Ip: 10.2.3.4', 'X-Forwarded-For: 10.2.3.4', 'X-Real-Ip: me | X-Forwarded-For: 10.0.0.1']),
  },
  {
    name: 'a header of its own, then x-forwarded-for',
    bootstrap: bootstrap({
      original_ip_detection_extensions: [
        detection('custom_header', { header_name: 'x-real-ip' }),
        detection('xff', { xff_num_trusted_hops: 1 }),
      ],
      internal_address_config: INTERNAL,
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES([
      '',
      'X-Real-Ip: 5.6.7.8 | X-Forwarded-For: 1.1.1.1, 2.2.2.2',
      'X-Forwarded-For: 1.1.1.1, 2.2.2.2',
      'X-Forwarded-For: 2.2.2.2',
      'X-Forwarded-For: 10.0.0.1,10.0.0.2',
      'X-Forwarded-For: junk',
    ]),
  },
  {
    name: 'x-forwarded-for as an extension, nothing appended',
    bootstrap: bootstrap({
      original_ip_detection_extensions: [detection('xff', { skip_xff_append: true })],
      internal_address_config: INTERNAL,
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES([
      '',
      'X-Forwarded-For: 10.0.0.1',
      'X-Forwarded-For: 1.1.1.1,10.0.0.1',
      'X-Forwarded-For: 1.1.1.1 | X-Forwarded-For: 10.0.0.1',
    ]),
  },
  {
    name: 'x-forwarded-for as an extension, appended',
    bootstrap: bootstrap({
      original_ip_detection_extensions: [detection('xff', { skip_xff_append: false })],
      internal_address_config: INTERNAL,
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES(['', 'X-Forwarded-For: 10.0.0.1', 'X-Forwarded-For: 1.1.1.1,10.0.0.1']),
  },
  {
    name: 'trusted proxies by address',
    bootstrap: bootstrap({
      original_ip_detection_extensions: [
        detection('xff', {
          xff_trusted_cidrs: {
            cidrs: [
              { address_prefix: '127.0.0.0', prefix_len: 8 },
              { address_prefix: '192.168.0.0', prefix_len: 16 },
              { address_prefix: 'fd00::', prefix_len: 8 },
            ],
          },
        }),
      ],
      internal_address_config: INTERNAL,
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES([
      '',
      'X-Forwarded-For: 1.1.1.1',
      'X-Forwarded-For: 1.1.1.1, 192.168.3.4',
      'X-Forwarded-For: 10.1.1.1,192.168.3.4 , fd00::7',
      'X-Forwarded-For: 192.168.1.1',
      'X-Forwarded-For: 192.168.1.1,192.168.1.2',
      'X-Forwarded-For: 1.1.1.1,junk,192.168.1.2',
      'X-Forwarded-For: 1.1.1.1,2.2.2.2',
      'X-Forwarded-For: junk',
    ]),
  },
  {
    name: 'proxies that are not trusted by address',
    bootstrap: bootstrap({
      original_ip_detection_extensions: [
        detection('xff', { xff_trusted_cidrs: { cidrs: [{ address_prefix: '192.168.0.0', prefix_len: 16 }] } }),
      ],
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES(['', 'X-Forwarded-For: 1.1.1.1']),
  },
  {
    name: 'early mutations',
    bootstrap: bootstrap({
      early_header_mutation_extensions: [
        early(
          { remove: 'x-gone' },
          { append: { header: { key: 'x-new', value: 'of %REQ(X-OLD)%' }, append_action: 'APPEND_IF_EXISTS_OR_ADD' } },
          { append: { header: { key: 'x-over', value: 'over' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } },
          { append: { header: { key: 'x-absent', value: 'added' }, append_action: 'ADD_IF_ABSENT' } },
          { append: { header: { key: 'x-exists', value: 'there' }, append_action: 'OVERWRITE_IF_EXISTS' } },
        ),
        early({ append: { header: { key: 'x-envoy-upstream-rq-timeout-ms', value: '77' } } }, { remove: 'x-forwarded-for' }),
      ],
      ...routes({ match: { prefix: '/', headers: [{ name: 'x-over', string_match: { exact: 'over' } }] }, route: { cluster: 'app' } }),
    }),
    exchanges: [
      get('nothing'),
      get(
        'all of it',
        'X-Gone: 1%nX-Gone: 2%nX-Old: old%nX-New: 0%nX-Over: a%nX-Over: b%nX-Absent: was%nX-Exists: was%nX-Forwarded-For: 1.1.1.1%n',
      ),
    ],
  },
  ...[true, false].flatMap((pack) =>
    [true, false].map(
      (preserved): Case => ({
        name: `request ids, ${pack ? 'packed' : 'not packed'}, ${preserved ? 'kept' : 'made'}`,
        bootstrap: bootstrap({
          use_remote_address: true,
          preserve_external_request_id: preserved,
          always_set_request_id_in_response: true,
          request_id_extension: uuid({ pack_trace_reason: pack, use_request_id_for_trace_sampling: preserved }),
          ...routes(LOCAL, TO_APP),
        }),
        exchanges: [
          get('none'),
          ...[
            'mine',
            '',
            '01234567-89ab-4def-8123-456789abcdeX',
            '01234567X89ab-9def-8123-456789abcdef',
            '01234567-89AB-9DEF-8123-456789ABCDEF',
            'Zz234567-89ab-9def-8123-456789abcdeZ',
            'Zz234567-89ab-adef-8123-456789abcdeZ',
            'Zz234567-89ab-bdef-8123-456789abcdeZ',
            'Zz234567-89ab-1def-8123-456789abcdeZ',
          ].map((id) => get(`id ${id}`, `X-Request-Id: ${id}%n`)),
          get('two', 'X-Request-Id: one%nX-Request-Id: two%n'),
          get('forced', 'X-Envoy-Force-Trace: true%nX-Request-Id: Zz234567-89ab-9def-8123-456789abcdeZ%n'),
          get('local', 'X-Request-Id: Zz234567-89ab-9def-8123-456789abcdeZ%n', '/local'),
        ],
      }),
    ),
  ),
  {
    name: 'request ids behind another proxy',
    bootstrap: bootstrap({ always_set_request_id_in_response: true, ...routes(LOCAL, TO_APP) }),
    exchanges: [
      get('none'),
      get('own', 'X-Request-Id: Zz234567-89ab-9def-8123-456789abcdeZ%n'),
      get('own, local', 'X-Request-Id: mine%n', '/local'),
    ],
  },
  {
    name: 'no request ids',
    bootstrap: bootstrap({
      generate_request_id: false,
      always_set_request_id_in_response: true,
      use_remote_address: true,
      ...routes(LOCAL, TO_APP),
    }),
    exchanges: [get('none'), get('own', 'X-Request-Id: Zz234567-89ab-9def-8123-456789abcdeZ%n'), get('local', '', '/local')],
  },
  {
    name: 'the id of a forced trace',
    bootstrap: bootstrap({ internal_address_config: INTERNAL, ...routes(LOCAL, TO_APP) }),
    exchanges: [
      get('forced', 'X-Forwarded-For: 10.0.0.1%nX-Envoy-Force-Trace: true%nX-Request-Id: mine%n'),
      get('external', 'X-Envoy-Force-Trace: true%nX-Request-Id: mine%n'),
      get('forced, local', 'X-Forwarded-For: 10.0.0.1%nX-Envoy-Force-Trace: true%n', '/local'),
    ],
  },
  {
    name: 'proper case',
    bootstrap: bootstrap({ http_protocol_options: { header_key_format: { proper_case_words: {} } }, ...routes(LOCAL, TO_APP) }, [
      formatted({ proper_case_words: {} }),
    ]),
    exchanges: spelled([
      get('a GET', 'x-cUSTOM-heaDer: 1%nx$foo-b_ar.baz: 2%nx-1abc-a2b-9: 3%nTE: trailers%n'),
      get('local', '', '/local'),
      { name: 'a POST', request: 'POST / HTTP/1.1%nHost: a%nTransfer-Encoding: chunked%nFoo: bar%n%n2%nhi%n0%n%n' },
      get('chunked', '', '/chunked'),
      get('close', 'Connection: close%n'),
      get('empty', '', '/status/204'),
    ]),
  },
  {
    name: 'proper case upstream alone',
    bootstrap: bootstrap(routes(TO_APP), [formatted({ proper_case_words: {} })]),
    exchanges: spelled([get('a GET', 'x-custom: 1%n')]),
  },
  ...([{}, { formatter_type_on_envoy_headers: 'PROPER_CASE', forward_reason_phrase: true }] as const).map(
    (fields): Case => ({
      name: `preserved case ${JSON.stringify(fields)}`,
      bootstrap: bootstrap({ http_protocol_options: { header_key_format: preserve(fields) }, ...routes(LOCAL, TO_APP) }, [
        formatted(preserve(fields)),
      ]),
      exchanges: spelled([
        get('a GET', 'x-cUSTOM-heaDer: 1%nX-Custom-Header: 2%nUSER-AGENT: me%n'),
        get('local', 'x-A: 1%n', '/local'),
        { name: 'a POST', request: 'POST / HTTP/1.1%nHOST: a%ntransfer-ENCODING: chunked%nFoO: bar%n%n2%nhi%n0%n%n' },
        { name: 'with a length', request: 'POST / HTTP/1.1%nHOST: a%ncontent-LENGTH: 2%n%nhi' },
        get('hop', 'connection: x-HOP%nx-HOP: 1%n', '/hop'),
        get('chunked', '', '/chunked'),
        get('close', 'Connection: close%n'),
        get('500', '', '/status/500'),
        get('304', '', '/status/304'),
      ]),
    }),
  ),
  {
    name: 'preserved case downstream alone',
    bootstrap: bootstrap({ http_protocol_options: { header_key_format: preserve() }, ...routes(TO_APP) }),
    exchanges: spelled([get('a GET', 'x-cUSTOM-heaDer: 1%n'), get('hop', '', '/hop')]),
  },
  {
    name: 'preserved case upstream alone',
    bootstrap: bootstrap(routes(TO_APP), [formatted(preserve())]),
    exchanges: spelled([get('a GET', 'x-cUSTOM-heaDer: 1%n'), get('hop', '', '/hop')]),
  },
  {
    name: 'a user agent of our own',
    bootstrap: { node: { id: 'node-7', cluster: 'front' }, ...bootstrap({ add_user_agent: true, ...routes(TO_APP) }) },
    exchanges: [get('none'), get('one', 'User-Agent: curl%nX-Envoy-Downstream-Service-Cluster: x%n'), get('empty', 'User-Agent:%n')],
  },
  {
    name: 'x-forwarded-proto by port, nothing known',
    bootstrap: bootstrap({
      forward_proto_config: { https_destination_ports: [443], http_destination_ports: [80] },
      use_remote_address: true,
      ...routes(TO_APP),
    }),
    exchanges: [get('none'), get('given', 'X-Forwarded-Proto: https%n')],
  },
  {
    name: 'HTTP/1.0',
    bootstrap: bootstrap({
      http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'default.example' },
      ...routes(LOCAL, TO_APP),
    }),
    exchanges: [
      { name: 'no host', request: 'GET / HTTP/1.0%n%n' },
      { name: 'a host', request: 'GET / HTTP/1.0%nHost: a%n%n' },
      { name: 'kept', request: 'GET / HTTP/1.0%nHost: a%nConnection: keep-alive%n%n' },
      { name: 'local', request: 'GET /local HTTP/1.0%n%n' },
      { name: 'a chunked answer', request: 'GET /chunked HTTP/1.0%nHost: a%n%n', answers: 0 },
      { name: 'a body', request: 'POST / HTTP/1.0%nContent-Length: 2%n%nhi' },
      { name: 'chunked', request: 'POST / HTTP/1.0%nTransfer-Encoding: chunked%n%n2%nhi%n0%n%n' },
      { name: '1.1 without a host', request: 'GET / HTTP/1.1%n%n' },
    ],
  },
  ...(['ALLOW', 'REJECT_REQUEST', 'DROP_HEADER'] as const).map(
    (headers_with_underscores_action): Case => ({
      name: `underscores: ${headers_with_underscores_action}`,
      bootstrap: bootstrap({ common_http_protocol_options: { headers_with_underscores_action }, ...routes(LOCAL, TO_APP) }),
      exchanges: [get('one', 'x_a: 1%nx-b: 2%n'), get('none'), get('framing', 'Content_Length: 5%n', '/local')],
    }),
  ),
  {
    name: 'limits',
    bootstrap: bootstrap({
      common_http_protocol_options: { max_headers_count: 5, max_requests_per_connection: 2 },
      max_request_headers_kb: 1,
      ...routes(LOCAL, TO_APP),
    }),
    exchanges: [
      get('as many as may be', 'a: 1%nb: 2%nc: 3%nd: 4%n'),
      get('one more', 'a: 1%nb: 2%nc: 3%nd: 4%ne: 5%n'),
      get('too long', `a: ${'x'.repeat(1100)}%n`),
      { name: 'two requests', request: 'GET /local HTTP/1.1%nHost: a%n%nGET /local HTTP/1.1%nHost: a%n%n', answers: 2 },
    ],
  },
  ...(['OVERWRITE', 'APPEND_IF_ABSENT', 'PASS_THROUGH'] as const).map(
    (server_header_transformation): Case => ({
      name: `server: ${server_header_transformation}`,
      bootstrap: bootstrap({ server_header_transformation, server_name: 'me', via: 'us', ...routes(LOCAL, TO_APP) }),
      exchanges: [get('without'), get('with', 'Via: them%n', '/hop'), get('local', '', '/local')],
    }),
  ),
  ...(['http', 'https'] as const).map(
    (scheme_to_overwrite): Case => ({
      name: `scheme: ${scheme_to_overwrite}`,
      bootstrap: bootstrap({
        scheme_header_transformation: { scheme_to_overwrite },
        ...routes({ match: { prefix: '/to' }, redirect: { host_redirect: 'b' } }, TO_APP),
      }),
      exchanges: [
        get('none'),
        get('proto', 'X-Forwarded-Proto: https%n'),
        get('redirect', '', '/to'),
        { name: 'absolute', request: 'GET http://b/to HTTP/1.1%nHost: b%n%n' },
      ],
    }),
  ),
  {
    name: 'scheme of the upstream',
    bootstrap: bootstrap({
      scheme_header_transformation: { match_upstream: true },
      ...routes({ match: { prefix: '/to' }, redirect: { host_redirect: 'b' } }, TO_APP),
    }),
    exchanges: [get('none'), get('proto', 'X-Forwarded-Proto: https%n'), get('redirect', 'X-Forwarded-Proto: https%n', '/to')],
  },
  {
    name: '100 from the upstream',
    bootstrap: bootstrap({ proxy_100_continue: true, ...routes(TO_APP) }),
    exchanges: [
      { name: 'expect', request: 'POST / HTTP/1.1%nHost: a%nExpect: 100-continue%nContent-Length: 2%n%nhi' },
      get('103', '', '/early'),
      { name: 'another expectation', request: 'POST / HTTP/1.1%nHost: a%nExpect: the-best%nContent-Length: 2%n%nhi' },
    ],
  },
  {
    name: 'headers that a stranger may not set',
    bootstrap: bootstrap({ use_remote_address: true, ...routes(TO_APP) }),
    exchanges: [
      ...[
        'x-envoy-retry-on: 5xx',
        'x-envoy-retry-grpc-on: internal',
        'x-envoy-max-retries: 3',
        'x-envoy-retriable-header-names: a',
        'x-envoy-retriable-status-codes: 500',
        'x-envoy-upstream-alt-stat-name: a',
        'x-envoy-upstream-rq-timeout-ms: 1',
        'x-envoy-upstream-rq-per-try-timeout-ms: 1',
        'x-envoy-upstream-rq-timeout-alt-response: 1',
        'x-envoy-expected-rq-timeout-ms: 1',
        'x-envoy-force-trace: 1',
        'x-envoy-ip-tags: a',
        'x-envoy-internal: true',
        'x-envoy-external-address: 1.1.1.1',
        'x-envoy-decorator-operation: a',
        'x-envoy-downstream-service-cluster: a',
        'x-envoy-downstream-service-node: a',
        'x-envoy-original-path: /a',
        'x-envoy-original-host: a',
        'x-envoy-hedge-on-per-try-timeout: true',
        'x-envoy-upstream-stream-duration-ms: 1',
        'x-envoy-attempt-count: 7',
        'x-envoy-is-timeout-retry: 1',
        'x-envoy-upstream-service-time: 5',
        'x-envoy-overloaded: 1',
        'x-envoy-degraded: 1',
        'x-envoy-peer-metadata: a',
        'x-forwarded-client-cert: By=a',
        'x-forwarded-host: h',
        'x-forwarded-port: 1',
        'x-client-trace-id: a',
        'x-ot-span-context: a',
      ].map((field) => get(field, `${field}%n`)),
      ...[
        'x-forwarded-for',
        'x-forwarded-host',
        'x-forwarded-proto',
        ':path',
        'x-role, authorization, cookie',
        'a,b,c,d,e,f,g,h,i',
        'a,b,c,d,e,f,g,h,i,j',
        'te',
        'close, x-role',
        'content-length',
        'host',
      ].map((value) => get(`connection: ${value}`, `Connection: ${value}%nX-Role: 1%nAuthorization: a%nCookie: c%nX-Forwarded-Host: h%n`)),
      get('a long te', `TE: ${'a'.repeat(256)}%nConnection: te%n`),
      get('h2c', 'Connection: Upgrade, HTTP2-Settings%nUpgrade: h2c%nHTTP2-Settings: AAMAAABkAAQAAP__%n'),
      get('roles', 'X-Role: user%nX-Role: admin%n'),
    ],
  },
  {
    name: 'headers that a neighbour may set',
    bootstrap: bootstrap({ internal_address_config: INTERNAL, ...routes(TO_APP) }),
    exchanges: [
      ...[
        'x-envoy-retry-on: 5xx',
        'x-envoy-max-retries: 3',
        'x-envoy-force-trace: 1',
        'x-envoy-internal: false',
        'x-envoy-external-address: 1.1.1.1',
        'x-envoy-decorator-operation: a',
        'x-envoy-original-path: /a',
        'x-envoy-ip-tags: a',
      ].flatMap((field) => [
        get(`${field} of an internal request`, `X-Forwarded-For: 10.1.1.1%n${field}%n`),
        get(`${field} of an external one`, `X-Forwarded-For: 11.1.1.1%n${field}%n`),
        get(`${field} of nobody`, `${field}%n`),
      ]),
    ],
  },
  {
    name: 'trusted hops',
    bootstrap: bootstrap({
      use_remote_address: true,
      xff_num_trusted_hops: 2,
      append_x_forwarded_port: true,
      internal_address_config: INTERNAL,
      ...routes(TO_APP),
    }),
    exchanges: ADDRESSES([
      '',
      'X-Forwarded-For: 1.1.1.1',
      'X-Forwarded-For: 1.1.1.1,2.2.2.2',
      'X-Forwarded-For: 1.1.1.1,2.2.2.2,3.3.3.3 | X-Forwarded-Proto: https',
      'X-Forwarded-For: 10.0.0.1 ,10.0.0.2',
      'X-Forwarded-Port: 99',
      'X-Forwarded-For: junk,2.2.2.2',
    ]),
  },
  {
    name: 'access logs on the way',
    bootstrap: bootstrap({
      access_log_options: { flush_access_log_on_new_request: true },
      access_log: [
        {
          name: 'envoy.access_loggers.file',
          typed_config: type('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
            path: '%DIR%/access.log',
            log_format: {
              text_format_source: {
                inline_string:
                  '%ACCESS_LOG_TYPE% %REQ(:PATH)% %REQ(X-FORWARDED-PROTO)% %RESPONSE_CODE% %RESPONSE_FLAGS% %ROUTE_NAME% %UPSTREAM_CLUSTER_RAW% %UPSTREAM_HOST% %BYTES_SENT% %PROTOCOL% %RESPONSE_CODE_DETAILS%\n',
              },
            },
          }),
        },
      ],
      ...routes(
        { ...LOCAL, name: 'local' },
        { match: { path: '/x' }, redirect: { host_redirect: 'b' } },
        { match: { prefix: '/app' }, name: 'app', route: { cluster: 'app' } },
      ),
    }),
    exchanges: [
      get('forwarded', '', '/app'),
      get('local', '', '/local'),
      get('nowhere', '', '/nowhere'),
      { name: 'refused', request: 'GET / HTTP/1.1%n%n' },
      get('an upgrade that is refused', 'Connection: upgrade%nUpgrade: x%n', '/app'),
    ],
  },
  {
    name: 'absolute targets are no targets',
    bootstrap: bootstrap({ http_protocol_options: { allow_absolute_url: false }, ...routes(TO_APP) }),
    exchanges: [
      { name: 'absolute', request: 'GET http://b/x?y HTTP/1.1%nHost: a%n%n' },
      get('relative'),
      { name: 'OPTIONS *', request: 'OPTIONS * HTTP/1.1%nHost: a%n%n' },
    ],
  },
  {
    name: 'absolute targets upstream',
    bootstrap: bootstrap(routes(TO_APP), [http1('app', { send_fully_qualified_url: true })]),
    exchanges: [get('http', '', '/x?y'), get('https', 'X-Forwarded-Proto: https%n', '/x')],
  },
  ...[
    {},
    { remove_details: true, set_recommended_response_code: true, literal_proxy_name: 'me' },
    { remove_response_flags: true, remove_connection_termination_details: true, use_node_id: true },
  ].map(
    (proxy_status_config): Case => ({
      name: `proxy-status ${JSON.stringify(proxy_status_config)}`,
      bootstrap: bootstrap({ proxy_status_config, server_name: 'srv', ...FAILING }, [
        cluster('app', ['%UPSTREAM%']),
        cluster('dead', ['%DEAD%']),
        cluster('empty', []),
        cluster('full', ['%UPSTREAM%'], { circuit_breakers: { thresholds: [{ max_requests: 0 }] } }),
      ]),
      exchanges: [
        ...['/dead', '/empty', '/slow', '/local', '/die', '/die-inside', '/garbage', '/app', '/full', '/missing', '/nowhere'].map((path) =>
          get(path, '', path),
        ),
        { name: 'no host', request: 'GET / HTTP/1.1%n%n' },
        { name: 'unreadable', request: 'GET / HTTP/1.1%nHost: a%nTransfer-Encoding: gzip%n%n' },
      ],
    }),
  ),
];
