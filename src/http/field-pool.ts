/**
 * Shared `Field` objects for name and value pairs that repeat: one per pair, with a dense id for HPACK encoders.
 *
 * Bounded in number, value length and per name; when the pool is full, new pairs are simply not interned. Only pinned
 * names whose values are not unique per message are interned at all. A client can fill the slots of a name with values
 * of its own, and then the others under that name are as cheap as an uninterned field: nothing grows, nothing breaks.
 */
import type { HeaderName } from './header-name.ts';
import { Field } from './headers.ts';

/** Ids lie in [0, FIELD_POOL_LIMIT). */
export const FIELD_POOL_LIMIT = 4096;
const PER_NAME = 64;
const LONGEST_VALUE = 256;

/** name token → value → field */
const pool: (Map<string, Field> | undefined)[] = [];
let size = 0;

/** The shared field of a pair, or a fresh one with id -1 where interning does not pay or the pool is full. */
export function internField(name: HeaderName, value: string): Field {
  if (name.token < 0 || name.unique || value.length > LONGEST_VALUE) return new Field(name, value, -1, false);
  let values = pool[name.token];
  if (values === undefined) {
    values = new Map();
    pool[name.token] = values;
  }
  let field = values.get(value);
  if (field !== undefined) return field;
  if (size >= FIELD_POOL_LIMIT || values.size >= PER_NAME) return new Field(name, value, -1, false);
  field = new Field(name, value, size++, false);
  values.set(value, field);
  return field;
}

/** A field that the proxy itself writes from configuration: always shared, ready line, id when the pool has room. */
export function constantField(name: HeaderName, value: string): Field {
  const field = internField(name, value);
  field.line = `${name.prefix}${value}\r\n`;
  return field;
}
