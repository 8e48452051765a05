/** Everything that a cluster may say about how its hosts are reached, one cluster for each setting, and a request or two for each. */
import { accessLog, type Case, type Exchange } from './corpus.ts';

const FORMAT =
  '%UPSTREAM_CLUSTER_RAW% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_HOST% %UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %UPSTREAM_TRANSPORT_FAILURE_REASON%\n';

const OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const CARES = 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig';
const GETADDRINFO = 'type.googleapis.com/envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig';
/** SOL_SOCKET and SO_RCVBUF; 9999 is no option. */
const option = (name: number, extra: object = {}): object => ({ level: 1, name, int_value: 65_536, ...extra });

type Where = readonly [address: string, port: string | number];

const address = ([ip, port]: Where): object => ({ address: { socket_address: { address: ip, port_value: port } } });
const source = (ip: string): object => ({ address: ip, port_value: 0 });
const UPSTREAM: Where = ['127.0.0.1', '%UPSTREAM%'];
const DEAD: Where = ['127.0.0.1', '%DEAD%'];

interface Wanted {
  readonly cluster?: object;
  /** Addresses of the only host. */
  readonly host?: readonly [Where, ...Where[]];
  readonly endpoints?: readonly object[];
  readonly requests?: readonly Omit<Exchange, 'name'>[];
  readonly path?: string;
}

function endpoint([first, ...others]: readonly [Where, ...Where[]], extra: object = {}): object {
  return { endpoint: { ...address(first), ...(others.length === 0 ? {} : { additional_addresses: others.map(address) }) }, ...extra };
}

const GET = (path: string): Omit<Exchange, 'name'> => ({ request: `GET ${path} HTTP/1.1%nHost: a%n%n` });
const TWO: Wanted['requests'] = [{ request: 'GET / HTTP/1.1%nHost: a%n%nGET / HTTP/1.1%nHost: a%n%n', answers: 2 }, GET('/')];

const http = (common: object, explicit: object = { http_protocol_options: {} }): object => ({
  typed_extension_protocol_options: {
    [OPTIONS]: { '@type': `type.googleapis.com/${OPTIONS}`, common_http_protocol_options: common, explicit_http_config: explicit },
  },
});
const limits = (threshold: object, perHost: object | null = null): object => ({
  circuit_breakers: {
    thresholds: [{ track_remaining: true, ...threshold }],
    ...(perHost === null ? {} : { per_host_thresholds: [perHost] }),
  },
});

const CANARY = { metadata: { filter_metadata: { 'envoy.lb': { canary: true, version: '1' } } } };

/** A type that nobody has stands as a struct. */
function policies(type: string, fields: object, before: string | null = null): object {
  const prefix = 'type.googleapis.com/envoy.extensions.load_balancing_policies';
  const unknown = { '@type': 'type.googleapis.com/xds.type.v3.TypedStruct', type_url: `${prefix}.${before}`, value: {} };
  const list = [...(before === null ? [] : [unknown]), { '@type': `${prefix}.${type}`, ...fields }];
  return { load_balancing_policy: { policies: list.map((config) => ({ typed_extension_config: { name: 'x', typed_config: config } })) } };
}

