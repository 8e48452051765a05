/** Time as the rooms see it. Tests pass a fake; nothing on the data path calls Date or performance itself. */
export interface Clock {
  /** Monotonic milliseconds with fraction: durations and timers. */
  now(): number;
  /** Milliseconds since the Unix epoch: log lines, dates, certificate validity. */
  wall(): number;
}

const hrtime = process.hrtime;

/** The kernel's monotonic clock. `performance.now()` would be slower, and loads a megabyte of measuring tools with its first call. */
export const systemClock: Clock = {
  now() {
    const time = hrtime();
    return time[0] * 1e3 + time[1] / 1e6;
  },
  wall: () => Date.now(),
};

/** A clock that moves when told to. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #epoch: number;

  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#epoch + Math.floor(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
