/**
 * Where the API descriptors come from and which of them the proxy carries.
 *
 * The Go modules hold every `.proto` in its compiled form, complete and of one release; the `.proto` texts that npm
 * packages carry are older and have gaps. Raising a version here and running `npm run gen` is the whole upgrade.
 */

/** A Go module, and the folders below it that are read. */
export interface Source {
  readonly module: string;
  readonly version: string;
  readonly folders: readonly string[];
}

export const sources: readonly Source[] = [
  { module: 'github.com/envoyproxy/go-control-plane/envoy', version: 'v1.40.0', folders: ['.'] },
  {
    module: 'github.com/envoyproxy/go-control-plane/contrib',
    version: 'v1.36.1-0.20260729145720-a2d8c7492908',
    folders: ['envoy/extensions/filters'],
  },
  { module: 'github.com/cncf/xds/go', version: 'v0.0.0-20260202195803-dba9d589def2', folders: ['udpa', 'xds'] },
  { module: 'github.com/envoyproxy/protoc-gen-validate', version: 'v1.3.3', folders: ['validate'] },
  { module: 'cel.dev/expr', version: 'v0.25.2', folders: ['.'] },
  { module: 'go.opentelemetry.io/proto/otlp', version: 'v1.11.0', folders: ['.'] },
  { module: 'google.golang.org/genproto/googleapis/api', version: 'v0.0.0-20260720211330-0afa2a65878a', folders: ['.'] },
  { module: 'google.golang.org/genproto/googleapis/rpc', version: 'v0.0.0-20260720211330-0afa2a65878a', folders: ['.'] },
  { module: 'google.golang.org/protobuf', version: 'v1.36.12', folders: ['types'] },
  { module: 'google.golang.org/grpc', version: 'v1.84.0', folders: ['health/grpc_health_v1'] },
  // Only the certificate service: the module's copies of the telemetry filter messages clash with contrib's.
  { module: 'istio.io/api', version: 'v1.31.1', folders: ['security'] },
  { module: 'istio.io/istio', version: 'v0.0.0-20260827124520-eed52ebb66ad', folders: ['pkg/dns/proto'] },
];

const extension = (names: string, prefix = ''): string[] => names.split(' ').map((name) => `envoy/extensions/${prefix}${name}/v3/`);

/**
 * Files (`*.proto`) and folders (`…/`) that the proxy wants; what they import comes along. A folder means its own files
 * and those below it, alpha versions left out.
 */
