/**
 * Clusters of type ORIGINAL_DST: the host is where the client wanted to go (Envoy docs, "Original destination"). Hosts are made when
 * they are first asked for, kept by address, and forgotten when nobody has used them for a while.
 */
import { type IpAddress, ipAddress } from '../base/address.ts';
import { formatIpv4, formatIpv6, ipBytes } from '../base/ip.ts';
import type { HeaderName } from '../http/header-name.ts';
import { Timer, type TimerOwner, type TimerWheel } from '../net/timer-wheel.ts';
import type { StatGroup } from '../telemetry/stats.ts';
import type { MetadataValue, StreamInfo } from '../telemetry/stream-info.ts';
import { CLUSTER_STATS } from './cluster-stats.ts';
import type { HostSpec } from './compile-endpoints.ts';
import type { Host } from './host.ts';
import { HOST_STATS } from './host-stats.ts';
import type { LbPolicy, PickContext, Picker } from './lb/picker.ts';

const SLOT = CLUSTER_STATS.slot;
const HOST = HOST_STATS.slot;

export interface OriginalDstSettings {
  readonly clusterName: string;
  /** A request header that names the host, null: none. */
  readonly header: HeaderName | null;
  /** Dynamic metadata that names the host: namespace and path, null: none. */
  readonly metadata: readonly string[] | null;
  /** -1: the port of the destination. */
  readonly port: number;
  /** Milliseconds between two looks for hosts that nobody uses. */
  readonly cleanupMs: number;
}

/** The cluster whose hosts these are. */
export interface HostKeeper {
  readonly stats: StatGroup;
  addHost(spec: HostSpec): Host;
  /** Their pools finish what runs and close. */
  dropHosts(hosts: ReadonlySet<Host>): void;
}

const NOWHERE: HostSpec['locality'] = { region: '', zone: '', subZone: '' };
const NO_METADATA: HostSpec['metadata'] = new Map();
const PORT = /^\d{1,5}$/;

class Known {
  readonly host: Host;
  /** Picked since the last look. */
  used: boolean;

  constructor(host: Host) {
    this.host = host;
    this.used = true;
  }
}

/** Policy and picker of one such cluster. */
export class OriginalDestination implements LbPolicy, Picker, TimerOwner {
  readonly name = 'original_dst';
  private readonly settings: OriginalDstSettings;
  private readonly timers: TimerWheel;
  private readonly timer: Timer;
  private readonly known: Map<string, Known>;
  private keeper: HostKeeper | null;

  constructor(settings: OriginalDstSettings, timers: TimerWheel) {
    this.settings = settings;
    this.timers = timers;
    this.timer = new Timer(this, 0);
    this.known = new Map();
    this.keeper = null;
  }

  build(): Picker {
    return this;
  }

  /** From now on hosts can be made. */
  begin(keeper: HostKeeper): void {
    this.keeper = keeper;
  }

  end(): void {
    this.timers.cancel(this.timer);
  }

  /** Metadata goes before the header, the header before the destination; one that names no address is counted and passed over. */
  pick(context: PickContext): Host | null {
    const { keeper, settings } = this;
    if (keeper === null) return null;
    const { info, headers } = context;
    let address: IpAddress | null = null;
    if (settings.metadata !== null && info !== null) address = this.parsed(keeper, metadataText(info, settings.metadata));
    if (address === null && settings.header !== null && headers !== null) address = this.parsed(keeper, headers.get(settings.header));
    if (address === null) {
      const original = info === null ? undefined : info.downstream.originalDestination;
      if (original?.kind === 'ip') address = original;
    }
    if (address === null) return null;
    const port = settings.port < 0 ? address.port : settings.port;
    const key = address.family === 6 ? `[${address.ip}]:${port}` : `${address.ip}:${port}`;
    const known = this.known.get(key);
    if (known === undefined) return this.make(keeper, key, ipAddress(address.ip, port));
    known.used = true;
    return known.host;
  }

  private make(keeper: HostKeeper, key: string, address: IpAddress): Host {
    const hostname = this.settings.clusterName + key;
    const host = keeper.addHost({ address, hostname, locality: NOWHERE, priority: 0, weight: 1, health: 0, metadata: NO_METADATA });
    if (this.known.size === 0) this.timers.arm(this.timer, this.settings.cleanupMs);
    this.known.set(key, new Known(host));
    return host;
  }

  private parsed(keeper: HostKeeper, text: string | null | undefined): IpAddress | null {
    if (text === null || text === undefined) return null;
    const address = parseAddress(text);
    if (address === null) keeper.stats.inc(SLOT.original_dst_host_invalid);
    return address;
  }

  /** Keeps what was picked since the last time, and what still has connections. */
  onTimer(): void {
    const stale = new Set<Host>();
    for (const [key, known] of this.known) {
      if (known.used || inUse(known.host)) {
        known.used = false;
        continue;
      }
      stale.add(known.host);
      this.known.delete(key);
    }
    if (stale.size > 0) this.keeper?.dropHosts(stale);
    if (this.known.size > 0) this.timers.arm(this.timer, this.settings.cleanupMs);
  }
}

function inUse({ pools, stats }: Host): boolean {
  return pools.length > 0 || stats.value(HOST.cx_active) > 0;
}

/** The text at that place, or the first one of a list; null when there is none. */
function metadataText({ metadata }: StreamInfo, path: readonly string[]): string | null {
  let value: MetadataValue | undefined = metadata?.get(path[0] as string);
  for (let i = 1; i < path.length; i++) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
    value = value[path[i] as string];
  }
  if (Array.isArray(value)) value = value[0];
  return typeof value === 'string' ? value : null;
}

/** `10.0.0.1:80`, `[::1]:80`. */
export function parseAddress(text: string): IpAddress | null {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  if (colon < 1 || !PORT.test(port) || Number(port) > 65_535) return null;
  const bracketed = text.startsWith('[');
  if (bracketed && text.charAt(colon - 1) !== ']') return null;
  const bytes = ipBytes(bracketed ? text.slice(1, colon - 1) : text.slice(0, colon));
  if (bytes === null || (bytes.length === 16) !== bracketed) return null;
  return ipAddress(bracketed ? formatIpv6(bytes, 0) : formatIpv4(bytes, 0), Number(port));
}
