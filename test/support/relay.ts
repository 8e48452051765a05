import type { Socket } from 'node:net';
import type { Address } from '../../src/base/address.ts';
import { connect } from '../../src/net/connect.ts';
import { CLOSE_FLUSH, CLOSE_NO_FLUSH, CLOSED_ERROR, type Connection, type ConnectionCallbacks } from '../../src/net/connection.ts';
import type { EventLoop } from '../../src/net/event-loop.ts';
import type { SocketConnection } from '../../src/net/socket-connection.ts';
import type { ReadMode } from '../../src/net/socket-options.ts';
import { accepted } from './sockets.ts';

/** One direction of a relay: borrowed bytes go straight into `to`, and `to` being full stops `from`. */
class Side implements ConnectionCallbacks {
  to: Connection | null = null;

  onConnected(): void {}

  onData(buffer: Buffer, start: number, end: number): void {
    this.to?.write(start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end));
  }

  onEnd(): void {
    this.to?.end();
  }

  onClose(by: number): void {
    // Both ends may be through with this side while the other still has bytes to deliver.
    this.to?.close(by === CLOSED_ERROR ? CLOSE_NO_FLUSH : CLOSE_FLUSH);
  }

  onAboveHighWatermark(): void {
    this.to?.readDisable(true);
  }

  onBelowLowWatermark(): void {
    this.to?.readDisable(false);
  }
}

/**
 * Passes everything between an accepted socket and a new connection to `address`, both ways, as a TCP proxy does. The read blocks
 * of one side lie under the writes of the other, so this is what shows whether bytes are ever overwritten.
 */
export function relay(dispatcher: EventLoop, socket: Socket, address: Address, readMode: ReadMode, bufferLimit: number): SocketConnection {
  const down = new Side();
  const up = new Side();
  const client = accepted(dispatcher, socket, readMode, down);
  const server = connect(dispatcher, address, { sourceAddress: null, keepAlive: null, readMode }, up);
  down.to = server;
  up.to = client;
  client.setBufferLimit(bufferLimit);
  server.setBufferLimit(bufferLimit);
  client.start(null);
  return client;
}
