/**
 * A cluster of one worker: hosts, picker, pools and counts behind the `Cluster` that requests see. Discovery of any kind
 * hands it `EndpointsSpec`s; hosts whose address stays keep their pools, counts and load.
 */
import { type Address, formatAddress } from '../base/address.ts';
import { H2_STATS } from '../http/h2/stats.ts';
import type { Headers } from '../http/headers.ts';
import type { Dispatcher } from '../net/dispatcher.ts';
import type { UpstreamTransportOptions, UpstreamTransportSocketFactory } from '../net/transport-socket.ts';
import type { StatGroup } from '../telemetry/stats.ts';
import type { Protocol } from '../telemetry/stream-info.ts';
import type { Breakers } from './circuit-breaker.ts';
import { type CircuitBreaker, type Cluster, type ClusterSettings, PoolSelector } from './cluster.ts';
import { CLUSTER_STATS, HTTP1_STATS, type ResponseStats } from './cluster-stats.ts';
import type { EndpointsSpec, HostSpec } from './compile-endpoints.ts';
import { DEGRADED, type EndpointMetadata, EXCLUDED, Host, isCanary } from './host.ts';
import { LocalStats } from './host-stats.ts';
import type { HostSet, LbPolicy, Picker } from './lb/picker.ts';
import { NamedSelectors } from './named-selectors.ts';
import { NoPool } from './pool/no-pool.ts';
import type { ClientCodecs, Pool, PoolOwner } from './pool/pool.ts';
import { StreamPool } from './pool/stream-pool.ts';
import { findMatch, type TransportMatch } from './transport-match.ts';

const SLOT = CLUSTER_STATS.slot;

/** What a cluster is made of; all of it stays for its life. */
export interface ClusterParts {
  readonly settings: ClusterSettings;
  readonly dispatcher: Dispatcher;
  /** Of hosts that match nothing in `matches`. */
  readonly transport: UpstreamTransportSocketFactory;
  readonly matches: readonly TransportMatch[];
  readonly stats: StatGroup;
  readonly responses: ResponseStats;
  readonly breakers: Breakers;
  readonly policy: LbPolicy;
  /** Per cent. */
  readonly panicThreshold: number;
  readonly localityWeighted?: boolean;
  readonly codecs: ClientCodecs;
  /** Where codecs of this protocol count. Asked for once, when the protocol is first spoken. */
  codecStats(protocol: 'h1' | 'h2'): StatGroup;
  /** The last connection of a closed cluster is gone: nothing counts here any more. */
  onGone(): void;
}

export class ClusterState implements Cluster, PoolOwner {
  readonly settings: ClusterSettings;
  readonly dispatcher: Dispatcher;
  stats: StatGroup;
  readonly responses: ResponseStats;
  readonly breakers: Breakers;
  readonly codecs: ClientCodecs;
  readonly selectors: readonly [PoolSelector, PoolSelector];
  /** The same for requests that came in as HTTP/1.1 and as HTTP/2. */
  private readonly http1Selectors: readonly [PoolSelector, PoolSelector];
  private readonly http2Selectors: readonly [PoolSelector, PoolSelector];
  private readonly named: NamedSelectors | null;
  picker: Picker;
  hostSets: readonly HostSet[];
  private readonly parts: ClusterParts;
  private endpoints: EndpointsSpec;
  private pools: number;
  private http1Stats: StatGroup | null;
  private http2Stats: StatGroup | null;
  private closed: boolean;
  private gone: boolean;

  constructor(parts: ClusterParts, endpoints: EndpointsSpec) {
    this.settings = parts.settings;
    this.dispatcher = parts.dispatcher;
    this.stats = parts.stats;
    this.responses = parts.responses;
    this.breakers = parts.breakers;
    this.codecs = parts.codecs;
    const { http, transportOptions } = parts.settings;
    this.selectors = selectorsOf(http.protocol, transportOptions);
    this.http1Selectors = http.useDownstream && http.protocol !== 'h1' ? selectorsOf('h1', transportOptions) : this.selectors;
    this.http2Selectors = http.useDownstream && http.protocol !== 'h2' ? selectorsOf('h2', transportOptions) : this.selectors;
    this.named = http.autoNames === undefined ? null : new NamedSelectors(http.autoNames, (selector) => this.drainSelector(selector));
    this.parts = parts;
    this.endpoints = endpoints;
    this.pools = 0;
    this.http1Stats = null;
    this.http2Stats = null;
    this.closed = false;
    this.gone = false;
    this.hostSets = [];
    this.picker = NO_HOSTS;
    this.setEndpoints(endpoints);
  }

  breaker(high: boolean): CircuitBreaker {
    return this.breakers.of(high);
  }

  hold(): void {
    this.pools++;
  }

  letGo(): void {
    this.pools--;
    this.checkGone();
  }

