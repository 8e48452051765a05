import type { Address } from '../../src/base/address.ts';
import { type Prefix, PrefixTable } from '../../src/base/prefix-table.ts';
import type { AcceptedConnection } from '../../src/net/listener-filter.ts';
import type { FilterChainSettings } from './settings.ts';

/** Chooses the filter chain of an accepted connection, or null when there is none for it. */
export interface ChainMatcher {
  match(accepted: AcceptedConnection): FilterChainSettings | null;
  readonly all: readonly FilterChainSettings[];
}

/** The chain without criteria takes every connection; the default chain is for what no other takes. */
export class SingleChain implements ChainMatcher {
  readonly all: readonly FilterChainSettings[];
  private readonly chosen: FilterChainSettings | null;

  constructor(unconditional: FilterChainSettings | null, fallback: FilterChainSettings | null) {
    this.chosen = unconditional ?? fallback;
    this.all = [unconditional, fallback].filter((chain) => chain !== null);
  }

  match(): FilterChainSettings | null {
    return this.chosen;
  }
}

export const ANY_SOURCE = 0 as const;
/** The peer is this host: a loopback address, or the address that it connected to. */
export const LOCAL_SOURCE = 1 as const;
export const EXTERNAL_SOURCE = 2 as const;
export type SourceType = typeof ANY_SOURCE | typeof LOCAL_SOURCE | typeof EXTERNAL_SOURCE;

/** What connections a chain is for; an empty list, '' and 0 stand for all. */
export interface Criteria {
  readonly destinationPort: number;
  readonly prefixes: readonly Prefix[];
  /** Lower case; `.example.com` for `*.example.com`. */
  readonly serverNames: readonly string[];
  readonly transportProtocol: string;
  readonly applicationProtocols: readonly string[];
  readonly directSourcePrefixes: readonly Prefix[];
  readonly sourceType: SourceType;
  readonly sourcePrefixes: readonly Prefix[];
  readonly sourcePorts: readonly number[];
}

type SourcePorts = Map<number, FilterChainSettings>;
type Sources = PrefixTable<SourcePorts>;
/** By SourceType; null where no chain asks for it. */
type SourceTypes = [Sources | null, Sources | null, Sources | null];
type DirectSources = PrefixTable<SourceTypes>;
type ApplicationProtocols = Map<string, DirectSources>;
type TransportProtocols = Map<string, ApplicationProtocols>;
type ServerNames = Map<string, TransportProtocols>;
type Destinations = PrefixTable<ServerNames>;

/**
 * The criteria of all chains as one table of tables, asked in the order of Envoy (its documentation, `FilterChainMatch`): the most
 * specific entry of a level is taken, and what the levels below it do not know is not looked for in a less specific one.
 */
export class ChainTable implements ChainMatcher {
  readonly all: readonly FilterChainSettings[];
  private readonly ports: Map<number, Destinations>;
  private readonly fallback: FilterChainSettings | null;

  constructor(all: readonly FilterChainSettings[], fallback: FilterChainSettings | null) {
    this.all = fallback === null ? all : [...all, fallback];
    this.ports = new Map();
    this.fallback = fallback;
  }

  /** False when another chain has one of the places already: then the table is of no use. */
  add(criteria: Criteria, chain: FilterChainSettings): boolean {
    let unique = true;
    const destinations = entry(this.ports, criteria.destinationPort, makeTable<ServerNames>);
    for (const names of prefixed(destinations, criteria.prefixes, makeMap<string, TransportProtocols>)) {
      for (const name of orAny(criteria.serverNames)) {
        const transports = entry(names, name, makeMap<string, ApplicationProtocols>);
        const protocols = entry(transports, criteria.transportProtocol, makeMap<string, DirectSources>);
        for (const protocol of orAny(criteria.applicationProtocols)) {
          const directs = entry(protocols, protocol, makeTable<SourceTypes>);
          for (const types of prefixed(directs, criteria.directSourcePrefixes, makeTypes)) {
            if (!addSource(types, criteria, chain)) unique = false;
          }
        }
      }
    }
    return unique;
  }

