import type { Clock } from '../base/clock.ts';
import type { Problems } from '../base/errors.ts';
import type { Loggers } from '../base/log.ts';
import type { ExtensionRegistry } from '../extension/registry.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { SharedCounts, StatsScope } from '../telemetry/stats.ts';
import type { ClusterClient } from './cluster-client.ts';
import type {
  ClusterDirectory,
  FactoryContext,
  HttpFilterContext,
  InitManager,
  ListenerContext,
  ProxyOptions,
  RouteSource,
  SecretSource,
} from './factory-context.ts';

/** The context of one HTTP filter, made from that of what surrounds it (a listener, or nothing for tables that arrive by name). */
export class FilterContext implements HttpFilterContext {
  readonly problems: Problems;
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
  readonly init: InitManager;
  readonly options: ProxyOptions;
  readonly listenerName: string;
  readonly statName: string;
  readonly direction: ListenerContext['direction'];
  readonly bufferLimit: number;
  readonly statPrefix: string;
  readonly filterName: string;
  readonly #parent: FactoryContext & Partial<ListenerContext>;

  constructor(parent: FactoryContext & Partial<ListenerContext>, statPrefix: string, filterName: string, problems: Problems) {
    this.#parent = parent;
    this.problems = problems;
    this.dispatcher = parent.dispatcher;
    this.clock = parent.clock;
    this.registry = parent.registry;
    this.stats = parent.stats;
    this.shared = parent.shared;
    this.loggers = parent.loggers;
    this.clusters = parent.clusters;
    this.clusterClient = parent.clusterClient;
    this.routes = parent.routes;
    this.secrets = parent.secrets;
    this.init = parent.init;
    this.options = parent.options;
    this.listenerName = parent.listenerName ?? '';
    this.statName = parent.statName ?? '';
    this.direction = parent.direction ?? 'unspecified';
    this.bufferLimit = parent.bufferLimit ?? 0;
    this.statPrefix = statPrefix;
    this.filterName = filterName;
  }

  get draining(): boolean {
    return this.#parent.draining;
  }

  at(problems: Problems): FilterContext {
    return new FilterContext(this.#parent, this.statPrefix, this.filterName, problems);
  }
}
