import { readFileSync } from 'node:fs';
import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescFile,
  type DescMessage,
  type DescService,
  fromBinary,
  type Registry,
} from '@bufbuild/protobuf';
import { type DescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/**
 * All descriptors in one packed file, linked file by file when a type in them is first asked for. Linking everything at
 * start costs five times the memory of what a proxy uses.
 */

interface Index {
  /** [proto file name, offset, length] in `api.bin`; a file comes after what it imports. */
  readonly f: readonly (readonly [string, number, number])[];
  /** Full name of a top-level message, enum or service → position in `f`. */
  readonly t: Readonly<Record<string, number>>;
}

type Type = DescMessage | DescEnum | DescService;

const bytes = readFileSync(new URL('./gen/api.bin', import.meta.url));
const index: Index = JSON.parse(readFileSync(new URL('./gen/api.json', import.meta.url), 'utf8'));
const positions = new Map(index.f.map((entry, i) => [entry[0], i]));
const linked: (DescFile | undefined)[] = [];
const leaves: (DescFile | undefined)[] = [];
const types = new Map<string, Type>();

/** Files linked so far (a figure for tests and memory checks). */
export function linkedFiles(): number {
  return linked.reduce((sum, file) => (file === undefined ? sum : sum + 1), 0);
}

function linkFile(position: number): DescFile {
  const done = linked[position];
  if (done !== undefined) return done;
  const entry = index.f[position];
  if (entry === undefined) throw new Error(`api.json: no file ${position}`);
  const [name, offset, length] = entry;
  const proto = fromBinary(FileDescriptorProtoSchema, bytes.subarray(offset, offset + length));
  proto.messageType.forEach(restoreJsonNames);
  const file = createFileRegistry(proto, (path) => leaf(positions.get(path))).getFile(name);
  if (file === undefined) throw new Error(`api.bin: ${name} is not where api.json says`);
  linked[position] = file;
  for (const type of file.enums) types.set(type.typeName, type);
  for (const type of file.services) types.set(type.typeName, type);
  file.messages.forEach(addMessage);
  return file;
}

/** The file without its own imports: the runtime would otherwise walk the whole tree of imports for every file that it adds. */
function leaf(position: number | undefined): DescFile | undefined {
  if (position === undefined) return undefined;
  let shallow = leaves[position];
  if (shallow === undefined) {
    shallow = Object.create(linkFile(position), { dependencies: { value: [] } }) as DescFile;
    leaves[position] = shallow;
  }
  return shallow;
}

function addMessage(message: DescMessage): void {
  types.set(message.typeName, message);
  for (const type of message.nestedEnums) types.set(type.typeName, type);
  message.nestedMessages.forEach(addMessage);
}

/** The packed file leaves a json_name out where it follows from the field name; the runtime wants it always. */
function restoreJsonNames(message: DescriptorProto): void {
  for (const field of message.field) {
    if (field.jsonName === '') field.jsonName = jsonName(field.name);
  }
  message.nestedType.forEach(restoreJsonNames);
}

/** protoc's rule for the default json_name. */
function jsonName(name: string): string {
  return name.includes('_') ? name.replace(/_+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '') : name;
}

function find(name: string): Type | undefined {
  const known = types.get(name);
  if (known !== undefined) return known;
  for (let top = name; top !== ''; top = top.slice(0, Math.max(0, top.lastIndexOf('.')))) {
    const position = Object.hasOwn(index.t, top) ? index.t[top] : undefined;
    if (position === undefined) continue;
    linkFile(position);
    return types.get(name);
  }
  return undefined;
}

function message(name: string): DescMessage | undefined {
  const type = find(name);
  return type?.kind === 'message' ? type : undefined;
}

/** Every type of the API; a look-up links the file of the type and what that imports. Iterating lists what is linked. */
export const registry: Registry = {
  kind: 'registry',
  get: find,
  getMessage: message,
  getEnum: (name) => {
    const type = find(name);
    return type?.kind === 'enum' ? type : undefined;
  },
  getService: (name) => {
    const type = find(name);
    return type?.kind === 'service' ? type : undefined;
  },
  getExtension: () => undefined,
  getExtensionFor: () => undefined,
  [Symbol.iterator]: () => types.values(),
};

/** Full names of all top-level messages, enums and services, linked or not. */
export function typeNames(): string[] {
  return Object.keys(index.t);
}

/** As `registry`, with an empty message for every unknown name, so that an unknown `Any` prints its `@type` instead of failing. */
export const lenientRegistry: Registry = { ...registry, getMessage: (name) => message(name) ?? placeholder(name) };

function placeholder(name: string): DescMessage | undefined {
  const dot = name.lastIndexOf('.');
  const proto = create(FileDescriptorProtoSchema, {
    name: `unknown/${name}.proto`,
    package: dot < 0 ? '' : name.slice(0, dot),
    syntax: 'proto3',
    messageType: [{ name: name.slice(dot + 1) }],
  });
  return createFileRegistry(proto, () => undefined).getMessage(name);
}
