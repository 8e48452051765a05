import { readFileSync } from 'node:fs';
import { type DescEnum, type DescService, enumType, MessageType, serviceType, type TypeSource } from './descriptor.ts';
import { ENUM, type Index, MESSAGE, type Row } from './table.ts';

/**
 * All types of the API in one packed file, each parsed when it is first asked for. Building all of them at start would
 * cost ten times the time and memory of what a proxy uses.
 */

const bytes = readFileSync(new URL('./gen/api.bin', import.meta.url));
const index: Index = JSON.parse(readFileSync(new URL('./gen/api.json', import.meta.url), 'utf8'));
const numbers = new Map(index.names.map((name, i) => [name, i]));
const offsets = new Uint32Array(index.sizes.length);
for (let i = 1; i < offsets.length; i++) offsets[i] = (offsets[i - 1] ?? 0) + (index.sizes[i - 1] ?? 0);

const built = new Map<number, MessageType | DescEnum | DescService>();

const source: TypeSource = {
  messageAt(row) {
    const type = build(row);
    if (type.kind !== 'message') throw new Error(`api.bin: row ${row} holds no message`);
    return type;
  },
  enumAt(row) {
    const type = build(row);
    if (type.kind !== 'enum') throw new Error(`api.bin: row ${row} holds no enum`);
    return type;
  },
};

function build(number: number): MessageType | DescEnum | DescService {
  let type = built.get(number);
  if (type === undefined) {
    const start = offsets[number] ?? 0;
    const row: Row = JSON.parse(bytes.latin1Slice(start, start + (index.sizes[number] ?? 0)));
    const name = index.names[number] ?? '';
    if (row[0] === MESSAGE) type = new MessageType(name, row, source);
    else if (row[0] === ENUM) type = enumType(name, row);
    else type = serviceType(name, row, source);
    built.set(number, type);
  }
  return type;
}

function find(name: string): MessageType | DescEnum | DescService | undefined {
  const number = numbers.get(name);
  return number === undefined ? undefined : build(number);
}

/** The message of that full name, or undefined when the API has none. */
export function findMessage(name: string): MessageType | undefined {
  const type = find(name);
  return type?.kind === 'message' ? type : undefined;
}

export function findEnum(name: string): DescEnum | undefined {
  const type = find(name);
  return type?.kind === 'enum' ? type : undefined;
}

export function findService(name: string): DescService | undefined {
  const type = find(name);
  return type?.kind === 'service' ? type : undefined;
}

/** Full names of all messages, enums and services, nested ones too, built or not, sorted. */
export function typeNames(): readonly string[] {
  return index.names;
}

/** Types built so far (a figure for tests and memory checks). */
export function builtTypes(): number {
  return built.size;
}
