import t from 'tap';
import { FakeContext } from '../../test/support/factory-context.ts';
import { FakeCodecs, FakeTransport } from '../../test/support/upstream-doubles.ts';
import { create, fromJson, type JsonInput, packAny } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import type { ClientConnection, RequestEncoder, ResponseDecoder } from '../http/codec.ts';
import { Headers } from '../http/headers.ts';
import { compileCluster } from './cluster-compiler.ts';
import { defineLbPolicy, defineUpstreamTransportSocket } from './factory-context.ts';
import { HEALTH } from './host.ts';
import type { ClusterInstance } from './instances.ts';
import type { PickContext } from './lb/picker.ts';
import { ListPolicy } from './lb/priority-picker.ts';
import { random } from './lb/random.ts';
import type { PoolCallbacks } from './pool/pool.ts';

const transport = new FakeTransport();
const rawBuffer = defineUpstreamTransportSocket({
  name: 'envoy.transport_sockets.raw_buffer',
  message: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  posture: 'data_plane_agnostic',
  compile: () => transport,
});
const randomPolicy = defineLbPolicy({
  name: 'envoy.load_balancing_policies.random',
  message: 'envoy.extensions.load_balancing_policies.random.v3.Random',
  posture: 'data_plane_agnostic',
  compile: () => new ListPolicy('from an extension', random),
});

const PICK: PickContext = { hash: -1, random: 1, tried: null, override: '', subset: null, headers: null, info: null };

function context(): FakeContext {
  return new FakeContext({ extensions: [rawBuffer, randomPolicy] });
}

function endpoint(port: number, more: { [key: string]: JsonInput } = {}): JsonInput {
  return { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } }, ...more };
}

function assignment(...lbEndpoints: JsonInput[]): JsonInput {
  return { cluster_name: 'c', endpoints: [{ lb_endpoints: lbEndpoints }] };
}

function compile(json: { [key: string]: JsonInput }, ctx = context()): { instance: ClusterInstance | null; ctx: FakeContext } {
  const message = fromJson('envoy.config.cluster.v3.Cluster', { name: 'c', ...json });
  return { instance: compileCluster(message, ctx, new FakeCodecs()), ctx };
}

function compiled(json: { [key: string]: JsonInput }, ctx = context()): ClusterInstance {
  const { instance } = compile(json, ctx);
  if (instance === null) throw new Error(ctx.complaints.join('\n'));
  return instance;
}

function complaints(json: { [key: string]: JsonInput }): string[] {
  const { instance, ctx } = compile(json);
  t.equal(instance, null);
  t.same(ctx.stats.counted, {}, 'what is refused counts nowhere');
  return ctx.complaints;
}

t.test('a cluster that says nothing has the defaults of Envoy', (t) => {
  const { cluster } = compiled({});
  t.match(cluster.settings, {
    name: 'c',
    statName: 'c',
    connectTimeoutMs: 5000,
    bufferLimit: 1 << 20,
    http: {
      protocol: 'h1',
      idleTimeoutMs: 3_600_000,
      maxRequestsPerConnection: 0,
      maxConnectionDurationMs: 0,
      h1: { limits: { maxBytes: 80 * 1024, maxCount: 100 }, enableTrailers: false },
    },
    transportOptions: { alpn: null, serverName: '', sourceAddress: null, keepAlive: null },
    metadata: null,
  });
  t.equal(cluster.breaker(false).connections.limit, 1024);
  t.equal(cluster.breaker(false).retries.limit, 3);
  t.equal(cluster.breaker(true).requests.limit, 1024);
  t.equal(cluster.picker.pick(PICK), null);
  t.end();
});

