/**
 * What waits for a sink that may be slow or away (log and trace services): a ring of a fixed number of entries. Who adds never
 * waits; what finds no room is dropped and counted.
 */
import type { StatGroup } from './stats.ts';

export class BoundedQueue<T> {
  readonly capacity: number;
  readonly #stats: StatGroup;
  readonly #dropped: number;
  readonly #ring: (T | undefined)[];
  #head = 0;
  #size = 0;

  /** `dropped`: the slot of `stats` that counts what found no room. */
  constructor(capacity: number, stats: StatGroup, dropped: number) {
    this.capacity = capacity;
    this.#stats = stats;
    this.#dropped = dropped;
    this.#ring = new Array<T | undefined>(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** False when the entry was dropped. */
  push(entry: T): boolean {
    if (this.#size === this.capacity) {
      this.#stats.inc(this.#dropped);
      return false;
    }
    this.#ring[(this.#head + this.#size) % this.capacity] = entry;
    this.#size++;
    return true;
  }

  /** The oldest entry, undefined when there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const entry = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.capacity;
    this.#size--;
    return entry;
  }

  /** Takes up to `max` of the oldest entries, in order: a batch to send. */
  take(max: number): T[] {
    const batch: T[] = [];
    while (batch.length < max && this.#size > 0) batch.push(this.shift() as T);
    return batch;
  }

  /** Drops everything; a sink that is gone for good. */
  clear(): void {
    this.#stats.add(this.#dropped, this.#size);
    this.#ring.fill(undefined);
    this.#head = 0;
    this.#size = 0;
  }
}
