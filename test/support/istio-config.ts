/**
 * The configuration of a sidecar in the shape in which istiod sends it, as one static file: virtualOutbound and virtualInbound, per-port
 * outbound listeners without sockets, auto-mTLS clusters, the chain sets of PeerAuthentication. Left out are the filters that Istio adds
 * to Envoy (istio.stats, istio.alpn, metadata exchange); endpoints stand in their clusters and routes in their connection managers.
 */

/** `PeerAuthentication` of a port. */
export type MtlsMode = 'PERMISSIVE' | 'STRICT' | 'DISABLE';

export interface PortSpec {
  readonly port: number;
  /** `auto`: the port's protocol is not declared, so it is sniffed. */
  readonly protocol: 'http' | 'tcp' | 'auto';
  readonly mode: MtlsMode;
}

export interface ServiceSpec {
  readonly name: string;
  readonly vip: string;
  readonly podIp: string;
  /** SPIFFE id of its pods. */
  readonly identity: string;
  readonly ports: readonly PortSpec[];
}

export interface SidecarOptions {
  readonly family: 4 | 6;
  readonly services: readonly ServiceSpec[];
  /** What this pod serves itself. */
  readonly own: readonly PortSpec[];
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly rootsFile: string;
  readonly adminPort: number;
}

type Json = { readonly [key: string]: unknown };

const FILTERS = 'type.googleapis.com/envoy.extensions.filters';
const SOCKETS = 'type.googleapis.com/envoy.extensions.transport_sockets';
const ISTIO_HTTP = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const ISTIO_ALL = ['istio', 'istio-peer-exchange', ...ISTIO_HTTP];
const PLAIN_HTTP = { transport_protocol: 'raw_buffer', application_protocols: ['http/1.1', 'h2c'] };
const MANY = 4_294_967_295;
const LIMITS = {
  thresholds: [{ max_connections: MANY, max_pending_requests: MANY, max_requests: MANY, max_retries: MANY, track_remaining: true }],
};

export function sidecarBootstrap(options: SidecarOptions): Json {
  return {
    node: { id: 'sidecar', cluster: 'test' },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: options.adminPort } } },
    static_resources: {
      secrets: [
        {
          name: 'default',
          tls_certificate: { certificate_chain: { filename: options.certificateFile }, private_key: { filename: options.keyFile } },
        },
        { name: 'ROOTCA', validation_context: { trusted_ca: { filename: options.rootsFile } } },
      ],
      listeners: [...outboundListeners(options), virtualOutbound(options), virtualInbound(options)],
      clusters: [
        ...options.services.flatMap((service) => service.ports.map((port) => outboundCluster(service, port))),
        { name: 'BlackHoleCluster', type: 'STATIC', connect_timeout: '10s', alt_stat_name: 'BlackHoleCluster;' },
        passthrough('PassthroughCluster', null),
        ...options.own.map((port) => inboundCluster(port, options)),
        passthrough('InboundPassthroughCluster', loopbackSource(options)),
      ],
    },
  };
}

// ── outbound ──────────────────────────────────────────────────────────────────────────────────────────────────────

function virtualOutbound(options: SidecarOptions): Json {
  return {
    name: 'virtualOutbound',
    address: wildcard(options, 15001),
    use_original_dst: true,
    traffic_direction: 'OUTBOUND',
    max_connections_to_accept_per_socket_event: 1,
    filter_chains: [
      {
        name: 'virtualOutbound-blackhole',
        filter_chain_match: { destination_port: 15001 },
        filters: [tcpProxy('BlackHoleCluster', 'BlackHoleCluster')],
      },
      { name: 'virtualOutbound-catchall-tcp', filters: [tcpProxy('PassthroughCluster', 'PassthroughCluster')] },
    ],
  };
}

