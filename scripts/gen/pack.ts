import { clearField, isFieldSet, toBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  FieldDescriptorProtoSchema,
  type FieldOptions,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { droppedFiles, keptOptions } from './roots.ts';

/** Index of the packed file: `f` is [proto file name, offset, length] in dependency order, `t` maps a top-level type or service to its place in `f`. */
export interface Index {
  readonly f: [string, number, number][];
  readonly t: Record<string, number>;
}

type Options = NonNullable<DescriptorProto['options']> | FieldOptions | NonNullable<DescriptorProto['oneofDecl'][number]['options']>;

/** Removes what no reader asks for: annotation imports, documentation options, reserved ranges. Changes the files in place. */
export function strip(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const kept = files.filter((file) => !droppedFiles.test(file.name));
  for (const file of kept) {
    delete file.options;
    delete file.sourceCodeInfo;
    file.publicDependency = [];
    file.weakDependency = [];
    file.dependency = file.dependency.filter((name) => !droppedFiles.test(name));
    file.extension = [];
    file.messageType.forEach(stripMessage);
    file.enumType.forEach(stripEnum);
    for (const service of file.service) {
      delete service.options;
      for (const method of service.method) delete method.options;
    }
  }
  return kept;
}

/** Serialises stripped files one after another. A json_name that follows from the field name is left out; the reader restores it. */
export function pack(files: readonly FileDescriptorProto[]): { bin: Uint8Array; index: Index } {
  const index: Index = { f: [], t: {} };
  const parts: Uint8Array[] = [];
  let offset = 0;
  files.forEach((file, i) => {
    file.messageType.forEach(dropJsonNames);
    const bytes = toBinary(FileDescriptorProtoSchema, file);
    parts.push(bytes);
    index.f.push([file.name, offset, bytes.length]);
    offset += bytes.length;
    for (const type of [...file.messageType, ...file.enumType, ...file.service]) index.t[`${file.package}.${type.name}`] = i;
  });
  return { bin: Buffer.concat(parts), index };
}

/** Keeps the options listed in roots.ts. Says whether anything is left. */
function keepOptions(options: Options | undefined): boolean {
  if (options === undefined) return false;
  options.$unknown = (options.$unknown ?? []).filter((field) => keptOptions.has(field.no));
  return options.$unknown.length > 0;
}

function stripMessage(message: DescriptorProto): void {
  const options = message.options;
  const kept = keepOptions(options);
  if (options !== undefined && !kept && !options.mapEntry && !options.deprecated) delete message.options;
  message.reservedName = [];
  message.reservedRange = [];
  message.extension = [];
  for (const field of message.field) {
    const held = keepOptions(field.options);
    const packed = field.options !== undefined && isFieldSet(field.options, FieldOptionsSchema.field.packed);
    if (!held && !packed && !field.options?.deprecated) delete field.options;
  }
  for (const oneof of message.oneofDecl) if (!keepOptions(oneof.options)) delete oneof.options;
  message.nestedType.forEach(stripMessage);
  message.enumType.forEach(stripEnum);
}

function stripEnum(type: EnumDescriptorProto): void {
  delete type.options;
  type.reservedName = [];
  type.reservedRange = [];
  for (const value of type.value) if (!value.options?.deprecated) delete value.options;
}

function dropJsonNames(message: DescriptorProto): void {
  for (const field of message.field) {
    if (field.jsonName === defaultJsonName(field.name)) clearField(field, FieldDescriptorProtoSchema.field.jsonName);
  }
  message.nestedType.forEach(dropJsonNames);
}

/** protoc's rule: an underscore goes and the next character, when it is a letter, becomes upper case. */
export function defaultJsonName(name: string): string {
  return name.replace(/_+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '');
}
