/**
 * Values that an operator may change while the proxy runs (Envoy docs, "Runtime"): keys that a configuration names beside a default. A
 * compile takes a handle once; reading it is one compare as long as nothing changed.
 */

/** What a text, number, flag or fraction means to each kind of reader. Structured-clonable: workers get copies. */
export interface RuntimeEntry {
  /** As it was written; of a fraction its protobuf text. */
  readonly text: string;
  /** Null when it is no number. */
  readonly number: number | null;
  /** Cut to a whole number; null when negative, beyond 64 bits or no number. */
  readonly integer: number | null;
  /** Null when it is neither true nor false. */
  readonly flag: boolean | null;
  readonly fraction: { readonly numerator: number; readonly denominator: number } | null;
}

export type RuntimeRows = readonly (readonly [key: string, entry: RuntimeEntry])[];

/** The values of one thread. */
export class RuntimeValues {
  /** Grows with every change; handles compare it. */
  version = 0;
  private entries: ReadonlyMap<string, RuntimeEntry>;

  constructor(rows: RuntimeRows = []) {
    this.entries = new Map(rows);
  }

  get(key: string): RuntimeEntry | undefined {
    return this.entries.get(key);
  }

  /** All keys at once: what is not in `rows` is gone. */
  replace(rows: RuntimeRows): void {
    this.entries = new Map(rows);
    this.version++;
  }
}

/** Where nothing can be changed: defaults count. */
export const NO_RUNTIME_VALUES = new RuntimeValues();

/** A share of requests. A whole number under its key means per cent (Envoy's `featureEnabled`). */
export class RuntimeFraction {
  private numerator: number;
  private denominator: number;
  /** The key has a value. */
  private overridden: boolean;
  private seen: number;
  private readonly values: RuntimeValues;
  private readonly key: string;
  private readonly ownNumerator: number;
  private readonly ownDenominator: number;

  /** An empty key cannot be changed. */
  constructor(values: RuntimeValues, key: string, numerator: number, denominator: number) {
    this.numerator = numerator;
    this.denominator = denominator;
    this.overridden = false;
    this.seen = -1;
    this.values = values;
    this.key = key;
    this.ownNumerator = numerator;
    this.ownDenominator = denominator;
  }

  /** Whether the share has this whole number in it: the same number always decides the same. */
  holds(random: number): boolean {
    if (this.seen !== this.values.version) this.refresh();
    return random % this.denominator < this.numerator;
  }

  /** Whether chance takes this time. `limit` lowers the numerator where no key sets it; negative: it stays. */
  draws(limit = -1): boolean {
    if (this.seen !== this.values.version) this.refresh();
    const numerator = limit >= 0 && limit < this.numerator && !this.overridden ? limit : this.numerator;
    return numerator >= this.denominator || (numerator > 0 && Math.random() * this.denominator < numerator);
  }

  private refresh(): void {
    this.seen = this.values.version;
    const entry = this.key === '' ? undefined : this.values.get(this.key);
    this.overridden = entry !== undefined && (entry.fraction !== null || entry.integer !== null);
    if (entry?.fraction) {
      this.numerator = entry.fraction.numerator;
      this.denominator = entry.fraction.denominator;
    } else if (entry !== undefined && entry.integer !== null) {
      this.numerator = Math.min(100, entry.integer);
      this.denominator = 100;
    } else {
      this.numerator = this.ownNumerator;
      this.denominator = this.ownDenominator;
    }
  }
}

/** A whole number from 0 up. */
export class RuntimeInteger {
  private current: number;
  private seen: number;
  private readonly values: RuntimeValues;
  private readonly key: string;
  private readonly own: number;

  constructor(values: RuntimeValues, key: string, own: number) {
    this.current = own;
    this.seen = -1;
    this.values = values;
    this.key = key;
    this.own = own;
  }

  read(): number {
    if (this.seen !== this.values.version) this.refresh();
    return this.current;
  }

  private refresh(): void {
    this.seen = this.values.version;
    this.current = (this.key === '' ? null : this.values.get(this.key)?.integer) ?? this.own;
  }
}

/** Weights, as the sums up to and including each: whose key is set may weigh more or less, or nothing. */
export class RuntimeBounds {
  private current: readonly number[];
  private seen: number;
  private readonly values: RuntimeValues;
  private readonly weights: readonly RuntimeInteger[];

  constructor(values: RuntimeValues, weights: readonly RuntimeInteger[]) {
    this.current = [];
    this.seen = -1;
    this.values = values;
    this.weights = weights;
  }

  read(): readonly number[] {
    if (this.seen !== this.values.version) this.refresh();
    return this.current;
  }

  private refresh(): void {
    this.seen = this.values.version;
    const bounds: number[] = [];
    let sum = 0;
    for (const weight of this.weights) {
      sum += weight.read();
      bounds.push(sum);
    }
    this.current = bounds;
  }
}

/** Any number (`RuntimeDouble`, `RuntimePercent`). */
export class RuntimeNumber {
  private current: number;
  private seen: number;
  private readonly values: RuntimeValues;
  private readonly key: string;
  private readonly own: number;

  constructor(values: RuntimeValues, key: string, own: number) {
    this.current = own;
    this.seen = -1;
    this.values = values;
    this.key = key;
    this.own = own;
  }

  read(): number {
    if (this.seen !== this.values.version) this.refresh();
    return this.current;
  }

  private refresh(): void {
    this.seen = this.values.version;
    this.current = (this.key === '' ? null : this.values.get(this.key)?.number) ?? this.own;
  }
}

/** True or false (`RuntimeFeatureFlag`). */
export class RuntimeFlag {
  private current: boolean;
  private seen: number;
  private readonly values: RuntimeValues;
  private readonly key: string;
  private readonly own: boolean;

  constructor(values: RuntimeValues, key: string, own: boolean) {
    this.current = own;
    this.seen = -1;
    this.values = values;
    this.key = key;
    this.own = own;
  }

  read(): boolean {
    if (this.seen !== this.values.version) this.refresh();
    return this.current;
  }

  private refresh(): void {
    this.seen = this.values.version;
    this.current = (this.key === '' ? null : this.values.get(this.key)?.flag) ?? this.own;
  }
}
