import t from 'tap';
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

function direct(name: string, match: JsonInput): JsonInput {
  return { name, match, direct_response: { status: 200 } };
}

t.test('paths and hosts are rewritten by regular expressions, as in RE2', (t) => {
  const rewritten = (path: string, extra: { readonly [key: string]: JsonInput }, fields: readonly (readonly [string, string])[] = []) => {
    const headers = request(path, 'old', fields);
    const action = compile(routes({ match: { prefix: '/' }, route: { cluster: 'a', ...extra } }))?.match(headers, info, 0)?.action;
    if (action?.kind === 'route') action.rewrite?.apply(headers, info, true);
    return [headers.path, headers.authority, ...headers.fields.slice(0, headers.count).map((f) => `${f.name.text}: ${f.value}`)];
  };
  const to = (regex: string, substitution: string) => ({ pattern: { regex }, substitution });
  const path = (given: string, regex: string, substitution: string) => rewritten(given, { regex_rewrite: to(regex, substitution) });
  t.same(path('/regex/a/b/c?d=e', '/regex/([^/]+)/(.*)', '/\\2/\\1'), ['/b/c/a?d=e', 'old', 'x-envoy-original-path: /regex/a/b/c?d=e']);
  t.equal(path('/regex/a', '/regex/([^/]+)/(.*)', '/\\2/\\1')[0], '/regex/a');
  t.equal(path('/every/abca?a=a', 'a', 'bb')[0], '/every/bbbcbb?a=a');
  t.equal(path('/empty/xx/y', 'x*', '-')[0], '-/-e-m-p-t-y-/-/-y-');
  t.equal(path('/slash/a', '^/slash', '/\\\\\\0')[0], '/\\/slash/a');
  t.same(path('/gone/a?b', '.*', ''), ['/gone/a?b', 'old'], 'a path is never empty');
  const host = { host_rewrite_path_regex: to('^/host/(.+)/.+$', '\\1.example') };
  t.same(rewritten('/host/a.b/c?d', host), ['/host/a.b/c?d', 'a.b.example', 'x-envoy-original-host: old']);
  t.equal(rewritten('/host', host)[1], '/host');
  const header = { host_rewrite_header: 'x-host', append_x_forwarded_host: true };
  t.same(rewritten('/', header, [['x-host', 'wanted']]), [
    '/',
    'wanted',
    'x-host: wanted',
    'x-forwarded-host: old',
    'x-envoy-original-host: old',
  ]);
  t.same(rewritten('/', header), ['/', 'old']);
  const forwarded = (...values: string[]) =>
    rewritten(
      '/',
      { host_rewrite_literal: 'new', append_x_forwarded_host: true },
      values.map((value) => ['x-forwarded-host', value] as const),
    )[2];
  t.equal(forwarded('first,old'), 'x-forwarded-host: first,old', 'the last host is not named again');
  t.equal(forwarded('a', 'b'), 'x-forwarded-host: a,b,old');
  t.equal(forwarded('first, old'), 'x-forwarded-host: first, old,old');
  t.end();
});

t.test('the host of a weighted cluster comes before that of its route', (t) => {
  const headers = request('/', 'old');
  const weighted_clusters = { clusters: [{ name: 'a', weight: 1, host_rewrite_literal: 'weight' }] };
  const table = compile(routes({ match: { prefix: '/' }, route: { weighted_clusters, host_rewrite_literal: 'route' } }));
  const action = table?.match(headers, info, 0)?.action;
  if (action?.kind === 'route') action.rewrite?.apply(headers, info, true);
  t.equal(headers.authority, 'route');
  t.equal(headers.get(pinName('x-envoy-original-host')), 'weight');
  t.end();
});

t.test('a virtual host sends requests without TLS to https', (t) => {
  const host = (name: string, require_tls: string) => ({ name, domains: [name], require_tls, routes: [direct(name, { prefix: '/' })] });
  const table = compile({
    response_headers_to_add: [{ header: { key: 'a', value: 'b' } }],
    virtual_hosts: [host('all', 'ALL'), host('out', 'EXTERNAL_ONLY')],
  });
  const at = (authority: string, ...fields: (readonly [string, string])[]) => {
    const headers = request('/p?q', authority, fields);
    const route = table?.match(headers, info, 0);
    if (route?.action.kind !== 'redirect') return route?.name;
    t.equal(route.responseMutations, null);
    return `${route.action.status} ${route.action.location(headers, info)}`;
  };
  const proto = ['x-forwarded-proto', 'http'] as const;
  t.equal(at('all', proto), '301 https://all/p?q');
  t.equal(at('all', proto, ['x-envoy-internal', 'true']), '301 https://all/p?q');
  t.equal(at('all', ['x-forwarded-proto', 'https']), 'all');
  t.equal(at('out', proto), '301 https://out/p?q');
  t.equal(at('out', proto, ['x-envoy-internal', 'true']), 'out');
  t.end();
});
