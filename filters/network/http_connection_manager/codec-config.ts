/** What of the message is for the HTTP/1.1 codec. */
import { type Message, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { ServerCallbacks, ServerConnection } from '../../../src/http/codec.ts';
import type { ServerCodecFactory } from '../../../src/http/conn-manager/settings.ts';
import { H1ServerConnection } from '../../../src/http/h1/server.ts';
import {
  type H1ServerSettings,
  SERVER_DEFAULTS,
  UNDERSCORES_ALLOW,
  UNDERSCORES_DROP,
  UNDERSCORES_REJECT,
} from '../../../src/http/h1/settings.ts';
import type { Connection } from '../../../src/net/connection.ts';

type Manager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;

const HTTP1_OPTIONS = new Set([
  'accept_http_10',
  'default_host_for_http_10',
  'enable_trailers',
  'allow_chunked_length',
  'allow_custom_methods',
  // A choice between two parsers of Envoy that are to behave the same.
  'use_balsa_parser',
]);

/** By number of HeadersWithUnderscoresAction. */
const UNDERSCORES = [UNDERSCORES_ALLOW, UNDERSCORES_REJECT, UNDERSCORES_DROP] as const;

const HTTP2 = 2;
const HTTP3 = 3;

class Http1Codecs implements ServerCodecFactory {
  private readonly settings: H1ServerSettings;

  constructor(settings: H1ServerSettings) {
    this.settings = settings;
  }

  create(connection: Connection, callbacks: ServerCallbacks): ServerConnection {
    return new H1ServerConnection(connection, callbacks, this.settings);
  }
}

/** AUTO and HTTP1 alike: until there is an HTTP/2 codec, its preface is answered as the malformed request that it is. */
export function compileCodec(message: Manager, problems: Problems): ServerCodecFactory {
  if (message.codecType === HTTP2 || message.codecType === HTTP3) {
    problems.at('codec_type').add('unsupported', `codec_type: HTTP${message.codecType} is not supported yet`, 'use AUTO or HTTP1');
  }
  return new Http1Codecs(compileSettings(message, problems));
}

function compileSettings(message: Manager, problems: Problems): H1ServerSettings {
  const common = message.commonHttpProtocolOptions;
  const limits = {
    maxBytes: message.maxRequestHeadersKb === undefined ? SERVER_DEFAULTS.limits.maxBytes : message.maxRequestHeadersKb * 1024,
    maxCount: common?.maxHeadersCount ?? SERVER_DEFAULTS.limits.maxCount,
  };
  const underscores = UNDERSCORES[common?.headersWithUnderscoresAction ?? 0] ?? UNDERSCORES_ALLOW;
  const http1 = message.httpProtocolOptions;
  if (http1 === undefined) return { ...SERVER_DEFAULTS, limits, underscores };
  const at = problems.at('http_protocol_options');
  // Set to what is done anyway is no order.
  const done = new Set(HTTP1_OPTIONS);
  if (http1.allowAbsoluteUrl === true) done.add('allow_absolute_url');
  if (http1.overrideStreamErrorOnInvalidHttpMessage === false) done.add('override_stream_error_on_invalid_http_message');
  refuseOthers(http1, done, at);
  return {
    limits,
    underscores,
    enableTrailers: http1.enableTrailers,
    allowChunkedLength: http1.allowChunkedLength,
    acceptHttp10: http1.acceptHttp10,
    defaultHost: http1.defaultHostForHttp10,
    allowCustomMethods: http1.allowCustomMethods,
    rejectFragment: SERVER_DEFAULTS.rejectFragment,
  };
}
