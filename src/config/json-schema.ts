/**
 * JSON Schema (2020-12) of a message in its JSON form, from the descriptors and their constraints: what `walk.ts` and `constraints.ts`
 * take, as far as a schema can say it. Both spellings of a field are known; editors suggest that of the proto file.
 */
import { type DescEnum, type DescField, type DescMessage, isRequired, isUnchecked, rulesOf, ScalarType } from '../api/index.ts';
import { constrain, demandsValue } from './schema-rules.ts';

export type JsonSchema = { [key: string]: unknown };

export interface SchemaChoices {
  /** Messages that an Any in this field may hold; null: any of the API. */
  inside(parent: DescMessage, field: DescField): readonly DescMessage[] | null;
  /** Fields that are known and refused: they are left out. */
  refused(parent: DescMessage, field: DescField): boolean;
  /** Values of enums that are known and refused. */
  refusedValue(parent: DescMessage, field: DescField, value: string): boolean;
}

const DURATION: JsonSchema = { type: 'string', pattern: '^-?\\d{1,12}(\\.\\d{1,9})?s$' };

/** Messages that JSON writes in a form of their own. */
const WELL_KNOWN: Readonly<Record<string, JsonSchema>> = {
  'google.protobuf.Duration': DURATION,
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.FieldMask': { type: 'string' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.ListValue': { type: 'array' },
  'google.protobuf.Value': {},
};

const WRAPPED: Readonly<Record<string, ScalarType>> = {
  'google.protobuf.BoolValue': ScalarType.BOOL,
  'google.protobuf.StringValue': ScalarType.STRING,
  'google.protobuf.BytesValue': ScalarType.BYTES,
  'google.protobuf.DoubleValue': ScalarType.DOUBLE,
  'google.protobuf.FloatValue': ScalarType.FLOAT,
  'google.protobuf.Int32Value': ScalarType.INT32,
  'google.protobuf.Int64Value': ScalarType.INT64,
  'google.protobuf.UInt32Value': ScalarType.UINT32,
  'google.protobuf.UInt64Value': ScalarType.UINT64,
};

export function jsonSchema(root: DescMessage, title: string, choices: SchemaChoices): JsonSchema {
  const writer = new Writer(choices);
  const { $ref } = writer.message(root);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, $ref, $defs: writer.definitions };
}

class Writer {
  readonly definitions: { [name: string]: JsonSchema } = {};
  readonly #choices: SchemaChoices;

  constructor(choices: SchemaChoices) {
    this.#choices = choices;
  }

  message(desc: DescMessage): JsonSchema {
    const known = WELL_KNOWN[desc.typeName];
    if (known !== undefined) return known;
    const wrapped = WRAPPED[desc.typeName];
    if (wrapped !== undefined) return scalar(wrapped);
    return this.#define(desc.typeName, () => this.#fields(desc));
  }

  #define(name: string, make: () => JsonSchema): JsonSchema {
    if (this.definitions[name] === undefined) {
      // Taken before it is made: messages hold themselves.
      this.definitions[name] = {};
      this.definitions[name] = make();
    }
    return { $ref: `#/$defs/${name}` };
  }

  #fields(desc: DescMessage, typeUrl?: string): JsonSchema {
    const checked = !isUnchecked(desc);
    const properties: { [name: string]: JsonSchema } = {};
    const demands: JsonSchema[] = [];
    const accepted = desc.fields.filter((field) => !this.#choices.refused(desc, field));
    for (const field of accepted) {
      const schema = this.#field(desc, field, checked);
      properties[field.name] = schema;
      if (field.jsonName !== field.name) properties[field.jsonName] = { ...schema, doNotSuggest: true };
      if (checked && demandsValue(field)) demands.push(present(field));
    }
    for (const oneof of desc.oneofs) {
      const members = oneof.fields.filter((field) => accepted.includes(field));
      if (members.length === 0) continue;
      const needed = checked && isRequired(oneof);
      if (members.length === 1 && !needed) continue;
      const each = members.map(present);
      demands.push({ oneOf: needed ? each : [...each, { not: { anyOf: each } }] });
    }
    if (typeUrl !== undefined) properties['@type'] = { const: typeUrl };
    return {
      type: 'object',
      properties,
      additionalProperties: false,
      ...(typeUrl === undefined ? {} : { required: ['@type'] }),
      ...(demands.length === 0 ? {} : { allOf: demands }),
    };
  }

  #field(parent: DescMessage, field: DescField, checked: boolean): JsonSchema {
    const rules = checked ? rulesOf(field) : undefined;
    const plain = this.#plain(parent, field);
    const schema = rules === undefined ? plain : constrain(plain, field, rules);
    return field.deprecated ? { ...schema, deprecated: true } : schema;
  }

  #plain(parent: DescMessage, field: DescField): JsonSchema {
    switch (field.fieldKind) {
      case 'scalar':
        return scalar(field.scalar);
      case 'enum':
        return this.#enumeration(parent, field, field.enum);
      case 'message':
        return this.#value(parent, field, field.message);
      case 'list':
        return { type: 'array', items: this.#element(parent, field, field.listKind) };
      case 'map':
        return { type: 'object', additionalProperties: this.#element(parent, field, field.mapKind) };
    }
  }

  #element(parent: DescMessage, field: DescField, kind: 'scalar' | 'enum' | 'message'): JsonSchema {
    if (kind === 'scalar') return scalar((field as { readonly scalar: ScalarType }).scalar);
    if (kind === 'enum') return this.#enumeration(parent, field, (field as { readonly enum: DescEnum }).enum);
    return this.#value(parent, field, (field as { readonly message: DescMessage }).message);
  }

  #value(parent: DescMessage, field: DescField, desc: DescMessage): JsonSchema {
    if (desc.typeName !== 'google.protobuf.Any') return this.message(desc);
    const inside = this.#choices.inside(parent, field);
    if (inside === null) return { type: 'object', required: ['@type'], properties: { '@type': { type: 'string', pattern: '/' } } };
    return { anyOf: inside.map((each) => this.#packed(each)) };
  }

  #enumeration(parent: DescMessage, field: DescField, { values }: DescEnum): JsonSchema {
    const taken = values.filter(({ name }) => !this.#choices.refusedValue(parent, field, name));
    return { enum: [...taken.map(({ name }) => name), ...new Set(taken.map(({ number }) => number))] };
  }

  /** A message as it stands in an Any. */
  #packed(desc: DescMessage): JsonSchema {
    const typeUrl = `type.googleapis.com/${desc.typeName}`;
    return this.#define(`${desc.typeName}@any`, () => this.#fields(desc, typeUrl));
  }
}

function present({ name, jsonName }: DescField): JsonSchema {
  return name === jsonName ? { required: [name] } : { anyOf: [{ required: [name] }, { required: [jsonName] }] };
}

function scalar(type: ScalarType): JsonSchema {
  switch (type) {
    case ScalarType.STRING:
      return { type: 'string' };
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64' };
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: ['number', 'string'] };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { ...INTEGER, minimum: 0, maximum: 2 ** 32 - 1 };
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return { ...INTEGER, minimum: 0 };
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return { ...INTEGER, minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
    default:
      return INTEGER;
  }
}

/** 64-bit integers are texts where JSON would lose digits; all may be. */
const INTEGER: JsonSchema = { type: ['integer', 'string'], pattern: '^-?\\d+$' };
