/** Values by IP prefix; the longest prefix that holds an address wins. IPv4 and IPv6 are apart, mapped addresses are IPv6. */
import { ipBytes } from './ip.ts';

/** The first `length` bits of an address. */
export interface Prefix {
  /** 4 or 16. */
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Null when the address is none. More bits than it has are all of them; bits behind the prefix do not matter. Envoy does the same. */
export function prefixOf(address: string, length: number): Prefix | null {
  const bytes = ipBytes(address);
  return bytes === null ? null : { bytes, length: Math.min(length, 8 * bytes.length) };
}

/** One bit further for each step down. */
class Node<T> {
  zero: Node<T> | null = null;
  one: Node<T> | null = null;
  value: T | null = null;
}

export class PrefixTable<T> {
  private readonly v4: Node<T>;
  private readonly v6: Node<T>;
  private hasPrefixes: boolean;
  /** For whatever no prefix holds, and for what is no IP address. */
  other: T | null;

  constructor() {
    this.v4 = new Node();
    this.v6 = new Node();
    this.hasPrefixes = false;
    this.other = null;
  }

  /** The value of exactly that prefix, made when there is none. */
  at({ bytes, length }: Prefix, make: () => T): T {
    this.hasPrefixes = true;
    let node = bytes.length === 4 ? this.v4 : this.v6;
    for (let i = 0; i < length; i++) {
      if (bit(bytes, i) === 0) node = node.zero ??= new Node();
      else node = node.one ??= new Node();
    }
    node.value ??= make();
    return node.value;
  }

  find(ip: string): T | null {
    if (!this.hasPrefixes) return this.other;
    const bytes = ipBytes(ip);
    if (bytes === null) return this.other;
    let node: Node<T> | null = bytes.length === 4 ? this.v4 : this.v6;
    let found = node.value;
    const bits = 8 * bytes.length;
    for (let i = 0; i < bits; i++) {
      node = bit(bytes, i) === 0 ? node.zero : node.one;
      if (node === null) break;
      if (node.value !== null) found = node.value;
    }
    return found ?? this.other;
  }
}

function bit(bytes: Uint8Array, index: number): number {
  return ((bytes[index >> 3] as number) >> (7 - (index & 7))) & 1;
}
