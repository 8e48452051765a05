/** envoy.config.core.v3.Address → Address, for hosts and source addresses: IP literals and pipes. */
import { isIP } from 'node:net';
import { type Message, refuseOthers } from '../api/index.ts';
import { type Address, type IpAddress, ipAddress } from '../base/address.ts';
import type { Problems } from '../base/errors.ts';

const SOCKET_ADDRESS = new Set(['address', 'port_value', 'protocol']);

export function compileAddress(message: Message<'envoy.config.core.v3.Address'> | undefined, problems: Problems): Address | null {
  const address = message?.address;
  if (address?.case === 'socketAddress') return compileSocketAddress(address.value, problems.at('socket_address'));
  if (address?.case === 'pipe') return { kind: 'pipe', path: address.value.path };
  if (address?.case === 'envoyInternalAddress') {
    problems.at('envoy_internal_address').add('unsupported', 'internal addresses are not supported');
  } else {
    problems.add('missing', 'an address is required');
  }
  return null;
}

/** An IP literal: names are for clusters that resolve. */
export function compileSocketAddress(message: Message<'envoy.config.core.v3.SocketAddress'>, problems: Problems): IpAddress | null {
  if (!refuseOthers(message, SOCKET_ADDRESS, problems)) return null;
  if (message.protocol !== 0) {
    problems.at('protocol').add('unsupported', 'only TCP is supported');
    return null;
  }
  if (isIP(message.address) === 0) {
    problems
      .at('address')
      .add('bad_value', `${JSON.stringify(message.address)} is no IP address`, 'names need a cluster of type STRICT_DNS or LOGICAL_DNS');
    return null;
  }
  return ipAddress(message.address, message.portSpecifier.case === 'portValue' ? message.portSpecifier.value : 0);
}
