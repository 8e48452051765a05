/** Unknown fields of what comes by discovery (Envoy docs: `--reject-unknown-dynamic-fields`, `--ignore-unknown-dynamic-fields`). */
import type { Problem } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';

/** A warning and a count, once for each; a refusal; nothing. */
export type DynamicFieldsMode = 'warn' | 'reject' | 'ignore';

export class DynamicFields {
  readonly #mode: DynamicFieldsMode;
  readonly #log: Logger;
  readonly #count: () => void;
  readonly #seen = new Set<string>();

  /** `count`: called for each that was not seen before. */
  constructor(mode: DynamicFieldsMode, log: Logger, count: () => void) {
    this.#mode = mode;
    this.#log = log;
    this.#count = count;
  }

  /** Why the resource is refused for its unknown fields; empty when it is not. */
  check(resource: string, fields: readonly string[]): readonly Problem[] {
    if (this.#mode === 'ignore') return [];
    if (this.#mode === 'reject') return fields.map((path) => ({ code: 'unknown_field', path, message: 'unknown field' }));
    for (const field of fields) {
      const text = `${resource}: ${field}`;
      if (this.#seen.has(text)) continue;
      this.#seen.add(text);
      this.#count();
      this.#log.warning(`unknown field skipped in ${text}`);
    }
    return [];
  }
}
