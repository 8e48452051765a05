/** The forwarding action of a route with its cluster fixed, or named by a header of the request. */
import type { HeaderName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { ClusterHandle, RequestHash, RequestMirror, RequestRewrite, RouteEntry, StreamDuration } from '../route.ts';
import type { UpgradeRule } from '../upgrade.ts';

/** Clusters by name, as a `RouteContext` has them. */
export interface ClusterNames {
  cluster(name: string): ClusterHandle;
  knownCluster(name: string): boolean;
}

/** What all ways of naming the cluster share. */
export interface ForwardSettings {
  readonly clusterNotFoundStatus: number;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly rewrite: RequestRewrite | null;
  readonly autoHost: boolean;
  readonly appendForwardedHost: boolean;
  readonly hash: RequestHash | null;
  readonly highPriority: boolean;
  readonly upgrades: readonly UpgradeRule[];
  readonly retryPolicy: object | null;
  readonly replayLimit: number;
  readonly maxGrpcTimeoutMs: number;
  readonly grpcTimeoutOffsetMs: number;
  readonly maxStream: StreamDuration | null;
  readonly mirrors: readonly RequestMirror[] | null;
}

/** One class for all, so that the router sees one shape. */
export class ForwardTo implements RouteEntry {
  readonly kind = 'route' as const;
  readonly clusterNotFoundStatus: number;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly rewrite: RequestRewrite | null;
  readonly autoHost: boolean;
  readonly appendForwardedHost: boolean;
  readonly retryPolicy: object | null;
  readonly replayLimit: number;
  readonly maxGrpcTimeoutMs: number;
  readonly grpcTimeoutOffsetMs: number;
  readonly maxStream: StreamDuration | null;
  readonly hash: RequestHash | null;
  readonly highPriority: boolean;
  readonly upgrades: readonly UpgradeRule[];
  readonly mirrors: readonly RequestMirror[] | null;
  /** Null when the header decides. */
  private readonly cluster: ClusterHandle | null;
  private readonly header: HeaderName | null;
  private readonly clusters: ClusterNames | null;

  constructor(
    settings: ForwardSettings,
    rewrite: RequestRewrite | null,
    cluster: ClusterHandle | null,
    header: HeaderName | null,
    clusters: ClusterNames | null,
  ) {
    this.clusterNotFoundStatus = settings.clusterNotFoundStatus;
    this.timeoutMs = settings.timeoutMs;
    this.idleTimeoutMs = settings.idleTimeoutMs;
    this.rewrite = rewrite;
    this.autoHost = settings.autoHost;
    this.appendForwardedHost = settings.appendForwardedHost;
    this.retryPolicy = settings.retryPolicy;
    this.replayLimit = settings.replayLimit;
    this.maxGrpcTimeoutMs = settings.maxGrpcTimeoutMs;
    this.grpcTimeoutOffsetMs = settings.grpcTimeoutOffsetMs;
    this.maxStream = settings.maxStream;
    this.hash = settings.hash;
    this.highPriority = settings.highPriority;
    this.upgrades = settings.upgrades;
    this.mirrors = settings.mirrors;
    this.cluster = cluster;
    this.header = header;
    this.clusters = clusters;
  }

  /** Weights were decided when the route was matched, so `random` is not asked again. */
  pickCluster(headers: Headers, _random: number): ClusterHandle {
    if (this.cluster !== null) return this.cluster;
    const name = headers.get(this.header as HeaderName) ?? '';
    const clusters = this.clusters as ClusterNames;
    // A directory keeps the handles that it gave out, and this name is the client's.
    return clusters.knownCluster(name) ? clusters.cluster(name) : { name, current: null };
  }
}
