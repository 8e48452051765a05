/** Messages as the admin of Envoy prints them: fields in the order of their numbers, secrets blotted out. */
import {
  type AnyMessage,
  type DescField,
  type DescMessage,
  enumName,
  fieldsOf,
  findSchema,
  isSensitive,
  type JsonObject,
  type JsonValue,
  ScalarType,
  schemaOf,
  toJson,
  typeNameOf,
} from '../api/index.ts';

const REDACTED = '[redacted]';
const REDACTED_BYTES = Buffer.from(REDACTED).toString('base64');

/** Proto JSON for a dump. A private key, a password or a token shows as `[redacted]`, however deep it lies. */
export function dumpJson(message: AnyMessage): JsonValue {
  return arrange(schemaOf(message), toJson(message), false);
}

/** As `dumpJson`, with every scalar that is not set as its zero: `/server_info`. */
export function fullJson(message: AnyMessage): JsonValue {
  return arrange(schemaOf(message), toJson(message), true);
}

function arrange(desc: DescMessage, json: JsonValue, full: boolean): JsonValue {
  if (!isObject(json) || isPlain(desc)) return json;
  const ordered: { [key: string]: JsonValue } = {};
  let shape = desc;
  if (desc.typeName === 'google.protobuf.Any') {
    const type = json['@type'];
    const inner = typeof type === 'string' ? findSchema(typeNameOf(type)) : undefined;
    if (type !== undefined) ordered['@type'] = type;
    if (inner === undefined || isPlain(inner)) return json;
    shape = inner;
  }
  if (shape.typeName === 'udpa.type.v1.TypedStruct' || shape.typeName === 'xds.type.v3.TypedStruct') return typedStruct(json);
  const fields = [...shape.fields].sort((a, b) => a.number - b.number);
  for (const field of fields) {
    const value = json[field.name];
    if (value !== undefined) ordered[field.name] = arrangeField(field, value, full);
    else if (full) addZero(ordered, field);
  }
  return ordered;
}

function arrangeField(field: DescField, value: JsonValue, full: boolean): JsonValue {
  if (isSensitive(field)) return redact(field, value);
  if (field.fieldKind === 'message') return arrange(field.message, value, full);
  if (field.fieldKind === 'list' && field.listKind === 'message' && Array.isArray(value)) {
    return value.map((item) => arrange(field.message, item, full));
  }
  if (field.fieldKind === 'map' && field.mapKind === 'message' && isObject(value)) {
    return mapValues(value, (item) => arrange(field.message, item, full));
  }
  return value;
}

/** Texts and bytes below a sensitive field say that they were there, numbers do not show. */
function redact(field: DescField, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => redact(field, item));
  if (field.fieldKind === 'map' && isObject(value)) {
    const inner = field.mapKind === 'message' ? field.message : null;
    return mapValues(value, (item) => (inner !== null && isObject(item) ? redactMessage(inner, item) : REDACTED));
  }
  const message = field.fieldKind === 'message' || (field.fieldKind === 'list' && field.listKind === 'message') ? field.message : null;
  if (message !== null && isObject(value)) return redactMessage(message, value);
  return typeof value === 'string' ? (isBytes(field) ? REDACTED_BYTES : REDACTED) : null;
}

function redactMessage(desc: DescMessage, json: JsonObject): JsonValue {
  const type = json['@type'];
  const shape = (typeof type === 'string' ? findSchema(typeNameOf(type)) : undefined) ?? desc;
  const redacted: { [key: string]: JsonValue } = type === undefined ? {} : { '@type': type };
  for (const field of shape.fields) {
    const value = json[field.name];
    if (value === undefined) continue;
    const shown = redact(field, value);
    if (shown !== null) redacted[field.name] = shown;
  }
  return redacted;
}

/** A message that came as a Struct: its fields may stand in either spelling. */
function typedStruct(json: JsonObject): JsonValue {
  const { value, type_url: type } = json;
  const desc = typeof type === 'string' ? findSchema(typeNameOf(type)) : undefined;
  return desc === undefined || value === undefined ? json : { ...json, value: redactStruct(desc, value) };
}

function redactStruct(desc: DescMessage, json: JsonValue): JsonValue {
  if (!isObject(json) || isPlain(desc)) return json;
  const fields = fieldsOf(desc);
  const redacted: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(json)) {
    const field = fields.get(key);
    if (field === undefined) redacted[key] = value;
    else if (isSensitive(field)) redacted[key] = blot(value);
    else if (field.fieldKind === 'message') redacted[key] = redactStruct(field.message, value);
    else if (field.fieldKind === 'list' && field.listKind === 'message' && Array.isArray(value))
      redacted[key] = value.map((item) => redactStruct(field.message, item));
    else redacted[key] = value;
  }
  return redacted;
}

function blot(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(blot);
  if (isObject(value)) return mapValues(value, blot);
  return value === null ? null : REDACTED;
}

function addZero(json: { [key: string]: JsonValue }, field: DescField): void {
  if (field.oneof !== undefined) return;
  if (field.fieldKind === 'list') json[field.name] = [];
  else if (field.fieldKind === 'map') json[field.name] = {};
  else if (field.fieldKind === 'enum') json[field.name] = enumName(field.enum.typeName, 0) ?? 0;
  else if (field.fieldKind === 'scalar') json[field.name] = ZEROS.get(field.scalar) ?? 0;
}

/** Numbers of 64 bits are texts in JSON. */
const ZEROS: ReadonlyMap<number, JsonValue> = new Map<number, JsonValue>([
  [ScalarType.STRING, ''],
  [ScalarType.BYTES, ''],
  [ScalarType.BOOL, false],
  [ScalarType.INT64, '0'],
  [ScalarType.UINT64, '0'],
  [ScalarType.SINT64, '0'],
  [ScalarType.FIXED64, '0'],
  [ScalarType.SFIXED64, '0'],
]);

function isBytes(field: DescField): boolean {
  return (field.fieldKind === 'scalar' || (field.fieldKind === 'list' && field.listKind === 'scalar')) && field.scalar === ScalarType.BYTES;
}

/** Messages whose JSON is no object with their fields. */
function isPlain(desc: DescMessage): boolean {
  return desc.typeName.startsWith('google.protobuf.') && desc.typeName !== 'google.protobuf.Any';
}

function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function mapValues(json: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, change(value)]));
}
