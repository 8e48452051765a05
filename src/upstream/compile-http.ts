/**
 * How a cluster speaks HTTP: envoy.extensions.upstreams.http.v3.HttpProtocolOptions, or the older fields of the cluster itself.
 * Envoy takes the extension alone when it is there.
 */
import { type Any, isMessage, type Message, milliseconds, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { CLIENT_DEFAULTS } from '../http/h1/settings.ts';
import { NEVER_MS } from '../net/timer-wheel.ts';
import type { UpstreamHttpSettings } from './cluster.ts';
import { openAt } from './open-any.ts';

export const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

const HOUR = 3_600_000;
const OPTIONS = new Set(['common_http_protocol_options', 'explicit_http_config']);
const COMMON = new Set([
  'idle_timeout',
  'max_connection_duration',
  'max_headers_count',
  'max_response_headers_kb',
  'max_requests_per_connection',
]);
// Those that concern servers alone mean nothing here.
const HTTP1 = new Set(['allow_absolute_url', 'accept_http_10', 'default_host_for_http_10', 'allow_chunked_length', 'enable_trailers']);
const LATER: Readonly<Record<string, string>> = {
  http2_protocol_options: 'use http_protocol_options: upstream connections are HTTP/1.1',
  http3_protocol_options: 'use http_protocol_options: upstream connections are HTTP/1.1',
  use_downstream_protocol_config: 'use explicit_http_config.http_protocol_options',
  auto_config: 'use explicit_http_config.http_protocol_options',
};

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;
type Common = Message<'envoy.config.core.v3.HttpProtocolOptions'>;
type Http1 = Message<'envoy.config.core.v3.Http1ProtocolOptions'>;

export function compileHttp(cluster: Cluster, problems: Problems): UpstreamHttpSettings {
  const extensions = problems.at('typed_extension_protocol_options');
  let options: Message<typeof HTTP_OPTIONS> | null = null;
  for (const [name, any] of Object.entries(cluster.typedExtensionProtocolOptions)) {
    options = open(any, extensions.at(name)) ?? options;
  }
  if (options === null) {
    if (cluster.protocolSelection !== 0) {
      problems.at('protocol_selection').add('unsupported', 'only USE_CONFIGURED_PROTOCOL is supported');
    }
    refuseHttp1(cluster.httpProtocolOptions, problems.at('http_protocol_options'));
    return settings(
      cluster.commonHttpProtocolOptions,
      cluster.httpProtocolOptions,
      cluster.maxRequestsPerConnection ?? 0,
      problems.at('common_http_protocol_options'),
    );
  }
  const at = extensions.at(HTTP_OPTIONS);
  refuseOthers(options, OPTIONS, at, LATER);
  const choice = options.upstreamProtocolOptions;
  let http1: Http1 | undefined;
  if (choice.case === 'explicitHttpConfig') {
    const explicit = at.at('explicit_http_config');
    refuseOthers(choice.value, new Set(['http_protocol_options']), explicit, LATER);
    if (choice.value.protocolConfig.case === 'httpProtocolOptions') http1 = choice.value.protocolConfig.value;
    refuseHttp1(http1, explicit.at('http_protocol_options'));
  }
  const common = options.commonHttpProtocolOptions;
  return settings(common, http1, cluster.maxRequestsPerConnection ?? 0, at.at('common_http_protocol_options'));
}

function open(any: Any, problems: Problems): Message<typeof HTTP_OPTIONS> | null {
  const opened = openAt(any, problems);
  if (opened === null) return null;
  if (opened.kind === 'message' && isMessage(opened.message, HTTP_OPTIONS)) return opened.message;
  problems.add('unsupported', `${opened.typeName || 'an empty type URL'} is not supported`);
  return null;
}

function refuseHttp1(http1: Http1 | undefined, problems: Problems): void {
  if (http1 !== undefined) refuseOthers(http1, HTTP1, problems);
}

function settings(
  common: Common | undefined,
  http1: Http1 | undefined,
  olderMaxRequests: number,
  problems: Problems,
): UpstreamHttpSettings {
  if (common !== undefined) refuseOthers(common, COMMON, problems);
  return Object.freeze({
    protocol: 'h1',
    idleTimeoutMs: finite(milliseconds(common?.idleTimeout) ?? HOUR),
    maxRequestsPerConnection: common?.maxRequestsPerConnection ?? olderMaxRequests,
    maxConnectionDurationMs: finite(milliseconds(common?.maxConnectionDuration) ?? 0),
    h1: Object.freeze({
      limits: Object.freeze({
        maxBytes: common?.maxResponseHeadersKb === undefined ? CLIENT_DEFAULTS.limits.maxBytes : common.maxResponseHeadersKb * 1024,
        maxCount: common?.maxHeadersCount ?? CLIENT_DEFAULTS.limits.maxCount,
      }),
      underscores: CLIENT_DEFAULTS.underscores,
      enableTrailers: http1?.enableTrailers ?? CLIENT_DEFAULTS.enableTrailers,
      allowChunkedLength: http1?.allowChunkedLength ?? CLIENT_DEFAULTS.allowChunkedLength,
    }),
  });
}

/** A duration that no timer reaches is none at all. */
function finite(ms: number): number {
  return ms > NEVER_MS ? 0 : ms;
}
