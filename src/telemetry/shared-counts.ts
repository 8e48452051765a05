/**
 * Counts that all workers share, found by key without a message: an open-addressing table in shared memory whose slots are
 * claimed by compare-and-swap. Keys are never removed; a cluster that comes back finds its counts again.
 *
 *     [0] bytes of keys in use   [1] workers
 *     slot i:  key reference (0: free), count
 *     held:    for each worker and slot, how much of the count that worker holds (written by that worker alone)
 *     keys:    length in bytes, then UTF-8, padded to 4 bytes
 *
 * A key is written before the slot that points to it is claimed, so whoever sees the reference sees the key. The loser of a
 * race for a slot compares with the winner's key and goes on.
 */
import type { SharedCount, SharedCounts } from './stats.ts';

/** Eight counts for each of 8,000 clusters. Memory that is never touched is never committed. */
const SLOTS = 65536;
const KEY_BYTES = 4 << 20;

const HEADER_INTS = 2;
const KEYS_USED = 0;
const WORKERS = 1;

/** Memory for a proxy of so many workers; with one it need not be shared. */
export function sharedCountsMemory(workers: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(4 * (HEADER_INTS + 2 * SLOTS + workers * SLOTS) + KEY_BYTES);
  new Int32Array(memory)[WORKERS] = workers;
  return memory;
}

class TableCount implements SharedCount {
  readonly ints: Int32Array;
  readonly at: number;
  readonly held: number;

  constructor(ints: Int32Array, at: number, held: number) {
    this.ints = ints;
    this.at = at;
    this.held = held;
  }

  tryAcquire(limit: number): boolean {
    const ints = this.ints;
    let seen = Atomics.load(ints, this.at);
    while (seen < limit) {
      const before = Atomics.compareExchange(ints, this.at, seen, seen + 1);
      if (before === seen) {
        (ints[this.held] as number)++;
        return true;
      }
      seen = before;
    }
    return false;
  }

  release(): void {
    (this.ints[this.held] as number)--;
    Atomics.sub(this.ints, this.at, 1);
  }

  get value(): number {
    return Atomics.load(this.ints, this.at);
  }
}

/** One worker's access to the table. */
export class SharedCountTable implements SharedCounts {
  readonly #ints: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #worker: number;
  readonly #workers: number;
  readonly #keysAt: number;
  readonly #open = new Map<string, SharedCount>();

  constructor(memory: SharedArrayBuffer, worker: number) {
    this.#ints = new Int32Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#worker = worker;
    this.#workers = this.#ints[WORKERS] as number;
    this.#keysAt = 4 * (HEADER_INTS + (2 + this.#workers) * SLOTS);
  }

  /**
   * Configuration time. When the table is full (65,536 keys, or 4 MiB of them) a new key gets a count of this worker's own:
   * limits then hold per worker for that key, which is better than no limit and better than none of the traffic.
   */
  open(key: string): SharedCount {
    let count = this.#open.get(key);
    if (count === undefined) {
      count = this.#find(Buffer.from(key)) ?? new TableCount(new Int32Array(2), 0, 1);
      this.#open.set(key, count);
    }
    return count;
  }

  /** Takes back what a worker held when it died. Called by another thread, after the worker is gone and before its successor starts. */
  reclaim(worker: number): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = this.#heldAt(worker, slot);
      const held = this.#ints[at] as number;
      if (held === 0) continue;
      Atomics.sub(this.#ints, HEADER_INTS + 2 * slot + 1, held);
      this.#ints[at] = 0;
    }
  }

  #find(key: Buffer): SharedCount | null {
    const ints = this.#ints;
    let mine = 0;
    let slot = hash(key) & (SLOTS - 1);
    for (let probes = 0; probes < SLOTS; probes++) {
      const at = HEADER_INTS + 2 * slot;
      let reference = Atomics.load(ints, at);
      if (reference === 0) {
        if (mine === 0) mine = this.#store(key);
        if (mine === 0) return null;
        reference = Atomics.compareExchange(ints, at, 0, mine);
        if (reference === 0) reference = mine;
      }
      if (reference === mine || this.#matches(reference, key)) return new TableCount(ints, at + 1, this.#heldAt(this.#worker, slot));
      slot = (slot + 1) & (SLOTS - 1);
    }
    return null;
  }

  #heldAt(worker: number, slot: number): number {
    return HEADER_INTS + (2 + worker) * SLOTS + slot;
  }

  /** Byte offset of the stored key, 0 when there is no room. */
  #store(key: Buffer): number {
    const size = 4 + ((key.length + 3) & ~3);
    const start = Atomics.add(this.#ints, KEYS_USED, size);
    if (start + size > KEY_BYTES) {
      Atomics.sub(this.#ints, KEYS_USED, size);
      return 0;
    }
    const at = this.#keysAt + start;
    this.#ints[at >> 2] = key.length;
    this.#bytes.set(key, at + 4);
    return at;
  }

  #matches(reference: number, key: Buffer): boolean {
    if (this.#ints[reference >> 2] !== key.length) return false;
    for (let i = 0; i < key.length; i++) if (this.#bytes[reference + 4 + i] !== key[i]) return false;
    return true;
  }
}

/** FNV-1a, 32 bits. */
function hash(bytes: Uint8Array): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ (bytes[i] as number), 0x01000193);
  return h >>> 0;
}

/** Counts for a proxy with one worker. */
export function createSharedCounts(): SharedCounts {
  return new SharedCountTable(sharedCountsMemory(1), 0);
}
