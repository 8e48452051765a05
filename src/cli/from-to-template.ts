/**
 * The bootstrap that `--from` and `--to` stand for: an HTTP listener and a static cluster for each pair, and an admin server on a
 * free port of the loopback interface. The only place outside of the extension folders that names filters.
 */
import type { JsonObject } from '../api/index.ts';

export interface ResolvedPair {
  readonly from: { readonly address: string; readonly port: number };
  /** Every address of the service. */
  readonly to: { readonly addresses: readonly string[]; readonly port: number };
}

const FILTERS = 'type.googleapis.com/envoy.extensions.filters';

/** Names of listener and cluster: `in` and `app`, with a number where there are several pairs. */
export function namesOf(index: number, count: number): { readonly listener: string; readonly cluster: string } {
  const suffix = count === 1 ? '' : `_${index + 1}`;
  return { listener: `in${suffix}`, cluster: `app${suffix}` };
}

export function fromToBootstrap(pairs: readonly ResolvedPair[]): JsonObject {
  const names = pairs.map((_, i) => namesOf(i, pairs.length));
  return {
    admin: { address: socketAddress('127.0.0.1', 0) },
    static_resources: {
      listeners: pairs.map(({ from }, i) => listener(names[i] as Names, from.address, from.port)),
      clusters: pairs.map(({ to }, i) => cluster((names[i] as Names).cluster, to.addresses, to.port)),
    },
  };
}

type Names = ReturnType<typeof namesOf>;

function listener(names: Names, address: string, port: number): JsonObject {
  return {
    name: names.listener,
    address: socketAddress(address, port),
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': `${FILTERS}.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: names.listener,
              // What a developer's service streams may be silent for longer than five minutes.
              stream_idle_timeout: '0s',
              upgrade_configs: [{ upgrade_type: 'websocket' }],
              http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': `${FILTERS}.http.router.v3.Router` } }],
              route_config: {
                name: names.listener,
                virtual_hosts: [
                  { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: names.cluster, timeout: '0s' } }] },
                ],
              },
            },
          },
        ],
      },
    ],
  };
}

function cluster(name: string, addresses: readonly string[], port: number): JsonObject {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '5s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: addresses.map((address) => ({ endpoint: { address: socketAddress(address, port) } })) }],
    },
  };
}

function socketAddress(address: string, port: number): JsonObject {
  return { socket_address: { address, port_value: port } };
}
