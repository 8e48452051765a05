import t from 'tap';
import { ask, FakeView } from '../../test/support/admin-view.ts';
import { type Any, create, fromJson, type JsonValue, toBinary } from '../api/index.ts';
import { ipAddress } from '../base/address.ts';
import { RESOURCE_TYPES } from '../runtime/contracts.ts';
import { startAdmin } from './server.ts';

type Json = { [key: string]: JsonValue };

async function scene(t: { teardown(end: () => Promise<void>): void }) {
  const view = new FakeView();
  const server = await startAdmin({ address: ipAddress('127.0.0.1', 0), view, loggers: view.loggers });
  t.teardown(() => server.close());
  const get = (path: string) => ask(server, path);
  const configs = async (path: string): Promise<Json[]> => (JSON.parse((await get(path)).body) as { configs?: Json[] }).configs ?? [];
  return { view, get, configs };
}

const type = (name: string) => `type.googleapis.com/${name}`;
const UPDATED = '2026-01-01T00:00:00Z';

t.test("sections come in Envoy's order and form", async (t) => {
  const { view, get, configs } = await scene(t);
  view.loaded = {
    message: fromJson('envoy.config.bootstrap.v3.Bootstrap', { node: { id: 'n' }, admin: { address: { pipe: { path: '/a' } } } }),
    lastUpdated: Date.UTC(2026, 0, 1, 0, 0, 0, 7),
  };
  view.dump('cluster', { name: 'static' });
  view.dump('cluster', { name: 'active' }, { origin: 'xds', version: 'v1' });
  view.dump('cluster', { name: 'warm' }, { origin: 'xds', version: 'v2', state: 'warming' });
  view.versions.set(RESOURCE_TYPES.cluster, 'v2');
  view.dump('listener', { name: 'l' });
  view.dump('listener', { name: 'd' }, { origin: 'xds', version: 'v1' });
  view.dump('listener', { name: 'd' }, { origin: 'xds', version: 'v2', state: 'warming' });
  view.dump('routes', { name: 'r' }, { origin: 'xds', version: 'v3' });
  view.dump('secret', { name: 's' }, { origin: 'sds', version: 'v4' });
  const cluster = (name: string) => ({ '@type': type(RESOURCE_TYPES.cluster), name });
  const listener = { '@type': type(RESOURCE_TYPES.listener), name: 'd' };
  t.strictSame(await configs('/config_dump'), [
    {
      '@type': type('envoy.admin.v3.BootstrapConfigDump'),
      bootstrap: { node: { id: 'n' }, admin: { address: { pipe: { path: '/a' } } } },
      last_updated: '2026-01-01T00:00:00.007Z',
    },
    {
      '@type': type('envoy.admin.v3.ClustersConfigDump'),
      version_info: 'v2',
      static_clusters: [{ cluster: cluster('static'), last_updated: UPDATED }],
      dynamic_active_clusters: [{ version_info: 'v1', cluster: cluster('active'), last_updated: UPDATED }],
      dynamic_warming_clusters: [{ version_info: 'v2', cluster: cluster('warm'), last_updated: UPDATED }],
    },
    {
      '@type': type('envoy.admin.v3.ListenersConfigDump'),
      static_listeners: [{ listener: { '@type': type(RESOURCE_TYPES.listener), name: 'l' }, last_updated: UPDATED }],
      dynamic_listeners: [
        {
          name: 'd',
          active_state: { version_info: 'v1', listener, last_updated: UPDATED },
          warming_state: { version_info: 'v2', listener, last_updated: UPDATED },
        },
      ],
    },
    { '@type': type('envoy.admin.v3.ScopedRoutesConfigDump') },
    {
      '@type': type('envoy.admin.v3.RoutesConfigDump'),
      dynamic_route_configs: [
        { version_info: 'v3', route_config: { '@type': type(RESOURCE_TYPES.routes), name: 'r' }, last_updated: UPDATED },
      ],
    },
    {
      '@type': type('envoy.admin.v3.SecretsConfigDump'),
      dynamic_active_secrets: [
        { name: 's', version_info: 'v4', last_updated: UPDATED, secret: { '@type': type(RESOURCE_TYPES.secret), name: 's' } },
      ],
    },
  ]);
  const { body, type: contentType } = await get('/config_dump');
  t.equal(contentType, 'application/json');
  t.equal(body, `${JSON.stringify(JSON.parse(body), null, 1)}\n`, 'indented by one space');
});

const HCM = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

t.test('route tables inside of listeners are static tables', async (t) => {
  const { view, configs } = await scene(t);
  const manager = {
    '@type': type(HCM),
    stat_prefix: 'a',
    route_config: { name: 'inline', virtual_hosts: [{ name: 'v', domains: ['*'] }] },
  };
  view.dump(
    'listener',
    { name: 'l', filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }] },
    { origin: 'xds', version: '1' },
  );
  t.strictSame(await configs('/config_dump?resource=static_route_configs'), [
    {
      '@type': type('envoy.admin.v3.RoutesConfigDump.StaticRouteConfig'),
      route_config: { '@type': type(RESOURCE_TYPES.routes), name: 'inline', virtual_hosts: [{ name: 'v', domains: ['*'] }] },
      last_updated: UPDATED,
    },
  ]);
});

