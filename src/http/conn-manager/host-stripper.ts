/**
 * `strip_matching_host_port`, `strip_any_host_port` and `strip_trailing_host_dot`: what of the authority says nothing about who is asked, and so
 * must not decide which virtual host or policy applies. The upstream sees the shorter form too.
 */
import type { Headers } from '../headers.ts';

export const PORT_KEEP = 0;
/** The one of the listener only. */
export const PORT_MATCHING = 1;
export const PORT_ANY = 2;
export type PortMode = typeof PORT_KEEP | typeof PORT_MATCHING | typeof PORT_ANY;

const COLON = 58;
const DOT = 46;

export class HostStripper {
  private readonly port: PortMode;
  private readonly dot: boolean;

  constructor(port: PortMode, dot: boolean) {
    this.port = port;
    this.dot = dot;
  }

  /** `localPort`: where the connection was accepted, 0 when that is no port. */
  apply(headers: Headers, localPort: number): void {
    // A CONNECT names its target with the port.
    if (headers.method === 'CONNECT') return;
    const host = headers.authority;
    const colon = portAt(host);
    const end = colon < 0 ? host.length : colon;
    const nameEnd = this.dot && end > 1 && host.charCodeAt(end - 1) === DOT ? end - 1 : end;
    const drop = colon > 0 && this.drops(host, colon, localPort);
    if (drop) headers.authority = host.slice(0, nameEnd);
    else if (nameEnd < end) headers.authority = host.slice(0, nameEnd) + host.slice(end);
  }

  private drops(host: string, colon: number, localPort: number): boolean {
    if (this.port === PORT_KEEP) return false;
    return this.port === PORT_ANY || Number(host.slice(colon + 1)) === localPort;
  }
}

/** Index of the colon before a port, -1 when there is no port. */
function portAt(host: string): number {
  let i = host.length - 1;
  while (i >= 0 && host.charCodeAt(i) >= 48 && host.charCodeAt(i) <= 57) i--;
  if (i < 0 || i === host.length - 1 || host.charCodeAt(i) !== COLON) return -1;
  // An IPv6 address without brackets has colons, but no port.
  return host.charCodeAt(0) === 91 || host.indexOf(':') === i ? i : -1;
}
