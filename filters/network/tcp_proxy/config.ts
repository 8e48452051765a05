/** envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy → TcpProxySettings. */
import { type Message, milliseconds, refuseOthers } from '../../../src/api/index.ts';
import { compileAccessLogs } from '../../../src/upstream/compile-access-logs.ts';
import type { ListenerContext } from '../../../src/upstream/factory-context.ts';
import { TCP_STATS, TcpProxySettings, type WeightedTarget } from './settings.ts';

type TcpProxy = Message<'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'>;

const HONOURED = new Set([
  'access_log',
  'cluster',
  'idle_timeout',
  'max_connect_attempts',
  'max_downstream_connection_duration',
  'max_downstream_connection_duration_jitter_percentage',
  'stat_prefix',
  'weighted_clusters',
]);
const WEIGHTED = new Set(['clusters']);
const CLUSTER_WEIGHT = new Set(['name', 'weight']);
const HINTS = {
  hash_policy: 'connections are balanced without a hash',
  metadata_match: 'there are no subsets yet',
  on_demand: 'name a cluster that the configuration brings',
  tunneling_config: 'connections are forwarded as they are',
};

/** Envoy's default: an hour. */
const IDLE_TIMEOUT_MS = 3_600_000;

/** Null after a problem. */
export function compileTcpProxy(message: TcpProxy, context: ListenerContext): TcpProxySettings | null {
  const { problems } = context;
  const before = problems.list.length;
  refuseOthers(message, HONOURED, problems, HINTS);
  const targets = compileTargets(message, context);
  const accessLogs = compileAccessLogs(message.accessLog, context.at(problems.at('access_log')));
  if (targets === null || problems.list.length > before) return null;
  return new TcpProxySettings(
    {
      targets,
      idleTimeoutMs: milliseconds(message.idleTimeout) ?? IDLE_TIMEOUT_MS,
      maxDurationMs: milliseconds(message.maxDownstreamConnectionDuration) ?? 0,
      jitter: (message.maxDownstreamConnectionDurationJitterPercentage?.value ?? 0) / 100,
      maxConnectAttempts: message.maxConnectAttempts ?? 1,
      accessLogs,
    },
    context.stats.group(`tcp.${message.statPrefix}.`, TCP_STATS, [{ name: 'envoy.tcp_prefix', value: message.statPrefix }]),
  );
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
