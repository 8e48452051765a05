/** How many are remembered. */
const MOST = 1024;

/** Streams that were reset a short while ago. What is older than the oldest of them counts as one of them. */
export class RecentIds {
  private ids: Set<number> | null;
  /** Ids up to here may have been forgotten. */
  private forgotten: number;

  constructor() {
    this.ids = null;
    this.forgotten = 0;
  }

  add(id: number): void {
    this.ids ??= new Set();
    const { ids } = this;
    ids.add(id);
    if (ids.size <= MOST) return;
    const { value } = ids.values().next();
    ids.delete(value as number);
    if ((value as number) > this.forgotten) this.forgotten = value as number;
  }

  has(id: number): boolean {
    return id <= this.forgotten || this.ids?.has(id) === true;
  }
}
