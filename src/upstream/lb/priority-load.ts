/**
 * How traffic is spread over priorities (Envoy docs, "Priority levels", "Degraded endpoints" and "Panic threshold"). Pure
 * arithmetic on counts, in whole per cents as Envoy has them.
 */
import { EXCLUDED } from '../host.ts';
import type { HostSet, LbCommon } from './picker.ts';

export interface PriorityLoad {
  /** Per cent of the traffic for healthy and for degraded hosts of each priority; together 100. */
  readonly healthy: readonly number[];
  readonly degraded: readonly number[];
  /** Priorities that use all their hosts, whatever their health. */
  readonly panic: readonly boolean[];
}

export function priorityLoad(sets: readonly HostSet[], common: LbCommon): PriorityLoad {
  const health = sets.map((set) => availability(set, set.healthy, common));
  const degradedHealth = sets.map((set) => availability(set, set.degraded, common));
  const total = Math.min(100, sum(health) + sum(degradedHealth));

  let healthy = sets.map(() => 0);
  let degraded = sets.map(() => 0);
  if (total > 0) {
    const left = distribute(healthy, health, 100, total);
    const rounding = distribute(degraded, degradedHealth, left, total);
    const first = health.findIndex((h) => h > 0);
    if (first >= 0) healthy[first] = (healthy[first] as number) + rounding;
    else degraded[firstAvailable(degradedHealth)] = (degraded[firstAvailable(degradedHealth)] as number) + rounding;
  }

  const panic = sets.map((set) => total < 100 && usableShare(set) < common.panicThreshold);
  if (common.panicThreshold === 0 && total === 0) {
    healthy[0] = 100;
  } else if (panic.every(Boolean)) {
    healthy = byHostCount(sets);
    degraded = sets.map(() => 0);
  }
  return { healthy, degraded, panic };
}

/** 0 to 100: the share of `part`, times the overprovisioning factor. */
function availability(set: HostSet, part: HostSet['hosts'], common: LbCommon): number {
  if (common.weightedHealth) {
    const all = weight(set.hosts, EXCLUDED);
    return all === 0 ? 0 : Math.min(100, Math.floor((common.overprovisioning * weight(part, 0)) / all));
  }
  const counted = set.hosts.length - set.excluded;
  return counted <= 0 ? 0 : Math.min(100, Math.floor((common.overprovisioning * part.length) / counted));
}

/** Fills `loads` in order of priority; returns what nobody took. */
function distribute(loads: number[], available: readonly number[], load: number, total: number): number {
  let left = load;
  for (let i = 0; i < loads.length; i++) {
    const share = Math.min(left, Math.floor(((available[i] as number) * 100) / total));
    loads[i] = share;
    left -= share;
  }
  return left;
}

function usableShare(set: HostSet): number {
  const counted = set.hosts.length - set.excluded;
  return counted <= 0 ? 0 : (100 * (set.healthy.length + set.degraded.length)) / counted;
}

/** When every priority is in panic: in proportion to their hosts. */
function byHostCount(sets: readonly HostSet[]): number[] {
  const total = sum(sets.map((set) => set.hosts.length));
  if (total === 0) return sets.map((_, i) => (i === 0 ? 100 : 0));
  const loads = sets.map((set) => Math.floor((100 * set.hosts.length) / total));
  const first = sets.findIndex((set) => set.hosts.length > 0);
  loads[first] = (loads[first] as number) + 100 - sum(loads);
  return loads;
}

function firstAvailable(health: readonly number[]): number {
  const first = health.findIndex((h) => h > 0);
  return first < 0 ? 0 : first;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function weight(hosts: HostSet['hosts'], without: number): number {
  let total = 0;
  for (const host of hosts) if ((host.health & without) === 0) total += host.weight;
  return total;
}
