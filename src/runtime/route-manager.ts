/**
 * Route tables that arrive by name (RDS). A connection manager subscribes when it is compiled and keeps the holder; a table is
 * compiled once for each chain of filters that subscribed to it, and swapped in everywhere or, when it is refused, nowhere.
 */
import { fromBinary, type Message } from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import { Problems } from '../base/errors.ts';
import type { RouteTable, RouteTableHolder } from '../http/route.ts';
import type { InitManager, InitTarget, RouteSource } from '../upstream/factory-context.ts';
import { RESOURCE_TYPES, type Resource } from './contracts.ts';

/** Compiles a table for a chain whose filter at position i has the name `filterNames[i]`. */
export type CompileRoutes = (
  message: Message<'envoy.config.route.v3.RouteConfiguration'>,
  version: string,
  filterNames: readonly string[],
  problems: Problems,
) => RouteTable | null;

class Holder implements RouteTableHolder {
  readonly filterNames: readonly string[];
  current: RouteTable | null = null;
  /** Those who wait for the first table. */
  waiting: InitTarget[] = [];

  constructor(filterNames: readonly string[]) {
    this.filterNames = filterNames;
  }
}

interface Subscription {
  readonly holders: Holder[];
  resource: Resource | null;
}

export class RouteManager implements RouteSource {
  readonly #compile: CompileRoutes;
  readonly #byName = new Map<string, Subscription>();

  constructor(compile: CompileRoutes) {
    this.#compile = compile;
  }

  subscribe(name: string, filterNames: readonly string[], init: InitManager): RouteTableHolder {
    const subscription = this.#of(name);
    const key = filterNames.join('\n');
    let holder = subscription.holders.find((h) => h.filterNames.join('\n') === key);
    if (holder === undefined) {
      holder = new Holder(filterNames);
      subscription.holders.push(holder);
      if (subscription.resource !== null)
        holder.current = this.#compile(decode(subscription.resource), subscription.resource.version, filterNames, new Problems());
    }
    if (holder.current === null) holder.waiting.push(init.wait(`routes ${name}`));
    return holder;
  }

  set(resource: Resource): readonly Problem[] {
    const subscription = this.#of(resource.name);
    const problems = new Problems();
    const message = decode(resource);
    const compiled = subscription.holders.map((holder) => this.#compile(message, resource.version, holder.filterNames, problems));
    if (problems.failed) return problems.list;
    subscription.resource = resource;
    subscription.holders.forEach((holder, i) => {
      holder.current = compiled[i] ?? null;
      const { waiting } = holder;
      holder.waiting = [];
      for (const target of waiting) target.done();
    });
    return [];
  }

  /** Connection managers go on with the table that they have, as Envoy's do. */
  remove(name: string): void {
    const subscription = this.#byName.get(name);
    if (subscription !== undefined) subscription.resource = null;
  }

  #of(name: string): Subscription {
    let subscription = this.#byName.get(name);
    if (subscription === undefined) {
      subscription = { holders: [], resource: null };
      this.#byName.set(name, subscription);
    }
    return subscription;
  }
}

function decode(resource: Resource): Message<'envoy.config.route.v3.RouteConfiguration'> {
  return fromBinary(RESOURCE_TYPES.routes, resource.bytes);
}
