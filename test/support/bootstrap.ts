/** Pieces of a bootstrap for tests: HTTP listeners that route everything to a cluster of loopback ports. */

const TYPE = 'type.googleapis.com/envoy.extensions.filters';

export interface HttpListenerOptions {
  readonly direction?: 'INBOUND' | 'OUTBOUND' | 'UNSPECIFIED';
  readonly port?: number;
  /** More fields of the connection manager. */
  readonly manager?: object;
  /** Instead of one route to `cluster`. */
  readonly routes?: readonly object[];
}

/** A listener on the loopback interface (port 0) whose connection manager counts under its name. */
export function httpListener(name: string, cluster: string, options: HttpListenerOptions = {}): object {
  return {
    name,
    traffic_direction: options.direction ?? 'UNSPECIFIED',
    address: { socket_address: { address: '127.0.0.1', port_value: options.port ?? 0 } },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: name,
              route_config: {
                name,
                virtual_hosts: [
                  {
                    name: 'all',
                    domains: ['*'],
                    routes: options.routes ?? [{ match: { prefix: '/' }, route: { cluster, timeout: '0s' } }],
                  },
                ],
              },
              http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': `${TYPE}.http.router.v3.Router` } }],
              ...options.manager,
            },
          },
        ],
      },
    ],
  };
}

/** A static cluster of loopback ports. */
export function staticCluster(name: string, ...ports: readonly number[]): object {
  const endpoints = ports.map((port) => ({
    endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
  }));
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    circuit_breakers: { thresholds: [{ max_connections: 10_000, max_pending_requests: 10_000, max_requests: 10_000 }] },
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: endpoints }] },
  };
}
