/** What a connection manager counts, under `http.<stat_prefix>.` and `listener.<address>.http.<stat_prefix>.` (Envoy docs, "HTTP connection manager stats"). */
import { statSpec } from '../../telemetry/stats.ts';

export const CONNECTION_MANAGER_STATS = statSpec({
  counters: [
    'downstream_cx_delayed_close_timeout',
    'downstream_cx_destroy',
    'downstream_cx_destroy_active_rq',
    'downstream_cx_destroy_local',
    'downstream_cx_destroy_local_active_rq',
    'downstream_cx_destroy_remote',
    'downstream_cx_destroy_remote_active_rq',
    'downstream_cx_drain_close',
    'downstream_cx_http1_total',
    'downstream_cx_http2_total',
    'downstream_cx_http3_total',
    'downstream_cx_idle_timeout',
    'downstream_cx_max_duration_reached',
    'downstream_cx_max_requests_reached',
    'downstream_cx_overload_disable_keepalive',
    'downstream_cx_protocol_error',
    'downstream_cx_rx_bytes_total',
    'downstream_cx_ssl_total',
    'downstream_cx_total',
    'downstream_cx_tx_bytes_total',
    'downstream_cx_upgrades_total',
    'downstream_flow_control_paused_reading_total',
    'downstream_flow_control_resumed_reading_total',
    'downstream_rq_1xx',
    'downstream_rq_2xx',
    'downstream_rq_3xx',
    'downstream_rq_4xx',
    'downstream_rq_5xx',
    'downstream_rq_completed',
    'downstream_rq_failed_path_normalization',
    'downstream_rq_header_timeout',
    'downstream_rq_http1_total',
    'downstream_rq_http2_total',
    'downstream_rq_http3_total',
    'downstream_rq_idle_timeout',
    'downstream_rq_max_duration_reached',
    'downstream_rq_non_relative_path',
    'downstream_rq_overload_close',
    'downstream_rq_redirected_with_normalized_path',
    'downstream_rq_rejected_via_ip_detection',
    'downstream_rq_response_before_rq_complete',
    'downstream_rq_rx_reset',
    'downstream_rq_timeout',
    'downstream_rq_too_large',
    'downstream_rq_too_many_premature_resets',
    'downstream_rq_total',
    'downstream_rq_tx_reset',
    'downstream_rq_ws_on_non_ws_route',
    'rs_too_large',
  ],
  gauges: [
    'downstream_cx_active',
    'downstream_cx_http1_active',
    'downstream_cx_http1_soft_drain',
    'downstream_cx_http2_active',
    'downstream_cx_http3_active',
    'downstream_cx_rx_bytes_buffered',
    'downstream_cx_ssl_active',
    'downstream_cx_tx_bytes_buffered',
    'downstream_cx_upgrades_active',
    'downstream_rq_active',
  ],
  histograms: ['downstream_cx_length_ms', 'downstream_rq_time'],
});

export const LISTENER_HTTP_STATS = statSpec({
  counters: [
    'downstream_rq_1xx',
    'downstream_rq_2xx',
    'downstream_rq_3xx',
    'downstream_rq_4xx',
    'downstream_rq_5xx',
    'downstream_rq_completed',
  ],
});

/** `http.<stat_prefix>.tracing.`: there for whoever asks, nothing is traced. */
export const TRACING_STATS = statSpec({
  counters: ['client_enabled', 'health_check', 'not_traceable', 'random_sampling', 'service_forced'],
});

/** Slots of the status classes 1xx to 5xx, by class; index 0 is not used. The other group has the same names. */
export const CLASS_SLOT: readonly number[] = [1, 1, 2, 3, 4, 5].map(
  (n) => CONNECTION_MANAGER_STATS.slot[`downstream_rq_${n as 1 | 2 | 3 | 4 | 5}xx`],
);
export const LISTENER_CLASS_SLOT: readonly number[] = [1, 1, 2, 3, 4, 5].map(
  (n) => LISTENER_HTTP_STATS.slot[`downstream_rq_${n as 1 | 2 | 3 | 4 | 5}xx`],
);
