import t from 'tap';
import { fromJson, type JsonInput } from '../api/index.ts';
import { nodeOf, placeProblems, resourcesOf } from './bootstrap.ts';

const bootstrap = (json: JsonInput) => fromJson('envoy.config.bootstrap.v3.Bootstrap', json);
const options = {
  serviceNode: '',
  serviceCluster: '',
  serviceZone: '',
  concurrency: 1,
  fileFlushMs: 10_000,
  drainMs: 600_000,
  drainStrategy: 'gradual' as const,
};

t.test('secrets come before clusters, clusters before listeners', (t) => {
  const { resources, problems } = resourcesOf(
    bootstrap({ static_resources: { listeners: [{ name: 'l' }, {}], clusters: [{ name: 'c' }], secrets: [{ name: 's' }] } }),
  );
  t.same(problems, []);
  t.same(
    resources.map(({ resource, path }) => [resource.name, path]),
    [
      ['s', 'static_resources.secrets[0]'],
      ['c', 'static_resources.clusters[0]'],
      ['l', 'static_resources.listeners[0]'],
      ['listeners[1]', 'static_resources.listeners[1]'],
    ],
  );
  t.end();
});

t.test('what the proxy cannot honour is refused by name', (t) => {
  const paths = (json: JsonInput) => resourcesOf(bootstrap(json)).problems.map((p) => `${p.code} ${p.path}`);
  t.same(paths({ dynamic_resources: {} }), ['unsupported dynamic_resources']);
  t.same(paths({ stats_sinks: [{ name: 'x' }], header_prefix: 'y' }), ['unsupported stats_sinks', 'unsupported header_prefix']);
  t.same(
    paths({
      layered_runtime: {
        layers: [
          { name: 'a', disk_layer: {} },
          { name: 'a', static_layer: {} },
        ],
      },
    }),
    ['unsupported layered_runtime.layers[0].disk_layer', 'duplicate layered_runtime.layers[1].name'],
  );
  t.same(
    paths({
      layered_runtime: {
        layers: [
          { name: 'a', static_layer: { x: { y: [1] } } },
          { name: 'b', admin_layer: {} },
          { name: 'c', admin_layer: {} },
        ],
      },
    }),
    ['bad_value layered_runtime.layers[0].static_layer.x.y', 'duplicate layered_runtime.layers[2].admin_layer'],
  );
  t.same(paths({ admin: { access_log_path: '/tmp/a' } }), ['unsupported admin.access_log_path']);
  t.same(paths({ cluster_manager: { local_cluster_name: 'x' } }), ['unsupported cluster_manager.local_cluster_name']);
  const monitor = (limit: number) => ({
    name: 'envoy.resource_monitors.global_downstream_max_connections',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
      max_active_downstream_connections: limit,
    },
  });
  const limited = bootstrap({ overload_manager: { resource_monitors: [monitor(100)] } });
  t.same(resourcesOf(limited).problems, []);
  t.equal(resourcesOf(limited).overload?.maxConnections, 100);
  t.same(paths({ overload_manager: { resource_monitors: [monitor(1), monitor(1)] } }), [
    'duplicate overload_manager.resource_monitors[1].name',
  ]);
  t.end();
});

t.test('runtime layers and keys are taken from the bootstrap', (t) => {
  t.same(resourcesOf(bootstrap({})).runtimeLayers.names, []);
  const layers = [
    { name: 'a', static_layer: { a: { b: 1, c: 2 }, d: 'x' } },
    { name: 'b', admin_layer: {} },
  ];
  const { runtimeLayers } = resourcesOf(bootstrap({ layered_runtime: { layers } }));
  t.same(runtimeLayers.names, ['a', 'b']);
  t.same(
    runtimeLayers.keys().map(({ key }) => key),
    ['a.b', 'a.c', 'd'],
  );
  t.end();
});

