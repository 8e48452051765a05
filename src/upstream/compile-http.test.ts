import t from 'tap';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import { H2_CLIENT_DEFAULTS } from '../http/h2/settings.ts';
import type { UpstreamHttpSettings } from './cluster.ts';
import { checkAuto, compileHttp, HTTP_OPTIONS } from './compile-http.ts';

type Json = { [key: string]: JsonInput };

function compile(json: Json, secure = false): { http: UpstreamHttpSettings; complaints: string[] } {
  const problems = new Problems();
  const http = compileHttp(fromJson('envoy.config.cluster.v3.Cluster', { name: 'c', ...json }), problems);
  checkAuto(http, secure, problems);
  return { http, complaints: problems.list.map((problem) => `${problem.path}: ${problem.message}`) };
}

function options(more: Json): Json {
  return { typed_extension_protocol_options: { [HTTP_OPTIONS]: { '@type': `type.googleapis.com/${HTTP_OPTIONS}`, ...more } } };
}

function http(json: Json, secure = false): UpstreamHttpSettings {
  const { http, complaints } = compile(json, secure);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return http;
}

const AT = `typed_extension_protocol_options.${HTTP_OPTIONS}`;

t.test('the protocol is the one that the cluster names, in either way of writing it', (t) => {
  const spoken = (json: Json, secure = false) => {
    const { protocol, useDownstream } = http(json, secure);
    return useDownstream ? `downstream, else ${protocol}` : protocol;
  };
  t.equal(spoken({}), 'h1');
  t.equal(spoken({ http2_protocol_options: {} }), 'h2');
  t.equal(spoken({ protocol_selection: 'USE_DOWNSTREAM_PROTOCOL' }), 'downstream, else h1');
  t.equal(spoken({ protocol_selection: 'USE_DOWNSTREAM_PROTOCOL', http2_protocol_options: {} }), 'downstream, else h2');
  t.equal(spoken(options({})), 'h1');
  t.equal(spoken(options({ explicit_http_config: { http_protocol_options: {} } })), 'h1');
  t.equal(spoken(options({ explicit_http_config: { http2_protocol_options: {} } })), 'h2');
  t.equal(spoken(options({ use_downstream_protocol_config: {} })), 'downstream, else h1');
  t.equal(
    spoken(options({ use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} } })),
    'downstream, else h2',
  );
  t.equal(spoken(options({ auto_config: {} }), true), 'auto');
  t.equal(
    spoken({ http2_protocol_options: {}, ...options({ explicit_http_config: { http_protocol_options: {} } }) }),
    'h1',
    'the extension alone',
  );
  t.end();
});

t.test('without options HTTP/2 has modest windows and Envoy’s limits', (t) => {
  t.same(http(options({ explicit_http_config: { http2_protocol_options: {} } })).h2, H2_CLIENT_DEFAULTS);
  t.match(H2_CLIENT_DEFAULTS, { initialStreamWindow: 65_536, initialConnectionWindow: 1_048_576, maxConcurrentStreams: 1024 });
  t.end();
});

t.test('every option of HTTP/2 arrives', (t) => {
  const given: Json = {
    hpack_table_size: 0,
    max_concurrent_streams: 7,
    initial_stream_window_size: 65_535,
    initial_connection_window_size: 70_000,
    allow_connect: true,
    max_outbound_frames: 11,
    max_outbound_control_frames: 12,
    max_consecutive_inbound_frames_with_empty_payload: 13,
    max_inbound_priority_frames_per_stream: 14,
    max_inbound_window_update_frames_per_data_frame_sent: 15,
    override_stream_error_on_invalid_http_message: true,
    use_oghttp2_codec: true,
    enable_huffman_encoding: true,
    connection_keepalive: { interval: '30s', timeout: '1.5s', interval_jitter: { value: 0 }, connection_idle_interval: '60s' },
  };
  const expected = {
    hpackTableSize: 0,
    maxConcurrentStreams: 7,
    initialStreamWindow: 65_535,
    initialConnectionWindow: 70_000,
    allowConnect: true,
    maxOutboundFrames: 11,
    maxOutboundControlFrames: 12,
    maxConsecutiveEmptyFrames: 13,
    maxPriorityFramesPerStream: 14,
    maxWindowUpdatesPerDataFrame: 15,
    streamErrorOnInvalidMessage: true,
    keepalive: { intervalMs: 30_000, timeoutMs: 1500, jitterPercent: 0, idleIntervalMs: 60_000 },
    limits: { maxBytes: 3072, maxCount: 5 },
    underscores: H2_CLIENT_DEFAULTS.underscores,
  };
  const common: Json = { max_response_headers_kb: 3, max_headers_count: 5 };
  t.same(http({ http2_protocol_options: given, common_http_protocol_options: common }).h2, expected);
  const kinds: Json[] = [
    { explicit_http_config: { http2_protocol_options: given } },
    { use_downstream_protocol_config: { http2_protocol_options: given } },
    { auto_config: { http2_protocol_options: given } },
  ];
  for (const kind of kinds) t.same(http(options({ common_http_protocol_options: common, ...kind }), true).h2, expected);
  t.equal(http({ http2_protocol_options: { stream_error_on_invalid_http_messaging: true } }).h2.streamErrorOnInvalidMessage, true);
  const keepalive: Json = { http2_protocol_options: { connection_keepalive: { timeout: '1s' } } };
  t.same(http(keepalive).h2.keepalive, { intervalMs: 0, timeoutMs: 1000, jitterPercent: 15, idleIntervalMs: 0 });
  t.end();
});

