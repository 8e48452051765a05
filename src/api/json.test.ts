import t from 'tap';
import { create, fromJson, packAny, toJson, typeUrlOf } from './index.ts';

const any = (typeUrl: string, value: number[]) => create('google.protobuf.Any', { typeUrl, value: Uint8Array.from(value) });
const socket = (typedConfig: ReturnType<typeof any>) =>
  create('envoy.config.core.v3.TransportSocket', { name: 'x', configType: { case: 'typedConfig', value: typedConfig } });

t.test('JSON comes out with proto names, @type first at every depth, and without defaults', (t) => {
  const inner = packAny(create('envoy.config.cluster.v3.Cluster', { name: 'c', perConnectionBufferLimitBytes: 0 }));
  const text = JSON.stringify(toJson(packAny(socket(inner))));
  t.equal(
    text,
    '{"@type":"type.googleapis.com/envoy.config.core.v3.TransportSocket","name":"x",' +
      '"typed_config":{"@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster","name":"c","per_connection_buffer_limit_bytes":0}}',
  );
  t.end();
});

t.test('durations, wrappers, enums, maps and 64-bit integers print as proto3 JSON has them', (t) => {
  const json = {
    name: 'c',
    connect_timeout: '0.250s',
    lb_policy: 'MAGLEV',
    ring_hash_lb_config: { minimum_ring_size: '1024', maximum_ring_size: '9007199254740993' },
    metadata: { filter_metadata: { 'envoy.lb': { canary: true, nested: { list: [1, 'a', null] } } } },
  };
  t.same(toJson(fromJson('envoy.config.cluster.v3.Cluster', json)), json);
  t.end();
});

t.test('an Any of an unknown type prints its @type', (t) => {
  t.same(toJson(socket(any('type.googleapis.com/acme.Secret', [8, 1]))), {
    name: 'x',
    typed_config: { '@type': 'type.googleapis.com/acme.Secret' },
  });
  t.end();
});

t.test('a corrupt Any prints its @type, at any depth, and its neighbours print whole', (t) => {
  const corrupt = any(typeUrlOf('envoy.config.cluster.v3.Cluster'), [0x0a, 99]);
  const message = create('envoy.service.discovery.v3.DiscoveryResponse', {
    resources: [corrupt, packAny(socket(corrupt)), packAny(create('envoy.config.cluster.v3.Cluster', { name: 'fine' }))],
  });
  t.same(toJson(message), {
    resources: [
      { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster' },
      {
        '@type': 'type.googleapis.com/envoy.config.core.v3.TransportSocket',
        name: 'x',
        typed_config: { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster' },
      },
      { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: 'fine' },
    ],
  });
  t.equal(corrupt.value.length, 2, 'the message itself is not changed');
  t.end();
});
