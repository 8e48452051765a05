import type { AcceptedConnection } from '../../src/net/listener-filter.ts';
import type { FilterChainSettings } from './settings.ts';

/** Chooses the filter chain of an accepted connection, or null when there is none for it. */
export interface ChainMatcher {
  match(accepted: AcceptedConnection): FilterChainSettings | null;
  readonly all: readonly FilterChainSettings[];
}

/** The chain without criteria takes every connection; the default chain is for what no other takes. */
export class SingleChain implements ChainMatcher {
  readonly all: readonly FilterChainSettings[];
  private readonly chosen: FilterChainSettings | null;

  constructor(unconditional: FilterChainSettings | null, fallback: FilterChainSettings | null) {
    this.chosen = unconditional ?? fallback;
    this.all = [unconditional, fallback].filter((chain) => chain !== null);
  }

  match(): FilterChainSettings | null {
    return this.chosen;
  }
}
