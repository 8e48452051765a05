/** `internal_address_config`: peers whose requests count as internal. Without it nobody does (Envoy 1.40's default). */
import { BlockList, isIP } from 'node:net';

export interface CidrRange {
  readonly address: string;
  readonly prefix: number;
}

export class InternalAddresses {
  readonly unixSockets: boolean;
  private readonly ranges: BlockList | null;

  constructor(ranges: readonly CidrRange[], unixSockets: boolean) {
    this.unixSockets = unixSockets;
    this.ranges = ranges.length === 0 ? null : new BlockList();
    for (const { address, prefix } of ranges) this.ranges?.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }

  has(ip: string): boolean {
    return this.ranges?.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4') === true;
  }
}
