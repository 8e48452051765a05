/**
 * Hosts by name (Envoy docs, "Service discovery": strict and logical DNS). Every name is looked up on its own, again and again; hosts are
 * swapped when an answer differs from the one before, and stay when nobody can tell.
 */

import { type IpAddress, ipAddress } from '../../base/address.ts';
import type { Logger } from '../../base/log.ts';
import type { Dispatcher } from '../../net/dispatcher.ts';
import { Timer, type TimerOwner } from '../../net/timer-wheel.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import { CLUSTER_STATS } from '../cluster-stats.ts';
import type { EndpointSpec, EndpointsSpec, EndpointsSpecOf, HostSpec } from '../compile-endpoints.ts';
import type { InitTarget } from '../factory-context.ts';
import type { DnsAddress, DnsAnswer, DnsQuery, DnsWaiter, LookupFamily, Resolver } from './resolver.ts';

const SLOT = CLUSTER_STATS.slot;

/** A host that is known by name. */
export interface NamedAddress {
  readonly name: string;
  readonly port: number;
}

export interface DnsSettings {
  /** One host that stands for the whole name (LOGICAL_DNS), instead of one for each address. */
  readonly logical: boolean;
  readonly family: LookupFamily;
  /** Milliseconds from an answer to the next question. */
  readonly refreshMs: number;
  /** Answers say how long they hold. */
  readonly respectTtl: boolean;
  /** Milliseconds; what answers say is raised to it. */
  readonly minTtlMs: number;
  /** Milliseconds, up to which is added at random. */
  readonly jitterMs: number;
  /** Milliseconds after questions that nobody answered: at random below the base, which doubles each time. Null: `refreshMs`. */
  readonly failure: { readonly baseMs: number; readonly maxMs: number } | null;
}

/** The cluster whose hosts these are. */
export interface DnsCluster {
  /** Asked for each time: they are others when the cluster is gone. */
  readonly stats: StatGroup;
  setEndpoints(spec: EndpointsSpec): void;
  /** Its only host is there from now on; connections that are open stay where they are. */
  moveHost(address: IpAddress, others: readonly IpAddress[]): void;
}

export interface DnsParts {
  readonly clusterName: string;
  readonly settings: DnsSettings;
  readonly endpoints: EndpointsSpecOf<EndpointSpec<NamedAddress>>;
  readonly resolver: Resolver;
  readonly dispatcher: Dispatcher;
  readonly log: Logger;
  /** Done after the first answer, whatever it is; null: nobody waits. */
  readonly warm: InitTarget | null;
  /** In [0, 1). */
  random(): number;
}

export class DnsDiscovery {
  readonly parts: DnsParts;
  readonly #targets: readonly DnsTarget[];
  #cluster: DnsCluster | null = null;
  #warm: InitTarget | null;
  #backoffMs: number;

  constructor(parts: DnsParts) {
    this.parts = parts;
    this.#targets = parts.endpoints.hosts.map((spec) => new DnsTarget(this, spec));
    this.#warm = parts.warm;
    this.#backoffMs = parts.settings.failure?.baseMs ?? 0;
  }

