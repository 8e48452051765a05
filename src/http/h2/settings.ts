/**
 * What an HTTP/2 connection is told when it is made (`envoy.config.core.v3.Http2ProtocolOptions` and the common options).
 * Limits are charged before bytes are stored; a peer that passes one of them loses the stream or the connection.
 */
import type { HeadLimits } from '../codec.ts';
import { UNDERSCORES_ALLOW, type Underscores } from '../h1/settings.ts';

/** `connection_keepalive`. Milliseconds; 0: never. */
export interface H2Keepalive {
  readonly intervalMs: number;
  /** A PING that is not answered in this time ends the connection. */
  readonly timeoutMs: number;
  /** Percent of the interval that is added at random. */
  readonly jitterPercent: number;
  /** A stream on a connection that was idle this long is preceded by a PING. */
  readonly idleIntervalMs: number;
}

/** Both sides. */
export interface H2Settings {
  readonly limits: HeadLimits;
  readonly underscores: Underscores;
  /** `hpack_table_size`: SETTINGS_HEADER_TABLE_SIZE that we announce, and the most that our encoder uses of the peer's. */
  readonly hpackTableSize: number;
  /** SETTINGS_MAX_CONCURRENT_STREAMS that we announce (server), or the most that we start whatever the peer allows (client). */
  readonly maxConcurrentStreams: number;
  /** Bytes of one stream that we take before its data was handed on. */
  readonly initialStreamWindow: number;
  /** The same for the connection. */
  readonly initialConnectionWindow: number;
  /** `allow_connect`: extended CONNECT (RFC 8441). */
  readonly allowConnect: boolean;
  /** Frames of all kinds that wait to be written. */
  readonly maxOutboundFrames: number;
  /** PING, SETTINGS and RST_STREAM frames that wait to be written. */
  readonly maxOutboundControlFrames: number;
  /** Empty HEADERS, CONTINUATION and DATA frames in a row that do not end a stream. */
  readonly maxConsecutiveEmptyFrames: number;
  /** PRIORITY frames for each stream ever opened. */
  readonly maxPriorityFramesPerStream: number;
  /** WINDOW_UPDATE frames for each DATA frame sent. */
  readonly maxWindowUpdatesPerDataFrame: number;
  /** `override_stream_error_on_invalid_http_message`: an invalid message costs its stream and not the connection. */
  readonly streamErrorOnInvalidMessage: boolean;
  readonly keepalive: H2Keepalive | null;
}

export interface H2ServerSettings extends H2Settings {
  /** Between the first GOAWAY of a drain, which names no stream, and the second, which does (`drain_timeout`). */
  readonly drainMs: number;
  /** A response whose end waits for window is given up after this time (`stream_idle_timeout`); 0: never. */
  readonly flushTimeoutMs: number;
}

export type H2ClientSettings = H2Settings;

const COMMON = {
  underscores: UNDERSCORES_ALLOW,
  hpackTableSize: 4096,
  maxConcurrentStreams: 1024,
  initialStreamWindow: 64 * 1024,
  initialConnectionWindow: 1024 * 1024,
  allowConnect: false,
  maxOutboundFrames: 10_000,
  maxOutboundControlFrames: 1000,
  maxConsecutiveEmptyFrames: 1,
  maxPriorityFramesPerStream: 100,
  maxWindowUpdatesPerDataFrame: 10,
  streamErrorOnInvalidMessage: false,
  keepalive: null,
} as const;

/** Envoy's limits of floods; modest windows, as its documentation recommends at an edge. */
export const H2_SERVER_DEFAULTS: H2ServerSettings = Object.freeze({
  ...COMMON,
  limits: Object.freeze({ maxBytes: 60 * 1024, maxCount: 100 }),
  drainMs: 5000,
  flushTimeoutMs: 300_000,
});

export const H2_CLIENT_DEFAULTS: H2ClientSettings = Object.freeze({
  ...COMMON,
  limits: Object.freeze({ maxBytes: 80 * 1024, maxCount: 100 }),
});
