import type { StatGroup } from '../../../src/telemetry/stats.ts';
import { statSpec } from '../../../src/telemetry/stats.ts';
import { FilterStateKey } from '../../../src/telemetry/stream-info.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import { type MethodName, type MethodStats, MethodTable, methodOf, pathOnly } from '../../common/grpc/method-stats.ts';

/** Milliseconds from the last byte to the upstream to the last one from it; under the prefix of a method. */
export const TIME_STATS = statSpec({ histograms: ['upstream_rq_time'] });

/** Messages of one stream. */
export interface MessageCounts {
  requests: number;
  responses: number;
}

/** As the JSON form of envoy.extensions.filters.http.grpc_stats.v3.FilterObject: 64-bit numbers are text, zeros are left out. */
function json({ requests, responses }: MessageCounts): string {
  const fields: string[] = [];
  if (requests > 0) fields.push(`"requestMessageCount":"${requests}"`);
  if (responses > 0) fields.push(`"responseMessageCount":"${responses}"`);
  return `{${fields.join(',')}}`;
}

export const MESSAGE_COUNTS = new FilterStateKey<MessageCounts>(
  'envoy.filters.http.grpc_stats',
  (counts) => `${counts.requests},${counts.responses}`,
  json,
);

export interface GrpcStatsOptions {
  readonly emitFilterState: boolean;
  readonly allMethods: boolean;
  /** `/service/method` of those that get counters of their own. */
  readonly allowed: ReadonlySet<string>;
  readonly upstreamStats: boolean;
  readonly replaceDots: boolean;
}

/** Where a cluster's histograms are made. */
export type TimeStats = (cluster: Cluster, prefix: string) => StatGroup;

/** One per chain and worker. */
export class GrpcStatsSettings {
  readonly options: GrpcStatsOptions;
  private readonly methods: MethodTable;
  private readonly openTimes: TimeStats;
  private readonly times: WeakMap<MethodStats, StatGroup>;

  constructor(options: GrpcStatsOptions, openTimes: TimeStats) {
    this.options = options;
    this.methods = new MethodTable('grpc');
    this.openTimes = openTimes;
    this.times = new WeakMap();
  }

  /** Counters of the method that a path names; null when it names none. */
  statsOf(cluster: Cluster, path: string): MethodStats | null {
    const { allMethods, allowed, replaceDots } = this.options;
    const name = methodOf(path);
    if (name === null) return null;
    const methods = this.methods.of(cluster);
    if (!allMethods && !allowed.has(keyOf(name))) return methods.common;
    return methods.of(pathOnly(path), name, allMethods && replaceDots);
  }

  recordTime(cluster: Cluster, stats: MethodStats, ms: number): void {
    let group = this.times.get(stats);
    if (group === undefined) {
      group = this.openTimes(cluster, stats.prefix);
      this.times.set(stats, group);
    }
    group.record(TIME_STATS.histogram.upstream_rq_time, ms);
  }
}

export function keyOf(name: MethodName): string {
  return `/${name.service}/${name.method}`;
}
