/**
 * Doubles of what the runtime drives, and a worker made of them: listeners and clusters that do nothing but tell what was asked of
 * them. No socket, no protocol.
 */
import { create, type Init, type Message, toBinary } from '../../src/api/index.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Problem } from '../../src/base/errors.ts';
import { Loggers } from '../../src/base/log.ts';
import { ExtensionRegistry } from '../../src/extension/registry.ts';
import { RESOURCE_TYPES, type Resource, type ResourceType, type WorkerState } from '../../src/runtime/contracts.ts';
import type { Rooms } from '../../src/runtime/rooms.ts';
import type { SecretDemand } from '../../src/runtime/secrets/contracts.ts';
import { WorkerCore, type WorkerSettings } from '../../src/runtime/worker-core.ts';
import { sharedCountsMemory } from '../../src/telemetry/shared-counts.ts';
import { statSpec } from '../../src/telemetry/stats.ts';
import type { FactoryContext, InitTarget } from '../../src/upstream/factory-context.ts';
import type {
  BindOptions,
  ClusterInstance,
  ClusterSet,
  ListenerDefinition,
  ListenerInstance,
  ListenerStatus,
} from '../../src/upstream/instances.ts';

type ListenerMessage = Message<'envoy.config.listener.v3.Listener'>;
type ClusterMessage = Message<'envoy.config.cluster.v3.Cluster'>;

const DOUBLE_STATS = statSpec({ counters: ['compiled'] });

/**
 * The name says what a listener or cluster does: `bad…` does not compile, `slow…` waits until `release(name)`, `taken…` cannot bind,
 * `log…` logs, `count…` counts `double.compiled`, `crash…` throws.
 */
export class Doubles {
  /** `listen a`, `drain a stop`, `close a`, `start c` …: in the order in which it happened. */
  readonly events: string[] = [];
  readonly contexts = new Map<string, FactoryContext>();
  /** Everything is refused from now on. */
  refuse = false;
  readonly #waiting = new Map<string, InitTarget>();

  /** Ends the wait of a `slow…` resource. */
  release(name: string): void {
    this.#waiting.get(name)?.done();
  }

  compile(name: string, context: FactoryContext): boolean {
    this.contexts.set(name, context);
    if (name.startsWith('crash')) throw new Error(`crashed over ${name}`);
    if (name.startsWith('log')) context.loggers.get('double').warning(`compiled ${name}`);
    if (name.startsWith('count')) context.stats.group('double.', DOUBLE_STATS).inc(DOUBLE_STATS.slot.compiled);
    const bad = name.startsWith('bad') || this.refuse;
    if (bad) context.problems.at('name').add('bad_value', 'this one is bad');
    if (name.startsWith('slow')) this.#waiting.set(name, context.init.wait(`release of ${name}`));
    return !bad;
  }

  registry(): ExtensionRegistry {
    const registry = new ExtensionRegistry();
    const definition: ListenerDefinition = {
      kind: 'listener',
      name: 'test.listeners.double',
      message: 'envoy.config.listener.v3.Listener',
      posture: 'data_plane_agnostic',
      accepts: () => true,
      compile: (message, context) => (this.compile(message.name, context) ? new ListenerDouble(message, this.events) : null),
    };
    registry.register(definition);
    return registry;
  }

  readonly rooms: Rooms = {
    upstream: () => ({
      clusters: new ClusterSetDouble(),
      client: {
        request: () => Promise.reject(new Error('no calls here')),
        grpc: () => Promise.reject(new Error('no calls here')),
      },
      compile: (message, context) => (this.compile(message.name, context) ? new ClusterDouble(message, this.events) : null),
    }),
  };
}

/** What the kernel gives for port 0. */
const KERNEL_PORT = 40_000;

export class ListenerDouble implements ListenerInstance {
  readonly name: string;
  readonly #message: ListenerMessage;
  readonly #events: string[];
  connections = 0;
  #port = 0;

  constructor(message: ListenerMessage, events: string[]) {
    this.name = message.name;
    this.#message = message;
    this.#events = events;
  }

