import { create, createFileRegistry, type DescMessage as EsMessage } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  OneofDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { FieldType, MessageType } from '../../src/api/descriptor.ts';
import { findEnum, findMessage, typeNames } from '../../src/api/pool.ts';
import { LIST, MAP, type ScalarType } from '../../src/api/table.ts';

/**
 * The whole API once more in @bufbuild/protobuf, an independent implementation to compare ours with. Built from our own
 * tables, in two files without a package: each part of a package becomes a message that holds the next.
 */
export function protobufEs(): (name: string) => EsMessage {
  const proto3 = create(FileDescriptorProtoSchema, { name: 'proto3.proto', syntax: 'proto3' });
  const proto2 = create(FileDescriptorProtoSchema, { name: 'proto2.proto', syntax: 'proto2', dependency: [proto3.name] });
  const placed = new Map<string, DescriptorProto>();
  const place = (name: string, file: FileDescriptorProto): DescriptorProto => {
    let proto = placed.get(name);
    if (proto === undefined) {
      const dot = name.lastIndexOf('.');
      proto = create(DescriptorProtoSchema, { name: name.slice(dot + 1) });
      if (dot < 0) file.messageType.push(proto);
      else place(name.slice(0, dot), file).nestedType.push(proto);
      placed.set(name, proto);
    }
    return proto;
  };
  for (const name of typeNames()) {
    const message = findMessage(name);
    const type = findEnum(name);
    if (message !== undefined) fill(place(name, message.proto2 ? proto2 : proto3), message);
    if (type === undefined) continue;
    const parent = place(name.slice(0, name.lastIndexOf('.')), type.closed ? proto2 : proto3);
    parent.enumType.push(
      create(EnumDescriptorProtoSchema, { name: type.name, value: type.values.map(({ name, number }) => ({ name, number })) }),
    );
  }
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [proto3, proto2] }));
  return (name) => {
    const found = registry.getMessage(name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
}

function fill(proto: DescriptorProto, message: MessageType): void {
  proto.oneofDecl = message.oneofs.map(({ name }) => create(OneofDescriptorProtoSchema, { name }));
  for (const field of message.types) {
    const entry = `${field.name.replace(/(?:^|_)(.)/g, (_, c: string) => c.toUpperCase())}Entry`;
    if (field.label === MAP) {
      const key = fieldProto('key', 1, field.mapKey);
      proto.nestedType.push(
        create(DescriptorProtoSchema, { name: entry, options: { mapEntry: true }, field: [key, valueProto(field, 'value', 2)] }),
      );
      proto.field.push(repeated(fieldProto(field.name, field.number, Type.MESSAGE, `.${message.typeName}.${entry}`)));
      continue;
    }
    const own = valueProto(field, field.name, field.number);
    own.jsonName = field.jsonName;
    if (field.label === LIST) repeated(own);
    else if (field.oneof !== undefined) own.oneofIndex = message.oneofs.indexOf(field.oneof);
    else if (field.explicit && !message.proto2 && own.type !== Type.MESSAGE) own.proto3Optional = true;
    if (field.label === LIST && !field.packed && own.type !== Type.MESSAGE && !message.proto2) own.options = { packed: false } as never;
    proto.field.push(own);
  }
}

function valueProto(field: FieldType, name: string, number: number): FieldDescriptorProto {
  if (field.valueKind === 2) return fieldProto(name, number, Type.MESSAGE, `.${field.message.typeName}`);
  if (field.valueKind === 1) return fieldProto(name, number, Type.ENUM, `.${field.enum.typeName}`);
  return fieldProto(name, number, field.scalar);
}

function fieldProto(name: string, number: number, type: Type | ScalarType, typeName = ''): FieldDescriptorProto {
  return create(FieldDescriptorProtoSchema, { name, number, type: type as Type, typeName, label: Label.OPTIONAL, jsonName: name });
}

function repeated(proto: FieldDescriptorProto): FieldDescriptorProto {
  proto.label = Label.REPEATED;
  return proto;
}
