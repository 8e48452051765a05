/** Timers of the control plane: seconds apart, few at a time. The data path has its own wheel. */
export interface Delays {
  /** Calls `run` once, `ms` milliseconds from now; what it returns takes that back. Keeps no process alive. */
  after(ms: number, run: () => void): () => void;
}

export const systemDelays: Delays = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Timers that fire when a test says so. */
export class FakeDelays implements Delays {
  #now = 0;
  #pending: { readonly at: number; readonly run: () => void }[] = [];

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((each) => each !== entry);
    };
  }

  /** Milliseconds until each pending timer fires, in order. */
  get pending(): readonly number[] {
    return this.#pending.map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Fires what is due within `ms`, in order of time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#pending.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#pending = this.#pending.filter((each) => each !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }
}
