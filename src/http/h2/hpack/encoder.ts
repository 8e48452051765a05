import { internField } from '../../field-pool.ts';
import { AUTHORITY, NAME_NORMAL, NAME_PSEUDO, PROTOCOL, RULE_CONTENT_LENGTH, RULE_TE } from '../../header-name.ts';
import { Field, type Headers } from '../../headers.ts';
import { h2Method, h2Status } from '../../upgrade.ts';
import { DynamicTable, entryBytes, TABLE_BYTES } from './dynamic-table.ts';
import { encodeHuffman, huffmanBytes } from './huffman.ts';
import { methodField, pathField, STATIC_ENTRIES, STATIC_FIELD_INDEX, STATIC_NAME_INDEX, schemeField, statusField } from './static-table.ts';

/** Places by `Field.id` and by `HeaderName.token`; powers of two. What shares a place is found less often, never wrongly. */
const FIELD_PLACES = 512;
const NAME_PLACES = 256;

/** Longest form of an integer that we write. */
const INTEGER_BYTES = 6;

/** Entries larger than this would push out too much. */
const LARGEST_ENTRY = TABLE_BYTES / 4;

/**
 * Writes header blocks of one connection (RFC 7541). Fields that repeat carry a small id, and a byte array from id to place in the table
 * tells at once whether they are in it: no hashing, no comparison of strings. What is found is compared by identity, because
 * ids are reused and places are shared.
 *
 * Strings are sent as they are unless `huffman` is set: the code saves a quarter of the bytes and costs more than the rest of the
 * block.
 */
export class HpackEncoder {
  readonly table: DynamicTable;
  private readonly huffman: boolean;
  /** Place in the ring + 1; 0: none. */
  private readonly fieldPlaces: Uint8Array;
  private readonly namePlaces: Uint8Array;
  /** Smallest table size since the last block, -1 when it did not change. */
  private smallest: number;
  private authority: Field;

