/**
 * Blocks of Float64 slots in shared chunks: one writing thread, any number of readers.
 *
 * The first slot of a block holds the number of its owner. A reader compares it, so that it never takes the values of a new
 * owner for those of the one that it was told about.
 */
import { UNUSED } from './description.ts';

/** 64 KiB: a thousand clusters of a hundred counters are a dozen chunks. */
const CHUNK_SLOTS = 8192;

/** Blocks of one size that are kept aside before one is used again: a stream that outlived its owner then counts into nothing. */
const QUARANTINE = 32;

/** Where a block lies: values are `slots[base + i]`, the owner is `slots[base - 1]`. */
export interface Block {
  readonly slots: Float64Array;
  readonly chunk: number;
  readonly base: number;
  /** Values in the block. */
  readonly size: number;
}

export class SlotMemory {
  readonly #onChunk: (memory: SharedArrayBuffer) => void;
  #chunks = 0;
  #current: Float64Array | null = null;
  #used = 0;
  readonly #free = new Map<number, Block[]>();

  constructor(onChunk: (memory: SharedArrayBuffer) => void) {
    this.#onChunk = onChunk;
  }

  /** A block whose values are all `UNUSED`. */
  take(size: number, owner: number): Block {
    const free = this.#free.get(size);
    const block = (free !== undefined && free.length > QUARANTINE ? free.shift() : undefined) ?? this.#carve(size);
    block.slots.fill(UNUSED, block.base, block.base + size);
    block.slots[block.base - 1] = owner;
    return block;
  }

  /** Gives a block back: readers see at once that it has no owner. */
  give(block: Block): void {
    block.slots[block.base - 1] = 0;
    const same = this.#free.get(block.size);
    if (same === undefined) this.#free.set(block.size, [block]);
    else same.push(block);
  }

  #carve(size: number): Block {
    const needed = size + 1;
    if (this.#current === null || this.#used + needed > this.#current.length) {
      const memory = new SharedArrayBuffer(8 * Math.max(CHUNK_SLOTS, needed));
      this.#current = new Float64Array(memory);
      this.#used = 0;
      this.#chunks++;
      this.#onChunk(memory);
    }
    const block = { slots: this.#current, chunk: this.#chunks - 1, base: this.#used + 1, size };
    this.#used += needed;
    return block;
  }
}
