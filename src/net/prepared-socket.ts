/**
 * Sockets that need more before connect(2) than Node does: options of the kernel (envoy.config.core.v3.SocketOption), IP_FREEBIND, a source
 * address. Made through the C library, and handed to Node as a descriptor.
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
export const SOL_IP = 0;
const IP_BIND_ADDRESS_NO_PORT = 24;
const ONE = new Uint8Array([1, 0, 0, 0]);

/** Makes sockets in place of Node; LatePort is one too. */
export interface SocketOpener {
  /** A descriptor for a connection to an address of this family, or a negative number: none. */
  open(family: 4 | 6): number;
  /** Like `net.connect(to)`; null where Node is to try by itself. */
  connect(to: NetConnectOpts): Socket | null;
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

  /** A negative number is `-errno`. */
  open(family: 4 | 6): number {
    return this.make(family, null);
  }

  connect(to: NetConnectOpts): Socket {
    const failed: Failed = { syscall: '' };
    const fd = this.make('host' in to && isIPv6(to.host ?? '') ? 6 : 4, failed);
    if (fd < 0) return this.broken(-fd, failed.syscall);
    const socket = new Socket(Object.assign({}, to, { fd, manualStart: true }) as SocketConstructorOpts);
    return socket.connect(to);
  }

  private make(family: 4 | 6, failed: Failed | null): number {
    const { libc, source } = this;
    const fd = libc.socket(family === 6 ? AF_INET6 : AF_INET, SOCK_STREAM_CLOEXEC_NONBLOCK, 0);
    if (fd < 0) return this.failed(fd, 'socket', failed);
    for (const { level, name, value, family: only } of this.options) {
      if (only !== 0 && only !== family) continue;
      if (libc.setsockopt(fd, level, name, value, value.length) !== 0) return this.failed(fd, 'setsockopt', failed);
    }
    if (source === null) return fd;
    if (source.port === 0) libc.setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, ONE, 4);
    const address = socketAddressOf(source);
    return libc.bind(fd, address, address.length) === 0 ? fd : this.failed(fd, 'bind', failed);
  }

  private failed(fd: number, syscall: string, failed: Failed | null): number {
    const errno = this.libc.errno();
    if (fd >= 0) this.libc.close(fd);
    if (failed !== null) failed.syscall = syscall;
    return -errno;
  }

  /** Says at the end of the turn why there is none. */
  private broken(errno: number, syscall: string): Socket {
    const { source } = this;
    const code = getSystemErrorName(-errno);
    const error = Object.assign(new Error(`${syscall} ${code}`), { errno: -errno, code, syscall }) as SocketError;
    if (source !== null) Object.assign(error, { address: source.ip, port: source.port });
    const socket = new Socket();
    socket.destroy(error);
    return socket;
  }
}

interface Failed {
  syscall: string;
}

/** struct sockaddr_in, struct sockaddr_in6. */
function socketAddressOf({ ip, port, family }: IpAddress): Buffer {
  const value = Buffer.alloc(family === 6 ? 28 : 16);
  value.writeUInt16LE(family === 6 ? AF_INET6 : AF_INET, 0);
  value.writeUInt16BE(port, 2);
  value.set(ipBytes(ip) ?? [], family === 6 ? 8 : 4);
  return value;
}
