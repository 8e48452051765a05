import t from 'tap';
import { fromJson, type JsonInput } from '../../api/index.ts';
import { ipAddress } from '../../base/address.ts';
import { Problems } from '../../base/errors.ts';
import { StreamInfo } from '../../telemetry/stream-info.ts';
import { resolveName } from '../header-name.ts';
import { Headers } from '../headers.ts';
import type { RouteTable } from '../route.ts';
import { compileRouteTable } from './compile-table.ts';
import type { RouteContext } from './context.ts';
import { literalPrefix } from './literal-prefix.ts';
import { INDEXED_FROM } from './rule-index.ts';

const context: RouteContext = {
  filterNames: [],
  validateClusters: false,
  cluster: (name) => ({ name, current: null }),
  knownCluster: () => true,
  retryPolicy: () => null,
  filterSettings: () => undefined,
};

const address = ipAddress('127.0.0.1', 1);
const info = new StreamInfo(
  {
    connectionId: 1,
    localAddress: address,
    directRemoteAddress: address,
    tls: null,
    serverName: '',
    listenerName: '',
    filterChainName: '',
  },
  0,
  0,
);

function tableOf(matches: readonly JsonInput[], extra: { readonly [key: string]: JsonInput } = {}): RouteTable {
  const problems = new Problems();
  const routes = matches.map((match, i) => ({ name: String(i), match, direct_response: { status: 200 } }));
  const message = fromJson('envoy.config.route.v3.RouteConfiguration', {
    virtual_hosts: [{ name: 'h', domains: ['*'], routes }],
    ...extra,
  });
  const table = compileRouteTable(message, '', context, problems);
  if (table === null) throw new Error(problems.list.map((problem) => problem.message).join());
  return table;
}

function request(path: string, user = ''): Headers {
  const headers = new Headers();
  headers.method = path === '' ? 'CONNECT' : 'GET';
  headers.path = path;
  headers.authority = 'host';
  if (user !== '') headers.add(resolveName('x-user'), user);
  return headers;
}

/** Deterministic, in [0, below). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}

const PIECES = ['/', 'a', 'b', 'ab', '/a', '/b', '/api', 'A', '.', 'x'];

function pathOf(roll: (below: number) => number): string {
  let path = '/';
  for (let i = roll(5); i > 0; i--) path += PIECES[roll(PIECES.length)];
  return path;
}

function matchOf(roll: (below: number) => number): JsonInput {
  const text = pathOf(roll);
  const kinds: { [key: string]: JsonInput }[] = [
    { prefix: text },
    { path: text },
    { path_separated_prefix: text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : `${text}s` },
    { safe_regex: { regex: `${text.replaceAll('.', '\\.')}[a-z/]*` } },
    { safe_regex: { regex: `(${text}|/b).*` } },
    { prefix: text, case_sensitive: false },
    { path: text, case_sensitive: false },
    { connect_matcher: {} },
  ];
  // Mostly what an index is for, so that some tables have nothing else.
  const match = kinds[roll(3) === 0 ? roll(kinds.length) : roll(2)] as { [key: string]: JsonInput };
  const conditions: { [key: string]: JsonInput } = {};
  if (roll(2) === 0) conditions['headers'] = [{ name: 'x-user', string_match: { exact: roll(2) === 0 ? 'jason' : 'nobody' } }];
  if (roll(5) === 0) conditions['runtime_fraction'] = { default_value: { numerator: 50 } };
  return { ...match, ...conditions };
}

t.test('an index finds the rule that a walk through the list would find first', (t) => {
  const roll = dice(7);
  let found = 0;
  for (let round = 0; round < 150; round++) {
    const matches = Array.from({ length: INDEXED_FROM + 1 + roll(40) }, () => matchOf(roll));
    const indexed = tableOf(matches);
    const one = matches.map((match) => tableOf([match]));
    for (let i = 0; i < 60; i++) {
      const path = roll(20) === 0 ? '' : pathOf(roll) + (roll(4) === 0 ? '?a=/api/b' : '');
      const headers = request(path, roll(2) === 0 ? 'jason' : '');
      const random = roll(1000);
      const first = one.findIndex((table) => table.match(headers, info, random) !== null);
      const name = indexed.match(headers, info, random)?.name;
      if (name !== (first < 0 ? undefined : String(first))) {
        t.equal(name, String(first), `${path} of ${JSON.stringify(matches)}`);
        t.end();
        return;
      }
      if (first >= 0) found++;
    }
  }
  t.ok(found > 3000, `${found} requests had a route`);
  t.end();
});

t.test('path parameters are ignored where that is asked for, but not by templates', (t) => {
  const matches: JsonInput[] = [
    { path: '/a' },
    { prefix: '/p/x' },
    { path_separated_prefix: '/s' },
    { safe_regex: { regex: '/r/[a-z]+' } },
    {
      path_match_policy: {
        name: 't',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
          path_template: '/t/*',
        },
      },
    },
    { path: '/end' },
    ...Array.from({ length: INDEXED_FROM }, (_, i) => ({ path: `/more/${i}` })),
  ];
  for (const list of [matches.slice(0, 6), matches]) {
    const table = tableOf(list, { ignore_path_parameters_in_path_matching: true });
    const at = (path: string) => table.match(request(path), info, 0)?.name;
    t.equal(at('/a;x=1'), '0');
    t.equal(at('/a;x?b'), '0');
    t.equal(at('/a?x;y'), '0');
    t.equal(at('/p;z/x'), '1');
    t.equal(at('/p;z/x;y/z;'), '1');
    t.equal(at('/s;x/y'), '2');
    t.equal(at('/r/ab;c'), '3');
    t.equal(at('/t/a;b'), '4');
    t.equal(at('/t;/a'), undefined);
    t.equal(at('/end;?a;b/c'), '5');
    t.equal(at('/;/end'), undefined);
  }
  t.equal(tableOf(matches).match(request('/a;x=1'), info, 0), null, 'otherwise they are part of the path');
  t.end();
});

t.test('a regular expression is filed under what it must begin with', (t) => {
  t.equal(literalPrefix('/a/b'), '/a/b');
  t.equal(literalPrefix('^/a/[a-z]+'), '/a/');
  t.equal(literalPrefix('/a\\.b/.*'), '/a.b/');
  t.equal(literalPrefix('/ab?'), '/a');
  t.equal(literalPrefix('/ab*c'), '/a');
  t.equal(literalPrefix('/ab{0,2}'), '/a');
  t.equal(literalPrefix('/ab+c'), '/ab');
  t.equal(literalPrefix('/a\\d'), '/a');
  t.equal(literalPrefix('/a(b|c)'), '/a');
  t.equal(literalPrefix('/a|/b'), '');
  t.equal(literalPrefix('/a[|]'), '');
  t.equal(literalPrefix('(?i)/a'), '');
  t.equal(literalPrefix('/a$'), '/a');
  t.equal(literalPrefix('/\u00e9'), '/');
  t.end();
});
