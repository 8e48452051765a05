import t from 'tap';
import { fromJson, type JsonInput } from '../../src/api/index.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { compileProxyProtocol } from './config.ts';
import { proxyProtocol } from './index.ts';

const MESSAGE = 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol';

function compiled(json: JsonInput) {
  const context = new FakeContext();
  return { factory: compileProxyProtocol(fromJson(MESSAGE, json), context as never), context };
}

t.test('it has the name and the message of Envoy', (t) => {
  t.match(proxyProtocol, { kind: 'listener_filter', name: 'envoy.filters.listener.proxy_protocol', message: MESSAGE });
  t.end();
});

t.test('both versions are allowed, and one is needed, unless it says otherwise', (t) => {
  t.match(compiled({}).factory?.settings.rules, { optional: false, v1: true, v2: true });
  t.match(compiled({ allow_requests_without_proxy_protocol: true, disallowed_versions: ['V1'] }).factory?.settings.rules, {
    optional: true,
    v1: false,
    v2: true,
  });
  t.end();
});

t.test('the statistics may have a name', (t) => {
  const { context } = compiled({ stat_prefix: 'edge' });
  t.ok(context.stats.values.has('proxy_proto.edge.not_found_allowed'));
  t.ok(context.stats.values.has('proxy_proto.edge.versions.v2.found'));
  t.ok(context.stats.values.has('downstream_cx_proxy_proto_error'));
  t.end();
});

t.test('what cannot be honoured is refused by name', (t) => {
  const refused = compiled({ rules: [{ tlv_type: 2, on_tlv_present: { key: 'x' } }], pass_through_tlvs: {} });
  t.equal(refused.factory, null);
  t.match(refused.context.complaints.sort(), [/^pass_through_tlvs: /, /^rules: /]);
  t.same(compiled({ disallowed_versions: ['V1', 'V2'] }).context.complaints, [
    'disallowed_versions: Proxy Protocol filter is misconfigured: all proxy protocol versions are disallowed.',
  ]);
  t.end();
});
