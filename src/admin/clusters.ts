import { create, type Init, envoy_config_core_v3_RoutingPriority as Priority } from '../api/index.ts';
import { HEALTH } from '../upstream/host.ts';
import type { ClusterStatus, HostStatus } from '../upstream/instances.ts';
import { edsHealth } from './endpoint-section.ts';
import { dumpJson } from './json.ts';
import { nameFilter } from './name-filter.ts';
import { type AdminContext, type AdminRequest, type AdminRoute, json, page, type Reply, text } from './route.ts';
import { socketAddress } from './socket-address.ts';

async function answer({ params }: AdminRequest, { view }: AdminContext): Promise<Reply> {
  let statuses = await view.clusters();
  const pattern = params.get('filter') ?? '';
  if (pattern !== '') {
    const filter = await nameFilter(pattern);
    if (typeof filter !== 'function') return text('Invalid re2 regex', 400);
    statuses = statuses.filter(({ name }) => filter(name));
  }
  if (params.get('format') !== 'json') return text(lines(statuses));
  return json(dumpJson(create('envoy.admin.v3.Clusters', { clusterStatuses: statuses.map(clusterMessage) })));
}

function* lines(statuses: readonly ClusterStatus[]): Generator<string> {
  for (const status of statuses) {
    const { name } = status;
    let out = `${name}::observability_name::${status.observabilityName}\n`;
    for (const limits of status.thresholds) {
      const prefix = `${name}::${limits.priority}_priority::`;
      out += `${prefix}max_connections::${limits.maxConnections}\n${prefix}max_pending_requests::${limits.maxPending}\n`;
      out += `${prefix}max_requests::${limits.maxRequests}\n${prefix}max_retries::${limits.maxRetries}\n`;
    }
    out += `${name}::added_via_api::${status.addedViaApi}\n`;
    for (const host of status.hosts) out += hostLines(`${name}::${host.address}::`, host);
    yield out;
  }
}

function hostLines(prefix: string, host: HostStatus): string {
  const stats = Object.entries({ ...host.counters, ...host.gauges }).sort(([a], [b]) => (a < b ? -1 : 1));
  const facts: [string, unknown][] = [
    ...stats,
    ['hostname', host.hostname],
    ['health_flags', healthFlags(host.health)],
    ['weight', host.weight],
    ['region', host.locality.region],
    ['zone', host.locality.zone],
    ['sub_zone', host.locality.subZone],
    ['canary', host.canary ?? false],
    ['priority', host.priority],
    ['success_rate', -1],
    ['local_origin_success_rate', -1],
  ];
  let out = '';
  for (const [name, value] of facts) out += `${prefix}${name}::${value}\n`;
  return out;
}

const FLAGS: readonly (readonly [number, string])[] = [
  [HEALTH.failedActiveHc, '/failed_active_hc'],
  [HEALTH.failedOutlierCheck, '/failed_outlier_check'],
  [HEALTH.failedEdsHealth, '/failed_eds_health'],
  [HEALTH.degradedActiveHc, '/degraded_active_hc'],
  [HEALTH.degradedEdsHealth, '/degraded_eds_health'],
  [HEALTH.pendingActiveHc, '/pending_active_hc'],
  [HEALTH.excludedViaImmediateHcFail, '/excluded_via_immediate_hc_fail'],
];

function healthFlags(health: number): string {
  if (health === 0) return 'healthy';
  return FLAGS.filter(([bit]) => (health & bit) !== 0)
    .map(([, name]) => name)
    .join('');
}

function clusterMessage(status: ClusterStatus): Init<'envoy.admin.v3.ClusterStatus'> {
  return {
    name: status.name,
    addedViaApi: status.addedViaApi,
    observabilityName: status.observabilityName,
    hostStatuses: status.hosts.map(hostMessage),
    circuitBreakers: {
      thresholds: status.thresholds.map((limits) => ({
        priority: limits.priority === 'high' ? Priority.HIGH : Priority.DEFAULT,
        maxConnections: limits.maxConnections,
        maxPendingRequests: limits.maxPending,
        maxRequests: limits.maxRequests,
        maxRetries: limits.maxRetries,
      })),
    },
  };
}

function hostMessage(host: HostStatus): Init<'envoy.admin.v3.HostStatus'> {
  const { health, locality } = host;
  const has = (bit: number): boolean => (health & bit) !== 0;
  const metrics = (values: Readonly<Record<string, number>>, type: 0 | 1): Init<'envoy.admin.v3.SimpleMetric'>[] =>
    Object.keys(values)
      .sort()
      .map((name) => ({ type, name, value: BigInt(Math.max(0, Math.trunc(values[name] ?? 0))) }));
  return {
    address: socketAddress(host.address),
    hostname: host.hostname,
    stats: [...metrics(host.counters, 0), ...metrics(host.gauges, 1)],
    weight: host.weight,
    priority: host.priority,
    locality: { region: locality.region, zone: locality.zone, subZone: locality.subZone },
    healthStatus: {
      failedActiveHealthCheck: has(HEALTH.failedActiveHc),
      failedOutlierCheck: has(HEALTH.failedOutlierCheck),
      failedActiveDegradedCheck: has(HEALTH.degradedActiveHc),
      pendingActiveHc: has(HEALTH.pendingActiveHc),
      excludedViaImmediateHcFail: has(HEALTH.excludedViaImmediateHcFail),
      edsHealthStatus: edsHealth(health),
    },
  };
}

export const clusters: AdminRoute = page('/clusters', 'upstream cluster status', answer, [
  { name: 'filter', help: 'Regular expression (Google re2) for filtering clusters by name' },
  { name: 'format', help: 'Format to use', oneOf: ['text', 'json'] },
]);
