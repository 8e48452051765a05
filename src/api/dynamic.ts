import type { Message as MessageShape } from '@bufbuild/protobuf';
import { AS_MESSAGE, type FieldType, type MessageType, SUBMESSAGE } from './descriptor.ts';
import { LIST, MAP, ScalarType, SINGULAR } from './table.ts';

/** A message whose type is known only from its descriptor. The shapes are those of `gen/types`. */
export interface Dynamic {
  $typeName: string;
  $unknown?: UnknownField[];
  [property: string]: unknown;
}

/** A field that the API does not have, as it stood on the wire: kept, and written again. */
export interface UnknownField {
  readonly no: number;
  readonly wireType: number;
  /** What followed the tag: a length-delimited field with its length. */
  readonly data: Uint8Array;
}

/** The value of a oneof: `case` is the local name of the member, undefined when none is set. */
export interface OneofValue {
  case: string | undefined;
  value?: unknown;
}

export type MapValue = { [key: string]: unknown };

export const dynamic = (message: MessageShape): Dynamic => message as Dynamic;

const NO_BYTES = new Uint8Array(0);

export function zeroOf(scalar: ScalarType): string | number | bigint | boolean | Uint8Array {
  switch (scalar) {
    case ScalarType.STRING:
      return '';
    case ScalarType.BOOL:
      return false;
    case ScalarType.BYTES:
      return NO_BYTES;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return 0n;
    default:
      return 0;
  }
}

/** What a new message of a type starts with: copied at once, then each list, map and oneof gets an object of its own. */
interface Template {
  readonly values: Dynamic;
  readonly lists: readonly string[];
  readonly maps: readonly string[];
  readonly oneofs: readonly string[];
  /** proto2: where the defaults of unset fields are read. */
  readonly defaults: object | undefined;
}

function templateOf(type: MessageType): Template {
  if (type.template !== undefined) return type.template as Template;
  const values: Dynamic = { $typeName: type.typeName };
  const lists: string[] = [];
  const maps: string[] = [];
  const oneofs: string[] = [];
  const defaults: MapValue = {};
  for (const field of type.types) {
    if (field.oneof !== undefined) {
      if (values[field.oneof.localName] === undefined) {
        values[field.oneof.localName] = null;
        oneofs.push(field.oneof.localName);
      }
    } else if (field.label === LIST) {
      values[field.localName] = null;
      lists.push(field.localName);
    } else if (field.label === MAP) {
      values[field.localName] = null;
      maps.push(field.localName);
    } else if (field.valueKind !== SUBMESSAGE) {
      if (type.proto2) defaults[field.localName] = zeroOf(field.scalar);
      else if (!field.explicit) values[field.localName] = zeroOf(field.scalar);
    }
  }
  const template = { values, lists, maps, oneofs, defaults: type.proto2 ? defaults : undefined };
  type.template = template;
  return template;
}

export function newMessage(type: MessageType): Dynamic {
  const { values, lists, maps, oneofs, defaults } = templateOf(type);
  const message: Dynamic = defaults === undefined ? { ...values } : Object.assign(Object.create(defaults), values);
  for (const name of lists) message[name] = [];
  for (const name of maps) message[name] = {};
  for (const name of oneofs) message[name] = { case: undefined };
  return message;
}

/** A map entry under any key, `__proto__` too. */
export function setKey(map: MapValue, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

/** A message from an initialiser: any part of the shape, nested messages as plain objects or as messages, which are taken as they are. */
export function buildMessage(type: MessageType, init: object | undefined): Dynamic {
  const given = init as Dynamic | undefined;
  if (given?.$typeName === type.typeName) return given;
  const message = newMessage(type);
  if (given === undefined) return message;
  for (const field of type.types) {
    if (field.oneof !== undefined) {
      const oneof = given[field.oneof.localName] as OneofValue | undefined;
      if (oneof?.case === field.localName) message[field.oneof.localName] = { case: oneof.case, value: convert(field, oneof.value) };
      continue;
    }
    const value = given[field.localName];
    if (value === undefined || value === null) continue;
    if (field.label === SINGULAR) message[field.localName] = convert(field, value);
    else if (field.label === LIST) message[field.localName] = (value as unknown[]).map((item) => convert(field, item));
    else {
      const map = message[field.localName] as MapValue;
      for (const [key, item] of Object.entries(value)) setKey(map, key, convert(field, item));
    }
  }
  return message;
}

function convert(field: FieldType, value: unknown): unknown {
  if (field.valueKind !== SUBMESSAGE || field.form !== AS_MESSAGE) return value;
  return buildMessage(field.message, value as object);
}

/** Whether a field holds something other than what an empty message holds. */
export function isSet(message: Dynamic, field: FieldType): boolean {
  if (field.oneof !== undefined) return (message[field.oneof.localName] as OneofValue).case === field.localName;
  const value = message[field.localName];
  if (field.label === LIST) return (value as unknown[]).length > 0;
  if (field.label === MAP) {
    for (const _ in value as MapValue) return true;
    return false;
  }
  if (field.explicit) return value !== undefined && (!field.parent.proto2 || Object.hasOwn(message, field.localName));
  if (field.scalar === ScalarType.BYTES) return (value as Uint8Array).length > 0;
  return typeof value === 'number' ? !Object.is(value, 0) : Boolean(value);
}

/** The value of a field that is set. */
export function heldValue(message: Dynamic, field: FieldType): unknown {
  return field.oneof === undefined ? message[field.localName] : (message[field.oneof.localName] as OneofValue).value;
}

export function setValue(message: Dynamic, field: FieldType, value: unknown): void {
  if (field.oneof === undefined) message[field.localName] = value;
  else message[field.oneof.localName] = { case: field.localName, value };
}
