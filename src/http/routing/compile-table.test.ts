import t, { type Test } from 'tap';
import { fromJson, type JsonInput } from '../../api/index.ts';
import { ipAddress } from '../../base/address.ts';
import { Problems } from '../../base/errors.ts';
import { StreamInfo } from '../../telemetry/stream-info.ts';
import { pinName, resolveName } from '../header-name.ts';
import { Headers } from '../headers.ts';
import type { RouteTable } from '../route.ts';
import { compileRouteTable } from './compile-table.ts';
import { FILTER_DISABLED, type RouteContext } from './context.ts';

const clusters = new Map([['a', { name: 'a', current: {} }]]);

const context: RouteContext = {
  filterNames: ['one', 'two'],
  validateClusters: false,
  cluster: (name) => clusters.get(name) ?? { name, current: null },
  knownCluster: (name) => clusters.has(name),
  retryPolicy: (message, problems) => {
    if (message.retryOn === 'refused') problems.add('unsupported', 'refused');
    return { retryOn: message.retryOn };
  },
  filterSettings: (config) => (config.value.length === 0 ? FILTER_DISABLED : `settings of ${config.value.length}`),
};

function compile(config: { readonly [key: string]: JsonInput }, problems = new Problems()): RouteTable | null {
  return compileRouteTable(fromJson('envoy.config.route.v3.RouteConfiguration', config), 'v', context, problems);
}

function routes(...list: JsonInput[]): { readonly [key: string]: JsonInput } {
  return { virtual_hosts: [{ name: 'h', domains: ['*'], routes: list }] };
}

function request(path: string, authority = 'host', fields: readonly (readonly [string, string])[] = []): Headers {
  const headers = new Headers();
  headers.method = 'GET';
  headers.path = path;
  headers.authority = authority;
  headers.scheme = 'http';
  for (const [name, value] of fields) headers.add(resolveName(name), value);
  return headers;
}

const address = ipAddress('127.0.0.1', 1);
const downstream = {
  connectionId: 1,
  localAddress: address,
  directRemoteAddress: address,
  tls: null,
  serverName: '',
  listenerName: '',
  filterChainName: '',
};
const info = new StreamInfo(downstream, 0, 0);

/** Name of the route that a request takes, undefined when none. */
function taken(table: RouteTable | null, headers: Headers, random = 0): string | undefined {
  return table?.match(headers, info, random)?.name;
}

function direct(name: string, match: JsonInput): JsonInput {
  return { name, match, direct_response: { status: 200 } };
}

t.test('virtual hosts are found by exact domain, longest suffix, longest prefix, then *', (t) => {
  const host = (name: string, ...domains: string[]) => ({ name, domains, routes: [direct(name, { prefix: '/' })] });
  const table = compile({
    virtual_hosts: [
      host('exact', 'www.Example.com', 'port.example:81'),
      host('suffix', '*.example.com'),
      host('longer suffix', '*.b.example.com'),
      host('dash', '*-x.example.com'),
      host('prefix', 'www.*'),
      host('longer prefix', 'www.exa*'),
      host('rest', '*'),
    ],
  });
  const at = (authority: string) => taken(table, request('/', authority));
  t.equal(at('www.example.com'), 'exact');
  t.equal(at('WWW.EXAMPLE.com'), 'exact');
  t.equal(at('port.example:81'), 'exact');
  t.equal(at('port.example'), 'rest');
  t.equal(at('a.example.com'), 'suffix');
  t.equal(at('.example.com'), 'rest', 'a wildcard stands for at least one character');
  t.equal(at('a.b.example.com'), 'longer suffix');
  t.equal(at('a-x.example.com'), 'dash');
  t.equal(at('www.net'), 'prefix');
  t.equal(at('www.exam.net'), 'longer prefix');
  t.equal(at('elsewhere'), 'rest');
  t.equal(taken(compile({ virtual_hosts: [host('only', 'a')] }), request('/', 'b')), undefined);
  t.end();
});

