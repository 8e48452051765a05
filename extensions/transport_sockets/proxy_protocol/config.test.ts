import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import { ipAddress } from '../../../src/base/address.ts';
import { defineUpstreamTransportSocket } from '../../../src/upstream/factory-context.ts';
import { TransportContext } from '../../../src/upstream/transport-context.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { FakeTransport } from '../../../test/support/upstream-doubles.ts';
import { compileProxyProtocol } from './config.ts';

const RAW = { name: 'raw', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer' } };
const downstream = { remote: ipAddress('10.0.0.2', 4), local: ipAddress('10.0.0.1', 5) };

function compile(json: { [key: string]: JsonInput }) {
  const inner = new FakeTransport();
  const context = new FakeContext({
    extensions: [
      defineUpstreamTransportSocket({
        name: 'envoy.transport_sockets.raw_buffer',
        message: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
        posture: 'data_plane_agnostic',
        compile: () => inner,
      }),
    ],
  });
  const message = fromJson('envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', json);
  const factory = compileProxyProtocol(message, new TransportContext(context, 'cluster.c.', context.problems));
  return { factory, inner, context };
}

t.test('it writes version 1 unless told otherwise, before what the inner socket sends', (t) => {
  for (const [config, expected] of [
    [{}, 'PROXY TCP4 10.0.0.2 10.0.0.1 4 5\r\n'],
    [{ version: 'V1' }, 'PROXY TCP4 10.0.0.2 10.0.0.1 4 5\r\n'],
    [{ version: 'V2' }, '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c'],
  ] as const) {
    const { factory, inner, context } = compile({ config, transport_socket: RAW });
    const options = { alpn: null, serverName: 'a', sourceAddress: null, downstream };
    factory?.connect(context.dispatcher, ipAddress('127.0.0.1', 1), options, null as never);
    const preface = inner.options[0]?.preface?.toString('latin1');
    t.ok(preface?.startsWith(expected), JSON.stringify(preface));
    t.equal(inner.options[0]?.serverName, 'a');
  }
  t.end();
});

t.test('clients do not share a pool', (t) => {
  const { factory } = compile({ transport_socket: RAW });
  t.match(factory, { perDownstream: true, secure: false, ready: true });
  const options = { alpn: null, serverName: '', sourceAddress: null };
  const other = { ...downstream, remote: ipAddress('10.0.0.2', 6) };
  t.equal(factory?.key(options), 'fake|');
  t.equal(factory?.key({ ...options, downstream }), 'fake|10.0.0.2:4>10.0.0.1:5');
  t.equal(factory?.key({ ...options, downstream: other }), 'fake|10.0.0.2:6>10.0.0.1:5');
  t.end();
});

t.test('what is not honoured is refused by name', (t) => {
  const refused: [{ [key: string]: JsonInput }, RegExp][] = [
    [{}, /^: a transport_socket is required/],
    [{ transport_socket: { name: 'nobody knows it' } }, /^transport_socket: "nobody knows it" needs a typed_config/],
    [{ transport_socket: RAW, tlv_as_pool_key: true }, /^tlv_as_pool_key/],
    [{ transport_socket: RAW, allow_unspecified_address: true }, /^allow_unspecified_address/],
    [{ transport_socket: RAW, config: { pass_through_tlvs: { match_type: 'INCLUDE_ALL' } } }, /^config\.pass_through_tlvs/],
    [{ transport_socket: RAW, config: { added_tlvs: [{ type: 1, value: 'AA==' }] } }, /^config\.added_tlvs/],
  ];
  for (const [json, expected] of refused) {
    const { factory, context } = compile(json);
    t.equal(factory, null);
    t.match(context.complaints, [expected]);
  }
  t.end();
});
