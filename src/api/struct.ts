import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { Dynamic, MapValue, OneofValue } from './dynamic.ts';
import { setKey } from './dynamic.ts';

/**
 * `google.protobuf.Struct`, `Value` and `ListValue` are JSON written as messages (google/protobuf/struct.proto). In the
 * fields of other messages a Struct is held as the JSON object that it means.
 */
const STRUCT = 'google.protobuf.Struct';
const VALUE = 'google.protobuf.Value';
const LIST = 'google.protobuf.ListValue';

export function structFromJson(json: unknown): Dynamic {
  const fields: MapValue = {};
  for (const [key, value] of Object.entries(json as JsonObject)) setKey(fields, key, valueFromJson(value));
  return { $typeName: STRUCT, fields };
}

export function valueFromJson(json: JsonValue): Dynamic {
  return { $typeName: VALUE, kind: kindOf(json) };
}

function kindOf(json: JsonValue): OneofValue {
  if (json === null) return { case: 'nullValue', value: 0 };
  switch (typeof json) {
    case 'string':
      return { case: 'stringValue', value: json };
    case 'number':
      return { case: 'numberValue', value: json };
    case 'boolean':
      return { case: 'boolValue', value: json };
  }
  return Array.isArray(json) ? { case: 'listValue', value: listFromJson(json) } : { case: 'structValue', value: structFromJson(json) };
}

export function listFromJson(json: readonly JsonValue[]): Dynamic {
  return { $typeName: LIST, values: json.map(valueFromJson) };
}

export function structToJson(struct: Dynamic): JsonObject {
  const json: JsonObject = {};
  for (const [key, value] of Object.entries(struct['fields'] as MapValue)) setKey(json, key, valueToJson(value as Dynamic));
  return json;
}

/** A Value without a kind is read as null, as Envoy does; numbers that JSON cannot hold become strings. */
export function valueToJson(value: Dynamic): JsonValue {
  const kind = value['kind'] as OneofValue;
  switch (kind.case) {
    case 'stringValue':
    case 'boolValue':
    case 'numberValue':
      return kind.value as JsonValue;
    case 'structValue':
      return structToJson(kind.value as Dynamic);
    case 'listValue':
      return listToJson(kind.value as Dynamic);
    default:
      return null;
  }
}

export function listToJson(list: Dynamic): JsonValue[] {
  return (list['values'] as Dynamic[]).map(valueToJson);
}
