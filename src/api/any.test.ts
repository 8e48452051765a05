import t from 'tap';
import { problemsOf } from '../../test/support/problems.ts';
import { create, fromBinary, fromJson, isMessage, openAny, packAny, toBinary, typeNameOf, typeUrlOf, unpackAny } from './index.ts';

t.test('a decoded resource does not hold the response that it came with', (t) => {
  const cluster = packAny(create('envoy.config.cluster.v3.Cluster', { name: 'small' }));
  const filler = packAny(
    create('envoy.config.core.v3.DataSource', { specifier: { case: 'inlineBytes', value: new Uint8Array(1_000_000) } }),
  );
  const response = toBinary(create('envoy.service.discovery.v3.DiscoveryResponse', { resources: [cluster, filler] }));
  const any = fromBinary('envoy.service.discovery.v3.DiscoveryResponse', response).resources[0];
  t.equal(any?.value.buffer.byteLength, cluster.value.length, 'its bytes are its own');
  t.same(any?.value, cluster.value);
  response.fill(0xff);
  t.same(any?.value, cluster.value, 'and stay as they were');
  t.equal(cluster.value.buffer.byteLength, cluster.value.length, 'as do those of an Any that was packed');
  t.end();
});

t.test('an Any opens by the name after the last slash of its URL', (t) => {
  t.equal(typeNameOf('type.googleapis.com/a.b.C'), 'a.b.C');
  t.equal(typeNameOf('example.com/x/y/a.b.C'), 'a.b.C');
  t.equal(typeNameOf('a.b.C'), 'a.b.C');
  t.equal(typeUrlOf('a.b.C'), 'type.googleapis.com/a.b.C');
  const opened = openAny(packAny(create('envoy.config.cluster.v3.Cluster', { name: 'small' })));
  t.match(opened, { kind: 'message', typeName: 'envoy.config.cluster.v3.Cluster', message: { name: 'small' }, struct: false });
  t.end();
});

t.test('a type that the API does not have is said by name', (t) => {
  const any = create('google.protobuf.Any', { typeUrl: 'type.googleapis.com/acme.Secret', value: Uint8Array.from([1]) });
  t.same(openAny(any), { kind: 'unknown', typeName: 'acme.Secret', value: undefined });
  t.match(
    problemsOf(() => unpackAny(any, 'envoy.config.cluster.v3.Cluster')),
    [{ code: 'wrong_kind', message: /got acme\.Secret/ }],
  );
  t.same(openAny(create('google.protobuf.Any')), { kind: 'unknown', typeName: '', value: undefined });
  t.end();
});

t.test('a corrupt Any is a syntax error that names its type', (t) => {
  const any = create('google.protobuf.Any', { typeUrl: typeUrlOf('envoy.config.cluster.v3.Cluster'), value: Uint8Array.from([0x0a, 99]) });
  t.match(
    problemsOf(() => openAny(any)),
    [{ code: 'syntax', message: /envoy\.config\.cluster\.v3\.Cluster/ }],
  );
  t.end();
});

for (const wrapper of ['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct'] as const) {
  const struct = (typeUrl: string, value: { [key: string]: number | string }) => packAny(fromJson(wrapper, { type_url: typeUrl, value }));

  t.test(`a ${wrapper} opens as the message that it names`, (t) => {
    const opened = openAny(struct(typeUrlOf('envoy.config.cluster.v3.Cluster'), { name: 'from struct', connect_timeout: '2s' }));
    t.match(opened, { kind: 'message', typeName: 'envoy.config.cluster.v3.Cluster', struct: true });
    t.ok(
      opened.kind === 'message' &&
        isMessage(opened.message, 'envoy.config.cluster.v3.Cluster') &&
        opened.message.connectTimeout?.seconds === 2n,
    );
    t.end();
  });

  t.test(`a ${wrapper} of an unknown type keeps its content`, (t) => {
    t.same(openAny(struct('type.googleapis.com/acme.Thing', { a: 1 })), { kind: 'unknown', typeName: 'acme.Thing', value: { a: 1 } });
    t.end();
  });

  t.test(`a ${wrapper} whose content does not fit is refused with the field`, (t) => {
    t.match(
      problemsOf(() => openAny(struct(typeUrlOf('envoy.config.cluster.v3.Cluster'), { nam: 'a' }))),
      [{ code: 'unknown_field', path: 'nam', message: /nam/ }],
    );
    t.end();
  });
}
