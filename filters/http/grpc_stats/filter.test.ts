import t from 'tap';
import { CONTINUE } from '../../../src/http/filter.ts';
import { pinName } from '../../../src/http/header-name.ts';
import { Headers } from '../../../src/http/headers.ts';
import type { StatGroup } from '../../../src/telemetry/stats.ts';
import { FakeFilterStream } from '../../../test/support/filter-stream.ts';
import { FakeStats } from '../../../test/support/stats.ts';
import { TestCluster } from '../../../test/support/upstream-doubles.ts';
import { GrpcStatsFactory, type GrpcStatsFilter } from './filter.ts';
import { type GrpcStatsOptions, GrpcStatsSettings, MESSAGE_COUNTS, TIME_STATS } from './settings.ts';

const OPTIONS: GrpcStatsOptions = {
  emitFilterState: true,
  allMethods: true,
  allowed: new Set(),
  upstreamStats: false,
  replaceDots: false,
};
const GRPC = { 'content-type': 'application/grpc' };

function block(fields: Readonly<Record<string, string>>, status = 0): Headers {
  const headers = new Headers();
  headers.status = status;
  for (const [name, value] of Object.entries(fields)) headers.add(pinName(name), value);
  return headers;
}

/** `n` messages of two bytes. */
function messages(n: number): Buffer {
  return Buffer.concat(Array.from({ length: n }, () => Buffer.from([0, 0, 0, 0, 2, 1, 2])));
}

function setUp(options: Partial<GrpcStatsOptions> = {}, fields: Readonly<Record<string, string>> = GRPC, path = '/a.B/C?x') {
  const cluster = new TestCluster();
  const times = new FakeStats();
  const open = (_cluster: object, prefix: string): StatGroup => times.group(prefix, TIME_STATS);
  const factory = new GrpcStatsFactory('grpc', new GrpcStatsSettings({ ...OPTIONS, ...options }, open));
  const filter = factory.create() as GrpcStatsFilter;
  const stream = new FakeFilterStream(cluster.dispatcher);
  stream.requestHeaders.path = path;
  for (const [name, value] of Object.entries(fields)) stream.requestHeaders.add(pinName(name), value);
  stream.chosen = {
    name: 'r',
    virtualHost: { name: 'v', includeAttemptCount: false },
    action: {
      kind: 'route',
      pickCluster: () => ({ name: 'test', current: cluster.state }),
      clusterNotFoundStatus: 503,
      timeoutMs: 0,
      idleTimeoutMs: -1,
      rewrite: null,
      retryPolicy: null,
      hash: null,
    },
    filterSettings: [],
    requestMutations: null,
    responseMutations: null,
    decorator: null,
    metadata: null,
  };
  t.equal(filter.decodeHeaders(stream, stream.requestHeaders, false), CONTINUE);
  return { cluster, filter, stream, times };
}

t.test('a call counts its messages, and its status from the trailers', (t) => {
  const { cluster, filter, stream } = setUp();
  t.equal(filter.decodeData(stream, messages(2), true), CONTINUE);
  t.same(stream.info.getFilterState(MESSAGE_COUNTS), { requests: 2, responses: 0 });
  t.equal(filter.encodeHeaders(stream, block(GRPC, 200), false), CONTINUE);
  t.equal(filter.encodeData(stream, messages(3), false), CONTINUE);
  t.equal(filter.encodeTrailers(stream, block({ 'grpc-status': '0' })), CONTINUE);
  t.same(cluster.dynamic, {
    'grpc.a.B.C.0': 1,
    'grpc.a.B.C.request_message_count': 2,
    'grpc.a.B.C.response_message_count': 3,
    'grpc.a.B.C.success': 1,
    'grpc.a.B.C.total': 1,
  });
  const counts = stream.info.getFilterState(MESSAGE_COUNTS);
  t.same(counts, { requests: 2, responses: 3 });
  t.equal(MESSAGE_COUNTS.serialize?.(counts ?? { requests: 0, responses: 0 }), '2,3');
  t.equal(MESSAGE_COUNTS.json?.({ requests: 0, responses: 3 }), '{"responseMessageCount":"3"}');
  t.equal(MESSAGE_COUNTS.json?.({ requests: 2, responses: 3 }), '{"requestMessageCount":"2","responseMessageCount":"3"}');
  t.end();
});

t.test('a response that is only a head has its status there', (t) => {
  const { cluster, filter, stream } = setUp({ allMethods: false });
  filter.encodeHeaders(stream, block({ ...GRPC, 'grpc-status': '14' }, 200), true);
  t.same(cluster.dynamic, { 'grpc.14': 1, 'grpc.failure': 1, 'grpc.total': 1 });
  t.end();
});

t.test('a response that is not gRPC has no messages', (t) => {
  const { cluster, filter, stream } = setUp();
  filter.encodeHeaders(stream, block({ 'content-type': 'text/html' }, 503), false);
  filter.encodeData(stream, messages(1), true);
  t.same(cluster.dynamic, {});
  t.equal(stream.info.filterState, null);
  t.end();
});

t.test('a request that is not gRPC is not looked at, but a response that is counts its messages', (t) => {
  const { cluster, filter, stream } = setUp({}, { 'content-type': 'application/json' });
  filter.decodeData(stream, messages(1), true);
  filter.encodeHeaders(stream, block(GRPC, 200), false);
  filter.encodeData(stream, messages(1), false);
  filter.encodeTrailers(stream, block({ 'grpc-status': '0' }));
  t.same(cluster.dynamic, {});
  t.same(stream.info.getFilterState(MESSAGE_COUNTS), { requests: 0, responses: 1 });
  t.end();
});

t.test('without a method in the path messages are told, but not counted', (t) => {
  const { cluster, filter, stream } = setUp({}, GRPC, '/a.B');
  filter.decodeData(stream, messages(1), true);
  t.same(cluster.dynamic, {});
  t.same(stream.info.getFilterState(MESSAGE_COUNTS), { requests: 1, responses: 0 });
  t.end();
});

t.test('filter state is left out unless it is asked for', (t) => {
  const { filter, stream } = setUp({ emitFilterState: false });
  filter.decodeData(stream, messages(1), true);
  t.equal(stream.info.filterState, null);
  t.end();
});

t.test('the time that the upstream took is recorded where it is known', (t) => {
  const { filter, stream, times } = setUp({ upstreamStats: true });
  filter.encodeHeaders(stream, block(GRPC, 200), false);
  filter.encodeTrailers(stream, block({ 'grpc-status': '0' }));
  t.equal(times.records.size, 0);
  stream.info.upstreamRequestEnd = 10;
  stream.info.upstreamResponseEnd = 25;
  filter.encodeTrailers(stream, block({ 'grpc-status': '0' }));
  t.same(times.records.get('grpc.a.B.C.upstream_rq_time'), [15]);
  t.end();
});
