/**
 * `transport_socket_matches`: which transport socket a host gets, by its metadata under `envoy.transport_socket_match` (auto-mTLS:
 * a host that says `tlsMode: istio` gets TLS, every other one plain text). The first match counts; without one the cluster's own socket.
 */
import type { UpstreamTransportSocketFactory } from '../net/transport-socket.ts';
import { type StatGroup, statSpec } from '../telemetry/stats.ts';
import type { EndpointMetadata } from './host.ts';

/** Under `cluster.<name>.<name of the match>.` */
export const MATCH_STATS = statSpec({ counters: ['total_match_count'], replicated: ['total_match_count'] });

const NAMESPACE = 'envoy.transport_socket_match';

/** Every label must be there with this JSON value; without labels every host matches. */
export type MatchLabels = readonly (readonly [key: string, value: unknown])[];

export class TransportMatch {
  readonly factory: UpstreamTransportSocketFactory;
  private readonly labels: MatchLabels;
  private readonly stats: StatGroup;

  constructor(labels: MatchLabels, factory: UpstreamTransportSocketFactory, stats: StatGroup) {
    this.factory = factory;
    this.labels = labels;
    this.stats = stats;
  }

  matches(metadata: EndpointMetadata): boolean {
    if (this.labels.length === 0) return true;
    const values = metadata.get(NAMESPACE);
    if (values === undefined) return false;
    for (const [key, value] of this.labels) {
      if (!Object.hasOwn(values, key) || !sameJson(values[key], value)) return false;
    }
    return true;
  }

  /** A host was made with this socket. */
  count(): void {
    this.stats.inc(MATCH_STATS.slot.total_match_count);
  }
}

/** Null: none matches. */
export function findMatch(matches: readonly TransportMatch[], metadata: EndpointMetadata): TransportMatch | null {
  for (const match of matches) if (match.matches(metadata)) return match;
  return null;
}

function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameJson((a as Json)[key], (b as Json)[key]));
}

type Json = Readonly<Record<string, unknown>>;
