import { type Address, formatAddress } from '../../../src/base/address.ts';
import { adopt } from '../../../src/net/accepted-socket.ts';
import { connect } from '../../../src/net/connect.ts';
import type { Connection, ConnectionCallbacks } from '../../../src/net/connection.ts';
import type { Dispatcher } from '../../../src/net/dispatcher.ts';
import { SocketConnection } from '../../../src/net/socket-connection.ts';
import { READS_EVENTS, READS_STATIC } from '../../../src/net/socket-options.ts';
import type {
  AcceptCallbacks,
  AcceptedSocket,
  DownstreamTransportSocketFactory,
  UpstreamTransportOptions,
  UpstreamTransportSocketFactory,
} from '../../../src/net/transport-socket.ts';

/** Plain text from clients: ready before `accept` returns. */
export class RawAccept implements DownstreamTransportSocketFactory {
  readonly name = 'raw_buffer';
  readonly secure = false;
  readonly ready = true;

  accept(dispatcher: Dispatcher, accepted: AcceptedSocket, callbacks: AcceptCallbacks): void {
    const moved = adopt(accepted.socket, dispatcher.memory);
    const connection = new SocketConnection({
      dispatcher,
      socket: moved ?? accepted.socket,
      readMode: moved === null ? READS_EVENTS : READS_STATIC,
      localAddress: accepted.localAddress,
      remoteAddress: accepted.remoteAddress,
      tls: null,
      connected: true,
    });
    callbacks.onReady(connection);
    if (connection.open) connection.start(accepted.peeked);
  }
}

/** Plain text to hosts. */
export class RawConnect implements UpstreamTransportSocketFactory {
  readonly name = 'raw_buffer';
  readonly secure = false;
  readonly ready = true;

  connect(dispatcher: Dispatcher, address: Address, options: UpstreamTransportOptions, callbacks: ConnectionCallbacks): Connection {
    const { sourceAddress, opener, keepAlive, preface } = options;
    const how = { sourceAddress, opener: opener ?? null, keepAlive: keepAlive ?? null };
    const connection = connect(dispatcher, address, how, callbacks);
    if (preface !== undefined && preface !== null) connection.write(preface);
    return connection;
  }

  key(options: UpstreamTransportOptions): string {
    return options.sourceAddress === null ? '' : formatAddress(options.sourceAddress);
  }
}
