/** `proxy_status_config` → ProxyStatus. */
import { type Message, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { ProxyStatus } from '../../../src/http/conn-manager/proxy-status.ts';

type Config = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ProxyStatusConfig'>;

const FIELDS = new Set([
  'remove_details',
  'remove_connection_termination_details',
  'remove_response_flags',
  'set_recommended_response_code',
  'use_node_id',
  'literal_proxy_name',
]);

/** Null when answers say nothing. `node`: the name of this one; `server`: what stands for it otherwise. */
export function compileProxyStatus(config: Config | undefined, node: string, server: string, problems: Problems): ProxyStatus | null {
  if (config === undefined) return null;
  refuseOthers(config, FIELDS, problems);
  const { proxyName } = config;
  const named = proxyName.case === 'literalProxyName' ? proxyName.value : '';
  return new ProxyStatus({
    name: proxyName.case === 'useNodeId' && proxyName.value ? node : named === '' ? server : named,
    details: !config.removeDetails,
    terminationDetails: !config.removeConnectionTerminationDetails,
    flags: !config.removeResponseFlags,
    recommendedStatus: config.setRecommendedResponseCode,
  });
}