  selector(high: boolean, downstream: Protocol, headers?: Headers): PoolSelector {
    const selector = (downstream === 'HTTP/2' ? this.http2Selectors : this.http1Selectors)[high ? 1 : 0];
    return this.named === null || headers === undefined ? selector : this.named.of(selector, headers);
  }

  private drainSelector(selector: PoolSelector): void {
    for (const set of this.hostSets) {
      for (const host of set.hosts) for (const pool of host.pools.slice()) if (pool.selector === selector) pool.drain();
    }
  }

  codecStats(protocol: 'h1' | 'h2'): StatGroup {
    if (protocol === 'h1') {
      this.http1Stats ??= this.parts.codecStats('h1');
      return this.http1Stats;
    }
    this.http2Stats ??= this.parts.codecStats('h2');
    return this.http2Stats;
  }

  pool(host: Host, selector: PoolSelector): Pool {
    const { pools } = host;
    for (let i = 0; i < pools.length; i++) {
      const pool = pools[i] as Pool;
      if (pool.selector === selector) return pool;
    }
    return this.findOrMakePool(host, selector);
  }

  private findOrMakePool(host: Host, selector: PoolSelector): Pool {
    const key = this.poolKey(host, selector);
    for (const pool of host.pools) if (pool.key === key) return pool;
    if (!this.mayHavePool(host, selector)) return new NoPool(host, selector);
    if (selector.protocol !== 'auto') this.codecStats(selector.protocol);
    const pool = new StreamPool(this, host, selector, key);
    host.pools.push(pool);
    this.pools++;
    if (this.closed) pool.drain();
    return pool;
  }

  private poolKey(host: Host, selector: PoolSelector): string {
    const { downstream } = selector.options;
    const key = `${selector.protocol}|${selector.high ? 'high' : 'default'}|${host.transport.key(selector.options)}`;
    return this.settings.poolPerDownstream === true && downstream != null ? `${key}|${downstream.id}` : key;
  }

  /** Where pools are limited, one that has nothing to do makes room for another one to the same host. */
  private mayHavePool(host: Host, selector: PoolSelector): boolean {
    const { pools } = this.breaker(selector.high);
    if (pools === null || pools.tryAcquire()) return true;
    for (const pool of host.pools) {
      if (pool.busy || pool.selector.high !== selector.high) continue;
      pool.drain();
      // The place of the other one, which is free when its connections have closed.
      pools.acquire();
      return true;
    }
    this.stats.inc(SLOT.upstream_cx_pool_overflow);
    return false;
  }

  onPoolGone(pool: Pool): void {
    const { pools } = pool.host;
    const at = pools.indexOf(pool);
    if (at >= 0) pools.splice(at, 1);
    this.breaker(pool.selector.high).pools?.release();
    this.pools--;
    this.checkGone();
  }

  /** Swaps hosts and picker. */
  setEndpoints(spec: EndpointsSpec): void {
    const before = byAddress(this.hostSets);
    const members: Host[][] = [];
    for (let priority = 0; priority < spec.priorities; priority++) members.push([]);
    const changed = new Set<number>();
    for (const want of spec.hosts) {
      const key = formatAddress(want.address);
      let host = before.get(key)?.shift();
      if (host !== undefined && this.transportOf(want.metadata) !== host.transport) {
        // Streams of the old socket finish on a host of their own.
        drainPools(host);
        host = undefined;
      }
      if (host === undefined) {
        host = this.makeHost(want);
        changed.add(want.priority);
      } else {
        if (host.priority !== want.priority) changed.add(host.priority).add(want.priority);
        update(host, want);
      }
      (members[want.priority] as Host[]).push(host);
    }
    for (const left of before.values()) {
      for (const host of left) {
        changed.add(host.priority);
        drainPools(host);
      }
    }
    this.stats.add(SLOT.membership_change, changed.size);
    if (changed.size > 0 && this.settings.drainOnChange === true) {
      for (const hosts of members) for (const host of hosts) drainPools(host);
    }
    this.endpoints = spec;
    this.hostSets = members.map(hostSetOf);
    this.buildPicker();
    this.countMembers();
  }

  /** The only host (LOGICAL_DNS) is somewhere else from now on; its connections stay where they are. */
  moveHost(address: Address, others: readonly Address[]): void {
    const host = (this.hostSets[0] as HostSet).hosts[0] as Host;
    host.move(address, others);
    this.stats.inc(SLOT.membership_change);
    // Pickers know hosts by their address.
    this.buildPicker();
  }

  private buildPicker(): void {
    const { overprovisioning, weightedHealth } = this.endpoints;
    this.picker = this.parts.policy.build(
      this.hostSets,
      {
        panicThreshold: this.parts.panicThreshold,
        localityWeighted: this.parts.localityWeighted === true,
        overprovisioning,
        weightedHealth,
        stats: this.stats,
      },
      this.picker === NO_HOSTS ? null : this.picker,
    );
  }

