import { isIP } from 'node:net';
import { type Message, refuseOthers } from '../../src/api/index.ts';
import { formatAddress, ipAddress } from '../../src/base/address.ts';
import type { Problems } from '../../src/base/errors.ts';
import type { AddressSettings } from './settings.ts';

type Address = Message<'envoy.config.core.v3.Address'>;

const SOCKET_ADDRESS = new Set(['address', 'ipv4_compat', 'port_value', 'protocol']);

/** An IP address and a port. Null after a problem, which stands at the field. */
export function compileAddress(
  message: Address | undefined,
  options: Omit<AddressSettings, 'address' | 'dualStack'>,
  problems: Problems,
): AddressSettings | null {
  const address = message?.address;
  if (address?.case !== 'socketAddress') {
    if (address?.case === 'pipe') problems.at('pipe').add('unsupported', 'listening on a pipe is not supported', 'use a socket_address');
    else problems.add('missing', 'a listener needs a socket_address');
    return null;
  }
  const at = problems.at('socket_address');
  const { value } = address;
  if (!refuseOthers(value, SOCKET_ADDRESS, at)) return null;
  if (isIP(value.address) === 0) {
    at.at('address').add('bad_value', `malformed IP address: ${value.address}`, 'a listener binds to an address, not to a name');
    return null;
  }
  const port = value.portSpecifier.case === 'portValue' ? value.portSpecifier.value : 0;
  return Object.freeze({ address: ipAddress(value.address, port), dualStack: value.ipv4Compat, ...options });
}

/** `127.0.0.1_15001`, `[__1]_15001`: colons are no part of a stat name. */
export function statNameOf(address: AddressSettings): string {
  return formatAddress(address.address).replaceAll(':', '_');
}
