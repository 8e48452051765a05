/**
 * Choosing a host (contract 9). A policy compiles a cluster's hosts into an immutable `Picker`; endpoint and health changes
 * swap the picker, never edit it.
 */
import type { Headers } from '../../http/headers.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import type { Host } from '../host.ts';

/** What a choice may depend on. One per worker, refilled for each pick: pickers must not keep it. */
export interface PickContext {
  /** 32-bit hash of the route's hash policy, -1 when none. */
  hash: number;
  /** Uniform integer in [0, 2^32) of this request. */
  random: number;
  /** What a retry has against hosts, null for a first attempt. */
  tried: TriedHosts | null;
  /** Exact host asked for (override_host, stateful session), '' when none. */
  override: string;
  /** Subset criteria of the route, null when none: key → JSON scalar as text. */
  subset: ReadonlyMap<string, string> | null;
  /** Of the request, null when there is none: ORIGINAL_DST may be told by a header. */
  headers: Headers | null;
  /** Of the stream, null for calls of the proxy itself: where its client wanted to go. */
  info: StreamInfo | null;
}

/** A pick is repeated, at most `repicks` times, while it is rejected; the last one holds. */
export interface TriedHosts {
  readonly repicks: number;
  rejects(host: Host): boolean;
}

export interface Picker {
  /** Null: no host may be used (`no_healthy_upstream`). */
  pick(context: PickContext): Host | null;
}

/** Hosts of one priority, split as the balancers need them. Frozen. */
export interface HostSet {
  readonly priority: number;
  readonly hosts: readonly Host[];
  readonly healthy: readonly Host[];
  readonly degraded: readonly Host[];
  /** Hosts that do not count when the share of healthy ones is taken: draining, or not yet checked. */
  readonly excluded: number;
}

/** What all policies of a cluster share (`common_lb_config`, `ClusterLoadAssignment.policy`). */
export interface LbCommon {
  /** Per cent of usable hosts below which all hosts are used; 0: never. Default 50. */
  readonly panicThreshold: number;
  /** Per cent by which a priority may lack healthy hosts before traffic spills over. Default 140. */
  readonly overprovisioning: number;
  /** A priority's health is the share of healthy *weight*, not of hosts. */
  readonly weightedHealth: boolean;
  /** Localities are chosen by their weights first (`locality_weighted_lb_config`). */
  readonly localityWeighted: boolean;
  readonly stats: StatGroup;
}

/** A compiled balancing policy (extension kind `lb_policy`, or the cluster's `lb_policy` enum). */
export interface LbPolicy {
  /** `round_robin`, `least_request` …: as `/clusters` and stats name it. */
  readonly name: string;
  /** `previous` lets a policy carry on its position, so that an update does not restart the round. */
  build(sets: readonly HostSet[], common: LbCommon, previous: Picker | null): Picker;
}
