import t from 'tap';
import {
  type DescField,
  fieldsOf,
  findSchema,
  isRequired,
  isSensitive,
  isUnchecked,
  type MessageName,
  rulesOf,
  schema,
  typeNames,
} from './index.ts';

function field(message: MessageName, name: string): DescField {
  const found = fieldsOf(schema(message)).get(name);
  if (found === undefined) throw new Error(`no field ${name} in ${message}`);
  return found;
}

t.test('the constraints of a field are read from its descriptor', (t) => {
  const string = rulesOf(field('envoy.config.cluster.v3.Cluster', 'name'));
  t.equal(string?.type.case, 'string');
  t.match(string?.type.value, { minLen: 1n });

  const duration = rulesOf(field('envoy.config.cluster.v3.Cluster', 'connect_timeout'));
  t.equal(duration?.type.case, 'duration');
  t.match(duration?.type.value, { gt: { seconds: 0n } });

  const number = rulesOf(field('envoy.config.core.v3.SocketAddress', 'port_value'));
  t.match(number?.type, { case: 'uint32', value: { lte: 65535 } });

  const required = rulesOf(field('envoy.config.core.v3.Locality', 'region'));
  t.equal(required, undefined, 'a field without constraints has none');
  t.end();
});

t.test('rules of repeated fields, enums and required messages', (t) => {
  t.match(rulesOf(field('envoy.config.route.v3.VirtualHost', 'domains'))?.type, {
    case: 'repeated',
    value: { minItems: 1n, items: { type: { case: 'string' } } },
  });
  t.match(rulesOf(field('envoy.config.cluster.v3.Cluster', 'lb_policy'))?.type, { case: 'enum', value: { definedOnly: true } });
  t.match(rulesOf(field('envoy.config.route.v3.Route', 'match'))?.message, { required: true });
  t.end();
});

t.test('a oneof that must be set says so', (t) => {
  const oneof = (name: MessageName, local: string) => schema(name).oneofs.find((o) => o.name === local);
  const address = oneof('envoy.config.core.v3.Address', 'address');
  const discovery = oneof('envoy.config.cluster.v3.Cluster', 'cluster_discovery_type');
  t.ok(address && isRequired(address));
  t.ok(discovery && !isRequired(discovery));
  t.end();
});

t.test('secrets are marked', (t) => {
  t.ok(isSensitive(field('envoy.extensions.transport_sockets.tls.v3.TlsCertificate', 'private_key')));
  t.ok(isSensitive(field('envoy.extensions.transport_sockets.tls.v3.TlsCertificate', 'password')));
  t.notOk(isSensitive(field('envoy.extensions.transport_sockets.tls.v3.TlsCertificate', 'certificate_chain')));
  t.end();
});

t.test('messages whose own constraints are switched off say so', (t) => {
  const off = typeNames().filter((name) => {
    const desc = findSchema(name);
    return desc !== undefined && isUnchecked(desc);
  });
  t.ok(off.length < 5, off.join());
  t.notOk(isUnchecked(schema('envoy.config.cluster.v3.Cluster')));
  t.end();
});

t.test('every constraint in the API can be read', (t) => {
  let rules = 0;
  for (const name of typeNames()) {
    const desc = findSchema(name);
    for (const f of desc?.fields ?? []) if (rulesOf(f) !== undefined) rules++;
  }
  t.ok(rules > 700, `${rules} fields with rules`);
  t.end();
});
