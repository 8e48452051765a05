import { isFieldSet } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  type FileDescriptorProto,
  type ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import * as table from '../../src/api/table.ts';
import { droppedFiles } from './roots.ts';

/** Extension numbers of the options that are kept: validate.rules (field), .required (oneof), .disabled (message); udpa.annotations.sensitive. */
const RULES = 1071;
const SENSITIVE = 76569463;

/** Field names whose property would hide one that every object has. */
const reserved = /^(?:constructor|toString|toJSON|valueOf|__proto__)$/;

/** The files that describe data: those that only declare options go, with the imports of them. */
export function withoutAnnotations(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const kept = files.filter((file) => !droppedFiles.test(file.name));
  for (const file of kept) {
    file.dependency = file.dependency.filter((name) => !droppedFiles.test(name));
    file.publicDependency = [];
    file.weakDependency = [];
    file.extension = [];
  }
  return kept;
}

type Type =
  | { readonly kind: 'message'; readonly proto: DescriptorProto; readonly proto2: boolean }
  | { readonly kind: 'enum'; readonly proto: EnumDescriptorProto; readonly proto2: boolean }
  | { readonly kind: 'service'; readonly proto: ServiceDescriptorProto };

/** Rows of all types (src/api/table.ts) in the order of their names. */
export function pack(files: readonly FileDescriptorProto[]): { bin: Buffer; index: table.Index } {
  const types = new Map<string, Type>();
  const maps = new Map<string, DescriptorProto>();
  for (const file of files) collect(file, types, maps);
  const names = [...types.keys()].sort();
  const numbers = new Map(names.map((name, i) => [name, i]));
  const packer = new Packer(numbers, maps);
  const rows = names.map((name) => Buffer.from(JSON.stringify(packer.row(types.get(name) as Type)), 'latin1'));
  return { bin: Buffer.concat(rows), index: { names, sizes: rows.map((row) => row.length) } };
}

function collect(file: FileDescriptorProto, types: Map<string, Type>, maps: Map<string, DescriptorProto>): void {
  const proto2 = file.syntax !== 'proto3';
  const message = (proto: DescriptorProto, parent: string): void => {
    const name = `${parent}.${proto.name}`;
    if (proto.options?.mapEntry) {
      maps.set(name, proto);
      return;
    }
    types.set(name, { kind: 'message', proto, proto2 });
    for (const nested of proto.nestedType) message(nested, name);
    for (const nested of proto.enumType) types.set(`${name}.${nested.name}`, { kind: 'enum', proto: nested, proto2 });
  };
  for (const proto of file.messageType) message(proto, file.package);
  for (const proto of file.enumType) types.set(`${file.package}.${proto.name}`, { kind: 'enum', proto, proto2 });
  for (const proto of file.service) types.set(`${file.package}.${proto.name}`, { kind: 'service', proto });
}

class Packer {
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #maps: ReadonlyMap<string, DescriptorProto>;

  constructor(numbers: ReadonlyMap<string, number>, maps: ReadonlyMap<string, DescriptorProto>) {
    this.#numbers = numbers;
    this.#maps = maps;
  }

  row(type: Type): unknown[] {
    switch (type.kind) {
      case 'message':
        return this.#message(type.proto, type.proto2);
      case 'enum':
        return [table.ENUM, type.proto2 ? 1 : 0, ...type.proto.value.flatMap((v) => [v.name, v.number])];
      case 'service':
        return [
          table.SERVICE,
          ...type.proto.method.map((m) =>
            short([m.name, this.#ref(m.inputType), this.#ref(m.outputType), m.clientStreaming ? 1 : 0, m.serverStreaming ? 1 : 0]),
          ),
        ];
    }
  }

  #message(proto: DescriptorProto, proto2: boolean): unknown[] {
    const flags = (hasFlag(proto.options?.$unknown, RULES) ? table.UNCHECKED : 0) | (proto2 ? table.PROTO2 : 0);
    // The oneofs that stand for "optional" come last and say nothing more than the field's flag.
    const real = proto.oneofDecl.filter((_, i) => proto.field.some((f) => inOneof(f) === i + 1));
    const oneofs = real.flatMap((oneof) => [oneof.name, hasFlag(oneof.options?.$unknown, RULES) ? 1 : 0]);
    return [table.MESSAGE, flags, oneofs, ...proto.field.map((field) => this.#field(field, proto2))];
  }

  #field(field: FieldDescriptorProto, proto2: boolean): unknown[] {
    if (reserved.test(field.name)) throw new Error(`a field is called ${field.name}`);
    if (field.type === FieldDescriptorProto_Type.GROUP) throw new Error(`${field.name} is a group`);
    const list = field.label === FieldDescriptorProto_Label.REPEATED;
    const entry = list ? this.#maps.get(field.typeName.replace(/^\./, '')) : undefined;
    const label = entry !== undefined ? table.MAP : list ? table.LIST : table.SINGULAR;
    const options = field.options;
    const flags =
      (field.proto3Optional || (proto2 && label === table.SINGULAR) ? table.EXPLICIT : 0) |
      (packed(field, label, proto2) ? table.PACKED : 0) |
      (options?.deprecated ? table.DEPRECATED : 0) |
      (hasFlag(options?.$unknown, SENSITIVE) ? table.SENSITIVE : 0);
    const rules = (options?.$unknown ?? []).filter((o) => o.no === RULES).map((o) => new BinaryReader(o.data).bytes());
    const row: table.FieldRow = [
      field.name,
      field.number,
      entry !== undefined ? table.TYPE_MESSAGE : field.type,
      label,
      entry !== undefined ? this.#map(entry) : this.#ref(field.typeName),
      inOneof(field),
      flags,
      rules.length === 0 ? 0 : Buffer.concat(rules).toString('base64'),
      field.jsonName === table.camelCase(field.name) ? 0 : field.jsonName,
    ];
    return short(row);
  }

  #map(entry: DescriptorProto): readonly [number, number, number] {
    const [key, value] = entry.field;
    if (key === undefined || value === undefined) throw new Error(`${entry.name} is no map entry`);
    return [key.type, value.type, this.#ref(value.typeName)];
  }

  #ref(typeName: string): number {
    if (typeName === '') return 0;
    const number = this.#numbers.get(typeName.replace(/^\./, ''));
    if (number === undefined) throw new Error(`no type ${typeName}`);
    return number;
  }
}

/** Place of the oneof that a field belongs to, from 1; 0 for none. */
function inOneof(field: FieldDescriptorProto): number {
  return field.proto3Optional || !isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex) ? 0 : field.oneofIndex + 1;
}

/** Packed is proto3's default for repeated numbers. */
function packed(field: FieldDescriptorProto, label: number, proto2: boolean): boolean {
  const number = field.type !== FieldDescriptorProto_Type.STRING && field.type !== FieldDescriptorProto_Type.BYTES;
  if (label !== table.LIST || !number || field.type === FieldDescriptorProto_Type.MESSAGE) return false;
  return field.options !== undefined && isFieldSet(field.options, FieldOptionsSchema.field.packed) ? field.options.packed : !proto2;
}

/** A boolean option among the extensions, which the runtime keeps as unknown fields. */
function hasFlag(unknown: readonly { readonly no: number; readonly data: Uint8Array }[] | undefined, number: number): boolean {
  const option = unknown?.findLast((o) => o.no === number);
  return option !== undefined && new BinaryReader(option.data).bool();
}

/** Without the zeros at the end. */
function short(row: readonly unknown[]): unknown[] {
  let end = row.length;
  while (row[end - 1] === 0) end--;
  return row.slice(0, end);
}
