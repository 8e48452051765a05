/** `x-forwarded-for` as Envoy reads it (docs, "HTTP header manipulation"). */
import { isIP } from 'node:net';

/** Address at the end of the list after `skip` entries, whether it stands alone, and whether it is the first. */
export interface ForwardedAddress {
  readonly ip: string;
  readonly single: boolean;
  readonly first: boolean;
}

/** Null when there are fewer entries, or the entry is no IP address. */
export function lastForwarded(list: string, skip: number): ForwardedAddress | null {
  let end = list.length;
  for (let i = 0; i < skip; i++) {
    end = list.lastIndexOf(',', end - 1);
    if (end <= 0) return null;
  }
  const comma = list.lastIndexOf(',', end - 1);
  const ip = list.slice(comma + 1, end).trim();
  return isIP(ip) === 0 ? null : { ip, single: comma < 0 && skip === 0, first: comma < 0 };
}
