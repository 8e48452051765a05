/** envoy.config.listener.v3.FilterChainMatch → Criteria. */
import { type Message, toJson } from '../../src/api/index.ts';
import type { Problems } from '../../src/base/errors.ts';
import { type Prefix, prefixOf } from '../../src/base/prefix-table.ts';
import type { Criteria, SourceType } from './chain-match.ts';

type FilterChain = Message<'envoy.config.listener.v3.FilterChain'>;
type CidrRange = Message<'envoy.config.core.v3.CidrRange'>;

/** Every connection. */
export const ALL: Criteria = Object.freeze({
  destinationPort: 0,
  prefixes: [],
  serverNames: [],
  transportProtocol: '',
  applicationProtocols: [],
  directSourcePrefixes: [],
  sourceType: 0,
  sourcePrefixes: [],
  sourcePorts: [],
});

/** What is wrong is added to `problems`, which stands at the chain; the words are Envoy's. */
export function compileCriteria({ name, filterChainMatch: match }: FilterChain, problems: Problems): Criteria {
  if (match === undefined) return ALL;
  const at = problems.at('filter_chain_match');
  if (match.addressSuffix !== '' || match.suffixLen !== undefined) {
    at.at(match.addressSuffix === '' ? 'suffix_len' : 'address_suffix').add(
      'unsupported',
      `filter chain '${name}' contains unimplemented fields`,
      'use prefix_ranges',
    );
  }
  const criteria: Criteria = {
    destinationPort: match.destinationPort ?? 0,
    prefixes: prefixesOf(match.prefixRanges, at.at('prefix_ranges')),
    serverNames: match.serverNames.map((each, i) => serverNameOf(each, at.at('server_names').at(i))),
    transportProtocol: match.transportProtocol,
    applicationProtocols: match.applicationProtocols,
    directSourcePrefixes: prefixesOf(match.directSourcePrefixRanges, at.at('direct_source_prefix_ranges')),
    sourceType: match.sourceType as SourceType,
    sourcePrefixes: prefixesOf(match.sourcePrefixRanges, at.at('source_prefix_ranges')),
    sourcePorts: match.sourcePorts,
  };
  return asksForNothing(criteria) ? ALL : criteria;
}

/** Whole chains that ask for the same; those that only share a place are found when the table is made. */
export function checkDuplicates(chains: readonly FilterChain[], problems: Problems): void {
  const seen = new Map<string, FilterChain>();
  for (const [i, chain] of chains.entries()) {
    const match = chain.filterChainMatch;
    const text = match === undefined ? '{}' : JSON.stringify(toJson(match));
    const other = seen.get(text);
    if (other === undefined) {
      seen.set(text, chain);
      continue;
    }
    problems
      .at(i)
      .add(
        'duplicate',
        `filter chain '${chain.name}' has the same matching rules defined as '${other.name}'. duplicate matcher is: ${text}`,
      );
  }
}

/** A prefix of an address without `prefix_len` has no bits. */
function prefixesOf(ranges: readonly CidrRange[], problems: Problems): readonly Prefix[] {
  return ranges.flatMap(({ addressPrefix, prefixLen }, i) => {
    const prefix = prefixOf(addressPrefix, prefixLen ?? 0);
    if (prefix === null) problems.at(i).add('bad_value', `malformed IP address: ${addressPrefix}`);
    return prefix === null ? [] : [prefix];
  });
}

function serverNameOf(name: string, problems: Problems): string {
  const wildcard = name.startsWith('*.');
  if (name.includes('*') && !wildcard) problems.add('bad_value', 'partial wildcards are not supported in "server_names"');
  return (wildcard ? name.slice(1) : name).toLowerCase();
}

function asksForNothing(criteria: Criteria): boolean {
  return Object.values(criteria).every((each) => (Array.isArray(each) ? each.length === 0 : !each));
}
