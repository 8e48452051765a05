/**
 * Where a redirected connection was headed before a firewall rule sent it here (iptables REDIRECT and TPROXY).
 */
import type { Socket } from 'node:net';
import { type IpAddress, ipAddress } from '../base/address.ts';
import { formatIpv4, formatIpv6 } from '../base/ip.ts';
import { descriptorOf } from './accepted-socket.ts';
import { type Libc, loadLibc } from './libc.ts';

/** The one thing that listener filters ask. Tests use their own. */
export interface OriginalDestinations {
  /** Null when the kernel knows of none: the connection was made to this listener. */
  of(socket: Socket): IpAddress | null;
}

// linux/in.h, linux/in6.h, linux/netfilter_ipv4.h, linux/netfilter_ipv6/ip6_tables.h
const SOL_IP = 0;
const SOL_IPV6 = 41;
const SO_ORIGINAL_DST = 80;
const IP_TRANSPARENT = 19;
const IPV6_TRANSPARENT = 75;
/** sizeof(struct sockaddr_in6), the larger of the two. */
const SOCKADDR_BYTES = 28;

export class KernelDestinations implements OriginalDestinations {
  private readonly libc: Pick<Libc, 'getsockopt'>;
  private readonly value: Buffer;
  private readonly length: Uint32Array;

  constructor(libc: Pick<Libc, 'getsockopt'>) {
    this.libc = libc;
    this.value = Buffer.alloc(SOCKADDR_BYTES);
    this.length = new Uint32Array(1);
  }

  of(socket: Socket): IpAddress | null {
    const fd = descriptorOf(socket);
    const { localAddress, localPort } = socket;
    if (fd < 0 || localAddress === undefined || localPort === undefined) return null;
    // An IPv4 peer of a dual-stack socket was redirected by an IPv4 rule.
    const v4 = localAddress.includes('.');
    const level = v4 ? SOL_IP : SOL_IPV6;
    const value = this.value;
    const length = this.length;
    length[0] = SOCKADDR_BYTES;
    if (this.libc.getsockopt(fd, level, SO_ORIGINAL_DST, value, length) === 0) {
      const port = value.readUInt16BE(2);
      return v4 ? ipAddress(formatIpv4(value, 4), port) : ipAddress(formatIpv6(value, 8), port);
    }
    // TPROXY rewrites nothing: the socket itself has the address that the client asked for.
    length[0] = 4;
    value.fill(0, 0, 4);
    if (this.libc.getsockopt(fd, level, v4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, value, length) !== 0) return null;
    if (value.readInt32LE(0) === 0) return null;
    const last = localAddress.lastIndexOf(':');
    return ipAddress(v4 && last >= 0 ? localAddress.slice(last + 1) : localAddress, localPort);
  }
}

const byWorker = new WeakMap<object, OriginalDestinations>();

/**
 * How connections of a worker find out; `worker` is any object that there is one of per worker (its dispatcher). Configuration time.
 * A text when this platform cannot tell: why.
 */
export function originalDestinationsOf(worker: object): OriginalDestinations | string {
  const known = byWorker.get(worker);
  if (known !== undefined) return known;
  const libc = loadLibc();
  if (typeof libc === 'string') return `original destinations cannot be asked for: ${libc}`;
  const made = new KernelDestinations(libc);
  byWorker.set(worker, made);
  return made;
}
