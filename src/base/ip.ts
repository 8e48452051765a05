/** IP addresses as bytes: for tables that compare prefixes, and for what the kernel and PROXY headers hold. */

const IPV4_PART = /^(?:0|[1-9]\d{0,2})$/;
const IPV6_GROUP = /^[0-9a-fA-F]{1,4}$/;

/** 4 or 16 bytes in network order, or null when the text is no IP literal. A zone (`%eth0`) is left out. */
export function ipBytes(ip: string): Uint8Array | null {
  return ip.includes(':') ? ipv6Bytes(ip) : ipv4Bytes(ip);
}

function ipv4Bytes(ip: string): Uint8Array | null {
  const parts = ip.split('.');
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const part = parts[i] as string;
    if (!IPV4_PART.test(part) || Number(part) > 255) return null;
    bytes[i] = Number(part);
  }
  return bytes;
}

/** RFC 4291 §2.2, all three forms. */
function ipv6Bytes(ip: string): Uint8Array | null {
  const zone = ip.indexOf('%');
  const text = zone < 0 ? ip : ip.slice(0, zone);
  const gap = text.indexOf('::');
  const head = groupsOf(gap < 0 ? text : text.slice(0, gap));
  const tail = gap < 0 ? [] : groupsOf(text.slice(gap + 2));
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return null;
  const bytes = new Uint8Array(16);
  putGroups(bytes, 0, head);
  putGroups(bytes, 16 - 2 * tail.length, tail);
  return bytes;
}

/** 16-bit numbers; an IPv4 address at the end makes two of them. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = i === parts.length - 1 ? ipv4Bytes(part) : null;
      if (v4 === null) return null;
      groups.push(((v4[0] as number) << 8) | (v4[1] as number), ((v4[2] as number) << 8) | (v4[3] as number));
    } else if (IPV6_GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}

function putGroups(bytes: Uint8Array, at: number, groups: readonly number[]): void {
  for (const [i, group] of groups.entries()) {
    bytes[at + 2 * i] = group >> 8;
    bytes[at + 2 * i + 1] = group & 0xff;
  }
}

/** `10.0.0.1` from 4 bytes at `at`. */
export function formatIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** RFC 5952 text of 16 bytes at `at`; mapped IPv4 addresses end in dots. */
export function formatIpv6(bytes: Uint8Array, at: number): string {
  if (isMapped(bytes, at)) return `::ffff:${formatIpv4(bytes, at + 12)}`;
  let gapAt = -1;
  let gapLength = 1; // A single group of zeros is written.
  for (let i = 0; i < 8; ) {
    let zeros = 0;
    while (i + zeros < 8 && group(bytes, at, i + zeros) === 0) zeros++;
    if (zeros > gapLength) {
      gapAt = i;
      gapLength = zeros;
    }
    i += zeros === 0 ? 1 : zeros;
  }
  let text = '';
  for (let i = 0; i < 8; i++) {
    if (i === gapAt) {
      text += '::';
      i += gapLength - 1;
    } else {
      text += `${text === '' || text.endsWith(':') ? '' : ':'}${group(bytes, at, i).toString(16)}`;
    }
  }
  return text;
}

function group(bytes: Uint8Array, at: number, index: number): number {
  return ((bytes[at + 2 * index] as number) << 8) | (bytes[at + 2 * index + 1] as number);
}

/** `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
function isMapped(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false;
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
}
