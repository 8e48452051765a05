import t from 'tap';
import { BUILT_IN_RULES, extractTags } from './tag-rules.ts';

/** `name` → name without tags, tags in order; as Envoy 1.40 shows them in its Prometheus output. */
const CASES: readonly (readonly [string, string, readonly (readonly [string, string])[]])[] = [
  ['server.state', 'server.state', []],
  ['cluster.app.upstream_rq_total', 'cluster.upstream_rq_total', [['envoy.cluster_name', 'app']]],
  [
    'cluster.app.upstream_rq_503',
    'cluster.upstream_rq',
    [
      ['envoy.response_code', '503'],
      ['envoy.cluster_name', 'app'],
    ],
  ],
  [
    'cluster.app.external.upstream_rq_5xx',
    'cluster.external.upstream_rq_xx',
    [
      ['envoy.response_code_class', '5'],
      ['envoy.cluster_name', 'app'],
    ],
  ],
  ['cluster.a.b.upstream_cx_total', 'cluster.b.upstream_cx_total', [['envoy.cluster_name', 'a']]],
  [
    'cluster.g.grpc.svc.meth.total',
    'cluster.grpc.total',
    [
      ['envoy.grpc_bridge_method', 'meth'],
      ['envoy.grpc_bridge_service', 'svc'],
      ['envoy.cluster_name', 'g'],
    ],
  ],
  ['http.ingress.downstream_cx_total', 'http.downstream_cx_total', [['envoy.http_conn_manager_prefix', 'ingress']]],
  [
    'http.ingress.rbac.pre.policy.pol.denied',
    'http.rbac.policy.denied',
    [
      ['envoy.rbac_policy_name', 'pol'],
      ['envoy.rbac_http_prefix', 'pre'],
      ['envoy.http_conn_manager_prefix', 'ingress'],
    ],
  ],
  [
    'http.ingress.rbac.policy.pol.allowed',
    'http.rbac.policy.allowed',
    [
      ['envoy.rbac_policy_name', 'pol'],
      ['envoy.http_conn_manager_prefix', 'ingress'],
    ],
  ],
  [
    'http.p.rds.my.route.update_success',
    'http.rds.update_success',
    [
      ['envoy.rds_route_config', 'my.route'],
      ['envoy.http_conn_manager_prefix', 'p'],
    ],
  ],
  ['listener.127.0.0.1_80.downstream_cx_total', 'listener.downstream_cx_total', [['envoy.listener_address', '127.0.0.1_80']]],
  ['listener.[__1]_80.downstream_cx_total', 'listener.downstream_cx_total', [['envoy.listener_address', '[__1]_80']]],
  ['listener.admin.downstream_cx_total', 'listener.admin.downstream_cx_total', []],
  [
    'listener.127.0.0.1_80.http.ingress.downstream_rq_2xx',
    'listener.http.downstream_rq_xx',
    [
      ['envoy.response_code_class', '2'],
      ['envoy.http_conn_manager_prefix', 'ingress'],
      ['envoy.listener_address', '127.0.0.1_80'],
    ],
  ],
  [
    'listener.0.0.0.0_80.worker_3.downstream_cx_total',
    'listener.worker_downstream_cx_total',
    [
      ['envoy.worker_id', '3'],
      ['envoy.listener_address', '0.0.0.0_80'],
    ],
  ],
  [
    'listener.0.0.0.0_443.ssl.versions.TLSv1.3',
    'listener.ssl.versions',
    [
      ['envoy.ssl_version', 'TLSv1.3'],
      ['envoy.listener_address', '0.0.0.0_443'],
    ],
  ],
  ['tcp.t1.downstream_cx_total', 'tcp.downstream_cx_total', [['envoy.tcp_prefix', 't1']]],
  ['tb.http_local_rate_limit.enabled', 'http_local_rate_limit.enabled', [['envoy.local_http_ratelimit_prefix', 'tb']]],
  [
    'vhost.v.vcluster.c.upstream_rq_200',
    'vhost.vcluster.upstream_rq',
    [
      ['envoy.response_code', '200'],
      ['envoy.virtual_cluster', 'c'],
      ['envoy.virtual_host', 'v'],
    ],
  ],
  ['mongo.m.collection.c.query.x', 'mongo.collection.c.query.x', [['envoy.mongo_prefix', 'm']]],
];

t.test('tags are found and cut out as Envoy does', async (t) => {
  for (const [name, rest, tags] of CASES) {
    t.same(extractTags(name, BUILT_IN_RULES), { name: rest, tags: tags.map(([tag, value]) => ({ name: tag, value })) }, name);
  }
});
