/** Both ends of both connections. */
import { type Address, formatAddress } from '../../base/address.ts';
import type { LogEntry } from '../access-log.ts';
import type { StreamInfo } from '../stream-info.ts';
import { NameBytes, toBytes } from './byte-text.ts';
import { type Catalog, type OperatorKind, plain } from './kind.ts';
import { NumberOperator, Operator } from './operator.ts';

type ReadAddress = (info: StreamInfo) => Address | null;

class AddressOf extends Operator {
  readonly read: ReadAddress;
  #last: Address | null = null;
  #text = '';

  constructor(read: ReadAddress) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    const address = this.read(entry.info);
    if (address === null) return null;
    if (address !== this.#last) {
      this.#last = address;
      this.#text = toBytes(formatAddress(address));
    }
    return this.#text;
  }
}

/** Without port; with a prefix length, masked and in CIDR form. */
class IpOf extends Operator {
  readonly read: ReadAddress;
  readonly bits: number | null;

  constructor(read: ReadAddress, bits: number | null) {
    super();
    this.read = read;
    this.bits = bits;
  }

  text(entry: LogEntry): string | null {
    const address = this.read(entry.info);
    if (address === null) return null;
    if (address.kind === 'pipe') return toBytes(address.path);
    return this.bits === null ? address.ip : maskAddress(address.ip, this.bits);
  }
}

class PortOf extends NumberOperator {
  readonly read: ReadAddress;

  constructor(read: ReadAddress) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    const address = this.read(entry.info);
    return address?.kind === 'ip' ? String(address.port) : null;
  }
}

/** Of addresses inside of the proxy, which there are none of here. */
class EndpointId extends Operator {
  readonly read: ReadAddress;

  constructor(read: ReadAddress) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    return this.read(entry.info) === null ? null : '';
  }
}

/** The DNS name of the host, or its address. */
class HostName extends Operator {
  readonly withPort: boolean;
  readonly bytes = new NameBytes();

  constructor(withPort: boolean) {
    super();
    this.withPort = withPort;
  }

  text(entry: LogEntry): string | null {
    const { upstreamHostName, upstreamHost } = entry.info;
    if (upstreamHost === null) return null;
    const name = upstreamHostName || formatAddress(upstreamHost);
    if (this.withPort) return this.bytes.of(name);
    if (upstreamHostName === '') return upstreamHost.kind === 'ip' ? upstreamHost.ip : this.bytes.of(name);
    return this.bytes.of(name.replace(/:\d+$/, ''));
  }
}

/** `10.1.10.23`, 16 → `10.1.0.0/16`. More bits than the address has mean all of them. */
export function maskAddress(ip: string, bits: number): string {
  if (!ip.includes(':')) {
    const length = Math.min(bits, 32);
    const all = ip.split('.').reduce((n, part) => n * 256 + Number(part), 0);
    const masked = length === 0 ? 0 : Math.floor(all / 2 ** (32 - length)) * 2 ** (32 - length);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(masked / 2 ** shift) % 256).join('.')}/${length}`;
  }
  const length = Math.min(bits, 128);
  const words = expand(ip);
  const masked = words.map((word, i) => {
    const kept = Math.max(0, Math.min(16, length - 16 * i));
    return kept === 0 ? 0 : word & (0xffff << (16 - kept)) & 0xffff;
  });
  return `${compress(masked)}/${length}`;
}

function expand(ip: string): number[] {
  const [head = '', tail] = ip.replace(/%.*$/, '').split('::');
  const words = (text: string): number[] =>
    text.split(':').flatMap((part) => {
      if (part === '') return [];
      if (!part.includes('.')) return [Number.parseInt(part, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      return [a * 256 + b, c * 256 + d];
    });
  const front = words(head);
  if (tail === undefined) return front;
  const back = words(tail);
  return [...front, ...new Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0), ...back];
}

/** RFC 5952: the longest run of two or more zero words becomes `::`. */
function compress(words: readonly number[]): string {
  let best = -1;
  let length = 1;
  for (let i = 0; i < words.length; i++) {
    let end = i;
    while (words[end] === 0) end++;
    if (end - i > length) {
      best = i;
      length = end - i;
    }
  }
  const hex = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  return best < 0 ? hex(words) : `${hex(words.slice(0, best))}::${hex(words.slice(best + length))}`;
}

const address = (read: ReadAddress): OperatorKind => plain(() => new AddressOf(read));
const port = (read: ReadAddress): OperatorKind => plain(() => new PortOf(read));

function ip(read: ReadAddress): OperatorKind {
  return {
    params: 'optional',
    length: false,
    make({ param, fail }) {
      if (param === '') return new IpOf(read, null);
      return /^\d{1,3}$/.test(param) && Number(param) <= 128 ? new IpOf(read, Number(param)) : fail(`has no prefix length "${param}"`);
    },
  };
}

const remote: ReadAddress = (info) => info.remoteAddress;
const directRemote: ReadAddress = (info) => info.downstream.directRemoteAddress;
const local: ReadAddress = (info) => info.downstream.localAddress;
const directLocal: ReadAddress = (info) => info.downstream.directLocalAddress ?? info.downstream.localAddress;
const upstreamLocal: ReadAddress = (info) => info.upstreamLocalAddress;
/** Where the connection goes to, once there is one. */
const upstreamRemote: ReadAddress = (info) => (info.upstreamLocalAddress === null ? null : info.upstreamHost);

export const ADDRESS_OPERATORS: Catalog = {
  UPSTREAM_HOST: address((info) => info.upstreamHost),
  UPSTREAM_HOST_NAME: plain(() => new HostName(true)),
  UPSTREAM_HOST_NAME_WITHOUT_PORT: plain(() => new HostName(false)),
  UPSTREAM_LOCAL_ADDRESS: address(upstreamLocal),
  UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: ip(upstreamLocal),
  UPSTREAM_LOCAL_PORT: port(upstreamLocal),
  UPSTREAM_REMOTE_ADDRESS: address(upstreamRemote),
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ip(upstreamRemote),
  UPSTREAM_REMOTE_PORT: port(upstreamRemote),
  DOWNSTREAM_REMOTE_ADDRESS: address(remote),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ip(remote),
  DOWNSTREAM_REMOTE_PORT: port(remote),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: address(directRemote),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: ip(directRemote),
  DOWNSTREAM_DIRECT_REMOTE_PORT: port(directRemote),
  DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID: plain(() => new EndpointId(local)),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID: plain(() => new EndpointId(directLocal)),
  UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID: plain(() => new EndpointId(upstreamRemote)),
  DOWNSTREAM_LOCAL_ADDRESS: address(local),
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: ip(local),
  DOWNSTREAM_LOCAL_PORT: port(local),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS: address(directLocal),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT: ip(directLocal),
  DOWNSTREAM_DIRECT_LOCAL_PORT: port(directLocal),
};
