/**
 * Waiting times between attempts: anything between zero and a bound that doubles from twice `baseMs` up to `maxMs`
 * (Envoy's fully jittered exponential backoff).
 */
export class Backoff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(baseMs: number, maxMs: number, random: () => number = Math.random) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** Whole milliseconds. */
  next(): number {
    this.#attempts++;
    const bound = Math.min(this.#maxMs, this.#baseMs * 2 ** Math.min(this.#attempts, 30));
    return Math.floor(this.#random() * bound);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
