import type { JsonValue } from '@bufbuild/protobuf';
import { ConfigError, type ConfigErrorCode } from '../base/errors.ts';
import { AS_JSON, AS_WRAPPED, type DescEnum, ENUMERATION, type FieldType, isWrapper, type MessageType, SUBMESSAGE } from './descriptor.ts';
import { type Dynamic, isSet, type MapValue, newMessage, setKey, setValue } from './dynamic.ts';
import { writeMessage } from './encode.ts';
import { kindOf, Mismatch, readScalar } from './json-scalars.ts';
import { readDuration, readTimestamp } from './json-times.ts';
import { findMessage } from './pool.ts';
import { listFromJson, structFromJson, valueFromJson } from './struct.ts';
import { LIST, MAP, ScalarType } from './table.ts';
import { MAX_DEPTH } from './wire-reader.ts';

/** A JSON value; integers may be bigints, which keep digits that numbers lose. */
export type JsonInput = string | number | bigint | boolean | null | readonly JsonInput[] | { readonly [key: string]: JsonInput };

type JsonInputObject = { readonly [key: string]: JsonInput };

/**
 * Reads a message from proto3 JSON, strictly: unknown fields, enum values and types are errors.
 * @throws ConfigError with the path of the first thing that is wrong
 */
export function readJson(type: MessageType, json: JsonInput, path = '', depth = 1): Dynamic {
  if (depth > MAX_DEPTH) fail('bad_value', path, `nested deeper than ${MAX_DEPTH}`);
  const message = newMessage(type);
  if (readSpecial(type, message, json, path, depth)) return message;
  readFields(type, message, objectAt(json, path), path, depth);
  return message;
}

function fail(code: ConfigErrorCode, path: string, message: string): never {
  throw new ConfigError([{ code, path, message }]);
}

function check<T>(value: T | Mismatch, path: string): T {
  if (value instanceof Mismatch) return fail('bad_value', path, value.message);
  return value;
}

function objectAt(json: JsonInput, path: string): JsonInputObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return fail('wrong_kind', path, `expected an object, got ${kindOf(json)}`);
  return json as JsonInputObject;
}

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function readFields(type: MessageType, message: Dynamic, json: JsonInputObject, path: string, depth: number, except = ''): void {
  const seen = new Set<FieldType>();
  for (const [key, value] of Object.entries(json)) {
    if (key === except) continue;
    const field = type.byName.get(key);
    if (field === undefined) fail('unknown_field', below(path, key), `${type.typeName} has no field "${key}"`);
    if (seen.has(field)) fail('duplicate', below(path, key), `"${field.name}" is set twice`);
    seen.add(field);
    if (value !== null || holdsNull(field)) readField(field, message, value, below(path, field.name), depth);
  }
}

/** Only a Value and a NullValue can be null; for all others null means unset. */
function holdsNull(field: FieldType): boolean {
  if (field.label !== 0) return false;
  if (field.valueKind === SUBMESSAGE) return field.message.typeName === 'google.protobuf.Value';
  return field.valueKind === ENUMERATION && field.enum.typeName === 'google.protobuf.NullValue';
}

function readField(field: FieldType, message: Dynamic, json: JsonInput, path: string, depth: number): void {
  if (field.label === LIST) {
    if (!Array.isArray(json)) fail('wrong_kind', path, `expected a list, got ${kindOf(json)}`);
    message[field.localName] = json.map((item: JsonInput, i) => readItem(field, item, `${path}[${i}]`, depth));
  } else if (field.label === MAP) {
    const map = message[field.localName] as MapValue;
    for (const [key, item] of Object.entries(objectAt(json, path))) {
      const at = `${path}[${JSON.stringify(key)}]`;
      setKey(map, readKey(field.mapKey, key, at), readItem(field, item, at, depth));
    }
  } else {
    const { oneof } = field;
    const rival = oneof?.types.find((other) => isSet(message, other));
    if (rival !== undefined) fail('oneof', path, `"${rival.name}" is set too; only one of them may be`);
    setValue(message, field, readValue(field, json, path, depth));
  }
}

/** An element of a list or map: null only where the type has a null. */
function readItem(field: FieldType, json: JsonInput, path: string, depth: number): unknown {
  if (json === null && !(field.valueKind === SUBMESSAGE && field.message.typeName === 'google.protobuf.Value')) {
    fail('wrong_kind', path, 'null is no element');
  }
  return readValue(field, json, path, depth);
}

function readKey(scalar: ScalarType, key: string, path: string): string {
  if (scalar === ScalarType.STRING) return String(check(readScalar(scalar, key), path));
  if (scalar === ScalarType.BOOL)
    return key === 'true' || key === 'false' ? key : fail('bad_value', path, `expected a key of true or false, got "${key}"`);
  return String(check(readScalar(scalar, key), path));
}

