import {
  AS_JSON,
  AS_WRAPPED,
  type DescField,
  type DescMessage,
  type DescOneof,
  type FieldType,
  type MessageType,
  SUBMESSAGE,
} from './descriptor.ts';
import { buildMessage, type Dynamic, dynamic, heldValue, isSet, type MapValue, newMessage, zeroOf } from './dynamic.ts';
import type { AnyMessage } from './message.ts';
import { findEnum, findMessage } from './pool.ts';
import { structFromJson } from './struct.ts';
import { LIST, MAP, SINGULAR } from './table.ts';

/** Fields of a message by proto name (`lb_policy`) and by JSON name (`lbPolicy`), the two forms that proto3 JSON accepts. */
export function fieldsOf(desc: DescMessage): ReadonlyMap<string, DescField> {
  return (desc as MessageType).byName as unknown as ReadonlyMap<string, DescField>;
}

/** Proto name of an enum value (`RING_HASH`), or undefined when the enum has no such number. */
export function enumName(typeName: string, number: number): string | undefined {
  return findEnum(typeName)?.value[number]?.name;
}

/** A message read by descriptor, without knowing its type. */
export interface ReflectMessage {
  readonly message: AnyMessage;
  readonly desc: DescMessage;
  /** Whether the field holds something other than what an empty message holds. */
  isSet(field: DescField): boolean;
  /** Scalars and enums as they are; messages, wrappers and Structs as ReflectMessage; lists and maps as their views. */
  get(field: DescField): unknown;
  /** The member that is set. */
  oneofCase(oneof: DescOneof): DescField | undefined;
}

/** Elements as `get` gives them. */
export interface ReflectList extends Iterable<unknown> {
  readonly size: number;
  field(): DescField & { readonly fieldKind: 'list' };
}

/** Keys as the properties that they are; values as `get` gives them. */
export interface ReflectMap extends Iterable<readonly [string, unknown]> {
  readonly size: number;
  field(): DescField & { readonly fieldKind: 'map' };
}

export function reflectOn(message: AnyMessage): ReflectMessage {
  const type = findMessage(message.$typeName);
  if (type === undefined) throw new Error(`the API has no message ${message.$typeName}`);
  return new MessageView(type, dynamic(message));
}

class MessageView implements ReflectMessage {
  readonly message: AnyMessage;
  readonly desc: MessageType;

  constructor(desc: MessageType, message: Dynamic) {
    this.desc = desc;
    this.message = message;
  }

  isSet(field: DescField): boolean {
    return isSet(dynamic(this.message), internal(field));
  }

  get(field: DescField): unknown {
    const type = internal(field);
    const value = valueIn(dynamic(this.message), type);
    if (type.label === LIST) return new ListView(type, value as readonly unknown[]);
    return type.label === MAP ? new MapView(type, value as MapValue) : viewOf(type, value);
  }

  oneofCase(oneof: DescOneof): DescField | undefined {
    return oneof.fields.find((field) => this.isSet(field));
  }
}

class ListView implements ReflectList {
  readonly #type: FieldType;
  readonly #list: readonly unknown[];

  constructor(type: FieldType, list: readonly unknown[]) {
    this.#type = type;
    this.#list = list;
  }

  get size(): number {
    return this.#list.length;
  }

  field(): DescField & { readonly fieldKind: 'list' } {
    return this.#type as unknown as DescField & { readonly fieldKind: 'list' };
  }

  *[Symbol.iterator](): Iterator<unknown> {
    for (const item of this.#list) yield viewOf(this.#type, item);
  }
}

class MapView implements ReflectMap {
  readonly #type: FieldType;
  readonly #map: MapValue;

  constructor(type: FieldType, map: MapValue) {
    this.#type = type;
    this.#map = map;
  }

  get size(): number {
    return Object.keys(this.#map).length;
  }

  field(): DescField & { readonly fieldKind: 'map' } {
    return this.#type as unknown as DescField & { readonly fieldKind: 'map' };
  }

  *[Symbol.iterator](): Iterator<readonly [string, unknown]> {
    for (const [key, item] of Object.entries(this.#map)) yield [key, viewOf(this.#type, item)];
  }
}

/** The field as the codecs see it: every DescField is one. */
function internal(field: DescField): FieldType {
  return field as unknown as FieldType;
}

/** The value of a field, set or not; an unset member of a oneof and an unset message read as an empty one. */
function valueIn(message: Dynamic, field: FieldType): unknown {
  if (isSet(message, field)) return heldValue(message, field);
  if (field.label !== SINGULAR) return message[field.localName];
  return field.valueKind === SUBMESSAGE ? undefined : zeroOf(field.scalar);
}

function viewOf(field: FieldType, value: unknown): unknown {
  if (field.valueKind !== SUBMESSAGE) return value;
  const type = field.message;
  if (field.form === AS_WRAPPED) return new MessageView(type, buildMessage(type, value === undefined ? undefined : { value }));
  if (field.form === AS_JSON) return new MessageView(type, structFromJson(value ?? {}));
  return new MessageView(type, value === undefined ? newMessage(type) : (value as Dynamic));
}

/** Visits every message directly inside `message`: singular fields, list elements and map values. The step is the path below it: `clusters[0]`, `typed_config`. Values that are messages only in form (wrappers, Struct, Duration …) are left out. */
export function eachChild(message: AnyMessage, visit: (child: AnyMessage, step: string) => void): void {
  const type = findMessage(message.$typeName);
  for (const field of type?.types ?? []) {
    if (field.valueKind !== SUBMESSAGE || !isSet(dynamic(message), field) || leaf.test(field.message.typeName)) continue;
    const value = heldValue(dynamic(message), field);
    if (field.label === LIST) {
      for (const [i, item] of (value as AnyMessage[]).entries()) visit(item, `${field.name}[${i}]`);
    } else if (field.label === MAP) {
      for (const [key, item] of Object.entries(value as MapValue)) visit(item as AnyMessage, `${field.name}[${JSON.stringify(key)}]`);
    } else visit(value as AnyMessage, field.name);
  }
}

const leaf = /^google\.protobuf\.(?:\w*Value|Struct|Duration|Timestamp|Empty)$/;
