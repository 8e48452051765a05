import type { AccessLog } from '../../../src/telemetry/access-log.ts';
import type { StatGroup } from '../../../src/telemetry/stats.ts';
import { statSpec } from '../../../src/telemetry/stats.ts';
import type { ClusterHandle } from '../../../src/upstream/cluster.ts';
import type { PickContext } from '../../../src/upstream/lb/picker.ts';
import type { BackoffRange } from './backoff.ts';

/** Under `tcp.<stat_prefix>.`: Envoy's names (docs "TCP proxy"). Those of features that are not here stay 0. */
export const TCP_STATS = statSpec({
  counters: [
    'downstream_cx_drain_close',
    'downstream_cx_no_route',
    'downstream_cx_overload_close',
    'downstream_cx_rx_bytes_total',
    'downstream_cx_total',
    'downstream_cx_tx_bytes_total',
    'downstream_flow_control_paused_reading_total',
    'downstream_flow_control_resumed_reading_total',
    'early_data_received_count_total',
    'idle_timeout',
    'max_downstream_connection_duration',
    'route_delayed_total',
    'upstream_flush_total',
  ],
  gauges: ['downstream_cx_rx_bytes_buffered', 'downstream_cx_tx_bytes_buffered', 'upstream_flush_active'],
});

/** A cluster, and the sum of its weight and those before it. */
export interface WeightedTarget {
  readonly cluster: ClusterHandle;
  readonly upTo: number;
}

export interface TcpProxyOptions {
  /** At least one; the last one's `upTo` is the sum of all weights. */
  readonly targets: readonly WeightedTarget[];
  /** Milliseconds without a byte in either direction; 0: none. */
  readonly idleTimeoutMs: number;
  /** Milliseconds; 0: no limit. */
  readonly maxDurationMs: number;
  /** Share of `maxDurationMs` that is added at random, in [0, 1]. */
  readonly jitter: number;
  readonly maxConnectAttempts: number;
  /** Between attempts; null: none. */
  readonly backoff: BackoffRange | null;
  /** Nothing is connected before the client has sent something. */
  readonly afterData: boolean;
  /** Bytes that are read from the client before the host is there; -1: it is not read. */
  readonly maxEarlyBytes: number;
  /** Connections are balanced by the address of the client. */
  readonly hashSource: boolean;
  /** Connections of a draining listener end with the next bytes that pass; null: they go on. */
  readonly life: { readonly draining: boolean } | null;
  readonly accessLogs: readonly AccessLog[];
  /** They are also written when a connection begins, when its host is there, and every so many milliseconds (0: not). */
  readonly logStart: boolean;
  readonly logConnected: boolean;
  readonly logEveryMs: number;
}

/** One per chain and worker. */
export class TcpProxySettings {
  readonly stats: StatGroup;
  readonly idleTimeoutMs: number;
  readonly maxConnectAttempts: number;
  readonly backoff: BackoffRange | null;
  readonly afterData: boolean;
  readonly maxEarlyBytes: number;
  readonly hashSource: boolean;
  readonly life: { readonly draining: boolean } | null;
  readonly accessLogs: readonly AccessLog[];
  readonly logStart: boolean;
  readonly logConnected: boolean;
  readonly logEveryMs: number;
  /** Refilled for each pick. */
  readonly pick: PickContext;
  private readonly targets: readonly WeightedTarget[];
  private readonly maxDurationMs: number;
  private readonly jitter: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;

  constructor(options: TcpProxyOptions, stats: StatGroup, random: () => number = Math.random) {
    this.stats = stats;
    this.idleTimeoutMs = options.idleTimeoutMs;
    this.maxConnectAttempts = options.maxConnectAttempts;
    this.backoff = options.backoff;
    this.afterData = options.afterData;
    this.maxEarlyBytes = options.maxEarlyBytes;
    this.hashSource = options.hashSource;
    this.life = options.life;
    this.accessLogs = options.accessLogs;
    this.logStart = options.logStart;
    this.logConnected = options.logConnected;
    this.logEveryMs = options.logEveryMs;
    this.pick = { hash: -1, random: 0, tried: null, override: '', subset: null, headers: null, info: null };
    this.targets = options.targets;
    this.maxDurationMs = options.maxDurationMs;
    this.jitter = options.jitter;
    this.random = random;
  }

  /** Asked anew for each attempt, as Envoy does. */
  pickCluster(): ClusterHandle {
    const { targets } = this;
    const last = targets.length - 1;
    if (last > 0) {
      const at = this.random() * (targets[last] as WeightedTarget).upTo;
      for (let i = 0; i < last; i++) {
        const target = targets[i] as WeightedTarget;
        if (at < target.upTo) return target.cluster;
      }
    }
    return (targets[last] as WeightedTarget).cluster;
  }

  /** Uniform in [0, 2^32). */
  randomBits(): number {
    return Math.floor(this.random() * 0x1_0000_0000);
  }

  /** How long a connection may last, in milliseconds; 0: no limit. */
  duration(): number {
    const { maxDurationMs, jitter } = this;
    return jitter === 0 ? maxDurationMs : maxDurationMs * (1 + this.random() * jitter);
  }
}
