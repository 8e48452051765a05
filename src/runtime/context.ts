/** What every compile of one worker gets (`FactoryContext`), narrowed to one message and one init gate. */
import type { Clock } from '../base/clock.ts';
import type { Problems } from '../base/errors.ts';
import type { Loggers } from '../base/log.ts';
import type { ExtensionRegistry } from '../extension/registry.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { SharedCounts, StatsScope } from '../telemetry/stats.ts';
import type { ClusterClient } from '../upstream/cluster-client.ts';
import type {
  ClusterDirectory,
  FactoryContext,
  InitManager,
  ProxyOptions,
  RouteSource,
  SecretSource,
} from '../upstream/factory-context.ts';

/** The parts that all compiles of a worker share. */
export interface ContextParts {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly registry: ExtensionRegistry;
  readonly stats: StatsScope;
  readonly shared: SharedCounts;
  readonly loggers: Loggers;
  readonly clusters: ClusterDirectory;
  readonly clusterClient: ClusterClient;
  readonly routes: RouteSource;
  readonly options: ProxyOptions;
  readonly secrets: SecretSource;
  /** Asked each time, so that contexts of long ago see the drain too. */
  readonly life: WorkerLife;
}

/** Of the listener that is compiled for: outbound listeners do not drain when only the inbound ones are told to. */
export interface WorkerLife {
  readonly draining: boolean;
}

export class WorkerContext implements FactoryContext {
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
  readonly init: InitManager;
  readonly problems: Problems;
  readonly #parts: ContextParts;

  constructor(parts: ContextParts, init: InitManager, problems: Problems) {
    this.#parts = parts;
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
    this.init = init;
    this.problems = problems;
  }

  get draining(): boolean {
    return this.#parts.life.draining;
  }

  at(problems: Problems): WorkerContext {
    return new WorkerContext(this.#parts, this.init, problems);
  }
}
