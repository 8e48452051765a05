/**
 * Several independent choices out of the one random number of a pick. The request's own number is mixed first, because the
 * weighted-cluster choice may have used it: hosts must not depend on which cluster it fell into.
 */

/** Next 32-bit state (splitmix32: Weyl step, then a finaliser that passes avalanche tests). */
export function nextRandom(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** Maps 32 random bits to [0, n) without the bias of a remainder for the small n of host lists. */
export function below(random: number, n: number): number {
  return Math.floor((random / 0x1_0000_0000) * n);
}
