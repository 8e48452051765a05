/** envoy.config.route.v3.Route → RouteRule, with everything that its virtual host and table say about it merged in. */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { NO_RUNTIME_VALUES, RuntimeBounds, RuntimeInteger } from '../../base/runtime-values.ts';
import { constantField } from '../field-pool.ts';
import { pinName, X_ENVOY_DECORATOR_OPERATION } from '../header-name.ts';
import type { RequestHash, RequestMirror, RouteAction, VirtualHost } from '../route.ts';
import { formatNames } from '../substitution-format.ts';
import { ForwardTo } from './cluster-choice.ts';
import { compileForward, compileRewrite, type Forward, type RetryDefaults } from './compile-forward.ts';
import { compileMatch } from './compile-match.ts';
import { CompiledRoute, RouteRule, type TicketSource } from './compiled-route.ts';
import type { RouteContext } from './context.ts';
import { compileDirectResponse } from './direct-response.ts';
import { compileFilterLevel, type FilterLevel, mergeFilterLevels } from './filter-settings.ts';
import { compileLevel, joinLevels, type MutationLevel } from './mutations.ts';
import type { PathTest } from './path-match.ts';
import { compileRedirect } from './redirect.ts';
import { HashTickets, HeaderTickets } from './tickets.ts';

const HONOURED = new Set([
  'name',
  'match',
  'route',
  'redirect',
  'direct_response',
  'metadata',
  'per_request_buffer_limit_bytes',
  'request_body_buffer_limit',
  'decorator',
  'typed_per_filter_config',
  'stat_prefix',
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
]);

const HONOURED_WEIGHT = new Set([
  'name',
  'cluster_header',
  'weight',
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
  'typed_per_filter_config',
  'host_rewrite_literal',
]);

/** The largest sum of weights (`WeightedCluster.total_weight` and Envoy's own limit). */
const MAX_WEIGHT = 0xffffffff;

/** What the levels around a route say, from the table to the virtual host. */
export interface Surroundings {
  readonly virtualHost: VirtualHost;
  readonly filters: readonly FilterLevel[];
  readonly request: readonly (MutationLevel | null)[];
  readonly response: readonly (MutationLevel | null)[];
  readonly mostSpecificWins: boolean;
  readonly maxDirectResponse: number;
  readonly validateClusters: boolean;
  readonly retry: RetryDefaults;
  readonly mirrors: readonly RequestMirror[] | null;
}

type RouteMessage = Message<'envoy.config.route.v3.Route'>;
type Weight = Message<'envoy.config.route.v3.WeightedCluster.ClusterWeight'>;

/** Null when something was refused; every problem is reported. */
export function compileRoute(message: RouteMessage, around: Surroundings, context: RouteContext, problems: Problems): RouteRule | null {
  refuseOthers(message, HONOURED, problems);
  const before = problems.list.length;
  if (message.match === undefined) {
    problems.at('match').add('missing', 'match is required');
    return null;
  }
  const test = compileMatch(message.match, problems.at('match'), context.runtimeValues);
  if (test === null) return null;
  const make = (action: RouteAction, weight: Weight | null, at: Problems): CompiledRoute =>
    assemble(message, action, weight, around, context, problems, at);
  const { action } = message;
  switch (action.case) {
    case 'route': {
      const forward = compileForward(
        action.value,
        test.path,
        around.validateClusters,
        retryOf(message, around),
        around.mirrors,
        context,
        problems.at('route'),
      );
      if (forward === null) return null;
      if (forward.weights !== null) return weighted(test, forward, forward.weights, make, around, context, problems);
      return problems.list.length > before ? null : new RouteRule(test, [make(forward.action as ForwardTo, null, problems)], []);
    }
    case 'redirect':
      return new RouteRule(
        test,
        [make(compileRedirect(action.value, test.path, formatNames(context.environment), problems.at('redirect')), null, problems)],
        [],
      );
    case 'directResponse': {
      const direct = compileDirectResponse(
        action.value,
        around.maxDirectResponse,
        formatNames(context.environment),
        problems.at('direct_response'),
      );
      return direct === null ? null : new RouteRule(test, [make(direct, null, problems)], []);
    }
    case undefined:
      problems.add('missing', 'one of route, redirect, direct_response is required');
      return null;
    default:
      return null;
  }
}

function retryOf(message: RouteMessage, around: Surroundings): RetryDefaults {
  const replayLimit = replayLimitOf(message);
  return replayLimit < 0 ? around.retry : { policy: around.retry.policy, replayLimit };
}

interface Limiting {
  readonly requestBodyBufferLimit?: bigint | undefined;
  readonly perRequestBufferLimitBytes?: number | undefined;
}

/** Bytes; -1 when neither the field nor the one that it replaced is set. */
export function replayLimitOf(message: Limiting): number {
  return message.requestBodyBufferLimit === undefined ? (message.perRequestBufferLimitBytes ?? -1) : Number(message.requestBodyBufferLimit);
}