t.test('the port of the authority is ignored where that is asked for', (t) => {
  const table = compile({
    ignore_port_in_host_matching: true,
    virtual_hosts: [{ name: 'h', domains: ['a.b', '[::1]'], routes: [direct('r', { prefix: '/' })] }],
  });
  t.equal(taken(table, request('/', 'a.b:8080')), 'r');
  t.equal(taken(table, request('/', '[::1]:80')), 'r');
  t.equal(taken(table, request('/', '[::1]')), 'r');
  t.end();
});

t.test('paths match without their query', (t) => {
  const table = compile(
    routes(
      direct('exact', { path: '/one' }),
      direct('separated', { path_separated_prefix: '/dir' }),
      direct('case', { prefix: '/CaSe', case_sensitive: false }),
      direct('digits', { safe_regex: { regex: '/r/[0-9]+' } }),
      direct('linear', { safe_regex: { regex: '/(?i)x.*y.*z.*' } }),
      direct('prefix', { prefix: '/p' }),
    ),
  );
  const at = (path: string) => taken(table, request(path));
  t.equal(at('/one'), 'exact');
  t.equal(at('/one?x=/two'), 'exact');
  t.equal(at('/one/'), undefined);
  t.equal(at('/dir'), 'separated');
  t.equal(at('/dir/a'), 'separated');
  t.equal(at('/dir?x'), 'separated');
  t.equal(at('/dirs'), undefined);
  t.equal(at('/cAsE/x'), 'case');
  t.equal(at('/r/12'), 'digits');
  t.equal(at('/r/12?a'), 'digits');
  t.equal(at('/r/12a'), undefined);
  t.equal(at('/Xaybzc'), 'linear');
  t.equal(at('/pq'), 'prefix');
  t.equal(at('/?/p'), undefined);
  t.end();
});

t.test('headers match per value; an absent one only by presence or as empty', (t) => {
  const one = (matcher: { readonly [key: string]: JsonInput }) => {
    const table = compile(routes(direct('hit', { prefix: '/', headers: [{ name: 'x', ...matcher }] })));
    return (...values: string[]) =>
      taken(
        table,
        request(
          '/',
          'h',
          values.map((v) => ['x', v] as const),
        ),
      ) === 'hit';
  };
  const cases: [string, { readonly [key: string]: JsonInput }, boolean, string[]][] = [
    ['exact', { string_match: { exact: 'a' } }, true, ['a']],
    ['exact, case', { string_match: { exact: 'a' } }, false, ['A']],
    ['exact without case', { string_match: { exact: 'a', ignore_case: true } }, true, ['A']],
    ['one of several values', { string_match: { exact: 'b' } }, true, ['a', 'b']],
    ['values are not joined', { string_match: { exact: 'a,b' } }, false, ['a', 'b']],
    ['inverted: none of the values', { string_match: { exact: 'b' }, invert_match: true }, false, ['a', 'b']],
    ['inverted', { string_match: { exact: 'b' }, invert_match: true }, true, ['a']],
    ['inverted, absent', { string_match: { exact: 'b' }, invert_match: true }, false, []],
    ['inverted, absent as empty', { string_match: { exact: 'b' }, invert_match: true, treat_missing_header_as_empty: true }, true, []],
    ['prefix', { string_match: { prefix: 'ab' } }, true, ['abc']],
    ['suffix', { string_match: { suffix: 'bc' } }, true, ['abc']],
    ['contains', { string_match: { contains: 'b' } }, true, ['abc']],
    ['regex is whole', { string_match: { safe_regex: { regex: 'b' } } }, false, ['abc']],
    ['regex', { string_match: { safe_regex: { regex: 'a.c' } } }, true, ['abc']],
    ['present', { present_match: true }, true, ['']],
    ['present, absent', { present_match: true }, false, []],
    ['absence', { present_match: false }, true, []],
    ['absence, present', { present_match: false }, false, ['a']],
    ['inverted presence', { present_match: true, invert_match: true }, true, []],
    ['presence treated as empty', { present_match: true, treat_missing_header_as_empty: true }, true, []],
    ['nothing said is presence', {}, true, ['a']],
    ['range', { range_match: { start: -5, end: 10 } }, true, ['+5']],
    ['range end', { range_match: { start: -5, end: 10 } }, false, ['10']],
    ['range start', { range_match: { start: -5, end: 10 } }, true, ['-5']],
    ['range of no integer', { range_match: { start: -5, end: 10 } }, false, ['5.0']],
    ['deprecated exact', { exact_match: 'a' }, true, ['a']],
  ];
  for (const [name, matcher, expected, values] of cases) t.equal(one(matcher)(...values), expected, name);
  t.end();
});

