import { execFileSync } from 'node:child_process';
import t from 'tap';
import { findEnum, findMessage, findService, typeNames } from './pool.ts';

const index = new URL('./index.ts', import.meta.url).href;

/** What a fresh process prints after running `code` with the API imported as `api`. */
function fresh(code: string): unknown {
  const script = `import * as api from ${JSON.stringify(index)}; console.log(JSON.stringify((() => { ${code} })()));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

t.test('nothing is built by importing; a message builds what it is made of', (t) => {
  const [before, small, large] = fresh(`
    const before = api.builtTypes();
    api.create('google.protobuf.Duration');
    const small = api.builtTypes();
    api.fromJson('envoy.config.bootstrap.v3.Bootstrap', { admin: { address: { socket_address: { address: '::1', port_value: 1 } } } });
    return [before, small, api.builtTypes()];
  `) as [number, number, number];
  t.equal(before, 0);
  t.equal(small, 1);
  t.ok(large < 60, `${large} types`);
  t.end();
});

t.test('every type of the index can be built, nested ones under their full names', (t) => {
  t.ok(typeNames().length > 1200);
  for (const name of typeNames()) {
    const message = findMessage(name);
    for (const field of message?.types ?? []) {
      if (field.valueKind === 2 && !typeNames().includes(field.message.typeName)) t.fail(`${name}.${field.name} has no type`);
      if (field.valueKind === 1 && field.enum.values.length === 0) t.fail(`${name}.${field.name} has an enum without values`);
      if (!/^[A-Za-z0-9]+$/.test(field.jsonName)) t.fail(`${name}.${field.name} has the JSON name "${field.jsonName}"`);
    }
  }
  t.equal(findMessage('envoy.config.cluster.v3.Cluster.CommonLbConfig.ZoneAwareLbConfig')?.name, 'ZoneAwareLbConfig');
  t.equal(findMessage('envoy.config.cluster.v3.Cluster')?.byName.get('lb_policy')?.jsonName, 'lbPolicy');
  t.equal(findEnum('envoy.config.cluster.v3.Cluster.LbPolicy')?.values.length, 7);
  t.end();
});

t.test('a service has the paths of its methods', (t) => {
  t.match(findService('envoy.service.discovery.v3.AggregatedDiscoveryService')?.methods, [
    {
      path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources',
      input: { typeName: 'envoy.service.discovery.v3.DiscoveryRequest' },
      output: { typeName: 'envoy.service.discovery.v3.DiscoveryResponse' },
      clientStreaming: true,
      serverStreaming: true,
    },
    { name: 'DeltaAggregatedResources' },
  ]);
  t.end();
});

t.test('names that do not exist, or are of another kind, are not found', (t) => {
  for (const name of ['', '.', 'x', 'envoy.config.cluster.v3.Cluster.Nope', 'constructor', '__proto__', 'toString']) {
    t.equal(findMessage(name), undefined, name);
  }
  t.equal(findMessage('envoy.config.cluster.v3.Cluster.LbPolicy'), undefined);
  t.equal(findEnum('envoy.config.cluster.v3.Cluster'), undefined);
  t.equal(findService('envoy.config.cluster.v3.Cluster'), undefined);
  t.end();
});

t.test('the types that istiod sends are there', (t) => {
  for (const name of [
    'stats.PluginConfig',
    'envoy.tcp.metadataexchange.config.MetadataExchange',
    'io.istio.http.peer_metadata.Config',
    'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
    'istio.networking.nds.v1.NameTable',
    'istio.v1.auth.IstioCertificateRequest',
    'udpa.type.v1.TypedStruct',
    'xds.type.v3.TypedStruct',
    'envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy',
    'grpc.health.v1.HealthCheckRequest',
    'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest',
  ]) {
    t.ok(findMessage(name), name);
  }
  t.end();
});
