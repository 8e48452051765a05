/**
 * Port 0 with several workers: the first to bind gets a port from the kernel, the others must bind the same one. They are given
 * the listener with that port, and with the stats prefix of the configured address.
 */
import { fromBinary, toBinary } from '../api/index.ts';
import { formatAddress, ipAddress } from '../base/address.ts';
import type { ListenerStatus } from '../upstream/instances.ts';
import { RESOURCE_TYPES, type Resource } from './contracts.ts';

/** The same resource when the kernel had nothing to choose. */
export function pinPorts(resource: Resource, bound: readonly ListenerStatus[]): Resource {
  if (resource.type !== RESOURCE_TYPES.listener) return resource;
  const message = fromBinary(RESOURCE_TYPES.listener, resource.bytes);
  const addresses = [message.address, ...message.additionalAddresses.map((each) => each.address)];
  const ports = bound.find(({ name, state }) => name === resource.name && state !== 'draining')?.addresses.map(portOf) ?? [];
  let pinned = false;
  addresses.forEach((each, i) => {
    const address = each?.address;
    const port = ports[i];
    if (address?.case !== 'socketAddress' || port === undefined || port === 0) return;
    const { value } = address;
    if (value.portSpecifier.case !== 'portValue' || value.portSpecifier.value !== 0) return;
    if (i === 0 && message.statPrefix === '') message.statPrefix = statNameOf(value.address);
    value.portSpecifier = { case: 'portValue', value: port };
    pinned = true;
  });
  return pinned ? { ...resource, bytes: toBinary(message) } : resource;
}

/** True when the kernel chooses one of the listener's ports. */
export function hasPortZero(resource: Resource): boolean {
  if (resource.type !== RESOURCE_TYPES.listener) return false;
  const message = fromBinary(RESOURCE_TYPES.listener, resource.bytes);
  return [message.address, ...message.additionalAddresses.map((each) => each.address)].some((each) => {
    const address = each?.address;
    if (address?.case !== 'socketAddress') return false;
    const { portSpecifier } = address.value;
    return portSpecifier.case === 'portValue' && portSpecifier.value === 0;
  });
}

function portOf(address: string): number {
  return Number(/:(\d+)$/.exec(address)?.[1] ?? 0);
}

/** The prefix that the first worker counts under: `127.0.0.1_0`, colons being no part of a stat name. */
function statNameOf(ip: string): string {
  return formatAddress(ipAddress(ip, 0)).replaceAll(':', '_');
}
