import t from 'tap';
import { httpListener, staticCluster } from '../../test/support/bootstrap.ts';
import { fromJson } from '../api/index.ts';
import type { ClusterStatus, ListenerStatus } from '../upstream/instances.ts';
import { banner } from './banner.ts';
import { summarize } from './destinations.ts';

const weighted = {
  match: { prefix: '/' },
  route: {
    weighted_clusters: {
      clusters: [
        { name: 'v1', weight: 90 },
        { name: 'v2', weight: 10 },
      ],
    },
  },
};
const bootstrap = fromJson('envoy.config.bootstrap.v3.Bootstrap', {
  static_resources: {
    listeners: [
      httpListener('in', 'app', { direction: 'INBOUND' }),
      httpListener('outbound', 'app', { direction: 'OUTBOUND', routes: [weighted] }),
      {
        name: 'tcp',
        address: { socket_address: { address: '0.0.0.0', port_value: 1 } },
        filter_chains: [
          {
            filters: [
              {
                name: 'tcp',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
                  stat_prefix: 'x',
                  cluster: 'app',
                },
              },
            ],
          },
        ],
      },
    ],
    clusters: [staticCluster('app', 9), staticCluster('v1', 1, 2), staticCluster('v2', 3)],
  } as never,
});
const listener = (name: string, address: string, direction: ListenerStatus['direction']): ListenerStatus => ({
  name,
  addresses: [address],
  direction,
  activeConnections: 0,
  state: 'active',
});
const cluster = (name: string, ...addresses: string[]): ClusterStatus =>
  ({ name, hosts: addresses.map((address) => ({ address })) }) as unknown as ClusterStatus;

t.test('where a listener leads is read without knowing its filters', (t) => {
  t.match(summarize(bootstrap), [
    { name: 'in', scheme: 'http', direction: 'inbound', leadsTo: [{ cluster: 'app', percent: null }], host: '' },
    {
      scheme: 'http',
      leadsTo: [
        { cluster: 'v1', percent: 90 },
        { cluster: 'v2', percent: 10 },
      ],
    },
    { scheme: 'tcp', leadsTo: [{ cluster: 'app', percent: null }] },
  ]);
  t.end();
});

t.test('the banner says what listens, where it leads and what to type', (t) => {
  const text = banner({
    bootstrap,
    listeners: [
      listener('in', '127.0.0.1:15006', 'inbound'),
      listener('outbound', '127.0.0.1:15001', 'outbound'),
      listener('tcp', '0.0.0.0:1', 'unspecified'),
    ],
    clusters: [cluster('app', '127.0.0.1:9'), cluster('v1', 'a', 'b')],
    admin: '127.0.0.1:15000',
    workers: 2,
    nodeVersion: '26.10.0',
    readyMs: 139.6,
  });
  t.equal(
    text.replace(/outrigger \S+/, 'outrigger X'),
    [
      'outrigger X (Node 26.10.0, 2 workers)',
      '  in (inbound)  http://127.0.0.1:15006  -> app (127.0.0.1:9)',
      '  outbound      http://127.0.0.1:15001  -> v1 90 % (2 hosts), v2 10 % (no host)',
      '  tcp           tcp://127.0.0.1:1       -> app (127.0.0.1:9)',
      '  admin         http://127.0.0.1:15000',
      '  ready in 140 ms; Ctrl-C drains and ends',
      '',
      '  try it:         curl http://127.0.0.1:15001/',
      "  several times:  curl -s 'http://127.0.0.1:15001/[1-20]'",
      '',
      '',
    ].join('\n'),
  );
  t.end();
});

t.test('a virtual host that takes one name only is asked by that name', (t) => {
  const manager = { route_config: { virtual_hosts: [{ name: 'a', domains: ['*.x.test', 'shop.x.test'], routes: [] }] } };
  const named = fromJson('envoy.config.bootstrap.v3.Bootstrap', {
    static_resources: { listeners: [httpListener('in', 'app', { manager })] } as never,
  });
  const text = banner({
    bootstrap: named,
    listeners: [listener('in', '[::]:80', 'unspecified')],
    clusters: [],
    admin: null,
    workers: 1,
    nodeVersion: '26.10.0',
    readyMs: 1,
  });
  t.match(text, "  try it:  curl -H 'host: shop.x.test' http://[::1]:80/");
  t.notMatch(text, 'several');
  t.end();
});
