import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import { FilterContext } from '../../../src/upstream/http-filter-context.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { TestCluster } from '../../../test/support/upstream-doubles.ts';
import { compileGrpcStats } from './config.ts';
import grpcStats from './index.ts';

function compile(json: JsonInput) {
  const base = new FakeContext();
  const message = fromJson('envoy.extensions.filters.http.grpc_stats.v3.FilterConfig', json);
  return { base, settings: compileGrpcStats(message, new FilterContext(base, 'http.in.', 'grpc', base.problems)) };
}

t.test('an empty message counts all methods as one, and tells nobody', (t) => {
  t.match(compile({}).settings.options, {
    emitFilterState: false,
    allMethods: false,
    allowed: new Set(),
    upstreamStats: false,
    replaceDots: false,
  });
  t.end();
});

t.test('settings arrive', (t) => {
  const { settings } = compile({
    emit_filter_state: true,
    individual_method_stats_allowlist: { services: [{ name: 'a.B', method_names: ['C', 'D'] }] },
    enable_upstream_stats: true,
    replace_dots_in_grpc_service_name: true,
  });
  t.match(settings.options, { emitFilterState: true, allMethods: false, upstreamStats: true, replaceDots: true });
  t.same(Array.from(settings.options.allowed), ['/a.B/C', '/a.B/D']);
  t.equal(compile({ stats_for_all_methods: true }).settings.options.allMethods, true);
  t.equal(compile({ stats_for_all_methods: false }).settings.options.allMethods, false);
  t.end();
});

t.test('methods have counters of their own where that was asked for', (t) => {
  const cluster = new TestCluster().state;
  const prefixes = (json: JsonInput) => ['/a.B/C', '/a.B/D', '/x'].map((path) => compile(json).settings.statsOf(cluster, path)?.prefix);
  t.same(prefixes({}), ['grpc.', 'grpc.', undefined]);
  const list = { services: [{ name: 'a.B', method_names: ['C'] }] };
  t.same(prefixes({ individual_method_stats_allowlist: list, replace_dots_in_grpc_service_name: true }), [
    'grpc.a.B.C.',
    'grpc.',
    undefined,
  ]);
  t.same(prefixes({ stats_for_all_methods: true }), ['grpc.a.B.C.', 'grpc.a.B.D.', undefined]);
  t.same(prefixes({ stats_for_all_methods: true, replace_dots_in_grpc_service_name: true })[0], 'grpc.a_B.C.');
  t.end();
});

t.test('times are recorded beside the counters', (t) => {
  const { base, settings } = compile({ enable_upstream_stats: true });
  const cluster = new TestCluster({ settings: { statName: 'other:name' } }).state;
  const stats = settings.statsOf(cluster, '/a.B/C');
  t.ok(stats);
  for (const ms of [5, 7]) if (stats !== null) settings.recordTime(cluster, stats, ms);
  t.same(base.stats.records.get('cluster.other_name.grpc.upstream_rq_time'), [5, 7]);
  t.end();
});

t.test('the factory carries the name of the configuration', (t) => {
  const base = new FakeContext();
  const factory = grpcStats.compile(fromJson(grpcStats.message, {}), new FilterContext(base, 'http.in.', 'mine', base.problems));
  t.match(factory, { name: 'mine', terminal: false });
  t.end();
});
