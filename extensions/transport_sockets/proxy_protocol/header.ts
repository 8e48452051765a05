/** PROXY headers (HAProxy's proxy-protocol.txt, §2.1 and §2.2), as a proxy writes them. */
import { isIPv4 } from 'node:net';
import type { Address, IpAddress } from '../../../src/base/address.ts';
import type { DownstreamAddresses } from '../../../src/net/transport-socket.ts';

/** `addresses` null: the proxy itself connects, for nobody. */
export type MakeHeader = (addresses: DownstreamAddresses | null) => Buffer;

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const VERSION_2 = 0x20;
const LOCAL = 0;
const PROXY = 1;
const TCP4 = 0x11;
const TCP6 = 0x21;

const UNKNOWN = Buffer.from('PROXY UNKNOWN\r\n', 'latin1');
const LOCAL_V2 = Buffer.concat([SIGNATURE, Buffer.of(VERSION_2 | LOCAL, 0, 0, 0)]);

/** `PROXY TCP4 10.0.0.2 10.0.0.1 40000 80`; what has no IP addresses is UNKNOWN. */
export function headerV1(addresses: DownstreamAddresses | null): Buffer {
  const pair = pairOf(addresses);
  if (pair === null) return UNKNOWN;
  const [from, to] = pair;
  return Buffer.from(`PROXY TCP${from.family} ${from.ip} ${to.ip} ${from.port} ${to.port}\r\n`, 'latin1');
}

export function headerV2(addresses: DownstreamAddresses | null): Buffer {
  const pair = pairOf(addresses);
  if (pair === null) return LOCAL_V2;
  const [from, to] = pair;
  const size = from.family === 4 ? 12 : 36;
  const head = Buffer.alloc(16 + size);
  SIGNATURE.copy(head);
  head[12] = VERSION_2 | PROXY;
  head[13] = from.family === 4 ? TCP4 : TCP6;
  head.writeUInt16BE(size, 14);
  const at = writeIp(head, 16, from);
  const ports = writeIp(head, at, to);
  head.writeUInt16BE(from.port, ports);
  head.writeUInt16BE(to.port, ports + 2);
  return head;
}

/** Both of one family: IPv4 in a pair of different ones is written as `::ffff:…`. */
function pairOf(addresses: DownstreamAddresses | null): readonly [IpAddress, IpAddress] | null {
  if (addresses === null) return null;
  const from = unmapped(addresses.remote);
  const to = unmapped(addresses.local);
  if (from === null || to === null) return null;
  return from.family === to.family ? [from, to] : [mapped(from), mapped(to)];
}

/** A dual-stack socket shows IPv4 clients as `::ffff:10.0.0.2`. */
function unmapped(address: Address): IpAddress | null {
  if (address.kind === 'pipe') return null;
  if (!address.ip.startsWith('::ffff:')) return address;
  const ip = address.ip.slice('::ffff:'.length);
  return isIPv4(ip) ? { kind: 'ip', ip, port: address.port, family: 4 } : address;
}

function mapped(address: IpAddress): IpAddress {
  return address.family === 6 ? address : { kind: 'ip', ip: `::ffff:${address.ip}`, port: address.port, family: 6 };
}

/** Answers where the next byte goes. */
function writeIp(to: Buffer, at: number, { ip, family }: IpAddress): number {
  if (family === 4) {
    ip.split('.').forEach((part, i) => {
      to[at + i] = Number(part);
    });
    return at + 4;
  }
  groupsOf(ip).forEach((group, i) => {
    to.writeUInt16BE(group, at + 2 * i);
  });
  return at + 16;
}

/** The eight groups of an IPv6 address; `::` and a dotted end are spelled out, a zone (`%eth0`) says nothing to the peer. */
function groupsOf(ip: string): number[] {
  const [head = '', tail] = (ip.split('%')[0] as string).split('::');
  const before = parse(head);
  if (tail === undefined) return before;
  const after = parse(tail);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function parse(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
