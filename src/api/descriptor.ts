import {
  camelCase,
  DEPRECATED,
  type EnumRow,
  EXPLICIT,
  type FieldRow,
  LIST,
  MAP,
  type MessageRow,
  PACKED,
  PROTO2,
  type ScalarType,
  SENSITIVE,
  type ServiceRow,
  TYPE_ENUM,
  TYPE_MESSAGE,
  UNCHECKED,
} from './table.ts';

/** Finds the type in a row: the pool, which builds a type when it is first asked for. */
export interface TypeSource {
  messageAt(row: number): MessageType;
  enumAt(row: number): DescEnum;
}

/** A message of the API. Its fields are built on first use, the types of its fields when a field's is asked for. */
export interface DescMessage {
  readonly kind: 'message';
  /** Full name: `envoy.config.cluster.v3.Cluster`. */
  readonly typeName: string;
  /** Last part of the full name. */
  readonly name: string;
  /** In the order of the proto file. */
  readonly fields: readonly DescField[];
  readonly oneofs: readonly DescOneof[];
}

export interface DescOneof {
  readonly kind: 'oneof';
  readonly name: string;
  readonly localName: string;
  readonly fields: readonly DescField[];
  /** validate.required: one member must be set. */
  readonly required: boolean;
}

interface FieldBase {
  readonly kind: 'field';
  /** Proto name: `lb_policy`. */
  readonly name: string;
  /** `lbPolicy`. */
  readonly jsonName: string;
  /** Property of the message, or `case` of its oneof. */
  readonly localName: string;
  readonly number: number;
  readonly parent: DescMessage;
  readonly oneof: DescOneof | undefined;
  readonly deprecated: boolean;
}

export type DescField = FieldBase &
  (
    | { readonly fieldKind: 'scalar'; readonly scalar: ScalarType }
    | { readonly fieldKind: 'enum'; readonly enum: DescEnum }
    | { readonly fieldKind: 'message'; readonly message: DescMessage }
    | { readonly fieldKind: 'list'; readonly listKind: 'scalar'; readonly scalar: ScalarType }
    | { readonly fieldKind: 'list'; readonly listKind: 'enum'; readonly enum: DescEnum }
    | { readonly fieldKind: 'list'; readonly listKind: 'message'; readonly message: DescMessage }
    | { readonly fieldKind: 'map'; readonly mapKind: 'scalar'; readonly mapKey: ScalarType; readonly scalar: ScalarType }
    | { readonly fieldKind: 'map'; readonly mapKind: 'enum'; readonly mapKey: ScalarType; readonly enum: DescEnum }
    | { readonly fieldKind: 'map'; readonly mapKind: 'message'; readonly mapKey: ScalarType; readonly message: DescMessage }
  );

/** An enum: every value by declaration, and by number (the first name where several share one). */
export interface DescEnum {
  readonly kind: 'enum';
  readonly typeName: string;
  /** Last part of the full name. */
  readonly name: string;
  readonly closed: boolean;
  readonly values: readonly EnumValue[];
  readonly value: { readonly [number: number]: EnumValue };
}

export interface EnumValue {
  readonly name: string;
  readonly number: number;
}

export interface DescService {
  readonly kind: 'service';
  readonly typeName: string;
  readonly methods: readonly DescMethod[];
}

export interface DescMethod {
  readonly name: string;
  /** Path of the gRPC request: `/package.Service/Method`. */
  readonly path: string;
  readonly input: DescMessage;
  readonly output: DescMessage;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
}

/** What a value is, whatever holds it. */
export type ValueKind = typeof SCALAR | typeof ENUMERATION | typeof SUBMESSAGE;
export const SCALAR = 0;
export const ENUMERATION = 1;
export const SUBMESSAGE = 2;

/** How a message stands in a field: wrappers as their value, Struct as a JSON object, all others as messages. */
export type Form = typeof AS_MESSAGE | typeof AS_WRAPPED | typeof AS_JSON;
export const AS_MESSAGE = 0;
export const AS_WRAPPED = 1;
export const AS_JSON = 2;