t.test('paths of the admin are allowed by matchers', (t) => {
  const address = { socket_address: { address: '127.0.0.1', port_value: 0 } };
  const { admin, problems } = resourcesOf(bootstrap({ admin: { address, allow_paths: [{ exact: '/ready' }, { prefix: '/stats' }] } }));
  t.same(problems, []);
  t.same(
    ['/ready', '/ready?x', '/stats/prometheus', '/'].map((path) => admin?.allows?.(path)),
    [true, false, true, false],
  );
  t.equal(resourcesOf(bootstrap({ admin: { address } })).admin?.allows, undefined);
  const wrong = resourcesOf(bootstrap({ admin: { address, allow_paths: [{ safe_regex: { regex: '(' } }] } }));
  t.same(
    wrong.problems.map(({ path }) => path),
    ['admin.allow_paths[0].safe_regex.regex'],
  );
  t.end();
});

t.test('runtime keys that Envoy reads and nothing here does are named', (t) => {
  const layer = { 'envoy.reloadable_features.x': true, upstream: { use_retry: 1 }, mine: 1, 'fault.http.abort.abort_percent': 5 };
  const { unused } = resourcesOf(bootstrap({ layered_runtime: { layers: [{ name: 'a', static_layer: layer }] } }));
  t.same(unused, [
    'layered_runtime.layers[0].static_layer.envoy.reloadable_features.x',
    'layered_runtime.layers[0].static_layer.upstream.use_retry',
  ]);
  t.end();
});

t.test('what has no effect is accepted and named', (t) => {
  const { problems, unused } = resourcesOf(
    bootstrap({
      deferred_stat_options: { enable_deferred_creation_stats: true },
      layered_runtime: {
        layers: [
          { name: 'a', static_layer: { x: 1 } },
          { name: 'b', admin_layer: {} },
        ],
      },
    }),
  );
  t.same(problems, []);
  t.same([...unused].sort(), ['deferred_stat_options']);
  t.end();
});

t.test("of an Istio sidecar's bootstrap only dynamic resources are refused", (t) => {
  const { problems } = resourcesOf(
    bootstrap({
      application_log_config: { log_format: { text_format: '%v' } },
      node: { id: 'sidecar~10.0.0.1~app.default~default.svc.cluster.local', locality: {} },
      layered_runtime: {
        layers: [
          { name: 'global config', static_layer: { 're2.max_program_size.error_level': '32768' } },
          { name: 'admin', admin_layer: {} },
        ],
      },
      bootstrap_extensions: [
        {
          name: 'envoy.bootstrap.internal_listener',
          typed_config: {
            '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
            type_url: 'type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener',
            value: { buffer_size_kb: 64 },
          },
        },
      ],
      stats_config: { use_all_default_tags: false, stats_matcher: { inclusion_list: { patterns: [{ prefix: 'server' }] } } },
      admin: {
        access_log: [
          {
            name: 'envoy.access_loggers.file',
            typed_config: { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog', path: '/dev/null' },
          },
        ],
        profile_path: '/var/lib/istio/data/envoy.prof',
        address: { socket_address: { address: '127.0.0.1', port_value: 15000 } },
      },
      dynamic_resources: { lds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' } },
      deferred_stat_options: { enable_deferred_creation_stats: true },
    }),
  );
  t.same(
    problems.map((p) => p.path),
    ['dynamic_resources'],
  );
  t.end();
});

t.test('flags win over the node of the bootstrap', (t) => {
  t.equal(nodeOf(bootstrap({}), options), null);
  const node = nodeOf(bootstrap({ node: { id: 'a', cluster: 'b' } }), { ...options, serviceNode: 'n', serviceZone: 'z' });
  t.match(node, { id: 'n', cluster: 'b', locality: { zone: 'z' } });
  t.end();
});

t.test('problems of a resource get the place of the resource', (t) => {
  const problem = { code: 'missing' as const, path: 'a[0].b', message: 'm' };
  t.equal(placeProblems([problem], 'static_resources.clusters[1]')[0]?.path, 'static_resources.clusters[1].a[0].b');
  t.equal(placeProblems([{ ...problem, path: '' }], 'static_resources.clusters[1]')[0]?.path, 'static_resources.clusters[1]');
  t.end();
});