t.test('every setting arrives where it is used', (t) => {
  const { cluster } = compiled({
    alt_stat_name: 'other',
    connect_timeout: '0.25s',
    per_connection_buffer_limit_bytes: 32768,
    metadata: { filter_metadata: { istio: { a: 1 } } },
    upstream_bind_config: { source_address: { address: '127.0.0.6', port_value: 0 } },
    upstream_connection_options: { tcp_keepalive: { keepalive_probes: 3, keepalive_time: 60, keepalive_interval: 5 } },
    circuit_breakers: {
      thresholds: [
        { max_connections: 1, max_pending_requests: 2, max_requests: 3, max_retries: 4 },
        { priority: 'HIGH', max_connections: 5 },
      ],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http_protocol_options: { enable_trailers: true } },
        common_http_protocol_options: {
          idle_timeout: '3s',
          max_requests_per_connection: 7,
          max_connection_duration: '60s',
          max_headers_count: 50,
          max_response_headers_kb: 10,
        },
      },
    },
  });
  t.match(cluster.settings, {
    statName: 'other',
    connectTimeoutMs: 250,
    bufferLimit: 32768,
    metadata: { istio: { a: 1 } },
    transportOptions: {
      sourceAddress: { ip: '127.0.0.6', port: 0 },
      keepAlive: { idleMs: 60_000, intervalMs: 5000, probes: 3 },
    },
    http: {
      idleTimeoutMs: 3000,
      maxRequestsPerConnection: 7,
      maxConnectionDurationMs: 60_000,
      h1: { limits: { maxBytes: 10 * 1024, maxCount: 50 }, enableTrailers: true },
    },
  });
  const breaker = cluster.breaker(false);
  t.same([breaker.connections.limit, breaker.pending.limit, breaker.requests.limit, breaker.retries.limit], [1, 2, 3, 4]);
  t.equal(cluster.breaker(true).connections.limit, 5);
  t.equal(cluster.breaker(true).pending.limit, 1024);
  t.end();
});

t.test('retries have a budget in place of a number', (t) => {
  const retries = (budget: { [key: string]: JsonInput }) =>
    compiled({ name: 'a', circuit_breakers: { thresholds: [{ max_retries: 9, retry_budget: budget }] } }).cluster.breaker(false).retries;
  t.equal(retries({}).limit, 3);
  t.equal(retries({ budget_percent: { value: 50 }, min_retry_concurrency: 7 }).limit, 7);
  t.end();
});

t.test('the older fields of the cluster count where the extension is absent', (t) => {
  const older = { common_http_protocol_options: { idle_timeout: '9s' }, max_requests_per_connection: 2 };
  t.match(compiled(older).cluster.settings.http, { idleTimeoutMs: 9000, maxRequestsPerConnection: 2 });
  const both = compiled({
    ...older,
    typed_extension_protocol_options: {
      x: {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http_protocol_options: {} },
      },
    },
  });
  t.equal(both.cluster.settings.http.idleTimeoutMs, 3_600_000, 'the extension alone counts');
  t.end();
});

t.test('durations beyond a timer mean never', (t) => {
  const { http, connectTimeoutMs } = compiled({
    connect_timeout: '9223372035s',
    common_http_protocol_options: { idle_timeout: '9223372035s', max_connection_duration: '9223372035s' },
  }).cluster.settings;
  t.same([http.idleTimeoutMs, http.maxConnectionDurationMs], [0, 0]);
  t.equal(connectTimeoutMs, 9_223_372_035_000, 'which no timer is armed with');
  t.end();
});

t.test('endpoints become hosts with locality, priority, weight, health, metadata and name', (t) => {
  const { cluster } = compiled({
    load_assignment: {
      cluster_name: 'c',
      endpoints: [
        {
          locality: { region: 'r', zone: 'z', sub_zone: 's' },
          lb_endpoints: [
            {
              endpoint: { hostname: 'one', address: { socket_address: { address: '::1', port_value: 80 } } },
              load_balancing_weight: 3,
              metadata: { filter_metadata: { 'envoy.lb': { version: 'v1' } } },
            },
            endpoint(81, { health_status: 'DEGRADED' }),
            endpoint(82, { health_status: 'DRAINING' }),
            endpoint(83, { health_status: 'TIMEOUT' }),
          ],
        },
        { priority: 1, lb_endpoints: [{ endpoint: { address: { pipe: { path: '/run/app.sock' } } } }] },
      ],
    },
  });
  t.match(cluster.hostSets, [
    {
      hosts: [
        { key: '[::1]:80', hostname: 'one', weight: 3, health: 0, locality: { region: 'r', zone: 'z', subZone: 's' }, priority: 0 },
        { key: '127.0.0.1:81', weight: 1, health: HEALTH.degradedEdsHealth },
        { health: HEALTH.edsStatusDraining },
        { health: HEALTH.failedEdsHealth },
      ],
    },
    { hosts: [{ key: '/run/app.sock', priority: 1 }] },
  ]);
  t.same(cluster.hostSets[0]?.hosts[0]?.metadata.get('envoy.lb'), { version: 'v1' });
  t.end();
});

