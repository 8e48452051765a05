/** What clusters ask of a resolver: small enough for a test to be one. */

/** envoy.config.cluster.v3.Cluster.DnsLookupFamily. `auto`: IPv6, and IPv4 only when there is none; `v4_preferred` the other way round. */
export type LookupFamily = 'auto' | 'v4_only' | 'v6_only' | 'v4_preferred' | 'all';

export interface DnsAddress {
  readonly ip: string;
  readonly family: 4 | 6;
  /** Seconds; 0: nobody said. */
  readonly ttl: number;
}

export interface DnsAnswer {
  /** False: nobody could tell. A name that does not exist, or has no addresses of the family, is an answer without addresses. */
  readonly ok: boolean;
  readonly addresses: readonly DnsAddress[];
  /** Why there are no addresses: `ENOTFOUND`, `ETIMEOUT` …; '' when there are some. */
  readonly reason: string;
}

export interface DnsQuery {
  /** The answer is not wanted any more, and does not come. */
  cancel(): void;
}

/** Who wants to know. */
export interface DnsWaiter {
  onDnsAnswer(answer: DnsAnswer): void;
}

export interface Resolver {
  /** The waiter is told once, maybe before this returns; never after `cancel`. */
  resolve(name: string, family: LookupFamily, waiter: DnsWaiter): DnsQuery;
}

/** `GetAddrInfoDnsResolverConfig`. */
export interface SystemResolverSettings {
  readonly kind: 'getaddrinfo';
  /** Times that a name is looked up again at once, when the name servers could not be asked. */
  readonly retries: number;
  /** Names that are looked up at the same time. */
  readonly threads: number;
}

/** Compared by value: clusters with equal settings share a resolver. */
export type ResolverSettings = CaresSettings | SystemResolverSettings;

/** `CaresDnsResolverConfig` and what came before it. */
export interface CaresSettings {
  readonly kind: 'cares';
  /** `10.0.0.53:53`, `[fd00::53]:53`; empty: those of the system. */
  readonly servers: readonly string[];
  /** Names are looked up as they stand (`no_default_search_domain`). */
  readonly searchNothing: boolean;
  /** Milliseconds until the first try is given up; later ones take longer. */
  readonly timeoutMs: number;
  readonly tries: number;
  /** Queries after which another source port is used (`udp_max_queries`); 0: never. */
  readonly queriesPerSocket: number;
  /** Milliseconds after which another source port is used (`max_udp_channel_duration`); 0: never. */
  readonly socketMs: number;
  /** After a query that nobody answered another source port is used (`reinit_channel_on_timeout`). */
  readonly renewOnTimeout: boolean;
  /** `servers` count only where the system names none (`use_resolvers_as_fallback`). */
  readonly serversAsFallback: boolean;
  /** Servers take turns, instead of all questions going to the first one that works (`rotate_nameservers`). */
  readonly rotate: boolean;
  /** A family that no interface but the loopback has an address of is not asked for (`filter_unroutable_families`). */
  readonly routableOnly: boolean;
}

/** c-ares as Envoy runs it. */
export const DEFAULT_RESOLVER: CaresSettings = Object.freeze({
  kind: 'cares',
  servers: [],
  searchNothing: false,
  timeoutMs: 5000,
  tries: 4,
  queriesPerSocket: 0,
  socketMs: 0,
  renewOnTimeout: false,
  serversAsFallback: false,
  rotate: false,
  routableOnly: false,
});
