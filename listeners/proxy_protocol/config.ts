import { type Message, refuseOthers } from '../../src/api/index.ts';
import type { ListenerContext } from '../../src/upstream/factory-context.ts';
import { ProxyProtocolFactory } from './filter.ts';
import { LEGACY_STATS, PROXY_STATS, VERSION_STATS } from './stats.ts';

const HONOURED = new Set(['allow_requests_without_proxy_protocol', 'disallowed_versions', 'stat_prefix']);
const HINTS = {
  rules: 'TLVs are read over, they do not become metadata',
  pass_through_tlvs: 'TLVs are read over, they are not passed on',
};
/** envoy.config.core.v3.ProxyProtocolConfig.Version. */
const V1 = 0;
const V2 = 1;

/** Null after a problem. */
export function compileProxyProtocol(
  message: Message<'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol'>,
  context: ListenerContext,
): ProxyProtocolFactory | null {
  const { problems, stats } = context;
  const known = refuseOthers(message, HONOURED, problems, HINTS);
  const rules = {
    optional: message.allowRequestsWithoutProxyProtocol,
    v1: !message.disallowedVersions.includes(V1),
    v2: !message.disallowedVersions.includes(V2),
  };
  if (!rules.v1 && !rules.v2) {
    problems
      .at('disallowed_versions')
      .add('bad_value', 'Proxy Protocol filter is misconfigured: all proxy protocol versions are disallowed.');
    return null;
  }
  if (!known) return null;
  const prefix = message.statPrefix === '' ? 'proxy_proto.' : `proxy_proto.${message.statPrefix}.`;
  return new ProxyProtocolFactory({
    rules: Object.freeze(rules),
    stats: stats.group(prefix, PROXY_STATS),
    v1Stats: stats.group(`${prefix}versions.v1.`, VERSION_STATS),
    v2Stats: stats.group(`${prefix}versions.v2.`, VERSION_STATS),
    legacyStats: stats.group('', LEGACY_STATS),
  });
}