  start(cluster: DnsCluster): void {
    this.#cluster = cluster;
    for (const target of this.#targets) target.ask();
  }

  end(): void {
    this.#cluster = null;
    for (const target of this.#targets) target.end();
  }

  count(counter: 'update_attempt' | 'update_success' | 'update_failure' | 'update_no_rebuild'): void {
    this.#cluster?.stats.inc(SLOT[counter]);
  }

  /** Milliseconds until the next question, after an answer that holds for `ttl` seconds (0: nobody said). */
  refreshAfter(ttl: number): number {
    const { refreshMs, respectTtl, minTtlMs, jitterMs, failure } = this.parts.settings;
    this.#backoffMs = failure?.baseMs ?? 0;
    const base = respectTtl && ttl > 0 ? Math.max(ttl * 1000, minTtlMs) : refreshMs;
    return jitterMs < 1 ? base : base + Math.floor(this.parts.random() * jitterMs);
  }

  /** Milliseconds until the next question, after one that failed. All names of a cluster back off together. */
  retryAfter(): number {
    const { refreshMs, failure } = this.parts.settings;
    if (failure === null) return refreshMs;
    const ms = Math.floor(this.parts.random() * this.#backoffMs);
    this.#backoffMs = Math.min(failure.maxMs, this.#backoffMs * 2);
    return ms;
  }

  /** The addresses of one name are others. */
  changed(target: DnsTarget): void {
    const { settings, endpoints } = this.parts;
    if (settings.logical && target.moves) {
      this.#cluster?.moveHost(target.addresses[0] as IpAddress, target.addresses.slice(1));
      return;
    }
    const hosts: HostSpec[] = [];
    for (const each of this.#targets) each.addHosts(hosts, settings.logical);
    const { priorities, overprovisioning, weightedHealth } = endpoints;
    if (!settings.logical) this.#cluster?.stats.set(SLOT.max_host_weight, highestWeight(hosts));
    this.#cluster?.setEndpoints({ hosts, priorities, overprovisioning, weightedHealth });
  }

  answered(): void {
    this.#warm?.done();
    this.#warm = null;
  }
}

class DnsTarget implements TimerOwner, DnsWaiter {
  readonly #discovery: DnsDiscovery;
  readonly #spec: EndpointSpec<NamedAddress>;
  readonly #timer: Timer;
  #query: DnsQuery | null = null;
  #asking = false;
  #ended = false;
  /** Of the last good answer. */
  addresses: readonly IpAddress[] = [];
  /** It had addresses before the ones it has now. */
  moves = false;
  /** Said in the log, until it has addresses. */
  #missing = false;

  constructor(discovery: DnsDiscovery, spec: EndpointSpec<NamedAddress>) {
    this.#discovery = discovery;
    this.#spec = spec;
    this.#timer = new Timer(this, 0);
  }

  onTimer(): void {
    this.ask();
  }

  ask(): void {
    const { resolver, settings } = this.#discovery.parts;
    this.#discovery.count('update_attempt');
    this.#asking = true;
    const query = resolver.resolve(this.#spec.address.name, settings.family, this);
    // The answer may have come already.
    if (this.#asking) this.#query = query;
  }

  end(): void {
    this.#ended = true;
    this.#query?.cancel();
    this.#query = null;
    this.#discovery.parts.dispatcher.timers.cancel(this.#timer);
  }

  addHosts(to: HostSpec[], logical: boolean): void {
    if (this.addresses.length === 0) return;
    if (logical) to.push(hostAt(this.#spec, this.addresses[0] as IpAddress, this.addresses.slice(1)));
    else for (const address of this.addresses) to.push(hostAt(this.#spec, address, NO_OTHERS));
  }

  onDnsAnswer({ ok, addresses, reason }: DnsAnswer): void {
    this.#asking = false;
    this.#query = null;
    if (this.#ended) return;
    const discovery = this.#discovery;
    const { settings, log, dispatcher, clusterName } = discovery.parts;
    const { name, port } = this.#spec.address;
    let nextMs: number;
    // One host without an address cannot be, so that no addresses are no answer for a logical one.
    if (ok && (addresses.length > 0 || !settings.logical)) {
      discovery.count('update_success');
      this.#take(distinct(addresses, port));
      let ttl = Number.POSITIVE_INFINITY;
      for (const each of settings.logical ? addresses.slice(0, 1) : addresses) ttl = Math.min(ttl, each.ttl);
      nextMs = discovery.refreshAfter(addresses.length === 0 ? 0 : ttl);
    } else {
      discovery.count('update_failure');
      nextMs = discovery.retryAfter();
    }
    const missing = addresses.length === 0;
    if (missing !== this.#missing) {
      this.#missing = missing;
      if (!missing) log.info(`cluster ${clusterName}: ${name} has addresses again`);
      else if (this.addresses.length > 0) log.warning(`cluster ${clusterName}: no answer for ${name} (${reason}), its last addresses stay`);
      else log.warning(`cluster ${clusterName}: ${name} has no addresses (${reason})`);
    }
    log.debug(`cluster ${clusterName}: ${name} has ${addresses.length} addresses, it is asked for again in ${nextMs} ms`);
    discovery.answered();
    // A turn may end the discovery.
    if (!this.#ended) dispatcher.timers.arm(this.#timer, Math.max(1, nextMs));
  }

  #take(addresses: readonly IpAddress[]): void {
    const { logical } = this.#discovery.parts.settings;
    if (logical ? sameList(addresses, this.addresses) : sameSet(addresses, this.addresses)) {
      this.#discovery.count('update_no_rebuild');
      return;
    }
    this.moves = this.addresses.length > 0;
    this.addresses = addresses;
    this.#discovery.changed(this);
  }
}

const NO_OTHERS: readonly IpAddress[] = [];

function highestWeight(hosts: readonly HostSpec[]): number {
  let highest = 0;
  for (const { weight } of hosts) highest = Math.max(highest, weight);
  return highest;
}

function hostAt(spec: EndpointSpec<NamedAddress>, address: IpAddress, additionalAddresses: readonly IpAddress[]): HostSpec {
  const hostname = spec.hostname === '' ? spec.address.name : spec.hostname;
  return { ...spec, hostname, address, additionalAddresses };
}

/** One host for each address, even when an answer names one twice. */
function distinct(addresses: readonly DnsAddress[], port: number): readonly IpAddress[] {
  return [...new Set(addresses.map(({ ip }) => ip))].map((ip) => ipAddress(ip, port));
}

function sameList(a: readonly IpAddress[], b: readonly IpAddress[]): boolean {
  return a.length === b.length && a.every(({ ip }, i) => b[i]?.ip === ip);
}

/** Neither list names an address twice. */
function sameSet(a: readonly IpAddress[], b: readonly IpAddress[]): boolean {
  if (a.length !== b.length) return false;
  const known = new Set(b.map(({ ip }) => ip));
  return a.every(({ ip }) => known.has(ip));
}
