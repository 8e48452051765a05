import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { type Address, formatAddress, type IpAddress, ipAddress } from '../base/address.ts';
import { openBound } from './bound-descriptor.ts';
import { loadLibc } from './libc.ts';
import { systemMessage } from './socket-errors.ts';

/** Who takes the connections of a listening socket. */
export interface Acceptor {
  /** The socket is paused and half-open is allowed; nothing was read. */
  onAccept(socket: Socket, from: ListeningSocket): void;
  /** accept(2) failed: mostly out of descriptors. */
  onAcceptError(text: string): void;
}

export interface ListenSettings {
  /** Port 0 lets the kernel choose. */
  readonly address: IpAddress;
  /** `::` also takes IPv4 connections (Envoy's `ipv4_compat`). */
  readonly dualStack: boolean;
  /** SO_REUSEPORT: every worker binds the same port. */
  readonly reusePort: boolean;
  readonly backlog: number;
  /** IP_TRANSPARENT: takes connections to addresses that are not this machine's (TPROXY). Absent: no. */
  readonly transparent?: boolean;
  /** IP_FREEBIND: the address need not exist. Absent: no. */
  readonly freebind?: boolean;
}

/**
 * A bound TCP port. Its acceptor can be exchanged, so that a listener takes over the socket of the one it replaces without a
 * connection being refused in between.
 *
 * Out of descriptors, libuv closes a spare one, accepts, closes the connection and opens the spare again, so the loop does not
 * spin; when even that fails the error is reported here.
 */
export class ListeningSocket {
  acceptor: Acceptor;
  /** With the real port once it is bound. */
  address: IpAddress;
  readonly settings: ListenSettings;
  private readonly server: Server;
  private done: ((error: string | null) => void) | null;
  private closed: boolean;

  constructor(settings: ListenSettings, acceptor: Acceptor) {
    this.settings = settings;
    this.address = settings.address;
    this.acceptor = acceptor;
    this.done = null;
    this.closed = false;
    // Nagle's algorithm off: heads and small bodies leave in one write anyway, and their tails must not wait for an ACK.
    this.server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (socket) => this.onConnection(socket));
    this.server.on('listening', () => this.onListening());
    this.server.on('error', (error: NodeJS.ErrnoException) => this.onError(error));
  }

  /** Binds. `done` comes once and later, with null or what went wrong in the words of Envoy. */
  open(done: (error: string | null) => void): void {
    this.done = done;
    const { address, dualStack, reusePort, backlog, transparent, freebind } = this.settings;
    if (transparent === true || freebind === true) {
      this.openWithOptions();
      return;
    }
    const options: ListenOptions = { host: address.ip, port: address.port, backlog, reusePort };
    if (address.family === 6) options.ipv6Only = !dualStack;
    this.server.listen(options);
  }

  /** Node binds without these options, so it is given a socket that is bound. */
  private openWithOptions(): void {
    const libc = loadLibc();
    const bound = typeof libc === 'string' ? libc : openBound(this.settings, libc);
    if (typeof bound === 'number') this.server.listen({ fd: bound, backlog: this.settings.backlog });
    else setImmediate(answerLater, this, bound);
  }

  /** Accepted connections are not touched. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.done = null;
    this.server.close();
  }

  private onListening(): void {
    const bound = this.server.address();
    if (bound !== null && typeof bound === 'object') this.address = ipAddress(this.settings.address.ip, bound.port);
    this.answer(null);
  }

  private onError(error: NodeJS.ErrnoException): void {
    const text = systemMessage(error);
    if (this.done !== null) this.answer(`cannot bind '${formatAddress(this.settings.address)}': ${text}`);
    else if (!this.closed) this.acceptor.onAcceptError(text);
  }

  private onConnection(socket: Socket): void {
    if (this.closed) socket.destroy();
    else this.acceptor.onAccept(socket, this);
  }

  answer(error: string | null): void {
    const { done } = this;
    this.done = null;
    done?.(error);
  }
}

function answerLater(socket: ListeningSocket, error: string): void {
  socket.answer(error);
}

/** Both ends of an accepted socket. Null when the peer is gone already. */
export interface Ends {
  readonly local: Address;
  readonly remote: Address;
}

/** IPv4 peers of a dual-stack socket are shown as IPv4 (Envoy does the same). */
export function endsOf(socket: Socket, from: ListeningSocket): Ends | null {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return null;
  const remote = ipAddress(unmapped(remoteAddress), remotePort);
  const { address } = from;
  if (!isWildcard(address.ip)) return { local: address, remote };
  // A transparent socket takes connections to other ports, too.
  const { localAddress, localPort } = socket;
  return { local: localAddress === undefined ? address : ipAddress(unmapped(localAddress), localPort ?? address.port), remote };
}

const MAPPED = '::ffff:';

function unmapped(ip: string): string {
  return ip.startsWith(MAPPED) && ip.includes('.') ? ip.slice(MAPPED.length) : ip;
}

function isWildcard(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::';
}