const wrappers = new Set(
  ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map((name) => `google.protobuf.${name}Value`),
);

export function isWrapper(typeName: string): boolean {
  return wrappers.has(typeName);
}

/** A field as the codecs read it; `DescField` is what others see of it. */
export class FieldType {
  readonly kind = 'field';
  readonly name: string;
  readonly jsonName: string;
  readonly localName: string;
  readonly number: number;
  readonly parent: MessageType;
  readonly oneof: OneofType | undefined;
  readonly label: number;
  readonly valueKind: ValueKind;
  /** Scalar type of the value; int32 for an enum. */
  readonly scalar: ScalarType;
  readonly mapKey: ScalarType;
  readonly packed: boolean;
  /** Unset shows as a missing property, not as the zero value. */
  readonly explicit: boolean;
  readonly deprecated: boolean;
  readonly sensitive: boolean;
  /** validate.FieldRules in base64, or empty. */
  readonly rules: string;
  readonly #source: TypeSource;
  readonly #ref: number;
  #message: MessageType | undefined;
  #form: Form | undefined;

  constructor(row: FieldRow, parent: MessageType, oneofs: readonly OneofType[], source: TypeSource) {
    const [name, number, type, label = 0, ref = 0, oneof = 0, flags = 0, rules = 0, json = 0] = row;
    const [key, valueType, target] = typeof ref === 'number' ? [0, type, ref] : ref;
    this.name = name;
    this.localName = camelCase(name);
    this.jsonName = json === 0 ? this.localName : json;
    this.number = number;
    this.parent = parent;
    this.oneof = oneofs[oneof - 1];
    this.label = label;
    this.valueKind = valueType === TYPE_MESSAGE ? SUBMESSAGE : valueType === TYPE_ENUM ? ENUMERATION : SCALAR;
    this.scalar = (this.valueKind === SCALAR ? valueType : 5) as ScalarType;
    this.mapKey = key as ScalarType;
    this.packed = (flags & PACKED) !== 0;
    this.explicit = (flags & EXPLICIT) !== 0 || this.oneof !== undefined || (label === 0 && this.valueKind === SUBMESSAGE);
    this.deprecated = (flags & DEPRECATED) !== 0;
    this.sensitive = (flags & SENSITIVE) !== 0;
    this.rules = rules === 0 ? '' : rules;
    this.#source = source;
    this.#ref = target;
    this.oneof?.types.push(this);
  }

  get fieldKind(): DescField['fieldKind'] {
    return this.label === LIST ? 'list' : this.label === MAP ? 'map' : this.#valueName;
  }

  get listKind(): 'scalar' | 'enum' | 'message' | undefined {
    return this.label === LIST ? this.#valueName : undefined;
  }

  get mapKind(): 'scalar' | 'enum' | 'message' | undefined {
    return this.label === MAP ? this.#valueName : undefined;
  }

  get #valueName(): 'scalar' | 'enum' | 'message' {
    return this.valueKind === SUBMESSAGE ? 'message' : this.valueKind === ENUMERATION ? 'enum' : 'scalar';
  }

  /** Type of the value; only where `valueKind` is SUBMESSAGE. */
  get message(): MessageType {
    this.#message ??= this.#source.messageAt(this.#ref);
    return this.#message;
  }

  /** Type of the value; only where `valueKind` is ENUMERATION. */
  get enum(): DescEnum {
    return this.#source.enumAt(this.#ref);
  }

  /** How a value of `message` is held. */
  get form(): Form {
    if (this.#form === undefined) {
      const name = this.message.typeName;
      if (name === 'google.protobuf.Struct' && this.parent.typeName !== 'google.protobuf.Value') this.#form = AS_JSON;
      else this.#form = this.label === 0 && this.oneof === undefined && isWrapper(name) ? AS_WRAPPED : AS_MESSAGE;
    }
    return this.#form;
  }
}

