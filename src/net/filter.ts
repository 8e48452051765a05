/**
 * Network filters (contract 5): what happens to the bytes of an accepted connection between its transport socket and the
 * terminal filter (http_connection_manager, tcp_proxy). The same interface serves *upstream* network filters of a cluster.
 */
import type { StreamInfo } from '../telemetry/stream-info.ts';
import type { Connection } from './connection.ts';

export const NETWORK_CONTINUE = 0 as const;
/** Keeps data from the next filter until `NetworkFilterCallbacks.continueReading()`. */
export const NETWORK_STOP = 1 as const;
export type NetworkStatus = typeof NETWORK_CONTINUE | typeof NETWORK_STOP;

export interface NetworkFilterCallbacks {
  readonly connection: Connection;
  readonly info: StreamInfo;
  /** Resumes at the filter after the one that stopped; bytes held back (bounded by the watermark) go first. */
  continueReading(): void;
}

/** One object per connection. All bytes are borrowed (see net/connection.ts). */
export interface NetworkFilter {
  onNewConnection(callbacks: NetworkFilterCallbacks): NetworkStatus;
  onData(buffer: Buffer, start: number, end: number): NetworkStatus;
  /** Peer sent FIN. */
  onEnd(): void;
  onClose(by: number): void;
  onAboveHighWatermark(): void;
  onBelowLowWatermark(): void;
  /** The listener drains: finish what runs, take nothing new, and say so to the peer where the protocol can. */
  onDrain(): void;
}

/** A compiled filter of a chain: makes one `NetworkFilter` per connection. */
export interface NetworkFilterFactory {
  readonly name: string;
  readonly terminal: boolean;
  create(): NetworkFilter;
}
