/**
 * Earliest deadline first: each entry comes up in proportion to its weight, spread evenly and not in runs. An entry of weight
 * w is due every 1/w of virtual time; of equal deadlines the one that waits longer comes first. A binary heap in typed arrays:
 * a pick is O(log n) and allocates nothing.
 */
export class EdfSchedule {
  private readonly heap: Int32Array;
  private readonly deadline: Float64Array;
  /** Order of insertion, for equal deadlines. */
  private readonly order: Float64Array;
  private sequence: number;

  /** `weights[i]` > 0 is the weight of entry i. */
  constructor(weights: readonly number[]) {
    const n = weights.length;
    this.heap = new Int32Array(n);
    this.deadline = new Float64Array(n);
    this.order = new Float64Array(n);
    this.sequence = n;
    for (let i = 0; i < n; i++) {
      this.heap[i] = i;
      this.deadline[i] = 1 / (weights[i] as number);
      this.order[i] = i;
    }
    for (let at = (n >> 1) - 1; at >= 0; at--) this.sink(at);
  }

  /** The entry that is due. It stays on top until `defer`. */
  get first(): number {
    return this.heap[0] as number;
  }

  /** Puts the first entry behind: due again after 1/weight. */
  defer(weight: number): void {
    const entry = this.heap[0] as number;
    this.deadline[entry] = (this.deadline[entry] as number) + 1 / weight;
    this.order[entry] = this.sequence++;
    this.sink(0);
  }

  private sink(from: number): void {
    const { heap, deadline, order } = this;
    const n = heap.length;
    const entry = heap[from] as number;
    const due = deadline[entry] as number;
    const rank = order[entry] as number;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= n) break;
      let lower = heap[child] as number;
      if (child + 1 < n && this.earlier(heap[child + 1] as number, lower)) lower = heap[++child] as number;
      const lowerDue = deadline[lower] as number;
      if (lowerDue > due || (lowerDue === due && (order[lower] as number) > rank)) break;
      heap[at] = lower;
      at = child;
    }
    heap[at] = entry;
  }

  private earlier(a: number, b: number): boolean {
    const dueA = this.deadline[a] as number;
    const dueB = this.deadline[b] as number;
    return dueA < dueB || (dueA === dueB && (this.order[a] as number) < (this.order[b] as number));
  }
}
