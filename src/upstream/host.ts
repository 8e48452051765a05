/**
 * A host of a cluster (contract 8): one address with everything that the balancer, the pools and `/clusters` know of it.
 * Hosts live on across endpoint updates while their address stays; ORIGINAL_DST clusters make synthetic ones.
 */
import type { Address } from '../base/address.ts';
import { formatAddress } from '../base/address.ts';
import type { UpstreamTransportSocketFactory } from '../net/transport-socket.ts';
import type { StatGroup } from '../telemetry/stats.ts';
import { HOST_STATS, LocalStats } from './host-stats.ts';
import type { Pool } from './pool/pool.ts';

export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
}

/** Reasons for being unhealthy, one bit each (Envoy's names in `/clusters`). */
export const HEALTH = {
  failedActiveHc: 1 << 0,
  failedOutlierCheck: 1 << 1,
  failedEdsHealth: 1 << 2,
  degradedActiveHc: 1 << 3,
  degradedEdsHealth: 1 << 4,
  pendingActiveHc: 1 << 5,
  excludedViaImmediateHcFail: 1 << 6,
  edsStatusDraining: 1 << 7,
} as const;

/** Bits that take a host out of the healthy set. */
export const UNHEALTHY =
  HEALTH.failedActiveHc | HEALTH.failedOutlierCheck | HEALTH.failedEdsHealth | HEALTH.excludedViaImmediateHcFail | HEALTH.edsStatusDraining;
/** Bits that keep an otherwise healthy host for when the healthy ones do not suffice. */
export const DEGRADED = HEALTH.degradedActiveHc | HEALTH.degradedEdsHealth;
/** Bits of hosts that do not even count when the share of healthy hosts is taken (`membership_excluded`). */
export const EXCLUDED = HEALTH.pendingActiveHc | HEALTH.excludedViaImmediateHcFail | HEALTH.edsStatusDraining;

/** Endpoint metadata by filter namespace (`envoy.lb`, `istio`, `envoy.transport_socket_match`). */
export type EndpointMetadata = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

export function isCanary(metadata: EndpointMetadata): boolean {
  return metadata.get('envoy.lb')?.canary === true;
}

export class Host {
  /** Where new connections go; that of a logical host moves. */
  address: Address;
  /** `formatAddress(address)`: key in tables, logs and `/clusters`. */
  key: string;
  readonly hostname: string;
  additionalAddresses: readonly Address[];
  locality: Locality;
  priority: number;
  /** Of its locality in its priority; 0: none. */
  localityWeight: number;
  /** Load-balancing weight, ≥ 1. */
  weight: number;
  /** OR of HEALTH bits; 0: healthy. */
  health: number;
  metadata: EndpointMetadata;
  /** `canary: true` under `envoy.lb`: what it answers is counted once more. */
  canary: boolean;
  /** Each downstream connection gets pools of its own: the transport socket or the cluster wants it. */
  readonly perDownstream: boolean;
  /** Chosen by `transport_socket_matches` against `metadata`. */
  transport: UpstreamTransportSocketFactory;
  /** This worker's requests in flight: the load that LEAST_REQUEST compares. */
  activeRequests: number;
  /** Pools to this host, found by comparing keys: mostly one (contract 10). */
  readonly pools: Pool[];
  readonly stats: StatGroup;

  constructor(
    address: Address,
    hostname: string,
    locality: Locality,
    priority: number,
    weight: number,
    metadata: EndpointMetadata,
    transport: UpstreamTransportSocketFactory,
    stats: StatGroup = new LocalStats(HOST_STATS),
    additionalAddresses: readonly Address[] = [],
    perDownstream = false,
  ) {
    this.address = address;
    this.key = formatAddress(address);
    this.hostname = hostname;
    this.additionalAddresses = additionalAddresses;
    this.locality = locality;
    this.priority = priority;
    this.weight = weight;
    this.localityWeight = 0;
    this.health = 0;
    this.metadata = metadata;
    this.canary = isCanary(metadata);
    this.perDownstream = perDownstream || transport.perDownstream === true;
    this.transport = transport;
    this.activeRequests = 0;
    this.pools = [];
    this.stats = stats;
  }

  /** Connections that are open stay where they are. */
  move(address: Address, additionalAddresses: readonly Address[]): void {
    this.address = address;
    this.key = formatAddress(address);
    this.additionalAddresses = additionalAddresses;
  }

  get healthy(): boolean {
    return (this.health & UNHEALTHY) === 0;
  }
}