export class OneofType implements DescOneof {
  readonly kind = 'oneof';
  readonly name: string;
  readonly localName: string;
  readonly required: boolean;
  readonly types: FieldType[] = [];

  constructor(name: string, required: boolean) {
    this.name = name;
    this.localName = camelCase(name);
    this.required = required;
  }

  get fields(): readonly DescField[] {
    return this.types as unknown as readonly DescField[];
  }
}

/** A message as the codecs read it; `DescMessage` is what others see of it. */
export class MessageType implements DescMessage {
  readonly kind = 'message';
  readonly typeName: string;
  readonly unchecked: boolean;
  /** proto2: a property that is not the message's own reads as the default of its field. */
  readonly proto2: boolean;
  readonly #source: TypeSource;
  readonly #row: MessageRow;
  #types: readonly FieldType[] | undefined;
  #oneofs: readonly OneofType[] = [];
  #byNumber: ReadonlyMap<number, FieldType> | undefined;
  #byName: ReadonlyMap<string, FieldType> | undefined;
  #sorted: readonly FieldType[] | undefined;
  /** Where `create` keeps what it prepared for this type. */
  template: unknown;

  constructor(typeName: string, row: MessageRow, source: TypeSource) {
    this.typeName = typeName;
    this.unchecked = (row[1] & UNCHECKED) !== 0;
    this.proto2 = (row[1] & PROTO2) !== 0;
    this.#row = row;
    this.#source = source;
  }

  get types(): readonly FieldType[] {
    if (this.#types === undefined) {
      const [, , names, ...rows] = this.#row;
      const oneofs: OneofType[] = [];
      for (let i = 0; i < names.length; i += 2) oneofs.push(new OneofType(names[i] as string, names[i + 1] === 1));
      this.#types = rows.map((row) => new FieldType(row, this, oneofs, this.#source));
      this.#oneofs = oneofs;
    }
    return this.#types;
  }

  get name(): string {
    return lastPart(this.typeName);
  }

  get fields(): readonly DescField[] {
    return this.types as unknown as readonly DescField[];
  }

  get oneofs(): readonly OneofType[] {
    return this.types.length === 0 ? [] : this.#oneofs;
  }

  get byNumber(): ReadonlyMap<number, FieldType> {
    this.#byNumber ??= new Map(this.types.map((field) => [field.number, field]));
    return this.#byNumber;
  }

  /** By proto name and by JSON name. */
  get byName(): ReadonlyMap<string, FieldType> {
    this.#byName ??= new Map([...this.types.map((f) => [f.jsonName, f] as const), ...this.types.map((f) => [f.name, f] as const)]);
    return this.#byName;
  }

  /** In the order of their numbers, in which they are written. */
  get sorted(): readonly FieldType[] {
    this.#sorted ??= this.types.toSorted((a, b) => a.number - b.number);
    return this.#sorted;
  }

  toString(): string {
    return this.typeName;
  }
}

export function enumType(typeName: string, row: EnumRow): DescEnum {
  const [, closed, ...rest] = row;
  const values: EnumValue[] = [];
  const value: { [number: number]: EnumValue } = {};
  for (let i = 0; i < rest.length; i += 2) {
    const entry = { name: rest[i] as string, number: rest[i + 1] as number };
    values.push(entry);
    value[entry.number] ??= entry;
  }
  return { kind: 'enum', typeName, name: lastPart(typeName), closed: closed === 1, values, value };
}

export function serviceType(typeName: string, row: ServiceRow, source: TypeSource): DescService {
  const [, ...rows] = row;
  const methods = rows.map(([name, input, output, client = 0, server = 0]) => ({
    name,
    path: `/${typeName}/${name}`,
    input: source.messageAt(input),
    output: source.messageAt(output),
    clientStreaming: client === 1,
    serverStreaming: server === 1,
  }));
  return { kind: 'service', typeName, methods };
}

function lastPart(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf('.') + 1);
}