  constructor(huffman = false) {
    this.table = new DynamicTable();
    this.huffman = huffman;
    this.fieldPlaces = new Uint8Array(FIELD_PLACES);
    this.namePlaces = new Uint8Array(NAME_PLACES);
    this.smallest = -1;
    this.authority = NO_AUTHORITY;
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE; we use TABLE_BYTES of it at most. Told to the peer with the next block (§4.2). */
  setTableBytes(bytes: number): void {
    const limit = Math.min(bytes, TABLE_BYTES);
    if (limit === this.table.limit && this.smallest < 0) return;
    this.smallest = this.smallest < 0 ? limit : Math.min(this.smallest, limit);
    this.table.resize(limit);
  }

  /** Room that `encode` may need. */
  longest(headers: Headers): number {
    const { fields, count } = headers;
    let bytes =
      2 * INTEGER_BYTES +
      headers.method.length +
      headers.path.length +
      headers.authority.length +
      headers.scheme.length +
      headers.protocol.length +
      6 * 2 * INTEGER_BYTES +
      64;
    for (let i = 0; i < count; i++) {
      const { name, value } = fields[i] as Field;
      bytes += name.text.length + value.length + 2 * INTEGER_BYTES;
    }
    return bytes;
  }

  /** Writes the block of a request, a response or trailers; returns its end. What concerns a connection only is left out. */
  encode(headers: Headers, out: Buffer, start: number): number {
    let at = start;
    if (this.smallest >= 0) {
      if (this.smallest < this.table.limit) at = writeInteger(out, at, this.smallest, 0x1f, 0x20);
      at = writeInteger(out, at, this.table.limit, 0x1f, 0x20);
      this.smallest = -1;
    }
    if (headers.method !== '') at = this.request(headers, out, at);
    else if (headers.status !== 0) at = this.field(statusField(h2Status(headers)), out, at);
    const { fields, count } = headers;
    for (let i = 0; i < count; i++) {
      const field = fields[i] as Field;
      const { kind, rule } = field.name;
      // What is opened for a tunnel has no length.
      if (kind === NAME_NORMAL || rule === RULE_TE || (rule === RULE_CONTENT_LENGTH && headers.protocol === ''))
        at = this.field(field, out, at);
    }
    return at;
  }

  private request(headers: Headers, out: Buffer, start: number): number {
    const { authority, protocol } = headers;
    let at = this.field(methodField(h2Method(headers)), out, start);
    if (headers.method !== 'CONNECT' || protocol !== '') {
      if (protocol !== '') at = this.field(new Field(PROTOCOL, protocol, -1, false), out, at);
      at = this.field(schemeField(headers.scheme), out, at);
      at = this.field(pathField(headers.path), out, at);
    }
    if (authority === '') return at;
    if (this.authority.value !== authority || this.authority.id < 0) this.authority = internField(AUTHORITY, authority);
    return this.field(this.authority, out, at);
  }

  private field(field: Field, out: Buffer, start: number): number {
    const { table } = this;
    const { id, name, sensitive } = field;
    const { token } = name;
    if (id >= 0 && !sensitive) {
      const fixed = id < STATIC_FIELD_INDEX.length ? (STATIC_FIELD_INDEX[id] as number) : 0;
      if (fixed !== 0) {
        out[start] = 0x80 | fixed;
        return start + 1;
      }
      const place = (this.fieldPlaces[id & (FIELD_PLACES - 1)] as number) - 1;
      if (place >= 0 && table.ring[place] === field)
        return writeInteger(out, start, STATIC_ENTRIES + 1 + table.positionOf(place), 0x7f, 0x80);
    }
    let index = token >= 0 && token < STATIC_NAME_INDEX.length ? (STATIC_NAME_INDEX[token] as number) : 0;
    if (index === 0 && token >= 0) {
      const place = (this.namePlaces[token & (NAME_PLACES - 1)] as number) - 1;
      if (place >= 0 && table.ring[place]?.name === name) index = STATIC_ENTRIES + 1 + table.positionOf(place);
    }
    // A field that repeats goes into the table; one that does not goes in once, for the sake of its name.
    const add =
      !sensitive &&
      (id >= 0 || (index === 0 && token >= 0 && name.kind !== NAME_PSEUDO)) &&
      entryBytes(field) <= Math.min(LARGEST_ENTRY, table.limit);
    let at = add ? writeInteger(out, start, index, 0x3f, 0x40) : writeInteger(out, start, index, 0x0f, sensitive ? 0x10 : 0);
    if (index === 0) at = this.string(name.text, out, at);
    at = this.string(field.value, out, at);
    if (add) {
      const place = table.add(field);
      if (id >= 0) this.fieldPlaces[id & (FIELD_PLACES - 1)] = place + 1;
      if (token >= 0) this.namePlaces[token & (NAME_PLACES - 1)] = place + 1;
    }
    return at;
  }

  private string(text: string, out: Buffer, start: number): number {
    const { length } = text;
    if (this.huffman) {
      const bytes = huffmanBytes(text);
      if (bytes < length) return encodeHuffman(text, out, writeInteger(out, start, bytes, 0x7f, 0x80));
    }
    const at = writeInteger(out, start, length, 0x7f, 0);
    if (length > 16) return at + out.latin1Write(text, at, length);
    for (let i = 0; i < length; i++) out[at + i] = text.charCodeAt(i);
    return at + length;
  }
}

const NO_AUTHORITY = new Field(AUTHORITY, '', -1, false);

/** §5.1: `value` in the bits of `mask`, with `pattern` in the others; returns the end. */
export function writeInteger(out: Buffer, start: number, value: number, mask: number, pattern: number): number {
  if (value < mask) {
    out[start] = pattern | value;
    return start + 1;
  }
  let at = start;
  out[at++] = pattern | mask;
  let rest = value - mask;
  for (; rest >= 128; rest >>>= 7) out[at++] = (rest & 0x7f) | 0x80;
  out[at++] = rest;
  return at;
}
