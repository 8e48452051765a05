/** Sockets that are bound with options which Node does not know: `transparent` and `freebind` of a listener (ip(7)). */
import { getSystemErrorName } from 'node:util';
import { formatAddress, type IpAddress } from '../base/address.ts';
import { ipBytes } from '../base/ip.ts';
import type { Libc } from './libc.ts';
import type { ListenSettings } from './listening-socket.ts';
import { type SocketError, systemMessage } from './socket-errors.ts';

// bits/socket.h, linux/in.h, linux/in6.h
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM_CLOEXEC_NONBLOCK = 1 | 0o2000000 | 0o4000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_REUSEPORT = 15;
const SOL_IP = 0;
const IP_FREEBIND = 15;
const IP_TRANSPARENT = 19;
const SOL_IPV6 = 41;
const IPV6_V6ONLY = 26;
const IPV6_TRANSPARENT = 75;
const IPV6_FREEBIND = 78;

/** The descriptor of a bound socket that does not listen yet, or what went wrong in the words of Envoy. */
export function openBound(settings: ListenSettings, libc: Libc): number | string {
  const { address, dualStack, reusePort, transparent, freebind } = settings;
  const v6 = address.family === 6;
  const fd = libc.socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM_CLOEXEC_NONBLOCK, 0);
  if (fd < 0) return failure(settings, libc, -1);
  const level = v6 ? SOL_IPV6 : SOL_IP;
  const options: readonly (readonly [wanted: boolean, level: number, option: number, value: number])[] = [
    [true, SOL_SOCKET, SO_REUSEADDR, 1],
    [reusePort, SOL_SOCKET, SO_REUSEPORT, 1],
    [v6, SOL_IPV6, IPV6_V6ONLY, dualStack ? 0 : 1],
    [transparent === true, level, v6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, 1],
    [freebind === true, level, v6 ? IPV6_FREEBIND : IP_FREEBIND, 1],
  ];
  for (const [wanted, at, option, value] of options) {
    if (wanted && libc.setsockopt(fd, at, option, new Uint8Array([value, 0, 0, 0]), 4) !== 0) return failure(settings, libc, fd);
  }
  const socketAddress = socketAddressOf(address);
  return libc.bind(fd, socketAddress, socketAddress.length) === 0 ? fd : failure(settings, libc, fd);
}

function failure({ address }: ListenSettings, libc: Libc, fd: number): string {
  const errno = libc.errno();
  if (fd >= 0) libc.close(fd);
  const error = { errno: -errno, code: getSystemErrorName(-errno), message: '' } as SocketError;
  return `cannot bind '${formatAddress(address)}': ${systemMessage(error)}`;
}

/** struct sockaddr_in, struct sockaddr_in6. */
function socketAddressOf({ ip, port, family }: IpAddress): Buffer {
  const value = Buffer.alloc(family === 6 ? 28 : 16);
  value.writeUInt16LE(family === 6 ? AF_INET6 : AF_INET, 0);
  value.writeUInt16BE(port, 2);
  value.set(ipBytes(ip) ?? [], family === 6 ? 8 : 4);
  return value;
}
