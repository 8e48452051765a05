/** What the process counts of itself, with Envoy's names (docs: operations/stats, configuration/…/manager statistics). */
import { ENVOY_VERSION } from '../base/version.ts';
import { isUsed } from '../telemetry/description.ts';
import type { MergedStats } from '../telemetry/merged-stats.ts';
import { type StatGroup, type StatsScope, statSpec } from '../telemetry/stats.ts';

export const SERVER_STATS = statSpec({
  counters: [
    'debug_assertion_failures',
    'dropped_stat_flushes',
    'dynamic_unknown_fields',
    'envoy_bug_failures',
    'envoy_notifications',
    'static_unknown_fields',
    'wip_protos',
    'worker_deaths',
  ],
  gauges: [
    'concurrency',
    'days_until_first_cert_expiring',
    'hot_restart_epoch',
    'live',
    'memory_allocated',
    'memory_heap_size',
    'memory_physical_size',
    'parent_connections',
    'seconds_until_first_ocsp_response_expiring',
    'state',
    'stats_recent_lookups',
    'total_connections',
    'uptime',
    'version',
  ],
  histograms: ['initialization_time_ms'],
});

export const LISTENER_MANAGER_STATS = statSpec({
  counters: [
    'listener_added',
    'listener_create_failure',
    'listener_create_success',
    'listener_in_place_updated',
    'listener_modified',
    'listener_removed',
    'listener_stopped',
  ],
  gauges: [
    'total_filter_chains_draining',
    'total_listeners_active',
    'total_listeners_draining',
    'total_listeners_warming',
    'workers_pinned',
    'workers_started',
  ],
});

export const CLUSTER_MANAGER_STATS = statSpec({
  counters: [
    'cluster_added',
    'cluster_modified',
    'cluster_removed',
    'cluster_updated',
    'cluster_updated_via_merge',
    'update_merge_cancelled',
    'update_out_of_merge_window',
  ],
  gauges: ['active_clusters', 'warming_clusters'],
});

export const RUNTIME_STATS = statSpec({
  counters: ['deprecated_feature_use', 'load_error', 'load_success', 'override_dir_exists', 'override_dir_not_exists'],
  gauges: ['admin_overrides_active', 'deprecated_feature_seen_since_process_start', 'num_keys', 'num_layers'],
});

/** Envoy's value for "no certificate at all". */
const NO_CERTIFICATE = 2 ** 32 - 1;

export class ServerStats {
  readonly server: StatGroup;
  readonly listeners: StatGroup;
  readonly clusters: StatGroup;
  readonly runtime: StatGroup;

  constructor(scope: StatsScope, concurrency: number) {
    this.server = scope.group('server.', SERVER_STATS);
    this.listeners = scope.group('listener_manager.', LISTENER_MANAGER_STATS);
    this.clusters = scope.group('cluster_manager.', CLUSTER_MANAGER_STATS);
    this.runtime = scope.group('runtime.', RUNTIME_STATS);
    const { slot } = SERVER_STATS;
    const { major, minor, patch } = ENVOY_VERSION;
    this.server.set(slot.concurrency, concurrency);
    this.server.set(slot.days_until_first_cert_expiring, NO_CERTIFICATE);
    this.server.set(slot.version, (major << 16) | (minor << 8) | patch);
  }

  /** The runtime layers were loaded; Envoy does it twice at the start, and once for each change. */
  countRuntime(loads: number, layers: number, keys: number, overridden: boolean): void {
    const { slot } = RUNTIME_STATS;
    this.runtime.add(slot.load_success, loads);
    this.runtime.add(slot.override_dir_not_exists, loads);
    this.runtime.set(slot.num_layers, layers);
    this.runtime.set(slot.num_keys, keys);
    this.runtime.set(slot.admin_overrides_active, overridden ? 1 : 0);
  }

  /**
   * Gauges that nobody counts: memory, uptime, the connections of all listeners, the first certificate to expire. Called before each
   * reading; `wall` in milliseconds since the Unix epoch.
   */
  refresh(stats: MergedStats, uptimeMs: number, wall: number): void {
    const { slot } = SERVER_STATS;
    const memory = process.memoryUsage();
    this.server.set(slot.uptime, Math.floor(uptimeMs / 1000));
    this.server.set(slot.memory_allocated, memory.heapUsed + memory.external);
    this.server.set(slot.memory_heap_size, memory.heapTotal + memory.external);
    this.server.set(slot.memory_physical_size, memory.rss);
    this.server.set(slot.total_connections, connections(stats));
    this.server.set(slot.days_until_first_cert_expiring, daysLeft(stats, wall));
  }
}

/** Transport sockets tell when their certificates expire. */
function daysLeft(stats: MergedStats, wall: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (const group of stats.groups()) {
    if (!group.prefix.includes('.ssl.certificate.')) continue;
    const gauge = group.spec.gauges.indexOf('expiration_unix_time_seconds');
    if (gauge < 0) continue;
    const seconds = group.value(group.spec.counters.length + gauge);
    if (isUsed(seconds)) first = Math.min(first, seconds);
  }
  if (first === Number.POSITIVE_INFINITY) return NO_CERTIFICATE;
  return Math.max(0, Math.floor((first - wall / 1000) / 86_400));
}

function connections(stats: MergedStats): number {
  let sum = 0;
  for (const group of stats.groups()) {
    if (!group.prefix.startsWith('listener.') || group.prefix.startsWith('listener.admin.')) continue;
    const gauge = group.spec.gauges.indexOf('downstream_cx_active');
    // `listener.<address>.worker_<n>.` counts the same connections again.
    if (gauge < 0 || /\.worker_\d+\.$/.test(group.prefix)) continue;
    const value = group.value(group.spec.counters.length + gauge);
    if (isUsed(value)) sum += value;
  }
  return sum;
}