function weighted(
  test: ReturnType<typeof compileMatch> & object,
  forward: Forward,
  message: Message<'envoy.config.route.v3.WeightedCluster'>,
  make: (action: RouteAction, weight: Weight | null, at: Problems) => CompiledRoute,
  around: Surroundings,
  context: RouteContext,
  problems: Problems,
): RouteRule | null {
  const here = problems.at('route').at('weighted_clusters');
  refuseOthers(message, new Set(['clusters', 'total_weight', 'runtime_key_prefix', 'header_name', 'use_hash_policy']), here);
  const routes: CompiledRoute[] = [];
  const bounds: number[] = [];
  let sum = 0;
  message.clusters.forEach((weight, i) => {
    const at = here.at('clusters').at(i);
    refuseOthers(weight, HONOURED_WEIGHT, at);
    if ((weight.name === '') === (weight.clusterHeader === '')) at.add('bad_value', 'one of name and cluster_header is required');
    else if (weight.name !== '' && around.validateClusters && !context.knownCluster(weight.name)) {
      at.at('name').add('unresolved', `route: unknown cluster '${weight.name}'`);
    }
    sum += weight.weight ?? 0;
    // A cluster without weight gets nothing, and a bound equal to the one before is never chosen.
    routes.push(make(forwardTo(forward, weight, test.path, context, problems.at('route')), weight, at));
    bounds.push(sum);
  });
  if (sum === 0 || sum > MAX_WEIGHT) {
    here.add('bad_value', `the weights must sum up to 1 to ${MAX_WEIGHT}, they are ${sum}`);
    return null;
  }
  if (message.totalWeight !== undefined && message.totalWeight !== sum) {
    here.at('total_weight').add('bad_value', `the weights sum up to ${sum}, not to ${message.totalWeight}`, 'leave total_weight out');
    return null;
  }
  return new RouteRule(test, routes, bounds, ticketsOf(message, forward.settings.hash, here), changingWeights(message, context));
}

/** Null: by chance. */
function ticketsOf(
  { randomValueSpecifier: source }: Message<'envoy.config.route.v3.WeightedCluster'>,
  hash: RequestHash | null,
  problems: Problems,
): TicketSource | null {
  if (source.case === 'headerName') return new HeaderTickets(pinName(source.value));
  if (source.case !== 'useHashPolicy' || !source.value.value) return null;
  if (hash === null) problems.at('use_hash_policy').add('missing', 'the route has no hash_policy');
  return hash === null ? null : new HashTickets(hash);
}

function changingWeights(message: Message<'envoy.config.route.v3.WeightedCluster'>, context: RouteContext): RuntimeBounds | null {
  const { runtimeKeyPrefix: prefix, clusters } = message;
  if (prefix === '') return null;
  const values = context.runtimeValues ?? NO_RUNTIME_VALUES;
  return new RuntimeBounds(
    values,
    clusters.map(({ name, weight }) => new RuntimeInteger(values, `${prefix}.${name}`, weight ?? 0)),
  );
}

function forwardTo(forward: Forward, weight: Weight, path: PathTest, context: RouteContext, at: Problems): ForwardTo {
  const host = weight.hostRewriteSpecifier.case === 'hostRewriteLiteral' ? weight.hostRewriteSpecifier.value : '';
  const rewrite = host === '' ? forward.settings.rewrite : compileRewrite(forward.message, path, host, context, at);
  return weight.name === ''
    ? new ForwardTo(forward.settings, rewrite, null, pinName(weight.clusterHeader), context)
    : new ForwardTo(forward.settings, rewrite, context.cluster(weight.name), null, null);
}

function assemble(
  message: RouteMessage,
  action: RouteAction,
  weight: Weight | null,
  around: Surroundings,
  context: RouteContext,
  problems: Problems,
  weightProblems: Problems,
): CompiledRoute {
  const request = [mutations(message, 'request', context, problems), ...around.request.toReversed()];
  const response = [mutations(message, 'response', context, problems), ...around.response.toReversed()];
  const filters = [...around.filters, compileFilterLevel(message.typedPerFilterConfig, context, problems)];
  if (around.mostSpecificWins) {
    request.reverse();
    response.reverse();
  }
  if (weight !== null) {
    // The weight's come first in either order, as in Envoy.
    request.unshift(mutations(weight, 'request', context, weightProblems));
    response.unshift(mutations(weight, 'response', context, weightProblems));
    filters.push(compileFilterLevel(weight.typedPerFilterConfig, context, weightProblems));
  }
  const settings = mergeFilterLevels(context.filterNames.length, filters);
  const { decorator } = message;
  return new CompiledRoute(
    message.name,
    around.virtualHost,
    action,
    settings.byPosition,
    settings.enabled,
    settings.disabled,
    joinLevels(request),
    joinLevels(response),
    decorator === undefined ? null : constantField(X_ENVOY_DECORATOR_OPERATION, decorator.operation),
    message.metadata?.filterMetadata ?? null,
    message.statPrefix === '' ? null : (context.routeCounts?.(around.virtualHost.name, message.statPrefix) ?? null),
  );
}

interface Mutating {
  readonly requestHeadersToAdd: RouteMessage['requestHeadersToAdd'];
  readonly requestHeadersToRemove: readonly string[];
  readonly responseHeadersToAdd: RouteMessage['responseHeadersToAdd'];
  readonly responseHeadersToRemove: readonly string[];
}

/** The header mutations of one level in one direction. */
export function mutations(
  message: Mutating,
  direction: 'request' | 'response',
  context: RouteContext,
  problems: Problems,
): MutationLevel | null {
  const names = formatNames(context.environment);
  return direction === 'request'
    ? compileLevel(message.requestHeadersToAdd, message.requestHeadersToRemove, 'request_headers', names, problems)
    : compileLevel(message.responseHeadersToAdd, message.responseHeadersToRemove, 'response_headers', names, problems);
}
