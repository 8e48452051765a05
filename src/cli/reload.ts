/**
 * `--watch`: a changed file is checked whole, then applied as what differs from the last good one. A file with mistakes, or one that
 * the system refuses (a port in use), changes nothing. Listeners that stay keep their sockets and connections; those that change hand
 * their socket over and drain.
 */
import { equals, type Message } from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type PlacedResource, placeProblems, resourcesOf } from '../runtime/bootstrap.ts';
import type { ResourceUpdate, Runtime } from '../runtime/contracts.ts';
import type { Configuration } from './configuration.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;

/** A configuration that can be read and compiled, or the report of why not. */
export type Candidate = { readonly configuration: Configuration } | { readonly report: string };

export interface ReloaderParts {
  readonly runtime: Pick<Runtime, 'apply'>;
  readonly log: Logger;
  /** As the log names what is read. */
  readonly name: string;
  /** What serves now. */
  readonly bootstrap: Bootstrap;
  read(): Promise<Candidate>;
}

export type ReloadOutcome = 'applied' | 'unchanged' | 'refused';

export class Reloader {
  readonly #parts: ReloaderParts;
  #bootstrap: Bootstrap;
  #placed: readonly PlacedResource[];
  #running: Promise<ReloadOutcome> | null = null;
  #again = false;

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
    this.#bootstrap = parts.bootstrap;
    this.#placed = resourcesOf(parts.bootstrap).resources;
  }

  /** Resolves when what stands in the file now is applied or refused. What comes meanwhile is one reload more. */
  reload(): Promise<ReloadOutcome> {
    if (this.#running !== null) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#untilCurrent().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #untilCurrent(): Promise<ReloadOutcome> {
    let outcome: ReloadOutcome;
    do {
      this.#again = false;
      outcome = await this.#once();
    } while (this.#again);
    return outcome;
  }

  async #once(): Promise<ReloadOutcome> {
    const { log, name, runtime } = this.#parts;
    const started = performance.now();
    const candidate = await this.#parts.read();
    if ('report' in candidate) {
      log.error(`${name}: keeps the last good configuration; the new one has mistakes\n${candidate.report}`);
      return 'refused';
    }
    const { bootstrap } = candidate.configuration;
    const placed = resourcesOf(bootstrap).resources;
    const update = difference(this.#placed, placed);
    const fixed = fixedParts(this.#bootstrap, bootstrap);
    if (fixed.length > 0) log.warning(`${name}: changes of ${fixed.join(', ')} take effect at the next start`);
    if (update.set.length + update.remove.length === 0) return 'unchanged';
    const results = await runtime.apply(update);
    const problems = results.flatMap((result): readonly Problem[] =>
      result.accepted ? [] : placeProblems(result.problems, placed.find(({ resource }) => resource === result.resource)?.path ?? ''),
    );
    if (problems.length > 0) {
      await runtime.apply(difference(placed, this.#placed));
      log.error(`${name}: keeps the last good configuration; the new one cannot be applied\n${candidate.configuration.render(problems)}`);
      return 'refused';
    }
    this.#bootstrap = bootstrap;
    this.#placed = placed;
    log.info(`${name}: ${summary(update)} in ${Math.round(performance.now() - started)} ms`);
    return 'applied';
  }
}

/** What turns the first into the second. */
export function difference(from: readonly PlacedResource[], to: readonly PlacedResource[]): ResourceUpdate {
  const before = new Map(from.map(({ resource }) => [keyOf(resource), resource]));
  const after = new Set(to.map(({ resource }) => keyOf(resource)));
  const set = to
    .map(({ resource }) => resource)
    .filter((resource) => {
      const known = before.get(keyOf(resource));
      return known === undefined || Buffer.compare(known.bytes, resource.bytes) !== 0;
    });
  const remove = from.flatMap(({ resource }) => (after.has(keyOf(resource)) ? [] : [{ type: resource.type, name: resource.name }]));
  return { origin: 'static', set, remove };
}

/** Parts of a bootstrap that are read once, at the start. */
function fixedParts(before: Bootstrap, after: Bootstrap): string[] {
  const parts = [
    ['node', before.node, after.node],
    ['admin', before.admin, after.admin],
    ['layered_runtime', before.layeredRuntime, after.layeredRuntime],
    ['overload_manager', before.overloadManager, after.overloadManager],
    ['stats_config', before.statsConfig, after.statsConfig],
    ['cluster_manager', before.clusterManager, after.clusterManager],
    ['dns_resolution_config', before.dnsResolutionConfig, after.dnsResolutionConfig],
    ['typed_dns_resolver_config', before.typedDnsResolverConfig, after.typedDnsResolverConfig],
    ['stats_flush_interval', before.statsFlushInterval, after.statsFlushInterval],
  ] as const;
  return parts.flatMap(([name, a, b]) => (a === b || (a !== undefined && b !== undefined && equals(a, b)) ? [] : name));
}

function summary({ set, remove }: ResourceUpdate): string {
  const names = [...set.map(({ type, name }) => word(type, name)), ...remove.map(({ type, name }) => `without ${word(type, name)}`)];
  const shown = names.slice(0, 5).join(', ');
  return `applied ${names.length > 5 ? `${shown} and ${names.length - 5} more` : shown}`;
}

function word(type: string, name: string): string {
  return `${type.slice(type.lastIndexOf('.') + 1).toLowerCase()} ${name}`;
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}/${name}`;
}
