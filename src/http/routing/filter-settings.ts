/** `typed_per_filter_config` of the levels of a route, merged to one array by position in the chain: the nearest level wins. */
import type { Any } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { FILTER_DISABLED, FILTER_ENABLED, type RouteContext } from './context.ts';

/** Most filters of a chain that can be switched per route: positions are bits. */
export const SWITCHABLE_FILTERS = 31;

export interface FilterSettings {
  /** By position; null where nothing is said. */
  readonly byPosition: readonly unknown[];
  /** Bits of positions. */
  readonly enabled: number;
  readonly disabled: number;
}

/** What one level says, by position; empty when nothing. */
export type FilterLevel = ReadonlyMap<number, unknown>;

const SILENT: FilterLevel = new Map();
const NOTHING = new Map<number, FilterSettings>();

export function compileFilterLevel(configs: { readonly [key: string]: Any }, context: RouteContext, problems: Problems): FilterLevel {
  const names = Object.keys(configs);
  if (names.length === 0) return SILENT;
  const level = new Map<number, unknown>();
  for (const name of names) {
    const at = problems.at(`typed_per_filter_config[${JSON.stringify(name)}]`);
    const position = context.filterNames.indexOf(name);
    const settings = context.filterSettings(configs[name] as Any, name, position, at);
    if (settings === undefined || position < 0) continue;
    if (position >= SWITCHABLE_FILTERS && (settings === FILTER_DISABLED || settings === FILTER_ENABLED)) {
      at.add('unsupported', `only the first ${SWITCHABLE_FILTERS} filters of a chain can be switched per route`);
    }
    level.set(position, settings);
  }
  return level;
}

/** `levels` from the farthest (route configuration) to the nearest (weighted cluster). */
export function mergeFilterLevels(size: number, levels: readonly FilterLevel[]): FilterSettings {
  if (levels.every((level) => level.size === 0)) return nothing(size);
  const byPosition: unknown[] = new Array(size).fill(null);
  let enabled = 0;
  let disabled = 0;
  for (const level of levels) {
    for (const [position, settings] of level) {
      const bit = position < SWITCHABLE_FILTERS ? 1 << position : 0;
      const off = settings === FILTER_DISABLED;
      enabled = off ? enabled & ~bit : enabled | bit;
      disabled = off ? disabled | bit : disabled & ~bit;
      byPosition[position] = off || settings === FILTER_ENABLED ? null : settings;
    }
  }
  return { byPosition, enabled, disabled };
}

function nothing(size: number): FilterSettings {
  let shared = NOTHING.get(size);
  if (shared === undefined) {
    shared = { byPosition: new Array(size).fill(null), enabled: 0, disabled: 0 };
    NOTHING.set(size, shared);
  }
  return shared;
}