  /** A host that nobody announced (ORIGINAL_DST). */
  addHost(spec: HostSpec): Host {
    const host = this.makeHost(spec);
    this.setMembers((this.hostSets[0] as HostSet).hosts.concat(host));
    if (this.closed) drainPools(host);
    return host;
  }

  dropHosts(hosts: ReadonlySet<Host>): void {
    const kept: Host[] = [];
    for (const host of (this.hostSets[0] as HostSet).hosts) {
      if (hosts.has(host)) drainPools(host);
      else kept.push(host);
    }
    this.setMembers(kept);
  }

  /** Of a cluster with one priority whose hosts are all healthy. */
  private setMembers(hosts: readonly Host[]): void {
    this.stats.inc(SLOT.membership_change);
    this.hostSets = [Object.freeze({ priority: 0, hosts, healthy: hosts, degraded: NO_MEMBERS, excluded: 0 })];
    this.countMembers();
  }

  /** Pools finish what runs and close; `onGone` follows. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const set of this.hostSets) for (const host of set.hosts) drainPools(host);
    this.checkGone();
  }

  private checkGone(): void {
    if (!this.closed || this.gone || this.pools > 0) return;
    this.gone = true;
    // Streams may still hold this cluster, but its slots may belong to another soon.
    this.stats = new LocalStats(CLUSTER_STATS);
    this.http1Stats = new LocalStats(HTTP1_STATS);
    this.http2Stats = new LocalStats(H2_STATS);
    this.breakers.mute();
    this.responses.release();
    this.parts.onGone();
  }

  private makeHost(spec: HostSpec): Host {
    const { address, hostname, locality, priority, weight, metadata, additionalAddresses } = spec;
    const match = findMatch(this.parts.matches, metadata);
    if (match === null) this.stats.inc(SLOT['default.total_match_count']);
    else match.count();
    const host = new Host(
      address,
      hostname,
      locality,
      priority,
      weight,
      metadata,
      match?.factory ?? this.parts.transport,
      undefined,
      additionalAddresses,
      this.settings.poolPerDownstream,
    );
    host.health = spec.health;
    host.localityWeight = spec.localityWeight ?? 0;
    return host;
  }

  private transportOf(metadata: EndpointMetadata): UpstreamTransportSocketFactory {
    return findMatch(this.parts.matches, metadata)?.factory ?? this.parts.transport;
  }

  private countMembers(): void {
    let total = 0;
    let healthy = 0;
    let degraded = 0;
    let excluded = 0;
    for (const set of this.hostSets) {
      total += set.hosts.length;
      healthy += set.healthy.length;
      degraded += set.degraded.length;
      excluded += set.excluded;
    }
    this.stats.set(SLOT.membership_total, total);
    this.stats.set(SLOT.membership_healthy, healthy);
    this.stats.set(SLOT.membership_degraded, degraded);
    this.stats.set(SLOT.membership_excluded, excluded);
  }
}

const ALPN: Readonly<Record<PoolSelector['protocol'], readonly string[]>> = { h1: ['http/1.1'], h2: ['h2'], auto: ['h2', 'http/1.1'] };

/** [default, high] */
function selectorsOf(protocol: PoolSelector['protocol'], options: UpstreamTransportOptions): readonly [PoolSelector, PoolSelector] {
  const own = Object.freeze({ ...options, alpnFallback: ALPN[protocol] });
  return [new PoolSelector(protocol, false, own), new PoolSelector(protocol, true, own)];
}

const NO_MEMBERS: readonly Host[] = [];

/** Before the first endpoints. */
const NO_HOSTS: Picker = { pick: () => null };

/** A static cluster may name one address several times, and means several hosts. */
function byAddress(sets: readonly HostSet[]): Map<string, Host[]> {
  const table = new Map<string, Host[]>();
  for (const set of sets) {
    for (const host of set.hosts) {
      const same = table.get(host.key);
      if (same === undefined) table.set(host.key, [host]);
      else same.push(host);
    }
  }
  return table;
}

/** A pool without connections leaves the list at once. */
function drainPools(host: Host): void {
  for (const pool of host.pools.slice()) pool.drain();
}

function update(host: Host, spec: HostSpec): void {
  host.locality = spec.locality;
  host.priority = spec.priority;
  host.weight = spec.weight;
  host.health = spec.health;
  host.localityWeight = spec.localityWeight ?? 0;
  host.metadata = spec.metadata;
  host.canary = isCanary(spec.metadata);
}

function hostSetOf(hosts: readonly Host[], priority: number): HostSet {
  const healthy = hosts.filter((host) => host.health === 0);
  const degraded = hosts.filter((host) => host.healthy && (host.health & DEGRADED) !== 0);
  const excluded = hosts.filter((host) => (host.health & EXCLUDED) !== 0).length;
  // Mostly everybody is healthy, and one list does for both.
  return Object.freeze({ priority, hosts, healthy: healthy.length === hosts.length ? hosts : healthy, degraded, excluded });
}
