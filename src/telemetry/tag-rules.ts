/**
 * Which parts of a stat name are tags (Prometheus labels): Envoy's built-in rules (source/common/config/well_known_names.cc).
 *
 * Every rule looks at the whole name as it is; what the rules captured is then cut out. The order of the rules is the order of the labels,
 * and the first rule that finds a tag wins.
 */
import type { StatTag } from './stats.ts';

export interface TagRule {
  readonly tag: string;
  /** Where the tag lies in a name, or null. `[from, to)` is cut out. */
  find(name: string): TagPlace | null;
}

export interface TagPlace {
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

export interface TaggedName {
  /** Without the tags. */
  readonly name: string;
  readonly tags: readonly StatTag[];
}

/**
 * A rule as a pattern over the segments between dots: `*` is one segment, `**` one or more of them, `$` the one that is the tag. It is
 * cut out with the dot behind it.
 */
export function segmentRule(tag: string, pattern: string): TagRule {
  const wanted = pattern.split('.');
  return {
    tag,
    find(name) {
      const segments = name.split('.');
      const at = matchSegments(wanted, 0, segments, 0, -1);
      if (at < 0) return null;
      let from = 0;
      for (let i = 0; i < at; i++) from += (segments[i] as string).length + 1;
      const value = segments[at] as string;
      const end = from + value.length;
      return at === segments.length - 1 ? { value, from: from - 1, to: end } : { value, from, to: end + 1 };
    },
  };
}

/** Index of the segment that `$` stands for, -1 when the pattern does not match. */
function matchSegments(wanted: readonly string[], w: number, segments: readonly string[], s: number, found: number): number {
  const want = wanted[w];
  if (want === undefined) return s === segments.length ? found : -1;
  if (want === '**') {
    for (let skip = s + 1; skip <= segments.length; skip++) {
      const at = matchSegments(wanted, w + 1, segments, skip, found);
      if (at >= 0) return at;
    }
    return -1;
  }
  const segment = segments[s];
  if (segment === undefined) return -1;
  if (want === '$') return matchSegments(wanted, w + 1, segments, s + 1, s);
  return want === '*' || want === segment ? matchSegments(wanted, w + 1, segments, s + 1, found) : -1;
}

/**
 * A rule as a regular expression with Envoy's two groups: the outer one is cut out, the inner one is the value; with one group it is both.
 * `except`: a value that is no tag.
 */
export function regexRule(tag: string, pattern: string, except = ''): TagRule {
  const regex = new RegExp(pattern, 'd');
  return {
    tag,
    find(name) {
      const match = regex.exec(name);
      const cut = match?.indices?.[1];
      if (!match || cut === undefined) return null;
      const value = match[2] ?? match[1] ?? '';
      return value === except ? null : { value, from: cut[0], to: cut[1] };
    },
  };
}

/** IPv4 or bracketed IPv6 and a port, as listeners without a name of their own are called. */
export const ADDRESS_PATTERN = '(?:\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[[a-fA-F_\\d]+\\])_\\d+';
const VALUE = '[^.]+';
const OWNER = '^(?:listener|cluster)\\..*?';

/** Built-in rules for names that begin anyhow. */
export const ANY_NAME_RULES: readonly TagRule[] = [
  regexRule('envoy.response_code', '_rq(_(\\d{3}))$'),
  regexRule('envoy.response_code_class', '_rq_((\\d))xx$'),
  regexRule('envoy.ssl_curve', `${OWNER}\\.ssl\\.curves(\\.([\\w-]+))$`),
  regexRule('envoy.ssl_sigalg', `${OWNER}\\.ssl\\.sigalgs(\\.([\\w-]+))$`),
  regexRule('envoy.ssl_version', `${OWNER}\\.ssl\\.versions(\\.(TLSv\\d\\.\\d))$`),
  regexRule(
    'envoy.worker_id',
    `^(?:listener\\.(?:${ADDRESS_PATTERN}|${VALUE})|server|listener_manager|thread_local_cluster_manager)\\.worker_((\\d+)\\.)`,
  ),
  regexRule('envoy.tls_certificate', `${OWNER}\\.ssl\\.certificate\\.((${VALUE})\\.).*$`),
  segmentRule('envoy.local_http_ratelimit_prefix', '$.http_local_rate_limit.**'),
  segmentRule('envoy.rbac_prefix', '$.rbac.**'),
];

/** Built-in rules for names with a certain first segment: regular expressions, then segment patterns. */
export const FIRST_SEGMENT_RULES: readonly TagRule[] = [
  regexRule(
    'envoy.dynamo_partition_id',
    `^http\\.${VALUE}\\.dynamodb\\.table\\.${VALUE}\\.capacity\\.${VALUE}(\\.__partition_id=(\\w{7}))$`,
  ),
  regexRule('envoy.dynamo_operation', `^http\\.${VALUE}\\.dynamodb.(?:operation|table\\.${VALUE}\\.capacity)(\\.(${VALUE}))(?:\\.|$)`),
  regexRule('envoy.dynamo_table', `^http\\.${VALUE}\\.dynamodb.(?:table|error)\\.((${VALUE})\\.)`),
  regexRule('envoy.ssl_cipher', '^listener\\..*?\\.ssl\\.ciphers(\\.([\\w-]+))$'),
  regexRule('cipher_suite', `^cluster\\.${VALUE}\\.ssl\\.ciphers(\\.([\\w-]+))$`),
  regexRule('envoy.http_conn_manager_prefix', `^listener\\..*?\\.http\\.((${VALUE})\\.)`),
  regexRule('envoy.listener_address', `^listener\\.((${ADDRESS_PATTERN}|${VALUE})\\.)`, 'admin'),
  regexRule('envoy.rds_route_config', `^http\\.${VALUE}\\.rds\\.(([\\w\\-./]+)\\.)\\w+?$`),
  regexRule('envoy.scoped_rds_config', `^http\\.${VALUE}\\.scoped_rds\\.(([\\w\\-.]+)\\.)\\w+?$`),
  regexRule(
    'envoy.rbac_policy_name',
    `^http\\.${VALUE}\\.rbac\\.(?:${VALUE}\\.)?policy\\.((${VALUE})\\.)(?:allowed|shadow_allowed|denied|shadow_denied)$`,
  ),
  regexRule('envoy.rbac_http_prefix', `^http\\.${VALUE}\\.rbac\\.((${VALUE})\\.)`, 'policy'),
  regexRule('envoy.proxy_protocol_prefix', `^proxy_proto\\.((${VALUE})\\.).+$`, 'versions'),
  regexRule('envoy.proxy_protocol_version', `^proxy_proto\\.((?:${VALUE}\\.)?versions\\.v(\\d)\\.)\\w+$`),
  regexRule('envoy.xds_resource_name', `^sds\\.((${VALUE})\\.).+`),
  regexRule('envoy.health_check_name', `^cluster\\.${VALUE}\\.health_check(\\.name\\.(${VALUE}))\\..+`),
  segmentRule('envoy.mongo_callsite', 'mongo.*.collection.*.callsite.$.query.**'),
  segmentRule('envoy.mongo_collection', 'mongo.*.collection.$.**.query.*'),
  segmentRule('envoy.mongo_cmd', 'mongo.*.cmd.$.**'),
  segmentRule('envoy.grpc_bridge_method', 'cluster.*.grpc.*.$.**'),
  segmentRule('envoy.http_user_agent', 'http.*.user_agent.$.**'),
  segmentRule('envoy.virtual_cluster', 'vhost.*.vcluster.$.**'),
  segmentRule('envoy.fault_downstream_cluster', 'http.*.fault.$.**'),
  segmentRule('envoy.grpc_bridge_service', 'cluster.*.grpc.$.**'),
  segmentRule('envoy.tcp_prefix', 'tcp.$.**'),
  segmentRule('envoy.udp_prefix', 'udp.$.**'),
  segmentRule('envoy.clientssl_prefix', 'auth.clientssl.$.**'),
  segmentRule('envoy.ratelimit_prefix', 'ratelimit.$.**'),
  segmentRule('envoy.cluster_name', 'cluster.$.**'),
  segmentRule('envoy.ext_authz_prefix', 'cluster.*.ext_authz.$.**'),
  segmentRule('envoy.ext_authz_prefix', 'http.*.ext_authz.$.**'),
  segmentRule('envoy.http_conn_manager_prefix', 'http.$.**'),
  segmentRule('envoy.virtual_host', 'vhost.$.**'),
  segmentRule('envoy.mongo_prefix', 'mongo.$.**'),
  segmentRule('envoy.route', 'vhost.*.route.$.**'),
  segmentRule('envoy.thrift_prefix', 'thrift.$.**'),
  segmentRule('envoy.redis_prefix', 'redis.$.**'),
  segmentRule('envoy.local_network_ratelimit_prefix', 'local_rate_limit.$.**'),
  segmentRule('envoy.local_listener_ratelimit_prefix', 'listener_local_ratelimit.$.**'),
  segmentRule('envoy.dns_filter_prefix', 'dns_filter.$.**'),
  segmentRule('envoy.connection_limit_prefix', 'connection_limit.$.**'),
  segmentRule('envoy.google_grpc_client_prefix', 'grpc.$.**'),
];

/** In the order in which Envoy applies them. */
export const BUILT_IN_RULES: readonly TagRule[] = [...ANY_NAME_RULES, ...FIRST_SEGMENT_RULES];

export function extractTags(name: string, rules: readonly TagRule[]): TaggedName {
  const tags: StatTag[] = [];
  const cuts: TagPlace[] = [];
  for (const rule of rules) {
    if (tags.some((tag) => tag.name === rule.tag)) continue;
    const place = rule.find(name);
    if (place === null) continue;
    tags.push({ name: rule.tag, value: place.value });
    cuts.push(place);
  }
  if (cuts.length === 0) return { name, tags };
  cuts.sort((a, b) => a.from - b.from);
  let rest = '';
  let at = 0;
  for (const cut of cuts) {
    if (cut.from > at) rest += name.slice(at, cut.from);
    at = Math.max(at, cut.to);
  }
  return { name: rest + name.slice(at), tags };
}
