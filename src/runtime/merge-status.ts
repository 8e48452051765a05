/** What several workers tell about the same listeners and clusters, as one. */
import type { ClusterStatus, HostStatus, ListenerStatus } from '../upstream/instances.ts';

/** In the order of the first worker. Connections are summed. */
export function mergeListeners(all: readonly (readonly ListenerStatus[])[]): readonly ListenerStatus[] {
  if (all.length === 1) return all[0] ?? [];
  const merged = new Map<string, ListenerStatus>();
  for (const status of all.flat()) {
    const key = `${status.state}/${status.name}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? status : { ...known, activeConnections: known.activeConnections + status.activeConnections });
  }
  return [...merged.values()];
}

/** In the order of the first worker; hosts by address, their counts summed. */
export function mergeClusters(all: readonly (readonly ClusterStatus[])[]): readonly ClusterStatus[] {
  if (all.length === 1) return all[0] ?? [];
  const merged = new Map<string, ClusterStatus>();
  for (const status of all.flat()) {
    const known = merged.get(status.name);
    merged.set(status.name, known === undefined ? status : { ...known, hosts: mergeHosts(known.hosts, status.hosts) });
  }
  return [...merged.values()];
}

function mergeHosts(a: readonly HostStatus[], b: readonly HostStatus[]): readonly HostStatus[] {
  const merged = new Map(a.map((host) => [host.address, host]));
  for (const host of b) {
    const known = merged.get(host.address);
    merged.set(
      host.address,
      known === undefined
        ? host
        : {
            ...known,
            health: known.health | host.health,
            counters: sum(known.counters, host.counters),
            gauges: sum(known.gauges, host.gauges),
          },
    );
  }
  return [...merged.values()];
}

function sum(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const both: Record<string, number> = { ...a };
  for (const [name, value] of Object.entries(b)) both[name] = (both[name] ?? 0) + value;
  return both;
}
