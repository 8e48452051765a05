/**
 * A cluster as the data path uses it. Settings are frozen; hosts and the picker are swapped by the cluster's own discovery
 * (static, DNS, EDS …). A stream keeps the `Cluster` it started with.
 */
import type { HeadLimits } from '../http/codec.ts';
import type { ClusterHandle as RouteClusterHandle } from '../http/route.ts';
import type { SharedCount, StatGroup } from '../telemetry/stats.ts';
import type { HostSet, Picker } from './lb/picker.ts';

/** Per-priority thresholds; shared by all workers. Envoy's defaults: 1024, 1024, 1024, 3. */
export interface CircuitBreaker {
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  readonly connections: SharedCount;
  readonly pending: SharedCount;
  readonly requests: SharedCount;
  readonly retries: SharedCount;
}

export interface UpstreamHttpSettings {
  /** How to speak to hosts. `downstream`: the request's own protocol. */
  readonly protocol: 'h1' | 'h2' | 'auto' | 'downstream';
  /** Milliseconds an idle pooled connection lives; 0: for ever. Default 3 600 000. */
  readonly idleTimeoutMs: number;
  /** 0: no limit. */
  readonly maxRequestsPerConnection: number;
  readonly headLimits: HeadLimits;
}

export interface ClusterSettings {
  readonly name: string;
  /** `alt_stat_name` or the name. */
  readonly statName: string;
  readonly connectTimeoutMs: number;
  readonly bufferLimit: number;
  readonly http: UpstreamHttpSettings;
  /** [default, high]. */
  readonly circuitBreakers: readonly [CircuitBreaker, CircuitBreaker];
  /** Milliseconds a drained pool waits for its streams; connections to removed hosts close after it. */
  readonly drainMs: number;
  readonly metadata: object | null;
}

export interface Cluster {
  readonly settings: ClusterSettings;
  /** CLUSTER_STATS of `cluster.<statName>.` */
  readonly stats: StatGroup;
  /** Never null: an empty cluster has a picker that answers null. */
  picker: Picker;
  hostSets: readonly HostSet[];
}

/** Narrows the handle that routes hold. `current` is null while the cluster does not exist (or is still warming). */
export interface ClusterHandle extends RouteClusterHandle {
  current: Cluster | null;
}
