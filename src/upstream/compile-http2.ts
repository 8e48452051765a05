/**
 * envoy.config.core.v3.Http2ProtocolOptions → what an HTTP/2 connection is told, for clusters and for HTTP connection managers. Ranges of
 * numbers are the proto's own rules (src/config/constraints.ts); here is what is not honoured.
 */
import { type Message, milliseconds, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import type { H2Keepalive, H2Settings } from '../http/h2/settings.ts';

type Options = Message<'envoy.config.core.v3.Http2ProtocolOptions'>;

const HONOURED = new Set([
  'allow_connect',
  'connection_keepalive',
  'hpack_table_size',
  'initial_connection_window_size',
  'initial_stream_window_size',
  'max_concurrent_streams',
  'max_consecutive_inbound_frames_with_empty_payload',
  'max_inbound_priority_frames_per_stream',
  'max_inbound_window_update_frames_per_data_frame_sent',
  'max_outbound_control_frames',
  'max_outbound_frames',
  'override_stream_error_on_invalid_http_message',
  'stream_error_on_invalid_http_messaging',
  // A choice between two parsers of Envoy that are to behave the same.
  'use_oghttp2_codec',
  // Means something with allow_metadata alone.
  'max_metadata_size',
]);
const HINTS: Readonly<Record<string, string>> = {
  allow_metadata: 'METADATA frames are ignored',
  custom_settings_parameters: 'use the named fields',
};
const KEEPALIVE = new Set(['interval', 'timeout', 'interval_jitter', 'connection_idle_interval']);

/** Percent; Envoy's default. */
const JITTER = 15;

/** What of the settings stands in the message; limits of heads are the common options' business. */
export type Http2Choices = Omit<H2Settings, 'limits' | 'underscores'>;

/** `streamError` is what the connection manager says about invalid messages; undefined when it says nothing. */
export function compileHttp2(
  options: Options | undefined,
  defaults: H2Settings,
  problems: Problems,
  streamError: boolean | undefined = undefined,
): Http2Choices {
  if (options !== undefined) refuse(options, problems);
  return {
    hpackTableSize: options?.hpackTableSize ?? defaults.hpackTableSize,
    maxConcurrentStreams: options?.maxConcurrentStreams ?? defaults.maxConcurrentStreams,
    initialStreamWindow: options?.initialStreamWindowSize ?? defaults.initialStreamWindow,
    initialConnectionWindow: options?.initialConnectionWindowSize ?? defaults.initialConnectionWindow,
    allowConnect: options?.allowConnect ?? defaults.allowConnect,
    maxOutboundFrames: options?.maxOutboundFrames ?? defaults.maxOutboundFrames,
    maxOutboundControlFrames: options?.maxOutboundControlFrames ?? defaults.maxOutboundControlFrames,
    maxConsecutiveEmptyFrames: options?.maxConsecutiveInboundFramesWithEmptyPayload ?? defaults.maxConsecutiveEmptyFrames,
    maxPriorityFramesPerStream: options?.maxInboundPriorityFramesPerStream ?? defaults.maxPriorityFramesPerStream,
    maxWindowUpdatesPerDataFrame: options?.maxInboundWindowUpdateFramesPerDataFrameSent ?? defaults.maxWindowUpdatesPerDataFrame,
    streamErrorOnInvalidMessage:
      options?.overrideStreamErrorOnInvalidHttpMessage ??
      streamError ??
      options?.streamErrorOnInvalidHttpMessaging ??
      defaults.streamErrorOnInvalidMessage,
    keepalive: compileKeepalive(options?.connectionKeepalive, problems.at('connection_keepalive')),
  };
}

function refuse(options: Options, problems: Problems): void {
  // Set to what is done anyway is no order.
  const done = new Set(HONOURED);
  if (options.enableHuffmanEncoding === true) done.add('enable_huffman_encoding');
  if (options.disallowObsText === false) done.add('disallow_obs_text');
  refuseOthers(options, done, problems, HINTS);
}

function compileKeepalive(message: Message<'envoy.config.core.v3.KeepaliveSettings'> | undefined, problems: Problems): H2Keepalive | null {
  if (message === undefined) return null;
  refuseOthers(message, KEEPALIVE, problems);
  return Object.freeze({
    intervalMs: milliseconds(message.interval) ?? 0,
    timeoutMs: milliseconds(message.timeout) ?? 0,
    jitterPercent: message.intervalJitter?.value ?? JITTER,
    idleIntervalMs: milliseconds(message.connectionIdleInterval) ?? 0,
  });
}
