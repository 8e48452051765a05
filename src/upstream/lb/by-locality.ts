/**
 * Locality weighted balancing (Envoy docs, "Locality weighted load balancing"): a locality in proportion to its weight, less as it lacks
 * healthy hosts, and in it a host as the policy chooses.
 */
import { EXCLUDED, type Host } from '../host.ts';
import { EdfSchedule } from './edf.ts';
import type { HostSource, SourceMaker } from './host-source.ts';
import type { HostSet, LbCommon } from './picker.ts';

/** One way to go, and how often. */
class Place {
  readonly source: HostSource;
  readonly weight: number;

  constructor(source: HostSource, weight: number) {
    this.source = source;
    this.weight = weight;
  }
}

class ByLocality implements HostSource {
  private readonly places: readonly Place[];
  private readonly schedule: EdfSchedule;

  constructor(places: readonly Place[], start: number) {
    this.places = places;
    this.schedule = new EdfSchedule(places.map(({ weight }) => weight));
    for (let skipped = start % places.length; skipped > 0; skipped--) this.next();
  }

  choose(random: number): Host {
    return this.next().source.choose(random);
  }

  private next(): Place {
    const place = this.places[this.schedule.first] as Place;
    this.schedule.defer(place.weight);
    return place;
  }
}

/** Of `hosts`, those of the set that may be used. Where no locality has both hosts and a weight they are one list. */
export function localitySource(hosts: readonly Host[], set: HostSet, common: LbCommon, maker: SourceMaker, start: number): HostSource {
  const all = grouped(set.hosts);
  const places: Place[] = [];
  for (const [key, usable] of grouped(hosts)) {
    const weight = (usable[0] as Host).localityWeight * share(usable, all.get(key) ?? usable, common.overprovisioning);
    if (weight > 0) places.push(new Place(maker.make(usable, start), weight));
  }
  if (places.length === 0) return maker.make(hosts, start);
  return places.length === 1 ? (places[0] as Place).source : new ByLocality(places, start);
}

/** How much of its weight a locality keeps: all of it until it lacks more hosts than `overprovisioning` per cent make good. */
function share(usable: readonly Host[], all: readonly Host[], overprovisioning: number): number {
  let counted = 0;
  for (const host of all) if ((host.health & EXCLUDED) === 0) counted++;
  return counted === 0 ? 0 : Math.min(1, ((overprovisioning / 100) * usable.length) / counted);
}

/** In the order in which localities were named. */
function grouped(hosts: readonly Host[]): ReadonlyMap<string, readonly Host[]> {
  const groups = new Map<string, Host[]>();
  for (const host of hosts) {
    const { region, zone, subZone } = host.locality;
    const key = JSON.stringify([region, zone, subZone]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [host]);
    else group.push(host);
  }
  return groups;
}