  listen(options: BindOptions, done: (problem: Problem | null) => void): void {
    const configured = portOf(this.#message);
    this.#port = configured === 0 ? KERNEL_PORT : configured;
    const how = options.takeOverFrom === null ? `on ${configured}` : 'with the socket of the old one';
    this.#events.push(`listen ${this.name} ${how}`);
    if (this.name.startsWith('taken')) done({ code: 'io', path: 'address', message: 'address already in use' });
    else done(null);
  }

  drain(stopAccepting: boolean): void {
    this.#events.push(`drain ${this.name}${stopAccepting ? ' stop' : ''}`);
  }

  close(): void {
    this.#events.push(`close ${this.name}`);
  }

  status(): ListenerStatus {
    return {
      name: this.name,
      addresses: [`127.0.0.1:${this.#port}`],
      direction: (['unspecified', 'inbound', 'outbound'] as const)[this.#message.trafficDirection],
      activeConnections: this.connections,
      state: 'active',
    };
  }
}

class ClusterDouble implements ClusterInstance {
  readonly cluster: ClusterInstance['cluster'];
  readonly #message: ClusterMessage;
  readonly #events: string[];

  constructor(message: ClusterMessage, events: string[]) {
    this.#message = message;
    this.#events = events;
    this.cluster = { settings: { name: message.name } } as ClusterInstance['cluster'];
  }

  start(): void {
    this.#events.push(`start ${this.#message.name}`);
  }

  updateEndpoints(): void {
    this.#events.push(`endpoints of ${this.#message.name}`);
  }

  close(): void {
    this.#events.push(`close ${this.#message.name}`);
  }

  status(): ReturnType<ClusterInstance['status']> {
    return { name: this.#message.name, observabilityName: this.#message.altStatName, addedViaApi: false, thresholds: [], hosts: [] };
  }
}

class ClusterSetDouble implements ClusterSet {
  readonly #instances = new Map<string, ClusterInstance>();

  handle(name: string): { name: string; current: null } {
    return { name, current: null };
  }

  known(name: string): boolean {
    return this.#instances.has(name);
  }

  set(instance: ClusterInstance): void {
    const { name } = instance.cluster.settings;
    this.#instances.get(name)?.close();
    this.#instances.set(name, instance);
  }

  remove(name: string): boolean {
    this.#instances.get(name)?.close();
    return this.#instances.delete(name);
  }

  all(): readonly ClusterInstance[] {
    return [...this.#instances.values()];
  }
}

export const PROXY_OPTIONS = {
  serviceNode: '',
  serviceCluster: '',
  serviceZone: '',
  concurrency: 1,
  fileFlushMs: 1000,
  drainMs: 600_000,
  drainStrategy: 'gradual',
} as const;

export function workerSettings(index = 0, workers = 1): WorkerSettings {
  return {
    index,
    options: { ...PROXY_OPTIONS, concurrency: workers },
    counts: sharedCountsMemory(workers),
    logLevel: 'off',
    componentLevels: [],
    disabledExtensions: [],
    serve: true,
  };
}

/** A worker of doubles, with what it told so far. */
export class TestWorker {
  readonly doubles = new Doubles();
  readonly states: WorkerState[] = [];
  readonly late: string[] = [];
  readonly demands: SecretDemand[] = [];
  readonly released: string[] = [];
  onState: (state: WorkerState) => void = () => {};
  readonly core: WorkerCore;

  constructor(settings: Partial<WorkerSettings> = {}) {
    this.core = new WorkerCore(
      { ...workerSettings(), ...settings },
      {
        clock: systemClock,
        registry: this.doubles.registry(),
        loggers: new Loggers('off'),
        rooms: this.doubles.rooms,
        events: {
          onState: (state) => {
            this.states.push(state);
            this.onState(state);
          },
          onLateFailure: (listener, problem) => this.late.push(`${listener}: ${problem.message}`),
          onSecretDemand: (demand) => this.demands.push(demand),
          onSecretRelease: (key) => this.released.push(key),
        },
      },
    );
  }

  /** What happened since the last call. */
  take(): string[] {
    return this.doubles.events.splice(0);
  }
}

export function listener(init: Init<'envoy.config.listener.v3.Listener'> & { name: string }, port = 0): Resource {
  const message = create(RESOURCE_TYPES.listener, init);
  message.address ??= create('envoy.config.core.v3.Address', {
    address: { case: 'socketAddress', value: { address: '127.0.0.1', portSpecifier: { case: 'portValue', value: port } } },
  });
  return resource(RESOURCE_TYPES.listener, init.name, toBinary(message));
}

export function cluster(init: Init<'envoy.config.cluster.v3.Cluster'> & { name: string }): Resource {
  return resource(RESOURCE_TYPES.cluster, init.name, toBinary(create(RESOURCE_TYPES.cluster, init)));
}

export function resource(type: ResourceType, name: string, bytes: Uint8Array = new Uint8Array(), version = ''): Resource {
  return { type, name, version, bytes };
}

function portOf(message: ListenerMessage): number {
  const address = message.address?.address;
  return address?.case === 'socketAddress' && address.value.portSpecifier.case === 'portValue' ? address.value.portSpecifier.value : 0;
}
