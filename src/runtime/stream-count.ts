/**
 * How many streams and opaque connections a worker serves now: what a drain waits for. Read from the gauges that the connection
 * managers count anyway, so that nothing is counted twice on the data path.
 */
import type { AnyStatSpec, StatGroup, StatsScope, StatTag } from '../telemetry/stats.ts';

/** Gauges by the room that counts them: requests of HTTP connection managers, connections of the TCP proxy. */
const GAUGES: readonly (readonly [prefix: string, gauge: string])[] = [
  ['http.', 'downstream_rq_active'],
  ['tcp.', 'downstream_cx_active'],
];

interface Counted {
  readonly group: StatGroup;
  readonly slot: number;
  users: number;
}

/** Hands out the groups of another scope and remembers those with such a gauge. */
export class StreamCount implements StatsScope {
  readonly #scope: StatsScope;
  readonly #counted: Counted[] = [];

  constructor(scope: StatsScope) {
    this.#scope = scope;
  }

  group(prefix: string, spec: AnyStatSpec, tags: readonly StatTag[] = []): StatGroup {
    const group = this.#scope.group(prefix, spec, tags);
    const known = this.#counted.find((each) => each.group === group);
    if (known !== undefined) {
      known.users++;
      return group;
    }
    for (const [start, gauge] of GAUGES) {
      const slot = spec.slot[gauge];
      if (slot !== undefined && prefix.startsWith(start)) this.#counted.push({ group, slot, users: 1 });
    }
    return group;
  }

  release(group: StatGroup): void {
    const at = this.#counted.findIndex((each) => each.group === group);
    const known = this.#counted[at];
    if (known !== undefined && --known.users === 0) this.#counted.splice(at, 1);
    this.#scope.release(group);
  }

  get active(): number {
    let sum = 0;
    for (const { group, slot } of this.#counted) sum += group.value(slot);
    return sum;
  }
}