t.test('host and pseudo headers can be matched', (t) => {
  const table = compile(
    routes(
      direct('host', { prefix: '/', headers: [{ name: 'host', string_match: { exact: 'a' } }] }),
      direct('method', { prefix: '/', headers: [{ name: ':method', string_match: { exact: 'GET' } }] }),
    ),
  );
  t.equal(taken(table, request('/', 'a')), 'host');
  t.equal(taken(table, request('/', 'b')), 'method');
  t.end();
});

t.test('query parameters match by their first value, undecoded', (t) => {
  const table = compile(
    routes(
      direct('exact', { prefix: '/', query_parameters: [{ name: 'a', string_match: { exact: 'b%20c' } }] }),
      direct('present', { prefix: '/', query_parameters: [{ name: 'p', present_match: true }] }),
      direct('rest', { prefix: '/' }),
    ),
  );
  const at = (path: string) => taken(table, request(path));
  t.equal(at('/?a=b%20c'), 'exact');
  t.equal(at('/?x=1&a=b%20c&a=z'), 'exact');
  t.equal(at('/?a=z&a=b%20c'), 'rest');
  t.equal(at('/?a=b c'), 'rest');
  t.equal(at('/?p'), 'present');
  t.equal(at('/?q=1&p='), 'present');
  t.equal(at('/?pp=1'), 'rest');
  t.equal(at('/'), 'rest');
  t.end();
});

t.test('a fraction of requests takes a route', (t) => {
  const table = compile(
    routes(
      direct('some', { prefix: '/', runtime_fraction: { default_value: { numerator: 25, denominator: 'HUNDRED' } } }),
      direct('rest', { prefix: '/' }),
    ),
  );
  let some = 0;
  for (let random = 0; random < 1000; random++) if (taken(table, request('/'), random) === 'some') some++;
  t.equal(some, 250);
  t.end();
});

t.test('weights choose between clusters, each with its own header mutations', (t) => {
  const table = compile(
    routes({
      name: 'split',
      match: { prefix: '/' },
      route: {
        weighted_clusters: {
          clusters: [
            { name: 'a', weight: 9, request_headers_to_add: [{ header: { key: 'x-w', value: 'a' } }] },
            { name: 'never', weight: 0 },
            { name: 'b', weight: 1, host_rewrite_literal: 'b.host' },
          ],
        },
      },
    }),
  );
  const counts = new Map<string, number>();
  for (let random = 0; random < 1000; random++) {
    const headers = request('/');
    const route = table?.match(headers, info, random);
    if (route?.action.kind !== 'route') return t.fail('no route');
    const name = route.action.pickCluster(headers, random).name;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    route.requestMutations?.apply(headers, info);
    route.action.rewrite?.apply(headers, info, true);
    if (name === 'a') t.equal(headers.get(pinName('x-w')), 'a');
    else t.equal(headers.authority, 'b.host');
  }
  t.same([...counts].sort(), [
    ['a', 900],
    ['b', 100],
  ]);
  return t.end();
});

