import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import type { HttpFilterContext } from '../../../src/upstream/factory-context.ts';
import { FilterContext } from '../../../src/upstream/http-filter-context.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { compileRouter } from './config.ts';
import router from './index.ts';

function contextOf(base: FakeContext): HttpFilterContext {
  return new FilterContext(base, 'http.ingress.', 'my-router', base.problems);
}

function compile(json: JsonInput) {
  const base = new FakeContext();
  const settings = compileRouter(fromJson('envoy.extensions.filters.http.router.v3.Router', json), contextOf(base));
  return { base, settings };
}

t.test('an empty message has the defaults of Envoy', (t) => {
  const { settings, base } = compile({});
  t.match(settings, { dynamicStats: true, suppressEnvoyHeaders: false, respectExpectedTimeout: false });
  t.ok(base.stats.values.has('http.ingress.rq_total'));
  t.end();
});

t.test('settings arrive', (t) => {
  const { settings } = compile({ dynamic_stats: false, suppress_envoy_headers: true, respect_expected_rq_timeout: true });
  t.match(settings, { dynamicStats: false, suppressEnvoyHeaders: true, respectExpectedTimeout: true });
  t.end();
});

t.test('what is not honoured is refused by name', (t) => {
  const { settings, base } = compile({
    start_child_span: true,
    upstream_log: [{}],
    strict_check_headers: ['x-envoy-upstream-rq-timeout-ms'],
    suppress_grpc_request_failure_code_stats: true,
    upstream_http_filters: [{ name: 'x' }],
  });
  t.equal(settings, null);
  t.same(base.problems.list.map((problem) => problem.path).sort(), [
    'start_child_span',
    'strict_check_headers',
    'suppress_grpc_request_failure_code_stats',
    'upstream_http_filters',
    'upstream_log',
  ]);
  t.equal(base.stats.values.size, 0);
  t.end();
});

t.test('the factory carries the name of the configuration and ends the chain', (t) => {
  const factory = router.compile(fromJson('envoy.extensions.filters.http.router.v3.Router', {}), contextOf(new FakeContext()));
  t.match(factory, { name: 'my-router', terminal: true });
  t.not(factory?.create(), factory?.create());
  t.end();
});

t.test('fields that repeat are made once', (t) => {
  const { settings } = compile({});
  t.equal(settings?.serviceTime(3), settings?.serviceTime(3));
  t.equal(settings?.serviceTime(3).value, '3');
  t.equal(settings?.serviceTime(70_000).value, '70000');
  t.equal(settings?.expectedTimeout(15_000), settings?.expectedTimeout(15_000));
  t.equal(settings?.expectedTimeout(250).value, '250');
  t.end();
});
