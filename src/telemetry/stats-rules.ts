/** What `stats_config` of a bootstrap says about stats: which exist, which tags they have, how histograms are cut. */
import { BUCKETS } from './histogram-summary.ts';
import { BUILT_IN_RULES, type TagRule } from './tag-rules.ts';

/** `histogram_bucket_settings`: bounds for the histograms that it names. */
export interface BucketRule {
  matches(name: string): boolean;
  /** Ascending. */
  readonly bounds: readonly number[];
}

export interface StatsRules {
  /** In the order of the labels. */
  readonly tags: readonly TagRule[];
  /** The built-in rules find what they find without these: names that differ only in the value of a tag may be worked out together. */
  readonly alike: boolean;
  /** By full name; null: all stats exist. */
  readonly rejects: ((name: string) => boolean) | null;
  /** The first that matches wins. */
  readonly buckets: readonly BucketRule[];
}

export const DEFAULT_STATS_RULES: StatsRules = { tags: BUILT_IN_RULES, alike: true, rejects: null, buckets: [] };

/** Bounds of the buckets of a histogram. */
export function boundsOf(rules: StatsRules, name: string): readonly number[] {
  for (const rule of rules.buckets) if (rule.matches(name)) return rule.bounds;
  return BUCKETS;
}
