/** envoy.config.endpoint.v3.ClusterLoadAssignment → what hosts are to be: the same for static clusters and for those whose endpoints arrive later. */
import { type Message, refuseOthers } from '../api/index.ts';
import type { Address } from '../base/address.ts';
import type { Problems } from '../base/errors.ts';
import { compileAddress } from './compile-address.ts';
import { type EndpointMetadata, HEALTH, type Locality } from './host.ts';

/** `A`: where it is, or what tells where it is. */
export interface EndpointSpec<A> {
  readonly address: A;
  readonly hostname: string;
  readonly locality: Locality;
  readonly priority: number;
  readonly weight: number;
  /** Absent: none. */
  readonly localityWeight?: number;
  /** OR of HEALTH bits. */
  readonly health: number;
  readonly metadata: EndpointMetadata;
  /** Where the host is too, best first; absent: nowhere. */
  readonly additionalAddresses?: readonly A[];
}

export type HostSpec = EndpointSpec<Address>;

export interface EndpointsSpecOf<H> {
  readonly hosts: readonly H[];
  /** Priorities are dense: [0, priorities). At least 1. */
  readonly priorities: number;
  /** Per cent. */
  readonly overprovisioning: number;
  readonly weightedHealth: boolean;
}

export type EndpointsSpec = EndpointsSpecOf<HostSpec>;

/** Null: what is wrong was reported. */
export type ReadAddress<A> = (message: Message<'envoy.config.core.v3.Address'> | undefined, problems: Problems) => A | null;

const ASSIGNMENT = new Set(['cluster_name', 'endpoints', 'policy']);
// How long endpoints hold concerns those that are discovered.
const POLICY = new Set(['endpoint_stale_after', 'overprovisioning_factor', 'weighted_priority_health']);
// Metadata of a locality is read by nobody.
const LOCALITY = new Set(['locality', 'lb_endpoints', 'load_balancing_weight', 'metadata', 'priority']);
const LB_ENDPOINT = new Set(['endpoint', 'health_status', 'metadata', 'load_balancing_weight']);
// What health checks would use; checks themselves are refused in the cluster.
const ENDPOINT = new Set(['address', 'additional_addresses', 'hostname', 'health_check_config']);

const NO_METADATA: EndpointMetadata = new Map();
const NOWHERE: Locality = { region: '', zone: '', subZone: '' };

/** envoy.config.core.v3.HealthStatus → HEALTH bits. */
const HEALTH_OF = [
  0, // UNKNOWN
  0, // HEALTHY
  HEALTH.failedEdsHealth, // UNHEALTHY
  HEALTH.edsStatusDraining, // DRAINING
  HEALTH.failedEdsHealth, // TIMEOUT
  HEALTH.degradedEdsHealth, // DEGRADED
] as const;

export const NO_ENDPOINTS: EndpointsSpec = { hosts: [], priorities: 1, overprovisioning: 140, weightedHealth: false };

/** Reports every problem; the result is of use only when there was none. */
export function compileEndpoints(message: Message<'envoy.config.endpoint.v3.ClusterLoadAssignment'>, problems: Problems): EndpointsSpec {
  return compileEndpointsAt(message, problems, compileAddress);
}

/** The same for hosts whose addresses are written in another way. */
export function compileEndpointsAt<A>(
  message: Message<'envoy.config.endpoint.v3.ClusterLoadAssignment'>,
  problems: Problems,
  read: ReadAddress<A>,
): EndpointsSpecOf<EndpointSpec<A>> {
  refuseOthers(message, ASSIGNMENT, problems);
  if (message.policy !== undefined) refuseOthers(message.policy, POLICY, problems.at('policy'));
  const hosts: EndpointSpec<A>[] = [];
  let priorities = 1;
  message.endpoints.forEach((group, i) => {
    const at = problems.at('endpoints').at(i);
    refuseOthers(group, LOCALITY, at);
    const locality = group.locality === undefined ? NOWHERE : localityOf(group.locality);
    priorities = Math.max(priorities, group.priority + 1);
    group.lbEndpoints.forEach((endpoint, j) => {
      const host = compileHost(endpoint, locality, group, at.at('lb_endpoints').at(j), read);
      if (host !== null) hosts.push(host);
    });
  });
  return {
    hosts,
    priorities,
    overprovisioning: message.policy?.overprovisioningFactor ?? 140,
    weightedHealth: message.policy?.weightedPriorityHealth ?? false,
  };
}

function compileHost<A>(
  message: Message<'envoy.config.endpoint.v3.LbEndpoint'>,
  locality: Locality,
  { priority, loadBalancingWeight: localityWeight }: Message<'envoy.config.endpoint.v3.LocalityLbEndpoints'>,
  problems: Problems,
  read: ReadAddress<A>,
): EndpointSpec<A> | null {
  refuseOthers(message, LB_ENDPOINT, problems);
  if (message.hostIdentifier.case !== 'endpoint') {
    if (message.hostIdentifier.case === undefined) problems.add('missing', 'an endpoint is required');
    return null;
  }
  const endpoint = message.hostIdentifier.value;
  const at = problems.at('endpoint');
  refuseOthers(endpoint, ENDPOINT, at);
  const address = read(endpoint.address, at.at('address'));
  if (address === null) return null;
  const others: A[] = [];
  endpoint.additionalAddresses.forEach((message, i) => {
    const other = read(message.address, at.at('additional_addresses').at(i).at('address'));
    if (other !== null) others.push(other);
  });
  return {
    address,
    ...(others.length === 0 ? {} : { additionalAddresses: others }),
    hostname: endpoint.hostname,
    locality,
    priority,
    weight: message.loadBalancingWeight ?? 1,
    ...(localityWeight === undefined ? {} : { localityWeight }),
    health: HEALTH_OF[message.healthStatus] ?? 0,
    metadata: metadataOf(message.metadata),
  };
}

function localityOf(message: Message<'envoy.config.core.v3.Locality'>): Locality {
  return { region: message.region, zone: message.zone, subZone: message.subZone };
}

function metadataOf(message: Message<'envoy.config.core.v3.Metadata'> | undefined): EndpointMetadata {
  if (message === undefined) return NO_METADATA;
  const entries = Object.entries(message.filterMetadata);
  return entries.length === 0 ? NO_METADATA : new Map(entries);
}
