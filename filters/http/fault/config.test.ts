import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import { Problems } from '../../../src/base/errors.ts';
import { RuntimeValues } from '../../../src/base/runtime-values.ts';
import { FilterContext } from '../../../src/upstream/http-filter-context.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { compileFault } from './config.ts';
import fault from './index.ts';

function compile(json: JsonInput, problems = new Problems()) {
  return compileFault(fromJson('envoy.extensions.filters.http.fault.v3.HTTPFault', json), new RuntimeValues(), problems);
}

t.test('an empty message injects nothing', (t) => {
  const settings = compile({});
  t.match(settings, { delay: null, abort: null, cluster: '', nodes: null });
  t.equal(settings?.maxActive.read(), Number.POSITIVE_INFINITY);
  t.end();
});

t.test('delays and aborts arrive with their shares', (t) => {
  const settings = compile({
    delay: { fixed_delay: '0.25s', percentage: { numerator: 5, denominator: 'TEN_THOUSAND' } },
    abort: { http_status: 503, percentage: { numerator: 10 }, response_body: 'on purpose' },
    upstream_cluster: 'c',
    downstream_nodes: ['n'],
    max_active_faults: 3,
    headers: [{ name: 'x', present_match: true }],
  });
  t.match(settings, {
    delay: { ms: 250, share: { numerator: 5, denominator: 10_000 } },
    abort: { http: 503, grpc: -1, byHeader: false, share: { numerator: 10, denominator: 100 }, body: 'on purpose' },
    cluster: 'c',
  });
  t.equal(settings?.maxActive.read(), 3);
  t.equal(settings?.headers.length, 1);
  t.equal(settings?.nodes?.has('n'), true);
  t.match(compile({ delay: { header_delay: {} }, abort: { header_abort: {} } }), { delay: { byHeader: true }, abort: { byHeader: true } });
  t.match(compile({ abort: { grpc_status: 0 } }), { abort: { http: 0, grpc: 0, body: 'fault filter abort' } });
  t.end();
});

t.test('what is not honoured is refused by name', (t) => {
  const problems = new Problems();
  t.equal(
    compile({ response_rate_limit: { fixed_limit: { limit_kbps: 1 } }, response_rate_limit_percent_runtime: 'x', delay: {} }, problems),
    null,
  );
  t.same(problems.list.map((p) => [p.code, p.path]).sort(), [
    ['missing', 'delay'],
    ['unsupported', 'response_rate_limit'],
    ['unsupported', 'response_rate_limit_percent_runtime'],
  ]);
  t.end();
});

t.test('the definition makes filters that count under the connection manager’s prefix', (t) => {
  const context = new FakeContext();
  const factory = fault.compile(fromJson(fault.message, {}), new FilterContext(context, 'http.in.', 'my-fault', context.problems));
  t.match(factory, { name: 'my-fault', terminal: false });
  t.ok(context.stats.values.has('http.in.fault.aborts_injected'));
  t.end();
});
