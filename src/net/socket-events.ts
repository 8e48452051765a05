/**
 * Node's socket events as calls on the connection: one set of functions for all sockets, because Node calls a listener as a
 * method of the socket.
 */
import type { ReadingSocket } from './loop-memory.ts';
import type { SocketConnection } from './socket-connection.ts';
import type { SocketError } from './socket-errors.ts';
import type { TlsConnection } from './tls-connection.ts';

/** Everything but input. An error listener is always there: without one an error would end the process. */
export function listenTo(socket: ReadingSocket, connecting: boolean): void {
  socket.on('error', onSocketError);
  socket.on('end', onSocketEnd);
  socket.on('close', onSocketClose);
  if (connecting) socket.on('connect', onSocketConnect);
}

/** Input by events, where the static read buffer cannot be used. */
export function listenToData(socket: ReadingSocket): void {
  if (socket.listenerCount('data') === 0) socket.on('data', onSocketData);
}

/** TLS is established; the peer is not checked yet. */
export function listenForHandshake(socket: ReadingSocket): void {
  socket.on('secure', onSocketSecure);
}

/** One function per connection whose kernel was ever full; most have none. */
export function makeDrained(connection: SocketConnection): () => void {
  return () => connection.onDrained();
}

interface OwnedSocket extends ReadingSocket {
  reader: SocketConnection;
}

function onSocketError(this: OwnedSocket, error: SocketError): void {
  this.reader.onError(error);
}

function onSocketEnd(this: OwnedSocket): void {
  this.reader.onEnded();
}

function onSocketClose(this: OwnedSocket): void {
  this.reader.onSocketGone();
}

function onSocketConnect(this: OwnedSocket): void {
  this.reader.onConnected();
}

function onSocketSecure(this: ReadingSocket): void {
  (this.reader as TlsConnection).onSecure();
}

function onSocketData(this: OwnedSocket, data: Buffer): void {
  this.reader.onOwnData(data);
}