t.test('a header names the cluster; unknown names leave nothing behind', (t) => {
  const table = compile(routes({ match: { prefix: '/' }, route: { cluster_header: 'x-cluster' } }));
  const pick = (value: string) => {
    const headers = request('/', 'h', [['x-cluster', value]]);
    const action = table?.match(headers, info, 0)?.action;
    return action?.kind === 'route' ? action.pickCluster(headers, 0) : undefined;
  };
  t.equal(pick('a'), clusters.get('a'));
  t.same(pick('evil'), { name: 'evil', current: null });
  t.end();
});

t.test('forwarding settings have their defaults', (t) => {
  const table = compile(
    routes(
      {
        match: { path: '/set' },
        route: { cluster: 'a', timeout: '0s', idle_timeout: '2.5s', cluster_not_found_response_code: 'NOT_FOUND', priority: 'HIGH' },
      },
      { match: { prefix: '/' }, route: { cluster: 'a' } },
    ),
  );
  t.match(table?.match(request('/'), info, 0)?.action, {
    timeoutMs: 15000,
    idleTimeoutMs: -1,
    clusterNotFoundStatus: 503,
    highPriority: false,
    rewrite: null,
    retryPolicy: null,
    replayLimit: -1,
    maxGrpcTimeoutMs: -1,
    maxStream: null,
  });
  t.match(table?.match(request('/set'), info, 0)?.action, {
    timeoutMs: 0,
    idleTimeoutMs: 2500,
    clusterNotFoundStatus: 404,
    highPriority: true,
  });
  t.end();
});

t.test('the retry policy and limit of a route replace those of its virtual host', (t) => {
  const limits = { per_request_buffer_limit_bytes: 5, retry_policy: { retry_on: 'host' } };
  const table = compile({
    virtual_hosts: [
      {
        name: 'h',
        domains: ['*'],
        ...limits,
        include_is_timeout_retry_header: true,
        routes: [
          { match: { path: '/own' }, per_request_buffer_limit_bytes: 7, route: { cluster: 'a', retry_policy: { retry_on: 'own' } } },
          { match: { path: '/new' }, per_request_buffer_limit_bytes: 7, request_body_buffer_limit: '70000000000', route: { cluster: 'a' } },
          { match: { prefix: '/' }, route: { cluster: 'a' } },
        ],
      },
    ],
  });
  const action = (path: string) => table?.match(request(path), info, 0)?.action;
  t.match(action('/own'), { retryPolicy: { retryOn: 'own' }, replayLimit: 7 });
  t.match(action('/new'), { retryPolicy: { retryOn: 'host' }, replayLimit: 70_000_000_000 });
  t.match(action('/'), { retryPolicy: { retryOn: 'host' }, replayLimit: 5 });
  t.equal(table?.match(request('/'), info, 0)?.virtualHost.includeTimeoutRetry, true);
  t.end();
});

t.test('limits of gRPC requests and of whole streams are compiled', (t) => {
  const action = (route: { readonly [key: string]: JsonInput }) =>
    compile(routes({ match: { prefix: '/' }, route: { cluster: 'a', ...route } }))?.match(request('/'), info, 0)?.action;
  t.match(action({ timeout: '3s', max_grpc_timeout: '0s', grpc_timeout_offset: '0.5s' }), {
    timeoutMs: 3000,
    maxGrpcTimeoutMs: 0,
    grpcTimeoutOffsetMs: 500,
  });
  t.match(
    action({
      timeout: '3s',
      max_grpc_timeout: '1s',
      max_stream_duration: { grpc_timeout_header_max: '0s', grpc_timeout_header_offset: '1s' },
    }),
    { timeoutMs: 0, maxGrpcTimeoutMs: -1, maxStream: { durationMs: -1, grpcMaxMs: 0, grpcOffsetMs: 1000 } },
    'the newer limits replace the older ones, as in Envoy',
  );
  t.match(action({ max_stream_duration: { max_stream_duration: '2s' } }), {
    maxStream: { durationMs: 2000, grpcMaxMs: -1, grpcOffsetMs: 0 },
  });
  t.end();
});

