/**
 * Connections from a given address whose port is chosen together with the destination (IP_BIND_ADDRESS_NO_PORT, ip(7)). bind(2) alone
 * takes a port that nobody else uses from that address at all, looks for it among all that are taken, and finds none when
 * 28,000 connections are open or wait for their end; every connection to an application behind a sidecar comes from 127.0.0.6.
 */
import { type NetConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { type IpAddress, ipAddress } from '../base/address.ts';
import { ipBytes } from '../base/ip.ts';
import { type Libc, loadLibc } from './libc.ts';

// bits/socket.h, linux/in.h
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM_CLOEXEC_NONBLOCK = 1 | 0o2000000 | 0o4000;
const SOL_IP = 0;
const IP_BIND_ADDRESS_NO_PORT = 24;
const ONE = new Uint8Array([1, 0, 0, 0]);

/** Of one source address. */
export class LatePort {
  private readonly libc: Libc;
  private readonly family: number;
  /** struct sockaddr_in or sockaddr_in6, port 0. */
  private readonly socketAddress: Buffer;

  constructor(address: IpAddress, libc: Libc) {
    const v6 = address.family === 6;
    this.libc = libc;
    this.family = v6 ? AF_INET6 : AF_INET;
    this.socketAddress = Buffer.alloc(v6 ? 28 : 16);
    this.socketAddress.writeUInt16LE(this.family, 0);
    this.socketAddress.set(ipBytes(address.ip) ?? [], v6 ? 8 : 4);
  }

  /** A bound descriptor, or -1: let Node bind, and say what is wrong. */
  open(): number {
    const { socketAddress } = this;
    const fd = this.libc.socket(this.family, SOCK_STREAM_CLOEXEC_NONBLOCK, 0);
    if (fd < 0) return -1;
    this.libc.setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, ONE, 4);
    if (this.libc.bind(fd, socketAddress, socketAddress.length) === 0) return fd;
    this.libc.close(fd);
    return -1;
  }

  /** Like `net.connect(to)`, with the source address; null where that cannot be. */
  connect(to: NetConnectOpts): Socket | null {
    const fd = this.open();
    if (fd < 0) return null;
    // Node must not read before it is connected; its own server says so the same way.
    const socket = new Socket(Object.assign({}, to, { fd, manualStart: true }) as SocketConstructorOpts);
    return socket.connect(to);
  }
}

/** Configuration time. Null where the C library cannot be called: ports are then chosen by bind(2). */
export function latePortOf(address: IpAddress): LatePort | null {
  const libc = loadLibc();
  return typeof libc === 'string' ? null : new LatePort(ipAddress(address.ip, 0), libc);
}
