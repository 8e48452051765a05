import { AS_JSON, AS_WRAPPED, ENUMERATION, type FieldType, type MessageType, SUBMESSAGE } from './descriptor.ts';
import { type Dynamic, type MapValue, newMessage, type OneofValue, setKey, setValue, zeroOf } from './dynamic.ts';
import { structFromJson, structToJson } from './struct.ts';
import { LIST, MAP, ScalarType } from './table.ts';
import { BYTES, END_GROUP, FIXED32, FIXED64, MAX_DEPTH, VARINT, WireError, WireReader } from './wire-reader.ts';

/**
 * Reads a message from its wire form (protobuf encoding guide). A field that stands twice is merged where it is a message,
 * else the last one counts.
 * @throws WireError
 */
export function readMessage(type: MessageType, bytes: Uint8Array): Dynamic {
  const message = newMessage(type);
  mergeFrom(type, message, bytes);
  return message;
}

/** Reads into a message that is there already. */
export function mergeFrom(type: MessageType, message: Dynamic, bytes: Uint8Array): void {
  const reader = new WireReader(bytes);
  readInto(type, message, reader, bytes.length, 1);
}

function readInto(type: MessageType, message: Dynamic, reader: WireReader, end: number, depth: number): void {
  if (depth > MAX_DEPTH) throw new WireError(`nested deeper than ${MAX_DEPTH}`);
  const fields = type.byNumber;
  while (reader.position < end) {
    const tag = reader.tag();
    const number = tag >>> 3;
    const wireType = tag & 7;
    if (number === 0 || wireType === END_GROUP) throw new WireError(`tag ${tag} before byte ${reader.position}`);
    const field = fields.get(number);
    if (field === undefined || !readField(field, wireType, message, reader, depth)) {
      message.$unknown ??= [];
      message.$unknown.push({ no: number, wireType, data: reader.skip(wireType, number, depth) });
    }
  }
  if (reader.position > end) throw new WireError(`a field runs over the end of ${type.typeName}`);
}

/** False for a wire type that the field does not have: it counts as an unknown field. */
function readField(field: FieldType, wireType: number, message: Dynamic, reader: WireReader, depth: number): boolean {
  const expected = field.valueKind === SUBMESSAGE || field.label === MAP ? BYTES : wireTypeOf(field.scalar);
  if (field.label === LIST) {
    const list = message[field.localName] as unknown[];
    if (wireType === expected) {
      const value = readValue(field, reader, depth, undefined);
      if (keeps(field, value, message)) list.push(value);
      return true;
    }
    if (wireType !== BYTES) return false;
    const end = reader.end();
    while (reader.position < end) {
      const value = readScalar(field.scalar, reader);
      if (keeps(field, value, message)) list.push(value);
    }
    if (reader.position > end) throw new WireError(`a list runs over its end in ${field.name}`);
    return true;
  }
  if (wireType !== expected) return false;
  if (field.label === MAP) {
    readEntry(field, message[field.localName] as MapValue, reader, depth);
    return true;
  }
  const value = readValue(field, reader, depth, field.valueKind === SUBMESSAGE ? present(field, message) : undefined);
  if (keeps(field, value, message)) setValue(message, field, value);
  return true;
}

/** A closed enum (proto2) keeps what it does not define among the unknown fields. */
function keeps(field: FieldType, value: unknown, message: Dynamic): boolean {
  if (field.valueKind !== ENUMERATION || !field.enum.closed || field.enum.value[value as number] !== undefined) return true;
  message.$unknown ??= [];
  message.$unknown.push({ no: field.number, wireType: VARINT, data: varint(value as number) });
  return false;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** The message that is in the field already, with which the next one merges. */
function present(field: FieldType, message: Dynamic): unknown {
  if (field.oneof === undefined) return message[field.localName];
  const oneof = message[field.oneof.localName] as OneofValue;
  return oneof.case === field.localName ? oneof.value : undefined;
}

function readValue(field: FieldType, reader: WireReader, depth: number, before: unknown): unknown {
  if (field.valueKind !== SUBMESSAGE) return readScalar(field.scalar, reader);
  const type = field.message;
  const { form } = field;
  const end = reader.end();
  let target: Dynamic;
  if (before === undefined || form === AS_WRAPPED) {
    target = newMessage(type);
    if (before !== undefined) target['value'] = before;
  } else target = form === AS_JSON ? structFromJson(before) : (before as Dynamic);
  readInto(type, target, reader, end, depth + 1);
  if (form === AS_WRAPPED) return target['value'];
  return form === AS_JSON ? structToJson(target) : target;
}

/** A map entry is a message with the key in field 1 and the value in field 2. */
function readEntry(field: FieldType, map: MapValue, reader: WireReader, depth: number): void {
  const end = reader.end();
  let key: unknown = zeroOf(field.mapKey);
  let value: unknown;
  while (reader.position < end) {
    const tag = reader.tag();
    const wireType = tag & 7;
    if (tag >>> 3 === 1 && wireType === wireTypeOf(field.mapKey)) key = readScalar(field.mapKey, reader);
    else if (tag >>> 3 === 2 && wireType === (field.valueKind === SUBMESSAGE ? BYTES : wireTypeOf(field.scalar))) {
      value = readValue(field, reader, depth, value);
    } else reader.skip(wireType, tag >>> 3, depth);
  }
  if (reader.position > end) throw new WireError(`an entry runs over its end in ${field.name}`);
  setKey(map, String(key), value ?? emptyValue(field));
}

function emptyValue(field: FieldType): unknown {
  if (field.valueKind !== SUBMESSAGE) return zeroOf(field.scalar);
  return field.form === AS_JSON ? {} : newMessage(field.message);
}

export function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return BYTES;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return FIXED64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return FIXED32;
    default:
      return VARINT;
  }
}

function readScalar(scalar: ScalarType, reader: WireReader): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return reader.string();
    case ScalarType.BOOL:
      return reader.bool();
    case ScalarType.UINT32:
      return reader.uint32();
    case ScalarType.INT32:
      return reader.int32();
    case ScalarType.BYTES:
      return reader.bytes();
    case ScalarType.UINT64:
      return reader.uint64();
    case ScalarType.INT64:
      return reader.int64();
    case ScalarType.DOUBLE:
      return reader.double();
    case ScalarType.FLOAT:
      return reader.float();
    case ScalarType.SINT32:
      return reader.sint32();
    case ScalarType.SINT64:
      return reader.sint64();
    case ScalarType.FIXED32:
      return reader.fixed32();
    case ScalarType.SFIXED32:
      return reader.sfixed32();
    case ScalarType.FIXED64:
      return reader.fixed64();
    case ScalarType.SFIXED64:
      return reader.sfixed64();
  }
}