t.test('paths and hosts are rewritten, and what they were is noted', (t) => {
  const rewritten = (match: JsonInput, path: string, extra: { readonly [key: string]: JsonInput }) => {
    const headers = request(path, 'old:80', [['x-forwarded-host', 'first']]);
    const action = compile(routes({ match, route: { cluster: 'a', ...extra } }))?.match(headers, info, 0)?.action;
    if (action?.kind === 'route') action.rewrite?.apply(headers, info, true);
    return [headers.path, headers.authority, ...headers.fields.slice(0, headers.count).map((f) => `${f.name.text}: ${f.value}`)];
  };
  const first = 'x-forwarded-host: first';
  t.same(rewritten({ prefix: '/a/' }, '/a/b?c', { prefix_rewrite: '/' }), ['/b?c', 'old:80', first, 'x-envoy-original-path: /a/b?c']);
  t.same(rewritten({ path: '/a' }, '/a?c', { prefix_rewrite: '/z' }), ['/z?c', 'old:80', first, 'x-envoy-original-path: /a?c']);
  t.same(rewritten({ safe_regex: { regex: '/.*' } }, '/a/b?c', { prefix_rewrite: '/z' }), [
    '/z?c',
    'old:80',
    first,
    'x-envoy-original-path: /a/b?c',
  ]);
  t.same(rewritten({ prefix: '/' }, '/a', { host_rewrite_literal: 'new' }), ['/a', 'new', first, 'x-envoy-original-host: old:80']);
  t.same(rewritten({ prefix: '/' }, '/a', { host_rewrite_literal: 'new', append_x_forwarded_host: true }), [
    '/a',
    'new',
    'x-forwarded-host: first,old:80',
    'x-envoy-original-host: old:80',
  ]);
  t.end();
});

t.test('redirects say where to', (t) => {
  const location = (redirect: { readonly [key: string]: JsonInput }, path = '/from/x?q=1', authority = 'x.y:80') => {
    const headers = request(path, authority, [['x-forwarded-proto', 'http']]);
    const action = compile(routes({ match: { prefix: '/from' }, redirect }))?.match(headers, info, 0)?.action;
    return action?.kind === 'redirect' ? `${action.status} ${action.location(headers, info)}` : undefined;
  };
  t.equal(location({ https_redirect: true }), '301 https://x.y/from/x?q=1');
  t.equal(location({ https_redirect: true }, '/from', '[::1]:80'), '301 https://[::1]/from');
  t.equal(location({ https_redirect: true }, '/from', '[::1]'), '301 https://[::1]/from');
  t.equal(location({ https_redirect: true }, '/from', 'x.y:81'), '301 https://x.y:81/from');
  t.equal(location({ scheme_redirect: 'ftp', port_redirect: 21 }, '/from', 'x.y:81'), '301 ftp://x.y:21/from');
  t.equal(location({ host_redirect: 'h', port_redirect: 8443, https_redirect: true }), '301 https://h:8443/from/x?q=1');
  t.equal(location({ path_redirect: '/p?z=1', strip_query: true }), '301 http://x.y:80/p?z=1');
  t.equal(location({ path_redirect: '/p' }), '301 http://x.y:80/p?q=1');
  t.equal(location({ path_redirect: '/p', strip_query: true, response_code: 'SEE_OTHER' }), '303 http://x.y:80/p');
  t.equal(location({ regex_rewrite: { pattern: { regex: '^/from/(.*)' }, substitution: '/to/\\1' } }), '301 http://x.y:80/to/x?q=1');
  t.equal(location({ prefix_rewrite: '/new', strip_query: true, response_code: 'FOUND' }), '302 http://x.y:80/new/x');
  t.end();
});

