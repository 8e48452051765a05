import { execFileSync } from 'node:child_process';
import t from 'tap';
import { registry, typeNames } from './pool.ts';

const index = new URL('./index.ts', import.meta.url).href;

/** What a fresh process prints after running `code` with the API imported as `api`. */
function fresh(code: string): unknown {
  const script = `import * as api from ${JSON.stringify(index)}; console.log(JSON.stringify((() => { ${code} })()));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

t.test('nothing is linked by importing; a type links its own file and what that imports', (t) => {
  const [before, small, large] = fresh(`
    const before = api.linkedFiles();
    api.create('google.protobuf.Duration');
    const small = api.linkedFiles();
    api.create('envoy.config.bootstrap.v3.Bootstrap');
    return [before, small, api.linkedFiles()];
  `) as [number, number, number];
  t.equal(before, 0);
  t.equal(small, 1);
  t.ok(large > 20 && large < 100, `${large} files`);
  t.end();
});

t.test('every type of the index links, with every nested type under its full name', (t) => {
  const names = typeNames();
  t.ok(names.length > 800);
  for (const name of names) if (registry.get(name) === undefined) t.fail(`${name} does not link`);
  t.equal(registry.getMessage('envoy.config.cluster.v3.Cluster.CommonLbConfig.ZoneAwareLbConfig')?.name, 'ZoneAwareLbConfig');
  t.equal(registry.getEnum('envoy.config.cluster.v3.Cluster.LbPolicy')?.values.length, 7);
  t.equal(registry.getService('envoy.service.discovery.v3.AggregatedDiscoveryService')?.methods.length, 2);
  t.end();
});

t.test('names that do not exist, or are of another kind, are not found', (t) => {
  for (const name of ['', '.', 'x', 'envoy.config.cluster.v3.Cluster.Nope', 'constructor', '__proto__', 'toString']) {
    t.equal(registry.getMessage(name), undefined, name);
  }
  t.equal(registry.getMessage('envoy.config.cluster.v3.Cluster.LbPolicy'), undefined);
  t.equal(registry.getEnum('envoy.config.cluster.v3.Cluster'), undefined);
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
    t.ok(registry.getMessage(name), name);
  }
  t.end();
});

t.test('JSON names are restored for every field', (t) => {
  for (const name of typeNames()) {
    for (const field of registry.getMessage(name)?.fields ?? []) {
      if (!/^[A-Za-z0-9]+$/.test(field.jsonName)) t.fail(`${name}.${field.name} has the JSON name "${field.jsonName}"`);
    }
  }
  t.equal(registry.getMessage('envoy.config.cluster.v3.Cluster')?.fields.find((f) => f.name === 'lb_policy')?.jsonName, 'lbPolicy');
  t.end();
});
