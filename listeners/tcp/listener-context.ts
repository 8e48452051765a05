import type { Clock } from '../../src/base/clock.ts';
import type { Problems } from '../../src/base/errors.ts';
import type { Loggers } from '../../src/base/log.ts';
import type { ExtensionRegistry } from '../../src/extension/registry.ts';
import type { Dispatcher } from '../../src/net/dispatcher.ts';
import type { SharedCounts, StatsScope } from '../../src/telemetry/stats.ts';
import type { ClusterClient } from '../../src/upstream/cluster-client.ts';
import type {
  ClusterDirectory,
  FactoryContext,
  InitManager,
  ListenerContext,
  ProxyOptions,
  RouteSource,
  SecretSource,
} from '../../src/upstream/factory-context.ts';

export type ListenerFacts = Pick<ListenerContext, 'listenerName' | 'statName' | 'direction' | 'bufferLimit'>;

/** What everything inside a listener is compiled with: the context that the listener got, and what it knows of itself. */
export class InsideListener implements ListenerContext {
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
  readonly #parent: FactoryContext;
  readonly #facts: ListenerFacts;

  constructor(parent: FactoryContext, facts: ListenerFacts, problems: Problems) {
    this.#parent = parent;
    this.#facts = facts;
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
    this.listenerName = facts.listenerName;
    this.statName = facts.statName;
    this.direction = facts.direction;
    this.bufferLimit = facts.bufferLimit;
  }

  /** Asked each time: the listener may be told to drain long after it was compiled. */
  get draining(): boolean {
    return this.#parent.draining;
  }

  at(problems: Problems): InsideListener {
    return new InsideListener(this.#parent, this.#facts, problems);
  }
}