  match(accepted: AcceptedConnection): FilterChainSettings | null {
    const { localAddress } = accepted;
    const byPort = localAddress.kind === 'ip' ? this.ports.get(localAddress.port) : undefined;
    const names = (byPort ?? this.ports.get(0))?.find(textOf(localAddress)) ?? null;
    return (names === null ? null : byServerName(names, accepted)) ?? this.fallback;
  }
}

function byServerName(names: ServerNames, accepted: AcceptedConnection): FilterChainSettings | null {
  const { serverName } = accepted;
  let transports = names.get(serverName);
  // The labels of the name are cut off one by one: `.b.example.com`, `.example.com`, `.com`.
  for (let dot = serverName.indexOf('.', 1); transports === undefined && dot > 0; dot = serverName.indexOf('.', dot + 1)) {
    if (dot < serverName.length - 1) transports = names.get(serverName.slice(dot));
  }
  transports ??= names.get('');
  if (transports === undefined) return null;
  const protocols = transports.get(accepted.transportProtocol) ?? transports.get('');
  return protocols === undefined ? null : byApplicationProtocol(protocols, accepted);
}

/** In the order of the client. */
function byApplicationProtocol(protocols: ApplicationProtocols, accepted: AcceptedConnection): FilterChainSettings | null {
  let directs: DirectSources | undefined;
  for (let i = 0; directs === undefined && i < accepted.applicationProtocols.length; i++) {
    directs = protocols.get(accepted.applicationProtocols[i] as string);
  }
  directs ??= protocols.get('');
  const types = directs?.find(textOf(accepted.directRemoteAddress)) ?? null;
  return types === null ? null : bySource(types, accepted);
}

function bySource(types: SourceTypes, accepted: AcceptedConnection): FilterChainSettings | null {
  const [any, local, external] = types;
  const asked = local === null && external === null ? null : isLocal(accepted) ? local : external;
  const { remoteAddress } = accepted;
  const ports = (asked ?? any)?.find(textOf(remoteAddress)) ?? null;
  if (ports === null) return null;
  const port = remoteAddress.kind === 'ip' ? remoteAddress.port : 0;
  return ports.get(port) ?? ports.get(0) ?? null;
}

/** Envoy: pipes, the canonical loopback addresses, and peers whose address is the one that they connected to. */
function isLocal({ localAddress, remoteAddress }: AcceptedConnection): boolean {
  if (remoteAddress.kind === 'pipe' || remoteAddress.ip === '127.0.0.1' || remoteAddress.ip === '::1') return true;
  return localAddress.kind === 'ip' && localAddress.ip === remoteAddress.ip;
}

/** The path of a pipe is in no prefix. */
function textOf(address: Address): string {
  return address.kind === 'ip' ? address.ip : address.path;
}

// ── building ──────────────────────────────────────────────────────────────────────────────────────────────────────

function addSource(types: SourceTypes, { sourceType, sourcePrefixes, sourcePorts }: Criteria, chain: FilterChainSettings): boolean {
  types[sourceType] ??= new PrefixTable();
  let unique = true;
  for (const ports of prefixed(types[sourceType], sourcePrefixes, makeMap<number, FilterChainSettings>)) {
    for (const port of sourcePorts.length === 0 ? [0] : sourcePorts) {
      if (ports.has(port)) unique = false;
      ports.set(port, chain);
    }
  }
  return unique;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** The values of these prefixes, or the one for whatever no prefix holds. */
function prefixed<T>(table: PrefixTable<T>, prefixes: readonly Prefix[], make: () => T): readonly T[] {
  if (prefixes.length > 0) return prefixes.map((prefix) => table.at(prefix, make));
  table.other ??= make();
  return [table.other];
}

const ANY: readonly string[] = [''];

function orAny(names: readonly string[]): readonly string[] {
  return names.length === 0 ? ANY : names;
}

function makeMap<K, V>(): Map<K, V> {
  return new Map();
}

function makeTable<T>(): PrefixTable<T> {
  return new PrefixTable();
}

function makeTypes(): SourceTypes {
  return [null, null, null];
}
