/** The address of this machine: the first IPv4 one of its interfaces that is not loopback, else loopback (as Envoy chooses its own). */
import { networkInterfaces } from 'node:os';

export function machineAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { family, internal, address } of addresses ?? []) if (family === 'IPv4' && !internal) return address;
  }
  return '127.0.0.1';
}