t.test('secrets are blotted out, wherever they lie', async (t) => {
  const { view, get } = await scene(t);
  const key = { inline_string: 'PRIVATE' };
  view.dump('secret', {
    name: 'cert',
    tls_certificate: { certificate_chain: { inline_bytes: 'UFVCTElD' }, private_key: { inline_bytes: 'UFJJVkFURQ==' } },
  });
  view.dump('secret', { name: 'generic', generic_secret: { secret: { inline_string: 'PRIVATE' } } });
  const tls = (config: object) => ({ name: 'tls', typed_config: config });
  const context = {
    common_tls_context: { tls_certificates: [{ private_key: key, password: key, certificate_chain: { filename: '/chain' } }] },
  };
  const UPSTREAM = 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';
  view.dump('cluster', { name: 'any', transport_socket: tls({ '@type': type(UPSTREAM), ...context }) as never });
  const struct = {
    '@type': type('udpa.type.v1.TypedStruct'),
    type_url: type(UPSTREAM),
    value: { commonTlsContext: { tls_certificates: [{ privateKey: key }] } },
  };
  view.dump('cluster', { name: 'struct', transport_socket: tls(struct) as never });
  const { body } = await get('/config_dump');
  t.notMatch(body, /PRIVATE|UFJJVkFURQ/);
  t.match(body, '"certificate_chain": {\n        "inline_bytes": "UFVCTElD"');
  t.match(body, '"inline_bytes": "W3JlZGFjdGVkXQ=="', 'bytes');
  t.match(body, '"inline_string": "[redacted]"', 'text');
  t.match(body, '"filename": "/chain"');
});

t.test('resource, mask and name_regex', async (t) => {
  const { view, get, configs } = await scene(t);
  view.dump('cluster', { name: 'a', alt_stat_name: 'x' });
  view.dump('cluster', { name: 'b' });
  const names = (entries: Json[]) => entries.map((entry) => (entry['cluster'] as Json)['name']);
  t.same(names(await configs('/config_dump?resource=static_clusters')), ['a', 'b']);
  t.same(names(await configs('/config_dump?resource=static_clusters&name_regex=^b')), ['b']);
  t.strictSame((await configs('/config_dump?resource=static_clusters&mask=cluster.name'))[0], {
    '@type': type('envoy.admin.v3.ClustersConfigDump.StaticCluster'),
    cluster: { '@type': type(RESOURCE_TYPES.cluster), name: 'a' },
  });
  t.same(await configs('/config_dump?resource=dynamic_listeners'), []);
  t.same(
    (await configs('/config_dump?mask=static_clusters,dynamic_active_clusters')).map((entry) => Object.keys(entry)),
    [['@type', 'static_clusters']],
  );
  t.same(await get('/config_dump?resource=nope'), { status: 404, type: 'text/plain', body: 'nope not found in config dump' });
  const unfit = (mask: string) => ({
    status: 400,
    type: 'text/plain',
    body: `FieldMask ${mask} could not be successfully applied to any configs.`,
  });
  for (const mask of ['nope', 'static_clusters,static_listeners', 'static_clusters.cluster'])
    t.same(await get(`/config_dump?mask=${mask}`), unfit(mask));
  t.match(await get('/config_dump?name_regex=('), {
    status: 400,
    body: 'INVALID_ARGUMENT: Error while parsing name_regex from (: missing ): (',
  });
});

t.test('include_eds tells the hosts in use', async (t) => {
  const { view, configs } = await scene(t);
  const host = {
    address: '127.0.0.1:1',
    hostname: 'h',
    priority: 1,
    weight: 3,
    health: 0,
    locality: { region: 'r', zone: '', subZone: '' },
    counters: {},
    gauges: {},
  };
  view.clusterStatuses = [{ name: 'p', observabilityName: 'p', addedViaApi: false, thresholds: [], hosts: [host] }];
  t.strictSame(await configs('/config_dump?include_eds&resource=static_endpoint_configs'), [
    {
      '@type': type('envoy.admin.v3.EndpointsConfigDump.StaticEndpointConfig'),
      endpoint_config: {
        '@type': type(RESOURCE_TYPES.endpoints),
        cluster_name: 'p',
        endpoints: [
          {
            locality: { region: 'r' },
            lb_endpoints: [
              {
                endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 1 } }, health_check_config: {}, hostname: 'h' },
                health_status: 'HEALTHY',
                load_balancing_weight: 3,
              },
            ],
            load_balancing_weight: 0,
            priority: 1,
          },
        ],
        policy: { overprovisioning_factor: 140 },
      },
    },
  ]);
  t.equal((await configs('/config_dump')).length, 6);
});

t.test('what cannot be read shows as its type', async (t) => {
  const { view, configs } = await scene(t);
  const unknown: Any = create('google.protobuf.Any', { typeUrl: type('no.such.Type'), value: new Uint8Array([1]) });
  const bytes = toBinary(
    create('envoy.config.cluster.v3.Cluster', {
      name: 'odd',
      transportSocket: { name: 't', configType: { case: 'typedConfig', value: unknown } },
    }),
  );
  view.dump('cluster', { name: 'odd' }, { bytes });
  view.dump('cluster', { name: 'broken' }, { bytes: new Uint8Array([0xff]) });
  t.match(await configs('/config_dump?resource=static_clusters'), [
    { cluster: { name: 'odd', transport_socket: { name: 't', typed_config: { '@type': type('no.such.Type') } } } },
    { cluster: { '@type': type(RESOURCE_TYPES.cluster) } },
  ]);
});