t.test('panic threshold and overprovisioning reach the picker', (t) => {
  const unhealthy = assignment(endpoint(80, { health_status: 'UNHEALTHY' }));
  t.ok(compiled({ load_assignment: unhealthy }).cluster.picker.pick(PICK), 'half of the hosts by default');
  t.equal(
    compiled({ load_assignment: unhealthy, common_lb_config: { healthy_panic_threshold: { value: 0 } } }).cluster.picker.pick(PICK),
    null,
  );
  const { cluster } = compiled({
    load_assignment: {
      cluster_name: 'c',
      policy: { overprovisioning_factor: 200 },
      endpoints: [
        { lb_endpoints: [endpoint(80), endpoint(81, { health_status: 'UNHEALTHY' })] },
        { priority: 1, lb_endpoints: [endpoint(82)] },
      ],
    },
  });
  for (let i = 0; i < 100; i++) t.equal(cluster.picker.pick({ ...PICK, random: i * 40_000_000 })?.key, '127.0.0.1:80');
  t.end();
});

t.test('each balancing policy is found by its name', (t) => {
  const load_assignment = assignment(endpoint(1), endpoint(2));
  /** Ports of hosts, as picked with numbers that are spread evenly. */
  const picks = (lb_policy: string): string => {
    const { picker } = compiled({ lb_policy, load_assignment }).cluster;
    const next = (random: number) => picker.pick({ ...PICK, random })?.key.slice(-1) ?? 'none';
    return Array.from({ length: 64 }, (_, i) => next(i * 0x4000000)).join('');
  };
  t.match(picks('ROUND_ROBIN'), /^(12){32}$|^(21){32}$/);
  for (const lb_policy of ['LEAST_REQUEST', 'RANDOM']) {
    const order = picks(lb_policy);
    t.match(order, /^[12]{64}$/);
    t.match(order, /11/, 'one of them, not the next of them');
    t.match(order, /22/);
  }
  t.ok(
    compiled({
      lb_policy: 'LEAST_REQUEST',
      least_request_lb_config: { choice_count: 5, active_request_bias: { default_value: 2, runtime_key: 'x' } },
    }),
  );
  t.ok(compiled({ lb_policy: 'ROUND_ROBIN', ring_hash_lb_config: {} }), 'settings of another policy mean nothing, as in Envoy');
  t.end();
});

t.test('a policy may come from an extension, and the first known one of the list counts', (t) => {
  const policies = [
    {
      typed_extension_config: {
        name: 'a',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.load_balancing_policies.maglev.v3.Maglev' },
      },
    },
    {
      typed_extension_config: {
        name: 'b',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.load_balancing_policies.random.v3.Random' },
      },
    },
  ];
  t.ok(compiled({ load_balancing_policy: { policies } }));
  t.same(complaints({ load_balancing_policy: { policies: policies.slice(0, 1) } }), [
    'load_balancing_policy.policies: no policy of the list is supported: envoy.extensions.load_balancing_policies.maglev.v3.Maglev',
  ]);
  t.end();
});