const WANTED: Readonly<Record<string, Wanted>> = {
  plain: { requests: TWO },
  // The requests that follow give it the time it needs.
  'idle-at-once': { cluster: http({ idle_timeout: '0.05s' }) },

  // Several addresses
  'next-address': { host: [DEAD, UPSTREAM], requests: TWO },
  'no-address': { host: [DEAD, DEAD] },
  'other-family': { host: [['::1', '%UPSTREAM%'], UPSTREAM] },
  'preferred-family': {
    host: [DEAD, ['::1', '%UPSTREAM%'], UPSTREAM],
    cluster: {
      upstream_connection_options: { happy_eyeballs_config: { first_address_family_version: 'V6', first_address_family_count: 2 } },
    },
  },
  'second-host': { endpoints: [{ lb_endpoints: [endpoint([DEAD, UPSTREAM]), endpoint([UPSTREAM])] }], requests: [GET('/1'), GET('/2')] },

  // Sources
  'from-here': { cluster: { upstream_bind_config: { source_address: source('127.0.0.2') } } },
  'from-nowhere': { cluster: { upstream_bind_config: {} } },
  'from-both': {
    cluster: { upstream_bind_config: { source_address: source('::1'), extra_source_addresses: [{ address: source('127.0.0.3') }] } },
  },
  'from-the-other': { cluster: { upstream_bind_config: { source_address: source('::1') } } },
  'from-abroad': { cluster: { upstream_bind_config: { source_address: source('192.0.2.1') } } },
  'with-option': { cluster: { upstream_bind_config: { source_address: source('127.0.0.5'), socket_options: [option(8)] } } },
  'with-option-alone': { cluster: { upstream_bind_config: { socket_options: [option(8)] } } },
  'with-no-option': { cluster: { upstream_bind_config: { socket_options: [option(9999)] } } },
  'with-keepalive': { cluster: { upstream_connection_options: { tcp_keepalive: { keepalive_time: 10 } } } },

  // Limits
  connections: { cluster: limits({ max_connections: 0 }), requests: TWO },
  pending: { cluster: limits({ max_pending_requests: 0 }) },
  requests: { cluster: limits({ max_requests: 0 }) },
  pools: { cluster: limits({ max_connection_pools: 0 }) },
  'one-pool': { cluster: limits({ max_connection_pools: 1 }), requests: TWO },
  'per-host': { cluster: limits({}, { max_connections: 0 }), requests: TWO },
  retries: { cluster: limits({ max_retries: 0 }), host: [DEAD] },

  'in-advance': { cluster: { preconnect_policy: { per_upstream_preconnect_ratio: 2.5 } }, requests: TWO },

  // HTTP
  'one-request': { cluster: http({ max_requests_per_connection: 1 }), requests: TWO },
  'of-the-client': { cluster: { connection_pool_per_downstream_connection: true }, requests: TWO },
  'too-long': { cluster: http({ max_stream_duration: '0.2s' }), path: '/slow' },
  'too-long-again': {
    cluster: http({ max_stream_duration: '0.1s' }),
    requests: ['reset', '5xx', 'gateway-error', 'connect-failure', 'reset-before-request'].map((on) => ({
      request: `GET /slow HTTP/1.1%nHost: a%nX-Envoy-Retry-On: ${on}%nX-Envoy-Max-Retries: 1%n%n`,
    })),
  },
  'too-long-early': {
    cluster: http({ max_stream_duration: '0.2s' }),
    requests: [{ request: 'POST /slow HTTP/1.1%nHost: a%nContent-Length: 10%n%nhello' }],
  },
  'too-long-body': {
    cluster: http({ max_stream_duration: '0.2s' }),
    path: '/stuck-inside',
    requests: [{ request: 'GET /stuck-inside HTTP/1.1%nHost: a%n%n', answers: 0 }],
  },
  'many-headers': { cluster: http({ max_headers_count: 1 }) },
  surplus: { path: '/surplus' },

  // Time without end, names, places
  never: {
    cluster: {
      connect_timeout: '9223372035s',
      ...http({ idle_timeout: '9223372035s', max_connection_duration: '9223372035s', max_stream_duration: '9223372035s' }),
    },
  },
  'other-name': { cluster: { alt_stat_name: 'renamed' } },
  'small-buffer': { cluster: { per_connection_buffer_limit_bytes: 100 } },
  priorities: {
    endpoints: [{ lb_endpoints: [endpoint([UPSTREAM])] }, { priority: 1, lb_endpoints: [endpoint([DEAD])] }],
    requests: TWO,
  },
  'priority-lost': {
    endpoints: [
      { lb_endpoints: [endpoint([DEAD], { health_status: 'UNHEALTHY' })] },
      { priority: 1, lb_endpoints: [endpoint([UPSTREAM], { health_status: 'DEGRADED' }), endpoint([UPSTREAM])] },
    ],
  },
  'random-choice': { cluster: { lb_policy: 'RANDOM' }, requests: TWO },
  'by-locality': {
    cluster: { common_lb_config: { locality_weighted_lb_config: {} } },
    endpoints: [
      { locality: { zone: 'a' }, load_balancing_weight: 3, lb_endpoints: [endpoint([UPSTREAM])] },
      { locality: { zone: 'b' }, load_balancing_weight: 1, lb_endpoints: [endpoint([UPSTREAM], CANARY)] },
      { locality: { zone: 'c' }, lb_endpoints: [endpoint([DEAD])] },
    ],
    requests: new Array<Omit<Exchange, 'name'>>(12).fill(GET('/')),
  },
  'by-policy': { cluster: policies('random.v3.Random', {}), requests: TWO },
  'by-second-policy': {
    cluster: policies('least_request.v3.LeastRequest', { choice_count: 3, selection_method: 'FULL_SCAN' }, 'unknown.v3.Unknown'),
    requests: TWO,
  },
  canary: {
    endpoints: [
      {
        locality: { region: 'r', zone: 'z', sub_zone: 's' },
        lb_endpoints: [endpoint([UPSTREAM], { ...CANARY, load_balancing_weight: 3 })],
      },
    ],
  },

  // Names
  'logical-both': { cluster: { type: 'LOGICAL_DNS', dns_lookup_family: 'ALL' }, host: [['localhost', '%UPSTREAM%']] },
  'one-endpoint': {
    cluster: {
      cluster_type: {
        name: 'envoy.cluster.dns',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster',
          dns_lookup_family: 'ALL',
          all_addresses_in_single_endpoint: true,
          dns_refresh_rate: '3600s',
        },
      },
    },
    host: [['localhost', '%UPSTREAM%']],
  },
  system: {
    cluster: {
      type: 'STRICT_DNS',
      dns_lookup_family: 'V4_ONLY',
      typed_dns_resolver_config: { name: 'envoy.network.dns_resolver.getaddrinfo', typed_config: { '@type': GETADDRINFO, num_retries: 1 } },
    },
    host: [['localhost', '%UPSTREAM%']],
  },
  'system-unknown': {
    cluster: {
      type: 'STRICT_DNS',
      dns_refresh_rate: '3600s',
      typed_dns_resolver_config: { name: 'envoy.network.dns_resolver.getaddrinfo', typed_config: { '@type': GETADDRINFO, num_retries: 0 } },
    },
    host: [['bad_name.localhost.invalid.', '%UPSTREAM%']],
  },
};

