/**
 * Connection pools (contract 10): one per host, protocol, ALPN list, transport-socket match and source address.
 * HTTP/1.1 pools hand out a connection per request, HTTP/2 pools a stream of a shared connection; callers see no difference.
 */
import type { ClientCallbacks, ClientConnection, RequestEncoder, ResponseDecoder } from '../../http/codec.ts';
import type { Fault } from '../../http/faults.ts';
import type { Connection } from '../../net/connection.ts';
import type { Dispatcher } from '../../net/dispatcher.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import type { CircuitBreaker, ClusterSettings, PoolSelector, UpstreamHttpSettings } from '../cluster.ts';
import type { Host } from '../host.ts';

/** What is told of the connection under a stream. */
export type StreamConnection = Pick<ClientConnection, 'protocol' | 'connection'>;

/** Answers to one `newStream`. Exactly one of the two is called, at once or later. */
export interface PoolCallbacks {
  onPoolReady(encoder: RequestEncoder, client: StreamConnection, host: Host): void;
  /**
   * Overflow, connect failure or timeout. `reason` is the transport's text for logs, '' when there is none. `host` is null when the
   * request did not even get into the queue.
   */
  onPoolFailure(fault: Fault, reason: string, host: Host | null): void;
}

/** A request that waits for a connection. */
export interface PendingStream {
  /** Gives up waiting; no callback follows. */
  cancel(): void;
}

export interface Pool {
  /** Equal strings may share connections. */
  readonly key: string;
  /** The selector it was made for: found by identity on the request path. */
  readonly selector: PoolSelector;
  readonly host: Host;
  /**
   * Asks for a stream. Null when the answer was already given through `callbacks` (the common case: an idle connection);
   * otherwise a handle to cancel the wait. Circuit breakers (connections, pending, requests) are charged here.
   */
  newStream(decoder: ResponseDecoder, callbacks: PoolCallbacks): PendingStream | null;
  /** Finishes what runs, closes the rest; the pool is forgotten when the last connection is gone. */
  drain(): void;
  /** Closes everything now. */
  close(): void;
  /** Streams run or wait. */
  readonly busy: boolean;
  /** Connections that are open or being opened. */
  readonly activeConnections: number;
  readonly pendingStreams: number;
}

/** What a pool needs of its cluster. */
export interface PoolOwner {
  readonly dispatcher: Dispatcher;
  readonly settings: ClusterSettings;
  readonly stats: StatGroup;
  readonly codecs: ClientCodecs;
  breaker(high: boolean): CircuitBreaker;
  /** What codecs of this protocol count. */
  codecStats(protocol: 'h1' | 'h2'): StatGroup;
  /** A drained pool has lost its last connection. */
  onPoolGone(pool: Pool): void;
}

/** Makes the codec of a new connection. */
export interface ClientCodecs {
  create(
    protocol: 'h1' | 'h2',
    connection: Connection,
    callbacks: ClientCallbacks,
    settings: UpstreamHttpSettings,
    stats: StatGroup,
  ): ClientConnection;
}
