/** The same static configuration in a real Envoy and in a view of ours: pages that do not depend on the moment must be the same. */
import t from 'tap';
import { type Answer, ask, FakeView } from '../../test/support/admin-view.ts';
import { envoyMissing, loopback, startChild } from '../../test/support/child-proxy.ts';
import { fromJson, type JsonInput, toBinary } from '../api/index.ts';
import { ipAddress } from '../base/address.ts';
import { RESOURCE_TYPES } from '../runtime/contracts.ts';
import { startAdmin } from './server.ts';

const type = (name: string) => `type.googleapis.com/envoy.${name}`;

const MANAGER = {
  '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
  stat_prefix: 'ingress',
  http_filters: [{ name: 'router', typed_config: { '@type': type('extensions.filters.http.router.v3.Router') } }],
  route_config: {
    name: 'local',
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routes: [
          {
            match: { prefix: '/' },
            name: 'r',
            route: { cluster: 'app', timeout: '1.5s', retry_policy: { retry_on: '5xx', num_retries: 2 } },
          },
        ],
      },
    ],
  },
  request_timeout: '0s',
  common_http_protocol_options: { idle_timeout: '300s' },
};

const CLUSTERS: JsonInput[] = [
  {
    name: 'app',
    alt_stat_name: 'app_alt',
    type: 'STATIC',
    lb_policy: 'LEAST_REQUEST',
    connect_timeout: '0.25s',
    circuit_breakers: { thresholds: [{ max_requests: 5 }] },
    metadata: { filter_metadata: { istio: { config: '/apis/x' } } },
    load_assignment: {
      cluster_name: 'app',
      endpoints: [
        {
          locality: { region: 'r', zone: 'z' },
          lb_endpoints: [{ load_balancing_weight: 3, endpoint: { hostname: 'h', address: loopback(1) as JsonInput } }],
        },
        {
          priority: 1,
          lb_endpoints: [{ health_status: 'DEGRADED', endpoint: { address: { socket_address: { address: '::1', port_value: 2 } } } }],
        },
      ],
    },
  },
];

const LISTENERS = [
  {
    name: 'main',
    traffic_direction: 'INBOUND',
    address: loopback(0),
    filter_chains: [{ name: 'fc', filters: [{ name: 'hcm', typed_config: MANAGER }] }],
  },
];

const missing = envoyMissing();
const needsEnvoy = missing === null ? {} : { skip: missing };

async function both(t: { teardown(end: () => Promise<unknown>): void }) {
  const envoy = await startChild('envoy', { static_resources: { clusters: CLUSTERS, listeners: LISTENERS } });
  t.teardown(() => envoy.stop());
  const view = new FakeView();
  for (const cluster of CLUSTERS) view.dump('cluster', cluster as { [key: string]: JsonInput });
  for (const listener of LISTENERS) {
    const bytes = toBinary(fromJson(RESOURCE_TYPES.listener, listener as unknown as JsonInput));
    view.dumped.push({
      type: RESOURCE_TYPES.listener,
      name: 'main',
      origin: 'static',
      state: 'active',
      version: '',
      lastUpdated: 0,
      bytes,
    });
  }
  const limits = { maxConnections: 1024, maxPending: 1024, maxRequests: 1024, maxRetries: 3 };
  const host = {
    counters: { cx_connect_fail: 0, cx_total: 0, rq_error: 0, rq_success: 0, rq_timeout: 0, rq_total: 0 },
    gauges: { cx_active: 0, rq_active: 0, rq_pending_active: 0 },
  };
  view.clusterStatuses = [
    {
      name: 'app',
      observabilityName: 'app_alt',
      addedViaApi: false,
      thresholds: [
        { priority: 'default', ...limits, maxRequests: 5 },
        { priority: 'high', ...limits },
      ],
      hosts: [
        {
          ...host,
          address: '127.0.0.1:1',
          hostname: 'h',
          priority: 0,
          weight: 3,
          health: 0,
          locality: { region: 'r', zone: 'z', subZone: '' },
        },
        {
          ...host,
          address: '[::1]:2',
          hostname: '',
          priority: 1,
          weight: 1,
          health: 1 << 4,
          locality: { region: '', zone: '', subZone: '' },
        },
      ],
    },
  ];
  view.listenerStatuses = [
    { name: 'main', addresses: [`127.0.0.1:${envoy.ports.get('main')}`], direction: 'inbound', activeConnections: 0, state: 'active' },
  ];
  const server = await startAdmin({ address: ipAddress('127.0.0.1', 0), view, loggers: view.loggers });
  t.teardown(() => server.close());
  const theirs = (path: string, method?: string): Promise<Answer> =>
    ask({ address: ipAddress('127.0.0.1', envoy.adminPort), close: async () => {} }, path, method);
  return { theirs, ours: (path: string, method?: string) => ask(server, path, method) };
}

