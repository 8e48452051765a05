import type { ClosedBy, Connection } from '../../src/net/connection.ts';
import { CLOSE_NO_FLUSH } from '../../src/net/connection.ts';
import { NetworkFilterChain } from '../../src/net/filter-chain.ts';
import type { AcceptedConnection } from '../../src/net/listener-filter.ts';
import { Timer, type TimerOwner } from '../../src/net/timer-wheel.ts';
import type { AcceptCallbacks } from '../../src/net/transport-socket.ts';
import type { LogEntry } from '../../src/telemetry/access-log.ts';
import { type DownstreamInfo, StreamInfo, type TlsInfo } from '../../src/telemetry/stream-info.ts';
import type { TcpListener } from './listener.ts';
import type { FilterChainSettings } from './settings.ts';

/** One accepted connection from the choice of its filter chain to its end. Nearly everything of it is in the chain. */
export class ActiveConnection implements AcceptCallbacks, TimerOwner {
  private readonly listener: TcpListener;
  private readonly accepted: AcceptedConnection;
  private readonly settings: FilterChainSettings;
  private readonly acceptedAt: number;
  private chain: NetworkFilterChain | null;
  /** Runs while the transport socket shakes hands; null when that took no time. */
  private handshake: Timer | null;
  /** Why there is no chain. */
  private failure: string;
  private over: boolean;

  constructor(listener: TcpListener, accepted: AcceptedConnection, settings: FilterChainSettings, acceptedAt: number) {
    this.listener = listener;
    this.accepted = accepted;
    this.settings = settings;
    this.acceptedAt = acceptedAt;
    this.chain = null;
    this.handshake = null;
    this.failure = '';
    this.over = false;
  }

  start(peeked: Buffer | null): void {
    const { accepted, settings } = this;
    const { dispatcher } = this.listener;
    settings.transport.accept(
      dispatcher,
      {
        socket: accepted.socket,
        peeked,
        localAddress: accepted.localAddress,
        remoteAddress: accepted.remoteAddress,
        serverName: accepted.serverName,
      },
      this,
    );
    if (this.chain !== null || this.over || settings.transportTimeoutMs === 0) return;
    this.handshake = new Timer(this, 0);
    dispatcher.timers.arm(this.handshake, settings.transportTimeoutMs);
  }

  onReady(connection: Connection): void {
    const { listener, accepted, settings } = this;
    this.stopHandshake();
    if (this.over) {
      connection.close(CLOSE_NO_FLUSH);
      return;
    }
    const { dispatcher } = listener;
    const downstream = downstreamOf(accepted, connection.id, connection.tls, listener, settings);
    const info = new StreamInfo(downstream, this.acceptedAt, dispatcher.clock.wall());
    info.remoteAddress = accepted.remoteAddress;
    connection.setBufferLimit(listener.settings.bufferLimit);
    const chain = new NetworkFilterChain(connection, info, settings.filters, listener.settings.bufferLimit, this);
    this.chain = chain;
    connection.setCallbacks(chain);
    chain.begin();
    if (listener.draining && connection.open) chain.drain();
  }

  onFailure(reason: string): void {
    this.stopHandshake();
    this.failure = reason;
    this.finish();
  }

  /** The handshake took too long (`transport_socket_connect_timeout`). */
  onTimer(): void {
    this.listener.countHandshakeTimeout();
    this.failure = 'transport socket timeout';
    this.accepted.socket.destroy();
    this.finish();
  }

  onChainClose(_by: ClosedBy): void {
    this.finish();
  }

  drain(): void {
    if (this.chain?.connection.open) this.chain.drain();
  }

  /** At once, and the peer may notice. */
  close(): void {
    if (this.chain !== null) {
      this.chain.connection.close(CLOSE_NO_FLUSH);
      return;
    }
    this.stopHandshake();
    this.accepted.socket.destroy();
    this.finish();
  }

  private stopHandshake(): void {
    if (this.handshake !== null) this.listener.dispatcher.timers.cancel(this.handshake);
    this.handshake = null;
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    const { listener, chain } = this;
    const now = listener.dispatcher.timers.now;
    if (listener.settings.accessLogs.length > 0) listener.log(chain === null ? this.withoutChain(now) : entryOf(chain, now));
    listener.onGone(this, now - this.acceptedAt);
  }

  /** The handshake failed, or nobody waited for its end. */
  private withoutChain(now: number): LogEntry {
    const { listener, accepted, settings } = this;
    const downstream = downstreamOf(accepted, 0, null, listener, settings);
    const info = new StreamInfo(downstream, this.acceptedAt, listener.dispatcher.clock.wall());
    info.remoteAddress = accepted.remoteAddress;
    info.downstreamTransportFailure = this.failure;
    info.end = now;
    return { info, requestHeaders: null, responseHeaders: null, responseTrailers: null, localReplyBody: '' };
  }
}

export function downstreamOf(
  accepted: AcceptedConnection,
  connectionId: number,
  tls: TlsInfo | null,
  listener: TcpListener,
  chain: FilterChainSettings | null,
): DownstreamInfo {
  const { localAddress, directLocalAddress, directRemoteAddress, serverName } = accepted;
  return {
    connectionId,
    localAddress,
    originalDestination: accepted.localAddressRestored ? localAddress : null,
    directRemoteAddress,
    tls,
    serverName,
    listenerName: listener.name,
    filterChainName: chain === null ? '' : chain.name,
    directLocalAddress,
    listenerMetadata: listener.settings.metadata ?? null,
    filterChainMetadata: chain?.metadata ?? null,
    handshakeEnd: tls === null ? -1 : listener.dispatcher.timers.now,
  };
}

function entryOf(chain: NetworkFilterChain, now: number): LogEntry {
  const { info, connection } = chain;
  info.end = now;
  info.bytesReceived = connection.bytesReceived;
  info.bytesSent = connection.bytesSent;
  return { info, requestHeaders: null, responseHeaders: null, responseTrailers: null, localReplyBody: '' };
}
