import { type JsonValue, toJson as toJsonMessage } from '@bufbuild/protobuf';
import { typeNameOf } from './any.ts';
import { type AnyMessage, clone, decode, findSchema, isMessage, schemaOf, toBinary } from './message.ts';
import { lenientRegistry } from './pool.ts';
import { eachChild } from './reflect.ts';

/**
 * proto3 JSON as Envoy's admin prints it: proto field names, `@type` first, defaults left out. An `Any` of an unknown
 * type, or one whose bytes are corrupt, prints as its `@type` alone.
 */
export function toJson(message: AnyMessage): JsonValue {
  const desc = schemaOf(message);
  const options = { registry: lenientRegistry, useProtoFieldName: true };
  let json: JsonValue;
  try {
    json = toJsonMessage(desc, message, options);
  } catch {
    const copy = clone(message);
    emptyCorruptAnys(copy);
    json = toJsonMessage(desc, copy, options);
  }
  return typeFirst(json);
}

/** Empties every Any whose content cannot be printed, at any depth; the type URL stays. */
function emptyCorruptAnys(message: AnyMessage): void {
  if (isMessage(message, 'google.protobuf.Any')) {
    const desc = findSchema(typeNameOf(message.typeUrl));
    if (desc === undefined) return;
    try {
      const inner = decode(desc, message.value);
      emptyCorruptAnys(inner);
      toJsonMessage(desc, inner, { registry: lenientRegistry });
      message.value = toBinary(inner);
    } catch {
      message.value = new Uint8Array();
    }
    return;
  }
  eachChild(message, emptyCorruptAnys);
}

/** The runtime prints `@type` behind the fields. Changes nothing but the order. */
function typeFirst(json: JsonValue): JsonValue {
  if (Array.isArray(json)) {
    for (let i = 0; i < json.length; i++) json[i] = typeFirst(json[i] ?? null);
    return json;
  }
  if (typeof json !== 'object' || json === null) return json;
  const type = json['@type'];
  const ordered: { [key: string]: JsonValue } = type === undefined ? json : { '@type': type };
  for (const key of Object.keys(json)) ordered[key] = typeFirst(json[key] ?? null);
  return ordered;
}
