/** What of the message is for the codecs, and which of them a connection gets. */
import { type Message, milliseconds, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { ServerCallbacks, ServerConnection } from '../../../src/http/codec.ts';
import { IS_HTTP1, IS_HTTP2, judge, UNDECIDED } from '../../../src/http/conn-manager/preface.ts';
import type { ServerCodecFactory } from '../../../src/http/conn-manager/settings.ts';
import { H1ServerConnection } from '../../../src/http/h1/server.ts';
import {
  type H1ServerSettings,
  SERVER_DEFAULTS,
  UNDERSCORES_ALLOW,
  UNDERSCORES_DROP,
  UNDERSCORES_REJECT,
  type UpgradeTest,
} from '../../../src/http/h1/settings.ts';
import { H2ServerConnection } from '../../../src/http/h2/server.ts';
import { H2_SERVER_DEFAULTS, type H2ServerSettings } from '../../../src/http/h2/settings.ts';
import { H2_STATS } from '../../../src/http/h2/stats.ts';
import { compileStringMatcher } from '../../../src/http/routing/string-match.ts';
import type { Connection } from '../../../src/net/connection.ts';
import type { StatGroup, StatsScope } from '../../../src/telemetry/stats.ts';
import { compileHttp2 } from '../../../src/upstream/compile-http2.ts';
import { compileNameCase } from '../../../src/upstream/compile-name-case.ts';

type Manager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;

const HTTP1_OPTIONS = new Set([
  'accept_http_10',
  'allow_absolute_url',
  'default_host_for_http_10',
  'enable_trailers',
  'header_key_format',
  'allow_chunked_length',
  'allow_custom_methods',
  'override_stream_error_on_invalid_http_message',
  'ignore_http_11_upgrade',
  // A choice between two parsers of Envoy that are to behave the same.
  'use_balsa_parser',
]);

/** By number of HeadersWithUnderscoresAction. */
const UNDERSCORES = [UNDERSCORES_ALLOW, UNDERSCORES_REJECT, UNDERSCORES_DROP] as const;

/** CodecType by number. */
const HTTP1 = 1;
const HTTP2 = 2;
const HTTP3 = 3;

/** The limits and the treatment of names that all codecs have. */
type CommonSettings = Pick<H1ServerSettings, 'limits' | 'underscores'>;

class Codecs implements ServerCodecFactory {
  private readonly type: number;
  private readonly http1: H1ServerSettings;
  private readonly http2: H2ServerSettings;
  private readonly scope: StatsScope;
  /** Taken with the first connection: many a sidecar never sees one. */
  private stats: StatGroup | null;

  constructor(type: number, http1: H1ServerSettings, http2: H2ServerSettings, scope: StatsScope) {
    this.type = type;
    this.http1 = http1;
    this.http2 = http2;
    this.scope = scope;
    this.stats = null;
  }

  create(
    connection: Connection,
    callbacks: ServerCallbacks,
    buffer: Buffer,
    start: number,
    end: number,
    seen: number,
  ): ServerConnection | null {
    const protocol = this.protocolOf(connection, buffer, start, end, seen);
    if (protocol === UNDECIDED) return null;
    if (protocol === IS_HTTP1) return new H1ServerConnection(connection, callbacks, this.http1);
    this.stats ??= this.scope.group('http2.', H2_STATS);
    return new H2ServerConnection(connection, callbacks, this.http2, this.stats);
  }

  /** AUTO: what ALPN chose; where nothing was chosen, what the client's first bytes are. */
  private protocolOf(connection: Connection, buffer: Buffer, start: number, end: number, seen: number): number {
    if (this.type === HTTP1) return IS_HTTP1;
    if (this.type === HTTP2) return IS_HTTP2;
    const alpn = connection.tls === null ? '' : connection.tls.alpn;
    if (alpn !== '') return alpn === 'h2' ? IS_HTTP2 : IS_HTTP1;
    return judge(buffer, start, end, seen);
  }
}

export function compileCodec(message: Manager, scope: StatsScope, problems: Problems): ServerCodecFactory {
  if (message.codecType === HTTP3) {
    problems.at('codec_type').add('unsupported', 'codec_type: HTTP3 is not supported', 'use AUTO, HTTP1 or HTTP2');
  }
  const common = compileCommon(message);
  return new Codecs(message.codecType, compileHttp1(message, common, problems), compileServerHttp2(message, common, problems), scope);
}

function compileCommon(message: Manager): CommonSettings {
  const common = message.commonHttpProtocolOptions;
  return {
    limits: {
      maxBytes: message.maxRequestHeadersKb === undefined ? SERVER_DEFAULTS.limits.maxBytes : message.maxRequestHeadersKb * 1024,
      maxCount: common?.maxHeadersCount ?? SERVER_DEFAULTS.limits.maxCount,
    },
    underscores: UNDERSCORES[common?.headersWithUnderscoresAction ?? 0] ?? UNDERSCORES_ALLOW,
  };
}

function compileServerHttp2(message: Manager, common: CommonSettings, problems: Problems): H2ServerSettings {
  const choices = compileHttp2(
    message.http2ProtocolOptions,
    H2_SERVER_DEFAULTS,
    problems.at('http2_protocol_options'),
    message.streamErrorOnInvalidHttpMessage,
  );
  const flush = milliseconds(message.streamFlushTimeout) ?? milliseconds(message.streamIdleTimeout);
  const drain = milliseconds(message.drainTimeout) ?? H2_SERVER_DEFAULTS.drainMs;
  const jitter = (message.drainTimeoutJitter?.value ?? 0) / 100;
  return Object.freeze({
    ...common,
    ...choices,
    // Asked by every connection that drains.
    get drainMs(): number {
      return jitter === 0 ? drain : drain * (1 + Math.random() * jitter);
    },
    flushTimeoutMs: flush ?? H2_SERVER_DEFAULTS.flushTimeoutMs,
  });
}

function compileHttp1(message: Manager, common: CommonSettings, problems: Problems): H1ServerSettings {
  const http1 = message.httpProtocolOptions;
  if (http1 === undefined) return { ...SERVER_DEFAULTS, ...common };
  const at = problems.at('http_protocol_options');
  refuseOthers(http1, HTTP1_OPTIONS, at);
  return {
    ...common,
    enableTrailers: http1.enableTrailers,
    allowChunkedLength: http1.allowChunkedLength,
    ...compileNameCase(http1.headerKeyFormat, at.at('header_key_format')),
    acceptHttp10: http1.acceptHttp10,
    defaultHost: http1.defaultHostForHttp10,
    allowCustomMethods: http1.allowCustomMethods,
    allowAbsolute: http1.allowAbsoluteUrl ?? true,
    rejectFragment: SERVER_DEFAULTS.rejectFragment,
    ignoredUpgrades: compileIgnored(http1.ignoreHttp11Upgrade, at.at('ignore_http_11_upgrade')),
  };
}

function compileIgnored(matchers: readonly Message<'envoy.type.matcher.v3.StringMatcher'>[], problems: Problems): readonly UpgradeTest[] {
  const tests: UpgradeTest[] = [];
  matchers.forEach((matcher, i) => {
    const test = compileStringMatcher(matcher, problems.at(i));
    if (test !== null) tests.push(test);
  });
  return tests;
}
