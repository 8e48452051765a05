/**
 * Connection pools (contract 10): one per host, protocol, ALPN list, transport-socket match and source address.
 * HTTP/1.1 pools hand out a connection per request, HTTP/2 pools a stream of a shared connection; callers see no difference.
 */
import type { ClientConnection, RequestEncoder, ResponseDecoder } from '../../http/codec.ts';
import type { Fault } from '../../http/faults.ts';
import type { Host } from '../host.ts';

/** Answers to one `newStream`. Exactly one of the two is called, at once or later. */
export interface PoolCallbacks {
  onPoolReady(encoder: RequestEncoder, client: ClientConnection, host: Host): void;
  /** Overflow, connect failure or timeout. `reason` is the transport's text for logs, '' when there is none. */
  onPoolFailure(fault: Fault, reason: string, host: Host): void;
}

/** A request that waits for a connection. */
export interface PendingStream {
  /** Gives up waiting; no callback follows. */
  cancel(): void;
}

export interface Pool {
  /** Equal strings may share connections. */
  readonly key: string;
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
  readonly activeConnections: number;
  readonly pendingStreams: number;
}