export const roots: readonly string[] = [
  ...['bootstrap', 'listener', 'cluster', 'endpoint', 'route', 'core', 'accesslog', 'metrics', 'rbac', 'ratelimit', 'overload'].map(
    (name) => `envoy/config/${name}/v3/`,
  ),
  'envoy/config/common/',
  'envoy/config/upstream/',
  ...['opentelemetry', 'zipkin', 'http_tracer'].map((name) => `envoy/config/trace/v3/${name}.proto`),
  'envoy/admin/v3/',
  ...'discovery secret cluster endpoint listener route extension auth ratelimit accesslog load_stats status runtime health'
    .split(' ')
    .map((name) => `envoy/service/${name}/v3/`),
  ...['accesslog', 'core', 'cluster'].map((name) => `envoy/data/${name}/v3/`),
  ...['', 'http/', 'matcher/', 'metadata/', 'tracing/'].map((name) => `envoy/type/${name}v3/`),
  ...extension(
    'router rbac jwt_authn fault local_ratelimit cors ext_authz grpc_stats header_to_metadata lua wasm compressor decompressor buffer ' +
      'health_check stateful_session ratelimit header_mutation on_demand set_metadata set_filter_state grpc_web grpc_http1_bridge csrf ' +
      'ext_proc basic_auth api_key_auth original_src bandwidth_limit admission_control adaptive_concurrency dynamic_forward_proxy ' +
      'upstream_codec custom_response composite credential_injector',
    'filters/http/',
  ),
  ...extension(
    'http_connection_manager tcp_proxy rbac local_ratelimit ratelimit connection_limit ext_authz sni_cluster ' +
      'sni_dynamic_forward_proxy set_filter_state wasm direct_response echo mongo_proxy redis_proxy',
    'filters/network/',
  ),
  ...extension(
    'tls_inspector http_inspector original_dst proxy_protocol original_src local_ratelimit set_filter_state',
    'filters/listener/',
  ),
  ...extension('fault set_filter_state matcher/action', 'filters/common/'),
  ...extension('http http/http http/tcp http/generic tcp tcp/generic', 'upstreams/'),
  ...extension(
    'common round_robin least_request random ring_hash maglev wrr_locality client_side_weighted_round_robin override_host subset ' +
      'pick_first cluster_provided',
    'load_balancing_policies/',
  ),
  ...extension('file stream grpc open_telemetry filters/cel', 'access_loggers/'),
  ...extension('resource_detectors samplers', 'tracers/opentelemetry/'),
  ...extension('tls raw_buffer proxy_protocol internal_upstream http_11_proxy tap starttls', 'transport_sockets/'),
  ...extension('host/previous_hosts host/omit_host_metadata host/omit_canary_hosts priority/previous_priorities', 'retry/'),
  ...extension(
    'stateful_session/cookie stateful_session/header stateful_session/envelope original_ip_detection/xff ' +
      'original_ip_detection/custom_header early_header_mutation/header_mutation header_formatters/preserve_case ' +
      'header_validators/envoy_default',
    'http/',
  ),
  ...extension('aggregate dynamic_forward_proxy dns common/dns', 'clusters/'),
  ...extension('gzip/compressor gzip/decompressor brotli/compressor brotli/decompressor zstd/compressor zstd/decompressor', 'compression/'),
  ...extension('cel metadata req_without_query', 'formatter/'),
  ...extension('common_inputs/network common_inputs/ssl common_inputs/environment_variable', 'matching/'),
  ...extension('input_matchers/ip input_matchers/consistent_hashing input_matchers/runtime_fraction', 'matching/'),
  ...extension('audit_loggers/stream matchers/upstream_ip_port principals/mtls_authenticated', 'rbac/'),
  ...extension('fixed_heap downstream_connections', 'resource_monitors/'),
  ...extension('cares getaddrinfo', 'network/dns_resolver/'),
  ...extension('match/uri_template rewrite/uri_template', 'path/'),
  ...extension('allow_listed_routes previous_routes safe_cross_scheme', 'internal_redirect/'),
  ...extension('matching ratelimit dynamic_forward_proxy', 'common/'),
  ...extension(
    'health_check/event_sinks/file request_id/uuid stat_sinks/open_telemetry bootstrap/internal_listener regex_engines ' +
      'config/validators/minimum_clusters wasm',
  ),
  'xds/core/v3/',
  'xds/type/',
  'udpa/type/v1/',
  'validate/validate.proto',
  'google/rpc/status.proto',
  'google/rpc/code.proto',
  'grpc/health/v1/health.proto',
  ...['trace', 'logs', 'metrics'].map((name) => `opentelemetry/proto/collector/${name}/v1/`),
  // Istio: telemetry and ALPN filters, the certificate service, the DNS name table.
  ...['http/istio_stats', 'http/peer_metadata', 'http/alpn', 'network/metadata_exchange', 'network/peer_metadata'].map(
    (name) => `contrib/envoy/extensions/filters/${name}/v3/`,
  ),
  'security/v1alpha1/ca.proto',
  'dns/proto/nds.proto',
];

/** Files that only declare options: they and the imports of them are dropped. validate.proto stays, the rules are read with it. */
export const droppedFiles =
  /^(udpa\/annotations|xds\/annotations|envoy\/annotations|google\/api\/(annotations|http)\.|google\/protobuf\/descriptor)/;
