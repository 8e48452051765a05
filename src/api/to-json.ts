import type { JsonValue } from '@bufbuild/protobuf';
import { readMessage } from './decode.ts';
import { AS_JSON, AS_WRAPPED, ENUMERATION, type FieldType, type MessageType, SUBMESSAGE } from './descriptor.ts';
import { type Dynamic, heldValue, isSet, type MapValue, setKey } from './dynamic.ts';
import { isSpecial } from './from-json.ts';
import { writeScalar } from './json-scalars.ts';
import { type Seconds, writeDuration, writeTimestamp } from './json-times.ts';
import { findMessage } from './pool.ts';
import { listToJson, structToJson, valueToJson } from './struct.ts';
import { LIST, MAP } from './table.ts';

type Json = { [key: string]: JsonValue };

/**
 * proto3 JSON as Envoy's admin prints it: proto field names, `@type` first, what is unset left out. An Any of an unknown
 * type, or one whose bytes are corrupt, prints as its `@type` alone.
 */
export function writeJson(type: MessageType, message: Dynamic): JsonValue {
  switch (type.typeName) {
    case 'google.protobuf.Any':
      return writeAny(message);
    case 'google.protobuf.Duration':
      return writeDuration(message as unknown as Seconds) ?? outOfRange(message);
    case 'google.protobuf.Timestamp':
      return writeTimestamp(message as unknown as Seconds) ?? outOfRange(message);
    case 'google.protobuf.Struct':
      return structToJson(message);
    case 'google.protobuf.Value':
      return valueToJson(message);
    case 'google.protobuf.ListValue':
      return listToJson(message);
  }
  const field = type.types[0];
  if (field !== undefined && isSpecial(type.typeName)) return writeScalar(field.scalar, message['value']);
  const json: Json = {};
  writeFields(type, message, json);
  return json;
}

/** A peer may send what no duration or time can be; it is shown as it is. */
function outOfRange(message: Dynamic): JsonValue {
  return `${message['seconds']}s ${message['nanos']}ns`;
}

function writeFields(type: MessageType, message: Dynamic, json: Json): void {
  for (const field of type.types) {
    if (isSet(message, field)) json[field.name] = writeField(field, heldValue(message, field));
  }
}

function writeField(field: FieldType, value: unknown): JsonValue {
  if (field.label === LIST) return (value as unknown[]).map((item) => writeValue(field, item));
  if (field.label !== MAP) return writeValue(field, value);
  const map: Json = {};
  for (const [key, item] of Object.entries(value as MapValue)) setKey(map, key, writeValue(field, item));
  return map;
}

function writeValue(field: FieldType, value: unknown): JsonValue {
  if (field.valueKind === ENUMERATION) {
    const type = field.enum;
    return type.typeName === 'google.protobuf.NullValue' ? null : (type.value[value as number]?.name ?? (value as number));
  }
  if (field.valueKind !== SUBMESSAGE) return writeScalar(field.scalar, value);
  if (field.form === AS_JSON) return value as JsonValue;
  if (field.form === AS_WRAPPED) return writeScalar(field.message.types[0]?.scalar ?? field.scalar, value);
  return writeJson(field.message, value as Dynamic);
}

function writeAny(any: Dynamic): JsonValue {
  const url = any['typeUrl'] as string;
  if (url === '') return {};
  const json: Json = { '@type': url };
  const type = findMessage(url.slice(url.lastIndexOf('/') + 1));
  if (type === undefined) return json;
  let inner: Dynamic;
  try {
    inner = readMessage(type, any['value'] as Uint8Array);
  } catch {
    return json;
  }
  if (isSpecial(type.typeName)) json['value'] = writeJson(type, inner);
  else writeFields(type, inner, json);
  return json;
}
