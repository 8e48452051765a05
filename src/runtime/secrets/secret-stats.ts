import { statSpec } from '../../telemetry/stats.ts';

/** `sds.<name>.`, as Envoy's `SdsApi` and its subscription count. */
export const SDS_STATS = statSpec({
  counters: [
    'control_plane.rate_limit_enforced',
    'init_fetch_timeout',
    'key_rotation_failed',
    'update_attempt',
    'update_failure',
    'update_rejected',
    'update_success',
  ],
  gauges: ['control_plane.connected_state', 'control_plane.pending_requests', 'update_time', 'version'],
  histograms: ['update_duration'],
});

/** `secrets.`: files of certificates that were written in place, which Envoy reads once. */
export const FILE_STATS = statSpec({ counters: ['file_reload_failed', 'file_reloaded'] });
