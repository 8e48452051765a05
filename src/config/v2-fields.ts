/**
 * Fields of the v2 API that are no more, by the v3 message (without its package) that they would stand in, and what took their place
 * (Envoy docs: "v2 deprecated fields", version history 1.14 to 1.18). What is not listed has a name near enough to be found by itself.
 */
const SOCKET = 'write a transport_socket with typed_config of type';
const TLS = 'envoy.extensions.transport_sockets.tls.v3';

const MOVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Bootstrap: {
    runtime: 'write layered_runtime',
  },
  Node: { build_version: 'write user_agent_build_version' },
  ApiConfigSource: { cluster_name: 'write cluster_names, or grpc_services' },
  'HealthCheck.HttpHealthCheck': {
    use_http2: 'write codec_client_type: HTTP2',
    service_name: 'write service_name_matcher',
  },
  Cluster: {
    hosts: 'write load_assignment: { cluster_name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] }',
    tls_context: `${SOCKET} ${TLS}.UpstreamTlsContext`,
    extension_protocol_options: 'write typed_extension_protocol_options',
    protocol_options: 'write typed_extension_protocol_options',
    original_dst_config: 'write original_dst_lb_config',
  },
  Listener: {
    use_proxy_proto: 'write listener_filters, with that of the PROXY protocol',
    drain_on_close: 'write drain_type',
  },
  FilterChain: {
    tls_context: `${SOCKET} ${TLS}.DownstreamTlsContext`,
  },
  VirtualHost: { per_filter_config: 'write typed_per_filter_config' },
  'WeightedCluster.ClusterWeight': { per_filter_config: 'write typed_per_filter_config' },
  Route: { per_filter_config: 'write typed_per_filter_config' },
  RouteMatch: { regex: 'write safe_regex: { regex }' },
  RouteAction: {
    request_mirror_policy: 'write request_mirror_policies, a list',
    auto_host_rewrite_header: 'write host_rewrite_header',
  },
  HeaderMatcher: {
    regex_match: 'write string_match: { safe_regex: { regex } }',
  },
  QueryParameterMatcher: {
    value: 'write string_match: { exact }',
    regex: 'write string_match: { safe_regex: { regex } }',
  },
  VirtualCluster: { pattern: 'write headers', method: 'write headers' },
  CorsPolicy: {
    allow_origin: 'write allow_origin_string_match',
    allow_origin_regex: 'write allow_origin_string_match',
    enabled: 'write filter_enabled',
  },
  StringMatcher: { regex: 'write safe_regex: { regex }' },
  HttpConnectionManager: {
    idle_timeout: 'write common_http_protocol_options: { idle_timeout }',
  },
  'HttpConnectionManager.Tracing': {
    operation_name: 'write traffic_direction on the listener',
    request_headers_for_tags: 'write custom_tags',
  },
  TcpProxy: { deprecated_v1: 'write filter_chain_match on the listener' },
  CertificateValidationContext: {
    verify_subject_alt_name: 'write match_typed_subject_alt_names',
  },
};

/** What to write instead of a field that v2 had in this message, whose fields are `names` now; undefined when it had none of that name. */
export function movedField(typeName: string, field: string, names: readonly string[]): string | undefined {
  const moved = MOVED[typeName.replace(/^.*\.v3\./, '')]?.[field];
  if (moved !== undefined) return `this is v2; in v3, ${moved}`;
  // Every extension point of v2 took an untyped one.
  return field === 'config' && names.includes('typed_config') ? 'this is v2; in v3, write typed_config with an "@type"' : undefined;
}

/** Values of enums that are no more. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Cluster.LbPolicy': { ORIGINAL_DST_LB: 'CLUSTER_PROVIDED' },
  'ApiConfigSource.ApiType': { UNSUPPORTED_REST_LEGACY: 'REST' },
};

/** The same for a value of an enum. */
export function movedValue(typeName: string, value: string): string | undefined {
  const moved = VALUES[typeName.replace(/^.*\.v3\./, '')]?.[value];
  return moved === undefined ? undefined : `this is v2; in v3, write ${moved}`;
}
