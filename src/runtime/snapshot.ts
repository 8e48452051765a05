/**
 * What was applied and is alive, by type and name, in the order in which it came. A snapshot is never edited: every accepted
 * update makes a new one, and whoever holds the old one (a dump that is being written, a worker that is being brought up)
 * finishes with it.
 */
import type { Resource, ResourceOrigin, ResourceType } from './contracts.ts';

export interface Applied {
  readonly resource: Resource;
  readonly origin: ResourceOrigin;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export interface Standing {
  /** What serves now; null while the first version warms. */
  readonly active: Applied | null;
  /** What will replace it. */
  readonly warming: Applied | null;
}

export class Snapshot {
  static readonly EMPTY = new Snapshot(new Map());
  readonly #standing: ReadonlyMap<string, Standing>;

  private constructor(standing: ReadonlyMap<string, Standing>) {
    this.#standing = standing;
  }

  find(type: ResourceType, name: string): Standing | undefined {
    return this.#standing.get(keyOf(type, name));
  }

  get all(): readonly Standing[] {
    return [...this.#standing.values()];
  }

  /** The newest accepted version of everything: what a new worker is given. */
  get latest(): readonly Applied[] {
    return this.all.flatMap(({ active, warming }) => warming ?? active ?? []);
  }

  /** Each stands as warming beside what is active, until `settle`. */
  with(accepted: readonly Applied[]): Snapshot {
    return this.#changed((map) => {
      for (const applied of accepted) {
        const key = keyOf(applied.resource.type, applied.resource.name);
        map.set(key, { active: map.get(key)?.active ?? null, warming: applied });
      }
    });
  }

  without(type: ResourceType, name: string): Snapshot {
    const key = keyOf(type, name);
    return this.#standing.has(key) ? this.#changed((map) => map.delete(key)) : this;
  }

  /** It was accepted and failed later: what was active stays. */
  withoutWarming(type: ResourceType, name: string): Snapshot {
    const key = keyOf(type, name);
    const standing = this.#standing.get(key);
    if (standing === undefined) return this;
    if (standing.active === null) return this.without(type, name);
    return this.#changed((map) => map.set(key, { active: standing.active, warming: null }));
  }

  /** Everything that no longer warms anywhere becomes active. */
  settle(warms: (type: ResourceType, name: string) => boolean): Snapshot {
    const done = [...this.#standing].filter(([, { warming }]) => warming !== null && !warms(warming.resource.type, warming.resource.name));
    if (done.length === 0) return this;
    return this.#changed((map) => {
      for (const [key, { warming }] of done) map.set(key, { active: warming, warming: null });
    });
  }

  count(type: ResourceType, state: keyof Standing): number {
    let n = 0;
    for (const standing of this.#standing.values()) if (standing[state]?.resource.type === type) n++;
    return n;
  }

  #changed(change: (map: Map<string, Standing>) => void): Snapshot {
    const map = new Map(this.#standing);
    change(map);
    return new Snapshot(map);
  }
}

function keyOf(type: ResourceType, name: string): string {
  return `${type}/${name}`;
}
