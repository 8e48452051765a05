/** The HTTP filters of a connection manager, compiled: for each method the positions of the filters that have it, in calling order. */
import type { FilterMethod, HttpFilter, HttpFilterFactory } from '../filter.ts';
import type { Route } from '../route.ts';

export interface Phases {
  /** Bits of the positions that are switched off; positions beyond 30 cannot be. */
  readonly disabled: number;
  /** From the client to the upstream; the terminal filter is the last. */
  readonly decodeHeaders: readonly number[];
  readonly decodeData: readonly number[];
  readonly decodeTrailers: readonly number[];
  /** From the upstream to the client; without the terminal filter. */
  readonly encodeInformational: readonly number[];
  readonly encodeHeaders: readonly number[];
  readonly encodeData: readonly number[];
  readonly encodeTrailers: readonly number[];
  readonly aboveHighWatermark: readonly number[];
  readonly belowLowWatermark: readonly number[];
  readonly destroy: readonly number[];
  /** The filters themselves, when none of them keeps state per stream. */
  readonly shared: readonly HttpFilter[] | null;
}

/** In the place of a filter that is switched off. */
const ABSENT: HttpFilter = Object.freeze({});

export class FilterChain {
  readonly factories: readonly HttpFilterFactory[];
  readonly size: number;
  /** Where the filters stand among the names that route tables are compiled for, by position; null: in the same place. */
  private readonly places: readonly number[] | null;
  /** Bits of the filters that are off unless a route switches them on. */
  private readonly offByDefault: number;
  private readonly base: Phases;
  private readonly variants: Map<number, Phases>;

  /** The last factory is the terminal one. */
  constructor(factories: readonly HttpFilterFactory[], offByDefault = 0, places: readonly number[] | null = null) {
    this.factories = factories;
    this.size = factories.length;
    this.places = places;
    this.offByDefault = offByDefault;
    this.base = compilePhases(factories, offByDefault);
    this.variants = new Map([[offByDefault, this.base]]);
  }

  /** The phases for a request on this route. */
  phases(route: Route | null): Phases {
    if (route === null) return this.base;
    const on = route.enabledFilters;
    const off = route.disabledFilters;
    if (on === undefined || off === undefined || (on | off) === 0) return this.base;
    const switchedOn = this.placed(on);
    const switchedOff = this.placed(off);
    if (((switchedOn & this.offByDefault) | switchedOff) === 0) return this.base;
    const disabled = (this.offByDefault & ~switchedOn) | switchedOff;
    let phases = this.variants.get(disabled);
    if (phases === undefined) {
      phases = compilePhases(this.factories, disabled);
      this.variants.set(disabled, phases);
    }
    return phases;
  }

  /** What a route says to the filter at `position`; null when nothing. */
  settingsAt(route: Route, position: number): unknown {
    const place = this.places === null ? position : (this.places[position] ?? -1);
    return place < 0 ? null : (route.filterSettings[place] ?? null);
  }

  /** Bits of places to bits of positions. */
  private placed(bits: number): number {
    const { places } = this;
    if (places === null) return bits;
    let placed = 0;
    for (let i = 0; i < Math.min(places.length, 31); i++) if (isOff(bits, places[i] as number)) placed |= 1 << i;
    return placed;
  }

  /** The filters of one stream, by position. */
  instantiate(phases: Phases): readonly HttpFilter[] {
    if (phases.shared !== null) return phases.shared;
    const { factories } = this;
    const filters: HttpFilter[] = [];
    for (let i = 0; i < factories.length; i++)
      filters.push(isOff(phases.disabled, i) ? ABSENT : (factories[i] as HttpFilterFactory).create());
    return filters;
  }
}

function isOff(disabled: number, position: number): boolean {
  return position < 31 && ((disabled >>> position) & 1) === 1;
}

function compilePhases(factories: readonly HttpFilterFactory[], disabled: number): Phases {
  const positions = factories.map((_, i) => i).filter((i) => !isOff(disabled, i));
  const inward = (method: FilterMethod): number[] => positions.filter((i) => factories[i]?.methods.includes(method));
  const outward = (method: FilterMethod): number[] =>
    inward(method)
      .filter((i) => factories[i]?.terminal === false)
      .reverse();
  return {
    disabled,
    decodeHeaders: inward('decodeHeaders'),
    decodeData: inward('decodeData'),
    decodeTrailers: inward('decodeTrailers'),
    encodeInformational: outward('encodeInformational'),
    encodeHeaders: outward('encodeHeaders'),
    encodeData: outward('encodeData'),
    encodeTrailers: outward('encodeTrailers'),
    aboveHighWatermark: inward('onDownstreamAboveHighWatermark'),
    belowLowWatermark: inward('onDownstreamBelowLowWatermark'),
    destroy: inward('onDestroy'),
    shared: sharedFilters(factories, disabled),
  };
}

/** A factory that gives the same object twice always does. */
function sharedFilters(factories: readonly HttpFilterFactory[], disabled: number): HttpFilter[] | null {
  const filters: HttpFilter[] = [];
  for (const [i, factory] of factories.entries()) {
    const filter = isOff(disabled, i) ? ABSENT : factory.create();
    if (filter !== ABSENT && filter !== factory.create()) return null;
    filters.push(filter);
  }
  return filters;
}
