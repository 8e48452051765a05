/** `upgrade_configs` of the connection manager, and what of them holds for one request. */
import type { Route } from '../route.ts';
import { ruleFor, type UpgradeRule } from '../upgrade.ts';
import type { FilterChain } from './filter-chain.ts';

export interface UpgradeChain extends UpgradeRule {
  /** Its own filters, or those of every request. */
  readonly chain: FilterChain;
}

/**
 * The filters for an upgrade to `type` (lower case), null when it is not allowed here: the route's own word counts, otherwise the
 * connection manager's (Envoy docs, "HTTP upgrades").
 */
export function upgradeChain(type: string, upgrades: readonly UpgradeChain[], route: Route | null, main: FilterChain): FilterChain | null {
  const action = route === null ? null : route.action;
  const ofRoute = action === null || action.kind !== 'route' || action.upgrades === undefined ? null : ruleFor(action.upgrades, type);
  const ofManager = ruleFor(upgrades, type);
  const enabled = ofRoute === null ? ofManager?.enabled === true : ofRoute.enabled;
  if (!enabled) return null;
  return ofManager === null ? main : ofManager.chain;
}