/** One for each HTTP port (all services share it), one for each TCP port of a service. */
function outboundListeners(options: SidecarOptions): Json[] {
  const { services } = options;
  const httpPorts = new Set(services.flatMap(({ ports }) => ports.filter(({ protocol }) => protocol === 'http').map(({ port }) => port)));
  const common = { bind_to_port: false, continue_on_listener_filters_timeout: true, traffic_direction: 'OUTBOUND' };
  const http = [...httpPorts].map((port) => ({
    ...common,
    name: `0.0.0.0_${port}`,
    address: wildcard(options, port),
    listener_filters_timeout: '0s',
    listener_filters: [inspector('http_inspector', 'HttpInspector')],
    filter_chains: [
      {
        filter_chain_match: PLAIN_HTTP,
        transport_socket_connect_timeout: '15s',
        filters: [connectionManager(`outbound_0.0.0.0_${port};`, outboundRoutes(options, port), {})],
      },
    ],
    default_filter_chain: {
      name: 'PassthroughFilterChain',
      filter_chain_match: {},
      filters: [tcpProxy('PassthroughCluster', 'PassthroughCluster')],
    },
  }));
  const tcp = services.flatMap((service) =>
    service.ports
      .filter(({ protocol }) => protocol !== 'http')
      .map(({ port }) => ({
        ...common,
        name: `${service.vip}_${port}`,
        address: { socket_address: { address: service.vip, port_value: port } },
        listener_filters_timeout: '0s',
        filter_chains: [
          {
            transport_socket_connect_timeout: '15s',
            filters: [tcpProxy(clusterName(service, port), clusterName(service, port))],
          },
        ],
      })),
  );
  return [...http, ...tcp];
}

function outboundRoutes(options: SidecarOptions, port: number): Json {
  const serving = options.services.filter(({ ports }) => ports.some((each) => each.port === port));
  const route = (cluster: string): Json => ({ match: { prefix: '/' }, route: { cluster, timeout: '0s' } });
  return {
    name: String(port),
    validate_clusters: false,
    virtual_hosts: [
      ...serving.map((service) => ({
        name: `${service.name}:${port}`,
        domains: [service.name, service.vip.includes(':') ? `[${service.vip}]` : service.vip],
        routes: [{ name: 'default', ...route(clusterName(service, port)) }],
        include_request_attempt_count: true,
      })),
      {
        name: 'allow_any',
        domains: ['*'],
        routes: [{ name: 'allow_any', ...route('PassthroughCluster') }],
        include_request_attempt_count: true,
      },
    ],
    ignore_port_in_host_matching: true,
  };
}

function clusterName(service: ServiceSpec, port: number): string {
  return `outbound|${port}||${service.name}`;
}

/** DISABLE takes the label from the endpoint, as istiod does. */
function outboundCluster(service: ServiceSpec, { port, mode }: PortSpec): Json {
  const metadata = mode === 'DISABLE' ? {} : { metadata: { filter_metadata: { 'envoy.transport_socket_match': { tlsMode: 'istio' } } } };
  const name = clusterName(service, port);
  return {
    name,
    type: 'STATIC',
    connect_timeout: '10s',
    lb_policy: 'LEAST_REQUEST',
    alt_stat_name: `${name};`,
    circuit_breakers: LIMITS,
    common_lb_config: { healthy_panic_threshold: {} },
    metadata: { filter_metadata: { istio: { services: [{ host: service.name, name: service.name, namespace: 'default' }] } } },
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: [
            {
              endpoint: { address: { socket_address: { address: service.podIp, port_value: port } } },
              health_status: 'HEALTHY',
              load_balancing_weight: 1,
              ...metadata,
            },
          ],
        },
      ],
    },
    transport_socket_matches: [
      {
        name: 'tlsMode-istio',
        match: { tlsMode: 'istio' },
        transport_socket: {
          name: 'envoy.transport_sockets.tls',
          typed_config: {
            '@type': `${SOCKETS}.tls.v3.UpstreamTlsContext`,
            common_tls_context: {
              alpn_protocols: ['istio-peer-exchange', 'istio'],
              tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
              tls_certificate_sds_secret_configs: [{ name: 'default' }],
              combined_validation_context: {
                default_validation_context: { match_subject_alt_names: [{ exact: service.identity }] },
                validation_context_sds_secret_config: { name: 'ROOTCA' },
              },
            },
            sni: `outbound_.${port}_._.${service.name}`,
          },
        },
      },
      {
        name: 'tlsMode-disabled',
        match: {},
        transport_socket: { name: 'envoy.transport_sockets.raw_buffer', typed_config: { '@type': `${SOCKETS}.raw_buffer.v3.RawBuffer` } },
      },
    ],
  };
}

