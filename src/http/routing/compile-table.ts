/** envoy.config.route.v3.RouteConfiguration → RouteTable. */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { type HeaderName, pinName, X_ENVOY_INTERNAL, X_FORWARDED_PROTO } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { RedirectEntry, Route, RouteTable, VirtualHost } from '../route.ts';
import { compileRoute, mutations, replayLimitOf, type Surroundings } from './compile-route.ts';
import { CompiledRoute, type RouteRule } from './compiled-route.ts';
import type { RouteContext } from './context.ts';
import { compileFilterLevel, mergeFilterLevels } from './filter-settings.ts';
import { compileMirrors } from './mirror.ts';
import { pathEnd, withoutParameters } from './path-match.ts';
import { type RuleList, ruleList } from './rule-index.ts';
import { compileVirtualClusters } from './virtual-clusters.ts';
import { DomainTable } from './virtual-hosts.ts';

const HONOURED = new Set([
  'name',
  'virtual_hosts',
  'internal_only_headers',
  'response_headers_to_add',
  'response_headers_to_remove',
  'request_headers_to_add',
  'request_headers_to_remove',
  'most_specific_header_mutations_wins',
  'validate_clusters',
  'max_direct_response_body_size_bytes',
  'ignore_port_in_host_matching',
  'ignore_path_parameters_in_path_matching',
  'vhost_header',
  'typed_per_filter_config',
  'request_mirror_policies',
  'metadata',
]);

const HONOURED_HOST = new Set([
  'name',
  'domains',
  'routes',
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
  'typed_per_filter_config',
  'require_tls',
  'include_request_attempt_count',
  'include_attempt_count_in_response',
  'include_is_timeout_retry_header',
  'per_request_buffer_limit_bytes',
  'request_body_buffer_limit',
  'retry_policy',
  'request_mirror_policies',
  'virtual_clusters',
  'metadata',
]);

const DEFAULT_DIRECT_RESPONSE = 4096;

/** `require_tls`: nothing, of requests from outside, of all. */
const TLS_EXTERNAL = 1;
const TLS_ALL = 2;

interface HostRules {
  readonly requireTls: number;
  /** Where requests without TLS are sent. */
  readonly toHttps: Route;
  readonly rules: RuleList;
}

class CompiledTable implements RouteTable {
  readonly name: string;
  readonly version: string;
  readonly internalOnlyHeaders: readonly HeaderName[];
  private readonly domains: DomainTable<HostRules>;
  /** `vhost_header`: stands in for the authority; null: none does. */
  private readonly hostHeader: HeaderName | null;
  /** `ignore_path_parameters_in_path_matching`. */
  private readonly ignoreParameters: boolean;

  constructor(
    name: string,
    version: string,
    internalOnlyHeaders: readonly HeaderName[],
    domains: DomainTable<HostRules>,
    hostHeader: HeaderName | null,
    ignoreParameters: boolean,
  ) {
    this.name = name;
    this.version = version;
    this.internalOnlyHeaders = internalOnlyHeaders;
    this.domains = domains;
    this.hostHeader = hostHeader;
    this.ignoreParameters = ignoreParameters;
  }

  match(headers: Headers, info: StreamInfo, random: number): Route | null {
    // Only a CONNECT has none, and only connect matchers match it.
    if (headers.path === '' && headers.method !== 'CONNECT') return null;
    const hit = this.domains.find(this.hostHeader === null ? headers.authority : headers.get(this.hostHeader));
    if (hit === null) return null;
    if (hit.requireTls !== 0 && lacksTls(headers, hit.requireTls)) return hit.toHttps;
    const path = this.ignoreParameters ? withoutParameters(headers.path) : headers.path;
    return hit.rules.find(headers, info, path, pathEnd(path), random);
  }
}

/** What the client spoke is what the first proxy wrote down of it. */
function lacksTls(headers: Headers, required: number): boolean {
  if (headers.get(X_FORWARDED_PROTO) === 'https') return false;
  return required === TLS_ALL || headers.get(X_ENVOY_INTERNAL) !== 'true';
}