function readValue(field: FieldType, json: JsonInput, path: string, depth: number): unknown {
  if (field.valueKind === ENUMERATION) return readEnum(field.enum, json, path);
  if (field.valueKind !== SUBMESSAGE) return check(readScalar(field.scalar, json), path);
  const type = field.message;
  if (field.form === AS_WRAPPED) return check(readScalar(wrapped(type), json), path);
  if (field.form === AS_JSON) return plain(objectAt(json, path), path, depth);
  return readJson(type, json, path, depth + 1);
}

function readEnum(type: DescEnum, json: JsonInput, path: string): number {
  if (typeof json === 'string') {
    const value = type.values.find((v) => v.name === json);
    return value?.number ?? fail('bad_enum', path, `${type.typeName} has no value "${json}"`);
  }
  if (json === null && type.typeName === 'google.protobuf.NullValue') return 0;
  const number = readScalar(ScalarType.INT32, json);
  if (number instanceof Mismatch) return fail('wrong_kind', path, `expected a value of ${type.typeName}, got ${kindOf(json)}`);
  if (type.closed && type.value[number as number] === undefined) fail('bad_enum', path, `${type.typeName} has no value ${number}`);
  return number as number;
}

/** Scalar type inside a wrapper. */
function wrapped(type: MessageType): ScalarType {
  return type.types[0]?.scalar ?? ScalarType.STRING;
}

/** Types that JSON writes in a form of their own. False for all others. */
function readSpecial(type: MessageType, message: Dynamic, json: JsonInput, path: string, depth: number): boolean {
  if (!type.typeName.startsWith('google.protobuf.')) return false;
  switch (type.typeName) {
    case 'google.protobuf.Any':
      readAny(message, objectAt(json, path), path, depth);
      return true;
    case 'google.protobuf.Duration':
      Object.assign(message, check(readDuration(json), path));
      return true;
    case 'google.protobuf.Timestamp':
      Object.assign(message, check(readTimestamp(json), path));
      return true;
    case 'google.protobuf.Struct':
      Object.assign(message, structFromJson(plain(objectAt(json, path), path, depth)));
      return true;
    case 'google.protobuf.ListValue':
      if (!Array.isArray(json)) fail('wrong_kind', path, `expected a list, got ${kindOf(json)}`);
      Object.assign(message, listFromJson(plain(json, path, depth) as JsonValue[]));
      return true;
    case 'google.protobuf.Value':
      Object.assign(message, valueFromJson(plain(json, path, depth)));
      return true;
  }
  if (!isWrapper(type.typeName)) return false;
  message['value'] = check(readScalar(wrapped(type), json), path);
  return true;
}

/** Types whose content stands in the `value` key of an Any. */
export function isSpecial(typeName: string): boolean {
  return /^google\.protobuf\.(?:Any|Duration|Timestamp|Struct|ListValue|Value)$/.test(typeName) || isWrapper(typeName);
}

function readAny(message: Dynamic, json: JsonInputObject, path: string, depth: number): void {
  const url = json['@type'];
  if (url === undefined && Object.keys(json).length === 0) return;
  if (typeof url !== 'string' || !/[^/]$/.test(url)) fail('missing', below(path, '@type'), 'an "@type" is needed');
  const type = findMessage(url.slice(url.lastIndexOf('/') + 1));
  if (type === undefined) fail('unknown_type', below(path, '@type'), `unknown type "${url}"`);
  message['typeUrl'] = url;
  if (isSpecial(type.typeName)) {
    const extra = Object.keys(json).find((key) => key !== '@type' && key !== 'value');
    if (extra !== undefined) fail('unknown_field', below(path, extra), `${type.typeName} stands in "value"`);
    if (json['value'] === undefined) return;
    message['value'] = writeMessage(type, readJson(type, json['value'], below(path, 'value'), depth + 1));
    return;
  }
  if (depth >= MAX_DEPTH) fail('bad_value', path, `nested deeper than ${MAX_DEPTH}`);
  const inner = newMessage(type);
  readFields(type, inner, json, path, depth + 1, '@type');
  message['value'] = writeMessage(type, inner);
}

/** JSON without a schema, as it stands; bigints become the nearest number, which is what a Struct can hold. */
function plain(json: JsonInput, path: string, depth: number): JsonValue {
  if (depth > MAX_DEPTH) fail('bad_value', path, `nested deeper than ${MAX_DEPTH}`);
  if (typeof json === 'bigint') return Number(json);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((item: JsonInput) => plain(item, path, depth + 1));
  const copy: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(json)) setKey(copy, key, plain(value, path, depth + 1));
  return copy;
}