// ── inbound ───────────────────────────────────────────────────────────────────────────────────────────────────────

function virtualInbound(options: SidecarOptions): Json {
  const own = { destination_port_range: { start: 15006, end: 15007 } };
  // Ports whose protocol is known are not sniffed for HTTP.
  const known = options.own.filter(({ protocol }) => protocol !== 'auto').map(({ port }) => portRange(port));
  const plain = options.own.filter(({ mode }) => mode === 'DISABLE').map(({ port }) => portRange(port));
  return {
    name: 'virtualInbound',
    address: wildcard(options, 15006),
    traffic_direction: 'INBOUND',
    max_connections_to_accept_per_socket_event: 1,
    continue_on_listener_filters_timeout: true,
    listener_filters_timeout: '0s',
    listener_filters: [
      { name: 'envoy.filters.listener.original_dst', typed_config: { '@type': `${FILTERS}.listener.original_dst.v3.OriginalDst` } },
      { ...inspector('tls_inspector', 'TlsInspector', { initial_read_buffer_size: 512 }), filter_disabled: anyOf([...plain, own]) },
      { ...inspector('http_inspector', 'HttpInspector'), filter_disabled: anyOf([...known, own]) },
    ],
    filter_chains: [
      {
        name: 'virtualInbound-blackhole',
        filter_chain_match: { destination_port: 15006 },
        filters: [tcpProxy('BlackHoleCluster', 'BlackHoleCluster')],
      },
      ...chains({ port: 0, protocol: 'auto', mode: 'PERMISSIVE' }),
      ...options.own.flatMap(chains),
    ],
  };
}

/** The chain set of a port (0: every other one) in its mode. */
function chains({ port, protocol, mode }: PortSpec): Json[] {
  const catchAll = port === 0;
  const cluster = catchAll ? 'InboundPassthroughCluster' : `inbound|${port}||`;
  const address = catchAll ? '0.0.0.0' : `0.0.0.0_${port}`;
  const chain = (match: Json, http: boolean, tls: boolean): Json => ({
    name: catchAll ? `virtualInbound${http ? '-catchall-http' : ''}` : address,
    filter_chain_match: { ...(catchAll ? {} : { destination_port: port }), ...match },
    filters: [http ? connectionManager(`inbound_${address};`, inboundRoutes(cluster, port), INBOUND_HTTP) : tcpProxy(cluster, cluster)],
    ...(tls ? { transport_socket: downstreamTls(http) } : {}),
  });
  const tls = (protocols: readonly string[] | null): Json =>
    protocols === null ? { transport_protocol: 'tls' } : { transport_protocol: 'tls', application_protocols: protocols };
  const raw = { transport_protocol: 'raw_buffer' };
  const http = protocol === 'http';
  if (mode === 'DISABLE')
    return protocol === 'auto' ? [chain(PLAIN_HTTP, true, false), chain(raw, false, false)] : [chain(raw, http, false)];
  if (mode === 'STRICT') {
    return protocol === 'auto' ? [chain(tls(ISTIO_HTTP), true, true), chain(tls(null), false, true)] : [chain(tls(null), http, true)];
  }
  if (protocol === 'auto') {
    return [
      chain(tls(ISTIO_HTTP), true, true),
      chain(PLAIN_HTTP, true, false),
      chain(tls(['istio-peer-exchange', 'istio']), false, true),
      chain(raw, false, false),
      chain(tls(null), false, false),
    ];
  }
  const both = [chain(tls(ISTIO_ALL), http, true), chain(raw, http, false)];
  return http ? both : [...both, chain(tls(null), false, false)];
}

