/**
 * The form in which the generator packs the API: one JSON array for each type, so that a type costs nothing before it is
 * used. `gen/api.bin` holds the rows one after another, `gen/api.json` the names and lengths. Trailing zeros of a row are
 * left out.
 */

/** `names[i]` is a full name, `sizes[i]` the length of its row in bytes; a row's number is its place here. */
export interface Index {
  readonly names: readonly string[];
  readonly sizes: readonly number[];
}

export const MESSAGE = 0;
export const ENUM = 1;
export const SERVICE = 2;

/** [kind, flags, oneofs (name and 1 when one member must be set, in turn), fields …] */
export type MessageRow = readonly [kind: typeof MESSAGE, flags: number, oneofs: readonly (string | number)[], ...fields: FieldRow[]];
/** Message flags. */
export const UNCHECKED = 1; // validate.disabled
export const PROTO2 = 2;

/**
 * `type` is FieldDescriptorProto.Type. `ref` is the number of the message's or enum's row; of a map it is
 * [key type, value type, row of the value]. `oneof` counts from 1. `rules` is a validate.FieldRules in base64. `json` is the
 * JSON name where it does not follow from the name.
 */
export type FieldRow = readonly [
  name: string,
  number: number,
  type: number,
  label?: number,
  ref?: number | readonly [number, number, number],
  oneof?: number,
  flags?: number,
  rules?: string | 0,
  json?: string | 0,
];
/** Labels. */
export const SINGULAR = 0;
export const LIST = 1;
export const MAP = 2;
/** Field flags. */
export const EXPLICIT = 1; // presence does not show in the value: proto3 optional, proto2
export const PACKED = 2;
export const DEPRECATED = 4;
export const SENSITIVE = 8;

/** [kind, closed, name, number, name, number …] */
export type EnumRow = readonly [kind: typeof ENUM, closed: number, ...values: (string | number)[]];

/** [kind, [name, input row, output row, client streams, server streams] …] */
export type ServiceRow = readonly [kind: typeof SERVICE, ...methods: (readonly [string, number, number, number?, number?])[]];

export type Row = MessageRow | EnumRow | ServiceRow;

/** FieldDescriptorProto.Type of what is not a scalar. */
export const TYPE_MESSAGE = 11;
export const TYPE_ENUM = 14;

/** FieldDescriptorProto.Type of the scalars. */
export const ScalarType = {
  DOUBLE: 1,
  FLOAT: 2,
  INT64: 3,
  UINT64: 4,
  INT32: 5,
  FIXED64: 6,
  FIXED32: 7,
  BOOL: 8,
  STRING: 9,
  BYTES: 12,
  UINT32: 13,
  SFIXED32: 15,
  SFIXED64: 16,
  SINT32: 17,
  SINT64: 18,
} as const;
export type ScalarType = (typeof ScalarType)[keyof typeof ScalarType];

/** `max_requests` → `maxRequests`: the rule by which protoc makes JSON names (protobuf language spec, "default JSON names"). */
export function camelCase(name: string): string {
  return name.includes('_') ? name.replace(/_+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '') : name;
}
