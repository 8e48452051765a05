/**
 * Shared `Field` objects for name and value pairs that repeat: one per pair, with a small id for HPACK encoders.
 *
 * What a peer sends can neither grow the pool nor stay in it by choice: a pair is let in when it was seen twice in a short
 * while, a name holds at most PER_NAME pairs and the pool POOL_IDS - CONSTANT_IDS of them, and whoever comes last
 * pushes out the oldest (of the same name first). So a flood costs the others at most the price of fields that are not
 * interned, and they are back after their next two messages. Secrets and values that are unique per message
 * (`HeaderName.unique`) and names that no configuration knows are never interned. Pairs of the configuration have ids of their
 * own and stay.
 *
 * An id is reused after an eviction, so an id alone proves nothing: see `Field.id`.
 */
import type { HeaderName } from './header-name.ts';
import { Field, renderLine } from './headers.ts';

/** Ids lie in [0, POOL_IDS). */
export const POOL_IDS = 4096;
/** Those below belong to `constantField`. */
const CONSTANT_IDS = 1024;
const PER_NAME = 64;
/** Longer values are not interned: they rarely repeat, and comparing them would cost more than it saves. */
export const LONGEST_INTERNED = 256;

/** Of one name: value → field, oldest first. */
type Values = Map<string, Field>;

const constants: (Values | undefined)[] = [];
let constantCount = 0;

/** By name token. */
const pool: (Values | undefined)[] = [];
/** By id - CONSTANT_IDS, in the order in which they were let in; `next` is the oldest when the pool is full. */
const admitted: (Field | undefined)[] = [];
let next = 0;

/** Hashes of pairs that were seen once, direct-mapped. */
const seen = new Int32Array(1024);

/** The shared field of a pair, or a fresh one with id -1 where interning does not pay or the pair is new. */
export function internField(name: HeaderName, value: string): Field {
  if (name.token < 0 || name.unique || value.length > LONGEST_INTERNED) return new Field(name, value, -1, false);
  const field = find(name, value);
  if (field !== undefined) return field;
  const hash = hashOf(name, value);
  const slot = hash & (seen.length - 1);
  if (seen[slot] !== hash) {
    seen[slot] = hash;
    return new Field(name, value, -1, false);
  }
  return admit(name, value);
}

/** The same for a pair that the caller has seen twice already. */
export function shareField(name: HeaderName, value: string): Field {
  if (name.token < 0 || name.unique || value.length > LONGEST_INTERNED) return new Field(name, value, -1, false);
  return find(name, value) ?? admit(name, value);
}

/** A field that the proxy itself writes from configuration: always shared, ready line, id while there are some left. */
export function constantField(name: HeaderName, value: string): Field {
  let values = constants[name.token];
  let field = values?.get(value);
  if (field !== undefined) return field;
  field = new Field(name, value, constantCount < CONSTANT_IDS ? constantCount++ : -1, false);
  renderLine(field);
  if (name.token < 0 || field.id < 0) return field;
  values ??= new Map();
  constants[name.token] = values;
  values.set(value, field);
  return field;
}

function find(name: HeaderName, value: string): Field | undefined {
  return constants[name.token]?.get(value) ?? pool[name.token]?.get(value);
}

function admit(name: HeaderName, value: string): Field {
  let values = pool[name.token];
  if (values === undefined) {
    values = new Map();
    pool[name.token] = values;
  }
  let at = next;
  if (values.size < PER_NAME) {
    const oldest = admitted[at];
    if (oldest !== undefined) pool[oldest.name.token]?.delete(oldest.value);
    next = at + 1 === POOL_IDS - CONSTANT_IDS ? 0 : at + 1;
  } else {
    at = evictOldest(values) - CONSTANT_IDS;
  }
  const field = new Field(name, copyOf(value), at + CONSTANT_IDS, false);
  admitted[at] = field;
  values.set(field.value, field);
  return field;
}

/** Returns the id that became free. */
function evictOldest(values: Values): number {
  const { value: field } = values.values().next();
  values.delete((field as Field).value);
  return (field as Field).id;
}

/** A string of its own: what codecs slice keeps the whole head alive. */
export function copyOf(value: string): string {
  return Buffer.from(value, 'latin1').latin1Slice();
}

function hashOf(name: HeaderName, value: string): number {
  let hash = name.token + 1;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 1;
}
