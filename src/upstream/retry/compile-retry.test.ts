import t from 'tap';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { fromJson, type JsonInput } from '../../api/index.ts';
import { defineRetryHostPredicate } from '../factory-context.ts';
import { compileRetryPolicy } from './compile-retry.ts';
import { ON } from './conditions.ts';
import type { RetryPolicy } from './retry-policy.ts';

const never = defineRetryHostPredicate({
  name: 'test.never',
  message: 'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  posture: 'robust_to_untrusted_downstream_and_upstream',
  compile: () => ({ rejects: () => false }),
});

function compile(json: JsonInput): { readonly policy: RetryPolicy | null; readonly paths: readonly string[] } {
  const context = new FakeContext({ extensions: [never] });
  const { problems } = context;
  const policy = compileRetryPolicy(fromJson('envoy.config.route.v3.RetryPolicy', json), context, problems);
  return { policy, paths: problems.list.map((problem) => problem.path) };
}

t.test('an empty policy has the defaults of Envoy', (t) => {
  t.match(compile({}).policy?.settings, {
    conditions: 0,
    retries: 1,
    perTryTimeoutMs: 0,
    perTryIdleMs: 0,
    baseMs: 25,
    maxMs: 250,
    resetMaxMs: 300_000,
    repicks: 1,
  });
  t.end();
});

t.test('every field arrives', (t) => {
  const { policy } = compile({
    retry_on:
      '5xx,gateway-error, reset,connect-failure,refused-stream,retriable-4xx,retriable-status-codes,retriable-headers,cancelled,internal',
    num_retries: 4,
    per_try_timeout: '1.5s',
    per_try_idle_timeout: '0.3s',
    retriable_status_codes: [404, 503],
    retry_back_off: { base_interval: '0.0001s', max_interval: '0.01s' },
    rate_limited_retry_back_off: {
      reset_headers: [{ name: 'Retry-After' }, { name: 'reset', format: 'UNIX_TIMESTAMP' }],
      max_interval: '2s',
    },
    retriable_headers: [{ name: 'x', present_match: true }],
    retriable_request_headers: [{ name: 'y', present_match: true }],
    host_selection_retry_max_attempts: '5',
    retry_host_predicate: [
      { name: 'x', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate' } },
      { name: 'test.never' },
    ],
  });
  t.match(policy?.settings, {
    conditions:
      ON.serverError |
      ON.gatewayError |
      ON.reset |
      ON.connectFailure |
      ON.refusedStream |
      ON.conflict |
      ON.statusCodes |
      ON.headers |
      ON.grpcCancelled |
      ON.grpcInternal,
    retries: 4,
    perTryTimeoutMs: 1500,
    perTryIdleMs: 300,
    statusCodes: [404, 503],
    baseMs: 1,
    maxMs: 10,
    resetMaxMs: 2000,
    repicks: 5,
  });
  t.match(policy?.settings.resetHeaders, [{ name: { text: 'retry-after' }, absolute: false }, { absolute: true }]);
  t.equal(policy?.settings.predicates.length, 2);
  t.equal(policy?.conditional, true);
  t.end();
});

t.test('the longest back-off is ten times the first unless it is said', (t) => {
  t.match(compile({ retry_back_off: { base_interval: '0.1s' } }).policy?.settings, { baseMs: 100, maxMs: 1000 });
  t.end();
});

t.test('words that Envoy does not know either change nothing', (t) => {
  t.equal(compile({ retry_on: 'http3-post-connect-failure,whatever,unavailable' }).policy?.conditions, ON.grpcUnavailable);
  t.end();
});

t.test('what is not honoured, or makes no sense, is refused at its place', (t) => {
  const paths = (json: JsonInput) => compile(json).paths;
  t.same(paths({ retry_priority: { name: 'x' } }), ['retry_priority']);
  t.same(paths({ retry_options_predicates: [{ name: 'x' }] }), ['retry_options_predicates']);
  t.same(paths({ retry_host_predicate: [{ name: 'x' }] }), ['retry_host_predicate[0].name']);
  const other = { '@type': 'type.googleapis.com/envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate' };
  t.same(paths({ retry_host_predicate: [{ name: 'x', typed_config: other }] }), ['retry_host_predicate[0].typed_config']);
  t.same(paths({ retry_back_off: { base_interval: '0s' } }), ['retry_back_off.base_interval']);
  t.same(paths({ retry_back_off: { base_interval: '2s', max_interval: '1s' } }), ['retry_back_off.max_interval']);
  t.same(paths({ rate_limited_retry_back_off: {} }), ['rate_limited_retry_back_off.reset_headers']);
  t.end();
});
