/** envoy.extensions.filters.http.router.v3.Router → RouterSettings. */
import { type Message, refuseOthers } from '../../../src/api/index.ts';
import type { HttpFilterContext } from '../../../src/upstream/factory-context.ts';
import { ROUTER_STATS, type RouterOptions, RouterSettings } from './settings.ts';

const HONOURED = new Set(['dynamic_stats', 'respect_expected_rq_timeout', 'suppress_envoy_headers']);

export function compileRouter(
  message: Message<'envoy.extensions.filters.http.router.v3.Router'>,
  context: HttpFilterContext,
): RouterSettings | null {
  if (!refuseOthers(message, HONOURED, context.problems)) return null;
  const options: RouterOptions = {
    dynamicStats: message.dynamicStats ?? true,
    suppressEnvoyHeaders: message.suppressEnvoyHeaders,
    respectExpectedTimeout: message.respectExpectedRqTimeout,
  };
  const group = (prefix: string) => context.stats.group(prefix, ROUTER_STATS, tagsOf(prefix));
  return new RouterSettings(options, group(context.statPrefix), Math.random, group('http.async-client.'));
}

/** `http.ingress.` → the connection manager's tag. */
function tagsOf(prefix: string): { name: string; value: string }[] {
  return [{ name: 'envoy.http_conn_manager_prefix', value: prefix.replace(/^http\./, '').replace(/\.$/, '') }];
}
