/** Finding the route of a request: one virtual host, a thousand of them, wildcards, and what the matchers cost. */
import { create, fromJson, type JsonInput } from '../../src/api/index.ts';
import { ipAddress } from '../../src/base/address.ts';
import { Problems } from '../../src/base/errors.ts';
import { resolveName } from '../../src/http/header-name.ts';
import { Headers } from '../../src/http/headers.ts';
import { compileRouteTable } from '../../src/http/routing/compile-table.ts';
import { StreamInfo } from '../../src/telemetry/stream-info.ts';
import type { Micro } from './harness.ts';

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

const prefix = (path: string): JsonInput => ({ match: { prefix: path }, route: { cluster: 'c' } });
const host = (name: string, domains: string[], routes: JsonInput[] = [prefix('/')]): JsonInput => ({ name, domains, routes });

function matching(
  virtualHosts: JsonInput[],
  authorities: readonly string[],
  paths: readonly string[] = ['/a/b?c=d'],
): (times: number) => unknown {
  const problems = new Problems();
  const context = {
    filterNames: [],
    validateClusters: false,
    cluster: (name: string) => ({ name, current: create('envoy.config.cluster.v3.Cluster') }),
    knownCluster: () => true,
    retryPolicy: () => null,
    filterSettings: () => undefined,
  };
  const table = compileRouteTable(
    fromJson('envoy.config.route.v3.RouteConfiguration', { virtual_hosts: virtualHosts }),
    '',
    context,
    problems,
  );
  if (table === null) throw new Error(problems.list.map((p) => p.message).join());
  // Codecs make a new string for each request.
  const requests = Array.from({ length: Math.max(authorities.length, paths.length) }, (_, i) => {
    const headers = new Headers();
    headers.authority = Buffer.from(authorities[i % authorities.length] as string).toString('latin1');
    headers.path = Buffer.from(paths[i % paths.length] as string).toString('latin1');
    headers.add(resolveName('x-user'), 'jason');
    return headers;
  });
  return (times) => {
    let found = null;
    for (let i = 0; i < times; i++) found = table.match(requests[i % requests.length] as Headers, info, i);
    return found;
  };
}

const thousand = Array.from({ length: 1000 }, (_, i) => `service-${i}.default.svc.cluster.local`);
const exacts = Array.from({ length: 1000 }, (_, i) => `/api/v1/resource-${i}`);
const prefixes = exacts.map((path) => `${path}/`);
const ten = ['/health', '/api/v1/users', '/api/v1/orders', '/api/v2', '/static', '/assets', '/login', '/logout', '/metrics', '/'].map(
  prefix,
);

export default {
  name: 'route match',
  cases: [
    { name: 'one host *, one route', run: matching([host('all', ['*'])], ['a.example']) },
    {
      name: '1,000 hosts by name',
      run: matching(
        thousand.map((name) => host(name, [name])),
        thousand,
      ),
    },
    {
      name: '1,000 hosts × 10 routes, the last',
      run: matching(
        thousand.map((name) => host(name, [name], ten)),
        thousand,
      ),
    },
    {
      name: '1,000 exact paths',
      run: matching(
        [
          host(
            'all',
            ['*'],
            exacts.map((path) => ({ match: { path }, route: { cluster: 'c' } })),
          ),
        ],
        ['a.example'],
        exacts,
      ),
    },
    {
      name: '1,000 prefixes',
      run: matching(
        [host('all', ['*'], prefixes.map(prefix))],
        ['a.example'],
        prefixes.map((path) => `${path}items?page=2`),
      ),
    },
    {
      name: '1,000 regexes with a beginning',
      run: matching(
        [
          host(
            'all',
            ['*'],
            prefixes.map((path) => ({ match: { safe_regex: { regex: `${path}[a-z]+` } }, route: { cluster: 'c' } })),
          ),
        ],
        ['a.example'],
        prefixes.map((path) => `${path}items?page=2`),
      ),
    },
    {
      name: '1,000 prefixes, the fallback',
      run: matching([host('all', ['*'], [...prefixes, '/'].map(prefix))], ['a.example'], ['/else/where']),
    },
    {
      name: '*.suffix of 3 lengths',
      run: matching([host('a', ['*.example']), host('b', ['*.b.example']), host('c', ['*.long.example'])], ['x.y.example']),
    },
    {
      name: 'a header match before',
      run: matching(
        [
          host(
            'all',
            ['*'],
            [
              { match: { prefix: '/', headers: [{ name: 'x-user', string_match: { exact: 'nobody' } }] }, route: { cluster: 'c' } },
              prefix('/'),
            ],
          ),
        ],
        ['a.example'],
      ),
    },
    {
      name: 'a proven regex',
      run: matching([host('all', ['*'], [{ match: { safe_regex: { regex: '/a/[a-z]+' } }, route: { cluster: 'c' } }])], ['a.example']),
    },
    {
      name: 'a regex for RE2',
      run: matching(
        [host('all', ['*'], [{ match: { safe_regex: { regex: '(/a|/b)+/[a-z]+' } }, route: { cluster: 'c' } }])],
        ['a.example'],
      ),
    },
    {
      name: 'weighted clusters',
      run: matching(
        [
          host(
            'all',
            ['*'],
            [
              {
                match: { prefix: '/' },
                route: {
                  weighted_clusters: {
                    clusters: [
                      { name: 'a', weight: 90 },
                      { name: 'b', weight: 10 },
                    ],
                  },
                },
              },
            ],
          ),
        ],
        ['a.example'],
      ),
    },
  ],
} satisfies Micro;
