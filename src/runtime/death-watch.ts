/** When deaths of workers are bad luck and when they are the state of affairs. */
const MOST = 3;
const WITHIN_MS = 60_000;

export class DeathWatch {
  readonly #now: () => number;
  #deaths: number[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts one. True when it was the third within a minute: no worker is to be replaced any more. */
  record(): boolean {
    const now = this.#now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < WITHIN_MS), now];
    return this.#deaths.length >= MOST;
  }
}