/** Times and the list of commands are each proxy's own. */
function comparable({ status, type, body }: Answer): Answer {
  return {
    status,
    type,
    body: body
      .replace(/"last_updated": "[^"]+"/g, '"last_updated": ""')
      .replace(/goo\.gle\/debug\w+ *\n/g, '')
      .replace(/admin commands are:[\s\S]*/, ''),
  };
}

t.test('pages are those of Envoy', needsEnvoy, async (t) => {
  const { theirs, ours } = await both(t);
  for (const path of [
    '/ready',
    '/listeners',
    '/listeners?format=json',
    '/clusters',
    '/clusters?format=json',
    '/clusters?filter=^app$',
    '/clusters?filter=nothing',
    '/certs',
    '/nope',
    '/config_dump?resource=static_clusters',
    '/config_dump?resource=static_listeners',
    '/config_dump?resource=static_route_configs',
    '/config_dump?resource=static_endpoint_configs&include_eds',
    '/config_dump?resource=static_clusters&mask=cluster.name',
    '/config_dump?resource=dynamic_listeners',
    '/config_dump?resource=nope',
    '/config_dump?resource=bootstrap',
    '/config_dump?resource=version_info&mask=x',
    '/config_dump?resource=inline_scoped_route_configs',
    '/config_dump?resource=static_clusters&mask=nope',
    '/config_dump?resource=static_clusters&mask=cluster.name,cluster.nope',
    '/config_dump?resource=static_clusters&mask=cluster.load_assignment.endpoints',
    '/config_dump?resource=static_clusters&mask=cluster.load_assignment.endpoints.priority',
    '/config_dump?resource=static_clusters&mask=last_updated,cluster.load_assignment.policy',
    '/config_dump?resource=static_route_configs&mask=route_config.name',
    '/config_dump?resource=static_route_configs&name_regex=loc',
    '/config_dump?resource=static_clusters&name_regex=nothing&mask=nope',
    '/config_dump?mask=version_info',
    '/config_dump?mask=static_clusters,dynamic_active_clusters',
    '/config_dump?mask=static_listeners',
    '/config_dump?mask=nope',
    '/config_dump?mask=static_clusters.cluster',
    '/config_dump?mask=static_clusters,static_listeners',
    '/config_dump?name_regex=(',
    '/stats?filter=(',
    '/stats?filter=a**',
    '/stats?filter=nothing-has-this-name',
    '/stats?format=json&filter=nothing-has-this-name',
    '/stats?type=bad',
    '/stats?histogram_buckets=bad',
    '/stats/prometheus?histogram_buckets=disjoint',
    '/stats/prometheus?filter=nothing-has-this-name',
  ]) {
    t.strictSame(comparable(await ours(path)), comparable(await theirs(path)), path);
  }
});

t.test('verbs are those of Envoy', needsEnvoy, async (t) => {
  const { theirs, ours } = await both(t);
  const verbs = ['/healthcheck/fail', '/healthcheck/ok', '/reopen_logs', '/drain_listeners?inboundonly', '/logging', '/quitquitquit'];
  for (const path of verbs) t.strictSame(await ours(path), await theirs(path), `GET ${path}`);
  for (const path of verbs.filter((each) => each !== '/logging'))
    t.strictSame(await ours(path, 'POST'), await theirs(path, 'POST'), `POST ${path}`);
});

t.test('sections of /config_dump come in the same order', needsEnvoy, async (t) => {
  const { theirs, ours } = await both(t);
  const types = ({ body }: Answer) => (JSON.parse(body) as { configs: { '@type': string }[] }).configs.map((config) => config['@type']);
  for (const path of ['/config_dump', '/config_dump?include_eds']) t.strictSame(types(await ours(path)), types(await theirs(path)), path);
});
