/** One list of hosts with the state of one policy: what is left to choose when priority and health have been decided. */
import type { Host } from '../host.ts';

export interface HostSource {
  /** Never called on an empty list. `random` is 32 uniform bits. */
  choose(random: number): Host;
}

/** Makes the source of a non-empty list. `start` continues a round that an update interrupted: the number of picks made before it. */
export interface SourceMaker {
  make(hosts: readonly Host[], start: number): HostSource;
}

export function weightsOf(hosts: readonly Host[]): number[] {
  return hosts.map((host) => host.weight);
}

export function equalWeights(hosts: readonly Host[]): boolean {
  const first = hosts[0]?.weight;
  for (const host of hosts) if (host.weight !== first) return false;
  return true;
}