t.test('what is not honoured is refused by name and path, all of it at once', (t) => {
  t.same(
    complaints({
      type: 'EDS',
      lb_policy: 'MAGLEV',
      health_checks: [{ timeout: '1s', interval: '1s', unhealthy_threshold: 1, healthy_threshold: 1, tcp_health_check: {} }],
      outlier_detection: {},
      lb_subset_config: { fallback_policy: 'ANY_ENDPOINT' },
      http2_protocol_options: { allow_metadata: true },
      common_lb_config: { consistent_hashing_lb_config: {}, zone_aware_lb_config: { fail_traffic_on_panic: true } },
      circuit_breakers: { per_host_thresholds: [{ max_requests: 1, track_remaining: true }] },
      upstream_bind_config: { source_address: { address: '127.0.0.2', port_value: 0 }, validate_network_namespaces: true },
      upstream_connection_options: { set_local_interface_name_on_upstream_connections: true },
      load_assignment: {
        cluster_name: 'c',
        policy: { drop_overloads: [{ category: 'x', drop_percentage: { numerator: 1 } }] },
        endpoints: [
          {
            lb_endpoints: [
              { endpoint: { address: { socket_address: { address: 'example.com', port_value: 1 } } } },
              { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 1, protocol: 'UDP' } } } },
              { endpoint: { address: { envoy_internal_address: { server_listener_name: 'l' } } } },
              { endpoint: { additional_addresses: [{}], observability_name: 'x', address: { pipe: { path: '/x' } } } },
              { endpoint_name: 'x' },
            ],
          },
        ],
      },
    }).sort(),
    [
      'circuit_breakers.per_host_thresholds[0].max_requests: max_requests is not supported',
      'circuit_breakers.per_host_thresholds[0].track_remaining: track_remaining is not supported',
      'common_lb_config.consistent_hashing_lb_config: consistent_hashing_lb_config is not supported',
      'common_lb_config.zone_aware_lb_config.fail_traffic_on_panic: fail_traffic_on_panic is not supported',
      'health_checks: health_checks is not supported',
      'http2_protocol_options.allow_metadata: allow_metadata is not supported',
      'lb_policy: MAGLEV is not supported',
      'lb_subset_config: lb_subset_config is not supported',
      'load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address: "example.com" is no IP address',
      'load_assignment.endpoints[0].lb_endpoints[1].endpoint.address.socket_address.protocol: only TCP is supported',
      'load_assignment.endpoints[0].lb_endpoints[2].endpoint.address.envoy_internal_address: internal addresses are not supported',
      'load_assignment.endpoints[0].lb_endpoints[3].endpoint.additional_addresses[0].address: an address is required',
      'load_assignment.endpoints[0].lb_endpoints[3].endpoint.observability_name: observability_name is not supported',
      'load_assignment.endpoints[0].lb_endpoints[4].endpoint_name: endpoint_name is not supported',
      'load_assignment.policy.drop_overloads: drop_overloads is not supported',
      'outlier_detection: outlier_detection is not supported',
      'type: EDS is not supported',
      'upstream_bind_config.validate_network_namespaces: validate_network_namespaces is not supported',
      'upstream_connection_options.set_local_interface_name_on_upstream_connections: set_local_interface_name_on_upstream_connections is not supported',
    ],
  );
  t.end();
});

t.test('a transport socket that nobody registered is refused, and so are bytes that are none', (t) => {
  t.same(
    complaints({
      transport_socket: {
        name: 'tls',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext' },
      },
    }),
    ['transport_socket.typed_config: no transport socket is registered for envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'],
  );
  t.ok(compiled({ transport_socket: { name: 'envoy.transport_sockets.raw_buffer' } }));
  const ctx = context();
  const message = create('envoy.config.cluster.v3.Cluster', { name: 'c' });
  const any = packAny(create('envoy.config.core.v3.Address'));
  any.typeUrl = 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer';
  any.value = Uint8Array.of(0xff);
  message.transportSocket = create('envoy.config.core.v3.TransportSocket', { name: 'x', configType: { case: 'typedConfig', value: any } });
  t.equal(compileCluster(message, ctx, new FakeCodecs()), null);
  t.match(ctx.complaints, [/^transport_socket\.typed_config: the bytes are no /]);
  t.end();
});

