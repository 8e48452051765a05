/** envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy → TcpProxySettings. */
import { type Message, milliseconds, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { compileAccessLogs } from '../../../src/upstream/compile-access-logs.ts';
import type { ListenerContext } from '../../../src/upstream/factory-context.ts';
import type { BackoffRange } from './backoff.ts';
import { TCP_STATS, type TcpProxyOptions, TcpProxySettings, type WeightedTarget } from './settings.ts';

type TcpProxy = Message<'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'>;

const HONOURED = new Set([
  'access_log',
  'access_log_flush_interval',
  'access_log_options',
  'backoff_options',
  'check_drain_close',
  'cluster',
  'flush_access_log_on_connected',
  'hash_policy',
  'idle_timeout',
  'max_connect_attempts',
  'max_downstream_connection_duration',
  'max_downstream_connection_duration_jitter_percentage',
  'max_early_data_bytes',
  'stat_prefix',
  'upstream_connect_mode',
  'weighted_clusters',
]);
const WEIGHTED = new Set(['clusters']);
const CLUSTER_WEIGHT = new Set(['name', 'weight']);
const LOG_OPTIONS = new Set(['access_log_flush_interval', 'flush_access_log_on_connected', 'flush_access_log_on_start']);
const BACKOFF = new Set(['base_interval', 'max_interval']);
const HINTS = {
  metadata_match: 'there are no subsets yet',
  on_demand: 'name a cluster that the configuration brings',
  tunneling_config: 'connections are forwarded as they are',
};

/** UpstreamConnectMode by number. A chain begins after its handshake: the third is what is done anyway. */
const IMMEDIATE = 0;
const ON_DOWNSTREAM_DATA = 1;

/** Envoy's default: an hour. */
const IDLE_TIMEOUT_MS = 3_600_000;

/** Null after a problem. */
export function compileTcpProxy(message: TcpProxy, context: ListenerContext): TcpProxySettings | null {
  const { problems } = context;
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems, HINTS);
  const targets = compileTargets(message, context);
  const { upstreamConnectMode: mode, maxEarlyDataBytes: early } = message;
  if (mode !== IMMEDIATE && early === undefined) {
    problems.at('upstream_connect_mode').add('missing', 'max_early_data_bytes must be set when upstream_connect_mode is not IMMEDIATE');
  }
  const logs = compileLogMoments(message, problems);
  const accessLogs = compileAccessLogs(message.accessLog, context.at(problems.at('access_log')));
  const backoff = compileBackoff(message.backoffOptions, problems.at('backoff_options'));
  const hashSource = compileHashSource(message.hashPolicy, problems.at('hash_policy'));
  if (targets === null || problems.list.length > before) return null;
  return new TcpProxySettings(
    {
      targets,
      idleTimeoutMs: milliseconds(message.idleTimeout) ?? IDLE_TIMEOUT_MS,
      maxDurationMs: milliseconds(message.maxDownstreamConnectionDuration) ?? 0,
      jitter: (message.maxDownstreamConnectionDurationJitterPercentage?.value ?? 0) / 100,
      maxConnectAttempts: message.maxConnectAttempts ?? 1,
      backoff,
      afterData: mode === ON_DOWNSTREAM_DATA,
      maxEarlyBytes: early ?? -1,
      hashSource,
      life: message.checkDrainClose === true ? context : null,
      accessLogs,
      ...logs,
    },
    context.stats.group(`tcp.${message.statPrefix}.`, TCP_STATS, [{ name: 'envoy.tcp_prefix', value: message.statPrefix }]),
  );
}

/** Of the two ways to say it the options count. */
function compileLogMoments(message: TcpProxy, problems: Problems): Pick<TcpProxyOptions, 'logStart' | 'logConnected' | 'logEveryMs'> {
  const options = message.accessLogOptions;
  if (options !== undefined) refuseOthers(options, LOG_OPTIONS, problems.at('access_log_options'));
  const from = options ?? message;
  const any = message.accessLog.length > 0;
  return {
    logStart: any && (options?.flushAccessLogOnStart ?? false),
    logConnected: any && from.flushAccessLogOnConnected,
    logEveryMs: any ? (milliseconds(from.accessLogFlushInterval) ?? 0) : 0,
  };
}

function compileBackoff(message: TcpProxy['backoffOptions'], problems: Problems): BackoffRange | null {
  if (message === undefined) return null;
  refuseOthers(message, BACKOFF, problems);
  const baseMs = milliseconds(message.baseInterval) ?? 0;
  const maxMs = milliseconds(message.maxInterval) ?? baseMs * 10;
  if (maxMs < baseMs) problems.at('max_interval').add('bad_value', 'max_interval must not be less than base_interval');
  return { baseMs, maxMs };
}

/** At most one, says the schema. */
function compileHashSource(policies: TcpProxy['hashPolicy'], problems: Problems): boolean {
  let source = false;
  policies.forEach(({ policySpecifier: policy }, i) => {
    const at = problems.at(i);
    if (policy.case === 'sourceIp') source = true;
    else if (policy.case === 'filterState')
      at.at('filter_state').add('unsupported', 'hashing of filter state is not supported', 'use source_ip');
    else at.add('missing', 'one of source_ip, filter_state is required');
  });
  return source;
}

/** Clusters need not exist: a connection finds out (`NC`), as in Envoy. */
function compileTargets(message: TcpProxy, context: ListenerContext): readonly WeightedTarget[] | null {
  const { clusters, problems } = context;
  const specifier = message.clusterSpecifier;
  switch (specifier.case) {
    case 'cluster':
      return [{ cluster: clusters.handle(specifier.value), upTo: 1 }];
    case 'weightedClusters': {
      const at = problems.at('weighted_clusters');
      refuseOthers(specifier.value, WEIGHTED, at);
      let upTo = 0;
      return specifier.value.clusters.map((each, i) => {
        refuseOthers(each, CLUSTER_WEIGHT, at.at('clusters').at(i), { metadata_match: HINTS.metadata_match });
        upTo += each.weight;
        return { cluster: clusters.handle(each.name), upTo };
      });
    }
    default:
      problems.add('missing', 'one of cluster, weighted_clusters is required');
      return null;
  }
}
