/**
 * How a cluster speaks HTTP: envoy.extensions.upstreams.http.v3.HttpProtocolOptions, or the older fields of the cluster itself.
 * Envoy takes the extension alone when it is there.
 */
import { type Any, isMessage, type Message, milliseconds, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { CLIENT_DEFAULTS } from '../http/h1/settings.ts';
import { H2_CLIENT_DEFAULTS } from '../http/h2/settings.ts';
import { pinName } from '../http/header-name.ts';
import { NEVER_MS } from '../net/timer-wheel.ts';
import type { UpstreamHttpSettings } from './cluster.ts';
import { compileHttp2 } from './compile-http2.ts';
import { compileNameCase } from './compile-name-case.ts';
import type { AutoNames } from './named-selectors.ts';
import { openAt } from './open-any.ts';

export const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** About TCP connections that wait for somebody to use them, and none ever does. */
const TCP_OPTIONS = 'envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions';
const HOUR = 3_600_000;
const OPTIONS = new Set([
  'common_http_protocol_options',
  'explicit_http_config',
  'use_downstream_protocol_config',
  'auto_config',
  'upstream_http_protocol_options',
]);
const EXPLICIT = new Set(['http_protocol_options', 'http2_protocol_options']);
const COMMON = new Set([
  'idle_timeout',
  'max_connection_duration',
  'max_headers_count',
  'max_response_headers_kb',
  'max_requests_per_connection',
  'max_stream_duration',
]);
// Those that concern servers alone mean nothing here.
const HTTP1 = new Set([
  'allow_absolute_url',
  'accept_http_10',
  'default_host_for_http_10',
  'allow_chunked_length',
  'allow_custom_methods',
  'enable_trailers',
  'header_key_format',
  'ignore_http_11_upgrade',
  'override_stream_error_on_invalid_http_message',
  'send_fully_qualified_url',
  // A choice between two parsers of Envoy that are to behave the same.
  'use_balsa_parser',
]);
const HINTS: Readonly<Record<string, string>> = { http3_protocol_options: 'use http2_protocol_options' };

const USE_DOWNSTREAM_PROTOCOL = 1;

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;
type Common = Message<'envoy.config.core.v3.HttpProtocolOptions'>;
type Http1 = Message<'envoy.config.core.v3.Http1ProtocolOptions'>;
type Http2 = Message<'envoy.config.core.v3.Http2ProtocolOptions'>;
type Options = Message<typeof HTTP_OPTIONS>;
type Upstream = Message<'envoy.config.core.v3.UpstreamHttpProtocolOptions'>;

/** What a cluster says about HTTP, whichever of the two ways it takes. */
interface Choice {
  readonly protocol: UpstreamHttpSettings['protocol'];
  readonly useDownstream: boolean;
  readonly common: Common | undefined;
  readonly http1: Http1 | undefined;
  readonly http2: Http2 | undefined;
  /** Where the three messages stand. */
  readonly commonAt: Problems;
  readonly http1At: Problems;
  readonly http2At: Problems;
}

export function compileHttp(cluster: Cluster, problems: Problems): UpstreamHttpSettings {
  const extensions = problems.at('typed_extension_protocol_options');
  let options: Options | null = null;
  for (const [name, any] of Object.entries(cluster.typedExtensionProtocolOptions)) {
    options = open(any, extensions.at(name)) ?? options;
  }
  const choice = options === null ? olderChoice(cluster, problems) : chosen(options, extensions.at(HTTP_OPTIONS));
  const upstream = options === null ? cluster.upstreamHttpProtocolOptions : options.upstreamHttpProtocolOptions;
  return settings(choice, cluster.maxRequestsPerConnection ?? 0, autoNamesOf(upstream));
}

/** `auto_config` without a handshake to decide it. Envoy refuses the cluster, too. */
export function checkAuto(http: UpstreamHttpSettings, secure: boolean, problems: Problems): void {
  if (http.protocol !== 'auto' || secure) return;
  problems
    .at('typed_extension_protocol_options')
    .at(HTTP_OPTIONS)
    .at('auto_config')
    .add('bad_value', 'auto_config takes the protocol from ALPN, and the transport socket has none', 'use a TLS transport socket');
}

function olderChoice(cluster: Cluster, problems: Problems): Choice {
  return {
    protocol: cluster.http2ProtocolOptions === undefined ? 'h1' : 'h2',
    useDownstream: cluster.protocolSelection === USE_DOWNSTREAM_PROTOCOL,
    common: cluster.commonHttpProtocolOptions,
    http1: cluster.httpProtocolOptions,
    http2: cluster.http2ProtocolOptions,
    commonAt: problems.at('common_http_protocol_options'),
    http1At: problems.at('http_protocol_options'),
    http2At: problems.at('http2_protocol_options'),
  };
}

function chosen(options: Options, problems: Problems): Choice {
  refuseOthers(options, OPTIONS, problems);
  const { case: kind, value } = options.upstreamProtocolOptions;
  const commonAt = problems.at('common_http_protocol_options');
  const common = options.commonHttpProtocolOptions;
  if (kind === undefined) return { ...PLAIN, common, commonAt, http1At: commonAt, http2At: commonAt };
  const at = problems.at(FIELD[kind]);
  refuseOthers(value, EXPLICIT, at, HINTS);
  let http1: Http1 | undefined;
  let http2: Http2 | undefined;
  if (kind === 'explicitHttpConfig') {
    const { protocolConfig } = value;
    if (protocolConfig.case === 'httpProtocolOptions') http1 = protocolConfig.value;
    else if (protocolConfig.case === 'http2ProtocolOptions') http2 = protocolConfig.value;
  } else {
    http1 = value.httpProtocolOptions;
    http2 = value.http2ProtocolOptions;
  }
  return {
    protocol: kind === 'autoConfig' ? 'auto' : http2 === undefined ? 'h1' : 'h2',
    useDownstream: kind === 'useDownstreamProtocolConfig',
    common,
    http1,
    http2,
    commonAt,
    http1At: at.at('http_protocol_options'),
    http2At: at.at('http2_protocol_options'),
  };
}

const PLAIN = { protocol: 'h1', useDownstream: false, http1: undefined, http2: undefined } as const;
const FIELD = {
  explicitHttpConfig: 'explicit_http_config',
  useDownstreamProtocolConfig: 'use_downstream_protocol_config',
  autoConfig: 'auto_config',
} as const;

function open(any: Any, problems: Problems): Message<typeof HTTP_OPTIONS> | null {
  const opened = openAt(any, problems);
  if (opened === null) return null;
  if (opened.kind === 'message' && isMessage(opened.message, HTTP_OPTIONS)) return opened.message;
  if (opened.typeName === TCP_OPTIONS) return null;
  problems.add('unsupported', `${opened.typeName || 'an empty type URL'} is not supported`);
  return null;
}

function autoNamesOf(options: Upstream | undefined): AutoNames | null {
  if (options === undefined || !(options.autoSni || options.autoSanValidation)) return null;
  const { autoSni: sni, autoSanValidation: san, overrideAutoSniHeader: header } = options;
  return Object.freeze({ sni, san, header: header === '' ? null : pinName(header.toLowerCase()) });
}

function settings(choice: Choice, olderMaxRequests: number, autoNames: AutoNames | null): UpstreamHttpSettings {
  const { protocol, useDownstream, common, http1, http2 } = choice;
  if (common !== undefined) refuseOthers(common, COMMON, choice.commonAt);
  if (http1 !== undefined) refuseOthers(http1, HTTP1, choice.http1At);
  const limits = Object.freeze({
    maxBytes: common?.maxResponseHeadersKb === undefined ? CLIENT_DEFAULTS.limits.maxBytes : common.maxResponseHeadersKb * 1024,
    maxCount: common?.maxHeadersCount ?? CLIENT_DEFAULTS.limits.maxCount,
  });
  const { underscores } = CLIENT_DEFAULTS;
  return Object.freeze({
    protocol,
    useDownstream,
    idleTimeoutMs: finite(milliseconds(common?.idleTimeout) ?? HOUR),
    maxRequestsPerConnection: common?.maxRequestsPerConnection ?? olderMaxRequests,
    maxStreamMs: finite(milliseconds(common?.maxStreamDuration) ?? 0),
    maxConnectionDurationMs: finite(milliseconds(common?.maxConnectionDuration) ?? 0),
    h1: Object.freeze({
      limits,
      underscores,
      enableTrailers: http1?.enableTrailers ?? CLIENT_DEFAULTS.enableTrailers,
      allowChunkedLength: http1?.allowChunkedLength ?? CLIENT_DEFAULTS.allowChunkedLength,
      ...compileNameCase(http1?.headerKeyFormat, choice.http1At.at('header_key_format')),
      absoluteTargets: http1?.sendFullyQualifiedUrl ?? false,
    }),
    h2: Object.freeze({ limits, underscores, ...compileHttp2(http2, H2_CLIENT_DEFAULTS, choice.http2At) }),
    ...(autoNames === null ? {} : { autoNames }),
  });
}

/** A duration that no timer reaches is none at all. */
function finite(ms: number): number {
  return ms > NEVER_MS ? 0 : ms;
}