function clusterOf(name: string, { cluster = {}, host = [UPSTREAM], endpoints }: Wanted): object {
  return {
    name,
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: endpoints ?? [{ lb_endpoints: [endpoint(host)] }] },
    ...cluster,
  };
}

const LISTENER = {
  name: 'main',
  address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
  filter_chains: [
    {
      filters: [
        {
          name: 'envoy.filters.network.http_connection_manager',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
            stat_prefix: 'ingress',
            access_log: [accessLog(FORMAT)],
            route_config: {
              name: 'local',
              virtual_hosts: [
                {
                  name: 'all',
                  domains: ['*'],
                  routes: [{ match: { prefix: '/' }, route: { cluster_header: 'x-cluster', timeout: '2s' } }],
                },
              ],
            },
            http_filters: [
              {
                name: 'envoy.filters.http.router',
                typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
              },
            ],
          },
        },
      ],
    },
  ],
};

function exchangesOf(name: string, { requests, path = '/' }: Wanted): readonly Exchange[] {
  return (requests ?? [GET(path)]).map((each, i) => ({
    ...each,
    name: `${name} ${i}`,
    request: each.request.replaceAll('%nHost: a%n', `%nHost: a%nX-Cluster: ${name}%n`),
  }));
}

/** `extra` goes into the bootstrap. */
function caseOf(name: string, extra: object, wanted: Readonly<Record<string, Wanted>>): Case {
  return {
    name,
    bootstrap: {
      ...extra,
      static_resources: { listeners: [LISTENER], clusters: Object.entries(wanted).map(([of, each]) => clusterOf(of, each)) },
    },
    exchanges: Object.entries(wanted).flatMap(([of, each]) => exchangesOf(of, each)),
  };
}

export const UPSTREAMS: readonly Case[] = [
  caseOf('clusters', {}, WANTED),
  caseOf(
    'clusters of a bootstrap that says something for all',
    {
      cluster_manager: { upstream_bind_config: { source_address: source('127.0.0.4'), socket_options: [option(8)] } },
      typed_dns_resolver_config: {
        name: 'envoy.network.dns_resolver.cares',
        typed_config: { '@type': CARES, resolvers: [{ socket_address: { address: '127.0.0.1', port_value: '%DEAD%' } }], query_tries: 1 },
      },
    },
    {
      plain: {},
      'from-here': WANTED['from-here'] as Wanted,
      'from-nowhere': WANTED['from-nowhere'] as Wanted,
      'no-server': {
        cluster: { type: 'STRICT_DNS', dns_refresh_rate: '3600s', wait_for_warm_on_init: false },
        host: [['app.test', '%UPSTREAM%']],
      },
    },
  ),
];
