import type { NetworkFilterFactory } from '../../src/net/filter.ts';
import type { ListenerFilterFactory } from '../../src/net/listener-filter.ts';
import type { ListenSettings } from '../../src/net/listening-socket.ts';
import type { DownstreamTransportSocketFactory, TcpKeepAlive } from '../../src/net/transport-socket.ts';
import type { AccessLog } from '../../src/telemetry/access-log.ts';
import type { ConfiguredMetadata } from '../../src/telemetry/stream-info.ts';
import type { ChainMatcher } from './chain-match.ts';
import type { ListenerPredicate } from './predicate.ts';

export interface ListenerFilterEntry {
  readonly factory: ListenerFilterFactory;
  /** Connections that the filter is left out for; null: none. */
  readonly disabled: ListenerPredicate | null;
}

export interface FilterChainSettings {
  readonly name: string;
  /** `filter_metadata`. Absent: none. */
  readonly metadata?: ConfiguredMetadata | null;
  readonly transport: DownstreamTransportSocketFactory;
  /** A handshake that takes longer is given up; 0: never. */
  readonly transportTimeoutMs: number;
  /** None: connections are closed as soon as they are accepted. */
  readonly filters: readonly NetworkFilterFactory[];
}

/** One address, as the kernel is asked for it; `reusePort` is up to the worker. */
export type AddressSettings = Omit<ListenSettings, 'reusePort'>;

export interface ListenerSettings {
  readonly name: string;
  /** `filter_metadata`. Absent: none. */
  readonly metadata?: ConfiguredMetadata | null;
  /** `127.0.0.1_15001`, or `stat_prefix`. */
  readonly statName: string;
  readonly direction: 'unspecified' | 'inbound' | 'outbound';
  /** First the address, then `additional_addresses`. */
  readonly addresses: readonly AddressSettings[];
  /** False: connections come from another listener only (`bind_to_port`). */
  readonly bind: boolean;
  /** High watermark of a connection in bytes. */
  readonly bufferLimit: number;
  readonly keepAlive: TcpKeepAlive | null;
  readonly listenerFilters: readonly ListenerFilterEntry[];
  /** 0: listener filters may take for ever. */
  readonly listenerFiltersTimeoutMs: number;
  readonly continueOnTimeout: boolean;
  /** Connections whose destination was restored go to the listener of that address, when there is one (`use_original_dst`). */
  readonly handOver: boolean;
  readonly chains: ChainMatcher;
  readonly accessLogs: readonly AccessLog[];
}
