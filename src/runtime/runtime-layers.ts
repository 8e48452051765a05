/** `layered_runtime`: static layers and the one that the admin server writes to. Later layers win, key by key. */
import type { JsonObject, JsonValue, Message } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import type { RuntimeEntry, RuntimeRows } from '../base/runtime-values.ts';
import { entryOfFlag, entryOfFraction, entryOfNumber, entryOfText, isFraction } from './runtime-entry.ts';

type LayeredRuntime = Message<'envoy.config.bootstrap.v3.LayeredRuntime'>;

interface Layer {
  readonly name: string;
  readonly entries: ReadonlyMap<string, RuntimeEntry>;
}

/** A key with its text in every layer, '' where a layer is silent. */
export interface LayeredKey {
  readonly key: string;
  readonly final: string;
  readonly values: readonly string[];
}

export class RuntimeLayers {
  readonly #layers: readonly Layer[];
  /** What the admin server set; null without such a layer. */
  readonly #overrides: Map<string, RuntimeEntry> | null;

  /** Of a checked bootstrap. */
  constructor(message?: LayeredRuntime) {
    const layers: Layer[] = [];
    let overrides: Map<string, RuntimeEntry> | null = null;
    for (const { name, layerSpecifier } of message?.layers ?? []) {
      if (layerSpecifier.case === 'adminLayer') overrides ??= new Map();
      const entries = layerSpecifier.case === 'staticLayer' ? entriesOf(layerSpecifier.value, new Problems()) : (overrides ?? new Map());
      layers.push({ name, entries });
    }
    if (message !== undefined && layers.length === 0) {
      // Envoy: no layers at all are one for the admin, which has no name.
      overrides = new Map();
      layers.push({ name: '', entries: overrides });
    }
    this.#layers = layers;
    this.#overrides = overrides;
  }

  get names(): readonly string[] {
    return this.#layers.map(({ name }) => name);
  }

  get writable(): boolean {
    return this.#overrides !== null;
  }

  get overridden(): boolean {
    return this.#overrides !== null && this.#overrides.size > 0;
  }

  /** Every key with the entry that counts. */
  rows(): RuntimeRows {
    const rows = new Map<string, RuntimeEntry>();
    for (const { entries } of this.#layers) for (const [key, entry] of entries) rows.set(key, entry);
    return [...rows];
  }

  /** Sorted. */
  keys(): readonly LayeredKey[] {
    return this.rows()
      .map(([key, { text }]) => ({ key, final: text, values: this.#layers.map(({ entries }) => entries.get(key)?.text ?? '') }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** An empty text takes back what was set before. False without a layer for the admin. */
  modify(changes: ReadonlyMap<string, string>): boolean {
    if (this.#overrides === null) return false;
    for (const [key, text] of changes) {
      if (text === '') this.#overrides.delete(key);
      else this.#overrides.set(key, entryOfText(text));
    }
    return true;
  }
}

/** Keys of a static layer, nested ones with dots; of two spellings of one key the later counts. `problems` stands at the layer's `static_layer`. */
export function entriesOf(layer: JsonObject, problems: Problems): ReadonlyMap<string, RuntimeEntry> {
  const entries = new Map<string, RuntimeEntry>();
  const walk = (value: JsonValue, key: string, at: Problems): void => {
    if (typeof value === 'string') entries.set(key, entryOfText(value));
    else if (typeof value === 'number') entries.set(key, entryOfNumber(value));
    else if (typeof value === 'boolean') entries.set(key, entryOfFlag(value));
    else if (value === null || Array.isArray(value)) {
      at.add('bad_value', `invalid runtime entry value for ${key}`, 'a key stands for a text, a number, true, false or a fraction');
    } else if (isFraction(value as JsonObject)) entries.set(key, entryOfFraction(value as JsonObject));
    else for (const [name, inner] of Object.entries(value as JsonObject)) walk(inner, `${key}.${name}`, at.at(name));
  };
  for (const [name, value] of Object.entries(layer)) walk(value, name, problems.at(name));
  return entries;
}
