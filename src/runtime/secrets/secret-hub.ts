/**
 * The main thread's half of secrets: watches files and asks servers for what any worker demands, checks it, and delivers the same
 * bytes to every worker that did.
 */
import { create, type Message, toBinary } from '../../api/index.ts';
import type { Clock } from '../../base/clock.ts';
import type { Delays } from '../../base/delays.ts';
import type { Logger } from '../../base/log.ts';
import type { StatGroup, StatsScope } from '../../telemetry/stats.ts';
import { type DiscoverySource, RESOURCE_TYPES, type ResourceOrigin } from '../contracts.ts';
import type { DynamicFields } from '../dynamic-fields.ts';
import type { SecretDelivery, SecretDemand } from './contracts.ts';
import { HubEntry } from './hub-entry.ts';
import type { Environment } from './resolve-secret.ts';
import { FILE_STATS } from './secret-stats.ts';
import { WatchedFiles } from './watched-files.ts';

export interface SecretHubParts {
  readonly clock: Clock;
  readonly delays: Delays;
  readonly log: Logger;
  readonly stats: StatsScope;
  readonly environment: Environment;
  readonly fields: DynamicFields;
  /** The discovery client for a config source that was checked (secrets/check-source.ts). */
  discover(source: Message<'envoy.config.core.v3.ConfigSource'>): DiscoverySource;
}

/** A secret by discovery as `/config_dump` shows it. */
export interface DumpedSecret {
  readonly name: string;
  readonly origin: ResourceOrigin;
  readonly state: 'active' | 'warming';
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastUpdated: number;
  readonly bytes: Uint8Array;
}

/** One worker. */
export interface SecretSubscriber {
  demand(demand: SecretDemand): void;
  release(key: string): void;
  /** The worker is gone. */
  close(): void;
}

export class SecretHub {
  readonly #parts: SecretHubParts;
  readonly #files: WatchedFiles;
  readonly #entries = new Map<string, HubEntry>();
  /** Counts on, whatever comes and goes. */
  #fileStats: StatGroup | null = null;

  constructor(parts: SecretHubParts) {
    this.#parts = parts;
    this.#files = new WatchedFiles(parts.delays);
  }

  /** `deliver` may be called before `demand` returns. */
  subscriber(deliver: (delivery: SecretDelivery) => void): SecretSubscriber {
    const held = new Set<string>();
    const release = (key: string): void => {
      if (!held.delete(key)) return;
      const entry = this.#entries.get(key);
      if (entry?.leave(deliver) !== 0) return;
      this.#entries.delete(key);
      entry.close();
    };
    return {
      demand: (demand) => {
        if (held.has(demand.key)) return;
        held.add(demand.key);
        const known = this.#entries.get(demand.key);
        if (known !== undefined) {
          known.join(deliver);
          return;
        }
        const entry = new HubEntry(demand, this.#parts, this.#files, () => this.#ownFileStats());
        this.#entries.set(demand.key, entry);
        entry.join(deliver);
        entry.start();
      },
      release,
      close: () => {
        for (const key of [...held]) release(key);
      },
    };
  }

  /** What came by discovery, or is waited for. */
  secrets(): readonly DumpedSecret[] {
    return [...this.#entries.values()].flatMap(({ demand, origin, version, lastUpdated, bytes }): DumpedSecret[] => {
      if (demand.kind === 'files') return [];
      const { name } = demand;
      if (bytes !== null) return [{ name, origin, state: 'active', version, lastUpdated, bytes }];
      const empty = toBinary(create(RESOURCE_TYPES.secret, { name }));
      return [{ name, origin, state: 'warming', version: 'uninitialized', lastUpdated, bytes: empty }];
    });
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.close();
    this.#entries.clear();
  }

  #ownFileStats(): StatGroup {
    this.#fileStats ??= this.#parts.stats.group('secrets.', FILE_STATS);
    return this.#fileStats;
  }
}