const INBOUND_HTTP = {
  forward_client_cert_details: 'APPEND_FORWARD',
  set_current_client_cert_details: { subject: true, dns: true, uri: true },
  server_name: 'istio-envoy',
};

function inboundRoutes(cluster: string, port: number): Json {
  return {
    name: cluster,
    validate_clusters: false,
    virtual_hosts: [
      {
        name: `inbound|http|${port}`,
        domains: ['*'],
        routes: [{ name: 'default', match: { prefix: '/' }, route: { cluster, timeout: '0s' } }],
      },
    ],
  };
}

function inboundCluster({ port }: PortSpec, options: SidecarOptions): Json {
  const name = `inbound|${port}||`;
  return {
    name,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    connect_timeout: '10s',
    cleanup_interval: '9223372035s',
    alt_stat_name: `${name};`,
    circuit_breakers: LIMITS,
    common_lb_config: {},
    upstream_bind_config: loopbackSource(options),
  };
}

function passthrough(name: string, bind: Json | null): Json {
  return {
    name,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    connect_timeout: '10s',
    // Inbound counts under the same name in Istio; here they are told apart.
    alt_stat_name: `${name};`,
    circuit_breakers: LIMITS,
    ...(bind === null ? {} : { upstream_bind_config: bind }),
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        common_http_protocol_options: { idle_timeout: '300s' },
        use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} },
      },
    },
  };
}

function downstreamTls(http: boolean): Json {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': `${SOCKETS}.tls.v3.DownstreamTlsContext`,
      require_client_certificate: true,
      common_tls_context: {
        alpn_protocols: http ? ['h2', 'http/1.1'] : ['istio-peer-exchange', 'h2', 'http/1.1'],
        tls_params: {
          tls_minimum_protocol_version: 'TLSv1_2',
          tls_maximum_protocol_version: 'TLSv1_3',
          cipher_suites: [
            'ECDHE-ECDSA-AES256-GCM-SHA384',
            'ECDHE-RSA-AES256-GCM-SHA384',
            'ECDHE-ECDSA-AES128-GCM-SHA256',
            'ECDHE-RSA-AES128-GCM-SHA256',
            'AES256-GCM-SHA384',
            'AES128-GCM-SHA256',
          ],
        },
        tls_certificate_sds_secret_configs: [{ name: 'default' }],
        combined_validation_context: {
          default_validation_context: { match_subject_alt_names: [{ prefix: 'spiffe://cluster.local/' }] },
          validation_context_sds_secret_config: { name: 'ROOTCA' },
        },
      },
    },
  };
}

// ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function wildcard({ family }: SidecarOptions, port: number): Json {
  return { socket_address: { address: family === 4 ? '0.0.0.0' : '::', port_value: port } };
}

function loopbackSource({ family }: SidecarOptions): Json {
  return { source_address: { address: family === 4 ? '127.0.0.6' : '::6', port_value: 0 } };
}

function portRange(port: number): Json {
  return { destination_port_range: { start: port, end: port + 1 } };
}

function anyOf(rules: readonly Json[]): Json {
  return rules.length === 1 ? (rules[0] as Json) : { or_match: { rules } };
}

function inspector(name: string, message: string, config: Json = {}): Json {
  return {
    name: `envoy.filters.listener.${name}`,
    typed_config: { '@type': `${FILTERS}.listener.${name}.v3.${message}`, ...config },
  };
}

function tcpProxy(cluster: string, statPrefix: string): Json {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: { '@type': `${FILTERS}.network.tcp_proxy.v3.TcpProxy`, stat_prefix: statPrefix, cluster },
  };
}

function connectionManager(statPrefix: string, routes: Json, more: Json): Json {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${FILTERS}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: statPrefix,
      route_config: routes,
      http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': `${FILTERS}.http.router.v3.Router` } }],
      proxy_100_continue: true,
      stream_idle_timeout: '0s',
      use_remote_address: false,
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      ...more,
    },
  };
}
