/**
 * The TCP listeners of one worker by address, for connections that a firewall rule sent to another one (`use_original_dst`): they
 * are handed to whoever listens, or would listen, where the client wanted to go (Envoy docs, `Listener.use_original_dst`).
 */
import type { Address, IpAddress } from '../base/address.ts';
import { formatAddress, ipAddress } from '../base/address.ts';
import type { AcceptedConnection } from './listener-filter.ts';

/** A listener that takes connections which another one accepted. */
export interface RedirectTarget {
  /** `peeked`: what listener filters read so far; it comes before what the socket still holds. */
  takeRedirected(accepted: AcceptedConnection, peeked: Buffer | null): void;
}

export class ListenerTable {
  private readonly targets: Map<string, RedirectTarget>;

  constructor() {
    this.targets = new Map();
  }

  /** Whoever comes last has the address: a listener that replaces another takes its place. */
  add(address: IpAddress, dualStack: boolean, target: RedirectTarget): void {
    this.targets.set(formatAddress(address), target);
    const v4 = dualStack ? v4Twin(address) : null;
    // A listener of that very IPv4 address goes first.
    if (v4 !== null && !this.targets.has(v4)) this.targets.set(v4, target);
  }

  /** A successor that took the place keeps it. */
  remove(address: IpAddress, dualStack: boolean, target: RedirectTarget): void {
    this.removeKey(formatAddress(address), target);
    const v4 = dualStack ? v4Twin(address) : null;
    if (v4 !== null) this.removeKey(v4, target);
  }

  private removeKey(key: string, target: RedirectTarget): void {
    if (this.targets.get(key) === target) this.targets.delete(key);
  }

  /** The listener of exactly that address, else the one of every address with that port; null when nobody is. */
  find(destination: Address): RedirectTarget | null {
    if (destination.kind !== 'ip') return null;
    const exact = this.targets.get(formatAddress(destination));
    if (exact !== undefined) return exact;
    return this.targets.get(destination.family === 6 ? `[::]:${destination.port}` : `0.0.0.0:${destination.port}`) ?? null;
  }
}

/** Where a dual-stack listener takes IPv4 connections. */
function v4Twin(address: IpAddress): string | null {
  if (address.ip === '::') return formatAddress(ipAddress('0.0.0.0', address.port));
  return address.ip.startsWith('::ffff:') && address.ip.includes('.') ? formatAddress(ipAddress(address.ip.slice(7), address.port)) : null;
}

const byWorker = new WeakMap<object, ListenerTable>();

/** The table of a worker; `worker` is any object that there is one of per worker (its dispatcher). */
export function listenersOf(worker: object): ListenerTable {
  let table = byWorker.get(worker);
  if (table === undefined) {
    table = new ListenerTable();
    byWorker.set(worker, table);
  }
  return table;
}