t.test('remaining resources are shown where asked for', (t) => {
  const ctx = context();
  compiled({ circuit_breakers: { thresholds: [{ track_remaining: true, max_requests: 7 }] } }, ctx);
  t.match(ctx.stats.counted, {
    'cluster.c.circuit_breakers.default.remaining_cx': 1024,
    'cluster.c.circuit_breakers.default.remaining_rq': 7,
  });
  t.notOk(ctx.stats.values.has('cluster.c.circuit_breakers.high.remaining_cx'));
  t.end();
});

t.test('status shows what /clusters shows', (t) => {
  const instance = compiled({ alt_stat_name: 'other', load_assignment: assignment(endpoint(80, { load_balancing_weight: 2 })) });
  t.match(instance.status(), {
    name: 'c',
    observabilityName: 'other',
    thresholds: [{ priority: 'default', maxConnections: 1024, maxPending: 1024, maxRequests: 1024, maxRetries: 3 }, { priority: 'high' }],
    hosts: [
      {
        address: '127.0.0.1:80',
        weight: 2,
        counters: { cx_connect_fail: 0, cx_total: 0, rq_error: 0, rq_success: 0, rq_timeout: 0, rq_total: 0 },
        gauges: { cx_active: 0, rq_active: 0, rq_pending_active: 0 },
      },
    ],
  });
  t.end();
});

t.test('an update that has a problem changes nothing', (t) => {
  const instance = compiled({ load_assignment: assignment(endpoint(80)) });
  const update = (json: JsonInput): Problems => {
    const problems = new Problems();
    instance.updateEndpoints(fromJson('envoy.config.endpoint.v3.ClusterLoadAssignment', json), problems);
    return problems;
  };
  const { hostSets } = instance.cluster;
  t.ok(update(assignment(endpoint(81), { endpoint: { address: { socket_address: { address: 'x', port_value: 1 } } } })).failed);
  t.equal(instance.cluster.hostSets, hostSets);
  t.notOk(update(assignment(endpoint(81))).failed);
  t.equal(instance.cluster.picker.pick(PICK)?.key, '127.0.0.1:81');
  t.end();
});

t.test('a cluster gives its stats back when its last connection is gone, not before', (t) => {
  const ctx = context();
  const codecs = new FakeCodecs();
  const message = fromJson('envoy.config.cluster.v3.Cluster', {
    name: 'c',
    circuit_breakers: { thresholds: [{ track_remaining: true }] },
    load_assignment: assignment(endpoint(80)),
  });
  const instance = compileCluster(message, ctx, codecs);
  const replacement = compileCluster(message, ctx, codecs);
  if (instance === null || replacement === null) throw new Error(ctx.complaints.join('\n'));
  const { cluster } = instance;
  const host = cluster.hostSets[0]?.hosts[0];
  if (host === undefined) throw new Error('a host');
  const callbacks: PoolCallbacks & ResponseDecoder = {
    onPoolReady(encoder: RequestEncoder, _client: ClientConnection) {
      encoder.encodeHeaders(new Headers(), true);
    },
    onPoolFailure() {},
    decodeInformational() {},
    decodeHeaders() {},
    decodeData() {},
    decodeTrailers() {},
  };
  cluster.pool(host, cluster.selectors[0]).newStream(callbacks, callbacks);
  transport.connections.at(-1)?.connected();
  cluster.responses.recordTime(1, false);
  instance.close();
  t.same(ctx.stats.released, []);
  codecs.all[0]?.last.respond(200);
  transport.connections.at(-1)?.dispatcher.settle();
  t.same(ctx.stats.released, ['cluster.c.', 'cluster.c.external.', 'cluster.c.http1.'], "the rest is the replacement's too");
  replacement.close();
  t.match(ctx.stats.released.slice(3).sort(), ['cluster.c.', 'cluster.c.circuit_breakers.default.']);
  t.end();
});
