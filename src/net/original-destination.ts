/**
 * Where a redirected connection was headed before a firewall rule sent it here (iptables REDIRECT and TPROXY). Node has no
 * getsockopt(2), so the kernel is asked through koffi, which is loaded when the first listener needs it and not before.
 */
import type { Socket } from 'node:net';
import { type IpAddress, ipAddress } from '../base/address.ts';
import { formatIpv4, formatIpv6 } from '../base/ip.ts';
import { descriptorOf } from './accepted-socket.ts';

/** The one thing that listener filters ask. Tests use their own. */
export interface OriginalDestinations {
  /** Null when the kernel knows of none: the connection was made to this listener. */
  of(socket: Socket): IpAddress | null;
}

/** getsockopt(2): 0, or -1. `value` and `length` are written. */
export type GetSocketOption = (fd: number, level: number, option: number, value: Uint8Array, length: Uint32Array) => number;

// linux/in.h, linux/in6.h, linux/netfilter_ipv4.h, linux/netfilter_ipv6/ip6_tables.h
const SOL_IP = 0;
const SOL_IPV6 = 41;
const SO_ORIGINAL_DST = 80;
const IP_TRANSPARENT = 19;
const IPV6_TRANSPARENT = 75;
/** sizeof(struct sockaddr_in6), the larger of the two. */
const SOCKADDR_BYTES = 28;

export class KernelDestinations implements OriginalDestinations {
  private readonly getSocketOption: GetSocketOption;
  private readonly value: Buffer;
  private readonly length: Uint32Array;

  constructor(getSocketOption: GetSocketOption) {
    this.getSocketOption = getSocketOption;
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
    if (this.getSocketOption(fd, level, SO_ORIGINAL_DST, value, length) === 0) {
      const port = value.readUInt16BE(2);
      return v4 ? ipAddress(formatIpv4(value, 4), port) : ipAddress(formatIpv6(value, 8), port);
    }
    // TPROXY rewrites nothing: the socket itself has the address that the client asked for.
    length[0] = 4;
    value.fill(0, 0, 4);
    if (this.getSocketOption(fd, level, v4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, value, length) !== 0) return null;
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
  const getSocketOption = loadGetSocketOption();
  if (typeof getSocketOption === 'string') return getSocketOption;
  const made = new KernelDestinations(getSocketOption);
  byWorker.set(worker, made);
  return made;
}

/** What koffi offers and is used here (its documentation, "Function calls"). */
interface Koffi {
  load(path: string | null): { func(prototype: string): unknown };
}

/** From the C library that this process runs on, or why not. */
export function loadGetSocketOption(): GetSocketOption | string {
  if (process.platform !== 'linux') return `original destinations are known on Linux only, not on ${process.platform}`;
  try {
    const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
    const koffi = require('koffi') as Koffi;
    const prototype = 'int getsockopt(int fd, int level, int option, void *value, void *length)';
    return koffi.load(null).func(prototype) as GetSocketOption;
  } catch (error) {
    return `the package koffi, which asks the kernel for original destinations, cannot be loaded: ${error instanceof Error ? error.message : error}`;
  }
}
