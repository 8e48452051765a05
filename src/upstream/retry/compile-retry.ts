/** envoy.config.route.v3.RetryPolicy → RetryPolicy. */
import {
  create,
  envoy_config_route_v3_RetryPolicy_ResetHeaderFormat as Format,
  type Message,
  milliseconds,
  refuseOthers,
} from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { pinName } from '../../http/header-name.ts';
import { compileHeaderMatchers } from '../../http/routing/header-match.ts';
import type { FactoryContext, RetryHostPredicateDefinition } from '../factory-context.ts';
import { openAt } from '../open-any.ts';
import { grpcConditions, httpConditions } from './conditions.ts';
import type { RetryHostPredicate } from './host-predicate.ts';
import { NO_RETRIES, type ResetHeader, RetryPolicy } from './retry-policy.ts';

type Policy = Message<'envoy.config.route.v3.RetryPolicy'>;

const HONOURED = new Set([
  'host_selection_retry_max_attempts',
  'num_retries',
  'per_try_idle_timeout',
  'per_try_timeout',
  'rate_limited_retry_back_off',
  'retriable_headers',
  'retriable_request_headers',
  'retriable_status_codes',
  'retry_back_off',
  'retry_host_predicate',
  'retry_on',
]);

const HINTS = { retry_priority: 'retry_host_predicate keeps retries away from hosts that failed' };

export function compileRetryPolicy(message: Policy, context: FactoryContext, problems: Problems): RetryPolicy | null {
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems, HINTS);
  const { baseMs, maxMs } = compileBackOff(message, problems);
  const resetHeaders = compileResetHeaders(message, problems);
  const predicates: RetryHostPredicate[] = [];
  message.retryHostPredicate.forEach((predicate, i) => {
    const compiled = compilePredicate(predicate, context.at(problems.at('retry_host_predicate').at(i)));
    if (compiled !== null) predicates.push(compiled);
  });
  const responseTests = compileHeaderMatchers(message.retriableHeaders, problems.at('retriable_headers'));
  const requestTests = compileHeaderMatchers(message.retriableRequestHeaders, problems.at('retriable_request_headers'));
  if (problems.list.length > before) return null;
  return new RetryPolicy({
    conditions: httpConditions(message.retryOn) | grpcConditions(message.retryOn),
    retries: message.numRetries ?? NO_RETRIES.retries,
    perTryTimeoutMs: Math.floor(milliseconds(message.perTryTimeout) ?? 0),
    perTryIdleMs: Math.floor(milliseconds(message.perTryIdleTimeout) ?? 0),
    baseMs,
    maxMs,
    statusCodes: message.retriableStatusCodes,
    responseTests,
    requestTests,
    resetHeaders,
    resetMaxMs: milliseconds(message.rateLimitedRetryBackOff?.maxInterval) ?? NO_RETRIES.resetMaxMs,
    predicates,
    repicks: Number(message.hostSelectionRetryMaxAttempts) || NO_RETRIES.repicks,
  });
}

function compileBackOff(message: Policy, problems: Problems): { readonly baseMs: number; readonly maxMs: number } {
  const backOff = message.retryBackOff;
  if (backOff === undefined) return NO_RETRIES;
  const base = milliseconds(backOff.baseInterval) ?? 0;
  const at = problems.at('retry_back_off');
  if (base <= 0) at.at('base_interval').add('bad_value', 'base_interval must be greater than zero');
  const baseMs = Math.max(1, Math.floor(base));
  const given = milliseconds(backOff.maxInterval);
  if (given !== undefined && given < base) at.at('max_interval').add('bad_value', 'max_interval must not be less than base_interval');
  return { baseMs, maxMs: given === undefined ? baseMs * 10 : Math.max(1, Math.floor(given)) };
}

function compileResetHeaders(message: Policy, problems: Problems): ResetHeader[] {
  const limited = message.rateLimitedRetryBackOff;
  if (limited === undefined) return [];
  if (limited.resetHeaders.length === 0) {
    problems.at('rate_limited_retry_back_off').at('reset_headers').add('missing', 'at least one header is required');
  }
  return limited.resetHeaders.map((header) => ({ name: pinName(header.name), absolute: header.format === Format.UNIX_TIMESTAMP }));
}

/** Without a message the name says which it is, as Envoy allows. */
function compilePredicate(
  predicate: Message<'envoy.config.route.v3.RetryPolicy.RetryHostPredicate'>,
  context: FactoryContext,
): RetryHostPredicate | null {
  const { problems, registry } = context;
  const any = predicate.configType.case === 'typedConfig' ? predicate.configType.value : undefined;
  if (any === undefined) {
    const named = registry.findByName('retry_host_predicate', predicate.name) as RetryHostPredicateDefinition | null;
    if (named !== null) return named.compile(create(named.message) as never, context);
    problems.at('name').add('unknown_type', `no retry host predicate of this build is called ${predicate.name}`);
    return null;
  }
  const at = problems.at('typed_config');
  const opened = openAt(any, at);
  if (opened === null) return null;
  const found = registry.find('retry_host_predicate', opened.typeName) as RetryHostPredicateDefinition | null;
  if (found === null || opened.kind !== 'message') {
    at.add('unknown_type', `no retry host predicate of this build is configured by ${opened.typeName}`);
    return null;
  }
  return found.compile(opened.message as never, context.at(at));
}
