import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import { Problems } from '../../../src/base/errors.ts';
import type { ServerCallbacks } from '../../../src/http/codec.ts';
import type { ServerCodecFactory } from '../../../src/http/conn-manager/settings.ts';
import { H1ServerConnection } from '../../../src/http/h1/server.ts';
import { H2ServerConnection } from '../../../src/http/h2/server.ts';
import { H2_SERVER_DEFAULTS } from '../../../src/http/h2/settings.ts';
import { FakeConnection } from '../../../test/support/connection.ts';
import { FakeDispatcher } from '../../../test/support/dispatcher.ts';
import { FakeStats } from '../../../test/support/stats.ts';
import { compileCodec } from './codec-config.ts';

type Json = { readonly [key: string]: JsonInput };

const CALLBACKS: ServerCallbacks = { newStream: () => null, onEarlyError() {}, onFinished() {} };
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

function compile(json: Json): { codecs: ServerCodecFactory; stats: FakeStats; problems: Problems } {
  const problems = new Problems();
  const stats = new FakeStats();
  const message = fromJson('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'in',
    ...json,
  });
  return { codecs: compileCodec(message, stats, problems), stats, problems };
}

/** The codec for a connection that negotiated `alpn` (null: no TLS) and begins with `bytes`. */
function choose(codecs: ServerCodecFactory, alpn: string | null, bytes: string, seen = 0) {
  const connection = new FakeConnection(new FakeDispatcher(), null as never);
  if (alpn !== null) {
    connection.tls = { version: '', cipher: '', alpn, sni: '', sessionId: '', peer: null, local: null, peerValidated: false };
  }
  const codec = codecs.create(connection, CALLBACKS, Buffer.from(bytes, 'latin1'), 0, bytes.length, seen);
  return codec === null ? 'undecided' : codec.protocol;
}

function settingsOf(json: Json) {
  const { codecs, problems } = compile({ codec_type: 'HTTP2', ...json });
  if (problems.failed) throw new Error(JSON.stringify(problems.list));
  const connection = new FakeConnection(new FakeDispatcher(), null as never);
  const codec = codecs.create(connection, CALLBACKS, Buffer.from('P'), 0, 1, 0);
  if (!(codec instanceof H2ServerConnection)) throw new Error('HTTP/2 was asked for');
  return codec.settings;
}

t.test('AUTO goes by the first bytes, and by ALPN where there is one', (t) => {
  const { codecs } = compile({});
  t.equal(choose(codecs, null, PREFACE), 'HTTP/2');
  t.equal(choose(codecs, null, 'GET / HTTP/1.1\r\n\r\n'), 'HTTP/1.1');
  t.equal(choose(codecs, null, 'PRI * H'), 'undecided');
  t.equal(choose(codecs, null, 'TTP/2.0\r\n', 7), 'HTTP/2');
  t.equal(choose(codecs, null, 'x', 7), 'HTTP/1.1');
  t.equal(choose(codecs, '', PREFACE), 'HTTP/2', 'TLS without ALPN');
  t.equal(choose(codecs, 'h2', 'G'), 'HTTP/2');
  t.equal(choose(codecs, 'http/1.1', PREFACE), 'HTTP/1.1');
  t.equal(choose(codecs, 'istio', PREFACE), 'HTTP/1.1');
  t.end();
});

t.test('HTTP1 and HTTP2 look at nothing', (t) => {
  t.equal(choose(compile({ codec_type: 'HTTP1' }).codecs, 'h2', PREFACE), 'HTTP/1.1');
  t.equal(choose(compile({ codec_type: 'HTTP2' }).codecs, 'http/1.1', 'G'), 'HTTP/2');
  t.end();
});

t.test('http2.* is there once HTTP/2 is spoken', (t) => {
  const { codecs, stats } = compile({});
  choose(codecs, null, 'GET');
  t.notOk(stats.values.has('http2.rx_reset'));
  choose(codecs, null, PREFACE);
  t.equal(stats.values.get('http2.rx_reset'), 0);
  t.end();
});

t.test('without options HTTP/2 has modest windows and Envoy’s limits', (t) => {
  t.same(settingsOf({}), H2_SERVER_DEFAULTS);
  t.same(settingsOf({ http2_protocol_options: {} }), H2_SERVER_DEFAULTS);
  t.end();
});

t.test('common options are for HTTP/2 too', (t) => {
  const settings = settingsOf({
    max_request_headers_kb: 8,
    common_http_protocol_options: { max_headers_count: 7, headers_with_underscores_action: 'REJECT_REQUEST' },
    stream_idle_timeout: '7s',
    drain_timeout: '3s',
    stream_error_on_invalid_http_message: true,
    http2_protocol_options: { max_concurrent_streams: 9, allow_connect: true },
  });
  t.match(settings, {
    limits: { maxBytes: 8192, maxCount: 7 },
    underscores: 2,
    flushTimeoutMs: 7000,
    drainMs: 3000,
    streamErrorOnInvalidMessage: true,
    maxConcurrentStreams: 9,
    allowConnect: true,
  });
  t.equal(settingsOf({ stream_idle_timeout: '7s', stream_flush_timeout: '2s' }).flushTimeoutMs, 2000);
  t.equal(settingsOf({ stream_idle_timeout: '0s' }).flushTimeoutMs, 0);
  t.end();
});

t.test('the codec’s own word on invalid messages goes before the manager’s', (t) => {
  const own = (value: boolean): Json => ({ http2_protocol_options: { override_stream_error_on_invalid_http_message: value } });
  t.equal(settingsOf({ stream_error_on_invalid_http_message: true, ...own(false) }).streamErrorOnInvalidMessage, false);
  t.equal(settingsOf({ stream_error_on_invalid_http_message: false, ...own(true) }).streamErrorOnInvalidMessage, true);
  t.equal(settingsOf({ stream_error_on_invalid_http_message: true, http2_protocol_options: {} }).streamErrorOnInvalidMessage, true);
  t.end();
});

t.test('options of both protocols are checked whichever is spoken', (t) => {
  const complaints = (json: Json) => compile(json).problems.list.map((problem) => problem.path);
  t.same(complaints({ codec_type: 'HTTP1', http2_protocol_options: { allow_metadata: true } }), ['http2_protocol_options.allow_metadata']);
  t.same(complaints({ codec_type: 'HTTP2', http_protocol_options: { send_fully_qualified_url: true } }), [
    'http_protocol_options.send_fully_qualified_url',
  ]);
  t.same(complaints({ codec_type: 'HTTP3' }), ['codec_type']);
  const { codecs } = compile({ codec_type: 'HTTP1', max_request_headers_kb: 2 });
  const codec = codecs.create(new FakeConnection(new FakeDispatcher(), null as never), CALLBACKS, Buffer.from('P'), 0, 1, 0);
  t.ok(codec instanceof H1ServerConnection && codec.settings.limits.maxBytes === 2048);
  t.end();
});
