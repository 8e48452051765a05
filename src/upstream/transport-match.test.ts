import t from 'tap';
import { FakeContext } from '../../test/support/factory-context.ts';
import { FakeCodecs, FakeTransport } from '../../test/support/upstream-doubles.ts';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import { compileCluster } from './cluster-compiler.ts';
import { defineUpstreamTransportSocket } from './factory-context.ts';
import type { Host } from './host.ts';
import type { ClusterInstance } from './instances.ts';

const RAW = { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer' };
const SOCKET = { name: 'envoy.transport_sockets.raw_buffer', typed_config: RAW };

/** Every socket that is compiled is another one. */
function context(): FakeContext {
  const rawBuffer = defineUpstreamTransportSocket({
    name: 'envoy.transport_sockets.raw_buffer',
    message: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
    posture: 'data_plane_agnostic',
    compile: () => new FakeTransport(),
  });
  return new FakeContext({ extensions: [rawBuffer] });
}

function endpoint(port: number, match?: JsonInput): JsonInput {
  const metadata = match === undefined ? {} : { metadata: { filter_metadata: { 'envoy.transport_socket_match': match } } };
  return { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } }, ...metadata };
}

function assignment(...lbEndpoints: JsonInput[]): { [key: string]: JsonInput } {
  return { cluster_name: 'c', endpoints: [{ lb_endpoints: lbEndpoints }] };
}

function compile(matches: JsonInput[], endpoints: JsonInput[], ctx = context()): ClusterInstance | null {
  const json = { name: 'c', transport_socket_matches: matches, load_assignment: assignment(...endpoints) };
  return compileCluster(fromJson('envoy.config.cluster.v3.Cluster', json), ctx, new FakeCodecs());
}

function hosts(instance: ClusterInstance | null): readonly Host[] {
  return instance?.cluster.hostSets[0]?.hosts ?? [];
}

const AUTO_MTLS: JsonInput[] = [
  { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: SOCKET },
  { name: 'tlsMode-disabled', match: {}, transport_socket: SOCKET },
];

t.test('a host gets the socket of the first match, by its own metadata', (t) => {
  const ctx = context();
  const instance = compile(
    AUTO_MTLS,
    [endpoint(1), endpoint(2, { tlsMode: 'istio' }), endpoint(3, { tlsMode: 'istio', more: 'x' }), endpoint(4, { tlsMode: 'off' })],
    ctx,
  );
  const [plain, tls, more, off] = hosts(instance);
  t.equal(tls?.transport, more?.transport);
  t.equal(plain?.transport, off?.transport);
  t.not(tls?.transport, plain?.transport);
  t.equal(ctx.stats.value('cluster.c.tlsMode-istio.total_match_count'), 2);
  t.equal(ctx.stats.value('cluster.c.tlsMode-disabled.total_match_count'), 2);
  t.equal(ctx.stats.value('cluster.c.default.total_match_count'), 0);
  t.end();
});

t.test('a host that matches nothing gets the socket of the cluster', (t) => {
  const ctx = context();
  const match = { name: 'both', match: { a: 'x', b: { c: [1, true, null] } }, transport_socket: SOCKET };
  const instance = compile(
    [match],
    [endpoint(1, { a: 'x' }), endpoint(2, { a: 'x', b: { c: [1, true, null] } }), endpoint(3, { a: 'x', b: { c: [1, true] } })],
    ctx,
  );
  const [one, two, three] = hosts(instance);
  t.equal(one?.transport, three?.transport);
  t.not(two?.transport, one?.transport);
  t.equal(ctx.stats.value('cluster.c.both.total_match_count'), 1);
  t.equal(ctx.stats.value('cluster.c.default.total_match_count'), 2);
  t.end();
});

t.test('a host whose metadata asks for another socket is a new host', (t) => {
  const instance = compile(AUTO_MTLS, [endpoint(1), endpoint(2)]) as ClusterInstance;
  const before = hosts(instance);
  const update = fromJson('envoy.config.endpoint.v3.ClusterLoadAssignment', assignment(endpoint(1, { tlsMode: 'istio' }), endpoint(2)));
  instance.updateEndpoints(update, new Problems());
  const after = hosts(instance);
  t.not(after[0], before[0]);
  t.not(after[0]?.transport, before[0]?.transport);
  t.equal(after[1], before[1], 'the other one keeps its pools');
  t.end();
});

t.test('a match without a socket, or with one that nobody knows, is refused with its place', (t) => {
  const ctx = context();
  const unknown = { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tap.v3.Tap' };
  const matches = [
    { name: 'a', match: {} },
    { name: 'b', match: {}, transport_socket: { name: 'x', typed_config: unknown } },
  ];
  t.equal(compile(matches, [], ctx), null);
  t.match(ctx.complaints, [
    /^transport_socket_matches\[0\]: a transport_socket is required/,
    /^transport_socket_matches\[1\]\.transport_socket\.typed_config: no transport socket is registered/,
  ]);
  t.end();
});

t.test('a matcher tree for transport sockets is refused by name', (t) => {
  const ctx = context();
  const json = { name: 'c', transport_socket_matcher: {} };
  t.equal(compileCluster(fromJson('envoy.config.cluster.v3.Cluster', json), ctx, new FakeCodecs()), null);
  t.match(ctx.complaints, [/transport_socket_matcher/]);
  t.end();
});