t.test('options of HTTP/1.1 stay with both that may be needed', (t) => {
  const both = http(
    options({
      use_downstream_protocol_config: {
        http_protocol_options: { enable_trailers: true },
        http2_protocol_options: { max_concurrent_streams: 3 },
      },
    }),
  );
  t.equal(both.h1.enableTrailers, true);
  t.equal(both.h2.maxConcurrentStreams, 3);
  t.end();
});

t.test('what is not honoured is refused by name', (t) => {
  const refused = (json: Json) => compile(json).complaints;
  t.same(refused(options({ explicit_http_config: { http3_protocol_options: {} } })), [
    `${AT}.explicit_http_config.http3_protocol_options: http3_protocol_options is not supported`,
  ]);
  t.same(refused(options({ use_downstream_protocol_config: { http3_protocol_options: {} } })), [
    `${AT}.use_downstream_protocol_config.http3_protocol_options: http3_protocol_options is not supported`,
  ]);
  t.same(refused(options({ auto_config: {} })), [
    `${AT}.auto_config: auto_config takes the protocol from ALPN, and the transport socket has none`,
  ]);
  t.same(refused(options({ explicit_http_config: { http_protocol_options: { header_key_format: {} } } })), [
    `${AT}.explicit_http_config.http_protocol_options.header_key_format: one of proper_case_words, stateful_formatter is required`,
  ]);
  const at = 'http2_protocol_options';
  t.same(
    refused({
      http2_protocol_options: {
        allow_metadata: true,
        custom_settings_parameters: [{ identifier: 12, value: 5 }],
        enable_huffman_encoding: false,
        max_header_field_size_kb: 64,
        disallow_obs_text: true,
        stream_reset_burst: 1,
        stream_reset_rate: 1,
      },
    }),
    ['allow_metadata', 'custom_settings_parameters', 'enable_huffman_encoding', 'max_header_field_size_kb', 'disallow_obs_text']
      .concat('stream_reset_burst', 'stream_reset_rate')
      .map((name) => `${at}.${name}: ${name} is not supported`),
  );
  t.same(refused(options({ retry_policy: {} })), [`${AT}.retry_policy: retry_policy is not supported`]);
  const any = (type: string): Json => ({ typed_extension_protocol_options: { x: { '@type': `type.googleapis.com/${type}` } } });
  t.same(refused(any('envoy.config.core.v3.Node')), ['typed_extension_protocol_options.x: envoy.config.core.v3.Node is not supported']);
  t.equal(http(any('envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions')).protocol, 'h1', 'no TCP connection waits for a use');
  t.end();
});

t.test('durations beyond any timer mean never', (t) => {
  const never = '9223372035s';
  const { idleTimeoutMs, maxConnectionDurationMs, maxStreamMs } = http({
    common_http_protocol_options: { idle_timeout: never, max_connection_duration: never, max_stream_duration: never },
  });
  t.same([idleTimeoutMs, maxConnectionDurationMs, maxStreamMs], [0, 0, 0]);
  const own = http({ common_http_protocol_options: { idle_timeout: '1s', max_connection_duration: '2s', max_stream_duration: '3s' } });
  t.same([own.idleTimeoutMs, own.maxConnectionDurationMs, own.maxStreamMs], [1000, 2000, 3000]);
  t.end();
});
