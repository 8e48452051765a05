import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Address, ipAddress } from '../../src/base/address.ts';
import { systemClock } from '../../src/base/clock.ts';
import { adopt } from '../../src/net/accepted-socket.ts';
import type { ConnectionCallbacks } from '../../src/net/connection.ts';
import { createDispatcher, type EventLoop } from '../../src/net/event-loop.ts';
import { SocketConnection } from '../../src/net/socket-connection.ts';
import { READS_EVENTS, READS_STATIC, type ReadMode } from '../../src/net/socket-options.ts';

/** A server of plain Node sockets on 127.0.0.1, as peer of what is tested. */
export async function listenTo(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number; address: Address }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, address: ipAddress('127.0.0.1', port) };
}

/** Wraps an accepted socket (`pauseOnConnect`) as the listeners do, without starting to read. */
export function accepted(dispatcher: EventLoop, socket: Socket, readMode: ReadMode, callbacks: ConnectionCallbacks): SocketConnection {
  const remoteAddress = ipAddress(socket.remoteAddress ?? '', socket.remotePort ?? 0);
  const localAddress = ipAddress(socket.localAddress ?? '', socket.localPort ?? 0);
  const moved = readMode === READS_STATIC ? adopt(socket, dispatcher.memory) : null;
  if (readMode === READS_STATIC && moved === null) throw new Error('this Node cannot adopt sockets');
  const connection = new SocketConnection({
    dispatcher,
    socket: moved ?? socket,
    readMode,
    localAddress,
    remoteAddress,
    tls: null,
    connected: true,
  });
  connection.setCallbacks(callbacks);
  return connection;
}

/** One of our connections and the plain Node socket at its other end. */
export interface Pair {
  readonly dispatcher: EventLoop;
  readonly ours: SocketConnection;
  readonly peer: Socket;
  close(): void;
}

/** Connected on both sides; ours reads once `start` was called. */
export async function pair(readMode: ReadMode, callbacks: ConnectionCallbacks, dispatcher: EventLoop = realLoop()): Promise<Pair> {
  let done: (connection: SocketConnection) => void;
  const arrived = new Promise<SocketConnection>((resolve) => {
    done = resolve;
  });
  const { server, port } = await listenTo((socket) => done(accepted(dispatcher, socket, readMode, callbacks)));
  const peer = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  peer.on('error', () => {});
  const ours = await arrived;
  server.close();
  const close = (): void => {
    peer.destroy();
    ours.socket.destroy();
    dispatcher.close();
  };
  return { dispatcher, ours, peer, close };
}

export function realLoop(): EventLoop {
  return createDispatcher({ clock: systemClock, workerIndex: 0 });
}

/** Both ways of reading, for tests that must hold for each. */
export const READ_MODES: readonly (readonly [name: string, mode: ReadMode])[] = [
  ['static read buffer', READS_STATIC],
  ["'data' events", READS_EVENTS],
];

/** Resolves when `condition` holds, looking once per turn of the event loop. */
export async function until(condition: () => boolean, what: string, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms for: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets the event loop go round, for what must not happen. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
