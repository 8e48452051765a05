/**
 * Everything that a real istiod sent to sidecars (test/captures) compiles here, but for the parts in one list: what the list names
 * is missing, and an entry that is not needed any more has to go.
 */
import t from 'tap';
import { field, filter, type JsonObject, LEAVE_OUT, type Omission, readCaptures, value, without } from '../support/captures.ts';
import { CompileWorker } from '../support/compile-worker.ts';

const MISSING: readonly Omission[] = [
  // Filters that Istio adds to Envoy.
  filter('istio.metadata_exchange'),
  filter('istio.stats'),
  filter('istio.alpn'),
  // Access control, rate limits, extensions; with their settings of routes.
  filter('envoy.filters.http.cors'),
  filter('envoy.filters.http.rbac'),
  filter('envoy.filters.network.rbac'),
  filter('envoy.filters.http.jwt_authn'),
  filter('envoy.filters.http.ext_authz'),
  filter('envoy.filters.network.ext_authz'),
  filter('envoy.filters.http.local_ratelimit'),
  filter('envoy.filters.network.mongo_proxy'),
  filter(/^extensions\.istio\.io\//),
  // Of the connection manager.
  field('tracing'),
  // Of routes.
  field('rate_limits'),
  field('retry_priority'),
  // Access logs that ask for CEL.
  {
    name: 'the access-log filter extension_filter',
    replace: (value) => (typeof value === 'object' && value !== null && 'extension_filter' in value ? LEAVE_OUT : value),
  },
  {
    name: 'the operator %CEL%',
    replace: (value) => (typeof value === 'string' && value.includes('%CEL(') ? LEAVE_OUT : value),
  },
  // Of clusters.
  field('eds_cluster_config'),
  value('type', 'EDS', 'STATIC'),
  value('lb_policy', 'RING_HASH', 'ROUND_ROBIN'),
  field('outlier_detection'),
  field('slow_start_config'),
  {
    name: 'secrets over ADS',
    replace: (value, key) => {
      if (key !== 'sds_config' || typeof value !== 'object' || value === null || !('ads' in value)) return value;
      return SDS_CLUSTER;
    },
  },
];

const SDS_CLUSTER = {
  api_config_source: {
    api_type: 'GRPC',
    transport_api_version: 'V3',
    grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }],
  },
  resource_api_version: 'V3',
};

/** Extension configurations by name are for the filters above that are discovered. */
const KINDS = /\.(Listener|Cluster|ClusterLoadAssignment|RouteConfiguration|Secret)$/;

const { resources, pods } = readCaptures();

for (const [pod, indices] of Object.entries(pods)) {
  t.test(`what istiod sent to ${pod} compiles`, async (t) => {
    const worker = await CompileWorker.create(['sds-grpc']);
    t.teardown(() => worker.close());
    const sent = indices.map((i) => resources[i] ?? {}).filter((each) => KINDS.test(String(each['@type'])));
    t.same(await worker.refused(sent.map((each) => without(each, MISSING))), {});
  });
}

for (const omission of MISSING) {
  t.test(`${omission.name} is missing`, async (t) => {
    const others = MISSING.filter((each) => each !== omission);
    const holds = (json: unknown): boolean => {
      const used = new Set<string>();
      without(json, [omission], used);
      return used.size > 0;
    };
    const isKind = (each: JsonObject): boolean => KINDS.test(String(each['@type']));
    const sent = Object.values(pods)
      .map((indices) => indices.map((i) => resources[i] ?? {}).filter(isKind))
      .find((each) => each.some(holds));
    if (sent === undefined) {
      t.fail('nothing holds it');
      return;
    }
    const worker = await CompileWorker.create(['sds-grpc']);
    t.teardown(() => worker.close());
    const refused = await worker.refused(sent.map((each) => without(each, others)));
    t.not(Object.keys(refused).length, 0, 'it compiles now: take it off the list');
  });
}
