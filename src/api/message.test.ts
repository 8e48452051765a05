import t from 'tap';
import { problemsOf } from '../../test/support/problems.ts';
import { ConfigError } from '../base/errors.ts';
import {
  clone,
  create,
  equals,
  fromBinary,
  fromJson,
  isMessage,
  type JsonInput,
  envoy_config_cluster_v3_Cluster_LbPolicy as LbPolicy,
  milliseconds,
  openAny,
  toBinary,
  toJson,
} from './index.ts';

const bootstrap = {
  node: { id: 'sidecar~10.0.0.1~a~b', cluster: 'demo', metadata: { LABELS: { app: 'web' }, ports: [1, 2.5, null, true] } },
  admin: { address: { socket_address: { address: '127.0.0.1', port_value: 15000 } } },
  static_resources: {
    listeners: [
      {
        name: 'inbound',
        address: { socket_address: { address: '0.0.0.0', port_value: 15006 } },
        filter_chains: [
          {
            filters: [
              {
                name: 'envoy.filters.network.http_connection_manager',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                  stat_prefix: 'in',
                  stream_idle_timeout: '1.500s',
                  use_remote_address: true,
                  route_config: {
                    name: 'local',
                    virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'app' } }] }],
                  },
                  http_filters: [
                    {
                      name: 'envoy.filters.http.router',
                      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router', dynamic_stats: false },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
    clusters: [{ name: 'app', connect_timeout: '0.250s', lb_policy: 'LEAST_REQUEST', max_requests_per_connection: 7 }],
  },
};

t.test('a bootstrap with nested Anys survives JSON → message → wire → message → JSON unchanged', (t) => {
  const message = fromJson('envoy.config.bootstrap.v3.Bootstrap', bootstrap);
  const again = fromBinary('envoy.config.bootstrap.v3.Bootstrap', toBinary(message));
  t.ok(equals(message, again));
  t.same(toJson(again), bootstrap);
  const typed = again.staticResources?.listeners[0]?.filterChains[0]?.filters[0]?.configType;
  t.equal(typed?.case, 'typedConfig');
  if (typed?.case !== 'typedConfig') throw new Error('no typed_config');
  const hcm = openAny(typed.value);
  t.equal(hcm.kind, 'message');
  if (
    hcm.kind !== 'message' ||
    !isMessage(hcm.message, 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager')
  ) {
    throw new Error('no connection manager');
  }
  t.equal(milliseconds(hcm.message.streamIdleTimeout), 1500);
  t.equal(hcm.message.useRemoteAddress, true, 'a wrapper is a plain value');
  t.equal(hcm.message.mergeSlashes, false);
  t.equal(hcm.message.generateRequestId, undefined, 'an unset wrapper is undefined, not its zero');
  t.equal(hcm.message.routeSpecifier.case, 'routeConfig');
  t.end();
});

t.test('field names are taken as the proto writes them and as JSON does', (t) => {
  const snake = fromJson('envoy.config.cluster.v3.Cluster', { name: 'a', connect_timeout: '1s', per_connection_buffer_limit_bytes: 5 });
  const camel = fromJson('envoy.config.cluster.v3.Cluster', { name: 'a', connectTimeout: '1s', perConnectionBufferLimitBytes: 5 });
  t.ok(equals(snake, camel));
  t.end();
});

t.test('what proto3 JSON does not allow is refused with its path', (t) => {
  const refused = (json: { [key: string]: JsonInput }, code: string, path: string) => {
    t.match(
      problemsOf(() => fromJson('envoy.config.cluster.v3.Cluster', json)),
      [{ code, path }],
    );
  };
  refused({ nam: 'a' }, 'unknown_field', 'nam');
  refused({ lb_policy: 'round_robin' }, 'bad_enum', 'lb_policy');
  refused({ lbPolicy: true }, 'wrong_kind', 'lb_policy');
  refused({ connect_timeout: '250ms' }, 'bad_value', 'connect_timeout');
  refused({ connect_timeout: 1 }, 'bad_value', 'connect_timeout');
  refused({ respect_dns_ttl: 'true' }, 'bad_value', 'respect_dns_ttl');
  refused({ per_connection_buffer_limit_bytes: -1 }, 'bad_value', 'per_connection_buffer_limit_bytes');
  refused({ name: 'a', load_assignment: [] }, 'wrong_kind', 'load_assignment');
  refused({ health_checks: {} }, 'wrong_kind', 'health_checks');
  refused({ health_checks: [null] }, 'wrong_kind', 'health_checks[0]');
  refused({ health_checks: [{}, { timeout: 'x' }] }, 'bad_value', 'health_checks[1].timeout');
  refused({ lb_policy: 'MAGLEV', lbPolicy: 'MAGLEV' }, 'duplicate', 'lbPolicy');
  refused({ type: 'STATIC', cluster_type: { name: 'x' } }, 'oneof', 'cluster_type');
  refused({ metadata: { filter_metadata: { 'a.b': 1 } } }, 'wrong_kind', 'metadata.filter_metadata["a.b"]');
  const socket = (typed_config: JsonInput) => ({ transport_socket: { name: 'x', typed_config } });
  refused(socket({ '@type': 'type.googleapis.com/no.such.Type' }), 'unknown_type', 'transport_socket.typed_config.@type');
  refused(socket({ name: 'x' }), 'missing', 'transport_socket.typed_config.@type');
  refused(socket({ '@type': 'type.googleapis.com/envoy.config.core.v3.Node', i: 'a' }), 'unknown_field', 'transport_socket.typed_config.i');
  refused(
    socket({ '@type': 'type.googleapis.com/google.protobuf.Duration', value: 'x' }),
    'bad_value',
    'transport_socket.typed_config.value',
  );
  refused(JSON.parse('{"__proto__": {"name": "a"}}') as { [key: string]: JsonInput }, 'unknown_field', '__proto__');
  t.end();
});

t.test('null means unset, for an Any too', (t) => {
  const socket = fromJson('envoy.config.core.v3.TransportSocket', { name: 'x', typed_config: null });
  t.equal(socket.configType.case, undefined);
  t.end();
});

t.test('64-bit integers keep their digits as strings, bigints and numbers', (t) => {
  const seconds = (value: JsonInput) => fromJson('envoy.type.v3.Int64Range', { start: value }).start;
  t.equal(seconds('9223372036854775807'), 9223372036854775807n);
  t.equal(seconds(9007199254740993n), 9007199254740993n);
  t.equal(seconds(12), 12n);
  t.throws(() => seconds(1n << 64n), ConfigError);
  t.end();
});

t.test('fields that the API does not know come back byte for byte', (t) => {
  // Field 9999, varint 1, after name = "a".
  const bytes = Uint8Array.from([0x0a, 1, 0x61, 0xf8, 0xf0, 0x04, 1]);
  const cluster = fromBinary('envoy.config.cluster.v3.Cluster', bytes);
  t.equal(cluster.name, 'a');
  t.same([...toBinary(cluster)], [...bytes]);
  t.end();
});

t.test('bytes that are no such message are a syntax error that names the type', (t) => {
  for (const bytes of [[0xff], [0x0a, 5, 1], [0x0f]]) {
    t.match(
      problemsOf(() => fromBinary('envoy.config.cluster.v3.Cluster', Uint8Array.from(bytes))),
      [{ code: 'syntax', path: '', message: /envoy\.config\.cluster\.v3\.Cluster/ }],
    );
  }
  t.end();
});

t.test('nesting without end is an error, not a crash', (t) => {
  let json: JsonInput = { any: true };
  for (let i = 0; i < 5000; i++) json = { not_rule: json };
  t.throws(() => fromJson('envoy.config.rbac.v3.Permission', json as { [key: string]: JsonInput }), ConfigError);
  let bytes = Uint8Array.from([0x18, 1]);
  for (let i = 0; i < 3000; i++) {
    const head: number[] = [0x42];
    for (let n = bytes.length; ; n >>>= 7) {
      head.push(n > 127 ? (n & 127) | 128 : n);
      if (n <= 127) break;
    }
    bytes = Uint8Array.from([...head, ...bytes]);
  }
  t.throws(() => fromBinary('envoy.config.rbac.v3.Permission', bytes), ConfigError);
  t.end();
});

t.test('enum constants carry the numbers that messages hold', (t) => {
  t.equal(fromJson('envoy.config.cluster.v3.Cluster', { lb_policy: 'RING_HASH' }).lbPolicy, LbPolicy.RING_HASH);
  t.end();
});

t.test('a clone is equal and independent', (t) => {
  const one = create('envoy.config.cluster.v3.Cluster', { name: 'a', connectTimeout: { seconds: 1n } });
  const two = clone(one);
  t.ok(equals(one, two));
  two.name = 'b';
  t.equal(one.name, 'a');
  t.notOk(equals(one, two));
  t.notOk(equals(one, create('envoy.config.core.v3.Node')));
  t.end();
});
