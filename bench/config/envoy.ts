/** Pieces of an Envoy v3 bootstrap as JSON. Only what is named differs from Envoy's defaults. */
import type { Endpoint, Json, Wiring } from '../model.ts';

type Message = { readonly [key: string]: Json };

const TYPE = 'type.googleapis.com/';

export function any(type: string, fields: Message = {}): Message {
  return { '@type': TYPE + type, ...fields };
}

export function address(endpoint: Endpoint): Message {
  return { socket_address: { address: endpoint.host, port_value: endpoint.port } };
}

/** A STATIC cluster with one endpoint. */
export function cluster(name: string, endpoint: Endpoint, extra: Message = {}): Message {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '5s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: address(endpoint) } }] }] },
    ...extra,
  };
}

/** Cleartext HTTP/2 towards the endpoint. */
export const HTTP2_UPSTREAM: Message = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': any('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
      explicit_http_config: { http2_protocol_options: {} },
    }),
  },
};

export const ROUTER: Message = {
  name: 'envoy.filters.http.router',
  typed_config: any('envoy.extensions.filters.http.router.v3.Router'),
};

/** A listener with one HTTP connection manager; `manager` holds at least `route_config` and `http_filters`, `chain` a transport socket. */
export function httpListener(name: string, port: number, manager: Message, chain: Message = {}): Message {
  const filter = {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: name,
      ...manager,
    }),
  };
  return { name, address: address({ host: '127.0.0.1', port }), filter_chains: [{ filters: [filter], ...chain }] };
}

export function bootstrap(wiring: Wiring, listeners: readonly Message[], clusters: readonly Message[]): Message {
  return {
    node: { id: 'bench', cluster: 'bench' },
    admin: { address: address({ host: '127.0.0.1', port: wiring.admin }) },
    static_resources: { listeners, clusters },
  };
}

/** One route for everything, and the router alone. */
export function everythingTo(name: string): Message {
  return {
    route_config: {
      name: 'all',
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: name } }] }],
    },
    http_filters: [ROUTER],
  };
}

/** HCM and router, one route for everything: the least that an HTTP proxy can be asked. */
export function plainHttp(wiring: Wiring, upstream: Message = {}, chain: Message = {}, manager: Message = {}): Message {
  const listener = httpListener('bench', wiring.listen, { ...everythingTo('service'), ...manager }, chain);
  return bootstrap(wiring, [listener], [cluster('service', wiring.backend, upstream)]);
}