t.test('header mutations run from the route outwards, removals first', (t) => {
  const option = (key: string, value: string, action = 'APPEND_IF_EXISTS_OR_ADD') => ({ header: { key, value }, append_action: action });
  const config = {
    request_headers_to_add: [option('x-ow', 'table', 'OVERWRITE_IF_EXISTS_OR_ADD')],
    virtual_hosts: [
      {
        name: 'h',
        domains: ['*'],
        request_headers_to_add: [option('x-ow', 'host', 'OVERWRITE_IF_EXISTS_OR_ADD'), option('x-app', 'host')],
        routes: [
          {
            match: { prefix: '/' },
            route: { cluster: 'a' },
            request_headers_to_remove: ['x-gone', 'x-app'],
            request_headers_to_add: [
              option('x-app', 'route'),
              option('x-absent', 'route', 'ADD_IF_ABSENT'),
              option('x-there', 'route', 'OVERWRITE_IF_EXISTS'),
              option('x-empty', ''),
              option('x-percent', '100%%'),
              option('via', 'me'),
            ],
          },
        ],
      },
    ],
  };
  const mutated = (extra: object) => {
    const headers = request('/', 'h', [
      ['x-app', '0'],
      ['x-gone', '0'],
      ['x-absent', '0'],
      ['via', 'you'],
    ]);
    compile({ ...config, ...extra } as never)
      ?.match(headers, info, 0)
      ?.requestMutations?.apply(headers, info);
    return headers.fields.slice(0, headers.count).map((f) => `${f.name.text}: ${f.value}`);
  };
  const same = ['x-absent: 0', 'via: you,me', 'x-app: route', 'x-percent: 100%', 'x-ow: table', 'x-app: host'];
  t.same(mutated({}).sort(), [...same].sort());
  t.same(mutated({ most_specific_header_mutations_wins: true }).includes('x-ow: host'), true);
  t.end();
});

