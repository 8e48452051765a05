/** Which static clusters discovery can ask, and how grpc-js is told to. */
import type { Message } from '../api/index.ts';
import { typeNameOf } from '../api/index.ts';

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;

export type DiscoveryCluster = { readonly target: string } | { readonly reason: string };

const STATIC = 0;
const STRICT_DNS = 1;
const LOGICAL_DNS = 2;
const RAW_BUFFER = 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer';

/** By name. */
export function discoveryClusters(clusters: readonly Cluster[]): ReadonlyMap<string, DiscoveryCluster> {
  return new Map(clusters.map((cluster) => [cluster.name, discoveryCluster(cluster)]));
}

function discoveryCluster(cluster: Cluster): DiscoveryCluster {
  const { transportSocket, clusterDiscoveryType: kind } = cluster;
  const socket = transportSocket?.configType.value;
  if ((socket !== undefined && typeNameOf(socket.typeUrl) !== RAW_BUFFER) || cluster.transportSocketMatches.length > 0) {
    return { reason: 'discovery over TLS is not supported' };
  }
  const type = kind.case === 'type' ? kind.value : kind.case === undefined ? STATIC : -1;
  if (type !== STATIC && type !== STRICT_DNS && type !== LOGICAL_DNS) return { reason: 'discovery needs a cluster of type STATIC or DNS' };
  const targets: string[] = [];
  for (const { lbEndpoints } of cluster.loadAssignment?.endpoints ?? []) {
    for (const { hostIdentifier: host } of lbEndpoints) {
      const address = host.case === 'endpoint' ? host.value.address?.address : undefined;
      if (address?.case === 'pipe') targets.push(`unix:${address.value.path}`);
      else if (address?.case === 'socketAddress') {
        const port = address.value.portSpecifier.case === 'portValue' ? address.value.portSpecifier.value : 0;
        targets.push(type === STATIC ? ipTarget(address.value.address, port) : `dns:///${address.value.address}:${port}`);
      }
    }
  }
  return joined(targets);
}

function ipTarget(ip: string, port: number): string {
  return ip.includes(':') ? `ipv6:[${ip}]:${port}` : `ipv4:${ip}:${port}`;
}

/** Several addresses of one family are tried one after the other; of other kinds the first counts. */
function joined(targets: readonly string[]): DiscoveryCluster {
  const [first] = targets;
  if (first === undefined) return { reason: 'it has no endpoint' };
  const scheme = first.slice(0, first.indexOf(':') + 1);
  if (scheme !== 'ipv4:' && scheme !== 'ipv6:') return { target: first };
  const same = targets.filter((target) => target.startsWith(scheme));
  return { target: scheme + same.map((target) => target.slice(scheme.length)).join(',') };
}
