/** Pauses between attempts to connect: at random, up to a limit that doubles (Envoy's JitteredExponentialBackOff). */
export interface BackoffRange {
  /** Limit of the first pause and of all, in milliseconds. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Milliseconds before attempt number `attempt` + 1, at least 1. `random`: uniform in [0, 1). */
export function pauseAfter(attempt: number, { baseMs, maxMs }: BackoffRange, random: number): number {
  const limit = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  return Math.max(1, Math.floor(random * limit));
}
