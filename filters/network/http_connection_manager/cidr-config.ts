/** CidrRange → addresses that are trusted. */
import { isIP } from 'node:net';
import type { Message } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { type CidrRange, InternalAddresses } from '../../../src/http/conn-manager/internal-addresses.ts';

/** `problems` stands at the list. */
export function compileRanges(
  messages: readonly Message<'envoy.config.core.v3.CidrRange'>[],
  unixSockets: boolean,
  problems: Problems,
): InternalAddresses {
  const ranges: CidrRange[] = [];
  messages.forEach((range, i) => {
    const at = problems.at(i);
    const family = isIP(range.addressPrefix);
    const prefix = range.prefixLen ?? 0;
    if (family === 0) at.at('address_prefix').add('bad_value', `${range.addressPrefix} is no IP address`);
    else if (prefix > (family === 6 ? 128 : 32)) at.at('prefix_len').add('bad_value', `an IPv${family} prefix has no ${prefix} bits`);
    else ranges.push({ address: range.addressPrefix, prefix });
  });
  return new InternalAddresses(ranges, unixSockets);
}
