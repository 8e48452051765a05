/**
 * What a worker tells the main thread about its slots. Structured-clonable; the memory itself is shared, so each thing is
 * told once and values are never sent. Order matters: a description may refer to what an earlier one of the same worker introduced.
 */
import type { StatTag } from './stats.ts';

/** Content of a slot that nobody wrote. An ordinary number after the first write, even when that is 0; a sum of unused slots is unused. */
export const UNUSED = -0;

export function isUsed(value: number): boolean {
  return !Object.is(value, UNUSED);
}

export type StatsDescription =
  /** New memory; chunks count from 0. */
  | { readonly kind: 'chunk'; readonly memory: SharedArrayBuffer }
  /** Names of a spec; specs count from 0. A group of it is one block: counters, then gauges. */
  | {
      readonly kind: 'spec';
      readonly counters: readonly string[];
      readonly gauges: readonly string[];
      readonly histograms: readonly string[];
      readonly replicated: readonly string[];
    }
  /** `group` is the owner number in the block; values start at `base`. */
  | {
      readonly kind: 'group';
      readonly group: number;
      readonly spec: number;
      readonly prefix: string;
      readonly tags: readonly StatTag[];
      readonly chunk: number;
      readonly base: number;
    }
  /** A counter that was named while serving: a block of one. */
  | { readonly kind: 'dynamic'; readonly group: number; readonly name: string; readonly chunk: number; readonly base: number }
  /** A block of bins: one decade of a histogram (histogram-bins.ts). */
  | {
      readonly kind: 'bins';
      readonly group: number;
      readonly histogram: number;
      readonly decade: number;
      readonly chunk: number;
      readonly base: number;
    }
  /** The group is gone and its blocks will be given to others. */
  | { readonly kind: 'release'; readonly group: number };
