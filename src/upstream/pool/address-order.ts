/** In which order the addresses of a host are tried (RFC 8305 §4): families in turns, so that one that does not work costs one attempt. */
import type { Address } from '../../base/address.ts';

/** `happy_eyeballs_config`. */
export interface AddressOrder {
  /** Whose turn is first; 0: the family of the first address. */
  readonly first: 0 | 4 | 6;
  /** So many of it before one of the other. At least 1. */
  readonly count: number;
}

/** Within its family each keeps its place. Null: one and one, beginning with the family of the first address. */
export function inTurns(addresses: readonly Address[], order: AddressOrder | null): readonly Address[] {
  const own = order === null || order.first === 0 ? familyOf(addresses[0]) : order.first;
  const count = order === null ? 1 : order.count;
  const first = addresses.filter((address) => familyOf(address) === own);
  const others = addresses.filter((address) => familyOf(address) !== own);
  const sorted: Address[] = [];
  for (let at = 0, other = 0; at < first.length || other < others.length; at += count, other++) {
    sorted.push(...first.slice(at, at + count), ...others.slice(other, other + 1));
  }
  return sorted;
}

function familyOf(address: Address | undefined): number {
  return address?.kind === 'ip' ? address.family : 0;
}
