/**
 * Sockets that need more before connect(2) than Node does: options of the kernel (envoy.config.core.v3.SocketOption), a source address.
 * Made through the C library, and handed to Node as descriptors.
 *
 * The port of a source address is chosen together with the destination (IP_BIND_ADDRESS_NO_PORT, ip(7)). bind(2) alone takes a port
 * that nobody else uses from that address at all, looks for it among all that are taken, and finds none when 28,000 connections are
 * open or wait for their end; every connection to an application behind a sidecar comes from 127.0.0.6.
 */
import { isIPv6, type NetConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { IpAddress } from '../base/address.ts';
import { ipBytes } from '../base/ip.ts';
import type { Libc } from './libc.ts';
import type { SocketError } from './socket-errors.ts';

// bits/socket.h, linux/in.h, linux/in6.h
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM_CLOEXEC_NONBLOCK = 1 | 0o2000000 | 0o4000;
const SOL_IP = 0;
const IP_BIND_ADDRESS_NO_PORT = 24;
const ONE = new Uint8Array([1, 0, 0, 0]);

/** Makes sockets in place of Node. */
export interface SocketOpener {
  /** Like `net.connect(to)`. What goes wrong before is an error of the socket. */
  connect(to: NetConnectOpts): Socket;
}

export interface KernelOption {
  readonly level: number;
  readonly name: number;
  readonly value: Uint8Array;
  /** Sockets of the other family go without it; 0: none does. */
  readonly family: 0 | 4 | 6;
}

export class PreparedSocket implements SocketOpener {
  private readonly options: readonly KernelOption[];
  private readonly source: IpAddress | null;
  private readonly libc: Libc;

  constructor(options: readonly KernelOption[], source: IpAddress | null, libc: Libc) {
    this.options = options;
    this.source = source;
    this.libc = libc;
  }

  /** A descriptor for a connection to an address of this family, or why there can be none. */
  open(family: 4 | 6): number | SocketError {
    const { libc, source } = this;
    const fd = libc.socket(family === 6 ? AF_INET6 : AF_INET, SOCK_STREAM_CLOEXEC_NONBLOCK, 0);
    if (fd < 0) return this.failed(fd, 'socket');
    for (const { level, name, value, family: only } of this.options) {
      if (only !== 0 && only !== family) continue;
      if (libc.setsockopt(fd, level, name, value, value.length) !== 0) return this.failed(fd, 'setsockopt');
    }
    if (source === null) return fd;
    if (source.port === 0) libc.setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, ONE, 4);
    const address = socketAddressOf(source);
    return libc.bind(fd, address, address.length) === 0 ? fd : this.failed(fd, 'bind');
  }

  connect(to: NetConnectOpts): Socket {
    const fd = this.open('host' in to && isIPv6(to.host ?? '') ? 6 : 4);
    if (typeof fd === 'number') {
      // Node must not read before it is connected; its own server says so the same way.
      const socket = new Socket(Object.assign({}, to, { fd, manualStart: true }) as SocketConstructorOpts);
      return socket.connect(to);
    }
    // It says so at the end of the turn.
    const socket = new Socket();
    socket.destroy(fd);
    return socket;
  }

  private failed(fd: number, syscall: string): SocketError {
    const errno = this.libc.errno();
    const source = this.source;
    if (fd >= 0) this.libc.close(fd);
    const code = getSystemErrorName(-errno);
    const error = Object.assign(new Error(`${syscall} ${code}`), { errno: -errno, code, syscall });
    return source === null ? error : Object.assign(error, { address: source.ip, port: source.port });
  }
}

/** struct sockaddr_in, struct sockaddr_in6. */
function socketAddressOf({ ip, port, family }: IpAddress): Buffer {
  const value = Buffer.alloc(family === 6 ? 28 : 16);
  value.writeUInt16LE(family === 6 ? AF_INET6 : AF_INET, 0);
  value.writeUInt16BE(port, 2);
  value.set(ipBytes(ip) ?? [], family === 6 ? 8 : 4);
  return value;
}
