/**
 * The discovery client of the proxy: config sources → streams. Each watch of a source of its own (`api_config_source`) has a stream
 * of its own, as Envoy's subscriptions do; those to one cluster share the connection.
 */
import { clone, type Message, milliseconds } from '../api/index.ts';
import { type Delays, systemDelays } from '../base/delays.ts';
import type { Logger } from '../base/log.ts';
import { NAME, VERSION } from '../base/version.ts';
import type { DiscoverySource, DiscoveryWatch, ResourceType } from '../runtime/contracts.ts';
import { RESOURCE_TYPES } from '../runtime/contracts.ts';
import { Backoff } from './backoff.ts';
import type { DiscoveryCluster } from './grpc-clusters.ts';
import { createGrpcTransport, type GrpcTarget } from './grpc-transport.ts';
import { SotwStream } from './sotw-stream.ts';
import type { DiscoveryTransport } from './transport.ts';

type Node = Message<'envoy.config.core.v3.Node'>;
type ConfigSource = Message<'envoy.config.core.v3.ConfigSource'>;
type GrpcService = Message<'envoy.config.core.v3.GrpcService'>;

/** Envoy's defaults of `envoy_grpc.retry_policy`. */
const BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;

const METHODS: Partial<Record<ResourceType, string>> = {
  [RESOURCE_TYPES.secret]: '/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets',
};

export interface DiscoveryParts {
  /** Static clusters by name (grpc-clusters.ts). */
  readonly clusters: ReadonlyMap<string, DiscoveryCluster>;
  readonly node: Node | null;
  readonly log: Logger;
  readonly delays?: Delays;
  /** Another way to reach a server, for tests. */
  readonly connect?: (target: GrpcTarget) => Promise<DiscoveryTransport>;
}

export class Discovery {
  readonly #parts: DiscoveryParts;
  readonly #node: Node | null;
  readonly #transports = new Map<string, Shared>();

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
    this.#node = parts.node === null ? null : introduced(parts.node);
  }

  /** For a source that was checked (runtime `checkSource`). Connects when something is watched. */
  source(config: ConfigSource): DiscoverySource {
    return {
      watch: (type, name, watcher, options): DiscoveryWatch => {
        const { configSourceSpecifier: source } = config;
        const service = source.case === 'apiConfigSource' ? source.value.grpcServices[0] : undefined;
        const method = METHODS[type];
        if (service === undefined || method === undefined) throw new Error(`no discovery of ${type} from this source`);
        let stream: SotwStream | null = null;
        let watch: DiscoveryWatch | null = null;
        let closed = false;
        const shared = this.#transport(targetOf(service, this.#parts.clusters));
        void shared.transport.then((transport) => {
          if (closed) return;
          stream = new SotwStream({
            transport: { open: (each, events) => transport.open(each, events), close: () => this.#letGo(shared) },
            method,
            node: this.#node,
            backoff: backoffOf(service),
            delays: this.#parts.delays ?? systemDelays,
            log: this.#parts.log,
          });
          watch = stream.watch(type, name, watcher, options);
        });
        return {
          close: () => {
            if (closed) return;
            closed = true;
            watch?.close();
            if (stream === null) this.#letGo(shared);
            else stream.close();
          },
        };
      },
    };
  }

  #transport(target: GrpcTarget): Shared {
    const key = JSON.stringify(target);
    let shared = this.#transports.get(key);
    if (shared === undefined) {
      shared = { key, transport: (this.#parts.connect ?? createGrpcTransport)(target), users: 0 };
      this.#transports.set(key, shared);
    }
    shared.users++;
    return shared;
  }

  #letGo(shared: Shared): void {
    if (--shared.users > 0) return;
    this.#transports.delete(shared.key);
    void shared.transport.then((transport) => transport.close());
  }
}

/** The node says which program asks, unless it says so itself. */
function introduced(node: Node): Node {
  if (node.userAgentName !== '') return node;
  const known = clone(node);
  known.userAgentName = NAME;
  known.userAgentVersionType = { case: 'userAgentVersion', value: VERSION };
  return known;
}

interface Shared {
  readonly key: string;
  readonly transport: Promise<DiscoveryTransport>;
  users: number;
}

function targetOf(service: GrpcService, clusters: ReadonlyMap<string, DiscoveryCluster>): GrpcTarget {
  const { targetSpecifier: target } = service;
  const name = target.case === 'envoyGrpc' ? target.value.clusterName : '';
  const cluster = clusters.get(name);
  if (cluster === undefined || 'reason' in cluster) throw new Error(`cluster ${name} was not checked`);
  return {
    target: cluster.target,
    // Envoy's authority is the name of the cluster.
    authority: target.case === 'envoyGrpc' && target.value.authority !== '' ? target.value.authority : name,
    metadata: service.initialMetadata.map(({ key, value }) => [key, value] as const),
  };
}

function backoffOf({ targetSpecifier: target }: GrpcService): Backoff {
  const given = target.case === 'envoyGrpc' ? target.value.retryPolicy?.retryBackOff : undefined;
  const base = milliseconds(given?.baseInterval) ?? BACKOFF_MS;
  return new Backoff(base, milliseconds(given?.maxInterval) ?? (given === undefined ? MAX_BACKOFF_MS : base * 10));
}
