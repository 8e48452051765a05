import { AS_JSON, AS_MESSAGE, type FieldType, type MessageType, SUBMESSAGE } from './descriptor.ts';
import { type Dynamic, heldValue, isSet, type MapValue, newMessage, setKey, setValue } from './dynamic.ts';
import { LIST, SINGULAR } from './table.ts';

/** A copy that shares nothing with the message. */
export function cloneMessage(type: MessageType, message: Dynamic): Dynamic {
  const copy = newMessage(type);
  for (const field of type.types) {
    if (!isSet(message, field)) continue;
    const value = heldValue(message, field);
    if (field.label === SINGULAR) setValue(copy, field, cloneValue(field, value));
    else if (field.label === LIST) copy[field.localName] = (value as unknown[]).map((item) => cloneValue(field, item));
    else {
      const map: MapValue = {};
      for (const [key, item] of Object.entries(value as MapValue)) setKey(map, key, cloneValue(field, item));
      copy[field.localName] = map;
    }
  }
  if (message.$unknown !== undefined) {
    copy.$unknown = message.$unknown.map(({ no, wireType, data }) => ({ no, wireType, data: new Uint8Array(data) }));
  }
  return copy;
}

function cloneValue(field: FieldType, value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (field.valueKind !== SUBMESSAGE) return value;
  if (field.form === AS_MESSAGE) return cloneMessage(field.message, value as Dynamic);
  return field.form === AS_JSON ? structuredClone(value) : value;
}

/** Whether two messages of one type say the same; fields that the API does not know are not looked at. */
export function sameMessages(type: MessageType, a: Dynamic, b: Dynamic): boolean {
  for (const field of type.types) {
    const set = isSet(a, field);
    if (set !== isSet(b, field)) return false;
    if (set && !sameFields(field, heldValue(a, field), heldValue(b, field))) return false;
  }
  return true;
}

function sameFields(field: FieldType, a: unknown, b: unknown): boolean {
  if (field.label === SINGULAR) return sameValues(field, a, b);
  if (field.label === LIST) {
    const [left, right] = [a as unknown[], b as unknown[]];
    return left.length === right.length && left.every((item, i) => sameValues(field, item, right[i]));
  }
  const [left, right] = [a as MapValue, b as MapValue];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameValues(field, left[key], right[key]))
  );
}

function sameValues(field: FieldType, a: unknown, b: unknown): boolean {
  if (field.valueKind === SUBMESSAGE && field.form === AS_MESSAGE) return sameMessages(field.message, a as Dynamic, b as Dynamic);
  return sameJson(a, b);
}

/** Scalars, bytes and JSON values. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b || Object.is(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  const [left, right] = [a as MapValue, b as MapValue];
  const keys = Object.keys(left);
  return (
    !Array.isArray(b) &&
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
  );
}