t.test('per-route filter settings: the nearest level wins, filters can be switched', (t) => {
  const any = (bytes: number) => ({ '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'x'.repeat(bytes) });
  const off = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  const table = compile({
    virtual_hosts: [
      {
        name: 'h',
        domains: ['*'],
        typed_per_filter_config: { one: any(1), two: any(1) },
        routes: [
          { match: { path: '/near' }, route: { cluster: 'a' }, typed_per_filter_config: { two: any(5) } },
          { match: { path: '/off' }, route: { cluster: 'a' }, typed_per_filter_config: { two: off } },
          { match: { prefix: '/' }, route: { cluster: 'a' } },
        ],
      },
    ],
  });
  const of = (path: string) => table?.match(request(path), info, 0);
  t.same(of('/')?.filterSettings, ['settings of 3', 'settings of 3']);
  t.same(of('/near')?.filterSettings, ['settings of 3', 'settings of 7']);
  t.match(of('/off'), { filterSettings: ['settings of 3', null], enabledFilters: 1, disabledFilters: 2 });
  t.equal(compile(routes({ match: { prefix: '/' }, route: { cluster: 'a' } }))?.match(request('/'), info, 0)?.filterSettings.length, 2);
  t.end();
});

t.test('a connect matcher takes CONNECT requests, with a path or without, and nothing else does without a path', (t) => {
  const table = compile(
    routes(
      direct('other host', { connect_matcher: {}, headers: [{ name: ':authority', string_match: { exact: 'x:1' } }] }),
      direct('regex', { safe_regex: { regex: '.*' } }),
      direct('empty', { prefix: '' }),
      direct('connect', { connect_matcher: {} }),
    ),
  );
  const connect = request('', 'host:80');
  connect.method = 'CONNECT';
  t.equal(taken(table, connect), 'connect');
  connect.authority = 'x:1';
  t.equal(taken(table, connect), 'other host');
  t.equal(taken(table, request('')), undefined);
  t.equal(taken(table, request('/')), 'regex');
  t.end();
});

t.test('a route allows or forbids upgrades', (t) => {
  const action = {
    cluster: 'a',
    upgrade_configs: [{ upgrade_type: 'WebSocket' }, { upgrade_type: 'CONNECT', enabled: false, connect_config: {} }],
  };
  const route = compile(routes({ match: { prefix: '/' }, route: action }))?.match(request('/'), info, 0);
  t.match(route?.action, {
    upgrades: [
      { type: 'websocket', enabled: true },
      { type: 'connect', enabled: false, terminate: true },
    ],
  });
  t.end();
});

t.test('what is not honoured is refused by name and path', (t) => {
  const refused = (t: Test, config: { readonly [key: string]: JsonInput }, path: string, code = 'unsupported') => {
    const problems = new Problems();
    t.equal(compile(config, problems), null);
    t.match(
      problems.list.map((p) => [p.code, p.path]),
      [[code, path]],
    );
  };
  const route = (action: { readonly [key: string]: JsonInput }) => routes({ match: { prefix: '/' }, route: { cluster: 'a', ...action } });
  const at = 'virtual_hosts[0].routes[0]';
  refused(t, route({ retry_policy: { retry_on: 'refused' } }), `${at}.route.retry_policy`);
  const regex_rewrite = (regex: string, substitution: string) => route({ regex_rewrite: { pattern: { regex }, substitution } });
  refused(t, regex_rewrite('(', ''), `${at}.route.regex_rewrite.pattern.regex`, 'bad_value');
  refused(t, regex_rewrite('(a)', '\\2'), `${at}.route.regex_rewrite.substitution`, 'bad_value');
  refused(t, regex_rewrite('(a)', '\\n'), `${at}.route.regex_rewrite.substitution`, 'bad_value');
  refused(t, route({ prefix_rewrite: '/', regex_rewrite: { pattern: { regex: 'a' } } }), `${at}.route.regex_rewrite`, 'bad_value');
  for (const name of ['metadata_match', 'hedge_policy', 'internal_redirect_policy', 'cors', 'early_data_policy'])
    refused(t, route({ [name]: {} }), `${at}.route.${name}`);
  const mirror = `${at}.route.request_mirror_policies[0]`;
  refused(t, route({ request_mirror_policies: [{}] }), mirror, 'bad_value');
  refused(t, route({ request_mirror_policies: [{ cluster: 'a', cluster_header: 'b' }] }), mirror, 'bad_value');
  const mutation = `${mirror}.request_headers_mutations[0].append.header.key`;
  const host = { append: { header: { key: 'Host', value: 'a' } } };
  refused(t, route({ request_mirror_policies: [{ cluster: 'a', request_headers_mutations: [host] }] }), mutation, 'bad_value');
  refused(t, route({ path_rewrite: '/%NO%' }), `${at}.route.path_rewrite`, 'bad_value');
  refused(t, route({ path_rewrite: '/', prefix_rewrite: '/' }), `${at}.route.path_rewrite`, 'bad_value');
  const plugged = (specifier: { readonly [key: string]: JsonInput }) => routes({ match: { prefix: '/' }, route: specifier });
  refused(t, plugged({ cluster_specifier_plugin: 'x' }), `${at}.route.cluster_specifier_plugin`);
  refused(t, plugged({ inline_cluster_specifier_plugin: {} }), `${at}.route.inline_cluster_specifier_plugin`);
  const weights = (extra: { readonly [key: string]: JsonInput }) => plugged({ weighted_clusters: extra });
  refused(t, weights({ clusters: [{ weight: 1 }] }), `${at}.route.weighted_clusters.clusters[0]`, 'bad_value');
  refused(
    t,
    weights({ clusters: [{ name: 'a', weight: 1 }], use_hash_policy: true }),
    `${at}.route.weighted_clusters.use_hash_policy`,
    'missing',
  );
  const match = (extra: { readonly [key: string]: JsonInput }) =>
    routes({ match: { prefix: '/', ...extra }, direct_response: { status: 200 } });
  refused(t, match({ filter_state: [{ key: 'a', address_match: {} }] }), `${at}.match.filter_state[0].address_match`);
  refused(t, match({ cookies: [{ name: 'a' }] }), `${at}.match.cookies[0].string_match`, 'missing');
  for (const name of ['rate_limits', 'hedge_policy', 'matcher', 'cors', 'retry_policy_typed_config'])
    refused(t, { virtual_hosts: [{ name: 'h', domains: ['*'], [name]: name === 'rate_limits' ? [{}] : {} }] }, `virtual_hosts[0].${name}`);
  refused(t, { cluster_specifier_plugins: [{}] }, 'cluster_specifier_plugins');
  refused(t, routes({ match: { prefix: '/' }, filter_action: {} }), `${at}.filter_action`);
  const upgrade = (...list: JsonInput[]) => route({ upgrade_configs: list });
  const connect = `${at}.route.upgrade_configs[0].connect_config`;
  refused(t, upgrade({ upgrade_type: 'CONNECT', connect_config: { allow_post: true } }), `${connect}.allow_post`);
  refused(t, upgrade({ upgrade_type: 'CONNECT', connect_config: { proxy_protocol_config: {} } }), `${connect}.proxy_protocol_config`);
  refused(t, upgrade({ upgrade_type: 'websocket', connect_config: {} }), connect, 'bad_value');
  refused(t, upgrade({ upgrade_type: 'a' }, { upgrade_type: 'A' }), `${at}.route.upgrade_configs[1].upgrade_type`, 'duplicate');
  refused(t, routes({ match: { prefix: '/?a' }, route: { cluster: 'a' } }), `${at}.match.prefix`, 'bad_value');
  refused(t, routes({ match: { safe_regex: { regex: '(' } }, route: { cluster: 'a' } }), `${at}.match.safe_regex.regex`, 'bad_value');
  refused(t, routes({ match: { prefix: '/' }, non_forwarding_action: {} }), `${at}.non_forwarding_action`);
  refused(
    t,
    routes({ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'x'.repeat(4097) } } }),
    `${at}.direct_response.body`,
    'bad_value',
  );
  refused(
    t,
    routes({ match: { prefix: '/' }, route: { cluster: 'a' }, request_headers_to_add: [{ header: { key: 'x', value: '%NO_SUCH%' } }] }),
    `${at}.request_headers_to_add[0].header.value`,
    'bad_value',
  );
  refused(
    t,
    routes({ match: { prefix: '/' }, route: { cluster: 'a' }, response_headers_to_remove: [':status'] }),
    `${at}.response_headers_to_remove[0]`,
    'bad_value',
  );
  refused(
    t,
    {
      ...routes(),
      validate_clusters: true,
      virtual_hosts: [{ name: 'h', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'no' } }] }],
    },
    `${at}.route.cluster`,
    'unresolved',
  );
  refused(t, { virtual_hosts: [{ name: 'h', domains: ['a', 'A'] }] }, 'virtual_hosts[0].domains[1]', 'duplicate');
  refused(t, { vhds: {} }, 'vhds');
  t.end();
});

t.test('1,000 virtual hosts are no linear scan', (t) => {
  const hosts = Array.from({ length: 1000 }, (_, i) => ({
    name: `h${i}`,
    domains: [`h${i}.example`, `*.w${i}.example`],
    routes: [direct(`r${i}`, { prefix: '/' })],
  }));
  const table = compile({ virtual_hosts: hosts });
  t.equal(taken(table, request('/', 'h999.example')), 'r999');
  t.equal(taken(table, request('/', 'x.w500.example')), 'r500');
  t.end();
});
