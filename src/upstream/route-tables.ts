/**
 * Compiles route configurations for a chain of filters: joins the routing room, which knows no clusters and no extensions, with
 * the context that does. Used by connection managers for tables that stand in a listener, and by the runtime for those that
 * arrive by name.
 */
import { type Any, isMessage, type Message, type Opened, openAny, refuseOthers } from '../api/index.ts';
import { ConfigError, type Problems } from '../base/errors.ts';
import type { RuntimeValues } from '../base/runtime-values.ts';
import type { ExtensionRegistry } from '../extension/registry.ts';
import type { RouteCounts, RouteTable } from '../http/route.ts';
import { compileRouteTable } from '../http/routing/compile-table.ts';
import { FILTER_DISABLED, FILTER_ENABLED, type RouteContext } from '../http/routing/context.ts';
import type { FactoryContext, HttpFilterDefinition } from './factory-context.ts';
import { FilterContext } from './http-filter-context.ts';
import { compileRetryPolicy } from './retry/compile-retry.ts';
import { routeCounts, virtualClusterCounts } from './route-counts.ts';

/** What a per-route compile gets to know of the place that uses the table. */
export interface RoutePlace {
  readonly context: FactoryContext;
  readonly filterNames: readonly string[];
  /** `validate_clusters` where the configuration is silent: true inside a listener, false for tables that arrive by name. */
  readonly validateClusters: boolean;
  /** `http.<stat_prefix>.`; '' for tables that several connection managers share. */
  readonly statPrefix: string;
}

export function compileRoutes(
  message: Message<'envoy.config.route.v3.RouteConfiguration'>,
  version: string,
  place: RoutePlace,
  problems: Problems,
): RouteTable | null {
  return compileRouteTable(message, version, new PlacedContext(place), problems);
}

class PlacedContext implements RouteContext {
  readonly filterNames: readonly string[];
  readonly validateClusters: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runtimeValues: RuntimeValues;
  private readonly place: RoutePlace;

  constructor(place: RoutePlace) {
    this.place = place;
    this.filterNames = place.filterNames;
    this.validateClusters = place.validateClusters;
    this.environment = place.context.options.environment ?? {};
    this.runtimeValues = place.context.runtimeValues;
  }

  cluster(name: string) {
    return this.place.context.clusters.handle(name);
  }

  knownCluster(name: string): boolean {
    return this.place.context.clusters.known(name);
  }

  routeCounts(virtualHost: string, statPrefix: string): RouteCounts {
    return routeCounts(this.place.context.stats, virtualHost, statPrefix);
  }

  virtualClusterCounts(virtualHost: string, name: string): RouteCounts {
    return virtualClusterCounts(this.place.context.stats, virtualHost, name);
  }

  retryPolicy(message: Message<'envoy.config.route.v3.RetryPolicy'>, problems: Problems): object | null {
    return compileRetryPolicy(message, this.place.context, problems);
  }

  filterSettings(config: Any, name: string, _position: number, problems: Problems): unknown {
    return compileFilterSettings(config, name, this.place, problems, false);
  }
}

function compileFilterSettings(config: Any, name: string, place: RoutePlace, problems: Problems, optional: boolean): unknown {
  const opened = open(config, problems);
  if (opened === null) return undefined;
  if (opened.kind === 'message' && isMessage(opened.message, 'envoy.config.route.v3.FilterConfig')) {
    const { message } = opened;
    if (message.disabled) return FILTER_DISABLED;
    if (message.config === undefined) return FILTER_ENABLED;
    return compileFilterSettings(message.config, name, place, problems.at('config'), message.isOptional);
  }
  const definition = opened.kind === 'message' ? filterOf(place.context.registry, opened.typeName) : null;
  if (opened.kind !== 'message' || definition === null) {
    if (!optional) problems.add('unknown_type', `no HTTP filter of this build is configured by ${opened.typeName}`);
    return undefined;
  }
  if (definition.compileRoute === undefined) {
    // Envoy lets a filter without per-route settings be named; what it is told is then nothing.
    refuseOthers(opened.message, new Set(), problems);
    problems.add('unsupported', `${definition.name} takes no settings per route`);
    return undefined;
  }
  const before = problems.list.length;
  const settings = definition.compileRoute(opened.message as never, new FilterContext(place.context, place.statPrefix, name, problems));
  return problems.list.length > before ? undefined : (settings ?? undefined);
}

/** The filter whose per-route message this is: its own one, or the one that it names for routes. */
function filterOf(registry: ExtensionRegistry, typeName: string): HttpFilterDefinition | null {
  const filters = registry.all('http_filter') as HttpFilterDefinition[];
  return (
    filters.find((d) => d.routeMessage === typeName) ?? filters.find((d) => d.message === typeName && d.routeMessage === undefined) ?? null
  );
}

function open(config: Any, problems: Problems): Opened | null {
  try {
    return openAny(config);
  } catch (error) {
    // biome-ignore lint/plugin: runs when a configuration is read, and this is a broken invariant
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) problems.add(problem.code, problem.message, problem.hint);
    return null;
  }
}
