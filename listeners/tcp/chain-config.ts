import { type Message, milliseconds, refuseOthers } from '../../src/api/index.ts';
import type { NetworkFilterFactory } from '../../src/net/filter.ts';
import type { DownstreamTransportSocketFactory } from '../../src/net/transport-socket.ts';
import type { DownstreamTransportSocketDefinition, NetworkFilterDefinition } from '../../src/upstream/factory-context.ts';
import { ALL, checkDuplicates, compileCriteria } from './chain-criteria.ts';
import { type ChainMatcher, ChainTable, type Criteria, SingleChain } from './chain-match.ts';
import type { InsideListener } from './listener-context.ts';
import { openExtension } from './open-extension.ts';
import type { FilterChainSettings } from './settings.ts';

type Listener = Message<'envoy.config.listener.v3.Listener'>;
type FilterChain = Message<'envoy.config.listener.v3.FilterChain'>;

const CHAIN = new Set(['filter_chain_match', 'filters', 'metadata', 'name', 'transport_socket', 'transport_socket_connect_timeout']);
const RAW_BUFFER = 'envoy.transport_sockets.raw_buffer';

/** Null after a problem. */
export function compileChains(message: Listener, context: InsideListener): ChainMatcher | null {
  const at = context.problems.at('filter_chains');
  if (message.filterChains.length === 0 && message.defaultFilterChain === undefined) {
    context.problems.add('missing', 'no filter chains specified', 'add filter_chains or a default_filter_chain');
    return null;
  }
  const chains = message.filterChains.map((chain, i) => compileChain(chain, context.at(at.at(i))));
  const criteria = message.filterChains.map((chain, i) => compileCriteria(chain, at.at(i)));
  checkDuplicates(message.filterChains, at);
  const fallback =
    message.defaultFilterChain === undefined
      ? null
      : compileChain(message.defaultFilterChain, context.at(context.problems.at('default_filter_chain')));
  if (context.problems.failed) return null;
  const only = criteria.length === 1 ? criteria[0] : undefined;
  if (chains.length === 0 || (only !== undefined && only === ALL)) return new SingleChain(chains[0] ?? null, fallback);
  const table = new ChainTable(chains as FilterChainSettings[], fallback);
  for (const [i, each] of criteria.entries()) {
    if (table.add(each as Criteria, chains[i] as FilterChainSettings)) continue;
    at.at(i).at('filter_chain_match').add('duplicate', 'multiple filter chains with overlapping matching rules are defined');
    return null;
  }
  return table;
}

function compileChain(chain: FilterChain, context: InsideListener): FilterChainSettings | null {
  const { problems } = context;
  const hints = { use_proxy_proto: 'use the listener filter envoy.filters.listener.proxy_protocol' };
  refuseOthers(chain, CHAIN, problems, chain.useProxyProto === false ? {} : hints);
  const transport = compileTransport(chain.transportSocket, context.at(problems.at('transport_socket')));
  const filters = compileFilters(chain.filters, context);
  if (transport === null) return null;
  return {
    name: chain.name,
    metadata: chain.metadata?.filterMetadata ?? null,
    transport,
    transportTimeoutMs: milliseconds(chain.transportSocketConnectTimeout) ?? 0,
    filters,
  };
}

function compileTransport(
  message: Message<'envoy.config.core.v3.TransportSocket'> | undefined,
  context: InsideListener,
): DownstreamTransportSocketFactory | null {
  const name = message?.name ?? RAW_BUFFER;
  const named = openExtension(context.registry, 'downstream_transport_socket', name, message?.configType.value, context.problems);
  if (named === null) return null;
  const definition = named.definition as DownstreamTransportSocketDefinition;
  return definition.compile(named.message as never, context.at(context.problems.at('typed_config')));
}

function compileFilters(messages: FilterChain['filters'], context: InsideListener): readonly NetworkFilterFactory[] {
  const list = context.problems.at('filters');
  const factories: NetworkFilterFactory[] = [];
  messages.forEach((filter, i) => {
    const at = list.at(i);
    if (filter.configType.case === 'configDiscovery') {
      at.at('config_discovery').add('unsupported', 'network filters by discovery are not supported', 'use typed_config');
      return;
    }
    const named = openExtension(context.registry, 'network_filter', filter.name, filter.configType.value, at);
    if (named === null) return;
    const definition = named.definition as NetworkFilterDefinition;
    const factory = definition.compile(named.message as never, context.at(at.at('typed_config')));
    if (factory === null) return;
    const last = i === messages.length - 1;
    if (factory.terminal && !last) {
      at.add('bad_value', `terminal filter ${filter.name} must be the last filter in a network filter chain`);
    } else if (!factory.terminal && last) {
      at.add('bad_value', `non-terminal filter ${filter.name} is the last filter in a network filter chain`);
    }
    factories.push(factory);
  });
  return factories;
}
