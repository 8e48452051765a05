/**
 * A cluster as the data path uses it. Settings are frozen; hosts and the picker are swapped by the cluster's own discovery
 * (static, DNS, EDS …). A stream keeps the `Cluster` it started with.
 */

import type { H1ClientSettings } from '../http/h1/settings.ts';
import type { H2ClientSettings } from '../http/h2/settings.ts';
import type { Headers } from '../http/headers.ts';
import type { ClusterHandle as RouteClusterHandle } from '../http/route.ts';
import { type DownstreamAddresses, forClient, type UpstreamTransportOptions } from '../net/transport-socket.ts';
import type { StatGroup } from '../telemetry/stats.ts';
import type { Protocol } from '../telemetry/stream-info.ts';
import type { Host } from './host.ts';
import type { HostSet, Picker } from './lb/picker.ts';
import type { AutoNames } from './named-selectors.ts';
import type { AddressOrder } from './pool/address-order.ts';
import type { Pool } from './pool/pool.ts';

/** One thing that a circuit breaker limits. */
export interface Limited {
  readonly limit: number;
  /** False: the breaker is open. */
  tryAcquire(): boolean;
  /** Takes one beyond the limit when need be: a host's only connection. */
  acquire(): void;
  release(): void;
}

/** Limits of one priority; the counts are shared by all workers. Envoy's defaults: 1024, 1024, 1024, 3. */
export interface CircuitBreaker {
  readonly connections: Limited;
  readonly pending: Limited;
  readonly requests: Limited;
  readonly retries: Limited;
  /** Null: no limit. */
  readonly pools: Limited | null;
  /** Most connections to one host, as this worker counts them. */
  readonly hostConnections: number;
}

export interface UpstreamHttpSettings {
  /** How to speak to hosts. `auto`: as the TLS handshake says. */
  readonly protocol: 'h1' | 'h2' | 'auto';
  /** The protocol of the downstream request goes first, where there is one. */
  readonly useDownstream: boolean;
  /** Milliseconds an idle pooled connection lives; 0: for ever. Default 3 600 000. */
  readonly idleTimeoutMs: number;
  /** 0: no limit. */
  readonly maxRequestsPerConnection: number;
  /** Milliseconds after which a connection takes no new request; 0: never. */
  readonly maxConnectionDurationMs: number;
  /** Milliseconds that a stream may take from its beginning to its end; 0: no limit. */
  readonly maxStreamMs: number;
  readonly h1: H1ClientSettings;
  readonly h2: H2ClientSettings;
  /** `auto_sni`, `auto_san_validation`; absent: neither. */
  readonly autoNames?: AutoNames;
}

export interface ClusterSettings {
  readonly name: string;
  /** `alt_stat_name` or the name. */
  readonly statName: string;
  /** Milliseconds. */
  readonly connectTimeoutMs: number;
  /** `per_connection_buffer_limit_bytes`; 0: no watermark. */
  readonly bufferLimit: number;
  readonly http: UpstreamHttpSettings;
  /** How connections are opened when a stream asks for nothing else: source address, keepalive. */
  readonly transportOptions: UpstreamTransportOptions;
  readonly metadata: object | null;
  /** For hosts with several addresses (`happy_eyeballs_config`); absent: one of each family in turn. */
  readonly addressOrder?: AddressOrder;
  /** Above 1: connections are opened in advance, for so many streams in each one that runs or waits (`preconnect_policy`). */
  readonly preconnectRatio?: number;
  /** Every downstream connection has pools of its own (`connection_pool_per_downstream_connection`). */
  readonly poolPerDownstream?: boolean;
  /** Any change of the hosts drains the pools of all (`close_connections_on_host_set_change`). */
  readonly drainOnChange?: boolean;
}

/** What tells pools of one host apart, besides the host's own transport socket. Made once and compared by identity. */
export class PoolSelector {
  readonly protocol: 'h1' | 'h2' | 'auto';
  /** Which circuit breaker is charged. */
  readonly high: boolean;
  readonly options: UpstreamTransportOptions;

  constructor(protocol: 'h1' | 'h2' | 'auto', high: boolean, options: UpstreamTransportOptions) {
    this.protocol = protocol;
    this.high = high;
    this.options = options;
  }

  /** For a transport socket that tells who the client is: the same with its addresses. */
  forClient(downstream: DownstreamAddresses): PoolSelector {
    return new PoolSelector(this.protocol, this.high, forClient(this.options, downstream));
  }
}

/** What responses count: statuses, and the time from the end of the request in milliseconds. */
export interface ResponseCounts {
  /** `internal`: the request carried `x-envoy-internal: true`. */
  charge(status: number, internal: boolean): void;
  recordTime(ms: number, internal: boolean): void;
  /** Once more under `canary.`, for the response of such a host. */
  chargeCanary(status: number): void;
  /** A response that nobody gets to see, because the request is tried again. */
  chargeRetry(status: number): void;
}

export interface Cluster {
  readonly settings: ClusterSettings;
  /** CLUSTER_STATS of `cluster.<statName>.` */
  readonly stats: StatGroup;
  readonly responses: ResponseCounts;
  /** [default, high], for requests of the proxy itself. */
  readonly selectors: readonly [PoolSelector, PoolSelector];
  /** Never null: an empty cluster has a picker that answers null. */
  picker: Picker;
  hostSets: readonly HostSet[];
  breaker(high: boolean): CircuitBreaker;
  /** A connection outside of the pools counts here: the slots stay this cluster's until it lets go. */
  hold(): void;
  letGo(): void;
  /** For a request that came in as `downstream` and leaves with these headers: its host may name the connection. */
  selector(high: boolean, downstream: Protocol, headers?: Headers): PoolSelector;
  /** The pool to a host of this cluster; made when first asked for. */
  pool(host: Host, selector: PoolSelector): Pool;
}

/** Narrows the handle that routes hold. `current` is null while the cluster does not exist (or is still warming). */
export interface ClusterHandle extends RouteClusterHandle {
  current: Cluster | null;
}
