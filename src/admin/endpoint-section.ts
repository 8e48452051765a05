import { create, envoy_config_core_v3_HealthStatus as EdsHealth, type Init, type JsonObject, typeUrlOf } from '../api/index.ts';
import { HEALTH } from '../upstream/host.ts';
import type { ClusterStatus, HostStatus } from '../upstream/instances.ts';
import type { DumpItem, DumpSection } from './dump-sections.ts';
import { dumpJson } from './json.ts';
import { socketAddress } from './socket-address.ts';

const ASSIGNMENT = 'envoy.config.endpoint.v3.ClusterLoadAssignment';

/** The hosts that are in use now, not what was delivered: so Envoy answers `include_eds`. */
export function endpointSection(clusters: readonly ClusterStatus[]): DumpSection {
  const items = (some: readonly ClusterStatus[]): DumpItem[] =>
    some.map((cluster) => ({
      name: cluster.name,
      json: () => ({
        endpoint_config: { '@type': typeUrlOf(ASSIGNMENT), ...(dumpJson(create(ASSIGNMENT, assignment(cluster))) as JsonObject) },
      }),
    }));
  return {
    message: 'envoy.admin.v3.EndpointsConfigDump',
    head: () => ({}),
    heads: [],
    lists: [
      {
        field: 'static_endpoint_configs',
        element: 'envoy.admin.v3.EndpointsConfigDump.StaticEndpointConfig',
        items: items(clusters.filter(({ addedViaApi }) => !addedViaApi)),
      },
      {
        field: 'dynamic_endpoint_configs',
        element: 'envoy.admin.v3.EndpointsConfigDump.DynamicEndpointConfig',
        items: items(clusters.filter(({ addedViaApi }) => addedViaApi)),
      },
    ],
  };
}

function assignment({ name, hosts }: ClusterStatus): Init<typeof ASSIGNMENT> {
  const localities = new Map<string, HostStatus[]>();
  for (const host of hosts) {
    const { region, zone, subZone } = host.locality;
    const key = JSON.stringify([host.priority, region, zone, subZone]);
    localities.set(key, [...(localities.get(key) ?? []), host]);
  }
  return {
    clusterName: name,
    endpoints: [...localities.values()].map((some) => ({
      locality: { ...(some[0] as HostStatus).locality },
      lbEndpoints: some.map(endpoint),
      loadBalancingWeight: 0,
      priority: (some[0] as HostStatus).priority,
    })),
    policy: { overprovisioningFactor: 140 },
  };
}

function endpoint(host: HostStatus): Init<'envoy.config.endpoint.v3.LbEndpoint'> {
  return {
    hostIdentifier: { case: 'endpoint', value: { address: socketAddress(host.address), hostname: host.hostname, healthCheckConfig: {} } },
    healthStatus: edsHealth(host.health),
    loadBalancingWeight: host.weight,
  };
}

/** What the endpoint's own source said of its health. */
export function edsHealth(health: number): (typeof EdsHealth)[keyof typeof EdsHealth] {
  if ((health & HEALTH.failedEdsHealth) !== 0) return EdsHealth.UNHEALTHY;
  return (health & HEALTH.degradedEdsHealth) !== 0 ? EdsHealth.DEGRADED : EdsHealth.HEALTHY;
}
