import { systemClock } from '../../src/base/clock.ts';
import { Problems } from '../../src/base/errors.ts';
import { Loggers } from '../../src/base/log.ts';
import { OverloadState } from '../../src/base/overload.ts';
import { RuntimeValues } from '../../src/base/runtime-values.ts';
import { type ExtensionDefinition, ExtensionRegistry } from '../../src/extension/registry.ts';
import type { Dispatcher } from '../../src/net/dispatcher.ts';
import type { ClusterClient } from '../../src/upstream/cluster-client.ts';
import type {
  ClusterDirectory,
  FactoryContext,
  InitManager,
  ProxyOptions,
  RouteSource,
  SecretSource,
} from '../../src/upstream/factory-context.ts';
import { FakeDispatcher } from './dispatcher.ts';
import { FakeCounts, FakeStats } from './stats.ts';

export interface ContextSettings {
  readonly dispatcher?: Dispatcher;
  readonly extensions?: readonly ExtensionDefinition[];
  readonly options?: Partial<ProxyOptions>;
  /** Absent: asking for a secret fails the test. */
  readonly secrets?: SecretSource;
}

/** A context to compile in: real registry, stats and shared counts that tests read, and nothing that serves. */
export class FakeContext implements FactoryContext {
  readonly dispatcher: Dispatcher;
  readonly clock = systemClock;
  readonly registry: ExtensionRegistry;
  readonly stats: FakeStats;
  readonly shared: FakeCounts;
  readonly loggers: Loggers;
  /** Lines of the proxy's own log. */
  readonly logged: string[];
  readonly clusters: ClusterDirectory = { handle: () => absent('a cluster'), known: () => false };
  readonly clusterClient: ClusterClient = { request: () => absent('a call'), grpc: () => absent('a call') };
  readonly routes: RouteSource = { subscribe: () => absent('a route table') };
  readonly secrets: SecretSource;
  readonly init: InitManager = { wait: () => ({ done() {} }) };
  readonly options: ProxyOptions;
  readonly runtimeValues: RuntimeValues;
  readonly overload: OverloadState;
  readonly problems: Problems;
  readonly draining = false;

  constructor(settings: ContextSettings = {}, problems: Problems = new Problems(), base: FakeContext | null = null) {
    this.dispatcher = base?.dispatcher ?? settings.dispatcher ?? new FakeDispatcher();
    this.registry = base?.registry ?? registryWith(settings.extensions ?? []);
    this.stats = base?.stats ?? new FakeStats();
    this.shared = base?.shared ?? new FakeCounts();
    const logged = base?.logged ?? [];
    this.logged = logged;
    this.secrets = base?.secrets ?? settings.secrets ?? { discovered: () => absent('a secret'), inline: () => absent('a secret') };
    this.loggers = base?.loggers ?? new Loggers('debug', { write: (line) => void logged.push(line) });
    this.options = base?.options ?? {
      serviceNode: 'node',
      serviceCluster: 'cluster',
      serviceZone: '',
      concurrency: 1,
      fileFlushMs: 10_000,
      drainMs: 600_000,
      drainStrategy: 'gradual',
      ...settings.options,
    };
    this.runtimeValues = base?.runtimeValues ?? new RuntimeValues();
    this.overload = base?.overload ?? new OverloadState();
    this.problems = problems;
  }

  at(problems: Problems): FakeContext {
    return new FakeContext({}, problems, this);
  }

  /** `path: message` of every problem. */
  get complaints(): string[] {
    return this.problems.list.map(({ path, message }) => `${path}: ${message}`);
  }
}

function registryWith(extensions: readonly ExtensionDefinition[]): ExtensionRegistry {
  const registry = new ExtensionRegistry();
  for (const extension of extensions) registry.register(extension);
  return registry;
}

function absent(what: string): never {
  throw new Error(`this context has no ${what}`);
}
