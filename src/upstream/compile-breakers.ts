/** `circuit_breakers` of a cluster → Thresholds for both priorities. Of several entries for one priority the first counts, as in Envoy. */
import { type Message, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from './circuit-breaker.ts';

const BREAKERS = new Set(['thresholds', 'per_host_thresholds']);
const THRESHOLDS = new Set([
  'priority',
  'max_connections',
  'max_pending_requests',
  'max_requests',
  'max_retries',
  'max_connection_pools',
  'retry_budget',
  'track_remaining',
]);
const PER_HOST = new Set(['priority', 'max_connections']);
/** envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget. */
const BUDGET_PERCENT = 20;
const BUDGET_LEAST = 3;

/** [default, high] */
export function compileThresholds(
  breakers: Message<'envoy.config.cluster.v3.CircuitBreakers'> | undefined,
  problems: Problems,
): readonly [Thresholds, Thresholds] {
  if (breakers === undefined) return [DEFAULT_THRESHOLDS, DEFAULT_THRESHOLDS];
  refuseOthers(breakers, BREAKERS, problems);
  breakers.thresholds.forEach((each, i) => {
    refuseOthers(each, THRESHOLDS, problems.at('thresholds').at(i));
  });
  breakers.perHostThresholds.forEach((each, i) => {
    refuseOthers(each, PER_HOST, problems.at('per_host_thresholds').at(i));
  });
  return [of(breakers, 0), of(breakers, 1)];
}

function of(breakers: Message<'envoy.config.cluster.v3.CircuitBreakers'>, priority: number): Thresholds {
  const { maxConnections, maxPending, maxRequests, maxRetries } = DEFAULT_THRESHOLDS;
  const found = breakers.thresholds.find((each) => each.priority === priority);
  const perHost = breakers.perHostThresholds.find((each) => each.priority === priority);
  const budget = found?.retryBudget;
  return {
    maxConnections: found?.maxConnections ?? maxConnections,
    maxPending: found?.maxPendingRequests ?? maxPending,
    maxRequests: found?.maxRequests ?? maxRequests,
    maxRetries: found?.maxRetries ?? maxRetries,
    maxPools: found?.maxConnectionPools,
    hostConnections: perHost?.maxConnections,
    trackRemaining: found?.trackRemaining ?? false,
    retryBudget: budget && {
      percent: budget.budgetPercent?.value ?? BUDGET_PERCENT,
      least: budget.minRetryConcurrency ?? BUDGET_LEAST,
    },
  };
}
