/** `upgrade_configs` of the connection manager. */
import { type Message, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { FilterChain } from '../../../src/http/conn-manager/filter-chain.ts';
import type { UpgradeChain } from '../../../src/http/conn-manager/upgrade-chains.ts';
import { ruleFor } from '../../../src/http/upgrade.ts';
import type { ListenerContext } from '../../../src/upstream/factory-context.ts';
import { compileChain } from './chain-config.ts';

type UpgradeConfig = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig'>;

const HONOURED = new Set(['upgrade_type', 'filters', 'enabled']);

export interface Upgrades {
  readonly chains: readonly UpgradeChain[];
  /** Names of the filters of all chains, those of the main one first: what route tables are compiled for. */
  readonly filterNames: readonly string[];
}

/** Null after a problem. */
export function compileUpgrades(
  messages: readonly UpgradeConfig[],
  main: FilterChain,
  statPrefix: string,
  context: ListenerContext,
  problems: Problems,
): Upgrades | null {
  const filterNames = main.factories.map((factory) => factory.name);
  const chains: UpgradeChain[] = [];
  let complete = true;
  messages.forEach((message, i) => {
    const at = problems.at(i);
    refuseOthers(message, HONOURED, at);
    const type = message.upgradeType.toLowerCase();
    if (ruleFor(chains, type) !== null) {
      at.at('upgrade_type').add('duplicate', `two upgrade configs are for ${type}`);
      complete = false;
      return;
    }
    const chain = message.filters.length === 0 ? main : compileChain(message.filters, statPrefix, context, at.at('filters'), filterNames);
    if (chain === null) complete = false;
    else chains.push({ type, enabled: message.enabled ?? true, chain });
  });
  return complete ? { chains, filterNames } : null;
}
