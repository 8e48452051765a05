/** What compiling a route configuration needs from the rooms above; `upstream/route-tables.ts` makes it. */
import type { Any, Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { RuntimeValues } from '../../base/runtime-values.ts';
import type { ClusterHandle, RouteCounts } from '../route.ts';

/** In place of settings: this filter is switched off, or on, for the route. */
export const FILTER_DISABLED: unique symbol = Symbol('disabled');
export const FILTER_ENABLED: unique symbol = Symbol('enabled');

export interface RouteContext {
  /** Names of the filters in the chain, by position: keys of `typed_per_filter_config`. */
  readonly filterNames: readonly string[];
  cluster(name: string): ClusterHandle;
  /** Whether a cluster of that name exists in what is being compiled. */
  knownCluster(name: string): boolean;
  /** Variables that header values may mention (`%ENVIRONMENT(X)%`); absent: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What `runtime_key`s stand for; absent: nothing. */
  readonly runtimeValues?: RuntimeValues;
  /** `validate_clusters` where the configuration does not say: true for tables that stand in a listener. */
  readonly validateClusters: boolean;
  /** Counters of a route with a `stat_prefix`; absent: nothing is counted. */
  routeCounts?(virtualHost: string, statPrefix: string): RouteCounts;
  /** Counters of a virtual cluster. */
  virtualClusterCounts?(virtualHost: string, name: string): RouteCounts;
  /** Compiles a retry policy, which the router understands; null when it was refused. */
  retryPolicy(message: Message<'envoy.config.route.v3.RetryPolicy'>, problems: Problems): object | null;
  /**
   * Compiles one entry of `typed_per_filter_config` (FILTER_DISABLED and FILTER_ENABLED included); undefined when it was refused.
   * `position` is -1 for a filter that this chain does not have: the entry is checked all the same.
   */
  filterSettings(config: Any, name: string, position: number, problems: Problems): unknown;
}
