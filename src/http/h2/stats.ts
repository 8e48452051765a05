/** What HTTP/2 connections count, under `http2.` (downstream) and `cluster.<name>.http2.` (Envoy docs, "HTTP/2 codec statistics"). */
import { statSpec } from '../../telemetry/stats.ts';

export const H2_STATS = statSpec({
  counters: [
    'dropped_headers_with_underscores',
    'goaway_sent',
    'header_list_size_too_large',
    'header_overflow',
    'headers_cb_no_stream',
    'inbound_empty_frames_flood',
    'inbound_priority_frames_flood',
    'inbound_window_update_frames_flood',
    'keepalive_timeout',
    'metadata_empty_frames',
    'outbound_control_flood',
    'outbound_flood',
    'requests_rejected_with_underscores_in_headers',
    'rx_messaging_error',
    'rx_reset',
    'stream_refused_errors',
    'trailers',
    'tx_flush_timeout',
    'tx_reset',
  ],
  gauges: ['deferred_stream_close', 'outbound_control_frames_active', 'outbound_frames_active', 'pending_send_bytes', 'streams_active'],
});
