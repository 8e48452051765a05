import t from 'tap';
import {
  eachChild,
  enumName,
  fieldsOf,
  fromJson,
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflectOn,
  ScalarType,
  schema,
} from './index.ts';

t.test('a field is found by its proto name and by its JSON name', (t) => {
  const fields = fieldsOf(schema('envoy.config.cluster.v3.Cluster'));
  t.equal(fields.get('lb_policy'), fields.get('lbPolicy'));
  t.equal(fields.get('lb_policy')?.fieldKind, 'enum');
  t.match(fields.get('name'), { fieldKind: 'scalar', scalar: ScalarType.STRING });
  t.equal(fields.get('typed_extension_protocol_options')?.fieldKind, 'map');
  t.equal(fields.get('eds_cluster_config')?.fieldKind, 'message');
  t.equal(fields.get('type')?.oneof?.name, 'cluster_discovery_type');
  t.equal(fields.get('nope'), undefined);
  t.end();
});

t.test('enum values have their proto names', (t) => {
  t.equal(enumName('envoy.config.cluster.v3.Cluster.LbPolicy', 2), 'RING_HASH');
  t.equal(enumName('envoy.config.cluster.v3.Cluster.LbPolicy', 4), undefined);
  t.equal(enumName('no.such.Enum', 0), undefined);
  t.end();
});

t.test('every message below another is visited with its path', (t) => {
  const cluster = fromJson('envoy.config.cluster.v3.Cluster', {
    connect_timeout: '1s',
    per_connection_buffer_limit_bytes: 1,
    health_checks: [{ timeout: '1s' }, { http_health_check: { path: '/' } }],
    typed_extension_protocol_options: { 'a"b': { '@type': 'type.googleapis.com/google.protobuf.Empty' } },
    load_assignment: { cluster_name: 'x' },
    metadata: { filter_metadata: { a: { b: 1 } } },
  });
  const seen: string[] = [];
  eachChild(cluster, (child, step) => seen.push(`${step}: ${child.$typeName}`));
  t.same(seen.sort(), [
    'health_checks[0]: envoy.config.core.v3.HealthCheck',
    'health_checks[1]: envoy.config.core.v3.HealthCheck',
    'load_assignment: envoy.config.endpoint.v3.ClusterLoadAssignment',
    'metadata: envoy.config.core.v3.Metadata',
    'typed_extension_protocol_options["a\\"b"]: google.protobuf.Any',
  ]);
  if (cluster.metadata === undefined) throw new Error('no metadata');
  eachChild(cluster.metadata, () => t.fail('a Struct is a value, not a message'));
  t.end();
});

t.test('lists, maps, wrappers and Structs are read by descriptor as views', (t) => {
  const view = reflectOn(
    fromJson('envoy.config.cluster.v3.Cluster', {
      per_connection_buffer_limit_bytes: 7,
      health_checks: [{ timeout: '1s' }],
      dns_resolvers: [],
      metadata: { filter_metadata: { a: { b: 1 } } },
    }),
  );
  const get = (name: string) => {
    const field = fieldsOf(view.desc).get(name);
    if (field === undefined) throw new Error(name);
    return view.get(field);
  };
  t.match(get('per_connection_buffer_limit_bytes'), { message: { $typeName: 'google.protobuf.UInt32Value', value: 7 } });
  const checks = get('health_checks') as ReflectList;
  t.equal(checks.size, 1);
  t.equal(checks.field().name, 'health_checks');
  t.match([...checks], [{ message: { $typeName: 'envoy.config.core.v3.HealthCheck' } }]);
  t.equal((get('dns_resolvers') as ReflectList).size, 0);
  const metadata = get('metadata') as ReflectMessage;
  const [field] = metadata.desc.fields;
  if (field === undefined) throw new Error('no field');
  const map = metadata.get(field) as ReflectMap;
  t.equal(map.size, 1);
  t.match([...map], [['a', { message: { $typeName: 'google.protobuf.Struct' } }]]);
  t.match(get('load_assignment'), { message: { $typeName: 'envoy.config.endpoint.v3.ClusterLoadAssignment' } }, 'unset reads as empty');
  const oneof = view.desc.oneofs.find((o) => o.name === 'cluster_discovery_type');
  t.equal(oneof && view.oneofCase(oneof), undefined);
  t.equal(get('type'), 0);
  t.end();
});

t.test('a message can be read by descriptor', (t) => {
  const cluster = fromJson('envoy.config.cluster.v3.Cluster', { name: 'a' });
  const view = reflectOn(cluster);
  const name = fieldsOf(view.desc).get('name');
  t.ok(name && view.isSet(name) && view.get(name) === 'a');
  t.end();
});
