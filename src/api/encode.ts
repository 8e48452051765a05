import { wireTypeOf } from './decode.ts';
import { AS_JSON, AS_WRAPPED, type FieldType, type MessageType, SUBMESSAGE } from './descriptor.ts';
import { type Dynamic, heldValue, isSet, type MapValue } from './dynamic.ts';
import { structFromJson } from './struct.ts';
import { LIST, MAP, ScalarType } from './table.ts';
import { BYTES } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

/** The wire form of a message: fields in the order of their numbers, unknown ones at the end. */
export function writeMessage(type: MessageType, message: Dynamic): Uint8Array {
  const writer = new WireWriter();
  writeFields(type, message, writer);
  return writer.finish();
}

/** Back to front, so that the length of a nested message is known when it is written before it. */
function writeFields(type: MessageType, message: Dynamic, writer: WireWriter): void {
  const unknown = message.$unknown ?? [];
  for (let i = unknown.length - 1; i >= 0; i--) {
    const field = unknown[i];
    if (field === undefined) continue;
    writer.raw(field.data);
    writer.tag(field.no, field.wireType);
  }
  const fields = type.sorted;
  for (let i = fields.length - 1; i >= 0; i--) {
    const field = fields[i];
    if (field === undefined || !isSet(message, field)) continue;
    const value = heldValue(message, field);
    if (field.label === LIST) writeList(field, value as unknown[], writer);
    else if (field.label === MAP) writeMap(field, value as MapValue, writer);
    else writeValue(field, field.number, value, writer);
  }
}

function writeList(field: FieldType, list: readonly unknown[], writer: WireWriter): void {
  if (!field.packed) {
    for (let i = list.length - 1; i >= 0; i--) writeValue(field, field.number, list[i], writer);
    return;
  }
  const end = writer.length;
  for (let i = list.length - 1; i >= 0; i--) writeScalar(field.scalar, list[i], writer);
  writer.varint32(writer.length - end);
  writer.tag(field.number, BYTES);
}

function writeMap(field: FieldType, map: MapValue, writer: WireWriter): void {
  const keys = Object.keys(map);
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] ?? '';
    const end = writer.length;
    writeValue(field, 2, map[key], writer);
    writeScalar(field.mapKey, mapKey(field.mapKey, key), writer);
    writer.tag(1, wireTypeOf(field.mapKey));
    writer.varint32(writer.length - end);
    writer.tag(field.number, BYTES);
  }
}

/** Keys are property names; on the wire they have their type. */
function mapKey(scalar: ScalarType, key: string): unknown {
  if (scalar === ScalarType.STRING) return key;
  if (scalar === ScalarType.BOOL) return key === 'true';
  return BigInt(key);
}

function writeValue(field: FieldType, number: number, value: unknown, writer: WireWriter): void {
  if (field.valueKind !== SUBMESSAGE) {
    writeScalar(field.scalar, value, writer);
    writer.tag(number, wireTypeOf(field.scalar));
    return;
  }
  const end = writer.length;
  const { form } = field;
  if (form === AS_WRAPPED) writeFields(field.message, { $typeName: field.message.typeName, value }, writer);
  else writeFields(field.message, form === AS_JSON ? structFromJson(value) : (value as Dynamic), writer);
  writer.varint32(writer.length - end);
  writer.tag(number, BYTES);
}

function writeScalar(scalar: ScalarType, value: unknown, writer: WireWriter): void {
  switch (scalar) {
    case ScalarType.STRING:
      writer.string(value as string);
      return;
    case ScalarType.BYTES:
      writer.bytes(value as Uint8Array);
      return;
    case ScalarType.BOOL:
      writer.varint32(value === true ? 1 : 0);
      return;
    case ScalarType.INT32:
      writer.int32(Number(value));
      return;
    case ScalarType.UINT32:
      writer.varint32(Number(value));
      return;
    case ScalarType.SINT32: {
      const n = Number(value);
      writer.varint32(((n << 1) ^ (n >> 31)) >>> 0);
      return;
    }
    case ScalarType.INT64:
    case ScalarType.UINT64:
      writer.varint64(BigInt(value as bigint));
      return;
    case ScalarType.SINT64: {
      const n = BigInt(value as bigint);
      writer.varint64((n << 1n) ^ (n >> 63n));
      return;
    }
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      writer.fixed32(Number(value));
      return;
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      writer.fixed64(BigInt(value as bigint));
      return;
    case ScalarType.FLOAT:
      writer.float(value as number);
      return;
    case ScalarType.DOUBLE:
      writer.double(value as number);
  }
}
