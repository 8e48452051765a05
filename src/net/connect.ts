import { connect as connectSocket, type NetConnectOpts, type Socket } from 'node:net';
import type { Address } from '../base/address.ts';
import { CAN_ADOPT } from './accepted-socket.ts';
import type { ConnectionCallbacks } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { SocketOpener } from './prepared-socket.ts';
import { SocketConnection } from './socket-connection.ts';
import { READS_EVENTS, READS_STATIC, type ReadMode } from './socket-options.ts';
import type { TcpKeepAlive } from './transport-socket.ts';

export interface ConnectOptions {
  /** Bound to before connecting; a port of 0 leaves the port to the kernel. */
  readonly sourceAddress: Address | null;
  /** Makes the socket and binds it; absent or null: Node does. */
  readonly opener?: SocketOpener | null;
  readonly keepAlive: TcpKeepAlive | null;
  /** Other than the platform's best: for tests. */
  readonly readMode?: ReadMode;
}

/** Linux tcp(7): tcp_keepalive_time, tcp_keepalive_intvl, tcp_keepalive_probes. */
const KERNEL_KEEPALIVE: TcpKeepAlive = { idleMs: 7_200_000, intervalMs: 75_000, probes: 9 };

/** How sockets are read on this Node. */
export const BEST_READ_MODE: ReadMode = CAN_ADOPT ? READS_STATIC : READS_EVENTS;

/**
 * Opens a TCP or Unix-domain connection. The answer comes once and later: `onConnected`, or `onClose` with CLOSED_ERROR and
 * `errorText`. `close()` gives up waiting. Nagle's algorithm is off (Envoy does the same); there is no timeout here.
 */
export function connect(
  dispatcher: Dispatcher,
  address: Address,
  options: ConnectOptions,
  callbacks: ConnectionCallbacks,
): SocketConnection {
  const readMode = options.readMode ?? BEST_READ_MODE;
  const socket = openSocket(dispatcher, address, options, readMode);
  const connection = new SocketConnection({
    dispatcher,
    socket,
    readMode,
    localAddress: null,
    remoteAddress: address,
    tls: null,
    connected: false,
  });
  if (options.keepAlive !== null) setKeepAlive(socket, options.keepAlive);
  connection.setCallbacks(callbacks);
  connection.start(null);
  return connection;
}

/** A socket on its way; for those that put something between it and a connection, too (TLS). */
export function openSocket(dispatcher: Dispatcher, address: Address, options: ConnectOptions, readMode: ReadMode): Socket {
  const { opener, keepAlive } = options;
  if (opener !== undefined && opener !== null && address.kind === 'ip') {
    return opener.connect(socketOptions(dispatcher, address, { sourceAddress: null, keepAlive }, readMode));
  }
  return connectSocket(socketOptions(dispatcher, address, options, readMode));
}

export function setKeepAlive(socket: Socket, keepAlive: TcpKeepAlive): void {
  const { idleMs, intervalMs, probes } = keepAlive;
  socket.setKeepAlive({
    enable: true,
    initialDelay: idleMs > 0 ? idleMs : KERNEL_KEEPALIVE.idleMs,
    interval: intervalMs > 0 ? intervalMs : KERNEL_KEEPALIVE.intervalMs,
    count: probes > 0 ? probes : KERNEL_KEEPALIVE.probes,
  });
}

function socketOptions(dispatcher: Dispatcher, address: Address, options: ConnectOptions, readMode: ReadMode): NetConnectOpts {
  const common: Pick<NetConnectOpts, 'allowHalfOpen' | 'onread'> =
    readMode === READS_STATIC ? { allowHalfOpen: true, onread: dispatcher.memory.onread } : { allowHalfOpen: true };
  if (address.kind === 'pipe') return { ...common, path: address.path };
  const tcp = { ...common, host: address.ip, port: address.port, noDelay: true, autoSelectFamily: false, lookup: refuseNames };
  const { sourceAddress } = options;
  if (sourceAddress === null || sourceAddress.kind !== 'ip') return tcp;
  return { ...tcp, localAddress: sourceAddress.ip, localPort: sourceAddress.port };
}

/** Resolving names is a cluster's business; a name that comes here would block on the thread pool. */
function refuseNames(name: string, _options: object, done: (error: NodeJS.ErrnoException, address: string) => void): void {
  done(new Error(`malformed IP address: ${name}`), '');
}
