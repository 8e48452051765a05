/**
 * Settings that are valid and do nothing, or less than they seem to: what `validate` warns of. Only what the message itself shows; what
 * depends on the build is said by whoever compiles it.
 */
import { type AnyMessage, eachChild, isMessage, type Message, type MessageName, milliseconds, openAny } from '../api/index.ts';
import { ConfigError, type Problem } from '../base/errors.ts';

/** A field below the message (`''`: the message itself) and why it does nothing. */
type Finding = readonly [field: string, reason: string];
type Look<N extends MessageName> = (message: Message<N>) => readonly Finding[];

const LOOKS = new Map<string, (message: AnyMessage) => readonly Finding[]>();

function look<N extends MessageName>(name: N, find: Look<N>): void {
  LOOKS.set(name, (message) => (isMessage(message, name) ? find(message) : []));
}

/** Deeper nesting is refused by the checks. */
const MAX_DEPTH = 128;

export function idleSettings(message: AnyMessage): readonly Problem[] {
  const found: Problem[] = [];
  visit(message, '', found, 0);
  return found;
}

function visit(message: AnyMessage, path: string, found: Problem[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (isMessage(message, 'google.protobuf.Any')) {
    try {
      const opened = message.typeUrl === '' ? null : openAny(message);
      if (opened?.kind === 'message') visit(opened.message, path, found, depth + 1);
    } catch (error) {
      // Reported as a mistake.
      if (!(error instanceof ConfigError)) throw error;
    }
    return;
  }
  for (const [field, reason] of LOOKS.get(message.$typeName)?.(message) ?? []) {
    found.push({ code: 'no_effect', path: [path, field].filter((part) => part !== '').join('.'), message: reason });
  }
  eachChild(message, (child, step) => visit(child, path === '' ? step : `${path}.${step}`, found, depth + 1));
}

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const DISCOVERY = { static: 0, strictDns: 1, logicalDns: 2, originalDst: 4 } as const;

look('envoy.config.cluster.v3.Cluster', (cluster) => {
  const found: Finding[] = [];
  const type = cluster.clusterDiscoveryType.case === 'clusterType' ? null : (cluster.clusterDiscoveryType.value ?? DISCOVERY.static);
  if (type === DISCOVERY.static || type === DISCOVERY.originalDst) {
    const names = {
      dns_refresh_rate: cluster.dnsRefreshRate !== undefined,
      dns_failure_refresh_rate: cluster.dnsFailureRefreshRate !== undefined,
      dns_lookup_family: cluster.dnsLookupFamily !== 0,
      dns_jitter: cluster.dnsJitter !== undefined,
      respect_dns_ttl: cluster.respectDnsTtl,
      dns_resolvers: cluster.dnsResolvers.length > 0,
      typed_dns_resolver_config: cluster.typedDnsResolverConfig !== undefined,
    };
    for (const [name, set] of Object.entries(names))
      if (set) found.push([name, 'only clusters of type STRICT_DNS and LOGICAL_DNS ask for names']);
  }
  if (type === DISCOVERY.static && !(cluster.loadAssignment?.endpoints ?? []).some(({ lbEndpoints }) => lbEndpoints.length > 0))
    found.push(['', `cluster "${cluster.name}" has no hosts: whatever is sent to it is answered with 503`]);
  if (type !== null && type !== DISCOVERY.originalDst && cluster.cleanupInterval !== undefined)
    found.push(['cleanup_interval', 'only clusters of type ORIGINAL_DST clean up']);
  if (cluster.typedExtensionProtocolOptions[HTTP_OPTIONS] !== undefined) {
    const older = {
      http_protocol_options: cluster.httpProtocolOptions,
      http2_protocol_options: cluster.http2ProtocolOptions,
      common_http_protocol_options: cluster.commonHttpProtocolOptions,
      upstream_http_protocol_options: cluster.upstreamHttpProtocolOptions,
    };
    for (const [name, value] of Object.entries(older)) if (value !== undefined) found.push([name, `${HTTP_OPTIONS} stands in its place`]);
  }
  return found;
});

look('envoy.config.cluster.v3.CircuitBreakers', ({ thresholds }) =>
  thresholds.flatMap(({ priority }, i): Finding[] =>
    thresholds.findIndex((each) => each.priority === priority) < i
      ? [[`thresholds[${i}]`, 'of several entries for one priority the first counts']]
      : [],
  ),
);

look('envoy.config.listener.v3.Listener', ({ listenerFilters, listenerFiltersTimeout, continueOnListenerFiltersTimeout }) => {
  if (listenerFilters.length > 0) return [];
  const reason = 'there are no listener_filters to wait for';
  return [
    ...(listenerFiltersTimeout === undefined ? [] : [['listener_filters_timeout', reason] as const]),
    ...(continueOnListenerFiltersTimeout ? [['continue_on_listener_filters_timeout', reason] as const] : []),
  ];
});

look('envoy.config.route.v3.VirtualHost', ({ routes }) =>
  routes.flatMap(({ match }, i): Finding[] => {
    const before = routes.findIndex((route, k) => k < i && covers(route.match, match));
    return before < 0 ? [] : [[`routes[${i}]`, `is never reached: routes[${before}] takes all that it matches`]];
  }),
);

type Match = Message<'envoy.config.route.v3.RouteMatch'> | undefined;

/** Whether the first matches whatever the second does, as far as paths alone tell. */
function covers(first: Match, second: Match): boolean {
  const [a, b] = [first?.pathSpecifier, second?.pathSpecifier];
  if (first === undefined || a?.case !== 'prefix' || conditional(first) || first.caseSensitive === false) return false;
  return (
    (b?.case === 'prefix' || b?.case === 'path' || b?.case === 'pathSeparatedPrefix') &&
    second?.caseSensitive !== false &&
    b.value.startsWith(a.value)
  );
}

function conditional({
  headers,
  queryParameters,
  cookies,
  dynamicMetadata,
  filterState,
  grpc,
  tlsContext,
  runtimeFraction,
}: NonNullable<Match>): boolean {
  const lists = [headers, queryParameters, cookies, dynamicMetadata, filterState];
  return lists.some((list) => list.length > 0) || [grpc, tlsContext, runtimeFraction].some((each) => each !== undefined);
}

look('envoy.config.route.v3.WeightedCluster', ({ clusters }) =>
  clusters.flatMap(({ weight }, i): Finding[] => (weight === 0 ? [[`clusters[${i}]`, 'is never chosen: its weight is 0']] : [])),
);

look('envoy.config.route.v3.RouteAction', ({ retryPolicy, timeout }) => {
  const [each, all] = [milliseconds(retryPolicy?.perTryTimeout) ?? 0, milliseconds(timeout) ?? 15_000];
  return each > 0 && all > 0 && each >= all
    ? [['retry_policy.per_try_timeout', `is never reached: the whole request has ${all / 1000} s (timeout)`]]
    : [];
});

look('envoy.config.route.v3.RetryPolicy', ({ retryOn, retriableStatusCodes }) => [
  ...(retryOn === '' ? [['retry_on', 'is not set: only requests that ask for it by header are retried'] as const] : []),
  ...(retriableStatusCodes.length > 0 && retryOn !== '' && !retryOn.includes('retriable-status-codes')
    ? [['retriable_status_codes', 'retry_on does not name retriable-status-codes'] as const]
    : []),
]);

look('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', ({ commonTlsContext }) =>
  commonTlsContext?.validationContextType.case === undefined
    ? [['', 'nobody checks the certificate of the server: there is no validation_context']]
    : [],
);
