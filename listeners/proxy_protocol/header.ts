/**
 * The PROXY header, versions 1 and 2 (HAProxy, "The PROXY protocol", 2.1 and 2.2), judged as Envoy does: only IPv4 and IPv6, only
 * unicast addresses.
 */
import { type IpAddress, ipAddress } from '../../src/base/address.ts';
import { formatIpv4, formatIpv6, ipBytes } from '../../src/base/ip.ts';

export const PROXY_MORE = 0 as const;
export const PROXY_DONE = 1 as const;
export const PROXY_ERROR = 2 as const;
/** There is no header, and none is needed. */
export const PROXY_ABSENT = 3 as const;
/** A version that is not allowed. */
export const PROXY_DENIED = 4 as const;
export type ProxyStatus = typeof PROXY_MORE | typeof PROXY_DONE | typeof PROXY_ERROR | typeof PROXY_ABSENT | typeof PROXY_DENIED;

export interface ProxyRules {
  /** Connections may come without a header. */
  readonly optional: boolean;
  readonly v1: boolean;
  readonly v2: boolean;
}

const V1_SIGNATURE = Buffer.from('PROXY ', 'latin1');
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_HEADER = 16;
/** The line with its end. */
const V1_MAX = 108;
/** Fixed part and the longest address (that of a Unix socket). */
export const FIRST_BYTES: number = V2_HEADER + 216;
const LOCAL = 0;
const PROXY = 1;
const STREAM = 1;
const DATAGRAM = 2;
const INET = 1;
const INET6 = 2;
const PORT = /^\d{1,5}$/;

/** The header of one connection; asked again with a longer prefix while it answers PROXY_MORE. */
export class ProxyHeader {
  /** 0 while that is not known. */
  version: 0 | 1 | 2;
  /** Bytes of the whole header; 0 while that is not known. */
  length: number;
  /** Null: the addresses of the connection itself count (`LOCAL`, `UNKNOWN`). */
  source: IpAddress | null;
  destination: IpAddress | null;

  constructor() {
    this.version = 0;
    this.length = 0;
    this.source = null;
    this.destination = null;
  }

  /** `bytes` is not empty. */
  read(bytes: Buffer, rules: ProxyRules): ProxyStatus {
    if (rules.optional && !(rules.v2 && begins(bytes, V2_SIGNATURE)) && !(rules.v1 && begins(bytes, V1_SIGNATURE))) return PROXY_ABSENT;
    if (bytes.length >= V2_HEADER) {
      if (begins(bytes, V2_SIGNATURE)) {
        this.version = 2;
        return rules.v2 ? this.binary(bytes) : PROXY_DENIED;
      }
      if (!begins(bytes, V1_SIGNATURE)) return PROXY_ERROR;
    }
    const end = endOfLine(bytes);
    if (end < 0) return bytes.length > V1_MAX ? PROXY_ERROR : PROXY_MORE;
    // A line break at once may be the first two bytes of version 2.
    if (end === 2) return PROXY_MORE;
    this.version = 1;
    if (end > V1_MAX) return PROXY_ERROR;
    this.length = end;
    if (!rules.v1) return PROXY_DENIED;
    return this.line(bytes.latin1Slice(0, end).trimEnd()) ? PROXY_DONE : PROXY_ERROR;
  }

  /** `PROXY TCP4 source destination port port`. */
  private line(text: string): boolean {
    const parts = text.split(' ');
    if (parts[0] !== 'PROXY' || parts.length < 2) return false;
    const family = parts[1];
    if (family === 'UNKNOWN') return true;
    if (parts.length !== 6 || (family !== 'TCP4' && family !== 'TCP6')) return false;
    const size = family === 'TCP4' ? 4 : 16;
    this.source = addressOf(parts[2] as string, parts[4] as string, size);
    this.destination = addressOf(parts[3] as string, parts[5] as string, size);
    return this.source !== null && this.destination !== null;
  }

  private binary(bytes: Buffer): ProxyStatus {
    const versionAndCommand = bytes[12] as number;
    const familyAndTransport = bytes[13] as number;
    if (versionAndCommand >> 4 !== 2) return PROXY_ERROR;
    const command = versionAndCommand & 0xf;
    const behind = bytes.readUInt16BE(14);
    this.length = V2_HEADER + behind;
    // Whatever follows LOCAL is passed over.
    if (command === LOCAL) return bytes.length < this.length ? PROXY_MORE : PROXY_DONE;
    const family = familyAndTransport >> 4;
    const size = family === INET ? 4 : family === INET6 ? 16 : 0;
    const addresses = 2 * size + 4;
    if (size === 0 || behind < addresses) return PROXY_ERROR;
    if (bytes.length < V2_HEADER + addresses) return PROXY_MORE;
    const transport = familyAndTransport & 0xf;
    if (command !== PROXY || (transport !== STREAM && transport !== DATAGRAM)) return PROXY_ERROR;
    if (bytes.length < this.length) return PROXY_MORE;
    if (!wholeExtensions(bytes, V2_HEADER + addresses, this.length)) return PROXY_ERROR;
    const ports = V2_HEADER + 2 * size;
    this.source = unicast(bytes, V2_HEADER, size, bytes.readUInt16BE(ports));
    this.destination = unicast(bytes, V2_HEADER + size, size, bytes.readUInt16BE(ports + 2));
    return this.source === null || this.destination === null ? PROXY_ERROR : PROXY_DONE;
  }
}

/** As far as there are bytes. */
function begins(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return signature.compare(bytes, 0, length, 0, length) === 0;
}

/** Behind the first CR LF; -1 when there is none. */
function endOfLine(bytes: Buffer): number {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (at > 0 && bytes[at - 1] === 13) return at + 1;
  }
  return -1;
}

/** Type, length, value; what they say does not matter here, but they must fit. */
function wholeExtensions(bytes: Buffer, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    if (at + 3 > to) return false;
    at += 3 + bytes.readUInt16BE(at + 1);
  }
  return at === to;
}

/** Null when the text is no address of that size, or the port is none. */
function addressOf(ip: string, port: string, size: number): IpAddress | null {
  const bytes = ipBytes(ip);
  if (bytes === null || bytes.length !== size || !PORT.test(port) || Number(port) > 65_535) return null;
  return unicast(bytes, 0, size, Number(port));
}

/** Null for the unspecified, broadcast and multicast addresses. */
function unicast(bytes: Uint8Array, at: number, size: number, port: number): IpAddress | null {
  const first = bytes[at] as number;
  let same = true;
  for (let i = 1; i < size; i++) if (bytes[at + i] !== first) same = false;
  if (same && (first === 0 || (size === 4 && first === 0xff))) return null;
  if (size === 4 ? first >> 4 === 0xe : first === 0xff) return null;
  return ipAddress(size === 4 ? formatIpv4(bytes, at) : formatIpv6(bytes, at), port);
}
