/** `type: ORIGINAL_DST` and `original_dst_lb_config` → OriginalDestination. */
import { enumName, type Message, milliseconds, refuseOthers } from '../api/index.ts';
import { resolveName } from '../http/header-name.ts';
import type { FactoryContext } from './factory-context.ts';
import { OriginalDestination } from './original-dst.ts';

type Cluster = Message<'envoy.config.cluster.v3.Cluster'>;

const DEFAULT_HEADER = 'x-envoy-original-dst-host';
const CLEANUP_MS = 5000;
const ORIGINAL_DST = 4;
const CLUSTER_PROVIDED = 6;
const HONOURED = new Set(['use_http_header', 'http_header_name', 'upstream_port_override', 'metadata_key']);
const METADATA_KEY = new Set(['key', 'path']);

export function isOriginalDst(cluster: Cluster): boolean {
  const type = cluster.clusterDiscoveryType;
  return type.case === 'type' && type.value === ORIGINAL_DST;
}

/** What is wrong is added to the problems, in Envoy's words where it has some. */
export function compileOriginalDst(cluster: Cluster, context: FactoryContext): OriginalDestination {
  const { problems } = context;
  if (cluster.lbPolicy !== CLUSTER_PROVIDED) {
    const policy = enumName('envoy.config.cluster.v3.Cluster.LbPolicy', cluster.lbPolicy) ?? String(cluster.lbPolicy);
    problems
      .at('lb_policy')
      .add(
        'bad_value',
        `LB policy ${policy} is not valid for Cluster type ORIGINAL_DST. Only 'CLUSTER_PROVIDED' is allowed with cluster type 'ORIGINAL_DST'`,
      );
  }
  if (cluster.loadAssignment !== undefined) {
    problems.at('load_assignment').add('bad_value', 'ORIGINAL_DST clusters must have no load assignment configured');
  }
  const config = cluster.lbConfig.case === 'originalDstLbConfig' ? cluster.lbConfig.value : undefined;
  const at = problems.at('original_dst_lb_config');
  if (config !== undefined) refuseOthers(config, HONOURED, at);
  if (config !== undefined && config.httpHeaderName !== '' && !config.useHttpHeader) {
    at.at('http_header_name').add(
      'bad_value',
      `invalid config http_header_name=${config.httpHeaderName} and use_http_header is false. Set use_http_header to true if http_header_name is desired.`,
    );
  }
  if (config?.metadataKey !== undefined) refuseOthers(config.metadataKey, METADATA_KEY, at.at('metadata_key'));
  const key = config?.metadataKey;
  const settings = Object.freeze({
    clusterName: cluster.name,
    header: config?.useHttpHeader === true ? resolveName((config.httpHeaderName || DEFAULT_HEADER).toLowerCase()) : null,
    metadata: key === undefined ? null : [key.key, ...key.path.map(({ segment }) => String(segment.value ?? ''))],
    port: config?.upstreamPortOverride ?? -1,
    cleanupMs: milliseconds(cluster.cleanupInterval) ?? CLEANUP_MS,
  });
  return new OriginalDestination(settings, context.dispatcher.timers);
}