const TO_HTTPS: RedirectEntry = Object.freeze({
  kind: 'redirect',
  status: 301,
  location: (headers: Headers) => `https://${headers.authority}${headers.path}`,
});

/** The answer to requests without TLS. It is no route of the configuration: none of its headers are added. */
function toHttps(host: VirtualHost, context: RouteContext): Route {
  const settings = mergeFilterLevels(context.filterNames.length, []);
  return new CompiledRoute('', host, TO_HTTPS, settings.byPosition, settings.enabled, settings.disabled, null, null, null, null, null);
}

/** Null when something was refused; every problem is reported to `problems`. */
export function compileRouteTable(
  message: Message<'envoy.config.route.v3.RouteConfiguration'>,
  version: string,
  context: RouteContext,
  problems: Problems,
): RouteTable | null {
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems);
  const validateClusters = message.validateClusters ?? context.validateClusters;
  const table = {
    filters: [compileFilterLevel(message.typedPerFilterConfig, context, problems)],
    request: [mutations(message, 'request', context, problems)],
    response: [mutations(message, 'response', context, problems)],
    mostSpecificWins: message.mostSpecificHeaderMutationsWins,
    maxDirectResponse: message.maxDirectResponseBodySizeBytes ?? DEFAULT_DIRECT_RESPONSE,
    validateClusters,
    mirrors: compileMirrors(message.requestMirrorPolicies, validateClusters, context, problems.at('request_mirror_policies')),
  };
  const domains = new DomainTable<HostRules>(message.ignorePortInHostMatching);
  const names = new Set<string>();
  message.virtualHosts.forEach((host, i) => {
    const at = problems.at('virtual_hosts').at(i);
    if (names.has(host.name)) at.at('name').add('duplicate', `two virtual hosts have the name ${host.name}`);
    names.add(host.name);
    const rules = compileHost(host, table, context, at);
    host.domains.forEach((domain, d) => {
      domains.add(domain, rules, at.at('domains').at(d));
    });
  });
  if (problems.list.length > before) return null;
  const hostHeader = message.vhostHeader === '' ? null : pinName(message.vhostHeader === 'host' ? ':authority' : message.vhostHeader);
  return new CompiledTable(
    message.name,
    version,
    message.internalOnlyHeaders.map(pinName),
    domains,
    hostHeader,
    message.ignorePathParametersInPathMatching,
  );
}

function compileHost(
  message: Message<'envoy.config.route.v3.VirtualHost'>,
  table: Omit<Surroundings, 'virtualHost' | 'retry'>,
  context: RouteContext,
  problems: Problems,
): HostRules {
  refuseOthers(message, HONOURED_HOST, problems);
  const host: VirtualHost = {
    name: message.name,
    includeAttemptCount: message.includeRequestAttemptCount,
    includeAttemptCountInResponse: message.includeAttemptCountInResponse,
    includeTimeoutRetry: message.includeIsTimeoutRetryHeader,
    metadata: message.metadata?.filterMetadata ?? null,
    virtualClusters: compileVirtualClusters(message, context, problems.at('virtual_clusters')),
  };
  const around: Surroundings = {
    ...table,
    virtualHost: host,
    mirrors:
      compileMirrors(message.requestMirrorPolicies, table.validateClusters, context, problems.at('request_mirror_policies')) ??
      table.mirrors,
    retry: {
      policy: message.retryPolicy === undefined ? null : context.retryPolicy(message.retryPolicy, problems.at('retry_policy')),
      replayLimit: replayLimitOf(message),
    },
    filters: [...table.filters, compileFilterLevel(message.typedPerFilterConfig, context, problems)],
    request: [...table.request, mutations(message, 'request', context, problems)],
    response: [...table.response, mutations(message, 'response', context, problems)],
  };
  const rules: RouteRule[] = [];
  message.routes.forEach((route, i) => {
    const rule = compileRoute(route, around, context, problems.at('routes').at(i));
    if (rule !== null) rules.push(rule);
  });
  return {
    requireTls: message.requireTls === TLS_EXTERNAL || message.requireTls === TLS_ALL ? message.requireTls : 0,
    toHttps: toHttps(host, context),
    rules: ruleList(rules),
  };
}
