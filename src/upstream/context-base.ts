import type { Clock } from '../base/clock.ts';
import type { Problems } from '../base/errors.ts';
import type { Loggers } from '../base/log.ts';
import type { OverloadState } from '../base/overload.ts';
import type { RuntimeValues } from '../base/runtime-values.ts';
import type { ExtensionRegistry } from '../extension/registry.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { SharedCounts, StatsScope } from '../telemetry/stats.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { ClusterDirectory, FactoryContext, InitManager, ProxyOptions, RouteSource, SecretSource } from './factory-context.ts';

/** What every context hands on unchanged, whatever it narrows. */
export type ContextParts = Omit<FactoryContext, 'problems' | 'init' | 'draining' | 'at'>;

/** The fields that all contexts have, copied once from what surrounds the new one. */
export abstract class ContextBase implements ContextParts {
  readonly problems: Problems;
  readonly init: InitManager;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly registry: ExtensionRegistry;
  readonly stats: StatsScope;
  readonly shared: SharedCounts;
  readonly loggers: Loggers;
  readonly clusters: ClusterDirectory;
  readonly clusterClient: ClusterClient;
  readonly routes: RouteSource;
  readonly secrets: SecretSource;
  readonly options: ProxyOptions;
  readonly runtimeValues: RuntimeValues;
  readonly overload: OverloadState;

  constructor(parts: ContextParts, init: InitManager, problems: Problems) {
    this.problems = problems;
    this.init = init;
    this.dispatcher = parts.dispatcher;
    this.clock = parts.clock;
    this.registry = parts.registry;
    this.stats = parts.stats;
    this.shared = parts.shared;
    this.loggers = parts.loggers;
    this.clusters = parts.clusters;
    this.clusterClient = parts.clusterClient;
    this.routes = parts.routes;
    this.secrets = parts.secrets;
    this.options = parts.options;
    this.runtimeValues = parts.runtimeValues;
    this.overload = parts.overload;
  }
}
