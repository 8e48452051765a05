import type { DiscoveryWatcher, ResourceType } from '../runtime/contracts.ts';

/** What one stream knows of one type of resource. */
export class TypeState {
  readonly type: ResourceType;
  readonly watchers = new Map<string, Set<DiscoveryWatcher>>();
  /** Of the last answer that was accepted; kept over reconnects, so that the server may skip what is known. */
  version = '';
  /** Of the last answer on this connection, '' before one. */
  nonce = '';

  constructor(type: ResourceType) {
    this.type = type;
  }

  get names(): string[] {
    return [...this.watchers.keys()];
  }

  /** True when nobody watched that name before. */
  add(name: string, watcher: DiscoveryWatcher): boolean {
    const known = this.watchers.get(name);
    if (known !== undefined) {
      known.add(watcher);
      return false;
    }
    this.watchers.set(name, new Set([watcher]));
    return true;
  }

  /** True when nobody watches that name any more. */
  remove(name: string, watcher: DiscoveryWatcher): boolean {
    const known = this.watchers.get(name);
    if (known === undefined || !known.delete(watcher) || known.size > 0) return false;
    return this.watchers.delete(name);
  }

  *all(): Iterable<DiscoveryWatcher> {
    for (const watchers of this.watchers.values()) yield* watchers;
  }
}
