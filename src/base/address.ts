/** Socket addresses as the proxy prints and compares them. */
export interface IpAddress {
  readonly kind: 'ip';
  /** Without brackets. */
  readonly ip: string;
  readonly port: number;
  readonly family: 4 | 6;
}

export interface PipeAddress {
  readonly kind: 'pipe';
  readonly path: string;
}

export type Address = IpAddress | PipeAddress;

/** `127.0.0.1:80`, `[::1]:80`, or the path of a pipe: the form of access logs, stats and `/clusters`. */
export function formatAddress(address: Address): string {
  if (address.kind === 'pipe') return address.path;
  return address.family === 6 ? `[${address.ip}]:${address.port}` : `${address.ip}:${address.port}`;
}

export function ipAddress(ip: string, port: number): IpAddress {
  return { kind: 'ip', ip, port, family: ip.includes(':') ? 6 : 4 };
}
